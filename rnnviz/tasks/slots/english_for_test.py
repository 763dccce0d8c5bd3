"""The English test sentences of travellers. The notation is that of ``templates.py`` and of ``grammar.py`` here.

Written after the shipped networks were trained, by somebody who had not run any of them on a sentence of it, as
visitors might word it; measured once. Neither the training wordings nor a network may be tuned to it, and it may not be
changed to suit them: whoever changes it has written another test, and measures every network anew.
"""

from rnnviz.tasks.slots.fillings import ENGLISH_FILLINGS
from rnnviz.tasks.templates import Grammar

ENGLISH_TEST = Grammar(
    language="en",
    # What visitors name is open: some names that no network has met stand beside those of the task.
    slots=ENGLISH_FILLINGS
    | {
        "city": (*ENGLISH_FILLINGS["city"], "Vienna", "Sydney"),
        "date": (*ENGLISH_FILLINGS["date"], "November 2nd", "April 1", "the 9th of July"),
        "day": (*ENGLISH_FILLINGS["day"], "tonight", "next Tuesday"),
        "time": (*ENGLISH_FILLINGS["time"], "5 pm", "9:45", "eleven o'clock"),
    },
    respelling={},
    frames={
        ".": ("{}", "{}.", "{}!", "hi, {}."),
        "?": ("{}?", "{} ?", "{}", "hi, {}?"),
        "~": ("{}", "{}.", "{}!"),
        "!": ("{}", "{}.", "{}, please", "I'd like you to {}"),
    },
    templates={
        "later": """
            {place} is the city I'm [leaving from|heading to].
            {place} is the one that I [leave|reach] {day}.
            {place}, that is where I [depart|arrive].
            {place} is where our train [sets off|stops at last].
            {place} is the town that I'm [coming from|going to] {day}.
            {place} is the place I'm travelling [from|to] on {date}.
            {place} will be my [starting city|last stop] {day}.
            {place} will be where the trip [starts|is over].
            {place} is what I want as my [departure|destination].
            {place} is the city we want to [get away from|get to].
            {place} is where I [start out|want to get].
            {place} should be the [departure|destination].
            {place} at {time} is my [departure|arrival].
            {place} is the [first|last] city of our journey.
            on {date} {place} is the city I fly [out of|into].
            was {place} the city that you [left|went to]?
            is it {place} that the train [comes from|goes to]?
            could {place} be my [departure|destination] city?
            """,
        "earlier": """
            I would like to [leave|reach] {place} on {date}.
            I'd like to go from {departure} to {destination} {day}, please.
            I am flying out of {departure} into {destination} on {date}.
            could you find me a train to {destination} that leaves {departure} at {time}?
            what is the cheapest flight from {departure} to {destination} {day}?
            we are going to {destination} and coming from {departure}.
            tickets for {destination} from {departure}, {day} in the {part}~
            get me to {destination} by {time}, I start in {departure}!
            I have to be in {destination} {day} at {time}, I start from {departure}.
            how long does it take to get to {destination} from {departure}?
            can I get from {departure} to {destination} before {time}?
            does the train from {departure} to {destination} stop in {city}?
            my sister is flying to {destination} from {departure} on {date}.
            departing {departure} {day}, arriving {destination} on {date}~
            when do we [get out of|get to] {place}?
            the journey takes us from {departure} via {city} to {destination}.
            """,
        "neither": """
            {city} is the most beautiful city. {city} is where my sister lives. {city} is the city that I read about.
            I would like to know more about {city}. have you ever seen {city}? how is the weather in {city} {day}?
            the best food is in {city}. my mother works in {city}. what can I do in {city} {day}?
            I met my friend in {city}. {city} was cold. let us meet {day} at {time}. I will call you on {date}.
            do you have a map of {city}? {city} is too big for me. I could live in {city}.
            """,
    },
)
