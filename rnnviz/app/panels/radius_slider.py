"""The sliders of what gradients hang on: the spectral radius, whose curves follow while it is dragged, and the bias of
the gates that keep."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from rnnviz.app import controls, gradient_runs, state
from rnnviz.app.comparison import Subjects
from rnnviz.app.i18n import _
from rnnviz.app.panels.gradient_claims import SHORT, a_step
from rnnviz.app.panels.gradient_lines import finite, signal_of
from rnnviz.app.stage.board import Board, show
from rnnviz.subjects import Subject
from rnnviz.trace import Signal

SLID = 2.0  # the end of the slider, so that 1 is in its middle; a link may ask for more
BIASES = 4.0  # and of that of a bias, on either side of 0
MOST_STEPS = 200  # of a sequence whose gradient is swept beforehand: longer ones would keep a server for seconds


def slider(fresh: bool, followed: bool = False) -> list[dict]:
    """Both knobs with their two zones, where they are about ``fresh`` networks. ``followed``: the page shows the sweep
    too."""
    if not fresh:
        return []
    knob, tanh = state.knobs().declared()["radius"], state.knobs().activation == "tanh"
    words = {
        "name": _("Spectral radius of W"),
        "note": _("factor per step without tanh") if tanh else _("factor per step, in the long run"),
        "below": _("tends to vanish"),
        "above": _("can grow") if tanh else _("can explode"),
        "dragged": _("≈ between computed radii; exact when you let go"),
    }
    of = _settings() if followed and _is_quick() else ""
    radius = panel("radius", state.knobs().radius, (knob.least, SLID, knob.step), words, of)
    return [radius | {"span": 7}, _bias() | {"span": 5}]


def _bias() -> dict:
    """Of the gates that keep: the other cause, in which the LSTM and the GRU differ from the RNN."""
    words = {
        "name": _("Bias of gates f, z"),
        "note": _("PyTorch starts near 0"),
        "below": _("shut"),
        "above": _("open"),
        "dragged": "",
    }
    step = state.knobs().declared()["forget_bias"].step
    return panel("forget_bias", state.knobs().forget_bias, (-BIASES, BIASES, step), words, tick=0)


def alone(sizes: Signal) -> str:
    """What the radius by itself would leave of the RNN's gradient at each step, and what is left with its tanh, where
    that takes much; "" elsewhere. ``sizes``: log10 of them at each step, (time,), of a fresh RNN."""
    read, knobs = sizes.values, state.knobs()
    steps = len(read) - 1
    if steps < SHORT or knobs.activation != "tanh" or not 0 < knobs.radius < 1 or not np.isfinite(read).all():
        return ""
    if read[0] - read[-1] > steps * math.log10(knobs.radius) - 1:  # less than a power of ten
        return ""
    told = _("RNN: × {radius} a step by W alone, × {seen} with tanh.")
    return told.format(radius=f"{knobs.radius:.2f}", seen=a_step(read))


def panel(
    name: str, value: float, ends: tuple[float, float, float], words: dict[str, str], of: str = "", tick: float = 1
) -> dict:
    """``name``: of the knob, or of the part of the subject, that it sets; ``ends``: least, most and step; ``of``: of
    which settings a sweep is followed, none unless given; ``tick``: where its two zones meet."""
    least, most, step = ends
    place = {"kind": "radius", "title": words["name"], "span": 12, "name": name, "words": words, "of": of, "tick": tick}
    return place | {"value": value, "least": min(least, value), "most": max(most, value), "step": step}


def sweep(compared: Subjects) -> Board:
    """What the slider draws from: each network's curves over RADII, (radius, time), on a stage without a picture."""
    board, curves = Board([], [], units=1), []
    for cell, subject in _swept(compared).items():
        for name, values in gradient_runs.swept(subject, state.knobs().loss_at).items():
            place = {"network": cell, "signal": signal_of(name)}
            curves.append(place | {"values": board.array(f"{cell}:{name}", finite(values))})
    board.row({"kind": "sweep", "span": 12, "of": _settings(), "at": gradient_runs.RADII, "curves": curves})
    return board


def show_sweep(compared: Subjects, fresh: bool) -> None:
    """Show nothing, but send what the slider draws from once a hand is on it, where that takes a moment only; last on a
    page. Sent to everybody it would be most of what a turn of another knob costs."""
    if fresh and _is_quick() and controls.is_about_to_drag(_settings()):
        loss_at = state.knobs().loss_at
        prepare = partial(gradient_runs.prepare_sweep, _swept(compared).values(), loss_at)
        show(lambda: sweep(compared), part="radius", prepare=prepare)


def _is_quick() -> bool:
    return state.knobs().steps <= MOST_STEPS and not state.knobs().repeat


def _swept(compared: Subjects) -> dict[str, Subject]:
    """One of all radii stands for the others: their sweep is the same."""
    return {cell: subject.with_(spectral_radius=1.0) for cell, subject in compared.items()}


def _settings() -> str:
    """All that the curves hang on beside the radius."""
    return repr((state.subject().cell, sorted(state.knobs().with_(radius=1.0).changed().items())))
