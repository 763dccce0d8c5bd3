"""Unit by time: one quantity of one layer, each row a unit, each column a step."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.figures import style
from rnnviz.trace import Signal


def heatmap(
    signal: Signal,
    tokens: tuple[str, ...] = (),
    *,
    value_range: tuple[float, float] | None = None,
    height: int = 220,
    time_title: str = "time step",
    unit_title: str = "unit",
) -> go.Figure:
    """``signal`` with axes ("time", "unit") as colours. ``value_range``: shared limits, else the signal's own.

    Values that are not finite are left blank by Plotly; they are drawn hatched grey instead, so that an explosion is
    seen as one.
    """
    if signal.axes != ("time", "unit"):
        raise ValueError(f"heatmap draws axes ('time', 'unit'), not {signal.axes}; use signal.at(batch=0) first")
    steps, units = signal.values.shape
    low, high = value_range or style.value_range(signal)
    fig = style.figure(height)
    broken = ~np.isfinite(signal.values.T)
    if broken.any():
        gray = [[0, "rgba(128,128,128,.55)"], [1, "rgba(128,128,128,.55)"]]
        z = np.where(broken, 1.0, np.nan)
        fig.add_heatmap(
            x=np.arange(1, steps + 1), z=z, colorscale=gray, showscale=False, hovertemplate="not finite<extra></extra>"
        )
    fig.add_heatmap(
        x=np.arange(1, steps + 1),
        z=np.where(broken, np.nan, signal.values.T),
        zmin=low,
        zmax=high,
        colorscale=style.SCALES[style.scale_name(signal)],
        showscale=False,  # a colour bar would move the right edge, and time axes must line up to the pixel
        hovertemplate=f"%{{x}} · {unit_title} %{{y}} · {signal.name} = %{{z:.3f}}<extra></extra>",
        xgap=1 if steps <= 60 else 0,
        ygap=1 if units <= 40 else 0,
    )
    fig.update_xaxes(title={"text": time_title, "standoff": 6}, **style.time_axis(steps, tokens))
    fig.update_yaxes(title=unit_title, range=[units - 0.5, -0.5], showgrid=False, zeroline=False, nticks=6)
    return fig
