"""Two measures of one thing: a mark per case, and the diagonal on which they agree."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn


class Marks(NamedTuple):
    name: str
    x: np.ndarray
    y: np.ndarray
    color: str
    symbol: str = "circle"  # of Plotly; "circle-open" is hollow
    texts: Sequence[str] = ()  # what each mark is, on hover


@drawn
def agreement(
    series: Sequence[Marks],
    *,
    x_title: str,
    y_title: str,
    diagonal_name: str = "agreement",
    height: int = 400,
) -> Draft:
    """``series`` over the diagonal, the last trace, which covers all that is finite in them."""
    fig = style.figure(height, showlegend=True, margin=style.MARGIN | {"t": 34, "l": 60})
    for marks in series:
        edge = {"width": 1.6, "color": marks.color}
        fig.add_scatter(
            x=marks.x,
            y=marks.y,
            mode="markers",
            name=style.plain(marks.name),
            marker={"color": marks.color, "symbol": marks.symbol, "size": 9, "line": edge},
            text=[style.plain(text) for text in marks.texts] or None,
            hovertemplate=f"{style.plain(marks.name)} %{{text}}: %{{x:.3f}}, %{{y:.3f}}<extra></extra>",
        )
    every = np.concatenate([np.ravel(values) for marks in series for values in (marks.x, marks.y)] or [np.zeros(1)])
    every = every[np.isfinite(every)]
    ends = np.array([every.min(), every.max()]) if len(every) else np.array([-1.0, 1.0])
    fig.add_scatter(
        x=ends, y=ends, mode="lines", name=style.plain(diagonal_name), hoverinfo="skip",
        line={"color": style.INK, "width": 1.2, "dash": "dot"},
    )  # fmt: skip
    fig.update_layout(legend={"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"})
    fig.update_xaxes(title={"text": x_title, "standoff": 6}, zeroline=True, fixedrange=True)
    fig.update_yaxes(title=y_title, zeroline=True)
    return fig
