"""How well networks do at several settings: a pale mark for each seed, and a line through a network's medians."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.figures.lines import DASHES


class Runs(NamedTuple):
    """``values``: (seed, setting), shares from 0 to 1. ``extra``: of runs beside those, (run, setting), which no median
    counts, as rings. ``symbol``: the shape of its marks. ``told``: what is said of it where its
    line ends."""

    name: str
    values: np.ndarray
    color: str
    dash: str | None = None  # else one of DASHES, by place
    extra: np.ndarray | None = None
    meta: dict | None = None
    symbol: str = "circle"
    told: str = ""


@drawn
def seeds(
    settings: Sequence[float],
    runs: Sequence[Runs],
    *,
    ticks: Sequence[float] | None = None,
    chance: float | None = None,
    chance_title: str = "guessing",
    boundary: float | None = None,
    boundary_title: str = "",
    setting_title: str = "setting",
    value_title: str = "share",
    height: int = 340,
) -> Draft:
    """``runs`` over ``settings``, which go up. First come each network's marks and rings, then the lines in order,
    with the medians as marks of the same shape; lines that end at one height share one name there.

    ``ticks``: which settings are named under the axis, all unless given. ``chance``: what guessing reaches, and
    ``boundary``: a setting of its own, dotted lines with a title each. Raises ``ValueError`` where a run has not one
    value per setting.
    """
    for each in runs:
        for values in (each.values, each.extra):
            if values is not None and np.shape(values)[1:] != np.shape(settings):
                counts = f"{np.shape(values)} values for {len(settings)} settings"
                raise ValueError(f"seeds draws one value per run and setting; {each.name!r} has {counts}")
    fig = style.figure(height, showlegend=True, margin=style.MARGIN | {"t": 34})
    there = np.asarray(settings, dtype=float)
    for each in runs:
        meta = each.meta or {}
        hover = f"{setting_title} %{{x}} · {style.plain(each.name)}: %{{y:.1%}}<extra></extra>"
        common = {"mode": "markers", "showlegend": False, "cliponaxis": False, "hovertemplate": hover}
        dots = {"color": each.color, "size": 7, "opacity": 0.38, "line": {"width": 0}, "symbol": each.symbol}
        fig.add_scatter(**_points(there, each.values), marker=dots, meta=meta | {"of": "seeds"}, **common)
        if each.extra is not None:
            rings = {"color": "rgba(0,0,0,0)", "size": 12, "line": {"color": each.color, "width": 2.2}}
            fig.add_scatter(**_points(there, each.extra), marker=rings, meta=meta | {"of": "extra"}, **common)
    for k, each in enumerate(runs):
        fig.add_scatter(
            x=there,
            y=np.median(each.values, 0),
            name=style.plain(each.name),
            meta={**(each.meta or {}), "told": style.plain(each.told)},
            mode="lines+markers",
            marker={"color": each.color, "size": 8, "symbol": each.symbol},
            line={"color": each.color, "width": 2.2, "dash": each.dash or DASHES[k % len(DASHES)]},
            cliponaxis=False,
            hovertemplate=f"{setting_title} %{{x}} · {style.plain(each.name)}: %{{y:.1%}}<extra></extra>",
        )
    if chance is not None:
        style.mark(fig, "y", chance)
        if chance_title:
            place = {"xref": "x domain", "x": 0.01, "xanchor": "left", "y": chance, "yanchor": "bottom"}
            fig.add_annotation(text=style.plain(chance_title), font={"size": 11}, showarrow=False, **place)
    if boundary is not None:
        style.mark(fig, "x", boundary, boundary_title)
    # Above the name of the boundary, which stands on the picture.
    fig.update_layout(meta={"ends": "joined"}, legend={"orientation": "h", "x": 0, "y": 1.09, "yanchor": "bottom"})
    pad = 0.04 * (there[-1] - there[0])
    fig.update_xaxes(
        title={"text": setting_title, "standoff": 6},
        range=[there[0] - pad, there[-1] + pad],
        tickvals=list(settings if ticks is None else ticks),
        zeroline=False,
        showgrid=False,
        fixedrange=True,
    )
    fig.update_yaxes(
        title=style.value_title(value_title), range=[-0.04, 1.04], tickformat=".0%", dtick=0.25, zeroline=False
    )
    return fig


def _points(settings: np.ndarray, values: np.ndarray) -> dict[str, np.ndarray]:
    """Every run's value at every setting: (run, setting) -> x and y, run by run."""
    return {"x": np.tile(settings, len(values)), "y": np.asarray(values, dtype=float).ravel()}
