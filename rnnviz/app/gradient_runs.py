"""What the gradient pages know of a subject: sizes on the way back, and what its Jacobians say. Computed once for all.

Of several layers it is the top one, of two directions the forward one.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import torch

from rnnviz import gradients
from rnnviz.app import naming
from rnnviz.app.heavy_work import Bar, Work, finish, wait_for
from rnnviz.app.i18n import _, sentences
from rnnviz.cells import coordinates
from rnnviz.compute import computed
from rnnviz.dynamics import LyapunovSum
from rnnviz.gradients import Retraced, ThroughTime, clip_together
from rnnviz.gradients.following import Run, follow
from rnnviz.gradients.jacobians import in_sequence_order
from rnnviz.subjects import Subject
from rnnviz.subjects.limits import MOST_DECOMPOSED
from rnnviz.trace import Signal

RADII = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 2.5, 3.5, 5.0)  # between these a slider interpolates
LIGHT = 3e8  # steps times the cube of the state's size: what takes less than a moment


@computed
def run(subject: Subject) -> Run:
    """The way there, for the ways back."""
    with np.errstate(all="ignore"):
        there = follow(subject.network(), subject.input())
        there.first_steps(None).linear  # noqa: B018  all who go back need it: its bytes are counted with the rest
    return there


@computed
def retraced(subject: Subject, loss_at: str) -> Retraced:
    """``loss_at``: the "last" step, or "every" one."""
    with np.errstate(all="ignore"):  # an exploding network may reach infinity, and must be shown doing so
        loss = partial(subject.objective, at=loss_at)
        return gradients.retrace(subject.network(), subject.input(), loss, run(subject))


def curves(subject: Subject, loss_at: str = "last") -> dict[str, Signal]:
    """log10 of the size of dL/dh_t, and dL/dc_t where there is a c, each ("time",)."""
    return {name: signal.at(batch=0) for name, signal in retraced(subject, loss_at).curves.items()}


def swept(subject: Subject, loss_at: str) -> dict[str, np.ndarray]:
    """The curves of a fresh network with its recurrent weights at each of RADII, (radius, time)."""
    return finish(("swept curves", subject, loss_at), lambda: _sweep(subject, loss_at))


def _sweep(subject: Subject, loss_at: str) -> Work[dict[str, np.ndarray]]:
    found = []
    for radius in RADII:
        other = subject.with_(spectral_radius=radius)
        with np.errstate(all="ignore"):
            loss = partial(other.objective, at=loss_at)
            found.append(gradients.gradient_curves(other.network(), other.input(), loss))
        yield len(found) / len(RADII)
    return {name: np.stack([curves[name].at(batch=0).values for curves in found]) for name in found[0]}


def prepare_sweep(subjects: Iterable[Subject], loss_at: str) -> None:
    """See to it that ``swept`` of all are known, in turn with whatever else takes long: no picture waits for them."""
    bar, text = Bar(), _("Measuring {count} networks").format(count=len(RADII))
    for subject in subjects:
        key = ("swept curves", subject, loss_at)
        wait_for(key, lambda subject=subject: _sweep(subject, loss_at), bar, text)
    bar.end()


def reaching(subject: Subject) -> Signal:
    """What every rate and factor on these pages is about: log10 of the size of dL/dS_t, ("time",). S is the whole state
    of the cell, L the loss at the end: a sum of losses accumulates on the way, so its curve has no rate."""
    return curves(subject)["state"]


def reaching_states(subject: Subject) -> np.ndarray:
    """The same of the states alone, (T,), at the last step too. Where an output is no state, the loss pushes that one,
    and what it passes on to the states of its own step may be larger than the push."""
    cell = subject.network().layers[-1][0]
    if cell.output in cell.state:
        return reaching(subject).values
    sizes = [curves(subject)[name].values for name in cell.state]
    return np.logaddexp.reduce(np.multiply(2 * math.log(10), sizes)) / (2 * math.log(10))


def reads_forward(subject: Subject) -> bool:
    """Whether the direction that is shown reads from left to right."""
    return subject.network().directions[0] == "forward"


def counted_back() -> str:
    """What a board that plays back from the loss calls a step."""
    return _("{back} of {most} steps back")


def in_reading_order(subject: Subject, values: np.ndarray) -> np.ndarray:
    """Values over time from the order of the sequence to that in which it is read, or back."""
    return values if reads_forward(subject) else values[::-1]


def exploded(subject: Subject) -> int | None:
    """What the first step that is read is called, whose state is no longer finite; None if all are."""
    broken = np.flatnonzero(~run(subject).finite)
    return subject.read().number(int(in_reading_order(subject, broken)[0])) if len(broken) else None


def _work(subject: Subject) -> Work[Signal]:
    """A few Jacobians at a time; each is decomposed once and let go."""
    # One array from the start: small ones, kept between the large ones that come and go, would pin what these free.
    steps = subject.read().steps
    values, done = np.empty((steps, _size(subject))), 0
    for jacobians in gradients.jacobian_blocks(subject.network(), subject.input(), run=run(subject)):
        part = gradients.singular_values(jacobians, single=True)
        rows = in_sequence_order(part, jacobians).values  # in reading order, as the parts are
        values[done : (done := done + len(rows))] = rows
        yield done / steps
    return replace(part, values=in_reading_order(subject, values))


def _key(subject: Subject) -> Hashable:
    return "singular values", subject


def singular_values(subject: Subject) -> Signal:
    """Of each step's Jacobian, ("time", "rank"), to the digits of the float32 in which they are sent: the Jacobians
    themselves can be a hundred megabytes."""
    return finish(_key(subject), lambda: _work(subject))


@computed
def exponent(subject: Subject) -> float:
    """The largest Lyapunov exponent, in decades per step."""
    total = LyapunovSum()
    for jacobians in gradients.jacobian_blocks(subject.network(), subject.input(), run=run(subject)):
        total.add(jacobians)
    return float(total.exponents().values[0]) / math.log(10)


def prepare(compared: Mapping[str, Subject]) -> None:
    """See to it that ``singular_values`` of all are known. What takes long waits for its place in the line; a bar says
    how far it is, and a visitor who turns away ends it."""
    bar = Bar()
    costs = {cell: _cost(subject) for cell, subject in compared.items() if is_decomposed(subject)}
    heavy = {cell: cost for cell, cost in costs.items() if cost > LIGHT}
    ends = np.cumsum([0.0, *heavy.values()]) / max(sum(heavy.values()), 1.0)
    for cell, part in zip(heavy, pairwise(ends.tolist()), strict=True):
        subject = compared[cell]
        text = _("{cell}: singular values of {steps} Jacobians").format(
            cell=naming.cell(cell), steps=subject.read().steps
        )
        wait_for(_key(subject), lambda subject=subject: _work(subject), bar, text, part)
    bar.end()


def _cost(subject: Subject) -> float:
    return subject.read().steps * float(_size(subject)) ** 3


def _size(subject: Subject) -> int:
    """How many numbers the state has."""
    cell = subject.network().layers[-1][0]
    return sum(coordinates.count(cell, name) for name in cell.state)


def is_decomposed(subject: Subject) -> bool:
    """Whether its Jacobians are small enough for their singular values to be computed while somebody waits."""
    return _size(subject) <= MOST_DECOMPOSED


def too_large(subjects: Iterable[Subject]) -> str:
    """Which states are too large for that, in a sentence; "" if none is."""
    large = [subject for subject in subjects if not is_decomposed(subject)]
    told = _("The state of a {cell} has {size} numbers here; Jacobians are taken apart of up to {most}.")
    return sentences(
        *(told.format(cell=naming.cell(each.cell), size=_size(each), most=MOST_DECOMPOSED) for each in large)
    )


@computed
def taken_apart(subject: Subject, truncate: int) -> ThroughTime:
    """The loss at the end. ``truncate``: as in ``gradients.through_time``; 0 for all the way."""
    network, x = subject.network(), subject.input()
    with np.errstate(all="ignore"):
        return gradients.through_time(network, x, subject.objective, truncate=truncate or None, run=run(subject))


@computed
def clipping(subject: Subject, truncate: int, clip: float) -> tuple[float, float]:
    """What clipping multiplies the gradients of the weights by, and their common norm before; 1 without it."""
    factor, norm = clip_together(taken_apart(subject, truncate).gradients().values(), clip or 1.0)
    return factor if clip else 1.0, norm


def recurrent(subject: Subject) -> str:
    """The weights whose gradient the page is about: W, or U of a cell that has no W."""
    names = [weight.name for weight in subject.network().layers[-1][0].weights()]
    return next((name for name in ("weight_hh", "weight_ih") if name in names), names[0])


def letter_of(subject: Subject, name: str = "") -> str:
    """A matrix of the top layer in LaTeX, by its name in the code; those weights unless given."""
    symbols = {weight.name: weight.symbol for weight in subject.network().layers[-1][0].weights()}
    return naming.weight(subject.cell, name or recurrent(subject), symbols.get(name or recurrent(subject), ""))


def term_sizes(subject: Subject, truncate: int) -> np.ndarray:
    """The norm of each step's term in dL/dW, ("time",)."""
    return norms(taken_apart(subject, truncate).terms[recurrent(subject)].values)


def loss_of(subject: Subject) -> float:
    with torch.no_grad():
        return float(subject.objective(subject.network()(subject.input())))


def norms(values: np.ndarray) -> np.ndarray:
    """The Euclidean norm of each step's numbers, ("time",)."""
    with np.errstate(all="ignore"):
        return np.sqrt((values.reshape(len(values), -1) ** 2).sum(1))
