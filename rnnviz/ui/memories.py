"""Panels about memory: what of each word is still in the state, by measures that answer different questions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from rnnviz import figures, memory
from rnnviz.experiment import task
from rnnviz.figures import style
from rnnviz.memory import Reveal
from rnnviz.once import kept
from rnnviz.recall import Recall
from rnnviz.recording import record
from rnnviz.trace import Signal, Trace
from rnnviz.ui import effects
from rnnviz.ui.charts import chart
from rnnviz.ui.effects import Source
from rnnviz.ui.furniture import percent
from rnnviz.ui.language import _, sentences
from rnnviz.ui.stage import Board

LARGEST_RIBBON = 400_000  # numbers
PROBED = 512  # sequences


@kept(64)
def taken_apart(source: Source) -> tuple[Reveal, Signal]:
    """The state in exact parts, and of them each unit's half-life. The contributions are kept only where a ribbon of
    them is small enough to be drawn."""
    found = memory.reveal(source.network(), source.input())
    half_lives = memory.half_life_of(found)
    large = found.contributions.values.size > LARGEST_RIBBON
    return found._replace(contributions=None) if large else found, half_lives


def revealed(source: Source) -> Reveal:
    return taken_apart(source)[0]


@kept(64)
def trace(source: Source) -> Trace:
    return source.trace()


@kept(32)
def first_word_read(kind: str, seed: int) -> Signal:
    """How well the first symbol can be read off the state by a linear map, ("time",), over held-out sequences."""
    x = task("recall").batch(PROBED, torch.Generator().manual_seed(seed)).x
    with torch.no_grad():
        states = record(Recall(kind, seed).network(), x).layer()["h"]
    return memory.probe(states, x[:1].expand_as(x)).score.at(source=0)


def meaning(source: Source, measure: str) -> str:
    """What a measure says of ``source``, in a sentence."""
    if measure == "effect":
        return effects.meaning(source)
    return {
        "reveal": _(
            "Exact parts: how the state differs because each word was read, oldest word first, against zero vectors "
            "that training never saw; another order gives other shares."
        ),
        "ledger": _("Exact, but about when a value was last rewritten, not whose word it is."),
        "connectivity": _("How a small push of a word would move the answer. Not memory, and it can mislead."),
    }[measure]


def colours(measure: str) -> str:
    """What the colours of the first row stand for."""
    words = _("Each word has its own colour, from violet (first) to red (last).")
    grey = {
        "reveal": _("Grey is what start and biases give when the network reads zeros."),
        "ledger": _("Grey is what is left of the initial state."),
    }
    kept = _("A colour that stays a thick band is kept; one that thins out is forgotten.")
    return sentences(words, grey.get(measure, ""), kept)


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
            base = _("the initial state")
        else:
            title, caption = _("{name}: exact parts of the state, oldest word first"), _caution(source)
            base = _("start, biases and reading zeros")
        panels.append(
            {
                "kind": "shares",
                "array": board.array(f"{measure}:{name}", parts),
                "place": {"signal": measure, "network": name},
                "base": base,
                "wheel": style.WORDS,
                "height": 240,
                "title": title.format(name=effects.called(name), share=f"{parts[-1, 1]:.1%}"),
                "caption": sentences(_answer(source), caption),
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
    return _("It answers {answer} ({share}).").format(answer=label, share=percent(float(chances.max())))


def _reveal_parts(source: Source) -> np.ndarray:
    found = revealed(source)
    return np.concatenate([found.base_share.at(batch=0).values[:, None], found.shares.at(batch=0).values], 1)


def _ledger_parts(source: Source) -> np.ndarray | None:
    try:
        entries = memory.ledger(trace(source))
    except ValueError:  # a cell without a gate that keeps
        return None
    sizes = np.abs(entries.entries.at(batch=0).values).sum(-1)
    opening = np.abs(entries.opening.at(batch=0).values).sum(-1)
    parts = np.concatenate([opening[:, None], sizes], 1)
    return parts / np.maximum(parts.sum(1, keepdims=True), np.finfo(np.float32).tiny)


def _caution(source: Source) -> str:
    """What the reader must know of how much the parts undo one another."""
    found = revealed(source)
    careful = _("Careful: the parts largely undo one another (up to {factor} times the state), shares say little.")
    usual = _("Added up without their signs the parts are up to {factor} times the state.")
    told = careful if found.misleading.values.any() else usual
    return told.format(factor=f"{float(found.cancellation.values.max()):.1f}")


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
        "value": board.array("ribbon:h", trace(source).layer()["h"].at(batch=0).values),
        "units": parts.shape[2],
        "base": _("start, biases and reading zeros"),
        "wheel": style.WORDS,
        "height": 260,
        "span": 8,
        "title": _("One unit of the {name}: what each word added and took away").format(name=effects.called(name)),
        "caption": _(
            "The line is the unit's value, the sum of all ribbons. Added oldest word first, against zero vectors; "
            "another order gives other ribbons."
        ),
    }


def connectivities(sources: Mapping[str, Source], span: int) -> dict:
    """The gradient of the final answer's score with respect to each word, as a share."""
    curves = []
    for name, source in sources.items():
        size = memory.connectivity(source.network(), source.input()).at(batch=0).values
        curves.append(
            figures.Line(
                effects.called(name),
                size / max(float(size.sum()), np.finfo(np.float32).tiny),
                style.CELLS[source.cell],
                meta={"signal": "connectivity", "network": name, "label": effects.called(name)},
            )
        )
    figure = figures.lines.draft(
        curves, _tokens(sources), value_title=_("share of gradient norm"), time_title=_("word")
    )
    return chart(
        figure,
        span=span,
        title=_("How much a small push of each word would move the answer"),
        caption=_("A gradient is not memory: on saturated gates it can point at the last word whatever the net knows."),
    )


def probes(sources: Mapping[str, Recall], span: int) -> dict:
    """How well the first letter can be read off each state."""
    curves = [
        figures.Line(effects.called(name), first_word_read(source.kind, source.seed).values, style.CELLS[source.cell])
        for name, source in sources.items()
    ]
    figure = figures.lines.draft(
        curves, _tokens(sources), value_range=(0, 1), value_title=_("accuracy"), time_title=_("time step")
    )
    last = {
        name: percent(float(first_word_read(source.kind, source.seed).values[-1])) for name, source in sources.items()
    }
    return chart(
        figure,
        span=span,
        title=_("The letter can be read off the last state: {shares}").format(
            shares=_("; ").join(f"{effects.called(name)} {share}" for name, share in last.items())
        ),
        caption=_("Accuracy of a linear map fitted to h_t, on sequences it was not fitted to. Guessing gives 25%."),
    )


def _tokens(sources: Mapping[str, Source]) -> tuple[str, ...]:
    return next(iter(sources.values())).tokens
