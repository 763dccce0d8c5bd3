"""Panels of the page on dynamics: a state among its fixed points, and exponents beside the slopes of gradients."""

from __future__ import annotations

import math
import time
from collections import Counter
from typing import NamedTuple

import numpy as np
import streamlit as st
import torch

from rnnviz import figures, gradients
from rnnviz.cells import TRIO
from rnnviz.dynamics import (
    Departures,
    FixedPoints,
    Plane,
    departures,
    lyapunov_exponents,
    principal_plane,
    visited_states,
)
from rnnviz.figures import Marks, Rest, style
from rnnviz.once import kept, once
from rnnviz.race import Race
from rnnviz.switches import Switches
from rnnviz.trace import Signal
from rnnviz.training import NEAR
from rnnviz.ui.charts import chart, name_trace, picture_of
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board

RADII = (0.3, 0.5, 0.8, 1.1, 1.5, 2.0, 3.0, 4.5)
LENGTH = 300
SETTLING = 50  # first steps, in which a push turns towards the direction that grows fastest
HEIGHT = 440
PATIENCE = 0.3  # seconds, after which a bar says how far it is
ARROWS = {1: "↑", -1: "↓", 0: "·"}


class Landscape(NamedTuple):
    """What is known of one trained network, whatever it reads."""

    found: FixedPoints
    plane: Plane  # of three components
    left: Departures
    bits: np.ndarray  # what it answers at each fixed point, (point, switch), -1 or 1


@once
def landscape(cell: str) -> Landscape:
    switches = Switches(cell)
    network = switches.network()
    found = switches.fixed_points(network)
    left = departures(network, torch.zeros(switches.learnt.input_size), found)
    return Landscape(found, principal_plane(switches.visited(network), 3), left, _answers(network, found.points))


@kept(64)
def path(switches: Switches) -> Signal:
    """The cut states over its stream, ("time", "unit")."""
    return visited_states(switches.network(), switches.input()).at(batch=0)


def _answers(network: torch.nn.Module, states: Signal) -> np.ndarray:
    hidden = torch.from_numpy(states.values[..., : network.hidden_size].astype(np.float32))
    with torch.no_grad():
        return np.sign(network.read(hidden).numpy()).astype(int)


def board(switches: Switches) -> Board:
    """The stream as the time axis; under each step what was pushed there."""
    tokens = [
        " ".join(f"{k + 1}{ARROWS[int(push)]}" for k, push in enumerate(step) if push) or ARROWS[0]
        for step in switches.input()[:, 0].tolist()
    ]
    return Board(tokens, [True] * len(tokens), units=1)


def verdict(switches: Switches) -> str:
    """In how many of its fixed points the network keeps its memory."""
    found = landscape(switches.cell).found
    stable, points = int(found.stable.sum()), len(found.unstable.values)
    words = _("Three bits, eight stable states: the {cell} keeps its memory in {stable} of {points} fixed points")
    if stable != 8:
        words = _("Three bits: the {cell} keeps them in {stable} stable states among {points} fixed points")
    return words.format(cell=switches.cell, stable=stable, points=points)


def conditions(switches: Switches) -> str:
    card = switches.card
    return _(
        "Trained to say which way each of three switches was pushed last: right in {share} of {count} held-out "
        "answers. Fixed points are where its state would stay without input."
    ).format(share=f"{card.held_out_accuracy:.1%}", count=f"{card.held_out_answers:,}")


def kinds(unstable: int) -> str:
    if unstable == 0:
        return _("stable")
    return (_("{count} way unstable") if unstable == 1 else _("{count} ways unstable")).format(count=unstable)


def pushes(switches: Switches, **place: object) -> dict:
    """What is pushed, what is right and what the network says, switch by switch."""
    network = switches.network()
    with torch.no_grad():
        said = network(switches.input())[:, 0].numpy()
    wanted = switches.solution()[:, 0].numpy()
    figure = figures.channels.draft(
        switches.input()[:, 0].numpy(),
        wanted,
        said,
        [_("switch {number}").format(number=k + 1) for k in range(said.shape[1])],
        color=style.CELLS[switches.cell],
        push_name=_("push"),
        wanted_name=_("right answer"),
        answer_name=_("answer"),
        time_title=_("time step"),
        height=HEIGHT,
    )
    for trace in figure.traces:
        if (
            trace.get("line", {}).get("color") == style.CELLS[switches.cell]
        ):  # of each switch: what is right, the answer, the pushes
            output = picture_of(trace)
            trace["meta"] = {"signal": "y", "output": output, "label": _("switch {number}").format(number=output + 1)}
    right = int((np.abs(said - wanted) < NEAR).sum())
    title = _("Three switches, pushed now and then: {right} of {count} answers right")
    return chart(figure, title=title.format(right=right, count=said.size), **place)


