"""One layer read from both sides: forward states over backward states, one time axis, an arrow each way."""

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.figures.stack import pile, top
from rnnviz.trace import Signal

HEADING = 30  # pixels over each picture, for its arrow


@drawn
def mirror(
    forward: Signal,
    backward: Signal,
    tokens: tuple[str, ...] = (),
    *,
    value_range: tuple[float, float] | None = None,
    height: int = 420,
    time_title: str = "time step",
    unit_title: str = "unit",
    forward_title: str = "h→ reads left to right",
    backward_title: str = "h← reads right to left",
) -> Draft:
    """``forward`` and ``backward``: axes ("time", "unit"), both in sequence order, with equal numbers of steps.

    Both have one colour range, ``value_range`` or the one that covers both. The words of each arrow stand where the
    reading begins. Raises ``ValueError`` for other axes or unequal steps.
    """
    fig = pile(
        (forward, backward),
        tokens,
        value_range=value_range,
        height=height,
        heading=HEADING,
        time_title=time_title,
        unit_title=unit_title,
        figure="mirror",
    )
    left, right = fig.layout["xaxis"]["range"]
    _arrow(fig, forward_title, left, right, top(fig, 0), "forward")
    _arrow(fig, backward_title, right, left, top(fig, 1), "backward")
    return fig


def _arrow(fig: Draft, words: str, start: float, end: float, height: float, direction: str) -> None:
    fig.add_annotation(
        text=style.plain(words),
        x=end,
        ax=start,
        xref="x",
        axref="x",
        y=height,
        ay=0,
        yref="paper",
        yshift=HEADING / 2,
        xanchor="left" if start < end else "right",
        arrowcolor=style.DIRECTIONS[direction],
        arrowhead=2,
        arrowwidth=2.4,
        arrowsize=0.9,
    )
