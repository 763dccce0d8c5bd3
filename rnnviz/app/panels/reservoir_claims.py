"""The controls of a reservoir, what follows from them, computed once for all visitors, and what is said of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from rnnviz.app import controls
from rnnviz.app.heavy_work import FIRST_LINE, LINE, Bar, Work, finish, wait_for
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip
from rnnviz.app.panels import radius_slider
from rnnviz.app.written import significant
from rnnviz.cells import TRIO
from rnnviz.compute import computed, once
from rnnviz.dynamics import Echo, MemoryCapacity, spectral_radius
from rnnviz.studies import echo_state_network as study
from rnnviz.studies.echo_state_network import RADII, SHOWN, TESTED, Readouts, met
from rnnviz.subjects import Subject
from rnnviz.trace import Signal

# All that is chosen of a reservoir, as the page opens: a suggestion sets all of it, so that it keeps its promise.
USUAL = {"spectral_radius": 1.2, "input_scaling": 1.0, "leak": 1.0, "nonlinearity": "tanh"}
USUAL |= {"units": 100, "density": 0.1, "seed": 0}
LINEAR = USUAL | {"nonlinearity": "identity"}
LEAST = 0.05  # of what may be small but not nothing: radius, leak, density


class Seen(NamedTuple):
    """What the first stage shows of a reservoir. ``states``, ``echo``: of two starts; ``memory``, ``readouts``: of
    readouts that are fitted to it."""

    echo: Echo
    states: Signal
    memory: MemoryCapacity
    readouts: Readouts


def seen(subject: Subject) -> Seen:
    """At most as many at a time as there are cores: those of a whole class at once would hold a gigabyte."""
    bar = Bar()
    found = wait_for(("seen", subject), lambda: _see(subject), bar, _("Running the reservoir"), line=FIRST_LINE)
    bar.end()
    return found


def _see(subject: Subject) -> Work[Seen]:
    both = study.two_starts(subject)
    yield 0.4
    return Seen(*both, *study.measure(subject))


@computed
def other(subject: Subject) -> MemoryCapacity:
    """Of an untrained network of another cell, ``study.other_cell``."""
    return study.memory(subject)


theory = computed(study.theory)
_own_eigenvalues = computed(study.eigenvalues)


def eigenvalues(subject: Subject) -> np.ndarray:
    """Of W, complex (N,), the largest first; all radii of a seed are one computation."""
    base = study.scaled_from(subject)
    return _own_eigenvalues(base) * (1.0 if base == subject else study.radius(subject))


@once
def pair() -> tuple[Echo, float]:
    """Two starts of the two units that do not forget, and the units' spectral radius."""
    return study.pair_echo(), spectral_radius(study.small_pair().layers[0][0].weight_hh)


def choose(subject: Subject) -> None:
    """Draw the controls: those of a reservoir that was brought as it is are of its readout alone."""
    with controls.more_settings():
        controls.knob("delay")
        if not is_drawn(subject):
            return
        cell = study.cell_of(subject)
        controls.subject_number(_("Strength of the input"), "input_scaling", float(cell.input_scaling), 0.0, 2.0, 0.05)
        controls.subject_number(_("Leak α"), "leak", float(cell.leak), LEAST, 1.0, 0.05)
        controls.subject_number(_("Units N"), "units", subject.units, 20, 200, 20)
        controls.subject_number(_("Density of connections"), "density", float(cell.density), LEAST, 1.0, 0.05)
        names = {"tanh": "tanh", "identity": _("linear")}
        controls.subject_choice(_("Units are"), "nonlinearity", cell.nonlinearity, names)
        controls.choose_seed()


def is_drawn(subject: Subject) -> bool:
    """Whether it was drawn here from a seed, so that its parts can be chosen."""
    return subject.load().provenance.seed is not None


def slider(subject: Subject) -> list[dict]:
    """The radius of a reservoir that was drawn, with its two zones; below 1 a small push near rest dies out."""
    if not is_drawn(subject):
        return []
    linear = study.cell_of(subject).nonlinearity == "identity"  # of others the bound of tanh ends all growth
    words = {
        "name": _("Spectral radius ρ"),
        "note": _("what it does without input"),
        "below": _("a small push dies out"),
        "above": _("a difference can grow") if linear else _("a difference can last"),
        "dragged": "",
    }
    return [radius_slider.panel("spectral_radius", float(study.radius(subject)), (LEAST, 3.0, 0.05), words)]


