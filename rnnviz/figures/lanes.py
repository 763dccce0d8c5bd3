"""A few units over time, each in a lane of its own, with several runs of it one over the other."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.figures.lines import DASHES
from rnnviz.trace import Signal

WIDE = 0.46  # of the distance between two lanes: where a lane's largest value lies


class Run(NamedTuple):
    name: str
    values: Signal  # ("time", "unit")
    color: str
    dash: str | None = None  # else one of DASHES, by place


@drawn
def lanes(
    runs: Sequence[Run],
    units: Sequence[int],
    *,
    limit: float = 1.0,
    time_title: str = "time step",
    unit_title: str = "unit",
    height: int = 300,
) -> Draft:
    """Each of ``units`` in a lane, the first on top; ``limit``: the value at a lane's edge, beyond which it is cut off.

    The traces of a run follow one another in the order of ``units``; hovering shows the true values. Where a value is
    not finite the line has a gap. ValueError for other axes than ("time", "unit").
    """
    fig = style.figure(height, showlegend=True, margin=style.MARGIN | {"t": 34})
    steps = 1
    for k, run in enumerate(runs):
        if run.values.axes != ("time", "unit"):
            raise ValueError(f"lanes draws axes ('time', 'unit'), not {run.values.axes}")
        steps = max(steps, len(run.values.values))
        for place, unit in enumerate(units):
            values = run.values.values[:, unit]
            fig.add_scatter(
                x=np.arange(1, len(values) + 1),
                y=place - WIDE * np.clip(values / limit, -1, 1),
                customdata=values,
                name=style.plain(run.name),
                legendgroup=str(k),
                showlegend=place == 0,
                mode="lines",
                line={"color": run.color, "width": 1.8, "dash": run.dash or DASHES[k % len(DASHES)]},
                hovertemplate=f"%{{x}} · {style.plain(run.name)}, {unit_title} {unit} = %{{customdata:.3f}}"
                "<extra></extra>",
            )
    fig.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"})
    fig.update_xaxes(title={"text": time_title, "standoff": 6}, **style.time_axis(steps))
    fig.update_yaxes(
        title=style.value_title(unit_title),
        tickvals=list(range(len(units))),
        ticktext=[str(unit) for unit in units],
        range=[len(units) - 0.5, -0.5],
        zeroline=False,
    )
    return fig
