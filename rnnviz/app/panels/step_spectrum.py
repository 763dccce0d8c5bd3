"""What one step does to a gradient: the singular values of its Jacobian, at the cursor."""

from __future__ import annotations

import numpy as np

from rnnviz.app.comparison import Subjects
from rnnviz.app.gradient_runs import is_decomposed, singular_values, too_large
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels.gradient_lines import POWER, finite
from rnnviz.app.panels.network_views import missing
from rnnviz.app.panels.state_charts import chart, line_each
from rnnviz.app.stage.bindings import Bound
from rnnviz.app.stage.board import Board


def spectrum(compared: Subjects, board: Board) -> dict:
    """The singular values of this step's Jacobian, largest first, following the cursor."""
    curves, bound, low = {}, [], 0.0
    title, left_out = _("What this one step does to a gradient"), too_large(compared.values())
    compared = {cell: subject for cell, subject in compared.items() if is_decomposed(subject)}
    if not compared:
        return missing(left_out, title=title, span=5)
    for k, (cell, subject) in enumerate(compared.items()):
        with np.errstate(divide="ignore"):
            values = np.log10(singular_values(subject).values)
        values = np.where(values < -12, np.nan, finite(values))  # below that they are zero, or rounding
        low = min(low, float(np.min(values, where=~np.isnan(values), initial=0.0)))
        curves[cell] = values[-1]
        bound.append(Bound(k, "y", board.array(f"sigma:{cell}", values), "step"))
    figure = line_each(
        compared,
        curves,
        {"signal": "log10 sigma", "at": 0} | POWER,
        label="{name} σ₁",
        value_range=(low, 1.0),
        value_title=_("stretch (log scale)"),
        time_title=_("direction, the most stretched first"),
        powers=True,
        height=300,
    )
    return chart(
        figure,
        time=False,
        bound=bound,
        span=5,
        title=title,
        caption=sentences(
            _("Singular values of the step's Jacobian: what is above 1 grows, what is below shrinks."), left_out
        ),
    )
