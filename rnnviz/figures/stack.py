"""Several layers over one time axis, the lowest at the bottom as in a network: each picture is unit by time."""

from collections.abc import Sequence

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn
from rnnviz.figures.heatmap import paint, refuse_other_axes, unit_axis
from rnnviz.trace import Signal

HEADING = 22  # pixels over each picture, for its name


@drawn
def stack(
    layers: Sequence[tuple[str, Signal]],
    tokens: tuple[str, ...] = (),
    *,
    value_range: tuple[float, float] | None = None,
    row_height: int = 110,
    time_title: str = "time step",
    unit_title: str = "unit",
) -> Draft:
    """``layers``: names and signals with axes ("time", "unit"), the first is drawn at the bottom.

    All have the same number of steps and one colour range, ``value_range`` or the one that covers them all;
    ``row_height`` is that of one picture with its name, in pixels. Raises ``ValueError`` for no layer at all, other
    axes or unequal steps.
    """
    if not layers:
        raise ValueError("stack draws at least one layer; none was given")
    names, signals = zip(*reversed(layers), strict=True)
    fig = pile(
        signals,
        tokens,
        value_range=value_range,
        height=len(layers) * row_height + style.MARGIN["b"],
        heading=HEADING,
        time_title=time_title,
        unit_title=unit_title,
        figure="stack",
    )
    for place, name in enumerate(names):
        fig.add_annotation(
            text=style.plain(name),
            x=0,
            y=top(fig, place),
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="bottom",
            font={"size": 11},
            showarrow=False,
        )
    return fig


def pile(
    signals: Sequence[Signal],
    tokens: tuple[str, ...],
    *,
    value_range: tuple[float, float] | None,
    height: int,
    heading: int,
    time_title: str,
    unit_title: str,
    figure: str,
) -> Draft:
    """Pictures of equal height from the top down, ``heading`` free pixels over each, on the one x axis of the lowest.

    The picture on top has the axis ``y``, the next ``y2`` and so on. ``figure``: who asks, for what is refused.
    """
    for signal in signals:
        refuse_other_axes(signal, ("time", "unit"), figure)
    steps = [len(signal.values) for signal in signals]
    if len(set(steps)) != 1:
        raise ValueError(f"{figure} draws on one time axis, but the signals have {steps} steps; give equal numbers")
    limits = value_range or style.value_range(*signals)
    fig = style.figure(height, margin=style.MARGIN | {"t": heading})
    free = height - heading - style.MARGIN["b"]
    tall = (free - (len(signals) - 1) * heading) / len(signals)
    for place, signal in enumerate(signals):
        number = str(place + 1) if place else ""
        high = 1 - place * (tall + heading) / free
        units = signal.values.shape[1]
        paint(fig, signal, limits, unit_title=unit_title, spaced=units * 4 <= tall, yaxis=f"y{number}")
        axis = {"domain": [max(0.0, high - tall / free), high], "anchor": "x", "nticks": 4, "linecolor": style.GRID}
        fig.update_layout({f"yaxis{number}": axis | {"fixedrange": True} | unit_axis(units)})
    fig.update_xaxes(
        title={"text": time_title, "standoff": 6}, anchor=f"y{number}", **style.time_axis(steps[0], tokens)
    )
    # One word for all the axes of units, in the middle of them.
    fig.add_annotation(
        text=unit_title,
        x=0,
        y=0.5,
        xref="paper",
        yref="paper",
        xshift=-style.MARGIN["l"] + 7,
        font={"size": 14},
        textangle=-90,
        showarrow=False,
    )
    return fig


def top(fig: Draft, place: int) -> float:
    """Where the upper edge of a picture is, as a share of the drawn area; ``place`` counts from the top."""
    return fig.layout[f"yaxis{place + 1 if place else ''}"]["domain"][1]
