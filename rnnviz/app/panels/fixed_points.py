"""Panels of the page on dynamics: a state among its fixed points, and what is pushed and answered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from rnnviz import figures
from rnnviz.app import controls, subject_picker
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels.network_views import missing
from rnnviz.app.panels.state_charts import chart, name_trace, picture_of
from rnnviz.app.stage.bindings import Bound
from rnnviz.app.stage.board import Board
from rnnviz.app.task_pictures import settings
from rnnviz.compute import computed
from rnnviz.dynamics import Plane, visited_states
from rnnviz.figures import Rest, style
from rnnviz.studies import fixed_points
from rnnviz.studies.fixed_points import STREAMS, Landscape
from rnnviz.subjects import Example, Subject
from rnnviz.trace import Signal
from rnnviz.training import NEAR

HEIGHT = 352
REST = 3  # steps
EDGES = 12  # of a cube
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


def is_switches(subject: Subject) -> bool:
    learnt = subject.load().task
    return learnt is not None and learnt.name == SWITCHES


def choose(subject: Subject) -> None:
    """Draw the control of the page: the stream, where the network draws its own."""
    if subject.sequence.kind == "example":
        with subject_picker.tools():
            streams = {seed: str(k + 1) for k, seed in enumerate(STREAMS)}
            controls.subject_choice(_("Sequence"), "example", subject.sequence.seed, streams)


def board(subject: Subject) -> Board:
    """The sequence as the time axis; of switches, under each step what was pushed there."""
    tokens, start = subject.tokens, None
    if is_switches(subject):
        tokens = [_pushed(pushes) for pushes in subject.input()[:, 0].tolist()]
        start = between_flips(subject)
    return Board(tokens, [True] * len(tokens), units=1, start=start, about={subject.cell: subject})


def between_flips(subject: Subject) -> int | None:
    """The step at which the state is nearest to where it can rest, of those shortly after a flip and right before that
    of one switch; None where there is none."""
    wanted, found = answers(subject)[1], known(subject).found
    flips = (np.diff(wanted, axis=0, prepend=wanted[:1]) != 0).sum(1)
    steps = [t for t in range(REST, len(flips) - 1) if flips[t + 1] == 1 and flips[t - REST : t + 1].any()]
    away = path(subject).values[:, None] - found.points.values[found.stable]
    distances = np.linalg.norm(away, axis=-1).min(1)
    return min(steps, key=lambda t: distances[t], default=None)


def _pushed(pushes: Sequence[float]) -> str:
    """Which switches are pushed at a step, and which way."""
    told = [f"{k + 1} → {settings([push])}" for k, push in enumerate(pushes) if push]
    if len(told) == 1:
        return _("push: switch {change}").format(change=told[0])
    return _("push: {changes}").format(changes=_(", ").join(told)) if told else _("no push")


def corners(subject: Subject) -> list[str]:
    """What the network answers at each stable point."""
    return [settings(answers) for answers in known(subject).answers[known(subject).found.stable]]


def kinds(unstable: int) -> str:
    if unstable == 0:
        return _("stable")
    return (_("{count} way unstable") if unstable == 1 else _("{count} ways unstable")).format(count=unstable)


def pushes(subject: Subject, **place: object) -> dict:
    """What is pushed, what is right and what the network says, switch by switch."""
    if not is_switches(subject):
        return missing(_("What is pushed and answered is drawn for the networks of three switches."), **place)
    said, wanted = answers(subject)
    wrong = np.abs(said - wanted) >= NEAR
    figure = figures.channels.draft(
        subject.input()[:, 0].numpy(),
        wanted,
        said,
        [_("switch {number}").format(number=k + 1) for k in range(said.shape[1])],
        wrong=wrong,
        color=style.CELLS[subject.cell],
        wrong_name=_("wrong"),
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
    figure.update_layout(showlegend=False, margin=figures.style.MARGIN)  # its lines are told in the caption
    caption = _("Dashed: the right answer. ▲▼: push. All {count} within {near}.")
    if wrong.any():
        caption = _("Dashed: the right answer. ▲▼: push. ✖: {wrong} of {count} off by {near} or more.")
    caption = caption.format(wrong=wrong.sum(), count=wrong.size, near=f"{NEAR:g}")
    return chart(figure, title=_("Each answer follows the last push of its switch"), caption=caption, **place)


def answers(subject: Subject) -> tuple[np.ndarray, np.ndarray]:
    """What the network says to its sequence, and what is right, (T, outputs)."""
    reading = subject.read()
    with torch.no_grad():
        return subject.network()(reading.input)[:, 0].numpy(), reading.solution[:, 0].numpy()


def space(subject: Subject, made: Board, **place: object) -> dict:
    """The state's path among the fixed points, in three principal components."""
    figure, names = _orbit(subject, made, 3)
    title = _("The state among its resting points")
    caption = _("The ring is the state now. Grey: where it would go from each saddle.")
    if is_switches(subject):
        caption = _("Ring: now; thick: last steps; thin: path. +−+: switches 1–3.")
        if fixed_points.joined(subject, known(subject)) == {1: EDGES}:
            title = _("The resting points form a cube: an edge flips one switch")
    caption = sentences(caption, _("Drag to turn."))
    told = {"title": title, "caption": caption, "trail": style.CELLS[subject.cell]}
    return chart(figure, time=False, cursor="ring", space=names, **told, **place)


