"""How well networks of growing depth do: a line per network, dots for its seeds, and what guessing would reach."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.figures.lines import DASHES


class Curve(NamedTuple):
    name: str
    depths: np.ndarray  # whole numbers of layers
    values: np.ndarray  # shares in (0, 1), one per depth
    color: str
    dash: str | None = None  # else one of DASHES, by place
    count: int | None = None  # how many answers a value rests on
    points: Sequence[tuple[int, float]] = ()  # depth and share of single seeds


@drawn
def by_depth(
    curves: Sequence[Curve],
    *,
    chance: float | None = None,
    chance_title: str = "chance",
    value_title: str = "accuracy",
    depth_title: str = "layers",
    value_range: tuple[float, float] = (0, 1),
    height: int = 260,
) -> Draft:
    """``curves`` over whole depths. First come the dots of every curve that has ``points``, then the lines in order.

    ``chance``: the share that a guess reaches, a dotted line with ``chance_title`` under it. Raises ``ValueError``
    where a curve has not one value per depth.
    """
    for curve in curves:
        if len(curve.depths) != len(curve.values):
            counts = f"{len(curve.values)} values for {len(curve.depths)} depths"
            raise ValueError(f"by_depth draws one value per depth; {curve.name!r} has {counts}")
    fig = style.figure(height, showlegend=True, margin=style.MARGIN | {"t": 34})
    for curve in curves:
        if curve.points:
            depths, shares = np.array(sorted(curve.points), dtype=float).T
            fig.add_scatter(
                x=_spread(depths),
                y=shares,
                customdata=depths,
                mode="markers",
                marker={"color": curve.color, "size": 9, "opacity": 0.32, "line": {"width": 0}},
                showlegend=False,
                cliponaxis=False,
                hovertemplate=f"{depth_title} %{{customdata}} · {style.plain(curve.name)}: %{{y:.1%}}<extra></extra>",
            )
    for k, curve in enumerate(curves):
        base = f" (n = {curve.count})" if curve.count is not None else ""
        fig.add_scatter(
            x=curve.depths,
            y=curve.values,
            name=style.plain(curve.name),
            mode="lines+markers",
            line={"color": curve.color, "width": 2.2, "dash": curve.dash or DASHES[k % len(DASHES)]},
            marker={"size": 7},
            cliponaxis=False,  # a point at 100 % is a whole point
            hovertemplate=f"{depth_title} %{{x}} · {style.plain(curve.name)}: %{{y:.1%}}{base}<extra></extra>",
        )
    if chance is not None:
        style.mark(fig, "y", chance, chance_title)
    depths = [int(depth) for curve in curves for depth in curve.depths] or [1]
    fig.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"})
    fig.update_xaxes(
        title={"text": depth_title, "standoff": 6},
        range=[min(depths) - 0.4, max(depths) + 0.4],
        dtick=1,
        zeroline=False,
        showgrid=False,
        fixedrange=True,
    )
    low, high = value_range
    pad = 0.04 * (high - low)
    ticks = {"dtick": 0.25} if high - low > 0.5 else {"nticks": 5}
    fig.update_yaxes(
        title=style.value_title(value_title), range=[low - pad, high + pad], tickformat=".0%", zeroline=False, **ticks
    )
    return fig


def _spread(depths: np.ndarray) -> np.ndarray:
    """Seeds of one depth side by side, so that none hides another. ``depths`` is sorted."""
    here = [(depths == depth).sum() for depth in np.unique(depths)]
    return depths + np.concatenate([0.07 * np.linspace(-1, 1, many) if many > 1 else [0.0] for many in here])
