"""The four shapes of work with sequences, each as a small drawing that opens the page which shows it."""

from __future__ import annotations

import html
from typing import NamedTuple
from urllib.parse import quote

import streamlit as st

from rnnviz.app.glossary import pictures
from rnnviz.app.i18n import _
from rnnviz.app.knobs import to_translate as __
from rnnviz.figures import style

STEPS = 5
WIDE, TALL, SIZE = 190, 92, 18
READ, STATE, SAID = style.INK, style.ROLES["state"], style.CELLS["GRU"]
UP = {"said": 12, "state": 46, "read": 80}  # where the middles of the rows stand


class Shape(NamedTuple):
    """``read`` and ``said``: the steps at which something comes in and goes out. ``returns``: what goes out comes in at
    the next step. ``file``: the page that shows it."""

    name: str
    told: str
    read: range
    said: range
    returns: bool
    file: str


SHAPES = (
    Shape(
        __("Many to one"),
        __("One answer for a whole sentence, such as its intent."),
        range(5),
        range(4, 5),
        False,
        "step_through.py",
    ),
    Shape(
        __("One to many"),
        __("From a beginning on, a network reads what it wrote."),
        range(1),
        range(5),
        True,
        "write.py",
    ),
    Shape(
        __("Many to many, aligned"),
        __("One label for every word."),
        range(5),
        range(5),
        False,
        "two_directions.py",
    ),
    Shape(
        __("Many to many, unaligned"),
        __("First one reads, then another writes."),
        range(3),
        range(2, 5),
        True,
        "translate.py",
    ),
)


def drawing(shape: Shape) -> str:
    """A column for each step: what is read, the state, what is said."""
    across = [20 + k * (WIDE - 40) / (STEPS - 1) for k in range(STEPS)]

    def box(k: int, row: str, color: str) -> str:
        place = f'x="{across[k] - SIZE / 2:.1f}" y="{UP[row] - SIZE / 2:.1f}" width="{SIZE}" height="{SIZE}" rx="4"'
        return f'<rect {place} fill="{color}" fill-opacity=".28" stroke="{color}" stroke-width="1.5"/>'

    half = SIZE / 2 + 1
    parts = [pictures.ring(x, UP["state"], SIZE / 2, SIZE / 2, STATE) for x in across]
    for k in range(STEPS):
        x = across[k]
        if k:
            parts.append(pictures.arrow((across[k - 1] + half, UP["state"]), (x - half, UP["state"]), STATE))
        if k in shape.read:
            parts += [box(k, "read", READ), pictures.arrow((x, UP["read"] - half), (x, UP["state"] + half), READ)]
        if k in shape.said:
            parts += [box(k, "said", SAID), pictures.arrow((x, UP["state"] - half), (x, UP["said"] + half), SAID)]
        if shape.returns and k and k - 1 in shape.said:
            before = across[k - 1] + SIZE / 2
            way = [(before, UP["said"]), ((before + x) / 2 + 4, UP["said"]), (x - 7, UP["state"] - 8)]
            parts.append(pictures.line(way, SAID, 1, "2 3"))
    return pictures.svg(parts, WIDE, TALL)


def show(files: set[str]) -> None:
    """Draw all four; those whose page is among ``files`` open it."""
    heading = _("Four shapes of work with sequences")
    st.markdown(f"## {heading}")
    for column, shape in zip(st.columns(len(SHAPES)), SHAPES, strict=True):
        with column:
            source = f"data:image/svg+xml,{quote(drawing(shape))}"
            told = html.escape(_(shape.told))
            st.html(f'<img src="{source}" alt="{told}" style="max-width: 100%">')
            if shape.file in files:
                st.page_link(shape.file, label=_(shape.name), icon=":material/arrow_forward:")
            else:
                st.markdown(_(shape.name))
            st.caption(_(shape.told))
