"""Panels of the page on dynamics: a state among its fixed points, and exponents beside the slopes of gradients."""

from __future__ import annotations

import time

import numpy as np
import streamlit as st
import torch

from rnnviz import figures
from rnnviz.app import controls
from rnnviz.app.i18n import _
from rnnviz.app.panels.network_views import missing
from rnnviz.app.panels.state_charts import chart, name_trace, picture_of
from rnnviz.app.stage.bindings import Bound
from rnnviz.app.stage.board import Board
from rnnviz.cells import TRIO
from rnnviz.compute import computed, once
from rnnviz.dynamics import visited_states
from rnnviz.figures import Marks, Rest, style
from rnnviz.studies import fixed_points, radius_sweep
from rnnviz.studies.fixed_points import STREAMS, Landscape
from rnnviz.studies.radius_sweep import RADII, Growth
from rnnviz.subjects import Example, Subject
from rnnviz.trace import Signal
from rnnviz.training import NEAR

HEIGHT = 440
PATIENCE = 0.3  # seconds, after which a bar says how far it is
ARROWS = {1: "↑", -1: "↓", 0: "·"}
SWITCHES = "flip_flop"  # the task whose memory is counted in stable states


@computed
def landscape(subject: Subject) -> Landscape:
    return fixed_points.landscape(subject)


def known(subject: Subject) -> Landscape:
    """The same whatever a network with a task reads."""
    learnt = subject.load().task
    return landscape(subject if learnt is None else subject.with_(sequence=Example()))


@computed
def path(subject: Subject) -> Signal:
    """The cut states over its sequence, ("time", "unit")."""
    return visited_states(subject.network(), subject.input()).at(batch=0)


growth = once(radius_sweep.growth)


def _is_switches(subject: Subject) -> bool:
    learnt = subject.load().task
    return learnt is not None and learnt.name == SWITCHES


def choose(subject: Subject) -> None:
    """Draw the controls of the page: the cell, and the stream where the network draws its own."""
    with st.container(horizontal=True):
        controls.subject_choice(_("Cell"), "cell", subject.cell, {cell: cell for cell in TRIO})
        if subject.sequence.kind == "example":
            streams = {seed: str(k + 1) for k, seed in enumerate(STREAMS)}
            controls.subject_choice(_("Stream"), "example", subject.sequence.seed, streams)


def board(subject: Subject) -> Board:
    """The sequence as the time axis; of switches, under each step what was pushed there."""
    tokens = subject.tokens
    if _is_switches(subject):
        tokens = [
            " ".join(f"{k + 1}{ARROWS[int(push)]}" for k, push in enumerate(step) if push) or ARROWS[0]
            for step in subject.input()[:, 0].tolist()
        ]
    return Board(tokens, [True] * len(tokens), units=1)


def verdict(subject: Subject) -> str:
    """In how many of its fixed points the network keeps its memory, or comes to rest."""
    found = known(subject).found
    stable, points = int(found.stable.sum()), len(found.unstable.values)
    words = _("Left without input, the {cell} has fixed points: {points}, of which {stable} stable")
    if _is_switches(subject):
        words = _("Three bits: the {cell} keeps them in {stable} stable states among {points} fixed points")
        if stable == 8:
            words = _(
                "Three bits, eight stable states: the {cell} keeps its memory in {stable} of {points} fixed points"
            )
    return words.format(cell=subject.cell, stable=stable, points=points)


def conditions(subject: Subject) -> str:
    card = subject.load().provenance.card
    if card is None or not _is_switches(subject):
        return _("Fixed points are where its state would stay without input.")
    return _(
        "Trained to say which way each of three switches was pushed last: right in {share} of {count} held-out "
        "answers. Fixed points are where its state would stay without input."
    ).format(share=f"{card.held_out_accuracy:.1%}", count=f"{card.held_out_answers:,}")


def kinds(unstable: int) -> str:
    if unstable == 0:
        return _("stable")
    return (_("{count} way unstable") if unstable == 1 else _("{count} ways unstable")).format(count=unstable)


