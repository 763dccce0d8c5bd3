"""How something goes on while networks learn: curves over the updates of a run, which may still grow."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.figures.lines import DASHES


class Learnt(NamedTuple):
    """One network's curve. ``faint``: (updates, values) of the single values that ``values`` are means of;
    ``exploded``: the update that could not be made, where a line stands. ``markers``: whether each value has one."""

    name: str
    updates: np.ndarray
    values: np.ndarray
    color: str
    faint: tuple[np.ndarray, np.ndarray] | None = None
    exploded: int | None = None
    markers: bool = True


@drawn
def learning(
    curves: Sequence[Learnt],
    *,
    ghosts: Sequence[Learnt] = (),
    most: int = 0,
    log: bool = False,
    percent: bool = False,
    marks: Mapping[str, float] = {},
    value_title: str = "value",
    update_title: str = "update",
    height: int = 300,
) -> Draft:
    """``ghosts``: drawn thinly, as what was before. ``most``: the last update of the run, so that the axis does not
    move while the curves grow. ``marks``: levels by what they are called, a dotted line each. ``percent``: the values
    are shares, from 0 to 1."""
    fig = style.figure(height, showlegend=True, margin=style.MARGIN | {"t": 34})
    most = max(most, 1, *(int(curve.updates[-1]) for curve in curves if len(curve.updates)))
    shown = "%{y:.1%}" if percent else "%{y:.3~g}"
    for k, curve in enumerate(curves):
        name, hover = style.plain(curve.name), f"%{{x:,}} · {style.plain(curve.name)}: {shown}<extra></extra>"
        if curve.faint is not None:
            fig.add_scatter(
                x=curve.faint[0], y=curve.faint[1], mode="lines", line={"color": curve.color, "width": 1},
                opacity=0.4, hoverinfo="skip", showlegend=False,
            )  # fmt: skip
        fig.add_scatter(
            x=curve.updates,
            y=curve.values,
            name=name,
            mode="lines+markers" if curve.markers else "lines",
            line={"color": curve.color, "width": 2.4, "dash": DASHES[k % len(DASHES)]},
            marker={"size": 6 if curve.faint is None else 3},
            hovertemplate=hover,
        )
        if curve.exploded is not None:
            place = {"x0": curve.exploded, "x1": curve.exploded, "y0": 0, "y1": 1, "xref": "x", "yref": "y domain"}
            fig.add_shape(type="line", line={"color": curve.color, "width": 2, "dash": "dot"}, **place)
    for ghost in ghosts:
        there = ghost.updates <= most
        fig.add_scatter(
            x=ghost.updates[there], y=ghost.values[there], mode="lines", opacity=0.6, showlegend=False,
            line={"color": ghost.color, "width": 1.2, "dash": "dot"},
            hovertemplate=f"%{{x:,}} · {style.plain(ghost.name)}: {shown}<extra></extra>",
        )  # fmt: skip
    for name, level in marks.items():
        style.mark(fig, "y", level)
        fig.add_annotation(
            text=style.plain(name), font={"size": 11}, showarrow=False, x=1, xref="x domain", xanchor="right",
            y=math.log10(level) if log else level, yref="y", yanchor="bottom" if log else "top",
            yshift=0 if log else -8,  # clear of a curve that goes along the line
            xshift=-12,  # and of a cursor at the last update
        )  # fmt: skip
    fig.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"})
    title = {"text": update_title, "standoff": 6}
    fig.update_xaxes(title=title, range=[-0.01 * most, 1.02 * most], zeroline=False, fixedrange=True, tickformat=",d")
    fig.update_yaxes(title=style.value_title(value_title), zeroline=False)
    if log:
        fig.update_layout(margin={"l": 66})  # of powers with an exponent of two digits
        fig.update_yaxes(type="log", exponentformat="power", dtick=_decades([*curves, *ghosts]))
    if percent:
        fig.update_yaxes(range=[-0.03, 1.03], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
    return fig


def _decades(curves: Sequence[Learnt]) -> int | None:
    """From how many to how many powers of ten there is a tick, so that there are six at most; None where there may be
    no power of ten at all, and Plotly's own ticks between two of them are to be seen."""
    values = np.concatenate([np.concatenate([curve.values, *(curve.faint or ())[1:]]) for curve in curves] or [[1.0]])
    there = values[np.isfinite(values) & (values > 0)]
    span = float(np.ptp(np.log10(there))) if len(there) else 0.0
    return math.ceil(span / 6) if span > 1 else None
