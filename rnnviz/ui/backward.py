"""Panels about gradients through time: the race of the cells, its bounds, the map of losses by states."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnviz import figures, gradients
from rnnviz.dynamics import spectral_radius
from rnnviz.figures import Line, style
from rnnviz.race import Race
from rnnviz.trace import Signal
from rnnviz.ui.charts import chart
from rnnviz.ui.language import _
from rnnviz.ui.retraced import Runner, curves, lessons, network, theory
from rnnviz.ui.stage import Board

REPEATS = 10
DASHES = ("solid", "dash", "dot")  # the whole state first, which the title is about; then its parts


def first(runner: Runner) -> str:
    return f"{float(curves(runner)['state'].values[0]):.2f}"


def reaching(runner: Runner) -> Signal:
    """What every rate and factor on these pages is about: log10 of the size of dL/dS_t, ("time",). S is the whole state
    of the cell, L the runner's loss at the end: a sum of losses accumulates on the way, so its curve has no rate."""
    return curves(runner.with_(loss="last") if isinstance(runner, Race) else runner)["state"]


def race(runners: Mapping[str, Runner], tokens: tuple[str, ...], repeat: bool) -> dict:
    """The size of the gradient at every step, a line per state, with a band over seeds where asked for."""
    drawn = []
    for cell, runner in runners.items():
        bands = _bands(runner) if repeat and isinstance(runner, Race) else {}
        sizes = curves(runner)
        names = [name for name in sizes if name != "state"]
        shown = names if len(names) == 1 else ["state", *names]  # of an RNN, h is the whole state
        for name, dash in zip(shown, DASHES, strict=False):
            signal = sizes[name]
            label = f"{cell} ∂L/∂({', '.join(names)})" if name == "state" else f"{cell} ∂L/∂{name}"
            meta = {"signal": f"log10 dL/d{name}".replace("dstate", "dS"), "network": cell, "label": label}
            drawn.append(Line(label, finite(signal.values), style.CELLS[cell], dash, bands.get(name), meta))
    caption = _("Exact; read from right to left. A rate is that of the straight line nearest to the solid one.")
    figure = figures.lines.draft(
        drawn,
        tokens,
        value_title=_("log10 of the gradient's size"),
        time_title=_("time step"),
        height=360,
    )
    return chart(
        figure,
        span=8,
        title=_("The size of the loss's gradient at each step"),
        caption=_("{caption} Bands: smallest to largest of seeds 0 to 9.").format(caption=caption)
        if repeat
        else caption,
    )


def _bands(runner: Race) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    runs = [curves(runner.with_(seed=seed)) for seed in range(REPEATS)]
    stacked = {name: np.stack([finite(run[name].values) for run in runs]) for name in runs[0]}
    return {
        name: (np.nanmin(rows, 0), np.nanmax(rows, 0))
        for name, rows in stacked.items()
        if not np.isnan(rows).all(0).any()
    }


def finite(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), values, np.nan)


def spectrum(runners: Mapping[str, Runner], board: Board) -> dict:
    """The singular values of this step's Jacobian, largest first, following the cursor."""
    drawn, tracks, low = [], [], 0.0
    for k, (cell, runner) in enumerate(runners.items()):
        values = theory(runner).singular_values.values
        with np.errstate(divide="ignore"):
            sizes = np.log10(values)
        sizes = np.where(sizes < -12, np.nan, finite(sizes))  # below that they are zero, or rounding
        low = min(low, float(np.min(sizes, where=~np.isnan(sizes), initial=0.0)))
        meta = {"signal": "log10 sigma", "network": cell, "at": 0, "label": f"{cell} log10 σ₁"}
        drawn.append(Line(cell, sizes[-1], style.CELLS[cell], meta=meta))
        tracks.append({"trace": k, "attributes": {"y": board.array(f"sigma:{cell}", sizes)}})
    figure = figures.lines.draft(
        drawn,
        value_range=(low, 1.0),
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
    true, of = finite(reaching(runner).values), theory(runner)
    true = true - (true[-1] if np.isfinite(true[-1]) else 0.0)
    back = np.arange(runner.length - 1, -1, -1)
    with np.errstate(invalid="ignore"):  # 0 times -inf: where nothing passes there is no slope
        predicted = finite(of.exponent * back)
    drawn = [
        Line(_("true gradient"), true, style.CELLS[runner.cell], "solid"),
        Line(_("slope of the Lyapunov exponent"), predicted, style.INK, "dash"),
        Line(_("product of largest singular values"), finite(of.bound), "#B07A10", "dot"),
    ]
    if runner.cell == "RNN":
        limit = gradients.pascanu_bound(network(runner), runner.length).values
        drawn.append(Line(_("Pascanu's bound"), finite(limit), "#4F81A8", "dashdot"))
        with np.errstate(all="ignore"):  # the radius may be zero
            radius = np.log10(spectral_radius(network(runner).layers[0][0].weight_hh))
            alone = np.where(back > 0, radius * back, 0.0)
        drawn.append(Line(_("spectral radius alone"), finite(alone), "#98705F", "longdash"))
    signals = ("true", "exponent", "product", "pascanu", "radius")
    drawn = [
        line._replace(meta={"signal": f"bound:{signal}", "network": runner.cell, "label": line.name})
        for line, signal in zip(drawn, signals, strict=False)
    ]
    figure = figures.lines.draft(
        drawn, tokens, value_title=_("log10, 0 at the last step"), time_title=_("time step"), height=300
    )
    above = of.bound[0] - true[0]
    title = _("{cell}: at step 1 the bound is {decades} decades above the gradient")
    if not np.isfinite(above):
        title, above = _("{cell}: nothing reaches step 1"), 0.0
    return chart(
        figure,
        span=span,
        title=title.format(cell=runner.cell, decades=f"{above:.1f}"),
        caption=_(
            "Relative to its last step, loss at the end. A bound below 0 proves vanishing, above 0 nothing; "
            "the exponent predicts the slope of long runs."
        ),
    )


def teaching(runners: Mapping[str, Runner], tokens: tuple[str, ...], span: int) -> dict:
    """Which moment teaches the weights: each step's part of dL/dW_hh."""
    drawn = [
        Line(
            cell,
            finite(lessons(runner).values),
            style.CELLS[cell],
            meta={"signal": "log10 dL/dweight_hh", "network": cell, "label": cell},
        )
        for cell, runner in runners.items()
        if lessons(runner) is not None
    ]
    without = [cell for cell, runner in runners.items() if lessons(runner) is None]
    caption = _("dL/dW is a sum over steps; this is the size of each step's term for W_hh.")
    if without:
        caption += " " + _("{cell} has no W_hh.").format(cell=_(", ").join(without))
    figure = figures.lines.draft(
        drawn, tokens, value_title=_("log10 of the contribution"), time_title=_("time step"), height=300
    )
    return chart(
        figure,
        span=span,
        title=_("Which moment teaches the weights"),
        caption=caption,
    )
