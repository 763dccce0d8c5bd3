"""What a network is told and what it answers, channel over channel: pushes, the right answer, its own."""

from collections.abc import Sequence

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn

GAP = 0.05  # between two channels, as a share of the height


@drawn
def channels(
    pushes: np.ndarray,
    wanted: np.ndarray,
    answers: np.ndarray,
    names: Sequence[str],
    tokens: tuple[str, ...] = (),
    *,
    wrong: np.ndarray | None = None,
    color: str = style.INK,
    push_name: str = "push",
    wanted_name: str = "right answer",
    answer_name: str = "answer",
    wrong_name: str = "wrong",
    time_title: str = "time step",
    height: int = 400,
) -> Draft:
    """All (T, C), with a name for each of the C channels, the first on top; one time axis and one scale for all.

    A push is a triangle that points its way, where ``pushes`` is not zero: not in the legend, which would show one way
    alone. What is wanted is a dashed line, what the
    network answers a line in ``color``. ``wrong``: (T, C), true where an answer is to be crossed out.
    """
    steps, count = answers.shape
    fig = style.figure(height, showlegend=True, margin=style.MARGIN | {"t": 34})
    time = np.arange(1, steps + 1)
    most = max(1.0, *(float(np.abs(values[np.isfinite(values)]).max(initial=0)) for values in (pushes, answers)))
    share = (1 - GAP * (count - 1)) / count
    for k in range(count):
        place = {"xaxis": "x", "yaxis": f"y{k + 1}" if k else "y", "showlegend": k == 0}
        fig.add_scatter(
            x=time, y=wanted[:, k], mode="lines", name=style.plain(wanted_name), hoverinfo="skip", **place,
            line={"color": style.INK, "width": 1.6, "dash": "dash", "shape": "hvh"},
        )  # fmt: skip
        fig.add_scatter(
            x=time, y=answers[:, k], mode="lines", name=style.plain(answer_name), **place,
            line={"color": color, "width": 2.2}, hovertemplate="%{x}: %{y:.2f}<extra></extra>",
        )  # fmt: skip
        there = pushes[:, k] != 0
        fig.add_scatter(
            x=time[there], y=pushes[there, k] * 1.34, mode="markers", name=style.plain(push_name), hoverinfo="skip",
            marker={
                "color": style.INK,
                "size": 8,
                "symbol": np.where(pushes[there, k] > 0, "triangle-up", "triangle-down").tolist(),
            },
            cliponaxis=False,
            **place | {"showlegend": False},
        )  # fmt: skip
        if wrong is not None:
            crossed = wrong[:, k]
            fig.add_scatter(
                x=time[crossed], y=answers[crossed, k], mode="markers", name=style.plain(wrong_name), hoverinfo="skip",
                marker={"color": style.INK, "size": 11, "symbol": "x"}, cliponaxis=False,
                **place | {"showlegend": False},
            )  # fmt: skip
        top = 1 - k * (share + GAP)
        axis = {"domain": [max(0.0, top - share), top], "range": [-1.5 * most, 1.5 * most], "tickvals": [-1, 0, 1]}
        quiet = {"gridcolor": style.GRID, "zerolinecolor": style.GRID, "linecolor": style.GRID, "fixedrange": True}
        fig.update_layout(
            {f"yaxis{k + 1}" if k else "yaxis": axis | quiet | {"title": style.plain(names[k]), "anchor": "x"}}
        )
    fig.update_layout(legend={"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"})
    lowest = f"y{count}" if count > 1 else "y"
    fig.update_xaxes(title={"text": time_title, "standoff": 6}, anchor=lowest, **style.time_axis(steps, tokens))
    return fig
