"""From an Experiment to what is drawn, computed once for all visitors who choose the same."""

from __future__ import annotations

from collections.abc import Mapping

from rnnviz import answers as answering
from rnnviz.cells import Cell, Quantity
from rnnviz.checkpoints import Card, read_card
from rnnviz.experiment import Experiment
from rnnviz.network import Network
from rnnviz.once import kept
from rnnviz.subjects import Subject, needs
from rnnviz.subjects.sizes import SIZES
from rnnviz.summands import Parts, summands
from rnnviz.trace import Direction, LayerTrace, Signal, Trace

# Which layer of a network is looked at, and which of its directions.
Layer = tuple[int, Direction]
FIRST: Layer = (0, "forward")


@kept(32)
def network(cell: str, size: str, weights: str, seed: int, task: str) -> Network:
    """One network per structure and weights, shared by all sessions: nobody may change it."""
    return Experiment(cell=cell, size=size, weights=weights, seed=seed, task=task).network()


def network_of(experiment: Experiment | Subject) -> Network:
    if isinstance(experiment, Subject):
        return experiment.network()
    return network(experiment.cell, experiment.size, experiment.weights, experiment.seed, experiment.task)


@kept(64)
def trace(experiment: Experiment | Subject) -> Trace:
    """A trace is numpy and read-only, so sessions can share it without a copy."""
    return experiment.trace() if isinstance(experiment, Subject) else experiment.trace(network_of(experiment))


@kept(64)
def answers(experiment: Experiment | Subject) -> Signal:
    """Class probabilities ("time", "output")."""
    return answering.answers(network_of(experiment), trace(experiment)).at(batch=0)


@kept(64)
def answer_parts(experiment: Experiment | Subject) -> Parts:
    return answering.answer_parts(network_of(experiment), trace(experiment))


def answers_along(experiment: Experiment | Subject) -> bool:
    """Whether there is an answer to show at each step."""
    if not isinstance(experiment, Subject):
        return True
    return needs.an_answer_so_far(experiment.load(), experiment.read()) is None


@kept(32)
def parts(experiment: Experiment | Subject, of: Layer = FIRST) -> dict[str, Parts]:
    return summands(network_of(experiment), trace(experiment), *of)


def layer(experiment: Experiment | Subject, of: Layer = FIRST) -> LayerTrace:
    return trace(experiment).layer(*of)


def below(experiment: Experiment | Subject, of: Layer = FIRST) -> Signal:
    """What a layer reads: the input, or all states of the layer below."""
    return trace(experiment).merged(of[0] - 1) if of[0] else trace(experiment).x


def cell_of(experiment: Experiment | Subject, of: Layer = FIRST) -> Cell:
    network = network_of(experiment)
    return network.layers[of[0]][network.directions.index(of[1])]


def quantities(experiment: Experiment | Subject) -> dict[str, Quantity]:
    return network_of(experiment).layers[0][0].quantities  # those of all its layers


@kept(64)
def card(experiment: Experiment) -> Card:
    return experiment.load().provenance.card if isinstance(experiment, Subject) else read_card(experiment.checkpoint)


def seed_of(experiment: Experiment | Subject) -> int:
    return experiment.load().provenance.seed if isinstance(experiment, Subject) else experiment.seed


def has_fair_size(experiment: Experiment | Subject) -> bool:
    """Whether its size is a row of SIZES, in which all cells have about as many weights."""
    return not isinstance(experiment, Subject) or experiment.model.structure.size in SIZES


def differ_in_cells_alone(experiments: Mapping[str, Experiment | Subject]) -> bool:
    """Whether the networks of a comparison have a cell each and are otherwise built alike."""
    if any(not isinstance(experiment, Subject) for experiment in experiments.values()):
        return True
    alike = {experiment.model.structure._replace(cell="", seed=0) for experiment in experiments.values()}
    return len(alike) == 1 and len({experiment.cell for experiment in experiments.values()}) == len(experiments)
