"""A batch of sequences step by step: how many are still being read, and how many only stand by."""

from __future__ import annotations

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn


@drawn
def rows_left(
    sizes: np.ndarray,
    *,
    color: str = style.INK,
    left_title: str = "still there",
    padding_title: str = "padding",
    value_title: str = "sequences",
    time_title: str = "time step",
    height: int = 260,
) -> Draft:
    """``sizes``: how many sequences have not ended, for each step (T,), never more than at the first.

    The bars of padding fill up to the first step's number, hatched.
    """
    sizes = np.asarray(sizes)
    if not sizes.size or (sizes > sizes[0]).any():
        raise ValueError("rows_left draws the sequences of a batch, of which none can join later")
    fig = style.figure(height, showlegend=True, barmode="stack", bargap=0.12, margin=style.MARGIN | {"t": 34})
    steps = np.arange(1, len(sizes) + 1)
    for name, values, signal, marker in (
        (left_title, sizes, "batch_sizes", {"color": color}),
        (
            padding_title,
            sizes[0] - sizes,
            "padding",
            {
                "color": "rgba(128,128,128,.16)",
                "pattern": {
                    "shape": "/",
                    "size": 7,
                    "solidity": 0.22,
                    "fgcolor": style.INK,
                    "bgcolor": "rgba(0,0,0,0)",
                },
            },
        ),
    ):
        fig.add_bar(
            x=steps,
            y=values,
            name=style.plain(name),
            marker=marker,
            meta={"signal": signal},
            hovertemplate=f"%{{x}} · {style.plain(name)}: %{{y}}<extra></extra>",
        )
    fig.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"})
    fig.update_xaxes(title={"text": time_title, "standoff": 6}, **style.time_axis(len(sizes)))
    fig.update_yaxes(title=style.value_title(value_title), range=[0, int(sizes[0]) + 0.15], dtick=1, zeroline=False)
    return fig
