"""Runs as a table of a page: which were solved, and a link that opens each network."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from rnnviz.app import controls, state
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import explained, percent
from rnnviz.app.panels.delays import at_delay, solved
from rnnviz.app.sweep_runs import Live, called, opened
from rnnviz.app.written import significant
from rnnviz.figures import style
from rnnviz.studies import how_far_back as study
from rnnviz.studies.published import EXPERIMENTS
from rnnviz.subjects import Subject
from rnnviz.sweeps import Group, Outcome
from rnnviz.sweeps.table import grouped

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
    _table(heads, rows)


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


def choose() -> None:
    """The second part of the page: what was published, to be trained now."""
    heading = _("Published experiments, trained now")
    st.markdown(f"## {heading}")
    controls.knob("experiment")
    if name := state.knobs().experiment:
        controls.knob("repeats")
        st.caption(_sources(name))


def _sources(name: str) -> str:
    """Where it was published, and on what budget it is trained here."""
    asked = EXPERIMENTS[name]()
    goal = asked.goal
    if goal.loss is not None:
        solved = _("Solved: a mean squared error of {loss} at most.").format(loss=goal.loss)
    else:
        solved = _("Solved: at least {share} right.").format(share=f"{goal.accuracy:.0%}")
    if goal.part == "critical":
        solved = sentences(solved, _("Counted is the letter alone that repeats the beginning of its string."))
    budget = _("Up to {updates} updates of {batch} sequences; a run that solves it ends.").format(
        updates=f"{asked.recipe.updates:,}", batch=asked.recipe.batch
    )
    return sentences(_("After {source}.").format(source=asked.source), budget, solved)


def published(outcomes: Sequence[Outcome]) -> None:
    """The rows of a published experiment, as they came out now."""
    is_share = all(outcome.score is None or outcome.score == outcome.accuracy for outcome in outcomes)
    score = _("right, median") if is_share else _("score, median")
    heads = [_("network"), _("solved"), _("first solved after, median"), score, _("seconds per run")]
    _table(heads, [_row(group, is_share) for group in grouped(outcomes)])
    for outcome in outcomes:
        if outcome.explosion:
            st.caption(f"{in_words(outcome.name)}: {explained(outcome.explosion.reason)}")


def _row(group: Group, is_share: bool) -> list[str]:
    updates = "–" if group.updates is None else _("{updates} updates").format(updates=f"{group.updates:,.0f}")
    score = "–" if group.score is None else percent(group.score) if is_share else significant(group.score)
    cells = [in_words(group.name), _("{solved} of {count}").format(solved=group.solved, count=group.runs)]
    return [html.escape(text) for text in (*cells, updates, score, f"{group.seconds:.1f}")]


def in_words(row: str) -> str:
    """The name of a row of an experiment in the visitor's language."""
    words = {
        "one way": _("one way"),
        "both ways": _("both ways"),
        "1 layer": _("1 layer"),
        "2 layers": _("{count} layers").format(count=2),
        "chrono start": _("chrono start"),
        "relu from the identity": _("relu from the identity"),
        "clipped at 1": _("clipped at norm 1"),
        "not clipped": _("not clipped"),
    }
    return _(", ").join(words.get(part) or _number(part) for part in row.split(", "))


def _number(part: str) -> str:
    """A part that is a choice with a number."""
    if found := re.fullmatch(r"forget bias (\d+)", part):
        return _("forget bias {bias}").format(bias=found[1])
    if found := re.fullmatch(r"learning rate ([\d.]+)", part):
        return _("learning rate {rate}").format(rate=found[1])
    return part


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
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
