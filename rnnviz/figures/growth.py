"""How large a state has become along a stream without end, on axes in which steady growth is a straight rise."""

from collections.abc import Sequence

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.figures.lines import DASHES, Line

POINTS = 240  # of each line: more than a chart has room for


@drawn
def growth(
    curves: Sequence[Line],
    *,
    chosen: str | None = None,
    value_title: str = "size",
    time_title: str = "time step",
    height: int = 300,
) -> Draft:
    """``curves``: positive sizes, one per step, all equally many. That named ``chosen`` is drawn boldly, on top.

    Both axes are logarithmic. A line of thousands of steps is drawn as the largest value in each of at most POINTS
    stretches of time, which are equally wide to the eye; each stands at its stretch's last step.
    """
    fig = style.figure(height, showlegend=True, margin=style.MARGIN | {"t": 34})
    steps = max((len(curve.values) for curve in curves), default=1)
    ends = np.unique(np.geomspace(1, steps, POINTS).round().astype(int))
    starts = np.concatenate([[0], ends[:-1]])
    for k, curve in enumerate(curves):
        bold = curve.name == chosen
        fig.add_scatter(
            x=ends,
            y=np.maximum.reduceat(curve.values, starts),
            name=style.plain(curve.name),
            mode="lines",
            zorder=int(bold),
            opacity=1.0 if bold or chosen is None else 0.8,
            line={"color": curve.color, "width": 3.4 if bold else 1.6, "dash": curve.dash or DASHES[k % len(DASHES)]},
            hovertemplate=f"%{{x:,}} · {style.plain(curve.name)}: %{{y:,.3~g}}<extra></extra>",
        )
    fig.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"})
    powers = {"type": "log", "dtick": 1, "exponentformat": "power"}
    fig.update_xaxes(title={"text": time_title, "standoff": 6}, fixedrange=True, **powers)
    fig.update_yaxes(title=style.value_title(value_title), **powers)
    return fig
