"""Quantities over time as lines, one colour and one dash each, named at their end."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.figures.heatmap import refuse_other_axes
from rnnviz.trace import Signal

MOST_UNITS = 20  # lines that can be told apart
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


class Line(NamedTuple):
    name: str
    values: np.ndarray  # one number per step
    color: str
    dash: str | None = None  # else one of DASHES, by place
    band: tuple[np.ndarray, np.ndarray] | None = None  # lower and upper edge, drawn faintly behind the line
    meta: dict | None = None  # which numbers these are, for whoever reads them off the figure


@drawn
def lines(
    curves: Sequence[Line] | Signal,
    tokens: tuple[str, ...] = (),
    *,
    ghosts: Sequence[Line] = (),
    value_range: tuple[float, float] | None = None,
    value_title: str = "value",
    time_title: str = "time step",
    log: bool = False,
    powers: bool = False,
    first: int = 1,
    height: int = 240,
) -> Draft:
    """``curves`` on one axis; dashes repeat what the colours say, for eyes that do not tell them apart.

    ``curves``: also a Signal with axes ("time",), or ("time", "unit") with a line for each unit, 20 at most, over its
    own range. ``ghosts``: drawn faintly and after the others, as what was before. ``first``: the number of the first
    point, 1 for time steps, 0 for ages. ``log``: a logarithmic axis of values. ``powers``: the values are log10 of what
    the axis names.
    """
    fig = style.figure(height, showlegend=True)
    if isinstance(curves, Signal):
        fig.title = f"{style.name_of(curves)} at each step"
        value_range = value_range or (None if log or powers else style.value_range(curves))
        curves = _of_units(curves)
    steps = max((len(curve.values) for curve in curves), default=1)
    shown = "10<sup>%{y:.2f}</sup>" if powers else "%{y:.3f}"
    for k, curve in enumerate(curves):
        if curve.band is not None:
            low, high = curve.band
            there = np.arange(first, first + len(low))
            edges = {"x": np.concatenate([there, there[::-1]]), "y": np.concatenate([high, low[::-1]])}
            fig.add_scatter(
                **edges, fill="toself", fillcolor=curve.color, opacity=0.16, line={"width": 0}, hoverinfo="skip",
                showlegend=False,
            )  # fmt: skip
        fig.add_scatter(
            x=np.arange(first, first + len(curve.values)),
            y=curve.values,
            name=style.plain(curve.name),
            meta=curve.meta,
            mode="lines+markers" if steps <= 40 else "lines",
            line={"color": curve.color, "width": 2.2, "dash": curve.dash or DASHES[k % len(DASHES)]},
            marker={"size": 5},
            hovertemplate=f"%{{x}} · {style.plain(curve.name)} = {shown}<extra></extra>",
        )
    for ghost in ghosts:
        fig.add_scatter(
            x=np.arange(first, first + len(ghost.values)),
            y=ghost.values,
            meta=ghost.meta,
            mode="lines",
            line={"color": ghost.color, "width": 1.4, "dash": "dot"},
            opacity=0.5,
            hovertemplate=f"%{{x}} · {style.plain(ghost.name)} = {shown}<extra></extra>",
            showlegend=False,
        )
    fig.update_layout(
        meta={"ends": True},  # where names have room at the ends of the lines, the app needs no legend
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin=style.MARGIN | {"t": 34},
    )
    fig.update_xaxes(title={"text": time_title, "standoff": 6}, **style.time_axis(steps, tokens))
    if first != 1:
        fig.update_xaxes(range=[first - 0.5, first + steps - 0.5])
    fig.update_yaxes(title=style.value_title(value_title), zeroline=True)
    if powers:
        fig.update_yaxes(**style.power_axis(np.concatenate([curve.values for curve in curves] or [np.zeros(1)])))
    if log:
        fig.update_yaxes(type="log", exponentformat="power", dtick=1)
    if value_range:
        pad = 0.06 * (value_range[1] - value_range[0])
        fig.update_yaxes(range=[value_range[0] - pad, value_range[1] + pad])
    return fig


def _of_units(signal: Signal) -> list[Line]:
    if signal.axes == ("time",):
        return [Line(signal.name, signal.values, style.ROLES["state"])]
    refuse_other_axes(signal, ("time", "unit"), "lines")
    if signal.shape[1] > MOST_UNITS:
        raise ValueError(
            f"lines draws {MOST_UNITS} units at most, not {signal.shape[1]}; use signal.at(unit=slice(20))"
        )
    colors = ["#{:02x}{:02x}{:02x}".format(*color) for color in style.WORDS]
    return [Line(f"unit {k}", signal.values[:, k], colors[k % len(colors)]) for k in range(signal.shape[1])]
