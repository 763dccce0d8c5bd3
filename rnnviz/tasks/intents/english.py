"""How the eight intents are worded in English. The notation is that of ``templates.py``.

Words of one intent turn up in others on purpose ("the time in {city}", "the weather in {city}", "I had a good
time"): a network that only spots words fails, one that reads the sentence does not.
"""

from rnnviz.tasks.intents.fillings import ENGLISH_FILLINGS
from rnnviz.tasks.templates import Grammar

ENGLISH = Grammar(
    language="en",
    slots=ENGLISH_FILLINGS,
    respelling={},
    frames={
        "?": ("{}?", "{} ?", "{}", "hey, {}?", "excuse me, {}?", "sorry, {}", "hello, {}?"),
        "!": (
            "{}",
            "{}.",
            "{}!",
            "please {}",
            "please {}.",
            "can you {}?",
            "could you {}?",
            "could you please {}?",
            "{} please",
            "hey, {}",
            "{} for me",
            "I want you to {}",
        ),
        "~": (
            "{}",
            "{}.",
            "{}!",
            "please {}",
            "can you {}?",
            "could you {}?",
            "could you please {}?",
            "{} please",
            "hey, {}",
            "I want you to {}",
        ),
        ".": ("{}", "{}.", "{} .", "{}!", "hey, {}", "well, {}."),
    },
    templates={
        "ask_time": """
            what time is it? what is the time? what's the time now? what is the time now in {city}?
            what is the time in {city}? what time is it in {city}? what time is it in {city} right now?
            what's the current time? what is the current time in {city}? what is the local time in {city}?
            could you tell me the time? can you tell me what time it is?
            can you tell me what time it is in {city}? do you know what time it is?
            do you know the time in {city}? do you have the time? have you got the time? tell me the time~
            tell me what time it is~ tell me the time in {city}~ give me the current time~
            give me the local time in {city}~ check the time! check the clock and tell me the time~
            show me the current time in {city}~ I need to know the time. I would like to know what time it is.
            I want to know the time in {city}. what does the clock say? what does the clock say in {city}?
            what hour is it now? is it already {time}? is it {time} yet? is it already past {time} in {city}?
            how late is it? how late is it in {city} now? my watch stopped, what time is it?
            I forgot my watch, do you have the time? what's the time in {city}? what's the time?
            what time is it right now? what time is it over there in {city}? is it {time} already in {city}?
            I don't know what time it is in {city}. tell me what time it is now in {city}~
            tell me the current time~ how late is it in {city}? is it noon yet? is it {time} now?
            """,
        "ask_weather": """
            what is the weather? what's the weather like? what is the weather like in {city}?
            what is the weather in {city} {day}? how is the weather {day}? how is the weather in {city}?
            how is the weather in {city} right now? will it rain {day}? will it rain in {city} {day}?
            will it be sunny {day}? will it be cold in {city} {day}? will it snow in {city}?
            is it going to rain? is it going to snow {day}? is it going to be windy in {city} {day}?
            is it raining in {city}? is it raining outside right now? is it hot in {city}? is it cold outside?
            do I need an umbrella {day}? do I need a coat in {city}? should I take an umbrella?
            should I bring a coat {day}? what is the temperature? what is the temperature in {city} {day}?
            how warm is it in {city}? how cold will it be {day}? tell me the weather~
            tell me the weather in {city} {day}~ tell me if it will rain {day}~ give me the weather forecast~
            give me the forecast for {city}~ show me the weather forecast for {city}~
            check the weather for {city}! what does the forecast say for {city}? what is the forecast {day}?
            I want to know the weather {day}. can you tell me what the weather is like in {city}?
            do I need an umbrella in {city}? do I need a raincoat {day}? do we need an umbrella {day}?
            do I need a warm coat {day}? how warm is it outside? how warm will it be {day}?
            how warm is it {day} in {city}? how hot is it in {city}? how cold is it in {city} right now?
            what's the weather in {city}? what's the weather like {day}?
            what's the weather like in {city} {day}? what's the temperature in {city}?
            what's the forecast {day}? is it warm outside? is it cold in {city} {day}?
            is it sunny in {city} right now? what does the weather forecast say?
            what does the forecast say {day}? what does the weather report say for {city}?
            tell me the weather {day}~ tell me the weather right now~ tell me about the weather in {city}~
            give me the weather for {city}~ how is the weather? how is the weather over there?
            should I take a coat {day}? should I bring an umbrella {day}?
            should we take an umbrella to {city}?
            """,
        "set_alarm": """
            set an alarm for {time}! set an alarm for {hour} {day}! set the alarm for {time}!
            set my alarm to {time}! set an alarm! set an alarm {day}! set a timer for {duration}!
            set the timer to {duration}! start a timer for {duration}! start a timer! wake me up at {time}~
            wake me up at {hour} {day}~ wake me up {day}~ wake me at {time} sharp~ wake me up in {duration}~
            wake us up at {hour} {day}~ make an alarm for {time}! create an alarm for {time}!
            create a new alarm {day} at {hour}! add an alarm for {hour} {day}! put the alarm on {time}!
            turn on the alarm for {time}! change my alarm to {time}! move the alarm to {hour} {day}!
            I need an alarm at {time}. I need an alarm for {hour} {day}. I need to get up at {time}.
            I have to get up at {hour} {day}. I must wake up at {time}, set an alarm.
            I want to wake up at {time}. make sure that I don't sleep past {time}!
            let the alarm ring at {time}! ring the alarm in {duration}! can I have an alarm at {hour} {day}?
            can I get a wake up call at {time}? alarm at {time}. alarm {day} at {hour}.
            remind me to get up at {time}~ can I get an alarm at {time}?
            can you give me a wake up call at {time}? I want a wake up call at {hour} {day}.
            I need a wake up call {day}. I need a timer for {duration}. remind me to wake up at {hour} {day}~
            give me a wake up call at {time}~ please can I have a wake up call {day}?
            a wake up call {day}, please. I would like a wake up call at {time}. turn on my alarm!
            turn the alarm on! start the alarm in {duration}! make sure that I get up at {time}!
            make sure that I am awake at {time}!
            """,
        "play_music": """
            play {song}! play {song} by {artist}! play a song! play a song by {artist}! play the song {song}!
            play some {genre}! play some {genre} music! play some music! play some music by {artist}!
            play something by {artist}! play me some {genre} {day}~ play music for a rainy day!
            play my favourite song! play the next song! play the new album by {artist}!
            play the music from this time yesterday! put on some music! put on some {genre}!
            put on {song} by {artist}! put on the new song by {artist}! start the music!
            start my {genre} playlist! start playing {song}! turn on the music! turn on some {genre} music!
            I want to hear {song}. I want to hear some {genre}. I want to listen to {artist}.
            I would like to listen to {song} by {artist}. I would like to hear some {genre} music.
            I feel like listening to some {genre}. let me hear {song}~
            let me listen to some music by {artist}~ let us listen to {genre} music~ can I hear {song}?
            can we listen to some {genre}? could I hear a song by {artist}? shuffle my {genre} songs!
            I want to hear a song. I want to hear a song by {artist}. I need some {genre} music.
            I want some music {day}. let me hear some {genre}~ play {genre} songs! play {artist}!
            can you play something by {artist}? start some music! start the song! start the next song!
            start some {genre} music! I need a song by {artist}. hit play and start the song! play it!
            play that song by {artist} again!
            """,
        "ask_directions": """
            how do I get to {place}? how do I get to {place} from here? how do I get to {place} from {place}?
            how can I get to {place}? how can I go to {place} by bus? how do we find {place}?
            how do I reach {place}? how far is {place}? how far is it to {place}?
            how far is {place} from here? how long is the way to {place}? what is the way to {place}?
            what is the best way to {place}? what is the shortest way from here to {place}?
            what is the fastest way to get to {place}? which way is {place}? which way do I go to {place}?
            which bus goes to {place}? which train goes to {city}? where is {place}?
            where is {place} in {city}? where is the nearest station? where is the nearest bus stop?
            where can I find {place}? where do I turn to get to {place}? can you tell me the way to {place}?
            can you tell me how to get to {place}? can you tell me where {place} is?
            could you tell me how to go to {place} from here? show me the way to {place}~
            show me how to get to {place}~ give me directions to {place}~
            give me directions from {place} to {place}~ take me to {place}~ find the way to {place}!
            I am looking for {place}. I am lost, how do I get to {place}?
            I want to go to {place}, which way is it? I am looking for the way to {place}.
            I am looking for the nearest bus stop. we are looking for {place}.
            we are lost and looking for {place}. I can not find {place}. I don't know the way to {place}.
            tell me the way to {place}~ tell me how to get to {place} from here~ tell me where {place} is~
            is {place} far from here? is there a bus to {place}? which way is it to {place} from {place}?
            I am looking for {place} in {city}. I am looking for a way to get to {place}.
            we are trying to find {place}. I have to find {place}. which bus goes from {place} to {place}?
            which train do I take to {city}?
            """,
        "send_message": """
            send a message! send a message to {name}! send a message to {name} saying {message}!
            send {name} a message! send {name} a text! send {name} a message that {message}!
            send this message to {name}! send a text to {name}! send a text to {name} saying {message}!
            send an email to {name}! send {name} an email saying {message}! text {name}!
            text {name} that {message}! text {name} {message}! text my {relative} that {message}!
            message {name}! message {name} that {message}! message my {relative} and say {message}!
            write to {name}! write a message to {name}! write to my {relative} that {message}!
            write {name} an email! write to {name} that {message}! tell {name} {message}!
            tell {name} that {message}! tell my {relative} that {message}! tell my {relative} {message}!
            let {name} know that {message}! let my {relative} know {message}! reply to {name}!
            reply to {name} that {message}! answer {name} and say {message}! ask {name} to call me {day}~
            ask my {relative} to wait for me~ I want to send a message to {name}.
            I want to text {name} that {message}. I need to write to my {relative}.
            can I send a text to my {relative}? I need to text my {relative}.
            I need to send an email to {name}. I need to write {name} a message.
            I want to write to {name} that {message}. I want to tell {name} that {message}.
            tell {name} I said {message}! quickly tell {name} {message}!
            go and tell my {relative} that {message}! tell {name} and my {relative} that {message}!
            tell {name} to call me {day}~ tell my {relative} to wait for me~ ask {name} if {message}!
            can you text {name} {message}? write an email! write an email to my {relative}!
            write my {relative} an email! write my {relative} a message saying {message}!
            let {name} know I said {message}! let my {relative} know that {message}!
            tell my {relative} I said {message}!
            """,
        "translate": """
            translate {phrase}! translate {phrase} into {language}! translate {phrase} to {language}!
            translate {phrase} from English into {language}! translate this! translate this into {language}!
            translate this sentence! translate this sentence into {language}!
            translate this text to {language}! translate this message into {language}!
            translate the song into {language}! translate my message from {name} to {language}!
            translate the word {phrase} into {language}! how do you say {phrase} in {language}?
            how do I say {phrase} in {language}? how would you say {phrase} in {language}?
            how can I say {phrase} in {language}? how is {phrase} said in {language}?
            how do people say {phrase} in {language}? how do you write {phrase} in {language}?
            what is {phrase} in {language}? what's {phrase} in {language}?
            what is the {language} word for {phrase}? what is the {language} for {phrase}?
            what is the word for {phrase} in {language}? what does {phrase} mean in {language}?
            what does this word mean in {language}? what does this sentence mean in English?
            say {phrase} in {language}! say this in {language}! tell me {phrase} in {language}~
            tell me how to say {phrase} in {language}~ put this into {language}! put {phrase} into {language}!
            write {phrase} in {language}! give me the {language} word for {phrase}~
            I want to say {phrase} in {language}. I need this text in {language}.
            translate {phrase} for my {relative}! translate what {name} said into {language}!
            can you say {phrase} in {language}? could you translate {phrase} into {language}?
            how do I write {phrase} in {language}? what is the {language} translation of {phrase}?
            translate this into English! how do you say this in English? what is this in English?
            translate {phrase} into English! what is {phrase} in {language}, please?
            what is the {language} word? what is {language} for {phrase}?
            """,
        "small_talk": """
            hello. hi there. good {daytime}. good {daytime}, how are you? how are you? how are you {today}?
            how is it going? how was your day? how do you feel {today}? how old are you? what is your name?
            what's up? what do you like to do? what music do you like? what is your favourite song?
            what is your favourite weather? who are you? who made you? are you a robot? are you happy {today}?
            do you like {genre} music? do you like {artist}? do you like rainy weather? do you like {city}?
            do you play football? do you want to be my friend? I like {genre} music.
            I love rainy days in {city}. I love {city}. I like this weather. the weather is so nice {today}.
            the weather is always nice in {city}. I had a good time {lately}. time flies. long time no see.
            I am happy {today}. I am tired {today}. I am bored. I slept so well.
            I got a message from {name} {lately}. my {relative} plays the piano. thank you.
            thank you so much, you are great. nice to meet you. see you {day}. goodbye. have a nice day.
            tell me a joke~ tell me something about yourself~ tell me about your day~ talk to me~
            say something nice! tell me a story~ tell me another joke~ tell me a funny story about {city}~
            tell me something funny~ tell me about yourself~ tell me what you like~ hello there.
            hello, how are you {today}? hello, my friend. hi. hello, nice to meet you.
            I got a text from my {relative}. I got a funny message {lately}.
            my {relative} sent me a message {lately}. I love sunny days. I love rainy weather in {city}.
            I am hungry. I am so glad to see you. the time flies when we talk. do you like my {relative}?
            what a nice day in {city}. what do you like about {city}? how do you feel?
            do you feel good {today}? how do you feel when it rains? tell me one more joke~
            tell me a joke about {city}~ do you know another joke? hello again, my friend.
            my friend, how are you? I got an email from my {relative}. are you a teacher? talk with me~
            talk to me about {city}~ I want to talk to you. let us talk about {city}~
            what is your favourite city? what is your job? do you have a name? can you tell me your name?
            tell me your name~ tell me what you think~ tell me what you did {lately}~
            what are you doing {today}? hello, hello. hello, nice to see you. thanks. thanks a lot.
            many thanks, goodbye. no, thank you. bye bye. the weather was nice {lately}.
            the weather here is always good. the weather makes me happy {today}.
            I do not like the weather in {city}. we had nice weather {lately}.
            my {relative} sent me a funny text. {name} sent me a message.
            my {relative} wrote me an email {lately}. {name} wrote me a text {lately}.
            do you want to be friends? do you want to talk? do you want to know my name?
            will you be my friend? you are my friend. you are my favourite robot. do you play the piano?
            do you play games? do you play tennis with your friends? I play football with my {relative}.
            how is it going {today}? how are things going? how is your day going? how is your {relative}?
            I had a great day {lately}. I had a bad day {lately}. we had a good time in {city}.
            I had fun {lately}. what a good time we had. say something funny! say hello!
            say something about yourself! time goes by so fast. time is money. long time no see, my friend.
            it has been a long time. I do not like rain. I do not like this weather.
            we do not like cold weather. I like {artist}. I like music. I like rock and {genre}.
            my {relative} plays football. my {relative} plays {genre} music. the rain makes me sad {today}.
            you make me happy. this weather makes me tired. what's new? what's wrong with you? say goodbye!
            say my name! it was a long time ago. I have no time {today}. it is time to say goodbye.
            """,
    },
)
