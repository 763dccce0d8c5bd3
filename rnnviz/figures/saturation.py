"""Each unit of each gate as a dot: how often it is all but shut, how often all but open."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.trace import Signal

SHAPES = ("circle", "diamond", "square", "triangle-up", "cross")


class Gate(NamedTuple):
    name: str
    shut: Signal  # ("unit",), share of steps
    open: Signal
    color: str


@drawn
def saturation(
    gates: Sequence[Gate],
    *,
    shut_title: str = "share of steps below 0.1",
    open_title: str = "share of steps above 0.9",
    unit_title: str = "unit",
    height: int = 300,
) -> Draft:
    """Lower right: units that only ever shut; upper left: units that only ever open; origin: units that never settle.

    Many units share a place (with T steps there are T + 1 shares), so a dot's area says how many sit there.
    """
    fig = style.figure(height, showlegend=True, margin=style.MARGIN | {"t": 34})
    for gate, shape in zip(gates, SHAPES, strict=False):
        places, member = np.unique(np.stack([gate.shut.values, gate.open.values], 1), axis=0, return_inverse=True)
        who = [np.flatnonzero(member.ravel() == k) for k in range(len(places))]
        fig.add_scatter(
            x=places[:, 0],
            y=places[:, 1],
            name=gate.name,
            mode="markers",
            marker={
                "color": gate.color,
                "symbol": f"{shape}-open",  # outlines, because gates often share a place
                "size": [8 + 24 * np.sqrt((len(units) - 1) / len(gate.shut.values)) for units in who],
                "line": {"width": 2},
            },
            customdata=[
                [len(units), ", ".join(map(str, units[:8])) + ("…" if len(units) > 8 else "")] for units in who
            ],
            hovertemplate=f"{gate.name}: %{{x:.0%}} / %{{y:.0%}}<br>%{{customdata[0]}} × {unit_title}: "
            "%{customdata[1]}<extra></extra>",
        )
    fig.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"})
    fig.update_xaxes(
        title={"text": shut_title, "standoff": 6},
        range=[-0.06, 1.06],
        tickformat=".0%",
        fixedrange=True,
        zeroline=False,
    )
    fig.update_yaxes(title=style.value_title(open_title), range=[-0.06, 1.06], tickformat=".0%", zeroline=False)
    return fig
