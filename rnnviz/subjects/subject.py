"""Subject: a model and a sequence, all that an analysis or a page is about, frozen and hashable."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace

import torch
from torch import Tensor, nn

from rnnviz.accepting import accept
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.subjects import old_links, sequences
from rnnviz.subjects.address_words import from_word, to_word
from rnnviz.subjects.given import keep_network, keep_vectors
from rnnviz.subjects.limits import MAX_SEED, Refused
from rnnviz.subjects.loaded import Loaded, Reading
from rnnviz.subjects.models import Given, Model, Shipped, Untrained, load, with_structure
from rnnviz.subjects.options import OPTIONS
from rnnviz.subjects.sequences import Example, Noise, Sequence, Text, Vectors
from rnnviz.trace import Trace

# Effects of words are measured over so many pairs of draws: fewer where that would cost more multiplications than
# this, but never fewer than the least. Beside its weights each unit costs about 200.
PAIRS, LEAST_PAIRS, EFFECT_WORK, UNIT_WORK = 128, 8, 6e9, 200
TASK_PAIRS, TASK_DRAWS_SEED = 256, 51  # of a task's own sequences; none of the held-out ones
_SEQUENCE_FIELDS = {"text": Text, "length": Noise}
_MODEL_FIELDS = {entry.name for entry in fields(Untrained)} - {"options"} | set(OPTIONS) | {"trained"}


@dataclass(frozen=True)
class Subject:
    """``model``: where the network comes from. ``sequence``: what it reads."""

    model: Model = field(default_factory=lambda: Shipped("intents-lstm-small"))
    sequence: Sequence = field(default_factory=Text)

    def load(self) -> Loaded:
        """The network and what is known of it, one for all who ask: it must not be changed."""
        return load(self.model)

    @property
    def network(self) -> Network:
        return self.load().network

    @property
    def cell(self) -> str:
        """The name of the network's cell in CELLS."""
        return self.model.cell

    def read(self) -> Reading:
        """The sequence as the network reads it. Raises Refused for one that it cannot read."""
        return self.sequence.read(self.load())

    def trace(self) -> Trace:
        """What the network does with the sequence, step by step; a batch of one."""
        reading = self.read()
        with torch.no_grad():
            return record(self.network, reading.input, tokens=reading.tokens or None)

    def objective(self, y: Tensor, at: str = "last") -> Tensor:
        """The loss of the network's own answer ``y``, one number.

        Of classes: minus the log of the probability of the one that leads. Without classes: a push of length 1 along
        all outputs alike. ``at``: the "last" step that is read, or "every" one, where there is an answer at each.
        """
        answers = self.load().answers
        if answers is not None and answers.at == "last":
            at = "every"  # there is one answer only
        if at == "last":
            y = y[0] if self.network.directions == ("backward",) else y[-1]
        if answers is not None and answers.kind == "classes":
            # In float64: of a network that is sure, what is left of 1 - p would be rounding.
            return -y.double().log_softmax(-1).amax(-1).sum()
        return y.sum() / math.sqrt(y.shape[-1])

    def objective_at_each_step(self, y: Tensor) -> Tensor:
        """The same loss at each step of the outputs ``y`` (T, O), as T losses, (T,); of classes, each step is held to
        the final answer."""
        answers = self.load().answers
        if answers is not None and answers.kind == "classes":
            return -y.double().log_softmax(-1)[:, y[-1].argmax()]
        return y.sum(-1) / math.sqrt(y.shape[-1])

    def draws(self) -> tuple[Tensor, Tensor]:
        """Two independent batches (T, N) or (T, N, I) for ``memory.total_effect``, always the same.

        The task's own sequences where the sequence is one of its examples of that length; else known words of the
        vocabulary, each as likely; of vectors, normal noise of each channel's mean and spread.
        """
        loaded, reading = self.load(), self.read()
        steps = reading.steps
        if loaded.task is not None and self.is_example_of_a_rule():
            generator = torch.Generator().manual_seed(TASK_DRAWS_SEED)
            return loaded.task.batch(TASK_PAIRS, generator).x, loaded.task.batch(TASK_PAIRS, generator).x
        network = loaded.network
        work = steps**2 * network.hidden_size * (4 * (network.hidden_size + network.input_size) + UNIT_WORK)
        pairs = min(PAIRS, max(LEAST_PAIRS, int(EFFECT_WORK / work)))
        generator = torch.Generator().manual_seed(MAX_SEED + 1)
        x = reading.input
        if x.ndim == 2:
            rows = network.embedding.num_embeddings
            return torch.randint(min(1, rows - 1), rows, (2, steps, pairs), generator=generator).unbind()
        noise = torch.randn(2, steps, pairs, x.shape[2], generator=generator, dtype=x.dtype)
        spread = x.std((0, 1), correction=0) if steps > 1 else torch.ones_like(x[0, 0])
        return (x.mean((0, 1)) + noise * spread).unbind()

    def is_example_of_a_rule(self) -> bool:
        """Whether the sequence is one that its task draws by a rule and as long as all of them, not a sentence."""
        learnt = self.load().task
        if learnt is None or learnt.readout != "last" or learnt.test():
            return False
        return isinstance(self.sequence, Example) or getattr(self.sequence, "text", None) in learnt.examples

    def with_(self, **changes: object) -> Subject:
        """Another subject: ``model``, ``sequence``, ``text`` or ``length``, and whatever ``with_structure`` takes.

        A sentence that the new network's task does not read is replaced by that task's first example.
        Raises Refused for what cannot be.
        """
        subject = replace(self, **{name: changes.pop(name) for name in ("model", "sequence") if name in changes})
        for name in [name for name in changes if name in _SEQUENCE_FIELDS]:
            value, kind = changes.pop(name), _SEQUENCE_FIELDS[name]
            same = subject.sequence if isinstance(subject.sequence, kind) else kind()
            subject = replace(subject, sequence=replace(same, **{name: value}))
        if not changes:
            return subject
        if unknown := set(changes) - _MODEL_FIELDS:
            raise TypeError(f"a subject has no {', '.join(sorted(unknown))}")
        return replace(subject, model=with_structure(subject.model, **changes))

    def vary(self, **axes: Iterable[object]) -> dict[str, Subject]:
        """One subject per value of the one axis, by the value's name: ``subject.vary(cell=("RNN", "LSTM"))``."""
        ((name, values),) = axes.items()
        return {str(value): self.with_(**{name: value}) for value in values}

    def query(self) -> dict[str, str]:
        """All of it as text for an address."""
        return {"model": to_word(self.model), **sequences.to_query(self.sequence)}

    @classmethod
    def from_query(cls, query: Mapping[str, str], default: Subject | None = None) -> tuple[Subject, list[Refused]]:
        """The subject of an address. What cannot be used keeps its ``default`` and is reported."""
        subject, refused = default or cls(), []
        try:
            model = from_word(query["model"]) if "model" in query else old_links.model_of(query, subject.model)
            subject = replace(subject, model=model)
        except Refused as refusal:
            refused.append(refusal)
        try:
            sequence = sequences.from_query(dict(query)) or subject.sequence
            sequence.read(load(subject.model))
            subject = replace(subject, sequence=sequence)
        except Refused as refusal:
            refused.append(refusal)
        return subject, refused

    def code(self) -> str:
        """Python that makes it, after ``import rnnviz``."""
        if isinstance(self.model, Given) or isinstance(self.sequence, Vectors):
            return "rnnviz.subject(model=network, x=x)"
        arguments = [repr(to_word(self.model))] if isinstance(self.model, Shipped) else _structure(self.model)
        match self.sequence:
            case Text(text):
                arguments.append(f"text={text!r}")
            case Example(seed):
                arguments.append(f"example={seed}")
            case Noise(length, seed):
                arguments.append(f"noise={seed}, length={length}")
        return f"rnnviz.subject({', '.join(arguments)})"


