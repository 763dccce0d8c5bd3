"""A figure in the making: plain dictionaries, which become a Plotly figure when they are complete."""

from __future__ import annotations

import base64
import copy
import math
from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec, Protocol

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio

P = ParamSpec("P")
MOST_CELLS = 256, 1024  # rows and columns of a picture
PLAIN = pio.templates["none"].to_plotly_json()
# As the style sheet has them: made bold only after they were measured, they would be wider than their boxes.
PLAIN.setdefault("layout", {}).setdefault("annotationdefaults", {})["font"] = {"weight": 700}


class Draft:
    """Collects traces and layout with the verbs of a Plotly figure, and becomes one by ``figure``.

    A Plotly figure checks every change against its whole schema, 10 ms or more for one chart, and 3 ms when it is made
    of complete dictionaries; a page has up to nine, and a class of 40 asks for all of them at once. So the figure is
    made unchecked; the tests check each kind. ``layout``: what the figure starts with, changed in place. All values are
    Plotly's, nested dictionaries instead of its shorthand with underscores. ``title``, and ``bar`` for its colours:
    what is written on a figure that stands alone; the app writes it beside its charts.
    """

    title = bar = ""

    def __init__(self, layout: dict) -> None:
        self.layout = layout
        self.traces: list[dict] = []

    def add_scatter(self, **trace: object) -> None:
        self.traces.append({"type": "scatter", **trace})

    def add_scatter3d(self, **trace: object) -> None:
        self.traces.append({"type": "scatter3d", **trace})

    def add_bar(self, **trace: object) -> None:
        self.traces.append({"type": "bar", **trace})

    def add_heatmap(self, **trace: object) -> None:
        self.traces.append({"type": "heatmap", **trace})

    def add_annotation(self, **annotation: object) -> None:
        self.layout.setdefault("annotations", []).append(annotation)

    def add_shape(self, **shape: object) -> None:
        self.layout.setdefault("shapes", []).append(shape)

    def update_layout(self, changes: Mapping[str, object] | None = None, **more: object) -> None:
        """Dictionaries are merged into those that are there, all else is replaced."""
        merge(self.layout, {**(changes or {}), **more})

    def update_xaxes(self, **changes: object) -> None:
        """Change every x axis that there is."""
        self._update_axes("xaxis", changes)

    def update_yaxes(self, **changes: object) -> None:
        """Change every y axis that there is."""
        self._update_axes("yaxis", changes)

    def _update_axes(self, kind: str, changes: Mapping[str, object]) -> None:
        for name in [kind, *(name for name in self.layout if name.startswith(kind) and name != kind)]:
            merge(self.layout.setdefault(name, {}), changes)

    def spec(self) -> dict:
        """The figure as the JSON that plotly.js reads, without making one: arrays are packed as Plotly packs them, and
        what is not finite is null."""
        return _json({"data": self.traces, "layout": self.layout})

    def figure(self) -> go.Figure:
        """What was collected as a figure, which shares nothing with this draft but the arrays of its traces."""
        made = go.Figure(data=self.traces, layout=copy.deepcopy(self.layout), _validate=False)
        for part in (made, made.layout, *made.data):
            part._validate = True  # whoever changes it later is told what Plotly does not know
        return made


def merge(into: dict, changes: Mapping[str, object]) -> None:
    """Change ``into`` in place; dictionaries within it are merged, all else is replaced. A title may be its text."""
    for name, value in changes.items():
        if name == "title" and isinstance(value, str):
            into[name] = {"text": value}
        elif isinstance(value, Mapping):
            here = into.get(name)
            into[name] = dict(here) if isinstance(here, Mapping) else {}
            merge(into[name], value)
        else:
            into[name] = value


class Drawing(Protocol[P]):
    """A function that draws: called, it returns a Plotly figure; ``draft`` returns the complete draft of it."""

    draft: Callable[P, Draft]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> go.Figure: ...


