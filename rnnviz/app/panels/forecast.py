"""Panels of the page Forecast: a series and how the network goes on with it, errors by horizon, the autocorrelation."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from rnnviz import figures, forecasting
from rnnviz.app import naming
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import forecast_claims
from rnnviz.app.panels.gradient_lines import POWER
from rnnviz.app.panels.state_charts import chart
from rnnviz.app.stage.bindings import Bound
from rnnviz.app.stage.board import Board
from rnnviz.app.written import significant
from rnnviz.figures import Line, style
from rnnviz.subjects import Subject

NAIVE, SEASONAL = "#B07A10", "#5B8C2A"  # no cell's colour
LEAST_ERROR = 1e-6  # below it an error is drawn at the lower edge
ROOM = 0.35  # of a standard deviation above and below the series


def board(subject: Subject, steps: int) -> Board:
    """With the forecasts from every step, one array of lines each, by variable."""
    found = forecast_claims.seen(subject, steps)
    total, told = len(found.x), {"told": found.told, "naive": found.naive, "seasonal": found.seasonal}
    made = Board([""] * total, [True] * total, units=1, start=total // 2 - 1, about={subject.cell: subject})
    for name, forecast in told.items():
        for k in range(found.x.shape[1] if forecast is not None else 0):
            made.array(f"{name}:{k}", _lines(found.x[:, k], forecast[..., k]))
    made.array("lost", np.repeat(_lost(subject, steps)[:, None], 2, 1))
    until = np.tri(total, dtype=bool)  # what a cursor at each step has behind it
    for k in range(found.x.shape[1]):
        made.array(f"read:{k}", np.where(until, found.x[:, k].numpy(), np.nan))
        made.array(f"one step:{k}", np.where(until, _one_step(found.told, k), np.nan))
    return made


def _lines(x: Tensor, forecast: Tensor) -> np.ndarray:
    """Forecasts (T, H) from every step of ``x`` (T,) over the steps of the series, (T, T), each from the value that was
    read last; what leaves the series is left out."""
    total, ahead = len(x), forecast.shape[1]
    lines = np.full((total, total + ahead), np.nan)
    for t in range(total):
        lines[t, t], lines[t, t + 1 : t + 1 + ahead] = x[t], forecast[t]
    return lines[:, :total]


def _lost(subject: Subject, steps: int) -> np.ndarray:
    """Of a forecast from each step, the step (T,) of its first large error; none where it follows to the end."""
    followed, total = forecast_claims.seen(subject, steps).followed.numpy(), len(forecast_claims.seen(subject, steps).x)
    first = np.arange(total) + followed + 1  # an index
    return np.where((followed < steps) & (first < total), first + 1.0, np.nan)


def _one_step(told: Tensor, variable: int) -> np.ndarray:
    """What was told of every step (T,) at the one before it."""
    return np.concatenate([[np.nan], told[:-1, 0, variable].numpy()])


def series(subject: Subject, steps: int, variable: int, several: bool, **place: object) -> dict:
    """One variable: what was read until the cursor, what comes, and how it is told from there on."""
    found = forecast_claims.seen(subject, steps)
    x, total = found.x[:, variable].numpy(), len(found.x)
    at, name = total // 2 - 1, subject.load().reads.names[variable]
    kinds = {
        "read": (_("read"), style.INK, "solid"),
        "naive": (_("last value"), NAIVE, "dot"),
        "seasonal": (_("{lag} steps ago").format(lag=found.season), SEASONAL, "dashdot"),
        "told": (_("{cell} by itself").format(cell=naming.cell(subject.cell)), style.CELLS[subject.cell], "solid"),
    }
    forecasts = {"naive": found.naive, "seasonal": found.seasonal, "told": found.told}
    drawn, bound = [], []
    drawn.append(Line(_("what really comes"), x, style.INK, "solid", meta={"signal": "x", "unit": variable}))
    before = {"signal": "one step", "unit": variable, "label": _("predicted one step ahead")}
    for kind, (called, color, dash) in kinds.items():
        if kind != "read" and forecasts[kind] is None:
            continue
        if kind == "read":
            values = np.where(np.arange(total) <= at, x, np.nan)
        else:
            values = _lines(found.x[:, variable], forecasts[kind][..., variable])[at]
        bound.append(Bound(len(drawn), "y", f"{kind}:{variable}", "step"))
        meta = {"signal": kind, "unit": variable} | ({"label": _("truth")} if kind == "read" else {})
        drawn.append(Line(called, values, color, dash, meta=meta))
    limits = float(x.min()) - ROOM, float(x.max()) + ROOM
    figure = figures.lines.draft(
        drawn,
        value_range=limits,
        value_title=_("{name}, in standard deviations").format(name=name),
        time_title=_("time step"),
        height=210 if several else 400,
    )
    truth, read = figure.traces[:2]  # one colour; what comes is so broad that it is seen behind a forecast of it
    truth |= {"line": truth["line"] | {"width": 7}, "opacity": 0.35}
    read["line"] |= {"width": 3.2}
    bound.append(Bound(len(drawn), "y", f"one step:{variable}", "step"))
    figure.update_layout(meta={"ends": False})  # the lines are others at every step, so that their ends move
    figure.add_scatter(
        x=np.arange(1, total + 1),
        y=np.where(np.arange(total) <= at, _one_step(found.told, variable), np.nan),
        meta=before,
        mode="markers",
        marker={"color": style.CELLS[subject.cell], "size": 4, "opacity": 0.7},
        hoverinfo="skip",
        showlegend=False,
    )
    bound.append(Bound(len(drawn) + 1, "x", "lost", "step"))
    figure.add_scatter(
        x=np.repeat(_lost(subject, steps)[at], 2),
        y=list(limits),
        name=_("lost: first error of {within}").format(within=forecasting.WITHIN),
        mode="lines",
        line={"color": style.HELD, "width": 2, "dash": "dash"},
        hoverinfo="skip",
    )
    return chart(figure, bound=bound, **place)


def one_step_errors(subject: Subject, steps: int, **place: object) -> dict:
    """The size of the error one step ahead, at the step that was told."""
    found = forecast_claims.seen(subject, steps)
    kinds = {
        "error": (subject.cell, found.told, style.CELLS[subject.cell], "solid"),
        "error:naive": (_("last value"), found.naive, NAIVE, "dot"),
    }
    drawn = []
    for signal, (called, forecast, color, dash) in kinds.items():
        size = (forecast[:-1, 0] - found.x[1:]).square().mean(-1).sqrt().clamp(min=LEAST_ERROR).log10().numpy()
        meta = {"signal": signal, "label": called} | POWER
        drawn.append(Line(called, np.concatenate([[np.nan], size]), color, dash, meta=meta))
    figure = figures.lines.draft(drawn, value_title=_("error"), time_title=_("time step"), powers=True, height=230)
    errors = [float((forecast[:-1, 0] - found.x[1:]).square().mean().sqrt()) for _name, forecast, *_ in kinds.values()]
    title = _("One step ahead the {cell} errs no less than the last value")
    if errors[0] < errors[1]:
        title = _("One step ahead the {cell} errs {times} times less than the last value")
    caption = _("Its error while it reads the truth: {error} on average, {naive} of the last value.")
    return chart(
        figure,
        title=title.format(
            cell=naming.cell(subject.cell), times=significant(errors[1] / max(errors[0], LEAST_ERROR), 2)
        ),
        caption=caption.format(error=significant(errors[0], 2), naive=significant(errors[1], 2)),
        **place,
    )


def reach(subject: Subject, steps: int, **place: object) -> dict:
    """How many steps the network follows the series from each of its steps."""
    found = forecast_claims.seen(subject, steps)
    total = len(found.x)
    counted = found.followed.double().numpy()
    counted[max(0, total - steps) :] = np.nan  # from there the series ends before the forecast does
    meta = {"signal": "followed", "label": _("steps"), "whole": True}
    figure = figures.lines.draft(
        [Line(subject.cell, counted, style.CELLS[subject.cell], "solid", meta=meta)],
        value_range=(0, float(steps)),
        value_title=_("steps"),
        time_title=_("time step"),
        height=230,
    )
    known = counted[~np.isnan(counted)]
    title = _("How far it gets depends on where it starts: {least} to {most} steps")
    return chart(
        figure,
        title=title.format(least=int(known.min()), most=int(known.max())),
        caption=_("Of {steps} steps, those before the first error of {within} standard deviations.").format(
            steps=steps, within=forecasting.WITHIN
        ),
        **place,
    )


def horizons(subject: Subject, steps: int, **place: object) -> dict:
    """The error by horizon over all that is held out, of every cell and of what needs no network."""
    compared = forecast_claims.compared(subject, steps)
    first = next(iter(compared.values()))
    drawn = [Line(cell, each.errors, style.CELLS[cell], meta={"signal": "error", "network": cell})
             for cell, each in compared.items()]  # fmt: skip
    drawn.append(Line(_("last value"), first.naive, NAIVE, "dot", meta={"signal": "error", "network": "naive"}))
    meta = {"signal": "error", "network": "seasonal"}
    drawn.append(Line(_("one season ago"), first.seasonal, SEASONAL, "dashdot", meta=meta))
    figure = figures.lines.draft(
        drawn,
        value_range=(0.0, 2.0),
        value_title=_("error (NRMSE)"),
        time_title=_("steps ahead"),
        height=300,
    )
    style.mark(figure, "y", 1.0, _("as the mean"))
    return chart(
        figure,
        time=False,
        title=forecast_claims.horizon_title(subject, steps),
        caption=sentences(
            _("{count} series, none trained on, each from step {origin} on. Values beyond 2 are not drawn.").format(
                count=first.count, origin=first.origin
            ),
            forecast_claims.losers(compared),
        ),
        **place,
    )


def autocorrelation(subject: Subject, steps: int, **place: object) -> dict:
    """How alike the series is to itself some steps ago."""
    found = forecast_claims.seen(subject, steps)
    meta = {"signal": "r"}
    figure = figures.lines.draft(
        [Line("r", found.correlation, style.INK, "solid", meta=meta)],
        value_range=(-1.0, 1.0),
        value_title=_("autocorrelation r"),
        time_title=_("lag in steps"),
        first=0,
        height=300,
    )
    title = _("No lag at which the series comes back")
    if found.season is not None:
        style.mark(figure, "x", found.season, str(found.season))
        title = _("After {lag} steps it is most like itself: r = {size}").format(
            lag=found.season, size=f"{found.correlation[found.season]:.2f}"
        )
    caption = _("Of the first {count} steps of {name}; the biased estimate, which shrinks at long lags.")
    caption = caption.format(count=found.measured, name=subject.load().reads.names[0])
    return chart(figure, time=False, title=title, caption=caption, **place)


def rows(subject: Subject, steps: int, made: Board) -> None:
    """All panels of the page on a board."""
    names = subject.load().reads.names
    for k in range(len(names)):
        words = forecast_claims.beginning(subject) if k == 0 else {}
        made.row(series(subject, steps, k, len(names) > 1, span=12, **words))
    made.row(horizons(subject, steps, span=6), autocorrelation(subject, steps, span=6))
    made.row(reach(subject, steps, span=6), one_step_errors(subject, steps, span=6))