def _structure(model: Untrained) -> list[str]:
    """The arguments of ``subject`` that draw a network."""
    values = {entry.name: getattr(model, entry.name) for entry in fields(model) if entry.name != "options"}
    changed = {name: value for name, value in values.items() if value != getattr(Untrained, name)}
    return ['"untrained"', *(f"{name}={value!r}" for name, value in (changed | dict(model.options)).items())]


def subject(
    model: str | nn.Module | Model = "intents-lstm-small",
    x: Tensor | None = None,
    *,
    text: str | None = None,
    example: int | None = None,
    noise: int | None = None,
    length: int = 100,
    **structure: object,
) -> Subject:
    """A model and what it reads, in one value that all analyses and pages take.

    ``model``: the name of a shipped network; "untrained", with ``structure``: fields of ``Untrained`` (``cell``,
    ``size``, ``task``, ``seed``, ``layers``, ``directions``...) and of how its weights start; the word of an address;
    a Network or a torch.nn.RNN, LSTM or GRU, of which a copy is kept. What it reads is one of: ``x``, vectors (T, 1, I)
    or (T, I), or token ids (T, 1) or (T,); ``text``; ``example``, the seed of a sequence of the network's own task;
    ``noise``, the seed of white noise of ``length`` steps. Without any, an example of its task, or noise.

    Raises Refused, a ValueError, with what is wrong and what is allowed, and the errors of ``as_network``.
    """
    kept = _model(model, structure)
    given = [value for value in (x, text, example, noise) if value is not None]
    if len(given) > 1:
        raise ValueError("a subject reads one sequence; give one of x, text, example and noise")
    if x is not None:
        sequence: Sequence = Vectors(keep_vectors(_batch_of_one(load(kept).network, x)))
    elif text is not None:
        sequence = Text(text)
    elif example is not None:
        sequence = Example(example)
    else:
        sequence = _usual(load(kept), noise, length)
    found = Subject(kept, sequence)
    found.read()  # refuses what the network cannot read
    return found


def _model(model: object, structure: Mapping[str, object]) -> Model:
    if isinstance(model, nn.Module):
        return Given(keep_network(model))
    if not isinstance(model, str):
        return model
    base = Untrained() if model == "untrained" else from_word(model)
    return with_structure(base, **structure) if structure else base


def _usual(model: Loaded, noise: int | None, length: int) -> Sequence:
    if noise is None and model.task is not None:
        return Text(model.task.examples[0]) if model.task.examples else Example()
    return Noise(length, noise or 0)


def _batch_of_one(network: Network, x: Tensor) -> Tensor:
    _network, accepted, _state = accept(network, x)
    if accepted.shape[1] != 1:
        raise ValueError(f"x has {accepted.shape[1]} sequences; a subject reads one: give x[:, :1]")
    return accepted
