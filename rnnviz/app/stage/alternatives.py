"""One sentence for every picture, made from the very numbers that it draws, for who hears the page and does not see it.

A chart tells its series, a panel of squares the arrays that it reads; no page has to think of it.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator, Mapping

import numpy as np

from rnnviz.app.i18n import _

MOST = 6  # series that one sentence tells before it only counts the others
# Kinds of panels whose numbers stand as text or in a sentence of their own: they need no other words.
_IN_WORDS = {"candidates", "chart", "equations", "likeliest", "probabilities", "readings", "sentence"}
_INSIDE = {"quantities", "terms", "figure"}  # parts of a panel that repeat its arrays or belong to no picture


def of_figure(figure: Mapping, unit: int | None = None) -> str:
    """What a chart draws: its axes, and of each series its size, its first and last value and its range.

    ``figure``: the JSON that plotly.js reads. ``unit``: the series are those of one unit, this one until the visitor
    chooses another.
    """
    series: dict[str, list[np.ndarray]] = {}
    for trace in figure["data"]:
        name, values = _plain(trace.get("name")), _numbers(trace, figure["layout"])
        # Pictures one above the other are one; of lines and marks without names, the first is what the others mark.
        if np.isfinite(values).any() and (name or trace["type"] == "heatmap" or not series):
            series.setdefault(name, []).append(values)
    if len(series) > 1:  # lines that only connect or mark what the named series draw
        series.pop("", None)
    told = _listed([_facts(name, np.concatenate(parts)) for name, parts in series.items()])
    head = _head(figure) if unit is None else _("{chart} Of unit {unit}:").format(chart=_head(figure), unit=unit)
    return _("{chart} {series}").format(chart=head, series=told).strip()


def _head(figure: Mapping) -> str:
    """What kind of chart it is, and of what: the titles of its axes, where they speak for the whole chart."""
    several = any(trace.get("yaxis", "y") != "y" for trace in figure["data"])
    axes = (figure["layout"].get(axis, {}) for axis in ("xaxis", "yaxis"))
    across, up = (_plain(axis.get("title", {}).get("text")) for axis in axes)
    if not across or not up or several:
        return _("Chart over {along}.").format(along=across) if across else _("Chart.")
    if any(trace["type"] == "heatmap" for trace in figure["data"]):
        return _("Picture, {up} by {along}.").format(up=up, along=across)
    return _("Chart of {values} over {along}.").format(values=up, along=across)


def of_panel(panel: Mapping[str, object], arrays: Mapping[str, np.ndarray]) -> str:
    """What a panel of squares or areas draws, by the arrays of the board that it names; "" if it needs no words."""
    if panel["kind"] in _IN_WORDS:
        return ""
    shown = [(name, arrays[array]) for name, array in _named(panel) if array in arrays]
    return _listed([_facts(name, values) for name, values in shown])


def _named(part: object) -> Iterator[tuple[str, str]]:
    """Every array that a panel reads, after what the panel calls it."""
    if isinstance(part, Mapping):
        if isinstance(part.get("array"), str):
            yield str(part.get("name", part.get("label", ""))), part["array"]
        for key, inner in part.items():
            if key not in _INSIDE:
                yield from _named(inner)
    elif isinstance(part, (list, tuple)):
        for inner in part:
            yield from _named(inner)


def _numbers(trace: Mapping, layout: Mapping) -> np.ndarray:
    """The values of a trace: heights, colours of a picture, lengths of lying bars. Empty if it has no numbers."""
    kind = trace["type"]
    if kind == "heatmap" and len({color for _place, color in trace.get("colorscale", ())}) == 1:
        return np.empty(0)  # one colour for all: it shows where there is no number
    # Where rows are named a mark's height says which row it is in, and a picture may have no colour for a zero's
    # logarithm: such traces bring their true values along.
    apart = kind == "heatmap" or (kind == "scatter" and "ticktext" in layout.get("yaxis", {}))
    if apart and "customdata" in trace:
        return _decoded(trace["customdata"])
    if kind in ("heatmap", "scatter3d"):
        return _decoded(trace.get("z"))
    drawn = _decoded(trace.get("x" if trace.get("orientation") == "h" else "y"))
    # Beyond what a float holds it is told as the largest or the smallest that is.
    return 10.0 ** np.clip(drawn, -300, 300) if (trace.get("meta") or {}).get("power") else drawn


def _decoded(values: object) -> np.ndarray:
    """An array of a figure's JSON, flat: Plotly packs numbers into base64, and None stands for what is not finite."""
    if isinstance(values, Mapping):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).astype(np.float64)
    try:
        return np.asarray(values if values is not None else (), dtype=np.float64).ravel()
    except ValueError:  # words
        return np.empty(0)


def _facts(name: str, values: np.ndarray) -> str:
    values = np.asarray(values, dtype=np.float64).ravel()
    finite = values[np.isfinite(values)]
    if not finite.size:
        told = _("{count} values, none of them finite").format(count=values.size)
    elif finite.size == 1:
        told = _("one value, {value}").format(value=_number(finite[0]))
    else:
        told = _("{count} values from {low} to {high}, the first {first}, the last {last}").format(
            count=finite.size,
            low=_number(finite.min()),
            high=_number(finite.max()),
            first=_number(finite[0]),
            last=_number(finite[-1]),
        )
    return _("{name}: {facts}").format(name=name, facts=told) if name else told


def _listed(facts: list[str]) -> str:
    """The facts as one sentence, the first ``MOST`` of them in full."""
    if not facts:
        return ""
    rest = [_("{count} more series").format(count=len(facts) - MOST)] if len(facts) > MOST else []
    return _("{facts}.").format(facts=_("; ").join([*facts[:MOST], *rest]))


def _number(value: float) -> str:
    return f"{value + 0.0:.3g}".replace("-", "−")  # no minus before zero


def _plain(text: str | None) -> str:
    """A label of a chart, which may hold markup, as text."""
    return html.unescape(re.sub(r"<[^>]*>", " ", text or "")).strip()
