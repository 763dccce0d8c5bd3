"""What the gradient pages know of a run: sizes on the way back, and what its Jacobians say. Computed once for all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from rnnviz import gradients
from rnnviz.dynamics import LyapunovSum
from rnnviz.gradients import Retraced
from rnnviz.gradients.following import Run, follow
from rnnviz.network import Network
from rnnviz.once import kept
from rnnviz.race import Answer, Race
from rnnviz.trace import Signal
from rnnviz.ui.heavy_work import Bar, Results, Work
from rnnviz.ui.language import _

Runner = Race | Answer  # a network, what it reads and its loss; hashable, so results can be kept
LIGHT = 3e8  # steps times the cube of the state's size: what takes less than a moment


@kept(64)
def network(runner: Runner) -> Network:
    """One for all that is asked about a runner: nobody may change it."""
    return runner.network()


@kept(16)
def run(runner: Runner) -> Run:
    """The way there, for the ways back: of few, since it holds all states."""
    with np.errstate(all="ignore"):
        return follow(network(runner), runner.input())


@kept(256)
def retraced(runner: Runner) -> Retraced:
    with np.errstate(all="ignore"):  # an exploding network may reach infinity, and must be shown doing so
        return gradients.retrace(network(runner), runner.input(), runner.objective, run(runner))


def curves(runner: Runner) -> dict[str, Signal]:
    """log10 of the size of dL/dh_t, and dL/dc_t where there is a c, each ("time",)."""
    return {name: signal.at(batch=0) for name, signal in retraced(runner).curves.items()}


def lessons(runner: Runner) -> Signal | None:
    """log10 of each step's contribution to dL/dW_hh, ("time",); None for a cell without W_hh."""
    return retraced(runner).recurrent


def exploded(runner: Runner) -> int | None:
    """The first step, from 1, whose state is no longer finite; None if all are."""
    broken = np.flatnonzero(~run(runner).finite)
    return int(broken[0]) + 1 if len(broken) else None


class Theory(NamedTuple):
    """What is kept of a run's Jacobians, which themselves can be a hundred megabytes."""

    singular_values: Signal  # ("time", "rank")
    bound: np.ndarray  # log10 of the product of largest singular values, ("time",)
    exponent: float  # the largest Lyapunov exponent, in decades per step


_THEORIES: Results[Theory] = Results(128)


def _work(runner: Runner) -> Work[Theory]:
    """A few Jacobians at a time; each is decomposed once and let go."""
    # One array from the start: small ones, kept between the large ones that come and go, would pin what these free.
    total, values, done = LyapunovSum(), np.empty((runner.length, _size(runner))), 0
    for jacobians in gradients.jacobian_blocks(network(runner), runner.input(), run=run(runner)):
        part = gradients.singular_values(jacobians)
        values[done : (done := done + len(part.values))] = part.values
        total.add(jacobians)
        yield done / runner.length
    found = replace(part, values=values)
    exponent = float(total.exponents().values[0]) / math.log(10)
    return Theory(found, gradients.norm_bound(found).values, exponent)


def theory(runner: Runner) -> Theory:
    return _THEORIES.finish(runner, lambda: _work(runner))


def prepare(runners: Mapping[str, Runner]) -> None:
    """See to it that ``theory`` of all ``runners`` is known. What takes long waits for its place in the line; a bar
    says how far it is, and a visitor who turns away ends it."""
    bar = Bar()
    heavy = {cell: cost for cell, runner in runners.items() if (cost := _cost(runner)) > LIGHT}
    ends = np.cumsum([0.0, *heavy.values()]) / max(sum(heavy.values()), 1.0)
    for cell, part in zip(heavy, pairwise(ends.tolist()), strict=True):
        runner = runners[cell]
        text = _("{cell}: singular values of {steps} Jacobians").format(cell=cell, steps=runner.length)
        _THEORIES.wait_for(runner, lambda runner=runner: _work(runner), bar, text, part)
    bar.end()


def _cost(runner: Runner) -> float:
    return runner.length * float(_size(runner)) ** 3


def _size(runner: Runner) -> int:
    """How many numbers the state has."""
    cell = network(runner).layers[-1][0]
    return sum(cell.width(name) for name in cell.state)
