"""What came after the GRU: which part each newer cell gives up, what it adds, and what either does, as measured."""

from __future__ import annotations

import html

import streamlit as st

from rnnviz.app import trial_runs
from rnnviz.app.i18n import _
from rnnviz.app.page import percent
from rnnviz.figures import style
from rnnviz.studies import lost_and_won as study

BITS, PAIRS = 256, 16
# By their names in ``lost_and_won.KINDS``, in the order of their papers; the LSTM first, to hold them against.
SHOWN = ("lstm", "rg-lru", "slstm", "delta", "min-gru", "delta-2", "gated-delta")


def table() -> None:
    """A row for each cell. The networks are asked now, once for all visitors."""
    heading = _("And on to 2025: what newer cells give up, and what they add")
    st.markdown(f"## {heading}")
    shares = trial_runs.measured()
    st.caption(
        _(
            "Counting: is the number of ones among {bits} bits odd? A guess is right in {half}. Recall: which number "
            "came with a letter, of {pairs} pairs? Means of networks trained on one budget that was not tuned."
        ).format(bits=BITS, half=percent(study.chance("counting", BITS)), pairs=PAIRS)
    )
    heads = [_("cell"), _("gives up"), _("adds"), _("counts right"), _("recalls right")]
    top = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in heads)
    body = "".join(_row(kind, shares, heads) for kind in SHOWN)
    st.html(f'<div class="runs ledger"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>')
    whole = html.escape(_("All cells, lengths and seeds: The return of recurrence"))
    st.html(f'<p class="look-closer"><a class="inside" href="the-return-of-recurrence">{whole}</a></p>')


def _row(kind: str, shares: trial_runs.Shares, heads: list[str]) -> str:
    entry, (lost, added) = study.KINDS[kind], _words()[kind]
    name = html.escape(f"{entry.year} {entry.cell}" + (", β ≤ 2" if entry.options else ""))
    cell = f'<span class="cell" style="--cell: {style.CELLS[entry.cell]}">{name}</span>'
    if not entry.options:
        query = entry.cell.replace(" ", "-")
        cell = f'<a class="inside" href="step-through?model=untrained~cell.{query}">{cell}</a>'
    numbers = [_mean(shares, "counting", kind, BITS), _mean(shares, "recall", kind, PAIRS)]
    cells = [html.escape(text) for text in (lost, added)] + numbers
    rest = "".join(
        f'<td data-head="{html.escape(head)}">{text}</td>' for head, text in zip(heads[1:], cells, strict=True)
    )
    return f"<tr><th scope=row>{cell}</th>{rest}</tr>"


def _mean(shares: trial_runs.Shares, trial: str, kind: str, asked: int) -> str:
    values = trial_runs.at(shares, trial, kind, asked)
    if values is None:
        return "–"
    told = html.escape(percent(float(values.mean())))
    return f'<b data-check="{trial}:{kind}">{told}</b>' if values.mean() >= study.SOLVED else told


def _words() -> dict[str, tuple[str, str]]:
    """What each gives up of the cells before it, and what it adds."""
    return {
        "lstm": ("", _("the forget gate, to hold the others against")),
        "rg-lru": (
            _("the way from unit to unit: no gate sees the old state"),
            _("a number below 1 per unit, to a power that the input chooses"),
        ),
        "slstm": (
            _("nothing: its gates still see the old state, so it runs step by step"),
            _("exponential gates and a normalizer"),
        ),
        "delta": (
            _("the state as a vector"),
            _("a matrix of values under keys; a new value replaces the old one under its key"),
        ),
        "min-gru": (
            _("what gate and candidate saw of the old state; the reset gate"),
            _("a run without a loop: all steps at once by a scan"),
        ),
        "delta-2": (_("nothing"), _("β up to 2: along a key the state may turn its sign")),
        "gated-delta": (_("nothing"), _("a forget gate for the whole matrix")),
    }
