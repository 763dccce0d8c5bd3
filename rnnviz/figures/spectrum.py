"""Eigenvalues in the complex plane, with the unit circle that parts what fades from what grows."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.trace import Signal


class Eigenvalues(NamedTuple):
    name: str
    values: Signal  # ("rank",), complex
    color: str
    hollow: bool = False  # rings, so that a second set can lie over a first


@drawn
def spectrum(
    sets: Sequence[Eigenvalues],
    *,
    circle_title: str = "unit circle",
    real_title: str = "real part",
    imaginary_title: str = "imaginary part",
    height: int = 300,
) -> Draft:
    """Equal units on both axes, zero in the middle. The circle is the first trace, then each of ``sets`` is one.

    ValueError for other axes than ("rank",). Eigenvalues that are not finite have no place and are left out.
    """
    fig = style.figure(height, showlegend=True, margin=style.MARGIN | {"t": 34})
    turn = np.linspace(0, 2 * np.pi, 181)
    fig.add_scatter(
        x=np.cos(turn),
        y=np.sin(turn),
        name=style.plain(circle_title),
        mode="lines",
        line={"color": style.INK, "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
    )
    largest = 1.0
    for one in sets:
        if one.values.axes != ("rank",):
            raise ValueError(f"spectrum draws axes ('rank',), not {one.values.axes}")
        values = one.values.values[np.isfinite(one.values.values)]
        largest = max(largest, float(np.abs(values).max(initial=0.0)))
        fig.add_scatter(
            x=values.real,
            y=values.imag,
            customdata=np.abs(values),
            name=style.plain(one.name),
            mode="markers",
            marker={
                "color": "rgba(0,0,0,0)" if one.hollow else one.color,
                "size": 6,
                "line": {"color": one.color, "width": 1.2 if one.hollow else 0},
            },
            hovertemplate=f"{style.plain(one.name)}: %{{x:.3f}} %{{y:+.3f}} i, |λ| = %{{customdata:.3f}}"
            "<extra></extra>",
        )
    edge = 1.1 * largest
    fig.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"})
    fig.update_xaxes(title={"text": real_title, "standoff": 6}, range=[-edge, edge], fixedrange=True)
    fig.update_yaxes(title=imaginary_title, range=[-edge, edge], scaleanchor="x", scaleratio=1)
    return fig
