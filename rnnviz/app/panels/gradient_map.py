"""Panels of the gradient map: every loss by every state, and the row at the cursor."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnviz import figures, gradients
from rnnviz.app import naming
from rnnviz.app.comparison import Subjects, called, together
from rnnviz.app.gradient_runs import exploded, reads_forward, run
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import cells_compared
from rnnviz.app.panels.gradient_claims import DECADES, invitation, steps_back
from rnnviz.app.panels.gradient_lines import POWER, finite, tokens_of
from rnnviz.app.panels.state_charts import chart, line_each, name_trace
from rnnviz.app.stage.bindings import Bound
from rnnviz.app.stage.board import Board
from rnnviz.compute import computed
from rnnviz.figures import style
from rnnviz.subjects import Subject
from rnnviz.trace import Signal

PALE = 2 * DECADES  # of which what has lost more has no colour


@computed
def matrix(subject: Subject) -> Signal:
    """log10 of ||dL_t / dS_k||: L_t the loss at step t, S the cell's whole state. Its row of the last step that is read
    is ``retraced.reaching``, which titles speak of."""
    losses = subject.objective_at_each_step
    return gradients.gradient_matrix(subject.network(), subject.input(), "state", losses, run=run(subject))


def last_row(subject: Subject) -> Signal:
    """Of the map: the loss at the step that is read last."""
    return matrix(subject).at(loss_time=-1 if reads_forward(subject) else 0)


def title(name: str, subject: Subject) -> str:
    """How far back the last loss reaches, by its row of the map."""
    if (step := exploded(subject)) is not None:
        return _("{cell} exploded at step {step}").format(cell=naming.cell(name), step=step)
    row = last_row(subject)
    steps = len(row.values) - 1
    if not steps:
        return _("{cell}: one step, nothing to go back through").format(cell=naming.cell(name))
    if (count := steps_back(row)) == steps:
        return _("{cell}: reaches the first step").format(cell=naming.cell(name))
    return _("{cell}: reaches {count} of {steps} steps back").format(cell=naming.cell(name), count=count, steps=steps)


def headline(sizes: Mapping[str, Signal]) -> str:
    """In which networks the last loss still reaches the first step, in words. ``sizes``: ``last_row`` of each."""
    if all(len(curve.values) == 1 for curve in sizes.values()):
        return _("One step: a gradient has nothing to go back through")
    reaching = [called(name) for name, curve in sizes.items() if steps_back(curve) == len(curve.values) - 1]
    if not reaching:
        cells = together([called(name) for name in sizes])
        return _("The last loss fades before the first step in the {cells}").format(cells=cells)
    told = _("1% of the gradient gets back to the first step in the {cells}")
    if len(reaching) < len(sizes):
        told = _("Only the {cells} carry at least 1% of the gradient to the first step")
        if len(reaching) == 1:
            told = _("Only the {cells} carries at least 1% of the gradient to the first step")
    return told.format(cells=together(reaching))


def what_to_do(fresh: bool) -> str:
    """How to read a map, and what to do next."""
    rows = _("A point: how much gradient the loss at step t sends to the state at step k.")
    return sentences(rows, invitation() if fresh else _("Press Replay to go from row to row."))


def measured(compared: Subjects) -> str:
    """What a point of the map is, of which loss, and from when on a loss reaches a step."""
    answers = next(iter(compared.values())).load().answers
    loss = _("The loss at step t is a push along all outputs alike.")
    if answers is None:
        loss = _("The loss at step t is a push along all units of h alike.")
    elif answers.kind == "classes":
        loss = _("The loss at step t is −log of the final answer's probability, if step t were the last.")
    point = _("A point is the exact size of its gradient by the whole state at step k: h, and c where there is one.")
    reach = _("A loss reaches a step where at least 1% of the gradient is left that it has at its own step.")
    return sentences(loss, point, reach, cells_compared.what_is_shown(compared))


def furthest(subject: Subject) -> np.ndarray:
    """(steps,): for each loss the furthest step that it reaches, as ``measured`` says it, from 1."""
    turn = slice(None, None, 1 if reads_forward(subject) else -1)
    sizes = matrix(subject).values[turn, turn]
    back = np.array([steps_back(Signal("size", ("time",), row[: t + 1])) for t, row in enumerate(sizes)])
    order = np.arange(len(back)) - back  # of the states, as they are read
    return (order + 1 if reads_forward(subject) else len(back) - order)[turn]


def _which(compared: Subjects) -> str:
    """Of which loss the maps' titles speak, and until when it reaches."""
    if reads_forward(next(iter(compared.values()))):
        return _("On the line 1% is left. The headings count the bottom row, the last loss.")
    return _("On the line 1% is left. The headings count the top row, the last loss.")


