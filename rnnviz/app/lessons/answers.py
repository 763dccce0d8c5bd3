"""What a student answered: whether it is right by what is measured, what is said of it, and a file of all of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from rnnviz.app.lessons.lesson import Choice, Choices, Curve, Lesson, Number, Step, Words, said
from rnnviz.app.lessons.measures import Value

POINTS = 26  # of a curve that is drawn
Given = int | float | tuple[float, ...] | None  # which choice; a number; heights from 0 to 1; None: "show me"


class Answer(NamedTuple):
    """``value``: what was measured, None where the right answer is typed. ``says``: what is told of the answer."""

    given: Given
    value: Value | None
    right: bool
    says: Words
    time: str


def given(step: Step, word: str, sent: object) -> Given:
    """What a browser sent, as an answer to the step of that ``word``. ValueError for what its question does not allow,
    and for the answer to another step."""
    if not isinstance(sent, dict) or sent.get("step") != word:
        raise ValueError(f"this does not answer {word!r}")
    answer = sent.get("answer")
    if answer == {"skip": True}:
        return None
    kind, value = next(iter(answer.items())) if isinstance(answer, dict) and len(answer) == 1 else ("", None)
    numbers = value if isinstance(value, list) else [value]
    if not all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in numbers):
        raise ValueError("an answer is made of numbers")
    if isinstance(step.asks, Number) and kind == "number" and np.isfinite(numbers).all() and len(numbers) == 1:
        return float(value)
    if isinstance(step.asks, Curve) and kind == "curve" and len(numbers) == POINTS:
        return tuple(float(np.clip(np.nan_to_num(each), 0, 1)) for each in numbers)
    if isinstance(step.asks, Choices) and kind == "choice" and value in range(len(step.asks.options)):
        return int(value)
    raise ValueError(f"{kind!r} does not answer this question")


def judge(step: Step, answer: Given, value: Value | None) -> Answer:
    """``value``: what the step's measure gives; None where the right answer is typed."""
    time = datetime.now(UTC).isoformat(timespec="seconds")
    if answer is None:
        return Answer(None, value, False, {}, time)
    if isinstance(step.asks, Choices):
        choice = step.asks.options[answer]
        return Answer(answer, value, fits(choice, value), choice.says, time)
    if isinstance(step.asks, Number):
        truth = step.asks.right if value is None else float(value)
        off = answer - truth if np.isfinite(truth) else np.inf
        right, told = abs(off) <= step.asks.within, answer
    else:
        off = drawn(step.asks, answer, len(value)) - value
        right, told = bool(np.abs(off).mean() <= step.asks.within), float(off.mean())
    says = {} if right else next((each.says for each in step.asks.mistakes if each.band.holds(told)), {})
    return Answer(answer, value, right, says, time)


def fits(choice: Choice, value: Value | None) -> bool:
    """Whether a choice is the right one."""
    if value is None:
        return bool(choice.right)
    return choice.names == value if choice.band is None else choice.band.holds(value)


def drawn(curve: Curve, heights: tuple[float, ...], steps: int) -> np.ndarray:
    """A drawn curve at each time step, in the numbers of its axis."""
    places = np.linspace(0, len(heights) - 1, steps)
    return curve.low + (curve.high - curve.low) * np.interp(places, np.arange(len(heights)), heights)


def right_one(step: Step, value: Value | None, language: str) -> str:
    """The right answer as text; of a curve its ends."""
    if isinstance(step.asks, Choices):
        return next((said(choice.text, language) for choice in step.asks.options if fits(choice, value)), "")
    unit = said(step.asks.unit, language)
    if isinstance(step.asks, Number):
        return f"{as_text(step.asks.right if value is None else value)} {unit}".strip()
    return f"{as_text(value[0])} → {as_text(value[-1])} {unit}".strip()


def as_text(value: float) -> str:
    if not np.isfinite(value):
        return "∞"
    value = 0.0 if abs(value) < 1e-6 else value
    return (f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}").replace("-", "−")


def in_words(step: Step, answer: Given, language: str) -> str:
    """What was answered, as text."""
    if answer is None:
        return ""
    if isinstance(step.asks, Choices):
        return said(step.asks.options[answer].text, language)
    unit = said(step.asks.unit, language)
    if isinstance(step.asks, Number):
        return f"{as_text(answer)} {unit}".strip()
    ends = drawn(step.asks, answer, 2)
    return f"{as_text(ends[0])} → {as_text(ends[1])} {unit}".strip()


def as_file(answered: Iterable[tuple[Lesson, int, Answer]], language: str) -> str:
    """All answers as JSON, one object each, in the order in which they were given."""
    rows = [
        {
            "lesson": said(lesson.title, language),
            "step": k + 1,
            "question": said(lesson.steps[k].question, language),
            "answer": in_words(lesson.steps[k], answer.given, language),
            "right answer": right_one(lesson.steps[k], answer.value, language),
            "right": answer.right,
            "time": answer.time,
        }
        for lesson, k, answer in sorted(answered, key=lambda row: row[2].time)
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)
