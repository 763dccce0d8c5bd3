"""Losses by states: how strongly a loss at each step reaches the state at each earlier one."""

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.figures.heatmap import refuse_other_axes
from rnnviz.trace import Signal


@drawn
def gradient_map(
    matrix: Signal,
    tokens: tuple[str, ...] = (),
    *,
    value_range: tuple[float, float] | None = None,
    log: bool = True,
    time_title: str = "state at step k",
    loss_title: str = "loss at step t",
    beyond: str = "",
    way: str = "",
    reach: np.ndarray | None = None,
    reach_name: str = "",
    within_name: str = "",
    height: int = 320,
) -> Draft:
    """``matrix``: log10 sizes ("loss_time", "time"), NaN above the diagonal. ``log=False`` draws the sizes themselves.

    ``beyond``: words for where no loss reaches, in lines, if there is room for them. ``way``: which way a
    row is read, in lines beside the diagonal of a matrix that is read forward.
    ``reach``: (steps,), for each loss the step of the furthest state that it reaches, from 1; drawn as a line where
    that is not all of them, with ``reach_name`` beside it; where every loss reaches all, ``within_name`` says so.
    ``value_range``: the limits of what is drawn, else the matrix's own. An exact zero (-inf) has the colour of the
    small end. ValueError for a part of a matrix: its rows are the losses at all steps.
    """
    refuse_other_axes(matrix, ("loss_time", "time"), "gradient_map")
    if len(set(matrix.values.shape)) > 1:
        raise ValueError(f"gradient_map draws a loss at every step, not a part of them, {matrix.values.shape}")
    values = matrix.values if log else 10.0 ** np.minimum(matrix.values, 300)
    if value_range is None:
        finite = values[np.isfinite(values)]
        value_range = (float(finite.min()), float(finite.max())) if finite.size else (-1.0, 0.0)
    values = np.where(np.isneginf(values), value_range[0], values)
    # Half the bytes, but an exploding gradient on a linear scale leaves float32.
    small = np.nanmax(values, initial=0.0) < float(np.finfo(np.float32).max)
    steps = len(values)
    fig = style.figure(height, meta={"low": True})
    fig.title = f"How strongly a loss at one step reaches {style.plain(matrix.name)} at another"
    fig.bar = "log10 of the size" if log else "size"
    gray = [[0, "rgba(128,128,128,.22)"], [1, "rgba(128,128,128,.22)"]]
    place = np.arange(1, steps + 1)
    # What a loss cannot reach: the steps after it, or before it where the network reads from the end.
    before, after = (place[:, None], place) if matrix.direction == "forward" else (place, place[:, None])
    unreached = np.where(before < after, 1.0, np.nan).astype(np.float32)
    fig.add_heatmap(
        x=place,
        y=place,
        z=values.astype(np.float32 if small else np.float64),
        zmin=value_range[0],
        zmax=value_range[1],
        colorscale=style.SCALES["gradient"],
        showscale=False,
        hovertemplate=f"{loss_title} %{{y}} · {time_title} %{{x}}: %{{z:.3g}}<extra></extra>",
    )
    fig.add_heatmap(x=place, y=place, z=unreached, colorscale=gray, showscale=False, hoverinfo="skip")
    if reach is not None:
        forward = matrix.direction == "forward"
        edge = np.where(reach == (1 if forward else steps), np.nan, reach)
        for color, width in (("#ffffff", 5), ("#1b1f2a", 2)):  # seen on any colour, in either theme
            line = {"color": color, "width": width, "shape": "vh"}
            fig.add_scatter(x=edge, y=place, mode="lines", line=line, hoverinfo="skip", showlegend=False)
        there = np.flatnonzero(np.isfinite(edge))
        if reach_name and len(there):
            at = int(there[(3 * len(there)) // 4 if forward else len(there) // 4])
            # In the corner that the line, which falls to the right, leaves free.
            side = {"xanchor": "left", "xshift": 6, "yanchor": "bottom", "yshift": 4}
            if forward:
                side = {"xanchor": "right", "xshift": -6, "yanchor": "top", "yshift": -4}
            fig.add_annotation(
                text=style.plain(reach_name), x=edge[at], y=place[at], font={"size": 13}, showarrow=False, **side
            )
        elif within_name and steps > 2:
            at = (0.3, 0.3) if forward else (0.7, 0.7)
            place = {"xref": "x domain", "yref": "y domain", "x": at[0], "y": at[1]}
            fig.add_annotation(text=style.plain(within_name), font={"size": 13}, showarrow=False, **place)
    if beyond and steps > 2:
        corner = {"x": 0.97, "xanchor": "right", "y": 0.95, "yanchor": "top", "align": "right"}
        if matrix.direction == "backward":
            corner = {"x": 0.03, "xanchor": "left", "y": 0.05, "yanchor": "bottom", "align": "left"}
        lines = style.plain(beyond).replace("\n", "<br>")
        fig.add_annotation(text=lines, font={"size": 13}, showarrow=False, xref="x domain", yref="y domain", **corner)
    if way and steps > 2:
        lines, row = style.plain(way).replace("\n", "<br>"), round(0.57 * steps)
        side = {"xanchor": "left", "align": "left", "xshift": 6, "yanchor": "bottom", "y": row, "font": {"size": 12}}
        fig.add_annotation(text=lines, x=row, showarrow=False, **side)
    axis = style.time_axis(steps, tokens)
    axis |= {"dtick": 2 * axis["dtick"]} if axis.get("dtick", 0) >= 10 else {}  # a map is narrower than a chart
    fig.update_xaxes(title={"text": time_title, "standoff": 6}, **axis)
    fig.update_yaxes(title=loss_title, range=[steps + 0.5, 0.5], showgrid=False, zeroline=False, nticks=8)
    return fig
