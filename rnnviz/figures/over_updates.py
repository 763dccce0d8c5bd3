"""Updates by time: how large a gradient was at each step of the sequences, while a loop went on."""

from collections.abc import Sequence

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.figures.heatmap import GRAY, refuse_other_axes
from rnnviz.figures.layer_gradients import limits
from rnnviz.trace import Signal


@drawn
def over_updates(
    sizes: Signal,
    updates: Sequence[int],
    tokens: tuple[str, ...] = (),
    *,
    value_range: tuple[float, float] | None = None,
    marked: int | None = None,
    time_title: str = "time step",
    update_title: str = "update",
    height: int = 300,
) -> Draft:
    """``sizes``: log10 of norms, axes ("update", "time"), and the number of each update, rising; time goes up.

    ``marked``: an update at which a dotted line stands. ``value_range``: limits of the logarithms, else from the
    smallest to the largest. An exact zero (-inf) has the colour of the small end; +inf is grey; NaN, where a sequence
    is over, is left blank. Raises ``ValueError`` for other axes or another number of updates.
    """
    refuse_other_axes(sizes, ("update", "time"), "over_updates")
    if len(updates) != len(sizes.values):
        raise ValueError(f"over_updates draws {len(sizes.values)} updates, but the numbers of {len(updates)} are given")
    low, high = value_range or limits(sizes.values)
    values = np.where(np.isneginf(sizes.values), low, sizes.values)
    place = f"{style.plain(update_title)} %{{y:,}} · {style.plain(time_title)} %{{x}}"
    steps = np.arange(1, values.shape[1] + 1)
    fig = style.figure(height, meta={"low": True})
    fig.title = f"How large {style.plain(sizes.name)} is at each step, update after update"
    fig.bar = "log10 of the size"
    if np.isposinf(values).any():
        z = np.where(np.isposinf(values), 1.0, np.nan)
        words = "not finite<extra></extra>"
        fig.add_heatmap(x=steps, y=list(updates), z=z, colorscale=GRAY, showscale=False, hovertemplate=words)
    fig.add_heatmap(
        x=steps,
        y=list(updates),
        z=np.where(np.isposinf(values), np.nan, values),
        zmin=low,
        zmax=high,
        text=[[_written(value) for value in row] for row in sizes.values],
        colorscale=style.SCALES["gradient"],
        showscale=False,
        hovertemplate=place + ": %{text}<extra></extra>",
    )
    if marked is not None:
        style.mark(fig, "y", marked)
    half = (updates[-1] - updates[0]) / max(1, len(updates) - 1) / 2 or 0.5
    fig.update_xaxes(title={"text": time_title, "standoff": 6}, **style.time_axis(len(steps), tokens))
    ends = [updates[0] - half, updates[-1] + half]
    fig.update_yaxes(
        title=style.value_title(update_title),
        range=ends,
        showgrid=False,
        zeroline=False,
        tickformat=",d",
        tickvals=list(updates[:: len(updates) // 7 + 1]),
    )
    return fig


def _written(value: float) -> str:
    return "0" if np.isneginf(value) else "" if np.isnan(value) else f"10<sup>{value:.1f}</sup>"