def scale(compared: Subjects, log: bool) -> list[dict]:
    """The one colour bar of maps that share their range."""
    low, high = _limits([matrix(subject) for subject in compared.values()], log)
    named = {"scale": "gradient", "low": low, "high": high, "power": log, "below": log}
    title = _("size of the gradient (log scale)") if log else _("size of the gradient")
    return [{"kind": "scale", "title": title, "legend": named | {"name": title}, "note": _which(compared), "span": 12}]


def maps(compared: Subjects, shared: bool, log: bool) -> list[dict]:
    """Losses by states for each cell."""
    sizes = {cell: matrix(subject) for cell, subject in compared.items()}
    ranges = {cell: _limits([signal], log) for cell, signal in sizes.items()}
    if shared:
        ranges = dict.fromkeys(sizes, _limits(list(sizes.values()), log))
    way = _("◀ read left,\nfrom the loss") if reads_forward(next(iter(compared.values()))) else ""
    return [
        chart(
            name_trace(
                figures.gradient_map.draft(
                    signal,
                    tokens_of(compared),
                    value_range=ranges[cell],
                    log=log,
                    time_title=_("state at step k"),
                    loss_title=_("loss at step t"),
                    beyond=_("after the loss:\nno gradient") if cell == next(iter(sizes)) else "",
                    way=way if cell == next(iter(sizes)) else "",
                    reach=furthest(compared[cell]),
                    reach_name="< 1%",
                    within_name=_("all ≥ 1%"),
                ),
                0,
                "log10 dL/dS" if log else "dL/dS",
                network=cell,
            ),
            cursor="row",
            time="y",
            span=12 // len(sizes),
            accent=style.CELLS[compared[cell].cell],
            title=title(cell, compared[cell]),
            caption=None if shared else _which(compared),
            legends=[]
            if shared
            else [{"scale": "gradient", "low": ranges[cell][0], "high": ranges[cell][1], "power": log, "below": log}],
        )
        for cell, signal in sizes.items()
    ]


def _limits(signals: list[Signal], log: bool) -> tuple[float, float]:
    values = np.concatenate([signal.values[np.isfinite(signal.values)] for signal in signals])
    if not values.size:
        return (0.0, 1.0)
    if not log:
        return (0.0, min(float(10.0 ** min(values.max(), 300.0)), 1e300))
    low = max(values.min(), values.max() - 30, min(values.max(), 0.0) - PALE)
    return (float(low), float(max(values.max(), low + 1e-6)))


def reach(compared: Subjects, board: Board) -> dict:
    """The row of the map at the cursor: how far back a loss at this step reaches."""
    curves, bound, ends = {}, [], []
    for k, (cell, subject) in enumerate(compared.items()):
        rows = np.clip(finite(matrix(subject).values), -300, 300)
        curves[cell] = rows[-1]
        bound.append(Bound(k, "y", board.array(f"reach:{cell}", rows), "step"))
        ends += [np.nanmin(rows), np.nanmax(rows)] if np.isfinite(rows).any() else []
    figure = line_each(
        compared,
        curves,
        {"signal": "log10 dL/dS", "at": 0, "source": 0} | POWER,
        tokens_of(compared),
        label=_("{name}, state at step 1"),
        value_range=(float(min(ends)), float(max(ends))) if ends else None,
        value_title=_("size of the gradient (log scale)"),
        time_title=_("state at step k"),
        powers=True,
        height=300,
    )
    figure.update_layout(meta={"ends": "first"})
    return chart(
        figure,
        bound=bound,
        span=12,
        title=_("How far back the loss at the cursor reaches"),
        caption=_("The framed row of each map as a curve."),
    )
