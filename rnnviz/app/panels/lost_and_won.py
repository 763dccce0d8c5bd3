"""What cells of thirty years count and recall: the picture, and a card of the one that is chosen."""

from __future__ import annotations

import html
from collections.abc import Sequence
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from rnnviz.app import state
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import percent
from rnnviz.app.page_row import Page
from rnnviz.app.panels.lost_and_won_claims import families, median, named, natures, whys
from rnnviz.app.stage.board import Board
from rnnviz.app.trial_runs import Shares, at
from rnnviz.figures import style
from rnnviz.studies import lost_and_won as study
from rnnviz.subjects import Subject

PAGE, OPENS, TRAINS = "the-return-of-recurrence", "step-through", "train"
PAPERS = {
    "2404.08819": "Merrill, Petty, Sabharwal 2024",
    "2405.17394": "Sarrof, Veitsman, Hahn 2024",
    "2411.12537": "Grazzi et al. 2024",
}


def asked(trial: str) -> int:
    """The length or number of pairs that the page shows."""
    return state.knobs().bits if trial == "counting" else state.knobs().pairs


def subjects() -> dict[str, Subject]:
    """The chosen kind's first network of each trial."""
    kind = state.knobs().kind
    firsts = {trial: study.seeds(kind, trial)[:1] for trial in study.TRIALS}
    return {trial: study.shipped(kind, trial, seed) for trial, seeds in firsts.items() for seed in seeds}


def picture(board: Board, shares: Shares) -> dict:
    """A row per kind, by family and in the order of history: a dot for each training, right answers from 0 to 1."""
    questions = {
        "counting": _("is the number of ones odd?"),
        "recall": _("which number had the letter?"),
    }
    titles = {
        "counting": _("Odd or even, {count} bits").format(count=asked("counting")),
        "recall": _("Recall, {count} pairs").format(count=asked("recall")),
    }
    columns = [
        {
            "key": trial,
            "title": titles[trial],
            "asked": questions[trial],
            "chance": study.chance(trial, asked(trial)),
            "array": board.array(f"right:{trial}", _values(shares, trial)),
        }
        for trial in study.TRIALS
    ]
    rows = [
        {
            "key": kind,
            "name": named(kind),
            "year": str(built.year),
            "color": style.CELLS[built.cell],
            "nature": natures()[built.nature],
            "chosen": kind == state.knobs().kind,
            "link": _chosen(kind),
            "opens": [_links(kind, trial) for trial in study.TRIALS],
        }
        for kind, built in study.KINDS.items()
    ]
    kinds = list(study.KINDS.values())
    groups = [
        {"name": name, "state": told, "rows": [k for k, built in enumerate(kinds) if built.nature in natures_]}
        for name, told, natures_ in families()
    ]
    strings = {
        "none": _("not trained"),
        "awaited": _("…"),
        "dot": _("{name}, seed {seed}: {share} right. Open it on Step through."),
        "unit": _("right (median)"),
        "guess": _("guessing {share}"),
    }
    return {
        "kind": "scores",
        "columns": columns,
        "rows": rows,
        "groups": groups,
        "solved": study.SOLVED,
        "strings": strings,
        "span": 12,
        "title": _("Thirty years of cells, trained step by step or in parallel"),
        "caption": _(
            "✓ at least {solved} right. β: how much of the old entry is replaced; more than 1 turns its sign."
        ).format(solved=percent(study.SOLVED)),
        "alternative": _told(shares),
    }


def _values(shares: Shares, trial: str) -> np.ndarray:
    """(kind, seed); NaN where it was not trained."""
    values = np.full((len(study.KINDS), len(study.SEEDS)), np.nan)
    for row, kind in zip(values, study.KINDS, strict=True):
        known = at(shares, trial, kind, asked(trial))
        row[list(study.seeds(kind, trial))] = np.nan if known is None else known
    return values


def _told(shares: Shares) -> str:
    """The medians, for who does not see the picture."""
    told = _("{name}: odd or even {counts}, recall {recalls}.")
    medians = {kind: [median(shares, trial, kind, asked(trial)) for trial in study.TRIALS] for kind in study.KINDS}
    lines = (
        told.format(name=named(kind), counts=counts, recalls=recalls) for kind, (counts, recalls) in medians.items()
    )
    return sentences(_("Right answers, the median of {count} trainings.").format(count=len(study.SEEDS)), *lines)


