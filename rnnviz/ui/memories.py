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
from rnnviz.once import once
from rnnviz.recall import Recall
from rnnviz.recording import record
from rnnviz.trace import Signal
from rnnviz.ui.charts import chart
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board

Source = Experiment | Recall  # a network and what it reads; hashable, so results can be kept
LARGEST_RIBBON = 400_000  # numbers
PROBED = 512  # sequences


@st.cache_resource(max_entries=64, show_spinner=False)
def revealed(source: Source) -> Reveal:
    """The contributions are kept only where a ribbon of them is small enough to be drawn."""
    found = memory.reveal(source.network(), source.input())
    large = found.contributions is not None and found.contributions.values.size > LARGEST_RIBBON
    return found._replace(contributions=None) if large else found


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


@once
def untrained() -> dict[str, Signal]:
    return memory.untrained()


def shares(sources: Mapping[str, Source], board: Board, measure: str) -> list[dict]:
    """One picture per network: each word's part of the state, stacked over time, the base in grey."""
    panels = []
    for name, source in sources.items():
        parts = _ledger_parts(source) if measure == "ledger" else _reveal_parts(source)
        if parts is None:
            continue
        if measure == "ledger":
            title = _("{name}: {share} of its memory was written at step 1 and never erased")
            caption = _("Half of what stands there at the end was written in the last {steps} steps.").format(
                steps=_half_written(parts[-1, 1:])
            )
        else:
            title, caption = _("{name}: {share} at the end is there because of the first word"), _caution(source)
        panels.append(
            {
                "kind": "shares",
                "array": board.array(f"{measure}:{name}", parts),
                "place": {"signal": measure, "network": name},
                "wheel": style.WORDS,
                "height": 240,
                "title": title.format(name=name, share=f"{parts[-1, 1]:.1%}"),
                "caption": f"{_answer(source)} {caption}",
            }
        )
    return [panel | {"span": 12 // len(panels)} for panel in panels]


def _half_written(entries: np.ndarray) -> int:
    """How many of the last steps wrote half of what ``entries`` ("source",) add up to."""
    return int(np.searchsorted(np.cumsum(entries[::-1]), entries.sum() / 2)) + 1


def _answer(source: Source) -> str:
    """What the network says at the end, so that a share can be held against what it knows."""
    labels = task("recall" if isinstance(source, Recall) else source.task)
    network = source.network()
    with torch.no_grad():
        chances = torch.softmax(network(source.input())[0], -1)
    label = _(labels.label_text(labels.labels[int(chances.argmax())]))
    return _("It answers {answer} ({share}).").format(answer=label, share=f"{float(chances.max()):.0%}")


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
    found = revealed(source)
    most = float(found.cancellation.values.max())
    careful = _("Careful: the parts largely undo one another (up to {factor} times the state), shares say little.")
    usual = _("Added up without their signs the parts are up to {factor} times the state.")
    return (careful if found.misleading.values.any() else usual).format(factor=f"{most:.1f}")


def first_word_share(source: Source) -> str:
    """The first word's share of the last state for a headline; a dash where shares say little."""
    found = revealed(source)
    if found.misleading.values[-1, 0]:
        return _("– (parts cancel)")
    return f"{found.shares.values[-1, 0, 0]:.1%}"


def ribbon(name: str, source: Source, board: Board) -> dict | None:
    """One unit's value as what each word added and took away; None if it is too much for a browser."""
    found = revealed(source)
    if found.contributions is None:
        return None
    parts = np.concatenate([found.base.at(batch=0).values[:, None], found.contributions.at(batch=0).values], 1)
    return {
        "kind": "shares",
        "signed": True,
        "array": board.array("ribbon", parts),
        "place": {"signal": "ribbon", "network": name},
        "value": board.array("ribbon:h", source.trace().layer()["h"].at(batch=0).values),
        "units": parts.shape[2],
        "wheel": style.WORDS,
        "height": 260,
        "span": 8,
        "title": _("One unit of the {name}: what each word added and took away").format(name=name),
        "caption": _("The line is the unit's value, the sum of all ribbons."),
    }


def connectivities(sources: Mapping[str, Source], span: int) -> dict:
    """The gradient of the final answer's score with respect to each word, as a share."""
    curves = []
    for name, source in sources.items():
        size = memory.connectivity(source.network(), source.input()).at(batch=0).values
        curves.append(
            figures.Line(name, size / max(float(size.sum()), np.finfo(np.float32).tiny), style.CELLS[source.cell])
        )
    figure = figures.lines(curves, _tokens(sources), value_title=_("share of gradient norm"), time_title=_("word"))
    return chart(
        figure,
        span=span,
        title=_("How much a small push of each word would move the answer"),
        caption=_("A gradient is not memory: on saturated gates it can point at the last word whatever the net knows."),
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
        curves.append(figures.Line(name, apart, style.CELLS[source.cell]))
    figure = figures.lines(curves, _tokens(sources), value_title=_("distance of states"), time_title=_("time step"))
    return chart(
        figure,
        span=span,
        title=_("Change the first word: how far apart do the states stay?"),
        caption=_(
            "Euclidean norm of h − h′; the first word becomes another one that the network knows or does not know."
        ),
    )


def probes(sources: Mapping[str, Recall], span: int) -> dict:
    """How well the first letter can be read off each state."""
    curves = [
        figures.Line(name, first_word_read(source).values, style.CELLS[source.cell]) for name, source in sources.items()
    ]
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
    rows = [figures.Row(name, half_lives(source), style.CELLS[source.cell]) for name, source in sources.items()]
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
