"""What something costs by how many are done at once: a line per network, both axes logarithmic."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.figures.lines import DASHES, Line


@drawn
def by_size(
    sizes: np.ndarray,
    curves: Sequence[Line],
    *,
    size_title: str = "batch size",
    value_title: str = "milliseconds",
    height: int = 300,
) -> Draft:
    """``curves``: values above zero, one for each of ``sizes``; one that is not finite is a gap."""
    fig = style.figure(height, showlegend=True, margin=style.MARGIN | {"t": 34})
    for k, curve in enumerate(curves):
        if np.shape(curve.values) != np.shape(sizes):
            raise ValueError(f"by_size draws one value per size; there are {len(curve.values)} for {len(sizes)}")
        fig.add_scatter(
            x=sizes,
            y=curve.values,
            name=style.plain(curve.name),
            mode="lines+markers",
            line={"color": curve.color, "width": 2.2, "dash": curve.dash or DASHES[k % len(DASHES)]},
            marker={"size": 7},
            hovertemplate=f"%{{x}} · {style.plain(curve.name)}: %{{y:.3g}}<extra></extra>",
        )
    fig.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"})
    ticks = [int(size) for size in sizes]
    fig.update_xaxes(
        title={"text": size_title, "standoff": 6}, type="log", tickvals=ticks, ticktext=list(map(str, ticks)),
        fixedrange=True, zeroline=False,
    )  # fmt: skip
    fig.update_yaxes(title=style.value_title(value_title), type="log", nticks=7, zeroline=False)
    return fig
