"""How a day can be written in English and in Chinese: forms, and what each of their fields says of a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
ONES = (
    *("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"}
DIGITS = "〇一二三四五六七八九"

# What a field in braces stands for. ENGLISH and CHINESE forms are each as likely; English ones are the first.
ENGLISH = (
    "{weekday} the {ordinal} of {month} {year}",
    "{weekday}, the {numbered} of {month} {year}",
    "{weekday} {day} {month} {year}",
    "{weekday}, {month} {day}, {year}",
    "{weekday}, {month} {numbered}, {year}",
    "{short_weekday} {day} {short_month} {year}",
    "{short_weekday}, {short_month} {day}, {year}",
    "the {ordinal} of {month} {year}",
    "the {numbered} of {month}, {year}",
    "{day} {month} {year}",
    "{two_digit_day} {short_month} {year}",
    "{numbered} {month} {year}",
    "{month} {day}, {year}",
    "{month} {numbered}, {year}",
    "{short_month} {day} {year}",
    "{month} the {ordinal}, {year}",
    "{year}/{month_number}/{day}",
    "{year}.{two_digit_month}.{two_digit_day}",
    "{month} {ordinal}, {year_in_words}",
    "the {ordinal} of {month} {year_in_words}",
    "{weekday} the {ordinal} of {month} {year_in_words}",
)
CHINESE = (
    "{year}年{month_number}月{day}日",
    "{year}年{two_digit_month}月{two_digit_day}日",
    "{year}年{month_number}月{day}号",
    "{year}年{month_number}月{day}號",
    "{month_number}月{day}日，{year}年",
    "{year}年{month_number}月{day}日{星期}",
    "{星期}，{year}年{month_number}月{day}日",
    "{year}年{month_number}月{day}号{周}",
    "{chinese_year}年{chinese_month}月{chinese_day}日",
    "{year_with_zero}年{chinese_month}月{chinese_day}号",
    "{chinese_year}年{chinese_month}月{chinese_day}日{星期}",
    "{year_with_zero}年{chinese_month}月{chinese_day}号{礼拜}",
    "{周}，{chinese_year}年{chinese_month}月{chinese_day}日",
    "{星期}，{chinese_month}月{chinese_day}日，{chinese_year}年",
)
FORMS = ENGLISH + CHINESE


def number(value: int) -> str:
    """From 1 to 99 in English words: "twenty-five"."""
    if value < 20:
        return ONES[value]
    return TENS[value // 10] + (f"-{ONES[value % 10]}" if value % 10 else "")


def ordinal(value: int) -> str:
    """From 1 to 99: "twenty-fifth"."""
    *before, last = number(value).split("-")
    last = ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last.removesuffix('e')}th")
    return "-".join([*before, "twelfth" if last == "twelvth" else last])


def numbered(value: int) -> str:
    """ "1st", "2nd", "3rd", "4th", "11th"."""
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{value}{'th' if value % 100 in (11, 12, 13) else ends.get(value % 10, 'th')}"


def year_in_words(year: int) -> str:
    """ "nineteen oh five", "two thousand and five", "twenty twenty-five"."""
    century, rest = divmod(year, 100)
    if year % 1000 < 10:
        return f"{ONES[year // 1000]} thousand" + (f" and {ONES[rest]}" if rest else "")
    if not rest:
        return f"{number(century)} hundred"
    return f"{number(century)} {number(rest) if rest > 9 else f'oh {ONES[rest]}'}"


def in_chinese(value: int) -> str:
    """From 1 to 99: 二十五."""
    tens, ones = divmod(value, 10)
    return ("" if tens < 2 else DIGITS[tens]) + ("十" if tens else "") + (DIGITS[ones] if ones else "")


def digit_by_digit(year: int) -> str:
    return "".join(DIGITS[int(digit)] for digit in str(year))


# By the field's name: how it is written, of a year, a month, a day or a weekday (0 for Monday).
YEARS: dict[str, Callable[[int], str]] = {
    "year": str,
    "year_in_words": year_in_words,
    "chinese_year": digit_by_digit,
    "year_with_zero": lambda year: digit_by_digit(year).replace("〇", "零"),
}
MONTH_NAMES: dict[str, Callable[[int], str]] = {
    "month": lambda month: MONTHS[month - 1],
    "short_month": lambda month: MONTHS[month - 1][:3],
    "month_number": str,
    "two_digit_month": lambda month: f"{month:02}",
    "chinese_month": in_chinese,
}
DAYS: dict[str, Callable[[int], str]] = {
    "day": str,
    "two_digit_day": lambda day: f"{day:02}",
    "numbered": numbered,
    "ordinal": ordinal,
    "chinese_day": in_chinese,
}
WEEKDAY_NAMES: dict[str, Callable[[int], str]] = {
    "weekday": lambda weekday: WEEKDAYS[weekday],
    "short_weekday": lambda weekday: WEEKDAYS[weekday][:3],
    **{
        name: lambda weekday, name=name: name + ("一二三四五六" + ("天" if name == "礼拜" else "日"))[weekday]
        for name in ("星期", "周", "礼拜")
    },
}


@cache
def _fields(form: str) -> tuple[tuple[str, Callable[[int], str], int], ...]:
    """Of each field of a form its name, how it is written, and of what: 0 a year, 1 a month, 2 a day, 3 a weekday."""
    kinds = enumerate((YEARS, MONTH_NAMES, DAYS, WEEKDAY_NAMES))
    return tuple((name, say, at) for at, kind in kinds for name, say in kind.items() if f"{{{name}}}" in form)


def written(day: date, form: str) -> str:
    """A day in one of FORMS."""
    parts = (day.year, day.month, day.day, day.weekday())
    return form.format(**{name: say(parts[at]) for name, say, at in _fields(form)})
