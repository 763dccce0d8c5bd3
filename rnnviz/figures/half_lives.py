"""Every unit's half-life as a dot, a row per network, on a logarithmic axis of steps."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.trace import Signal


class Row(NamedTuple):
    name: str
    steps: Signal  # ("unit",), half-lives in steps; infinite where half is never lost
    color: str


@drawn
def half_lives(rows: Sequence[Row], *, longest: float, title: str = "half-life in steps", height: int = 260) -> Draft:
    """Units that lose half only after ``longest`` steps or never stand at the right end, beyond the last tick.

    Dots of one row are spread in order of size, so that none hides another.
    """
    fig = style.figure(height, margin=style.MARGIN | {"l": 110})
    for place, row in enumerate(rows):
        known = np.sort(row.steps.values[~np.isnan(row.steps.values)])
        spread = place + 0.32 * np.where(np.arange(len(known)) % 2, 1, -1) * np.linspace(0, 1, len(known))
        fig.add_scatter(
            x=np.clip(known, 0.1, 2 * longest),
            y=spread,
            mode="markers",
            name=style.plain(row.name),
            customdata=np.where(np.isfinite(known), known, np.inf),
            marker={"color": row.color, "size": 8, "opacity": 0.7},
            hovertemplate=f"{style.plain(row.name)}: %{{customdata:.3~g}}<extra></extra>",
        )
    ticks = [tick for tick in (0.1, 0.3, 1, 3, 10, 30, 100, 300) if tick <= longest]
    fig.update_xaxes(
        type="log",
        title=title,
        tickvals=[*ticks, 2 * longest],
        ticktext=[*map(str, ticks), f"> {longest:g}"],
        range=[np.log10(0.08), np.log10(2.6 * longest)],
        fixedrange=True,
    )
    names = [style.plain(row.name) for row in rows]
    fig.update_yaxes(
        tickvals=list(range(len(rows))), ticktext=names, range=[len(rows) - 0.5, -0.5], showgrid=False, automargin=True
    )
    return fig
