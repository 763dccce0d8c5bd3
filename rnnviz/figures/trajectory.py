"""The path of a state through its first two principal components."""

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.trace import Signal

# Where a name stands beside its point, in the order of preference: which way across and up.
SIDES = {"top center": (0, 1), "bottom center": (0, -1), "middle right": (1, 0), "middle left": (-1, 0)}


@drawn
def trajectory(
    points: Signal,
    explained: Signal,
    tokens: tuple[str, ...] = (),
    *,
    first: int = 1,
    ghost: np.ndarray | None = None,
    color: str = style.INK,
    component_title: str = "component",
    height: int = 300,
) -> Draft:
    """``points``: ("time", "component"), ``explained``: ("component",). The last trace is the place of the cursor.
    ``ghost``: points (time, component) of another path in the same plane, drawn faintly as what was before.

    Equal units on both axes: a distance on the picture is a distance of states. Time runs from faint to strong, and
    the steps are numbered from ``first`` on, with their tokens.
    """
    x, y = points.values[:, 0], points.values[:, 1]
    steps = len(x)
    names = [f"{first + t} {style.plain(tokens[t][:10])}" if tokens else str(first + t) for t in range(steps)]
    # All names while they have room; on a longer path the ends and every so many steps between.
    every = max(1, steps // 8)
    shown = [name if steps <= 8 or t in (0, steps - 1) or t % every == 0 else "" for t, name in enumerate(names)]
    # A little air, and a span that is never zero (a single step has no extent).
    all_points = points.values[:, :2] if ghost is None else np.concatenate([points.values[:, :2], ghost[:, :2]])
    middles = (all_points.max(axis=0) + all_points.min(axis=0)) / 2
    halves = np.maximum(np.ptp(all_points, axis=0) * 0.62, 0.05)
    pixels = (
        min(height / halves[0], (height - 80) / halves[1]) / 2
    )  # of one unit, where the chart is as wide as a phone
    fig = style.figure(height, margin=style.MARGIN | {"t": 16})
    if ghost is not None:
        fig.add_scatter(
            x=ghost[:, 0], y=ghost[:, 1], mode="lines+markers", line={"color": style.INK, "width": 1.2, "dash": "dot"},
            marker={"color": style.INK, "size": 5}, opacity=0.6, hoverinfo="skip",
        )  # fmt: skip
    fig.add_scatter(x=x, y=y, mode="lines", line={"color": color, "width": 1.5}, opacity=0.5, hoverinfo="skip")
    fig.add_scatter(
        x=x,
        y=y,
        mode="markers+text",
        text=shown,
        customdata=names,
        textposition=_beside(points.values[:, :2] * pixels, shown),
        textfont={"size": 11},
        marker={"color": color, "size": 8, "opacity": np.linspace(0.3, 1, steps).tolist()},
        hovertemplate="%{customdata}: (%{x:.3f}, %{y:.3f})<extra></extra>",
        cliponaxis=False,
    )
    fig.add_scatter(
        x=x[-1:],
        y=y[-1:],
        mode="markers",
        marker={"color": "rgba(0,0,0,0)", "size": 17, "line": {"color": color, "width": 3}},
        hoverinfo="skip",
    )
    for axis, k in ((fig.update_xaxes, 0), (fig.update_yaxes, 1)):
        title = f"{component_title} {k + 1} ({explained.values[k]:.0%})"
        axis(title={"text": title, "standoff": 6}, zeroline=True)
    for axis, middle, half in zip((fig.update_xaxes, fig.update_yaxes), middles, halves, strict=True):
        axis(range=[middle - half, middle + half])
    fig.update_yaxes(scaleanchor="x", scaleratio=1)
    return fig


def _beside(points: np.ndarray, names: list[str]) -> list[str]:
    """On which side of its point, in pixels (time, 2), each name stands, so that none lies on one before it or on a
    point."""
    taken = [(place, np.array([5, 5])) for place in points]
    chosen = []
    for point, name in zip(points, names, strict=True):
        half = np.array([sum(11 if letter > "\u2e7f" else 6 for letter in name) / 2, 6])
        boxes = {side: (point + np.array(way) * (half + 7), half) for side, way in SIDES.items()}
        free = (side for side, box in boxes.items() if not any(_overlap(box, other) for other in taken))
        chosen.append(next(free, "top center"))
        taken += [boxes[chosen[-1]]] if name else []
    return chosen


def _overlap(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> bool:
    """Whether two boxes, each a middle and half its sides, share a part."""
    return bool((np.abs(one[0] - other[0]) < one[1] + other[1]).all())
