"""The English test sentences of the eight intents. The notation is that of ``templates.py``.

Written after the shipped networks were trained, by somebody who had not run any of them on a sentence of it, as
visitors might word it; measured once. Neither the training wordings nor a network may be tuned to it, and it may not be
changed to suit them: whoever changes it has written another test, and measures every network anew.
"""

from rnnviz.tasks.intents.fillings import ENGLISH_FILLINGS
from rnnviz.tasks.templates import Grammar

ENGLISH_TEST = Grammar(
    language="en",
    # What visitors name is open: some names that no network has met stand beside those of the task.
    slots=ENGLISH_FILLINGS
    | {
        "city": (*ENGLISH_FILLINGS["city"], "Vienna", "Sydney"),
        "song": (*ENGLISH_FILLINGS["song"], "Bohemian Rhapsody"),
        "artist": (*ENGLISH_FILLINGS["artist"], "David Bowie"),
        "name": (*ENGLISH_FILLINGS["name"], "Emma", "Daniel"),
        "place": (*ENGLISH_FILLINGS["place"], "the zoo"),
    },
    respelling={},
    frames={
        "?": ("{}?", "{} ?", "{}", "hi, {}?"),
        "!": ("{}", "{}.", "{}!", "{}, please", "would you {}?", "I'd like you to {}"),
        "~": ("{}", "{}.", "{}, please.", "would you {}?", "please {}!"),
        ".": ("{}", "{}.", "{}!", "hi, {}."),
    },
    templates={
        "ask_time": """
            what time do you have? what's the hour in {city} at the moment? do you happen to know the time?
            time in {city} now? what is the exact time? got the time? any idea what time it is over in {city}?
            I can't see a clock, how late is it? what time of day is it in {city}? has it gone {time} yet?
            let me know what the time is~ is it still before {time} in {city}? I wonder what time it is.
            the time, please.
            """,
        "ask_weather": """
            how's the weather looking {day}? any rain in {city} {day}? is it going to be nice outside {day}?
            should I wear a coat {day}? what will the weather be like in {city} {day}?
            do you think it will rain {day}? how many degrees is it in {city}? is there snow in {city} right now?
            will I get wet if I go out {day}? weather in {city} {day}. is the sun out in {city}?
            I am going to {city} {day}, will it be warm? let me know if I need my umbrella {day}~
            can we have dinner outside {day} or will it rain?
            """,
        "set_alarm": """
            get me up at {time}~ I need you to wake me at {hour} {day}. don't let me sleep later than {time}.
            ring at {time} so that I get out of bed! alarm, {hour}, {day}. set another alarm for {time}!
            can you wake me before {time}? give me {duration} on the timer~ count down {duration}!
            I have a train at {hour} {day}, wake me in time. beep after {duration}!
            my alarm should go off at {time}. could we make it {hour} {day} for the alarm?
            I must not be late {day}, set something for {hour}.
            """,
        "play_music": """
            I'm in the mood for {genre} music. how about some {artist}? let's listen to {song}!
            some {genre} music would be nice. find {song} by {artist} and play it! go to the next song!
            play what I listened to yesterday! give me some {genre} to listen to~ music, please.
            what about a song by {artist}? keep playing {artist}! I'd love to hear {song} again.
            a little {genre} music for dinner, please. if you have {song}, play it!
            """,
        "ask_directions": """
            I need directions to {place}. how would I get to {place} on foot? can I walk to {place} from here?
            is {place} near here? where do I find {place} in this city? which road takes me to {place}?
            how do you get from {place} to {place} by train? what's the easiest way to {place}? point me to {place}~
            where can we get a bus to {place}? do I turn left or right for {place}?
            I can't seem to find my way to {place}. guide me to {place}~ how many minutes is it to {place}?
            """,
        "send_message": """
            drop {name} a line that {message}! shoot {name} a text that {message}! {name} should know that {message}.
            please inform my {relative} that {message}. pass on to {name} that {message}!
            get a message to my {relative}, {message}! mail {name} that {message}!
            could my {relative} get a message that {message}? new message to {name}. text back that {message}!
            I'd like to write an email to {name}. ask {name} whether {message}!
            let {name} and {name} know that {message}! send my {relative} a note saying {message}!
            """,
        "translate": """
            what would {phrase} be in {language}? {phrase} in {language}? how does one say {phrase} in {language}?
            I need {phrase} in {language}. turn {phrase} into {language}!
            what do they say for {phrase} in {language}? what is this sentence in {language}?
            do you know how to say {phrase} in {language}? teach me to say {phrase} in {language}~
            I don't know the {language} word for {phrase}. can this text be put in {language}?
            give me {phrase} in {language}~ from English to {language}, {phrase}.
            help me write {phrase} in {language}~
            """,
        "small_talk": """
            what's going on? are you there? did you sleep well? have a good {daytime}.
            what do you think about {artist}? I'm so happy to talk to you. do you have any friends? make me laugh~
            I'm sad {today}. my {relative} says hello. are you real? it was nice talking to you.
            it's a beautiful day, isn't it? I've been to {city}, it was great.
            """,
    },
)
