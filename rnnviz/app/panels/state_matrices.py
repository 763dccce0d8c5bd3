"""States that are matrices, around the cursor's step: before it, what it changes, and after it."""

from __future__ import annotations

import numpy as np

from rnnviz.app import naming, results
from rnnviz.app.i18n import _
from rnnviz.app.panels.network_views import name_and_rest
from rnnviz.app.panels.quantity_shapes import shape_of
from rnnviz.app.results import Layer
from rnnviz.subjects import Subject


def panels(subject: Subject, of: Layer, span: int = 12) -> list[dict]:
    """One for each state of the layer that is a matrix; of a board that has the layer registered."""
    layer, cell = results.layer(subject, of), results.cell_of(subject, of)
    return [
        _panel(subject, of, name, shape) | {"span": span, "title": f"{naming.letter(subject.cell, name)} · {called}"}
        for name in layer.initial
        if (shape := shape_of(cell, name)).get("shape") == "matrix"
        for called, _what in [name_and_rest(_(cell.quantities[name].meaning))]
    ]


def _panel(subject: Subject, of: Layer, name: str, shape: dict) -> dict:
    layer, letter = results.layer(subject, of), naming.letter(subject.cell, name)
    sizes = np.abs(layer[name].values)
    most = float(sizes[np.isfinite(sizes)].max(initial=0.0)) or 1.0
    return {
        "kind": "state_matrix",
        "array": name,
        "before": f"previous:{name}",
        **shape,
        "range": [-most, most],
        "legends": [{"scale": "state", "low": -most, "high": most}],
        "strings": {
            "before": _("{letter} before the step").format(letter=letter),
            "change": _("what the step changes"),
            "after": _("{letter} after it").format(letter=letter),
        },
        "caption": _("Each square is a number; rest on one to read it. Framed is the row of the chosen unit."),
    }
