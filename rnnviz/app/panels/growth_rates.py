"""How fast pushes and gradients grow along a path: Lyapunov exponents beside the slopes of gradients."""

from __future__ import annotations

import time

import numpy as np
import streamlit as st

from rnnviz import figures
from rnnviz.app.i18n import _
from rnnviz.app.panels.fixed_points import HEIGHT
from rnnviz.app.panels.state_charts import chart
from rnnviz.compute import once
from rnnviz.figures import Marks, style
from rnnviz.studies import radius_sweep
from rnnviz.studies.radius_sweep import RADII, Growth

PATIENCE = 0.3  # seconds, after which a bar says how far it is

growth = once(radius_sweep.growth)


def measured() -> dict[str, list[Growth]]:
    """All of the sweep, with a bar for whoever waits longer than a moment."""
    sweep = radius_sweep.subjects()
    todo, start, bar = [(cell, subject) for cell, row in sweep.items() for subject in row], time.monotonic(), None
    growths: dict[str, list[Growth]] = {cell: [] for cell in sweep}
    for done, (cell, subject) in enumerate(todo):
        if time.monotonic() - start > PATIENCE:
            text = _("Measuring {count} networks").format(count=len(todo))
            bar = bar or st.progress(0.0)
            bar.progress(done / len(todo), text=text)
        growths[cell].append(growth(subject))
    if bar:
        bar.empty()
    return growths


def exponents(found: dict[str, list[Growth]], **place: object) -> dict:
    """The driven exponent against the gradient's slope, and the logarithm of the spectral radius alone."""
    series, worst = [], 0.0
    words = [_("radius {radius}").format(radius=f"{radius:g}") for radius in RADII]
    for cell, row in found.items():
        x, y = (np.array([getattr(one, name) for one in row]) for name in Growth._fields)
        worst = max(worst, float(np.abs(x - y).max()))
        series.append(Marks(cell, x, y, style.CELLS[cell], texts=words))
    alone = np.log(RADII)
    slopes = np.array([one.slope for one in found["RNN"]])
    series.append(Marks(_("RNN by radius alone"), alone, slopes, style.CELLS["RNN"], "circle-open", words))
    figure = figures.agreement.draft(
        series,
        x_title=_("predicted growth per step (natural log)"),
        y_title=_("measured slope of the gradient"),
        diagonal_name=_("agreement"),
        height=HEIGHT,
    )
    title = _("Lyapunov exponent and gradient agree within {worst}")
    caption = _("Growth per step, forward and backward. Hollow: by the radius alone.")
    return chart(figure, time=False, title=title.format(worst=f"{worst:.3f}"), caption=caption, **place)
