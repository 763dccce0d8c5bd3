"""Charts of a job of training as it goes on: loss and accuracy, gradients and gates, over the updates."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from rnnviz import figures
from rnnviz.app import naming
from rnnviz.app.comparison import together
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import percent
from rnnviz.app.panels.state_charts import chart
from rnnviz.app.stage.bindings import Bound
from rnnviz.app.stage.board import Board
from rnnviz.app.training_jobs import Course
from rnnviz.cells import CELLS
from rnnviz.compute import once
from rnnviz.figures import Learnt, style
from rnnviz.subjects.address_words import from_word
from rnnviz.subjects.models import load
from rnnviz.tasks import UNASKED
from rnnviz.training import NEAR, LayerMeasures, Snapshot

POINTS = 400  # of a curve: more than a chart has room for
MEANS = 60  # of those, how many are drawn boldly, each a mean of its neighbours
LARGEST = 1e30  # beyond it a loss is drawn at the upper edge
LEAST = 1e-12  # a share below it is drawn at the lower edge
HEIGHT = 256


def board(courses: Sequence[Course], before: Sequence[Course] = ()) -> Board:
    """All charts; the next board is drawn on in their place. ``before``: of the run before, to compare with. Of runs
    that have ended the charts have a slider over the snapshots."""
    over = all(course.done for course in courses)
    updates = _measured_at(courses) if over else []
    made = Board((), (), units=1, about={}, snapshots=[_label(courses, update) for update in updates])
    made.growing = "" if over else "train"
    place = {"span": 6, "along": updates}
    made.row(accuracies(courses, before, **place), losses(courses, before, **place))
    reaching = reaching_back(made, courses, updates)
    panels = [reaching, kept(courses, before, **place), gradient_norms(courses, before, **place)]
    others = [panel for panel in panels if panel is not None]
    made.row(*others[:2])
    made.row(*({**panel, "span": 12} for panel in others[2:]))
    return made


def writes_sequences(courses: Sequence[Course]) -> bool:
    return load(from_word(courses[0].model)).task.readout == "sequence"


def called(course: Course) -> str:
    """What a network is called beside the others of its job."""
    return naming.network(from_word(course.model))


def _measured_at(courses: Sequence[Course]) -> list[int]:
    """After how many updates there are snapshots of the network that came farthest."""
    return max(([shot.update for shot in course.snapshots] for course in courses), key=lambda made: made[-1:])


def _at(course: Course, update: int) -> Snapshot | None:
    """The last snapshot until ``update``; None before there is one."""
    return next((shot for shot in reversed(course.snapshots) if shot.update <= update), None)


def _label(courses: Sequence[Course], update: int) -> str:
    """Where the slider stands: after how many updates, and how well each network does there."""
    shots = [(called(course), shot) for course in courses if (shot := _at(course, update))]
    shares = [f"{cell} {percent(shot.accuracy)}" for cell, shot in shots]
    return " · ".join([_("update {count}").format(count=f"{update:,}"), *shares])


def losses(courses: Sequence[Course], before: Sequence[Course] = (), **place: object) -> dict:
    look = {"log": True, "value_title": _("loss of the batch")}
    figure = _drawn(courses, before, lambda course: _over_updates(course, course.losses), **look)
    told = _("Faint: single batches. Bold: means of neighbours. Logarithmic axis.")
    return chart(
        figure,
        time=False,
        title=_("Loss: what training makes small"),
        caption=sentences(told, _("Dotted: your run before.") if before else ""),
        **place,
    )


def gradient_norms(courses: Sequence[Course], before: Sequence[Course] = (), **place: object) -> dict:
    recipe = courses[0].recipe
    marks = {_("limit"): recipe.limit} if recipe.clip == "norm" else {}
    look = {"log": True, "value_title": _("norm of the gradient"), "marks": marks}
    figure = _drawn(courses, before, lambda course: _over_updates(course, course.gradient_norms), **look)
    counts = [(called(course), sum(course.clipped), max(1, len(course.clipped))) for course in courses]
    told = together([f"{cell} {100 * count / of:.0f}%" for cell, count, of in counts])
    caption = _("Of all weights together, before it is clipped. Clipped updates: {shares}.").format(shares=told)
    if recipe.clip == "none":
        caption = _("Of all weights together. Nothing is clipped: a peak goes into the weights as it is.")
    return chart(figure, time=False, title=_("How large the gradient is"), caption=caption, **place)


def accuracies(courses: Sequence[Course], before: Sequence[Course] = (), **place: object) -> dict:
    told = _("Measured at each mark, on sequences that are never trained on.")
    marks, whole = {}, _("An answer is right if all that is written is.")
    if not writes_sequences(courses):  # no two of which are alike
        constant = best_constant(courses[0].model)
        marks, whole = {_("guessing {share}").format(share=percent(constant)): constant}, ""
    look = {"percent": True, "value_title": _("right answers"), "marks": marks}
    figure = _drawn(courses, before, lambda course: _at_snapshots(course, lambda shot: shot.accuracy), **look)
    title = _("Right answers on new sequences")
    return chart(figure, time=False, title=title, caption=sentences(told, whole), **place)


def reaching_back(made: Board, courses: Sequence[Course], updates: Sequence[int]) -> dict:
    """What of the gradient arrives at each time step, against the largest on its way: at each of those ``updates``, or
    without any at the last snapshot."""
    curves, bound = [], []
    for course in (each for each in courses if each.snapshots and _sizes(each.snapshots[-1]) is not None):
        shots = [_at(course, update) for update in updates] or course.snapshots[-1:]
        shares = np.array([_shares(shot) for shot in shots])
        if updates:
            name = made.array(f"reaching:{called(course)}", shares, by_snapshot=True)
            bound.append(Bound(len(curves), "y", name, "snapshot"))
        steps = np.arange(1, shares.shape[1] + 1)
        curves.append(Learnt(called(course), steps, shares[-1], style.CELLS[course.cell], markers=False))
    titles = {"value_title": _("share of the largest"), "update_title": _("time step")}
    title = _("How far back the gradient reaches")
    told = _("Size of the loss's gradient at each time step, divided by the largest. At 1 nothing is lost.")
    if writes_sequences(courses):
        titles["update_title"] = _("character that is read")
        title = _("How far into the text the gradient reaches")
        told = _(
            "Size of the loss's gradient at the encoder's states, both directions together, divided by the largest. "
            "One vector is taken from both edges, where the directions end; attention looks at every step."
        )
    figure = figures.learning.draft(curves, log=True, height=HEIGHT, **titles)
    figure.update_yaxes(range=[np.log10(LEAST) - 0.3, 0.3], dtick=3)
    return chart(
        figure,
        time=False,
        bound=bound,
        title=title,
        caption=told,
        span=6,
    )


def _shares(snapshot: Snapshot) -> np.ndarray:
    sizes = _sizes(snapshot)
    largest = sizes[np.isfinite(sizes)].max(initial=-np.inf)
    return 10 ** np.clip(sizes - largest, np.log10(LEAST), 0) if np.isfinite(largest) else np.full(len(sizes), np.nan)


def _sizes(snapshot: Snapshot) -> np.ndarray | None:
    """log10 of the gradient's size at each step of the top layer, all that reads it together."""
    sides = [2 * np.log(10) * side.gradient.values for side in _top(snapshot) if side.gradient is not None]
    return np.logaddexp.reduce(sides) / (2 * np.log(10)) if sides else None


