"""What may stand in the slots of the travel sentences, what it is there, and the traditional spelling."""

from rnnviz.tasks.intents.fillings import CHINESE_FILLINGS as CHINESE_INTENTS
from rnnviz.tasks.intents.fillings import ENGLISH_FILLINGS as ENGLISH_INTENTS
from rnnviz.tasks.intents.fillings import TRADITIONAL as TRADITIONAL_INTENTS

# What is known of a filling without reading the sentence around it.
KINDS = {"city": "city", "date": "date word", "day": "date word", "time": "time word", "part": "time word"}

ENGLISH_FILLINGS = {
    "city": (*ENGLISH_INTENTS["city"], "Hong Kong", "San Francisco"),
    "date": (  # after "on"
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "May 5",
        "June 21",
        "the 3rd of October",
        "March 12",
    ),
    "day": (  # without "on"
        "today",
        "tomorrow",
        "next Friday",
        "next Monday",
        "this Sunday",
        "next week",
        "this weekend",
        "the day after tomorrow",
    ),
    "time": (  # after "at"
        "9 am",
        "10 am",
        "7 pm",
        "7:30",
        "8:15 am",
        "half past nine",
        "half past six",
        "quarter past eight",
        "noon",
        "midnight",
        "six o'clock",
        "ten o'clock",
        "three",
    ),
    "part": ("morning", "afternoon", "evening"),  # after "in the"
}

CHINESE_FILLINGS = {
    "city": (*CHINESE_INTENTS["city"], "新加坡", "旧金山"),
    "date": (
        "今天",
        "明天",
        "后天",
        "周末",
        "星期一",
        "星期六",
        "下周五",
        "下星期三",
        "五月三日",
        "十月一号",
        "5月8日",
        "下个月",
    ),
    "time": (
        "七点",
        "九点半",
        "8点",
        "7:30",
        "早上七点",
        "上午九点",
        "下午三点",
        "晚上十点",
        "中午",
        "十二点",
        "五点一刻",
        "傍晚六点",
    ),
}

# One character for one, and only for those of these sentences.
TRADITIONAL = TRADITIONAL_INTENTS | str.maketrans(
    "买习动号启实终绍结络网旧订达钱长飞周", "買習動號啟實終紹結絡網舊訂達錢長飛週"
)
