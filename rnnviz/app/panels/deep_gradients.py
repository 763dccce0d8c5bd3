"""Panels of the gradient in a deep network: how much of a loss reaches each layer, and each step."""

from __future__ import annotations

import math

import numpy as np
from torch import Tensor

from rnnviz import figures
from rnnviz.app.i18n import _
from rnnviz.app.panels.directions import ARROWS
from rnnviz.app.panels.state_charts import chart, name_trace
from rnnviz.app.written import significant
from rnnviz.compute import computed
from rnnviz.depth import layer_gradients
from rnnviz.figures import style
from rnnviz.gradients import slope
from rnnviz.subjects import Subject
from rnnviz.trace import Direction, Signal

FLOOR = -12  # log10 below which a gradient has the colour of nothing


def place(subject: Subject, loss_at: str) -> int | None:
    """The step of the loss, None where it stands at every step, or where the network has an answer only at its end."""
    steps = subject.read().steps
    places = {"middle": steps // 2, "last": steps - 1, "first": 0, "every": None}
    return None if answers_once(subject) else places[loss_at]


def answers_once(subject: Subject) -> bool:
    answers = subject.load().answers
    return answers is not None and answers.at == "last"


def gradients(subject: Subject, at: int | None) -> list[dict]:
    """The size of the loss's gradient in every layer at every step, a picture per direction."""
    found = sizes(subject, at)
    values = np.concatenate([signal.values.ravel() for signal in found.values()])
    values = np.maximum(values[np.isfinite(values)], FLOOR)
    low, high = (float(values.min()), float(values.max())) if values.size else (FLOOR, 0.0)
    low -= 0.15 * (high - low)  # so that the least of them is seen, and what nothing reaches stays white
    names = [_("layer {number}").format(number=k + 1) for k in range(subject.network().num_layers)]
    return [
        chart(
            name_trace(
                figures.layer_gradients.draft(
                    signal,
                    subject.tokens,
                    value_range=(low, max(high, low + 1e-6)),
                    layer_titles=names,
                    time_title=_("position"),
                ),
                -1,
                "log10 dL/dh",
                direction=side,
                rows=names,
            ),
            cursor="column",
            span=12 // len(found),
            title=fading(side, signal, at),
            legends=[{"scale": "gradient", "low": low, "high": high}],
            accent=style.DIRECTIONS[side],
            caption=_("log10 of ‖∂L/∂h‖; L is −log of the leading answer's share, so small where the network is sure.")
            if has_classes(subject)
            else _("log10 of ‖∂L/∂h‖; L is the sum of the outputs over the root of their number."),
        )
        for side, signal in found.items()
    ]


@computed
def sizes(subject: Subject, at: int | None) -> dict[Direction, Signal]:
    """log10 sizes of dL/dh, ("layer", "time"), of a loss at one step, or of all of them on average.

    L is minus the log of the leading answer's share; without classes, the sum of all outputs over their root, so that
    its push has length 1. A network that answers once has one loss.
    """
    labelled = has_classes(subject)

    def loss(y: Tensor) -> Tensor:
        y = y[:, 0] if y.ndim == 3 else y
        each = -y.log_softmax(-1).amax(-1) if labelled else y.sum(-1) / math.sqrt(y.shape[-1])
        return each.mean() if at is None else each[at]

    return layer_gradients(subject.network(), subject.input(), loss)


def has_classes(subject: Subject) -> bool:
    answers = subject.load().answers
    return answers is not None and answers.kind == "classes"


def fading(side: Direction, signal: Signal, at: int | None) -> str:
    """How fast the gradient falls on its way down and on its way back, as a title."""
    arrow, values = ARROWS[side], signal.values
    if at is None:
        return _("{arrow}: how much of the loss reaches each layer and step").format(arrow=arrow)
    down = back = None
    if len(values) > 1 and np.isfinite(values[[0, -1], at]).all():
        down = significant(10 ** ((values[0, at] - values[-1, at]) / (len(values) - 1)), 2)
    along = values[-1, : at + 1] if side == "forward" else values[-1, at:][::-1]
    if np.isfinite(along).sum() > 1:
        back = significant(10 ** slope(Signal("h", ("time",), along)).per_step, 2)
    if down and back:
        told = _("{arrow}: × {down} for each layer down, × {back} for each step back in time")
    elif down:
        told = _("{arrow}: × {down} for each layer down; it starts at its first step")
    elif back:
        told = _("{arrow}: × {back} for each step back in time")
    else:
        told = _("{arrow}: the loss stands at its first step, nothing lies behind it")
    return told.format(arrow=arrow, down=down, back=back)