def orbit(switches: Switches, made: Board, components: int, **place: object) -> dict:
    """The state's path among the fixed points, in two or three principal components."""
    known, plane = landscape(switches.cell), landscape(switches.cell).plane
    points = plane.project(path(switches)).values[:, :components]
    places = plane.project(known.found.points).values[:, :components]
    rests = []
    for unstable in sorted(set(known.found.unstable.values.tolist())):
        here = known.found.unstable.values == unstable
        texts = ["".join(ARROWS[bit] for bit in bits) for bits in known.bits[here]] if unstable == 0 else []
        rests.append(Rest(f"{kinds(unstable)} ({here.sum()})", unstable, places[here], texts))
    ways = plane.project(known.left.ways).values[..., :components].swapaxes(0, 1)
    figure = figures.orbit.draft(
        points,
        rests,
        plane.explained.values[:components],
        ways=list(ways),
        color=style.CELLS[switches.cell],
        path_name=_("the state's path"),
        component_title=_("component"),
        height=HEIGHT,
    )
    name_trace(figure, 1, "h:component")
    if components == 2:
        name_trace(figure, -1, "h:component")
    names = [made.array(f"orbit:{k}", points[:, k]) for k in range(components)]
    if components == 3:
        return chart(figure, time=False, cursor="ring", space=names, **place)
    tracks = [{"trace": len(figure.traces) - 1, "attributes": dict(zip("xy", names, strict=True))}]
    return chart(figure, time=False, tracks=tracks, **place)


def passes(switches: Switches) -> str:
    """What the saddles with one unstable direction lie between, counted along the two ways down from each."""
    known = landscape(switches.cell)
    network = switches.network()
    ends = _answers(network, Signal("S", ("way", "unit"), known.left.ways.values[-1]))
    differ = Counter(int(n) for n in (ends[::2] != ends[1::2]).sum(1))
    return _("{single} of {count} saddles that are 1 way unstable join two states that differ in one switch.").format(
        single=differ[1], count=sum(differ.values())
    )


def index_sum(cell: str) -> int:
    """Each point counts +1, or -1 where an odd number of real eigenvalues is above 1."""
    values = landscape(cell).found.eigenvalues.values
    above = ((np.abs(values.imag) < 1e-9) & (values.real > 1)).sum(-1)
    return int(((-1) ** above).sum())


class Growth(NamedTuple):
    """Natural logarithms per step."""

    exponent: float  # of a small push, forward along the driven path
    slope: float  # of the gradient, back along it


@once
def growth(race: Race) -> Growth:
    network, x = race.network(), race.input()
    exponent = lyapunov_exponents(gradients.step_jacobians(network, x), skip=SETTLING).values[0]
    curve = gradients.gradient_curves(network, x, race.objective)["h"].at(batch=0)
    return Growth(float(exponent), gradients.slope(curve).per_step * math.log(10))


def races() -> dict[str, list[Race]]:
    """Fresh networks over a range of spectral radii, gates half open."""
    return {cell: [Race(cell, LENGTH, radius, forget_bias=0.0) for radius in RADII] for cell in TRIO}


def measured() -> dict[str, list[Growth]]:
    """All of ``races``, with a bar for whoever waits longer than a moment."""
    todo, start, bar = [(cell, race) for cell, row in races().items() for race in row], time.monotonic(), None
    found: dict[str, list[Growth]] = {cell: [] for cell in races()}
    for done, (cell, race) in enumerate(todo):
        if time.monotonic() - start > PATIENCE:
            text = _("Measuring {count} networks").format(count=len(todo))
            bar = bar or st.progress(0.0)
            bar.progress(done / len(todo), text=text)
        found[cell].append(growth(race))
    if bar:
        bar.empty()
    return found


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
    title = _("Forward and backward agree: exponent and gradient differ by at most {worst} per step")
    return chart(figure, time=False, title=title.format(worst=f"{worst:.3f}"), **place)
