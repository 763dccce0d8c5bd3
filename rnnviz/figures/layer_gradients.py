"""Layers by time: how large a gradient is at each layer and each step, the lowest layer at the bottom."""

from collections.abc import Sequence

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.figures.heatmap import GRAY, refuse_other_axes
from rnnviz.trace import Signal


@drawn
def layer_gradients(
    sizes: Signal,
    tokens: tuple[str, ...] = (),
    *,
    layer_titles: Sequence[str],
    value_range: tuple[float, float] | None = None,
    time_title: str = "time step",
    row_height: int = 44,
) -> Draft:
    """``sizes``: log10 of norms, axes ("layer", "time"), one title per layer; a figure for each direction.

    ``value_range``: limits of the logarithms, the same for figures that are compared, else from the smallest to the
    largest. An exact zero (-inf) has the colour of the small end; NaN and what exploded (+inf) are grey. Raises
    ``ValueError`` for other axes or another number of titles.
    """
    refuse_other_axes(sizes, ("layer", "time"), "layer_gradients")
    layers, steps = sizes.values.shape
    if len(layer_titles) != layers:
        raise ValueError(f"layer_gradients draws {layers} layers, but {len(layer_titles)} titles were given")
    low, high = value_range or limits(sizes.values)
    values = np.where(np.isneginf(sizes.values), low, sizes.values)
    broken = ~np.isfinite(values)
    place, rows = np.arange(1, steps + 1), np.arange(1, layers + 1)
    gaps = {"xgap": 1 if steps <= 60 else 0, "ygap": 2}
    fig = style.figure(layers * row_height + style.MARGIN["t"] + style.MARGIN["b"])
    if broken.any():
        fig.add_heatmap(
            x=place,
            y=rows,
            z=np.where(broken, 1.0, np.nan),
            colorscale=GRAY,
            showscale=False,
            hovertemplate="not finite<extra></extra>",
            **gaps,
        )
    fig.add_heatmap(
        x=place,
        y=rows,
        z=np.where(broken, np.nan, values),
        customdata=sizes.values,  # what an exact zero is, beside the colour that it gets
        zmin=low,
        zmax=high,
        text=[["0" if np.isneginf(v) else f"10<sup>{v:.1f}</sup>" for v in row] for row in sizes.values],
        colorscale=style.SCALES["gradient"],
        showscale=False,
        hovertemplate="%{y} · %{x}: %{text}<extra></extra>",
        **gaps,
    )
    fig.update_xaxes(title={"text": time_title, "standoff": 6}, **style.time_axis(steps, tokens))
    names = [style.plain(title) for title in layer_titles]
    fig.update_yaxes(tickvals=rows, ticktext=names, range=[0.5, layers + 0.5], showgrid=False, zeroline=False)
    return fig


def limits(values: np.ndarray) -> tuple[float, float]:
    """From the smallest logarithm to the largest of what is finite."""
    known = values[np.isfinite(values)]
    if not known.size:
        return (-1.0, 0.0)
    # At least one power of ten: gradients that are all but equal should look as if they were.
    return (min(float(known.min()), float(known.max()) - 1), float(known.max()))
