"""What reaches one answer from each word: bars through the forward side, and bars through the backward side."""

import math

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn


@drawn
def horizon(
    forward: np.ndarray,
    backward: np.ndarray,
    tokens: tuple[str, ...] = (),
    *,
    value_range: tuple[float, float] | None = None,
    log: bool = False,
    value_title: str = "what reaches the answer",
    time_title: str = "time step",
    forward_name: str = "through h→",
    backward_name: str = "through h←",
    height: int = 240,
) -> Draft:
    """``forward`` and ``backward``: one size per step, (T,) each; where both reach the answer they stand on each other.

    Trace 0 is forward, trace 1 backward. ``value_range``: fixed limits, so that answers can be compared one after the
    other; on a logarithmic axis (``log``) both above zero, and a size of zero has no bar. Raises ``ValueError`` for
    unequal lengths or such limits.
    """
    if np.ndim(forward) != 1 or np.shape(forward) != np.shape(backward):
        shapes = f"{np.shape(forward)} and {np.shape(backward)}"
        raise ValueError(f"horizon draws one size per step and side, not arrays of shapes {shapes}")
    if log and value_range and min(value_range) <= 0:
        raise ValueError(f"a logarithmic axis has no zero: value_range={value_range} must lie above it")
    steps = len(forward)
    fig = style.figure(height, showlegend=True, margin=style.MARGIN | {"t": 34}, barmode="stack", bargap=0.25)
    sides = {"forward": (forward_name, forward), "backward": (backward_name, backward)}
    for direction, (name, sizes) in sides.items():
        fig.add_bar(
            x=np.arange(1, steps + 1),
            y=sizes,
            name=style.plain(name),
            marker={"color": style.DIRECTIONS[direction], "line": {"width": 0}},
            hovertemplate=f"%{{x}} · {style.plain(name)} = %{{y:.3g}}<extra></extra>",
        )
    fig.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"})
    fig.update_xaxes(title={"text": time_title, "standoff": 6}, **style.time_axis(steps, tokens))
    fig.update_yaxes(title=style.value_title(value_title), zeroline=True, nticks=6)
    limits = np.log10(value_range).tolist() if log and value_range else value_range
    if limits:
        fig.update_yaxes(range=list(limits))
    if log:
        every = max(1, math.ceil((limits[1] - limits[0]) / 6)) if limits else 1
        fig.update_yaxes(type="log", exponentformat="power", zeroline=False, dtick=every)
    return fig
