"""The published experiments as a table: what was found, what came out here, and a link that trains one anew."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from rnnviz.app import controls, state
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import explained, percent
from rnnviz.app.panels.runs_table import table
from rnnviz.app.written import significant
from rnnviz.figures import style
from rnnviz.studies.published import EXPERIMENTS, Experiment, came_out
from rnnviz.sweeps import Group, Outcome
from rnnviz.sweeps.table import grouped


def choose() -> None:
    """The second part of the page: a row for each, to be trained now."""
    heading = _("Published experiments: a click trains one now")
    st.markdown(f"## {heading}")
    heads = [_("experiment"), _("what is known"), _("solved here, measured once")]
    table(heads, [_experiment(name, make()) for name, make in EXPERIMENTS.items()])
    if name := state.knobs().experiment:
        st.markdown(f"### {called(name)}")
        controls.knob("repeats")
        st.caption(_sources(name))


def called(name: str) -> str:
    return _(state.row().knobs.declared()["experiment"].options[name])


def _experiment(name: str, asked: Experiment) -> list[str]:
    """A row, as HTML: its link, what the papers say with their names, and what came out."""
    address = f"{state.row().address}?{urlencode(state.query() | {'experiment': name})}"
    now = ' aria-current="true"' if state.knobs().experiment == name else ""
    link = f'<a class="inside"{now} href="{html.escape(address)}">{html.escape(called(name))}</a>'
    budget = _("{source} · up to {updates} updates").format(source=asked.source, updates=f"{asked.recipe.updates:,}")
    known = {
        "recall-20": _("Forget gates that start open keep a letter for longer."),
        "recall-50": _("Forget gates that start open keep a letter for longer."),
        "adding": _(
            "Gated cells add two marked numbers of 50; so does a relu RNN from the identity. A tanh RNN does not."
        ),
        "order-20": _("Gated cells tell the order of two marks."),
        "order-50": _("Gated cells still tell the order of two marks where a simple RNN fails."),
        "clipping": _("Clipped gradients make large learning rates work."),
        "reber": _("An endless stream takes a forget gate."),
        "echo": _("What is still to come takes reading both ways."),
        "xor": _("It takes two layers that read both ways."),
    }[name]
    runs = came_out(name)
    groups, unlike = grouped(runs), asked.otherwise(runs)
    if unlike:
        told = _("; ").join(_in_short(group) for group in groups if group.name in unlike)
        known = sentences(known, _("Not so here: {networks}.").format(networks=told))
    here = "".join(_came_out(group, asked) for group in groups) or html.escape(_("not measured yet: train it"))
    return [link, f"{html.escape(known)}<br><small>{html.escape(budget)}</small>", here]


def _came_out(group: Group, asked: Experiment) -> str:
    """A row of an experiment: filled where all its seeds solved it."""
    cell = style.CELLS[str(asked.rows[group.name][0]["cell"])]
    kept = " solved" if group.solved == group.runs else ""
    return f'<span class="run{kept}" style="--cell: {cell}">{html.escape(_in_short(group))}</span>'


def _in_short(group: Group) -> str:
    told = _("{network}: {solved} of {count}")
    return told.format(network=in_words(group.name), solved=group.solved, count=group.runs)


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
    table(heads, [_row(group, is_share) for group in grouped(outcomes)])
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