def _top(snapshot: Snapshot) -> list[LayerMeasures]:
    """The top layer, in each direction."""
    return [side for side in snapshot.layers if side.layer == snapshot.layers[-1].layer]


def kept(courses: Sequence[Course], before: Sequence[Course] = (), **place: object) -> dict | None:
    """How open the gates are that keep the state; None where no network has one."""
    gates = {course.cell: _keeping(course.cell) for course in (*courses, *before)}
    having = [course for course in courses if gates[course.cell]]
    if not having:
        return None
    earlier = [course for course in before if gates[course.cell]]
    figure = _drawn(
        having,
        earlier,
        lambda course: _at_snapshots(
            course, lambda shot: float(np.mean([side.gates[gates[course.cell]].values for side in _top(shot)]))
        ),
        percent=True,
        value_title=_("how open"),
    )
    letters = together([f"{called(course)} {gates[course.cell]}" for course in having])
    caption = _("Mean over all steps, units and sequences: {gates}. At 100% the state is kept as it is.")
    if writes_sequences(courses):
        caption = _("Of the encoder, mean over all steps, units and sequences: {gates}. At 100% the state is kept.")
    title = _("How open the gates are that keep the state")
    return chart(figure, time=False, title=title, caption=caption.format(gates=letters), **place)


def _keeping(cell: str) -> str | None:
    """The name of the gate that keeps, as a snapshot has it."""
    quantities = CELLS[cell].quantities.items()
    return next((name for name, entry in quantities if entry.role == "keep" and entry.bounds == (0.0, 1.0)), None)


