"""Differences between papers and the code that people run, as a table: each with a number that was computed now."""

from __future__ import annotations

import html
from collections.abc import Callable

import streamlit as st

from rnnviz.app import naming
from rnnviz.app.i18n import _
from rnnviz.app.page import percent
from rnnviz.app.written import significant
from rnnviz.figures import style
from rnnviz.studies.paper_and_code import Difference, measured


def ledger() -> None:
    """A row per difference: what the paper says, what the code does, and both as measured."""
    heading = _("Paper and code")
    st.markdown(f"## {heading}")
    st.caption(
        _("Where a paper and released code differ. Both numbers of a row are computed now, from both equations.")
    )
    heads = [_("cell"), _("the paper"), _("the code"), _("measured")]
    top = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in heads)
    body = "".join(_row(name, difference, heads) for name, difference in measured().items())
    st.html(f'<div class="runs ledger"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>')


def _row(name: str, difference: Difference, heads: list[str]) -> str:
    paper, code, told = _words(name, difference)
    called = html.escape(naming.cell(difference.cell))
    cell = f'<span class="cell" style="--cell: {style.CELLS[difference.cell]}">{called}</span>'
    numbers = f'<b data-check="{name}">{html.escape(told)}</b>'
    cells = [(html.escape(text), head) for text, head in ((paper, heads[1]), (code, heads[2]))]
    rest = "".join(f'<td data-head="{html.escape(head)}">{text}</td>' for text, head in [*cells, (numbers, heads[3])])
    return f"<tr><th scope=row>{cell}</th>{rest}</tr>"


def _words(name: str, difference: Difference) -> tuple[str, str, str]:
    """What the paper says, what the code does, and the two numbers in words."""
    paper, code, told, form = _texts()[name]
    return paper, code, told.format(one=form(difference.one), other=form(difference.other))


def _texts() -> dict[str, tuple[str, str, str, Callable[[float], str]]]:
    """Of each difference: what the paper says, what the code does, what was measured, how its numbers are written."""
    return {
        "forget_gate": (
            _("forget gates start open: their bias is above zero"),
            _("torch draws that bias around zero"),
            _("a new forget gate is {one} open at bias 1, {other} in torch"),
            percent,
        ),
        "reset": (
            _("r resets the old state, then W_hh reads it"),
            _("torch resets what W_hh has read"),
            _("with the same weights states differ by up to {other}"),
            significant,
        ),
        "read_back": (
            _("a query reads the table as it is"),
            _("transformers and fla scale the query by 1/√K"),
            _("its own key reads {one} of a value; in the code {other}"),
            percent,
        ),
        "key_length": (
            _("keys and queries have length 1"),
            _("a small number under the root keeps short ones shorter"),
            _("a key of 0.001 gets the length {one}; in the code {other}"),
            significant,
        ),
        "divisor": (
            _("divides by 1 at least"),
            _("stores all by e⁻ᵐ smaller, and divides by e⁻ᵐ at least"),
            _("off by {one}; with a 1 there by {other}"),
            significant,
        ),
        "written_by_hold": (
            _("B by zero-order hold, as A"),
            _("B times the length of the step"),
            _("at Δ = 0.1 the fastest number is written {one} of what the code writes"),
            percent,
        ),
        "kept_by_z": (
            _("z = 1 writes the candidate"),
            _("torch's GRU has the same letter: z = 1 keeps the old state"),
            _("z = 0.9 keeps {one} of the state; in the GRU {other}"),
            percent,
        ),
        "resumed": (
            _("a run goes on from its last state"),
            _("PyPI's minLSTM puts that state through g once more (parallel form)"),
            _("states off by up to {one}; in the package by {other}"),
            lambda value: significant(value) if value else "0",
        ),
        "time_constant": (
            _("starts with a⁸ drawn from 0.9 to 0.999"),
            _("draws a itself there, which is then raised to the 8th power"),
            _("a new state fades to 1/e in {one} steps; in the code {other}"),
            "{:.1f}".format,
        ),
        "first_step": (
            _("√(1 − a²) scales what is written, at every step"),
            _("the first step of a sequence leaves it out"),
            _("writes {one} of its first input; the code {other}"),
            percent,
        ),
    }
