"""A figure in the making: plain dictionaries, which become a Plotly figure when they are complete."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import plotly.graph_objects as go
import plotly.io as pio

PLAIN = pio.templates["none"].to_plotly_json()


class Draft:
    """Collects traces and layout with the verbs of a Plotly figure, and becomes one by ``figure``.

    A Plotly figure checks every change against its whole schema, 10 ms or more for one chart, and 3 ms when it is made
    of complete dictionaries; a page has up to nine, and a class of 40 asks for all of them at once. So the figure is
    made unchecked; the tests check each kind. ``layout``: what the figure starts with, changed in place. All values are
    Plotly's, nested dictionaries instead of its shorthand with underscores.
    """

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
