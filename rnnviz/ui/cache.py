"""From an Experiment to what is drawn, computed once for all visitors who choose the same."""

from __future__ import annotations

from rnnviz import answers as answering
from rnnviz.cells import Quantity
from rnnviz.checkpoints import Card, read_card
from rnnviz.experiment import Experiment
from rnnviz.network import Network
from rnnviz.once import kept
from rnnviz.stack import Stack
from rnnviz.subjects import Subject, Text
from rnnviz.subjects.sizes import SIZES
from rnnviz.summands import Parts, summands
from rnnviz.trace import Signal, Trace


@kept(32)
def network(cell: str, size: str, weights: str, seed: int, task: str) -> Network:
    """One network per structure and weights, shared by all sessions: nobody may change it."""
    return Experiment(cell=cell, size=size, weights=weights, seed=seed, task=task).network()


@kept(32)
def stacked(stack: Stack) -> Network:
    """One network per stack, whatever it reads: ask with ``network_of``."""
    return stack.network()


def network_of(experiment: Experiment | Stack | Subject) -> Network:
    if isinstance(experiment, Subject):
        return experiment.network()
    if isinstance(experiment, Stack):
        return stacked(experiment.with_(text=""))
    return network(experiment.cell, experiment.size, experiment.weights, experiment.seed, experiment.task)


@kept(64)
def trace(experiment: Experiment | Stack) -> Trace:
    """A trace is numpy and read-only, so sessions can share it without a copy."""
    return experiment.trace() if isinstance(experiment, Subject) else experiment.trace(network_of(experiment))


@kept(64)
def answers(experiment: Experiment | Stack) -> Signal:
    """Class probabilities ("time", "output")."""
    return answering.answers(network_of(experiment), trace(experiment)).at(batch=0)


@kept(64)
def answer_parts(experiment: Experiment | Stack) -> Parts:
    return answering.answer_parts(network_of(experiment), trace(experiment))


@kept(32)
def parts(experiment: Experiment) -> dict[str, Parts]:
    return summands(network_of(experiment), trace(experiment))


def quantities(experiment: Experiment) -> dict[str, Quantity]:
    return network_of(experiment).layers[0][0].quantities


@kept(64)
def card(experiment: Experiment) -> Card:
    return experiment.load().provenance.card if isinstance(experiment, Subject) else read_card(experiment.checkpoint)


def text_of(experiment: Experiment | Stack | Subject) -> str:
    if not isinstance(experiment, Subject):
        return experiment.text
    return experiment.sequence.text if isinstance(experiment.sequence, Text) else " ".join(experiment.tokens)


def seed_of(experiment: Experiment | Stack | Subject) -> int:
    return experiment.load().provenance.seed if isinstance(experiment, Subject) else experiment.seed


def has_fair_size(experiment: Experiment | Stack | Subject) -> bool:
    """Whether its size is a row of SIZES, in which all cells have about as many weights."""
    return not isinstance(experiment, Subject) or experiment.model.structure.size in SIZES
