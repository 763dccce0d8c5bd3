"""Unit by time: one quantity of one layer, each row a unit, each column a step."""

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.trace import Signal

# What is not finite: a grey that no scale has.
GRAY = [[0, "rgba(128,128,128,.55)"], [1, "rgba(128,128,128,.55)"]]


@drawn
def heatmap(
    signal: Signal,
    tokens: tuple[str, ...] = (),
    *,
    value_range: tuple[float, float] | None = None,
    height: int = 220,
    time_title: str = "time step",
    unit_title: str = "unit",
    outlined: Signal | None = None,
) -> Draft:
    """``signal`` with axes ("time", "unit") as colours. ``value_range``: shared limits, else the signal's own.
    ``outlined``: true for what is framed, such as what is held, with the same axes."""
    refuse_other_axes(signal, ("time", "unit"), "heatmap")
    steps, units = signal.values.shape
    fig = style.figure(height)
    fig.title, fig.bar = f"{style.name_of(signal)} of each unit at each step", style.name_of(signal)
    paint(fig, signal, value_range or style.value_range(signal), unit_title=unit_title, spaced=units <= 40)
    fig.update_xaxes(title={"text": time_title, "standoff": 6}, **style.time_axis(steps, tokens))
    fig.update_yaxes(title=unit_title, nticks=6, **unit_axis(units))
    if outlined is not None and outlined.values.any():
        fig.add_shape(type="path", path=outline(outlined.values), line={"color": style.HELD, "width": 2})
    return fig


def outline(inside: np.ndarray) -> str:
    """The border of the cells (time, unit) that are ``inside``, as a path in the heatmap's axes."""
    wide = np.pad(inside, 1).astype(np.int8)
    upright = [f"M{t + 0.5},{u - 1.5}V{u - 0.5}" for t, u in np.argwhere(np.diff(wide, axis=0))]
    level = [f"M{t - 0.5},{u - 0.5}H{t + 0.5}" for t, u in np.argwhere(np.diff(wide, axis=1))]
    return "".join(upright + level)


def paint(
    fig: Draft,
    signal: Signal,
    limits: tuple[float, float],
    *,
    unit_title: str,
    spaced: bool,
    yaxis: str = "y",
) -> None:
    """Lay the cells of ``signal``, axes ("time", "unit"), into ``fig``. ``spaced``: thin gaps between the rows.

    Values that are not finite are left blank by Plotly; they are drawn grey instead, so that an explosion is seen as
    one.
    """
    steps = np.arange(1, len(signal.values) + 1)
    gaps = {"xgap": 1 if len(steps) <= 60 else 0, "ygap": 1 if spaced else 0}
    broken = ~np.isfinite(signal.values.T)
    if broken.any():
        z = np.where(broken, 1.0, np.nan)
        words = "not finite<extra></extra>"
        fig.add_heatmap(x=steps, z=z, yaxis=yaxis, colorscale=GRAY, showscale=False, hovertemplate=words, **gaps)
    fig.add_heatmap(
        x=steps,
        z=np.where(broken, np.nan, signal.values.T),
        yaxis=yaxis,
        zmin=limits[0],
        zmax=limits[1],
        colorscale=style.SCALES[style.scale_name(signal)],
        showscale=False,  # a colour bar would move the right edge, and time axes must line up to the pixel
        hovertemplate=f"%{{x}} · {unit_title} %{{y}} · {style.plain(signal.name)} = %{{z:.3f}}<extra></extra>",
        **gaps,
    )


def unit_axis(units: int) -> dict:
    """A y axis of units, the first on top."""
    return {"range": [units - 0.5, -0.5], "showgrid": False, "zeroline": False}


def refuse_other_axes(signal: Signal, axes: tuple[str, ...], figure: str) -> None:
    """A ``ValueError`` unless ``signal`` has the axes that ``figure`` draws, and real numbers."""
    if np.iscomplexobj(signal.values):
        raise ValueError(f"{figure} draws real numbers; {signal.name} is complex: draw its real part or its size")
    if signal.axes != axes:
        raise ValueError(f"{figure} draws axes {axes}, not {signal.axes}; use signal.at(batch=0) first")
