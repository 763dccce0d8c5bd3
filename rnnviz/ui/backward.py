"""Panels about gradients through time: the race of the cells, its bounds, the map of losses by states."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import streamlit as st

from rnnviz import figures, gradients
from rnnviz.dynamics import lyapunov_exponents
from rnnviz.figures import Line, style
from rnnviz.race import Answer, Race
from rnnviz.trace import Signal
from rnnviz.ui.charts import chart
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board

Runner = Race | Answer  # a network, what it reads and its loss; hashable, so results can be kept
REPEATS = 10


@st.cache_resource(max_entries=256, show_spinner=False)
def curves(runner: Runner) -> dict[str, Signal]:
    """log10 of the size of dL/dh_t, and dL/dc_t where there is a c, each ("time",)."""
    found = gradients.gradient_curves(runner.network(), runner.input(), runner.objective)
    return {name: signal.at(batch=0) for name, signal in found.items()}


@st.cache_resource(max_entries=16, show_spinner=False)
def jacobians(runner: Runner) -> Signal:
    return gradients.step_jacobians(runner.network(), runner.input())


@st.cache_resource(max_entries=64, show_spinner=False)
def singular_values(runner: Runner) -> Signal:
    return gradients.singular_values(jacobians(runner))


@st.cache_resource(max_entries=24, show_spinner=False)
def matrix(runner: Runner) -> Signal:
    return gradients.gradient_matrix(runner.network(), runner.input())


@st.cache_resource(max_entries=64, show_spinner=False)
def lessons(runner: Runner) -> Signal:
    """log10 of each step's contribution to dL/dW_hh, ("time",)."""
    with np.errstate(all="ignore"):  # an exploding network may reach infinity, and must be shown doing so
        found = gradients.weight_gradients_by_step(runner.network(), runner.input(), runner.objective)
    return found.norms["weight_hh"]


def first(runner: Runner) -> str:
    return f"{float(curves(runner)['h'].values[0]):.2f}"


def exploded(runner: Runner) -> int | None:
    """The first step, from 1, whose state is no longer finite; None if all are."""
    states = next(output for _below, output in runner.network().run(runner.network().embed(runner.input())))
    broken = np.flatnonzero(~np.isfinite(states.detach().numpy()).all(axis=(1, 2)))
    return int(broken[0]) + 1 if len(broken) else None


def verdict(runner: Runner) -> str:
    """One network's gradient in words, computed from its curve."""
    step = exploded(runner)
    if step is not None:
        return _("{cell} exploded at step {step}").format(cell=runner.cell, step=step)
    slopes = [gradients.slope(curve) for curve in curves(runner).values()]  # h first; where it has none, c
    slope = next((slope for slope in slopes if not math.isnan(slope.per_step)), None)
    if slope is None and runner.length > 1:
        return _("{cell}: no gradient at all").format(cell=runner.cell)
    if slope is None or slope.steps_per_tenfold > 5 * runner.length:
        return _("{cell} hardly changes").format(cell=runner.cell)
    words = _("{cell} ÷ 10 every {steps} steps") if slope.vanishes else _("{cell} × 10 every {steps} steps")
    steps = slope.steps_per_tenfold
    return words.format(cell=runner.cell, steps=f"{steps:.3g}" if steps < 1000 else f"{steps:.0f}")


def race(runners: Mapping[str, Runner], tokens: tuple[str, ...], repeat: bool) -> dict:
    """The size of the gradient at every step, a line per state, with a band over seeds where asked for."""
    drawn = []
    for cell, runner in runners.items():
        bands = _bands(runner) if repeat and isinstance(runner, Race) else {}
        for name, signal in curves(runner).items():
            label = f"{cell} ∂L/∂{name}"
            dash = "solid" if name == "h" else "dot"
            drawn.append(Line(label, _finite(signal.values), style.CELLS[cell], dash, bands.get(name)))
    figure = figures.lines(
        drawn,
        tokens,
        value_title=_("log10 of the gradient's size"),
        time_title=_("time step"),
        height=360,
    )
    return chart(
        figure,
        span=8,
        title=_("How much of the loss's gradient is left at each step"),
        caption=_("Total derivatives, exact, in float64. Minus 5 means a hundred thousandth; read from right to left."),
    )


def _bands(runner: Race) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    runs = [curves(runner.with_(seed=seed)) for seed in range(REPEATS)]
    stacked = {name: np.stack([_finite(run[name].values) for run in runs]) for name in runs[0]}
    return {
        name: (np.nanmin(rows, 0), np.nanmax(rows, 0))
        for name, rows in stacked.items()
        if not np.isnan(rows).all(0).any()
    }


def _finite(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), values, np.nan)


