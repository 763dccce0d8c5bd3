"""Panels on what a network of some depth can tell: how often the trained ones are right, and what each layer holds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from rnnviz import figures
from rnnviz.app.i18n import _
from rnnviz.app.panels.answers_per_step import measured, sibling, task_of, trainings, ways
from rnnviz.app.panels.state_charts import chart
from rnnviz.compute import computed
from rnnviz.depth import layer_readouts
from rnnviz.figures import Curve, style
from rnnviz.subjects import Subject, needs
from rnnviz.subjects.limits import MAX_LAYERS
from rnnviz.subjects.models import Model, load
from rnnviz.tasks import Batch, Task

# The read-outs of the layers: batches that they are fitted to, sequences in each, and sequences that score them.
PROBES, PROBED_AT_ONCE, SCORED = 8, 24, 160
# Guessing is right half the time: of two bits, and of two roles that a city can have.
EVEN = ("neighbour_xor", "slots")


def panels(subject: Subject, span: int = 12) -> list[dict]:
    """Those of both panels that the network's origin allows, in one row of so many twelfths."""
    shown = []
    if trainings(subject) and task_of(subject) in EVEN:
        shown.append(
            accuracies(
                subject,
                title=_("Right answers by depth"),
                caption=_("A dot per training, measured once and stored with it."),
            )
        )
    if subject.load().task is not None and needs.an_answer_at_every_step(subject.load(), subject.read()) is None:
        shown.append(
            told_by_layers(
                subject,
                title=_("What a linear read-out finds in each layer"),
                caption=_(
                    "Fitted anew for every layer, scored on sequences that neither it nor a network was fitted to."
                ),
            )
        )
    return [{**panel, "span": span // len(shown)} for panel in shown]


def accuracies(subject: Subject, **place: object) -> dict:
    """How often the shipped networks are right, by depth and direction; a dot per training."""
    curves = []
    inks = {"one": style.INK, "two": style.CELLS[subject.cell]}
    for directions, name in ways().items():
        others = {k: sibling(subject, layers=k, directions=directions) for k in range(1, MAX_LAYERS + 1)}
        runs = {k: trainings(other) for k, other in others.items() if other is not None}
        shares = {k: [measured(card)[1] for card in cards] for k, cards in runs.items()}
        curves.append(
            Curve(
                name,
                list(shares),
                [float(np.mean(found)) for found in shares.values()],
                inks[directions],
                points=[(k, found) for k, many in shares.items() for found in many],
            )
        )
    figure = figures.by_depth.draft(
        curves,
        chance=0.5,
        chance_title=_("guessing"),
        value_title=_("right on test sentences, where a later word decides")
        if task_of(subject) == "slots"
        else _("right answers"),
        depth_title=_("layers"),
        height=270,
    )
    return chart(figure, time=False, **place)


def told_by_layers(subject: Subject, **place: object) -> dict:
    """What a linear read-out can tell from each layer's state, fitted for each layer anew."""
    bits = task_of(subject) == "neighbour_xor"
    itself = _("the bit itself") if bits else _("the token itself")
    names = {"kind": _("what kind of word it is"), "itself": itself, "answer": _("the right answer")}
    inks = {"kind": style.LABELS[2], "itself": style.LABELS[2], "answer": style.LABELS[1]}
    curves = [
        Curve(names[asked], list(range(len(values))), values, inks[asked])
        for asked, values in probes(subject.model).items()
    ]
    figure = figures.by_depth.draft(
        curves,
        chance=0.5 if bits else None,
        chance_title=_("guessing"),
        value_title=_("right, of all steps"),
        depth_title=_("layer (0: the input itself)"),
        height=270,
    )
    return chart(figure, time=False, **place)


@computed
def probes(model: Model) -> dict[str, list[float]]:
    """For each thing to be told: how often it is, from the word itself and then from each layer's state."""
    network, learnt, seed = load(model).network, load(model).task, load(model).provenance.seed
    draw = torch.Generator().manual_seed(seed + 1)
    fit = [learnt.batch(PROBED_AT_ONCE, draw) for _k in range(PROBES)]
    held_out = learnt.held_out()
    most = -(-SCORED // len(held_out))
    score = [Batch(x[:, :most], y[:, :most]) for x, y in held_out]
    asked = targets(learnt)
    return {name: layer_readouts(network, fit, score, target).values.tolist() for name, target in asked.items()}


def targets(learnt: Task) -> dict[str, Callable[[Batch], Tensor]]:
    """What is asked of every layer's state."""
    answer = {"answer": lambda batch: batch.y}
    if learnt.name == "slots":
        kind = learnt.token_classes
        return {"kind": lambda batch: kind(batch.x)} | answer
    return {"itself": lambda batch: batch.x} | answer
