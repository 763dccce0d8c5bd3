"""What a batch costs in time: measured on the server, now, with the network that the page shows."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import torch

from rnnviz import figures
from rnnviz.app import naming, state
from rnnviz.app.heavy_work import Bar, wait_for
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import percent
from rnnviz.app.panels import batch_claims as claims
from rnnviz.app.panels.state_charts import chart
from rnnviz.app.stage.board import Board
from rnnviz.app.written import significant
from rnnviz.batching_times import Times, measure, weights
from rnnviz.cells import TRIO
from rnnviz.figures import Amount, Line, style
from rnnviz.network import Network
from rnnviz.subjects import Subject

MOST_WEIGHTS = 1_000_000  # of a network beside which others of its size are drawn and measured


def networks(subject: Subject) -> dict[str, Network]:
    """The network that is shown, and untrained ones of the three kinds with as many hidden units, by cell."""
    own = subject.network()
    found = {own.cell: own}
    if weights(own) > MOST_WEIGHTS:
        return found
    parts = ("input_size", "hidden_size", "num_layers", "bidirectional", "vocabulary_size", "output_size", "readout")
    structure = {name: own.structure[name] for name in parts}
    dtype = next(own.parameters()).dtype
    draw = torch.Generator().manual_seed(0)
    others = {cell: Network(cell, dtype=dtype, generator=draw, **structure) for cell in TRIO if cell != own.cell}
    return found | others


def times(subject: Subject) -> Times:
    """Measured once for each batch, and whenever it is asked for; in turn with whatever else takes long."""
    knobs, found, bar = state.knobs(), claims.runs(), Bar()
    key: Hashable = ("times", subject, found.batch.lengths, knobs.timed, knobs.again)
    learning = knobs.timed == "learning"
    result = wait_for(
        key, lambda: measure(networks(subject), found.batch, learning=learning), bar, _("Measuring the time it takes")
    )
    bar.end()
    return result


def build(subject: Subject, taken: Times) -> Board:
    board = Board([], [], units=1, about={subject.cell: subject})
    board.row(by_size(taken, span=7), ways(subject, taken, span=5))
    return board


def by_size(taken: Times, **place: object) -> dict:
    """Milliseconds per sequence over the batch size, a line for each network."""
    drawn = [
        Line(
            _("{cell}, {count} weights").format(cell=naming.cell(cell), count=f"{taken.weights[cell]:,}"),
            np.array(values),
            style.CELLS[cell],
        )
        for cell, values in taken.by_size.items()
    ]
    figure = figures.by_size.draft(
        np.array(taken.sizes),
        drawn,
        size_title=_("batch size"),
        value_title=_("milliseconds per sequence"),
        height=320,
    )
    own, values = next(iter(taken.by_size.items()))
    known = [(size, value) for size, value in zip(taken.sizes, values, strict=True) if np.isfinite(value)]
    (first, one), (last, many) = known[0], known[-1]
    title = _("In a batch of {size} a sequence takes the {cell} {share} of the time it takes alone")
    caption = _(
        "Measured on this server just now: medians of processor time, sequences of {steps} steps, networks of as many "
        "hidden units. Another machine gives other times."
    )
    share = f"1/{one / many:.0f}" if many < one / 1.5 else f"{100 * many / one:.0f}%"
    return chart(
        figure,
        time=False,
        title=title.format(size=last, cell=own, share=share) if last > first else _("Time per sequence"),
        caption=sentences(_gru_and_lstm(taken), caption.format(steps=taken.steps)),
        **place,
    )


def _gru_and_lstm(taken: Times) -> str:
    """Whether fewer weights save time here."""
    if not {"GRU", "LSTM"} <= set(taken.by_size) or not np.isfinite(taken.by_size["LSTM"][-1]):
        return ""
    said = _("The GRU has {weights} of the LSTM's weights; in a batch of {size} it takes {times} of its time.")
    return said.format(
        weights=percent(taken.weights["GRU"] / taken.weights["LSTM"]),
        size=taken.sizes[-1],
        times=percent(taken.by_size["GRU"][-1] / taken.by_size["LSTM"][-1]),
    )


def ways(subject: Subject, taken: Times, **place: object) -> dict:
    """This batch one by one, padded and packed."""
    names = {"single": _("one by one"), "padded": _("padded"), "packed": _("packed")}
    amounts = [
        Amount(names[way], value, _("{count} ms").format(count=significant(value, 2)), style.CELLS[subject.cell])
        for way, value in taken.ways.items()
    ]
    figure = figures.tally.draft(amounts, value_title=_("milliseconds per sequence"), height=240)
    best = names[min(taken.ways, key=taken.ways.get)]
    return chart(
        figure,
        time=False,
        title=_("This batch in three ways; here the fastest is: {way}").format(way=best),
        caption=_("Packing saves steps and costs sorting: it pays where the network is large and much is padding."),
        **place,
    )