def _over_updates(course: Course, told: Sequence[float]) -> Learnt:
    """Of a number for each update all of them faintly, and means boldly."""
    values = np.clip(np.asarray(told, dtype=float), None, LARGEST)
    updates = np.arange(1, len(values) + 1)
    single = np.unique(np.linspace(0, len(values) - 1, POINTS).astype(int)) if len(values) else updates
    wide = max(1, course.recipe.updates // MEANS)  # the same all along, so that means stay where they are
    groups = [slice(k, k + wide) for k in range(0, len(values), wide)]
    ends = np.array([updates[group][-1] for group in groups], dtype=int)
    means = np.array([_mean(values[group]) for group in groups])
    return _learnt(course, ends, means, (updates[single], values[single]))


def _mean(values: np.ndarray) -> float:
    there = values[np.isfinite(values)]
    return float(there.mean()) if len(there) else np.nan


def _at_snapshots(course: Course, value_of: Callable[[Snapshot], float]) -> Learnt:
    shots = list(course.snapshots)  # they may become more meanwhile
    values = np.array([value_of(shot) for shot in shots], dtype=float)
    return _learnt(course, np.array([shot.update for shot in shots], dtype=int), values)


def _learnt(course: Course, updates: np.ndarray, values: np.ndarray, faint: tuple | None = None) -> Learnt:
    exploded = None if course.explosion is None else course.explosion.update
    return Learnt(called(course), updates, values, style.CELLS[course.cell], faint, exploded)


def _drawn(
    courses: Sequence[Course], before: Sequence[Course], curve_of: Callable[[Course], Learnt], **look: object
) -> figures.Draft:
    goes = not all(course.done for course in courses)  # then the axis is that of all that is asked for
    most = max(course.recipe.updates if goes else len(course.losses) for course in courses)
    ghosts = [curve_of(course) for course in before]
    return figures.learning.draft(
        [curve_of(course) for course in courses],
        ghosts=ghosts,
        most=most,
        update_title=_("updates"),
        height=HEIGHT,
        **look,
    )


@once
def best_constant(model: str) -> float:
    """The share of right answers on what is held out of who always gives the same answer, the best there is."""
    learnt = load(from_word(model)).task
    y = torch.cat([batch.y.flatten() for batch in learnt.held_out()])
    if learnt.answers == "numbers":
        y = y[~y.isnan()]
        return max(float(((y - guess).abs() < NEAR).double().mean()) for guess in (y.mean(), y.median(), -1, 0, 1))
    y = y[y != UNASKED]
    return float(torch.bincount(y).max() / len(y))
