"""Panels of the gradient map: every loss by every state, and the row at the cursor."""

from __future__ import annotations

import numpy as np

from rnnviz import figures, gradients
from rnnviz.app.comparison import Subjects
from rnnviz.app.gradient_runs import reads_forward, run
from rnnviz.app.i18n import _
from rnnviz.app.panels.gradient_claims import verdict
from rnnviz.app.panels.gradient_lines import finite, tokens_of
from rnnviz.app.panels.state_charts import chart, line_each, name_trace
from rnnviz.app.stage.bindings import Bound
from rnnviz.app.stage.board import Board
from rnnviz.compute import computed
from rnnviz.figures import style
from rnnviz.subjects import Subject
from rnnviz.trace import Signal


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
    """What becomes of the gradient of the last loss, by its row of the map."""
    return verdict(subject, name, last_row(subject))


def conditions(compared: Subjects) -> str:
    """What a point of the map is."""
    answers = next(iter(compared.values())).load().answers
    if answers is None:
        return _(
            "Each point is one exact gradient: of a push of length 1 on h at step t, down, by the whole state (h, "
            "and c where there is one) at step k, across."
        )
    if answers.kind == "numbers":
        return _(
            "Each point is one exact gradient: of a push of length 1 on the outputs at step t, down, by the whole "
            "state (h, and c where there is one) at step k, across."
        )
    return _(
        "Each point is one exact gradient: of −log of the final answer's probability, if step t were the last, down, "
        "by the whole state (h, and c where there is one) at step k, across."
    )


def maps(compared: Subjects, shared: bool, log: bool) -> list[dict]:
    """Losses by states for each cell."""
    sizes = {cell: matrix(subject) for cell, subject in compared.items()}
    ranges = {cell: _limits([signal], log) for cell, signal in sizes.items()}
    if shared:
        ranges = dict.fromkeys(sizes, _limits(list(sizes.values()), log))
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
            legends=[{"scale": "gradient", "low": ranges[cell][0], "high": ranges[cell][1]}],
            caption=_("log10 of the size") if log else _("size"),
        )
        for cell, signal in sizes.items()
    ]


def _limits(signals: list[Signal], log: bool) -> tuple[float, float]:
    values = np.concatenate([signal.values[np.isfinite(signal.values)] for signal in signals])
    if not values.size:
        return (0.0, 1.0)
    if not log:
        return (0.0, min(float(10.0 ** min(values.max(), 300.0)), 1e300))
    return (float(max(values.min(), values.max() - 30)), float(max(values.max(), values.min() + 1e-6)))


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
        {"signal": "log10 dL/dS", "at": 0, "source": 0},
        tokens_of(compared),
        label="{name}, k = 1",
        value_range=(float(min(ends)), float(max(ends))) if ends else None,
        value_title=_("log10 of the gradient's size"),
        time_title=_("state at step k"),
        height=300,
    )
    return chart(
        figure,
        bound=bound,
        span=12,
        title=_("A loss at the cursor reaches this far back"),
        caption=_("The row of each map that belongs to the current step: 1 less is a tenth of the size."),
    )
