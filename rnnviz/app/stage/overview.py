"""All of a long sequence on one line above the stage, which shows a window of it."""

from __future__ import annotations

import numpy as np

from rnnviz.app.i18n import _
from rnnviz.subjects import Subject, windows

COLUMNS = 600  # of the line: a screen tells no more apart


def overview(subject: Subject) -> dict | None:
    """What assets/stage/overview.js draws; None where all of the sequence is on the stage. ``low`` and ``high``: of
    each column the smallest and the largest size of the state, None for what is not finite."""
    reading = subject.read()
    if not reading.of:
        return None
    sizes = windows.run(subject.model, subject.sequence).sizes
    starts = np.linspace(0, reading.of, min(COLUMNS, reading.of), endpoint=False).astype(int)
    numbers = {"first": reading.number(0), "last": reading.number(reading.steps - 1), "count": reading.of}
    written = {name: f"{value:,}" for name, value in numbers.items()}
    return {
        "first": reading.first,
        "of": reading.of,
        "size": windows.WINDOW,
        "stride": windows.STRIDE,
        "low": _finite(np.minimum.reduceat(sizes, starts)),
        "high": _finite(np.maximum.reduceat(sizes, starts)),
        "title": _("All {count} steps: the largest |h| of the top layer").format(**written),
        "shown": _("steps {first} to {last}").format(**written),
        "told": _(
            "The page is about the framed steps alone, which begin with the state that all steps before them left."
        ),
        "keys": _("Drag the frame, or press Shift ← →."),
        "saved": _("This file holds the steps in the frame."),
    }


def numbered(panel: dict, first: int) -> dict:
    """A chart over time whose axis counts the steps of the whole sequence, of which ``first`` were read before."""
    time = panel.get("time")
    if "figure" not in panel or not time:
        return panel
    names = {str(step): str(step + first) for step in range(1, windows.WINDOW + 1)}
    ticks = {"labelalias": names, "tick0": windows.STRIDE // 5, "dtick": 2 * windows.STRIDE // 5}  # none at the end
    layout = panel["figure"]["layout"]
    axes = {axis: layout.get(axis, {}) | ticks for axis in ("xaxis", *(["yaxis"] if time == "y" else []))}
    return panel | {"figure": panel["figure"] | {"layout": layout | axes}}


def _finite(values: np.ndarray) -> list[float | None]:
    return [round(float(value), 4) if np.isfinite(value) else None for value in values]
