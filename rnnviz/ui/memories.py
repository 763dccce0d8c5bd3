"""Panels about memory: what of each word is still in the state, by measures that answer different questions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st
import torch

from rnnviz import figures, memory
from rnnviz.experiment import Experiment, task
from rnnviz.figures import style
from rnnviz.memory import Reveal
from rnnviz.recall import Recall
from rnnviz.recording import record
from rnnviz.trace import Signal
from rnnviz.ui.charts import chart
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board

Source = Experiment | Recall  # a network and what it reads; hashable, so results can be kept
LARGEST_RIBBON = 400_000  # numbers, a megabyte and a half for the browser
PROBED = 512  # sequences


@st.cache_resource(max_entries=64, show_spinner=False)
def revealed(source: Source) -> Reveal:
    return memory.reveal(source.network(), source.input())


@st.cache_resource(max_entries=64, show_spinner=False)
def half_lives(source: Source) -> Signal:
    return memory.half_life(source.network(), source.input(), by="reveal")


@st.cache_resource(max_entries=32, show_spinner=False)
def first_word_read(source: Recall) -> Signal:
    """How well the first symbol can be read off the state by a linear map, ("time",), over held-out sequences."""
    x = task("recall").batch(PROBED, torch.Generator().manual_seed(source.seed)).x
    with torch.no_grad():
        states = record(source.network(), x).layer()["h"]
    return memory.probe(states, x[:1].expand_as(x)).score.at(source=0)


@st.cache_resource(max_entries=1, show_spinner=False)
def untrained() -> dict[str, Signal]:
    return memory.untrained()


def color(source: Source) -> str:
    return style.CELLS[source.cell]


def shares(sources: Mapping[str, Source], board: Board, measure: str) -> list[dict]:
    """One picture per network: each word's part of the state, stacked over time, the base in grey."""
    panels = []
    for name, source in sources.items():
        parts = _ledger_parts(source) if measure == "ledger" else _reveal_parts(source)
        if parts is None:
            continue
        first = parts[-1, 1]
        panels.append(
            {
                "kind": "shares",
                "array": board.array(f"{measure}:{name}", parts),
                "wheel": style.WORDS,
                "height": 240,
                "span": 12 // min(3, len(sources)),
                "accent": color(source),
                "title": _("{name}: the first word holds {share} at the end").format(name=name, share=f"{first:.1%}"),
                "caption": _caution(source) if measure == "reveal" else "",
            }
        )
    return panels


def _reveal_parts(source: Source) -> np.ndarray:
    found = revealed(source)
    return np.concatenate([found.base_share.at(batch=0).values[:, None], found.shares.at(batch=0).values], 1)


def _ledger_parts(source: Source) -> np.ndarray | None:
    trace = source.trace()
    try:
        entries = memory.ledger(trace)
    except ValueError:  # a cell without a gate that keeps
        return None
    sizes = np.abs(entries.entries.at(batch=0).values).sum(-1)
    opening = np.abs(entries.opening.at(batch=0).values).sum(-1)
    parts = np.concatenate([opening[:, None], sizes], 1)
    return parts / np.maximum(parts.sum(1, keepdims=True), np.finfo(np.float32).tiny)


def _caution(source: Source) -> str:
    """What the reader must know of how much the parts undo one another."""
    most = float(revealed(source).cancellation.values[-1, 0])
    if most > memory.CANCELS:
        return _("Careful: the parts largely undo one another (factor {factor}), so shares say little.").format(
            factor=f"{most:.1f}"
        )
    return _("Parts sum to the state exactly; they undo one another by a factor of {factor}.").format(
        factor=f"{most:.1f}"
    )


def ribbon(name: str, source: Source, board: Board) -> dict | None:
    """One unit's value as what each word added and took away; None if it is too much for a browser."""
    found = revealed(source)
    if found.contributions is None or found.contributions.values.size > LARGEST_RIBBON:
        return None
    words = found.contributions.at(batch=0).values
    parts = np.concatenate([found.base.at(batch=0).values[:, None], words], 1)
    return {
        "kind": "shares",
        "signed": True,
        "array": board.array("ribbon", parts),
        "value": board.array("ribbon:h", source.trace().layer()["h"].at(batch=0).values),
        "units": parts.shape[2],
        "wheel": style.WORDS,
        "height": 260,
        "span": 8,
        "accent": color(source),
        "title": _("One unit of the {name}: what each word added and took away").format(name=name),
        "caption": _("The line is the unit's value, the sum of all ribbons."),
    }


