"""The path of a state among the points where it could rest, in two components or, to be turned by hand, in three."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.figures import style
from rnnviz.figures.draft import Draft, drawn

SYMBOLS = ("circle", "diamond-open", "square-open", "x")  # by the number of unstable directions, as far as it goes
AXES = ("x", "y", "z")
STABLE = style.ROLES["state"]
GRID = "rgba(32,32,32,.25)"  # style.GRID, times its opacity: WebGL lays colours over the page without doing so itself
BESIDE = -30  # pixels from a point in space to the middle of its word
CAMERA = {"x": 0.8, "y": -1.18, "z": 0.7}
CLOSER = 0.86  # times as far from what has no grid around it


class Rest(NamedTuple):
    """Fixed points of one kind. ``texts``: a word at each of them."""

    name: str
    unstable: int  # in how many directions
    points: np.ndarray  # (N, components)
    texts: Sequence[str] = ()


@drawn
def orbit(
    path: np.ndarray,
    rests: Sequence[Rest],
    explained: np.ndarray,
    *,
    ways: Sequence[np.ndarray] = (),
    color: str = style.INK,
    path_name: str = "path",
    component_title: str = "component",
    height: int = 400,
) -> Draft:
    """``path``: (T, components), two or three of them; ``explained``: (components,), their shares of the variance.

    ``ways``: other curves (T', components), drawn faintly behind. Equal units on all axes: a
    distance on the picture is a distance of states. On a plane the last trace is the place of the cursor. In
    space, where all is seen through all, unstable points are small and faint.
    """
    solid = path.shape[1] == 3
    fig = style.figure(height, showlegend=True, margin=style.MARGIN | {"t": 34})
    add = _adder(fig, solid)
    if ways:
        # One trace for all: a gap of nothing parts them.
        gap = np.full((1, path.shape[1]), np.nan)
        joined = np.concatenate([part for way in ways for part in (way, gap)])
        add(joined, mode="lines", line={"color": style.INK, "width": 4 if solid else 1}, opacity=0.55,
            hoverinfo="skip", showlegend=False)  # fmt: skip
    faint = 0.4 if solid else 0.75  # in space the last steps are drawn over it
    add(path, mode="lines" if solid else "lines+markers", name=style.plain(path_name), opacity=faint, hoverinfo="skip",
        line={"color": color, "width": 3 if solid else 1.5}, marker={"color": color, "size": 4})  # fmt: skip
    for rest in rests:
        symbol = SYMBOLS[min(rest.unstable, len(SYMBOLS) - 1)]
        written = bool(rest.texts) and not solid
        shape = {"size": (7 if rest.unstable == 0 else 3.5) if solid else 10}
        add(
            rest.points,
            mode="markers+text" if written else "markers",
            name=style.plain(rest.name),
            text=[style.plain(text) for text in rest.texts] or None,
            marker={"color": STABLE if rest.unstable == 0 else style.INK, "symbol": symbol} | shape,
            opacity=0.6 if solid and rest.unstable else 1,
            textfont={"size": 12},
            **({"textposition": _apart(rest.points)} if written else {}),
            hovertemplate=("%{text} · " if rest.texts else "") + style.plain(rest.name) + "<extra></extra>",
        )
    if not solid:
        add(path[-1:], mode="markers", name="", showlegend=False, hoverinfo="skip",
            marker={"color": "rgba(0,0,0,0)", "size": 17, "line": {"color": color, "width": 3}})  # fmt: skip
    still = {"itemclick": False, "itemdoubleclick": False}
    fig.update_layout(legend={"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"} | still)
    if solid:
        plain = {"gridcolor": GRID, "zerolinecolor": GRID, "showbackground": False, "showspikes": False}
        framed = bool(len(ways)) and any(rest.texts for rest in rests)  # by what joins the points, in the grid's place
        plain |= {"visible": False} if framed else {}
        axes = {f"{axis}axis": plain | {"title": {"text": ""}, "showticklabels": False} for axis in AXES}
        eye = {axis: CLOSER * at for axis, at in CAMERA.items()} if framed else CAMERA
        camera = {"eye": eye, "center": {"x": 0, "y": 0, "z": 0}}
        fig.update_layout(scene={"aspectmode": "data", "camera": camera, "dragmode": "orbit"} | axes)
        if words := [word for rest in rests for word in _words(rest)]:
            fig.update_layout(scene={"annotations": words})
        above = {} if len(rests) > 1 else {"t": 0}
        fig.update_layout(showlegend=len(rests) > 1, margin={"l": 0, "r": 0, "b": 0} | above)
    else:
        titles = [f"{component_title} {k + 1} ({share:.0%})" for k, share in enumerate(explained)]
        fig.update_xaxes(title={"text": titles[0], "standoff": 6}, zeroline=True)
        fig.update_yaxes(title=titles[1], zeroline=True, scaleanchor="x", scaleratio=1)
    return fig


def _words(rest: Rest) -> list[dict]:
    """In space the word to the left of each point, above all that is drawn in WebGL."""
    look = {"font": {"size": 15}, "showarrow": False, "xshift": BESIDE}
    return [
        dict(zip(AXES, point.tolist(), strict=True)) | {"text": style.plain(text)} | look
        for point, text in zip(rest.points, rest.texts, strict=False)
    ]


def _apart(points: np.ndarray) -> list[str]:
    """Where the word at each point (N, 2) stands: on the side that is away from the point's nearest neighbour."""
    sides = []
    for k, point in enumerate(points):
        others = np.delete(points, k, 0) - point
        near = others[np.square(others).sum(1).argmin()] if len(others) else np.array([0.0, -1.0])
        if abs(near[0]) > abs(near[1]):
            sides.append("middle left" if near[0] > 0 else "middle right")
        else:
            sides.append("bottom center" if near[1] > 0 else "top center")
    return sides


def _adder(fig: Draft, solid: bool) -> Callable[..., None]:
    """What adds a trace with its points (N, components) spread over the axes."""
    kind = fig.add_scatter3d if solid else fig.add_scatter

    def add(points: np.ndarray, **more: object) -> None:
        kind(**dict(zip(AXES, points.T, strict=False)), **more)

    return add
