"""The shipped networks that learnt to recall a letter: four kinds from five seeds each, on one budget of updates."""

from __future__ import annotations

from dataclasses import replace

from rnnviz.cells import TRIO
from rnnviz.checkpoints import Card
from rnnviz.subjects import Model, Shipped, Subject, Text, Trained
from rnnviz.subjects.restructuring import while_it_learnt
from rnnviz.tasks import DelayedRecall
from rnnviz.tasks.delayed_recall import LETTERS, example

# The label under which a kind is shown, and the name of its files.
KINDS = {"RNN": "rnn", "orthogonal RNN": "rnn-orthogonal", "LSTM": "lstm", "GRU": "gru"}
SEEDS = range(5)
SEQUENCES = {example(letter): letter for letter in LETTERS}  # a text for each letter
SOLVED = 0.05  # at most one answer in twenty wrong, on held-out sequences


def model_of(kind: str, seed: int = 0) -> Shipped:
    return Shipped(f"recall-{KINDS[kind]}-seed{seed}")


def subject_of(kind: str = "LSTM", seed: int = 0, letter: str = "A") -> Subject:
    """One of the networks, and the letter that it has to tell after fifty digits."""
    return Subject(model_of(kind, seed), Text(example(letter)))


def card_of(kind: str, seed: int = 0) -> Card:
    return subject_of(kind, seed).load().provenance.card


def reads_letters(subject: Subject) -> bool:
    """Whether a network reads sequences of this task, trained or not."""
    learnt = subject.load().task
    return learnt is not None and learnt.name == DelayedRecall.name


def was_trained(subject: Subject) -> bool:
    """Whether a network is one of these, or was on its way to it."""
    return reads_letters(subject) and subject.model.shipped


def beside(subject: Subject) -> dict[str, Subject]:
    """The networks of the three cells from the same seed on the same sequence, and its own if it is of another kind."""
    seed = subject.load().provenance.seed
    kinds: dict[str, Model] = {kind: model_of(kind, seed) for kind in KINDS}
    if isinstance(subject.model, Trained):  # the others after as many updates
        kinds = {kind: while_it_learnt(model, subject.model.update) for kind, model in kinds.items()}
    return {
        kind: replace(subject, model=model) for kind, model in kinds.items() if kind in TRIO or model == subject.model
    }


def nearest(subject: Subject, seed: int | None = None) -> Subject:
    """What of these is most like a subject: a network of its cell, started like it, on the sequence that it reads, if
    of letters. ``seed``: another one than its own."""
    if was_trained(subject):
        return subject if seed is None else subject.with_(seed=seed)
    other = subject_of(subject.cell if subject.cell in KINDS else "LSTM", seed or 0)
    return replace(other, sequence=subject.sequence) if reads_letters(subject) else other


def start(kind: str) -> dict[str, object]:
    """How the recurrent weights and gates of a kind started, as arguments of Network; {} is torch's own start."""
    structure = card_of(kind).network
    return {name: structure[name] for name in ("recurrent", "memory_span") if name in structure}


def solved(kind: str) -> tuple[int, int]:
    """In how many of how many seeds a kind learnt to recall."""
    errors = [card_of(kind, seed).held_out_error for seed in SEEDS]
    return sum(error <= SOLVED for error in errors), len(errors)
