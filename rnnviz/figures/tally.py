"""Some amounts as bars that lie under one another, each with its number written out."""

from collections.abc import Sequence
from typing import NamedTuple

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn


class Amount(NamedTuple):
    name: str
    value: float
    text: str  # the number as it is to be read
    color: str


@drawn
def tally(
    amounts: Sequence[Amount],
    *,
    chosen: str | None = None,
    mark: float | None = None,
    mark_title: str = "",
    value_title: str = "amount",
    height: int = 260,
) -> Draft:
    """The first of ``amounts`` on top; all but ``chosen`` are drawn faintly, where one is.

    ``mark``: a value to compare with, a dotted line with ``mark_title`` under it.
    """
    fig = style.figure(height, margin=style.MARGIN | {"l": 108, "t": 20})
    fig.add_bar(
        x=[amount.value for amount in amounts],
        y=[style.plain(amount.name) for amount in amounts],
        orientation="h",
        text=[style.plain(amount.text) for amount in amounts],
        textposition="outside",
        cliponaxis=False,
        marker={
            "color": [amount.color for amount in amounts],
            "opacity": [1.0 if chosen in (None, amount.name) else 0.45 for amount in amounts],
        },
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    if mark is not None:
        style.mark(fig, "x", mark, mark_title)
    most = max([amount.value for amount in amounts], default=1.0)
    fig.update_xaxes(
        title={"text": value_title, "standoff": 6}, range=[0, 1.32 * most], fixedrange=True, zeroline=False
    )
    fig.update_yaxes(autorange="reversed", showgrid=False, ticklen=0)
    return fig