def pushes(subject: Subject, **place: object) -> dict:
    """What is pushed, what is right and what the network says, switch by switch."""
    reading = subject.read()
    if not _is_switches(subject):
        return missing(_("What is pushed and answered is drawn for the networks of three switches."), **place)
    with torch.no_grad():
        said = subject.network()(reading.input)[:, 0].numpy()
    wanted = reading.solution[:, 0].numpy()
    figure = figures.channels.draft(
        subject.input()[:, 0].numpy(),
        wanted,
        said,
        [_("switch {number}").format(number=k + 1) for k in range(said.shape[1])],
        color=style.CELLS[subject.cell],
        push_name=_("push"),
        wanted_name=_("right answer"),
        answer_name=_("answer"),
        time_title=_("time step"),
        height=HEIGHT,
    )
    color = style.CELLS[subject.cell]
    for trace in figure.traces:
        if trace.get("line", {}).get("color") == color:  # of each switch: what is right, the answer, the pushes
            output = picture_of(trace)
            trace["meta"] = {"signal": "y", "output": output, "label": _("switch {number}").format(number=output + 1)}
    right = int((np.abs(said - wanted) < NEAR).sum())
    title = _("Three switches, pushed now and then: {right} of {count} answers right")
    caption = _(
        "Right: off by less than a half. A push can carry the state past a saddle; without one it comes to rest."
    )
    return chart(figure, title=title.format(right=right, count=said.size), caption=caption, **place)


def space(subject: Subject, made: Board, **place: object) -> dict:
    """The state's path among the fixed points, in three principal components."""
    figure, names = _orbit(subject, made, 3)
    title = _("The memory in space: drag to turn it")
    caption = _("Three principal components of the state. Grey: the ways down from each saddle. The ring is now.")
    return chart(figure, time=False, cursor="ring", space=names, title=title, caption=caption, **place)


def plane(subject: Subject, made: Board, **place: object) -> dict:
    """The same in two components, with the cursor's ring as a mark of its own."""
    figure, names = _orbit(subject, made, 2)
    name_trace(figure, -1, "h:component")
    bound = [Bound(len(figure.traces) - 1, axis, name, "step") for axis, name in zip("xy", names, strict=True)]
    caption = _("Arrows: what is remembered there, switch by switch. The ring is the cursor.")
    return chart(figure, time=False, bound=bound, title=passes(subject), caption=caption, **place)


def _orbit(subject: Subject, made: Board, components: int) -> tuple[figures.Draft, list[str]]:
    """The figure, and the names of the arrays of the path."""
    seen = known(subject)
    plane = seen.plane
    points = plane.project(path(subject)).values[:, :components]
    places = plane.project(seen.found.points).values[:, :components]
    bits = np.sign(seen.answers).astype(int) if _is_switches(subject) else None
    rests = []
    for unstable in sorted(set(seen.found.unstable.values.tolist())):
        here = seen.found.unstable.values == unstable
        texts = (
            ["".join(ARROWS[bit] for bit in bits) for bits in bits[here]] if unstable == 0 and bits is not None else []
        )
        name = _("{answer} ({share})").format(answer=kinds(unstable), share=here.sum())
        rests.append(Rest(name, unstable, places[here], texts))
    ways = plane.project(seen.left.ways).values[..., :components].swapaxes(0, 1)
    figure = figures.orbit.draft(
        points,
        rests,
        plane.explained.values[:components],
        ways=list(ways),
        color=style.CELLS[subject.cell],
        path_name=_("the state's path"),
        component_title=_("component"),
        height=HEIGHT,
    )
    name_trace(figure, 1, "h:component")
    return figure, [made.array(f"orbit:{k}", points[:, k]) for k in range(components)]


def passes(subject: Subject) -> str:
    """What the saddles with one unstable direction lie between, counted along the two ways down from each."""
    if not _is_switches(subject):
        return _("The same states in the plane")
    counts = fixed_points.joined(subject, known(subject))
    return _("{single} of {count} saddles that are 1 way unstable join two states that differ in one switch.").format(
        single=counts[1], count=sum(counts.values())
    )


def index_sum(subject: Subject) -> int:
    return fixed_points.index_sum(known(subject).found)


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
    title = _("Forward and backward agree: exponent and gradient differ by at most {worst} per step")
    caption = _(
        "Both are growth rates of one product, that of the same step Jacobians: the exponent multiplies it "
        "forward, the gradient backward. Without input, near 0, the radius alone would tell the long run."
    )
    return chart(figure, time=False, title=title.format(worst=f"{worst:.3f}"), caption=caption, **place)