def connectivities(sources: Mapping[str, Source], span: int) -> dict:
    """The gradient of the final answer's score with respect to each word, as a share."""
    curves = []
    for name, source in sources.items():
        size = memory.connectivity(source.network(), source.input()).at(batch=0).values
        curves.append(figures.Line(name, size / max(float(size.sum()), np.finfo(np.float32).tiny), color(source)))
    figure = figures.lines(curves, _tokens(sources), value_title=_("share of gradient norm"), time_title=_("word"))
    return chart(
        figure,
        span=span,
        title=_("How much a small push of each word would move the answer"),
        caption=_("A gradient is not memory: on saturated gates it points at the last word whatever the net knows."),
    )


def divergences(sources: Mapping[str, Source], span: int) -> dict:
    """‖h_t − h'_t‖ when only the first word is another one."""
    curves = []
    for name, source in sources.items():
        x = source.input()
        changed = x.clone()
        # Another letter; or the unknown word, which stands at 0, and a known one in its place.
        changed[0] = x[0] % 4 + 1 if isinstance(source, Recall) else (x[0] == 0).long()
        apart = memory.divergence(source.network(), x, changed)["h"].at(batch=0).values
        curves.append(figures.Line(name, apart, color(source)))
    figure = figures.lines(curves, _tokens(sources), value_title=_("distance of states"), time_title=_("time step"))
    return chart(
        figure,
        span=span,
        title=_("Change the first word: how far apart do the states stay?"),
        caption=_("Euclidean norm of h − h′ between the two runs."),
    )


def probes(sources: Mapping[str, Recall], span: int) -> dict:
    """How well the first letter can be read off each state."""
    curves = [figures.Line(name, first_word_read(source).values, color(source)) for name, source in sources.items()]
    figure = figures.lines(
        curves, _tokens(sources), value_range=(0, 1), value_title=_("accuracy"), time_title=_("time step")
    )
    last = {name: f"{first_word_read(source).values[-1]:.0%}" for name, source in sources.items()}
    return chart(
        figure,
        span=span,
        title=_("The letter can be read off the last state: {shares}").format(
            shares=_("; ").join(f"{name} {share}" for name, share in last.items())
        ),
        caption=_("Accuracy of a linear map fitted to h_t, on sequences it was not fitted to. Guessing gives 25%."),
    )


def half_life_rows(sources: Mapping[str, Source], span: int) -> dict:
    """When half of what a unit was given is gone."""
    steps = len(_tokens(sources))
    rows = [figures.Row(name, half_lives(source), color(source)) for name, source in sources.items()]
    return chart(
        figures.half_lives(rows, longest=steps, title=_("steps until half is gone")),
        time=False,
        span=span,
        title=_("How long each unit holds what it is given"),
        caption=_("Each dot is a unit; by the words' contributions to it, averaged over words."),
    )


def honesty(span: int = 12) -> dict:
    """Untrained networks: what the cell remembers by itself, and what is owed to how its weights start."""
    palette = (style.CELLS["RNN"], style.CELLS["RNN"], style.CELLS["GRU"], *[style.CELLS["LSTM"]] * 3)
    curves = [
        figures.Line(name, np.where(signal.values > 1e-9, signal.values, np.nan), shade)
        for (name, signal), shade in zip(untrained().items(), palette, strict=True)
    ]
    figure = figures.lines(
        curves,
        value_title=_("share of the words' part"),
        time_title=_("age of the word in steps"),
        log=True,
        first=0,
        height=320,
    )
    return chart(
        figure,
        time=False,
        span=span,
        title=_("Before training an LSTM forgets like an RNN; how the weights start decides"),
        caption=_(
            "Untrained networks, mean of 3 seeds, computed here: a forget bias of 3 flattens the curve, and so does an "
            "orthogonal start of a plain RNN."
        ),
    )


def _tokens(sources: Mapping[str, Source]) -> tuple[str, ...]:
    return next(iter(sources.values())).tokens
