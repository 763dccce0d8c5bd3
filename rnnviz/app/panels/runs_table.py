"""Runs as a table of a page: which were solved, and a link that opens each network."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from rnnviz.app import state
from rnnviz.app.i18n import _
from rnnviz.app.page import explained, percent
from rnnviz.app.panels.delays import at_delay, solved
from rnnviz.app.sweep_runs import Live, called, opened
from rnnviz.figures import style
from rnnviz.studies import how_far_back as study
from rnnviz.subjects import Subject

OPENS = "memory-decay"


def networks(shares: Mapping[str, np.ndarray], live: Mapping[str, Live]) -> None:
    """A row per kind, with a link for each seed."""
    delay = state.knobs().trained_at
    heads = [_("network"), _("solved"), _("right, median"), _("open a seed in Memory decay")]
    heads += [_("trained just now")] if live else []
    rows = []
    for kind in state.knobs().kinds:
        here = at_delay(shares[kind], delay)
        links = " ".join(
            _link(study.shipped(kind, delay, seed), str(seed), share)
            for seed, share in zip(study.SEEDS, here, strict=True)
        )
        cells = [_name(kind), _of(solved(shares[kind], delay), len(here)), percent(float(np.median(here))), links]
        rows.append(cells + ([_trained(live[kind], delay)] if live else []))
    table(heads, rows)


def _trained(live: Live, delay: int) -> str:
    """The network that was trained now: how it ended, and the link."""
    share, outcome = live.shares[study.asked(delay).index(delay)], live.outcome
    link = _link(opened(live), percent(share), share)
    if outcome.explosion:
        return f"{link} {html.escape(explained(outcome.explosion.reason).replace('`', ''))}"
    if outcome.solved:
        told = _("solved after {updates} updates").format(updates=f"{outcome.solved_at:,}")
    else:
        told = _("not solved in {updates} updates").format(updates=f"{outcome.updates:,}")
    return f"{link} {html.escape(told)}"


def _link(subject: Subject, text: str, share: float) -> str:
    """A dot of the picture as a link: filled where the network solves the task."""
    query = urlencode(subject.query())
    kept = " solved" if share >= study.SOLVED else ""
    told = _("{share} right").format(share=percent(float(share)))
    cell = style.CELLS[subject.cell]
    return (
        f'<a class="inside run{kept}" style="--cell: {cell}" href="{html.escape(f"{OPENS}?{query}")}" '
        f'title="{html.escape(told)}">{html.escape(text)}</a>'
    )


def _name(kind: str) -> str:
    return (
        f'<span class="cell" style="--cell: {style.CELLS[study.KINDS[kind].cell]}">{html.escape(called(kind))}</span>'
    )


def _of(count: int, total: int) -> str:
    return html.escape(_("{solved} of {count}").format(solved=count, count=total))


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """``rows``: as HTML, in which all text was escaped."""
    top = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in heads)
    body = "".join(
        "<tr>"
        + "".join(
            f'<{"th scope=row" if k == 0 else "td"} data-head="{html.escape(head)}">{cell}</{"th" if k == 0 else "td"}>'
            for k, (head, cell) in enumerate(zip(heads, row, strict=True))
        )
        + "</tr>"
        for row in rows
    )
    st.html(f'<div class="runs"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>')


def code(delay: int, shares: Mapping[str, np.ndarray]) -> str:
    """Python that measures one of the networks again, and trains others."""
    share = at_delay(shares["lstm-5"], delay)[0]
    return f"""import rnnviz
from rnnviz.studies import how_far_back

subject = how_far_back.shipped("lstm-5", delay={delay}, seed=0)
how_far_back.right(subject.network(), {delay})     # {share:.4f}

# In processes of their own; in a script under: if __name__ == "__main__":
fresh = {{kind: how_far_back.fresh(kind, {delay}, 0) for kind in how_far_back.KINDS}}
recipes = {{kind: how_far_back.recipe(kind) for kind in fresh}}
task = how_far_back.learnt({delay})
sweep = rnnviz.sweep(fresh, recipes, seeds=range(5), task=task, goal=how_far_back.GOAL)
for outcome in sweep:
    print(outcome.row())
print(sweep)      # solved x of y
"""
