"""What a network does with a sequence, computed once for all visitors who choose the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rnnviz import answers as answering
from rnnviz.cells import Cell, Quantity
from rnnviz.checkpoints import Card
from rnnviz.compute import computed
from rnnviz.subjects import Subject, Text, needs
from rnnviz.subjects.sizes import SIZES
from rnnviz.summands import Parts, summands
from rnnviz.trace import Direction, LayerTrace, Signal, Trace

# Which layer of a network is looked at, and which of its directions.
Layer = tuple[int, Direction]
FIRST: Layer = (0, "forward")


@dataclass(frozen=True)
class Changed(Subject):
    """A subject of which something is held, ``hold`` in the words of ``rnnviz.subjects.hold_words``, or that read other
    words ``before``: what a panel shows of it is the changed run, beside the first one."""

    hold: tuple[str, ...] = ()
    before: Text | None = None

    def trace(self, hold: Iterable[str] = ()) -> Trace:
        return super().trace((*self.hold, *hold))

    def first(self) -> Subject:
        """The same without the hold, on what was read before."""
        return Subject(self.model, self.before or self.sequence)


@computed
def trace(subject: Subject) -> Trace:
    """A trace is numpy and read-only, so sessions can share it without a copy."""
    return subject.trace()


@computed
def answers(subject: Subject) -> Signal:
    """Class probabilities ("time", "output")."""
    return answering.answers(subject.network(), trace(subject)).at(batch=0)


@computed
def answer_parts(subject: Subject) -> Parts:
    return answering.answer_parts(subject.network(), trace(subject))


def answers_along(subject: Subject) -> bool:
    """Whether there is an answer to show at each step."""
    return needs.an_answer_so_far(subject.load(), subject.read()) is None


@computed
def parts(subject: Subject, of: Layer = FIRST) -> dict[str, Parts]:
    return summands(subject.network(), trace(subject), *of)


def layer(subject: Subject, of: Layer = FIRST) -> LayerTrace:
    return trace(subject).layer(*of)


def below(subject: Subject, of: Layer = FIRST) -> Signal:
    """What a layer reads: the input, or all states of the layer below."""
    return trace(subject).merged(of[0] - 1) if of[0] else trace(subject).x


def cell_of(subject: Subject, of: Layer = FIRST) -> Cell:
    network = subject.network()
    return network.layers[of[0]][network.directions.index(of[1])]


def quantities(subject: Subject) -> dict[str, Quantity]:
    return subject.network().layers[0][0].quantities  # those of all its layers


def card(subject: Subject) -> Card | None:
    return subject.load().provenance.card


def seed_of(subject: Subject) -> int:
    return subject.load().provenance.seed


def has_fair_size(subject: Subject) -> bool:
    """Whether its size is a row of SIZES, in which all cells have about as many weights."""
    return subject.model.structure.size in SIZES


def differ_in_cells_alone(subjects: Mapping[str, Subject]) -> bool:
    """Whether the networks of a comparison have a cell each and are otherwise built alike."""
    models = [subject.model for subject in subjects.values()]
    alike = {model.structure._replace(cell="") if model.structured else model for model in models}
    return len(alike) == 1 and len({model.cell for model in models}) == len(models)
