"""The knobs of a reservoir, what follows from them, computed once for all visitors, and what is said of it."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch

from rnnviz.cells import TRIO
from rnnviz.dynamics import Echo, MemoryCapacity, spectral_radius
from rnnviz.experiment import MAX_SEED
from rnnviz.once import kept, once
from rnnviz.reservoir import (
    AT_ONCE,
    LEAST,
    MAX_RADIUS,
    MAX_SCALING,
    MAX_UNITS,
    MIN_UNITS,
    SHAPES,
    TESTED,
    Readouts,
    Reservoir,
    met,
    pair_echo,
    small_pair,
)
from rnnviz.trace import Signal
from rnnviz.ui import controls
from rnnviz.ui.heavy_work import LINE, Bar, Results, Work
from rnnviz.ui.language import _

RADII = (0.1, 0.3, 0.5, 0.7, 0.9, 1.0, 1.1, 1.2, 1.4, 1.7, 2.2, 3.0)
LONGEST = 2 * MIN_UNITS  # delay that a readout can be shown for: every reservoir is asked for as many
_SWEEPS: Results[np.ndarray] = Results(256)


def matrix(reservoir: Reservoir) -> np.ndarray:
    """W, (N, N)."""
    return reservoir.network().layers[0][0].weight_hh.numpy()


@kept(256)
def echo(reservoir: Reservoir) -> Echo:
    return reservoir.echo()


@kept(64)
def states(reservoir: Reservoir) -> Signal:
    return reservoir.states()


@kept(64)
def measured(reservoir: Reservoir) -> tuple[MemoryCapacity, Readouts]:
    return reservoir.measure()


@kept(256)
def other(cell: str, units: int, seed: int) -> MemoryCapacity:
    """Of a network of another cell, which hangs on no other knob."""
    return Reservoir(units=units, seed=seed).memory(cell)


@kept(64)
def theory(reservoir: Reservoir) -> MemoryCapacity | None:
    return reservoir.theory()


@once
def pair() -> tuple[Echo, float]:
    """Two starts of the two units that do not forget, and the units' spectral radius."""
    return pair_echo(), spectral_radius(small_pair().layers[0][0].weight_hh)


def choose() -> tuple[Reservoir, int]:
    """Draw the knobs; the reservoir that they ask for, and the delay of the readout that is shown."""
    start = Reservoir()
    keys = ("radius", "scaling", "leak", "density", "units", "seed")
    for name in keys:
        st.session_state.setdefault(f"esn_{name}", getattr(start, name))
    st.session_state.setdefault("esn_delay", 5)
    above, below = st.columns(4), st.columns([3, 3, 3, 3], vertical_alignment="bottom")
    with above[0]:
        st.slider(_("Spectral radius ρ"), LEAST, MAX_RADIUS, step=0.05, **controls.shown("esn_radius"))
    with above[1]:
        st.slider(_("Strength of the input"), 0.0, MAX_SCALING, step=0.05, **controls.shown("esn_scaling"))
    with above[2]:
        st.slider(_("Leak α"), LEAST, 1.0, step=0.05, **controls.shown("esn_leak"))
    with above[3]:
        st.slider(_("Units N"), MIN_UNITS, MAX_UNITS, step=20, **controls.shown("esn_units"))
    with below[0]:
        st.slider(_("Density of connections"), LEAST, 1.0, step=0.05, **controls.shown("esn_density"))
    with below[1]:
        st.slider(_("Delay k of the readout"), 0, LONGEST, **controls.shown("esn_delay"))
    with below[2]:
        shape = controls.page_choice(_("Units are"), "esn_f", dict(zip(SHAPES, ("tanh", _("linear")), strict=True)))
    with below[3]:
        st.number_input(_("Seed"), 0, MAX_SEED, step=1, **controls.shown("esn_seed"))
    # A slider counts in binary fractions; equal settings must be equal.
    chosen = {name: st.session_state[f"esn_{name}"] for name in keys}
    rounded = {name: round(value, 2) if isinstance(value, float) else value for name, value in chosen.items()}
    return Reservoir(**rounded, nonlinearity=shape), st.session_state["esn_delay"]


def fate(found: Echo, batch: int) -> str:
    """What becomes of two starts over the steps that were tested, as the end of a sentence about them."""
    distance, start = found.distance.values[:, batch], float(found.start.values[batch])
    steps = met(distance, start)
    if steps is not None:
        return _("become one after {steps} steps").format(steps=steps)
    if not np.isfinite(distance).all() or distance[-1] > 1e3 * start:
        return _("fly apart, × 10 every {steps} steps").format(steps=f"{_tenfold(distance):.3g}")
    share = f"{distance[-1] / start:.2g}"
    return _("have not met after {steps} steps (distance × {share})").format(steps=f"{TESTED:,}", share=share)


def _tenfold(distance: np.ndarray) -> float:
    """In how many steps a distance that grows without limit becomes ten times as large."""
    here = distance[np.isfinite(distance)]
    first = len(here) // 3  # after the directions have turned to the fastest growing one
    return (len(here) - 1 - first) / float(np.log10(here[-1] / here[first]))


def verdict(reservoir: Reservoir) -> str:
    return _("At radius {radius} two starts {fate}").format(
        radius=f"{reservoir.radius:g}", fate=fate(echo(reservoir), 0)
    )


def sentence(reservoir: Reservoir) -> str:
    """The radius against the test, with their numbers."""
    told = _(
        "With the input they {fate}; without it they {silent}. The radius alone does not tell: a pair of units with "
        "ρ = {low}, left alone, {pair}. A largest singular value below 1 would prove that they meet; here it is {most}."
    )
    return told.format(
        fate=fate(echo(reservoir), 0),
        silent=fate(echo(reservoir), 1),
        low=f"{pair()[1]:.2g}",
        pair=fate(pair()[0], 0),
        most=f"{torch.linalg.matrix_norm(torch.from_numpy(matrix(reservoir)), 2):.2f}",
    )


def swept(reservoir: Reservoir) -> np.ndarray:
    """The memory capacity at each of RADII, all else as chosen, once those of the other cells are known too; with a
    progress bar where it takes long. At most as many such measurements at a time as there are cores: those of a whole
    class at once would hold gigabytes."""
    key, bar = reservoir.with_(radius=RADII[0]), Bar()
    totals = _SWEEPS.wait_for(key, lambda: _sweep(reservoir), bar, _("Measuring memories"), line=LINE)
    bar.end()
    return totals


def _sweep(reservoir: Reservoir) -> Work[np.ndarray]:
    totals: list[float] = []
    for cell in TRIO:
        other(cell, reservoir.units, reservoir.seed)
        yield 0.0
    for first in range(0, len(RADII), AT_ONCE):
        totals += [one.total for one in reservoir.memories(RADII[first : first + AT_ONCE])]
        yield len(totals) / len(RADII)
    return np.array(totals)