def _chosen(kind: str) -> str:
    """The address of this page with another kind."""
    knobs = state.knobs()
    return f"{PAGE}?{urlencode({'bits': knobs.bits, 'pairs': knobs.pairs, 'kind': kind})}"


def _links(kind: str, trial: str) -> list[str]:
    """The addresses that open its networks; none where it was not trained."""
    shown = [study.shipped(kind, trial, seed) for seed in study.seeds(kind, trial)]
    return [f"{OPENS}?{urlencode(subject.query())}" for subject in shown]


def card(shares: Shares) -> None:
    """What is said of the chosen kind, how large its networks are, and a link to each of them."""
    kind = state.knobs().kind
    built = study.KINDS[kind]
    why, paper = whys()[built.nature]
    source = f'<a href="https://arxiv.org/abs/{paper}">{html.escape(PAPERS[paper])}</a>' if paper else ""
    titles = {"counting": _("Odd or even"), "recall": _("Recall")}
    parts = "".join(_sizes(kind, trial, titles[trial], shares) for trial in study.TRIALS)
    st.html(
        f'<div class="kind-card" style="--cell: {style.CELLS[built.cell]}"><h2>{html.escape(named(kind))}</h2>'
        f"<p><b>{html.escape(natures()[built.nature])}</b></p><p>{html.escape(why)} {source}</p>"
        f'<div class="runs">{parts}</div></div>'
    )


def _sizes(kind: str, trial: str, title: str, shares: Shares) -> str:
    values, named_value = at(shares, trial, kind, asked(trial)), _("{cell}: {answer}")
    head = html.escape(named_value.format(cell=title, answer=median(shares, trial, kind, asked(trial))))
    if values is None:
        return f"<p>{head}</p>"
    network = study.shipped(kind, trial, study.seeds(kind, trial)[0]).network()
    built = study.KINDS[kind]
    size = study.state_size(built.cell, network.hidden_size, built.options)
    told = _("{state} numbers of state, {weights} weights").format(
        state=f"{size:,}", weights=f"{sum(weight.numel() for weight in network.parameters()):,}"
    )
    told_right = _("seed {seed}: {share} right")
    links = " ".join(
        f'<a class="inside run{" solved" * bool(share >= study.SOLVED)}" href="{html.escape(link)}" '
        f'title="{html.escape(told_right.format(seed=seed, share=percent(float(share))))}">{seed}</a>'
        for seed, link, share in zip(study.seeds(kind, trial), _links(kind, trial), values, strict=True)
    )
    more = _another(kind) if trial == "counting" and not built.options else ""
    opens = html.escape(_("Open network"))
    # in one piece: a line never ends between the words and the seeds that they open
    return f'<p><b>{head}</b><br>{html.escape(told)}<br><span class="seeds">{opens} {links}</span> {more}</p>'


def _another(kind: str) -> str:
    """A link that trains one more network to count, from the next seed, with what the page Train offers."""
    asked = {"learns": study.TRIALS["counting"].task, "cells": study.KINDS[kind].cell, "updates": 2_000}
    asked |= {"rate": study.RECIPE.learning_rate, "schedule": "constant", "keeps": "default", "draw": len(study.SEEDS)}
    told = html.escape(_("train one more"))
    return f'<a class="inside" href="{TRAINS}?{html.escape(urlencode(asked))}">{told}</a>'


def others(pages: Sequence[Page]) -> None:
    """Links to the pages that look closer."""
    links = " · ".join(
        f'<a class="inside" href="{page.address}">{html.escape(_(page.title))}</a> {html.escape(_(page.help))}'
        for page in pages
    )
    if links:
        told = html.escape(_("Look closer:"))
        st.html(f'<p class="look-closer">{told} {links}</p>')


def code(shares: Shares) -> str:
    """Python that asks one of the networks again, and trains one."""
    kind, bits = state.knobs().kind, asked("counting")
    values = at(shares, "counting", kind, bits)
    told = "" if values is None else f"     # {values[0]:.4f}"
    return f"""import rnnviz
from rnnviz.studies import lost_and_won

network = lost_and_won.shipped("{kind}", "counting", seed=0).network()
lost_and_won.right(network, "counting", {bits}){told}

job = lost_and_won.job("{kind}", "recall", seed=3)     # one more seed, on the same budget
training = job.training()
for progress in training:
    print(progress.update, progress.loss)
lost_and_won.right(training.network, "recall", {asked("recall")})
"""