def drawn(draft: Callable[P, Draft]) -> Drawing[P]:
    """Make a function that completes a draft one that returns the figure, which stands alone."""

    @wraps(draft)
    def figure(*args: P.args, **kwargs: P.kwargs) -> go.Figure:
        return alone(draft(*args, **kwargs)).figure()

    figure.draft = draft
    figure.__annotations__ = {**draft.__annotations__, "return": "go.Figure"}
    return figure


def alone(draft: Draft) -> Draft:
    """With its title and the bar of its colours on it, and in a picture no more cells than a screen shows: one that
    stands for several has the largest value of them, or the furthest from zero where both signs are drawn."""
    note = ""
    for picture in [trace for trace in draft.traces if trace["type"] == "heatmap"]:
        rows, columns = picture["z"].shape
        down, across = math.ceil(rows / MOST_CELLS[0]), math.ceil(columns / MOST_CELLS[1])
        signed = picture.get("zmin", 0) < 0 < picture.get("zmax", 0)
        if down * across > 1:
            picture |= {
                name: _middles(picture.get(name), count, by)
                for name, count, by in (("y", rows, down), ("x", columns, across))
            }
            picture["z"] = _strongest(picture["z"], down, across, signed)
        if "zmin" in picture and draft.bar:
            bar = {"title": {"text": draft.bar}, "thickness": 12, "outlinewidth": 0}
            picture |= {"showscale": True, "colorbar": bar}
            chosen = "value furthest from zero" if signed else "largest value"
            note = f"<br><sup>each cell: the {chosen} of {down} × {across}</sup>" if down * across > 1 else ""
    if draft.title:
        margin, above = draft.layout["margin"], 62 if note else 44
        size = {"margin": {"t": margin["t"] + above, "r": margin["r"] + (70 if draft.bar else 0)}}
        title = {"text": draft.title + note, "x": 0, "xref": "paper", "font": {"size": 15}}
        draft.update_layout(title=title, height=draft.layout["height"] + above, **size)
    return draft


def _strongest(values: np.ndarray, down: int, across: int, signed: bool) -> np.ndarray:
    """Of each block of so many rows and columns the value that is largest, or furthest from zero; NaN where there is no
    other."""
    rows, columns = values.shape
    whole = np.pad(values, ((0, -rows % down), (0, -columns % across)), constant_values=np.nan)
    blocks = (
        whole.reshape(len(whole) // down, down, -1, across)
        .swapaxes(1, 2)
        .reshape(len(whole) // down, -1, down * across)
    )
    size = np.where(np.isnan(blocks), -np.inf, np.abs(blocks) if signed else blocks)
    return np.take_along_axis(blocks, size.argmax(-1, keepdims=True), -1)[..., 0]


def _middles(places: object, count: int, by: int) -> np.ndarray:
    """Where a block of so many cells stands."""
    places = np.arange(count) if places is None else np.asarray(places)
    return places[::by] + (by - 1) / 2


def _json(value: object) -> object:
    if value is PLAIN:
        return value
    if isinstance(value, Mapping):
        return {
            name: _listed(part) if name == "range" else _json(part) for name, part in value.items() if part is not None
        }
    if isinstance(value, np.ndarray):
        return _packed(value)
    if isinstance(value, (list, tuple)):
        return [_json(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _listed(value: object) -> object:
    return _json(value.tolist() if isinstance(value, np.ndarray) else value)


def _packed(values: np.ndarray) -> object:
    """Numbers as base64, whole ones in as few bytes as hold them; all else as a list."""
    if values.dtype == np.int64 and values.size:
        kinds = (np.int8, np.int16, np.int32)
        holds = (k for k in kinds if np.iinfo(k).min <= values.min() and values.max() <= np.iinfo(k).max)
        values = values.astype(next(holds, np.int64))
    if not values.size or values.dtype.kind not in "iuf" or values.dtype in (np.int64, np.uint64, np.float16):
        return _listed(values)
    kind = f"{values.dtype.kind}{values.dtype.itemsize}"
    packed = {"dtype": kind, "bdata": base64.b64encode(np.ascontiguousarray(values)).decode("ascii")}
    return packed | ({"shape": str(values.shape)[1:-1]} if values.ndim > 1 else {})
