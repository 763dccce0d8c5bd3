"""How travellers word it in English. The notation is that of ``templates.py`` and of ``grammar.py`` here.

Three kinds: a later word tells what the city is, an earlier one does, or the city is neither left nor reached. The
frames stand around all three alike, and what is said about a city that is neither begins as the first kind does.
"""

from rnnviz.tasks.slots.fillings import ENGLISH_FILLINGS
from rnnviz.tasks.templates import Grammar

ENGLISH = Grammar(
    language="en",
    slots=ENGLISH_FILLINGS,
    respelling={},
    frames={
        ".": ("{}", "{}.", "{} .", "{}!", "hello, {}.", "well, {}", "I think {}"),
        "?": ("{}?", "{} ?", "{}", "excuse me, {}?", "sorry, {}", "hello, {}?"),
        "~": ("{}", "{}.", "{}!", "{} ."),
        "!": ("{}", "{}.", "please {}", "can you {}?", "could you please {}?", "{} please", "hey, {}"),
    },
    templates={
        "later": """
            {place} is the city that I [leave from|arrive in].
            {place} is the city I [leave from|arrive in].
            {place} is the city that I [leave|go to].
            {place} is the city that I [depart from|travel to].
            {place} is the city that I will [leave from|arrive in] {day}.
            {place} is the city that we [start from|go to].
            {place} is the city that we [leave from|arrive in] on {date}.
            {place} is the city that my train [leaves from|arrives in].
            {place} is the city that I fly [from|to].
            {place} is the city we travel [from|to] {day}.
            {place} is the city where I [leave|arrive].
            {place} is the city where my trip [starts|ends].
            {place} is the city where we [depart|arrive] at {time}.
            {place} is the city where the journey [begins|ends].
            {place} is the city where my flight [departs|lands].
            {place} is the city where my plane [takes off|lands].
            {place} is the place that I [leave from|arrive in].
            {place} is the place I [start from|travel to].
            {place} is the place I come [from|to] on {date}.
            {place} is the place where I [leave|arrive].
            {place} is the place where we [start|end].
            {place} is the place where my flight [departs|lands] at {time}.
            {place} is where I [leave from|arrive].
            {place} is where I [leave from|go to] {day}.
            {place} is where I [start|end].
            {place} is where I [begin|end] my trip.
            {place} is where I want to [leave from|arrive].
            {place} is where I want to [start|go].
            {place} is where we [start from|travel to].
            {place} is where we will [depart|arrive] on {date} at {time}.
            {place} is where my train [leaves|arrives].
            {place} is where my flight [departs|arrives].
            {place} is where my plane [takes off|lands].
            {place} is where the trip [begins|ends] {day}.
            {place} is where our journey [starts|ends].
            {place} is my [departure|destination].
            {place} is my [starting point|final stop].
            {place} is my [departure|arrival] city.
            {place} is my [first|last] stop.
            {place} is my point of [departure|arrival].
            {place} is our point of [departure|arrival] on {date}.
            {place} is the point of [departure|arrival].
            {place} is the city of [departure|arrival].
            {place} is the [start|end] of my trip.
            {place} is the [start|end] of our journey on {date}.
            {place} is the [departure|arrival] city.
            {place} is the [departure|destination], and I travel {day}.
            {place} is our [starting point|destination] for {day}.
            {place} is the city to [leave from|arrive in].
            {place} is the city to [start from|go to].
            {place} [to {destination}|from {departure}].
            {place} [to {destination}|from {departure}] on {date}.
            {place} [to {destination}|from {departure}] {day} at {time}.
            {place} [departure|arrival] at {time}.
            {place} [departure|arrival].
            {place} [departure {day}, {destination} arrival|arrival {day}, {departure} departure].
            {place} is the [departure, {destination} the arrival|arrival, {departure} the departure].
            {place} is the [departure and {destination} the destination|destination and {departure} the departure].
            {place} [departure, {destination} arrival|arrival, {departure} departure].
            it is {place} that I [leave from|arrive in].
            it is {place} that we [start from|travel to] {day}.
            it is {place} where I [start|end].
            it is {place} I fly [from|to] at {time}.
            I know {place} is the city that I [leave from|arrive in].
            is {place} the city that I [leave from|arrive in]?
            is {place} where I [leave|arrive]?
            is {place} where my train [leaves|arrives] at {time}?
            is {place} the place that we [start from|go to]?
            is {place} your [departure|destination]?
            is {place} the city we [depart from|travel to] {day}?
            is {place} where the trip [begins|ends]?
            is {place} the place where your plane [takes off|lands]?
            is {place} the city where your flight [departs|lands]?
            """,
        "earlier": """
            from {departure} to {destination}~
            from {departure} to {destination} {day}~
            from {departure} to {destination} on {date} at {time}~
            to {destination} from {departure}~
            to {destination} from {departure} at {time}~
            [from|to] {place}~
            [from|to] {place} on {date}~
            [leaving from|arriving in] {place} at {time}~
            a ticket from {departure} to {destination} for {day}~
            a flight from {departure} to {destination} in the {part}~
            I want to go from {departure} to {destination}.
            I want to fly from {departure} to {destination} {day}.
            I want to travel to {destination} from {departure} on {date}.
            I want to leave {departure} at {time} and arrive in {destination} on {date}.
            I need a ticket from {departure} to {destination} on {date} at {time}.
            I need a flight to {destination} from {departure} {day} in the {part}.
            I travel from {departure} to {destination} via {city}.
            I fly from {departure} via {city} to {destination} {day}.
            I am leaving {departure} and going to {destination}.
            I am going to {destination} and I start from {departure}.
            we leave from {departure} and arrive in {destination} at {time}.
            we fly to {destination} {day}, from {departure}.
            we depart from {departure} on {date} and land in {destination} at {time}.
            on {date} I travel from {departure} to {destination}.
            at {time} I fly from {departure} to {destination}.
            my flight goes from {departure} to {destination}.
            my flight leaves {departure} at {time} and lands in {destination}.
            my train from {departure} to {destination} leaves at {time}.
            my train to {destination} departs from {departure} {day}.
            my trip starts in {departure} and ends in {destination}.
            our journey begins in {departure} on {date} and ends in {destination}.
            the city that I leave from is {departure} and the city that I arrive in is {destination}.
            my departure is {departure} and my destination is {destination}.
            I [leave from|arrive in] {place}.
            I [leave from|arrive in] {place} at {time}.
            I [leave|go to] {place} {day}.
            I want to [leave from|arrive in] {place} on {date}.
            I want to [start from|travel to] {place} at {time}.
            I will [depart from|go to] {place} on {date}.
            I will fly [from|to] {place} {day}.
            we [start from|end in] {place} {day} at {time}.
            I am [leaving from|going to] {place}.
            I am [coming from|travelling to] {place} {day}.
            the city that I [leave from|arrive in] is {place}.
            the city where we [start|end] is {place}.
            the place where I [leave|arrive] is {place}.
            my trip [starts|ends] in {place} on {date}.
            my train [leaves from|arrives in] {place} at {time}.
            my flight [departs from|lands in] {place} {day}.
            my [departure|destination] is {place}.
            my [starting point|last stop] is {place}.
            [departure|destination]: {place}~
            [departure|arrival] {place}, {time}~
            {day} I [leave from|arrive in] {place}.
            on {date} we [depart from|travel to] {place}.
            book a flight from {departure} to {destination}!
            book a flight to {destination} from {departure} on {date}!
            book a ticket from {departure} to {destination} {day} at {time}!
            book a train [from|to] {place} on {date}!
            find a train from {departure} to {destination} {day} in the {part}!
            find a flight [from|to] {place} {day}!
            show me flights from {departure} to {destination} on {date}!
            show me trains [from|to] {place} at {time}!
            get me from {departure} to {destination} {day}!
            take me from {departure} to {destination}!
            is there a flight from {departure} to {destination} on {date}?
            is there a train to {destination} from {departure} at {time}?
            is there a flight [from|to] {place} {day}?
            when does the train from {departure} to {destination} leave?
            when does the flight [from|to] {place} land?
            when do I [leave|arrive in] {place}?
            when does my train [leave|reach] {place}?
            how long is the flight from {departure} to {destination}?
            how do I get from {departure} to {destination} {day}?
            how far is it from {departure} to {destination}?
            how much is a ticket from {departure} to {destination}?
            how much is the flight [from|to] {place}?
            where is the train [from|to] {place}?
            can I travel from {departure} to {destination} on {date}?
            do we [leave from|arrive in] {place} at {time}?
            """,
        "neither": """
            hello~ hi~ hey~ thanks~ thank you~ yes~ no~ ok~ bye~ goodbye~ good morning~ good night~ please~ help~
            sorry~ {city}~ {city} please~ hello {city}~ I love {city}~ we love {city}~ I like {city}~
            I love {city} so much~ {city} is a city. {city} is a big city. {city} is beautiful. {city} is very old.
            {city} is great. {city} is the city that I love. {city} is nice in the {part}. {city} is far.
            {city} is the place that I like. my friend lives in {city}. I live in {city}. we live in a big city.
            I was born in {city}. I have never been to {city}. I have a friend in {city}. I miss {city}.
            the food in {city} is good. the weather in {city} is nice {day}. it is cold in {city} {day}.
            it rains in {city}. I know {city} well. my mother loves {city}. do you like {city}? do you love {city}?
            do you know {city}? is {city} a big city? where is {city}? what is the weather in {city} {day}?
            what time is it in {city}? how big is {city}? what is {city}? who lives in {city}? tell me about {city}!
            show me {city}! show me a picture of {city}! how are you? who are you? what is your name?
            what time is it? what is the weather? I love NLP~ I love you~ I love trains~ I like to travel.
            I like to fly. I am happy. I am tired {day}. I am a student. I am hungry. my name is Anna.
            nice to meet you~ see you {day}~ see you on {date}~ see you at {time}~ {day}~ on {date}~ at {time}~
            {time}~ {date}~ in the {part}~ {day} in the {part}~ {day} at {time}~ it is {time}. today is {date}.
            it is {time} {day}. {city} is nice. {city} is a beautiful city. {city} is my home.
            {city} is the city that I like. {city} is where I live. I really love {city}~ I really like {city}~
            I want to see {city}. I have been to {city}. I have never seen {city}. my sister lives in {city}.
            my mother likes {city}. my brother loves {city}. my father was born in {city}. who loves {city}?
            who is in {city}? who knows {city}? do you live in {city}? is {city} beautiful? is it cold in {city}?
            how old is {city}? have you been to {city}? I dream of {city}. I work in {city}. I think of {city}.
            I learn English. I read a book. the book is good. this is a network. I love music. the train is late.
            the flight is long. the city is big. I love this city. my trip was nice. what a nice day~
            tell me a story!
            """,
    },
)
