"""The bar above a page whose question is answered: what is right, the misconception, what to look at, the way on."""

from __future__ import annotations

import base64
import html

import numpy as np
import streamlit as st

from rnnviz.app.i18n import _, language, sentences
from rnnviz.app.lessons import answers, running
from rnnviz.app.lessons.answers import Answer
from rnnviz.app.lessons.lesson import Curve, said
from rnnviz.app.lessons.running import Place

STROKES = {"truth": 'stroke="#4f7fe8"', "mine": 'stroke="#8a8f99" stroke-dasharray="5 4"'}
WIDE, TALL, EDGE = 190, 64, 3  # pixels of a sketch of a drawn curve


def show(where: Place) -> None:
    with st.container(key="lesson-bar"):
        st.html(_bar(where, where.answer))
        if where.is_last:
            running.download()


def _bar(where: Place, answer: Answer) -> str:
    """As HTML. All texts of a lesson's file are escaped."""
    step, spoken, look = where.step, language(), _("Look:")
    told = {
        "question": html.escape(said(step.question, spoken)),
        "verdict": _verdict(where, answer),
        "look": sentences(f"<b>{html.escape(look)}</b>", html.escape(said(step.look, spoken))),
    }
    lines = "".join(f'<p class="lesson-{name}">{text}</p>' for name, text in told.items())
    sketch = _sketch(step.asks, answer) if isinstance(step.asks, Curve) else ""
    count = html.escape(running.counted(where))
    ways = running.ways(where, _("Next question"))
    return (
        f'<section class="lesson {"right" if answer.right else "wrong"}" aria-label="{count}">{lines}'
        f'<div class="lesson-aside"><p class="lesson-count">{count}</p>{sketch}{ways}</div></section>'
    )


def _verdict(where: Place, answer: Answer) -> str:
    right = answers.right_one(where.step, answer.value, language())
    if answer.right:
        head = _("Right: {answer}.")
    else:
        head = _("It is: {answer}.") if answer.given is None else _("Not quite. It is: {answer}.")
    head = head.format(answer=right.rstrip(".。"))
    return sentences(f"<b>{html.escape(head)}</b>", html.escape(said(answer.says, language())))


def _sketch(curve: Curve, answer: Answer) -> str:
    """The student's curve and the true one."""
    steps = len(answer.value)
    lines = {"truth": answer.value}
    if answer.given is not None:
        lines["mine"] = answers.drawn(curve, answer.given, steps)
    x = np.linspace(EDGE, WIDE - EDGE, steps)
    paths = ""
    for name, values in lines.items():
        share = np.clip((np.nan_to_num(values) - curve.low) / (curve.high - curve.low), 0, 1)
        y = TALL - EDGE - share * (TALL - 2 * EDGE)
        places = "L".join(f"{left:.1f},{top:.1f}" for left, top in zip(x, y, strict=True))
        paths += f'<path {STROKES[name]} d="M{places}"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{TALL}" fill="none" stroke-width="2.5">'
    picture = base64.b64encode(f"{head}{paths}</svg>".encode()).decode()
    label = html.escape(_("Dashed: your curve. Solid: the true one."))
    return f'<img class="lesson-sketch" src="data:image/svg+xml;base64,{picture}" alt="{label}" title="{label}">'