def plane(subject: Subject, made: Board, **place: object) -> dict:
    """The same in two components, with the cursor's ring as a mark of its own."""
    figure, names = _orbit(subject, made, 2)
    name_trace(figure, -1, "h:component")
    bound = [Bound(len(figure.traces) - 1, axis, name, "step") for axis, name in zip("xy", names, strict=True)]
    caption = _("Diamonds: both ways down end in settings that differ in one switch.")
    if not is_switches(subject):
        caption = _("Two principal components. The ring is the cursor.")
    return chart(figure, time=False, bound=bound, title=passes(subject), caption=caption, **place)


def _orbit(subject: Subject, made: Board, components: int) -> tuple[figures.Draft, list[str]]:
    """The figure, and the names of the arrays of the path."""
    seen = known(subject)
    plane = seen.plane
    points = plane.project(path(subject)).values[:, :components]
    places = plane.project(seen.found.points).values[:, :components]
    unstable = seen.found.unstable.values
    if components == 3:  # in space all saddles are one kind: shapes would not be told apart
        unstable = np.minimum(unstable, 1)
    rests = []
    for kind in sorted(set(unstable.tolist())):
        if components == 3 and kind and is_switches(subject):
            continue  # saddles are told of in the plane
        here = unstable == kind
        texts = corners(subject) if kind == 0 and is_switches(subject) else []
        name = kinds(kind) if components == 2 else _("resting point") if kind == 0 else _("saddle")
        rests.append(Rest(_("{answer} ({share})").format(answer=name, share=here.sum()), kind, places[here], texts))
    ways = plane.project(seen.left.ways).values[..., :components].swapaxes(0, 1)
    figure = figures.orbit.draft(
        points,
        rests,
        plane.explained.values[:components],
        ways=list(ways),
        box=_directions(subject, plane) if components == 3 else None,
        color=style.CELLS[subject.cell],
        path_name=_("path"),
        component_title=_("component"),
        height=HEIGHT,
    )
    name_trace(figure, len(figure.traces) - len(rests) - (1 if components == 3 else 2), "h:component")
    return figure, [made.array(f"orbit:{k}", points[:, k]) for k in range(components)]


def _directions(subject: Subject, plane: Plane) -> np.ndarray | None:
    """In three components, which way each switch moves the state from rest to rest, on average, (switch, 3); None where
    not each setting has its point."""
    seen = known(subject)
    if not is_switches(subject) or len(corners(subject)) != len(set(corners(subject))) or len(corners(subject)) != 8:
        return None
    places = plane.project(seen.found.points).values[seen.found.stable, :3]
    signs = np.sign(seen.answers[seen.found.stable])
    return signs.T @ places / len(places)


def passes(subject: Subject) -> str:
    """What the saddles with one unstable direction lie between, counted along the two ways down from each."""
    if not is_switches(subject):
        return _("The same states in the plane")
    counts = fixed_points.joined(subject, known(subject))
    if set(counts) == {1}:
        return _("The {count} saddles (diamonds) separate neighbouring settings").format(count=counts[1])
    return _("Saddles separate neighbouring settings: {single} of {count}").format(
        single=counts[1], count=sum(counts.values())
    )


def index_sum(subject: Subject) -> int:
    return fixed_points.index_sum(known(subject).found)
