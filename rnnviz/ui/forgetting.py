"""Panels about how what was read is lost: unit by unit, after a change of one word, and in networks never trained."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnviz import figures, memory
from rnnviz.figures import style
from rnnviz.once import kept, once
from rnnviz.recall import Recall
from rnnviz.trace import Signal
from rnnviz.ui.charts import chart
from rnnviz.ui.effects import Source, called
from rnnviz.ui.language import _
from rnnviz.ui.memories import taken_apart


@once
def untrained() -> dict[str, Signal]:
    return memory.untrained()


@kept(64)
def apart(source: Source) -> Signal:
    """‖h_t − h'_t‖, ("time",), with another letter in the place of the first word; or, in a sentence, with the unknown
    word, which stands at 0, and in its place a known one."""
    x = source.input()
    changed = x.clone()
    changed[0] = x[0] % 4 + 1 if isinstance(source, Recall) else (x[0] == 0).long()
    return memory.divergence(source.network(), x, changed)["h"].at(batch=0)


def divergences(sources: Mapping[str, Source], span: int) -> dict:
    """‖h_t − h'_t‖ when only the first word is another one."""
    curves = []
    for name, source in sources.items():
        meta = {"signal": "h:divergence", "network": name, "label": called(name)}
        curves.append(figures.Line(called(name), apart(source).values, style.CELLS[source.cell], meta=meta))
    figure = figures.lines.draft(
        curves, _tokens(sources), value_title=_("distance of states"), time_title=_("time step")
    )
    return chart(
        figure,
        span=span,
        title=_("Change the first word: how far apart do the states stay?"),
        caption=_(
            "Euclidean norm of h − h′; the first word becomes another one that the network knows or does not know."
        ),
    )


def half_life_rows(sources: Mapping[str, Source], span: int) -> dict:
    """When half of what a unit was given is gone."""
    steps = len(_tokens(sources))
    rows = [
        figures.Row(called(name), taken_apart(source)[1], style.CELLS[source.cell]) for name, source in sources.items()
    ]
    return chart(
        figures.half_lives.draft(rows, longest=steps, title=_("steps until half is gone")),
        time=False,
        span=span,
        title=_("How long each unit holds what it is given"),
        caption=_(
            "Each dot is a unit; by its exact parts, averaged over words. Parts are added oldest word first, against "
            "zero vectors."
        ),
    )


def honesty(span: int = 12) -> dict:
    """Untrained networks: what the cell remembers by itself, and what is owed to how its weights start."""
    palette = (style.CELLS["RNN"], style.CELLS["RNN"], style.CELLS["GRU"], *[style.CELLS["LSTM"]] * 3)
    curves = [
        figures.Line(called(name), np.where(signal.values > 1e-9, signal.values, np.nan), shade)
        for (name, signal), shade in zip(untrained().items(), palette, strict=True)
    ]
    figure = figures.lines.draft(
        curves,
        value_title=_("share of variance"),
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
            "Total effect of each word on the last state of untrained networks, mean of 3 seeds, computed here: a "
            "forget bias of 3 flattens the curve, and so does an orthogonal start of a plain RNN."
        ),
    )


def _tokens(sources: Mapping[str, Source]) -> tuple[str, ...]:
    return next(iter(sources.values())).tokens