def fate(found: Echo, batch: int, tested: int = TESTED) -> str:
    """What becomes of two starts, in a few words. ``tested``: after how many steps it is told how
    far apart those are that have not met."""
    distance, start = found.distance.values[:, batch], float(found.start.values[batch])
    steps = met(distance, start)
    if steps is not None:
        return _("merged after {steps} steps").format(steps=steps)
    if flies(distance, start):
        return _("distance × 10 every {steps} steps").format(steps=significant(_tenfold(distance)))
    share = significant(100 * distance[tested - 1] / start, 2)
    return _("still {share}% of the initial distance after {steps} steps").format(steps=f"{tested:,}", share=share)


def flies(distance: np.ndarray, start: float) -> bool:
    """Whether two states end much further apart than they began."""
    return not np.isfinite(distance).all() or distance[-1] > 1e3 * start


def _tenfold(distance: np.ndarray) -> float:
    """In how many steps a distance that grows without limit becomes ten times as large."""
    here = distance[np.isfinite(distance)]
    first = len(here) // 3  # after the directions have turned to the fastest growing one
    return (len(here) - 1 - first) / float(np.log10(here[-1] / here[first]))


def claim(subject: Subject) -> tuple[str, str, list[Chip], str]:
    """What ``page.claim`` takes."""
    told = _("A reservoir is a random network, never trained. Does it forget its start?")
    do = _("Drag the radius.") if is_drawn(subject) else _("Press Play.")
    return title(subject), sentences(told, do), chips(subject), measured(subject)


def title(subject: Subject) -> str:
    """Whether at this radius what a state began with is washed out by what it reads."""
    return _outcome(subject).format(radius=f"{study.radius(subject):.3g}")


def _outcome(subject: Subject) -> str:
    distance, start = seen(subject).echo.distance.values[:, 0], float(seen(subject).echo.start.values[0])
    if met(distance, start) is None:
        if flies(distance, start):
            return _("At radius {radius}, two starting states fly apart: no echo is kept")
        return _("At radius {radius}, two starting states stay apart: the start is kept")
    if not study.cell_of(subject).weight_ih.any():
        return _("At radius {radius}, two starting states end as one: nothing is left")
    alone, begun = seen(subject).echo.distance.values[:, 1], float(seen(subject).echo.start.values[1])
    if met(alone, begun) is None:
        return _("At radius {radius}, two starting states merge with input, not without")
    return _("At radius {radius}, two starting states merge with input and without")


def chips(subject: Subject) -> list[Chip]:
    found = seen(subject).echo
    told = [_("with input: {fate}").format(fate=fate(found, 0, SHOWN))]
    told += [_("without input: {fate}").format(fate=fate(found, 1, SHOWN))]
    return [Chip("ESN", text) for text in told]


def measured(subject: Subject) -> str:
    """When two states are one, and the radius against the test, with their numbers."""
    told = _(
        "Echo state property: copies that read the same input become equal, however they started. "
        "Two states count as merged at a millionth of their initial distance, from then on to step {steps}. The radius "
        "alone does not decide: a pair of units with ρ = {low}, left alone: {pair}. A largest singular value below 1 "
        "would prove that they merge; here it is {most}."
    )
    return told.format(
        steps=f"{TESTED:,}",
        low=significant(pair()[1], 2),
        pair=fate(pair()[0], 0),
        most=f"{torch.linalg.matrix_norm(study.cell_of(subject).weight_hh.detach(), 2):.2f}",
    )


def swept(subject: Subject) -> np.ndarray:
    """The memory capacity at each of RADII, all else as chosen, once those of the other cells are known too; with a
    progress bar where it takes long. At most as many such measurements at a time as there are cores."""
    base, bar = study.scaled_from(subject), Bar()
    totals = wait_for(("swept", base), lambda: _sweep(base), bar, _("Measuring memories"), line=LINE)
    bar.end()
    return totals


def prepare(subject: Subject) -> None:
    """See to it that what the page says of this reservoir is known, without a visitor who waits for it."""
    base = study.scaled_from(subject)
    finish(("seen", subject), lambda: _see(subject))
    finish(("swept", base), lambda: _sweep(base))
    pair()


def _sweep(subject: Subject) -> Work[np.ndarray]:
    totals: list[float] = []
    for cell in TRIO:
        other(study.other_cell(subject, cell))
        yield 0.0
    for memory in study.memories(subject, RADII):
        totals.append(memory.total)
        yield len(totals) / len(RADII)
    return np.array(totals)
