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
LAST = 2000  # in the legend: Plotly's own rank is 1000
ACROSS = 300  # pixels that a picture in space is wide, about
HALF = np.array([24.0, 11.0])  # pixels of a word, from its middle to its sides
# From a point to the middle of its word, in pixels: on an ellipse around it.
SIDES = np.array([[38.0 * np.cos(a), 22.0 * np.sin(a)] for a in np.arange(16) * np.pi / 8])
CAMERA = {"x": 1.07, "y": -1.58, "z": 0.94}


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
    way_name: str = "",
    component_title: str = "component",
    height: int = 400,
) -> Draft:
    """``path``: (T, components), two or three of them; ``explained``: (components,), their shares of the variance.

    ``ways``: other curves (T', components), drawn faintly behind, named ``way_name``. Equal units on all axes: a
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
        add(joined, mode="lines", line={"color": style.INK, "width": 2 if solid else 1}, opacity=0.4 if solid else 0.55,
            hoverinfo="skip", name=style.plain(way_name), showlegend=bool(way_name), legendrank=LAST)  # fmt: skip
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
    titles = [f"{component_title} {k + 1} ({share:.0%})" for k, share in enumerate(explained)]
    if solid:
        plain = {"gridcolor": GRID, "zerolinecolor": GRID, "showbackground": False, "showspikes": False}
        axes = {
            f"{axis}axis": plain | {"title": {"text": title, "font": {"size": 11}}, "showticklabels": False}
            for axis, title in zip(AXES, titles, strict=True)
        }
        camera = {"eye": CAMERA, "center": {"x": 0, "y": 0, "z": -0.12}}  # room for the names of the axes below
        fig.update_layout(scene={"aspectmode": "data", "camera": camera, "dragmode": "orbit"} | axes)
        around = np.concatenate([path, *(rest.points for rest in rests), *ways])
        if words := [word for rest in rests for word in _words(rest, around)]:
            fig.update_layout(scene={"annotations": words})
        fig.update_layout(margin={"l": 0, "r": 0, "b": 0})
    else:
        fig.update_xaxes(title={"text": titles[0], "standoff": 6}, zeroline=True)
        fig.update_yaxes(title=titles[1], zeroline=True, scaleanchor="x", scaleratio=1)
    return fig


def _words(rest: Rest, around: np.ndarray) -> list[dict]:
    """In space the word beside each point, above all that is drawn in WebGL: as the camera first sees them, on the side
    where there is most room. ``around``: all that is drawn, (N, 3)."""
    eye = np.array(list(CAMERA.values()))
    right = np.cross(-eye, [0.0, 0.0, 1.0])
    up = np.cross(right, -eye)
    screen = np.stack([right / np.linalg.norm(right), up / np.linalg.norm(up)], 1)
    scale = ACROSS / (np.ptp(around @ screen, 0).max() or 1.0)
    taken = scale * (around @ screen)
    words = []
    for point, text in zip(rest.points, rest.texts, strict=False):
        places = scale * (point @ screen) + SIDES
        room = (np.abs(places[:, None] - taken) / HALF).max(-1).min(1)  # from each place to what is nearest
        best = int(room.argmax())
        taken = np.vstack([taken, places[best]])
        shift = dict(zip(("xshift", "yshift"), SIDES[best].tolist(), strict=True))
        words.append(
            dict(zip(AXES, point.tolist(), strict=True))
            | {"text": style.plain(text), "font": {"size": 15}, "showarrow": False}
            | shift
        )
    return words


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
