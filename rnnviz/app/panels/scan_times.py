"""How long a loop and two scans take: measured on the server, now, with the numbers of the network that is shown."""

from __future__ import annotations

import numpy as np

from rnnviz import figures
from rnnviz.app import state
from rnnviz.app.heavy_work import Bar, wait_for
from rnnviz.app.i18n import _
from rnnviz.app.panels import loop_and_tree
from rnnviz.app.panels.state_charts import chart
from rnnviz.app.stage.board import Board
from rnnviz.app.written import significant
from rnnviz.figures import Line, style
from rnnviz.studies import loop_and_tree as study


def times() -> study.Times:
    """Measured once for each length; in turn with whatever else takes long."""
    knobs, bar = state.knobs(), Bar()
    sizes = tuple(size for size in study.SIZES if size <= knobs.longest)
    own = loop_and_tree.subject()
    key = ("scan times", knobs.recurrence, sizes)
    taken = wait_for(key, lambda: study.measure(own, sizes), bar, _("Measuring the time it takes"))
    bar.end()
    return taken


def build(taken: study.Times) -> Board:
    own = loop_and_tree.subject()
    board = Board([], [], units=1, about={own.cell: own})
    names = loop_and_tree.ways()
    colors = {"loop": style.INK, "doubling": style.CELLS[own.cell], "chunks": style.ROLES["state"]}
    drawn = [Line(names[way], 1e3 * np.array(values), colors[way]) for way, values in taken.seconds.items()]
    figure = figures.by_size.draft(
        np.array(taken.sizes), drawn, size_title=_("steps T"), value_title=_("milliseconds"), height=320
    )
    longest, loop = taken.sizes[-1], taken.seconds["loop"][-1]
    best = min(taken.seconds, key=lambda way: taken.seconds[way][-1])
    told = _("At {steps} steps the fastest is: {way}, {times} times as fast as the loop")
    if best == "loop":
        told = _("At {steps} steps the loop is the fastest here")
    board.row(
        chart(
            figure,
            time=False,
            span=12,
            title=told.format(
                steps=f"{longest:,}", way=names[best], times=significant(loop / taken.seconds[best][-1], 2)
            ),
            caption=_(
                "Measured on this server just now: medians of processor time of one thread, {units} hidden units, for "
                "pairs that are known already. In float32 the states differ by {apart} of the largest one. Doubling "
                "joins more pairs in all, T log T instead of T."
            ).format(units=own.units, apart=significant(max(taken.apart.values()), 2)),
        )
    )
    return board
