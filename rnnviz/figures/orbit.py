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
NEARER = 0.84  # and from what is a box, whose middle stands a little higher: its nearest corner is the lowest
LOWER = 0.2
CORNER = np.array([0.56, -1.0, 0.4])  # where a box is seen as one from: across, towards the eye, up
OUTSIDE = np.array([40, 28])  # pixels from a corner of it to the middle of its word, across and up
WAYS = np.exp(2j * np.pi * np.arange(24) / 24)  # in which it may lie from there


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
    box: np.ndarray | None = None,
    color: str = style.INK,
    path_name: str = "path",
    component_title: str = "component",
    height: int = 400,
) -> Draft:
    """``path``: (T, components), two or three of them; ``explained``: (components,), their shares of the variance.

    ``ways``: other curves (T', components), drawn faintly behind. ``box``: in space the three directions, as rows, that
    are to be seen as those across, into the picture and up, and words as on no edge of that box. Equal
    units on all axes: a distance on the picture is a distance of states. On a plane the last trace is the place of the
    cursor. In space, where all is seen through all, unstable points are small and faint.
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
    faint = 0.3 if solid else 0.75  # in space the last steps are drawn over it
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
        camera = {"eye": eye, "center": {"x": 0, "y": 0, "z": 0}} | ({} if box is None else _onto(box))
        if box is not None and rests:
            corners = next(rest.points for rest in rests if rest.texts)
            middle = corners.mean(0) - LOWER * box[2]
            camera = _around(camera, middle, np.concatenate([path, corners, *ways]))
        fig.update_layout(scene={"aspectmode": "data", "camera": camera, "dragmode": "orbit"} | axes)
        if words := [word for rest in rests for word in _words(rest, box)]:
            fig.update_layout(scene={"annotations": words})
        above = {} if len(rests) > 1 else {"t": 0}
        fig.update_layout(showlegend=len(rests) > 1, margin={"l": 0, "r": 0, "b": 0} | above)
    else:
        titles = [f"{component_title} {k + 1} ({share:.0%})" for k, share in enumerate(explained)]
        fig.update_xaxes(title={"text": titles[0], "standoff": 6}, zeroline=True)
        fig.update_yaxes(title=titles[1], zeroline=True, scaleanchor="x", scaleratio=1)
    return fig


def _onto(box: np.ndarray) -> dict[str, dict[str, float]]:
    """The camera that sees a box from near a corner, upright."""
    across, into, up = box / np.linalg.norm(box, axis=1, keepdims=True)
    eye = CORNER @ np.stack([across, into, up])
    eye *= NEARER * np.linalg.norm(list(CAMERA.values())) / np.linalg.norm(eye)
    return {name: dict(zip(AXES, at.tolist(), strict=True)) for name, at in (("eye", eye), ("up", up))}


def _around(camera: dict, place: np.ndarray, drawn: np.ndarray) -> dict:
    """A camera moved so that it looks at a place, and not at the middle of all that is drawn."""
    lowest, highest = np.nanmin(drawn, 0), np.nanmax(drawn, 0)
    sizes = np.maximum(highest - lowest, 1e-9)
    middle = (place - (lowest + highest) / 2) / np.prod(sizes) ** (1 / 3)  # in units of the scene
    center = dict(zip(AXES, middle.tolist(), strict=True))
    return camera | {"center": center, "eye": {axis: at + center[axis] for axis, at in camera["eye"].items()}}


def _words(rest: Rest, box: np.ndarray | None) -> list[dict]:
    """In space the word beside each point, above all that is drawn in WebGL."""
    shifts = [(BESIDE, 0)] * len(rest.points) if box is None else _between_edges(rest.points, box)
    look = {"font": {"size": 17}, "showarrow": False}
    return [
        dict(zip(AXES, point.tolist(), strict=True)) | {"text": _signed(text), "xshift": x, "yshift": y} | look
        for point, text, (x, y) in zip(rest.points, rest.texts, shifts, strict=False)
    ]


def _between_edges(points: np.ndarray, box: np.ndarray) -> list[list[float]]:
    """Pixels from each corner of a box, as it is seen at first, into the widest gap between its edges there."""
    eye, up = (np.array(list(at.values())) for at in _onto(box).values())
    right = np.cross(up, eye)
    over = np.cross(eye, right)
    seen = box @ (right / np.linalg.norm(right) + 1j * over / np.linalg.norm(over))  # each edge as a complex number
    shifts = []
    for point in points - points.mean(0):
        edges = -np.sign(box @ point) * seen
        free = np.abs(np.angle(WAYS[:, None] / edges)).min(1)
        way = WAYS[free.argmax()]
        shifts.append((OUTSIDE * [way.real, way.imag]).tolist())
    return shifts


def _signed(text: str) -> str:
    """A word, + and − in the colours that signs have everywhere."""
    colors = {"+": style.POSITIVE, "−": style.NEGATIVE}
    return "".join(
        f'<span style="color:rgb{colors[sign]}">{sign}</span>' if sign in colors else sign for sign in style.plain(text)
    )


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