def spectrum(runners: Mapping[str, Runner], board: Board) -> dict:
    """The singular values of this step's Jacobian, largest first, following the cursor."""
    drawn, tracks = [], []
    for k, (cell, runner) in enumerate(runners.items()):
        values = singular_values(runner).values
        with np.errstate(divide="ignore"):
            sizes = np.log10(values)
        sizes = np.clip(_finite(sizes), -12, 12)
        drawn.append(Line(cell, sizes[-1], style.CELLS[cell]))
        tracks.append({"trace": k, "attributes": {"y": board.array(f"sigma:{cell}", sizes)}})
    low = min((float(np.nanmin(line.values)) for line in drawn if not np.isnan(line.values).all()), default=-1.0)
    figure = figures.lines(
        drawn,
        value_range=(max(-12.0, low), 1.0),
        value_title=_("log10 of the singular value"),
        time_title=_("rank"),
        height=360,
    )
    return chart(
        figure,
        time=False,
        tracks=tracks,
        span=4,
        title=_("What this step does to a gradient"),
        caption=_("Singular values of the step's Jacobian: above 0 a direction grows, below it shrinks. LSTM: (h, c)."),
    )


def bounds(runner: Runner, tokens: tuple[str, ...], span: int) -> dict:
    """The gradient of a loss at the end, beside what theory says of it."""
    if isinstance(runner, Race):
        runner = runner.with_(loss="last")
    actual = _finite(curves(runner)["h"].values)
    start = actual[-1] if np.isfinite(actual[-1]) else 0.0
    exponent = float(lyapunov_exponents(jacobians(runner)).values[0]) / math.log(10)
    back = np.arange(runner.length - 1, -1, -1)
    with np.errstate(invalid="ignore"):  # 0 times -inf: where nothing passes there is no slope
        predicted = _finite(start + exponent * back)
    drawn = [
        Line(_("true gradient"), actual, style.CELLS[runner.cell], "solid"),
        Line(_("slope of the Lyapunov exponent"), predicted, style.INK, "dash"),
        Line(_("product of largest singular values"), _finite(start + _norm_bound(runner)), "#B07A10", "dot"),
    ]
    if runner.cell == "RNN":
        limit = gradients.pascanu_bound(runner.network(), runner.length).values
        drawn.append(Line(_("Pascanu's bound"), _finite(start + limit), "#4F81A8", "dashdot"))
    figure = figures.lines(
        drawn, tokens, value_title=_("log10 of the gradient's size"), time_title=_("time step"), height=300
    )
    return chart(
        figure,
        span=span,
        title=_("{cell}: the bounds hold, and are loose").format(cell=runner.cell),
        caption=_(
            "Loss at the end. A bound below 0 proves vanishing, above 0 nothing; the exponent predicts the slope."
        ),
    )


def _norm_bound(runner: Runner) -> np.ndarray:
    with np.errstate(divide="ignore"):
        worst = np.log10(singular_values(runner).values[:, 0])
    return np.concatenate([np.cumsum(worst[:0:-1])[::-1], [0.0]])


def teaching(runners: Mapping[str, Runner], tokens: tuple[str, ...], span: int) -> dict:
    """Which moment teaches the weights: each step's part of dL/dW_hh."""
    drawn = [Line(cell, _finite(lessons(runner).values), style.CELLS[cell]) for cell, runner in runners.items()]
    figure = figures.lines(
        drawn, tokens, value_title=_("log10 of the contribution"), time_title=_("time step"), height=300
    )
    return chart(
        figure,
        span=span,
        title=_("Which moment teaches the weights"),
        caption=_("dL/dW is a sum over steps; this is the size of each step's term for W_hh."),
    )


def maps(runners: Mapping[str, Runner], tokens: tuple[str, ...], shared: bool, log: bool) -> list[dict]:
    """Losses by states for each cell."""
    sizes = {cell: matrix(runner) for cell, runner in runners.items()}
    ranges = {cell: _limits([signal], log) for cell, signal in sizes.items()}
    if shared:
        ranges = dict.fromkeys(sizes, _limits(list(sizes.values()), log))
    return [
        chart(
            figures.gradient_map(
                signal,
                tokens,
                value_range=ranges[cell],
                log=log,
                time_title=_("state at step k"),
                loss_title=_("loss at step t"),
            ),
            cursor="column",
            span=12 // len(sizes),
            accent=style.CELLS[cell],
            title=verdict(runners[cell]),
            legends=[{"scale": "gradient", "low": ranges[cell][0], "high": ranges[cell][1]}],
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


def reach(runners: Mapping[str, Runner], tokens: tuple[str, ...], board: Board) -> dict:
    """The row of the map at the cursor: how far back a loss at this step reaches."""
    drawn, tracks = [], []
    for k, (cell, runner) in enumerate(runners.items()):
        rows = np.clip(_finite(matrix(runner).values), -300, 300)
        drawn.append(Line(cell, rows[-1], style.CELLS[cell]))
        tracks.append({"trace": k, "attributes": {"y": board.array(f"reach:{cell}", rows)}})
    figure = figures.lines(
        drawn, tokens, value_title=_("log10 of the gradient's size"), time_title=_("state at step k"), height=300
    )
    return chart(
        figure,
        tracks=tracks,
        span=12,
        title=_("A loss at the cursor reaches this far back"),
        caption=_("The row of each map that belongs to the current step; 0 is the full size, minus 1 a tenth."),
    )
