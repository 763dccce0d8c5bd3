"""Subject: a model and a sequence, all that an analysis or a page is about, frozen and hashable."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace

import torch
from torch import Tensor

from rnnviz.compute import computed
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.refusals import Refused
from rnnviz.subjects import hold_words, old_links, sequences, windows
from rnnviz.subjects.address_words import from_word, to_word
from rnnviz.subjects.code import code_of
from rnnviz.subjects.limits import MAX_LENGTH, MAX_SEED
from rnnviz.subjects.loaded import Loaded, Reading
from rnnviz.subjects.models import Model, Shipped, Untrained, load
from rnnviz.subjects.options import OPTIONS
from rnnviz.subjects.restructuring import with_structure
from rnnviz.subjects.sequences import Example, Sequence, Text
from rnnviz.subjects.sizes import SIZES
from rnnviz.tasks import Task
from rnnviz.trace import Trace

# Effects of words are measured over so many pairs of draws: fewer where that would cost more multiplications than
# this, but never fewer than the least. Beside its weights each unit costs about 200.
PAIRS, LEAST_PAIRS, EFFECT_WORK, UNIT_WORK = 128, 8, 6e9, 200
TASK_PAIRS, TASK_DRAWS_SEED = 256, 51  # of a task's own sequences; none of the held-out ones
_MODEL_FIELDS = {entry.name for entry in fields(Untrained)} - {"options"} | {*OPTIONS, "trained", "units", "update"}


@dataclass(frozen=True)
class Subject:
    """``model``: where the network comes from. ``sequence``: what it reads."""

    model: Model = field(default_factory=lambda: Shipped("intents-lstm-small"))
    sequence: Sequence = field(default_factory=Text)

    def load(self) -> Loaded:
        """The network and what is known of it, one for all who ask: it must not be changed. Before a window of a long
        sequence its own start is the state that it has there."""
        return windows.begun(self.model, self.sequence) if windows.is_long(self.sequence) else load(self.model)

    def network(self) -> Network:
        return self.load().network

    @property
    def cell(self) -> str:
        """The name of the network's cell in CELLS."""
        return self.model.cell

    @property
    def trained(self) -> bool:
        return self.load().provenance.trained

    @property
    def labels(self) -> tuple[str, ...]:
        """What each output stands for, in plain English; () without a readout."""
        loaded = self.load()
        if loaded.answers is None:
            return ()
        texts = loaded.task is not None and loaded.task.answers == "classes"
        return tuple(map(loaded.task.label_text, loaded.answers.labels)) if texts else loaded.answers.labels

    @property
    def typed(self) -> str | None:
        """The text that it reads, None where that is not one that can be typed."""
        return self.sequence.text if isinstance(self.sequence, Text) else None

    @property
    def units(self) -> int:
        """Hidden units per layer and direction."""
        return self.network().hidden_size

    def read(self) -> Reading:
        """The sequence as the network reads it, of a long one the window. Raises Refused where it cannot be read."""
        return _read(self)

    def input(self) -> Tensor:
        """Token ids (T, 1), or vectors (T, 1, I)."""
        return self.read().input

    @property
    def tokens(self) -> tuple[str, ...]:
        """The text under the time axis, a token per step; of vectors an empty text each."""
        reading = self.read()
        return reading.tokens or ("",) * reading.steps

    @property
    def text(self) -> str:
        """What it reads as a text: as it was typed, else its tokens; "" for vectors."""
        return self.sequence.text if isinstance(self.sequence, Text) else " ".join(self.read().tokens)

    @property
    def known(self) -> tuple[bool, ...]:
        """For each token, whether the network has met it; the others are all read as one and the same "unknown"."""
        return self.read().known

    def trace(self, hold: Iterable[str] = ()) -> Trace:
        """What the network does with the sequence, step by step; a batch of one.

        ``hold``: what is held at a value meanwhile, in the words of ``hold_words``, which an address can carry. Raises
        Refused for a hold on what is not there.
        """
        reading, holds = self.read(), hold_words.from_words(hold)
        with torch.no_grad():
            return record(self.network(), reading.input, tokens=reading.tokens or None, hold=holds)

    def objective(self, y: Tensor, at: str = "last") -> Tensor:
        """The loss of the network's own answer ``y``, one number.

        Of classes: minus the log of the probability of the one that leads. Without classes: a push of length 1 along
        all outputs alike. ``at``: the "last" step that is read, or "every" one, where there is an answer at each.
        """
        answers = self.load().answers
        if answers is not None and answers.at == "last":
            at = "every"  # there is one answer only
        if at == "last":
            y = y[0] if self.network().directions == ("backward",) else y[-1]
        if answers is not None and answers.kind == "classes":
            # In float64: of a network that is sure, what is left of 1 - p would be rounding.
            return -y.double().log_softmax(-1).amax(-1).sum()
        return y.sum() / math.sqrt(y.shape[-1])

    def objective_at_each_step(self, y: Tensor) -> Tensor:
        """The same loss at each step of outputs ``y`` (T, O), (T,); of classes, each is held to the final answer."""
        answers = self.load().answers
        if answers is not None and answers.kind == "classes":
            final = y[0] if self.network().directions == ("backward",) else y[-1]
            return -y.double().log_softmax(-1)[:, final.argmax()]
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
        # All cells of one size are measured on the same words.
        size = self.model.structure.size if self.model.structured else ""
        width = SIZES.get(size, network.hidden_size)
        work = steps**2 * width * (4 * (width + network.input_size) + UNIT_WORK)
        pairs = min(PAIRS, max(LEAST_PAIRS, int(EFFECT_WORK / work)))
        generator = torch.Generator().manual_seed(MAX_SEED + 1)
        x = reading.input
        if x.ndim == 2:
            rows = network.embedding.num_embeddings
            return torch.randint(min(1, rows - 1), rows, (2, steps, pairs), generator=generator).unbind()
        noise = torch.randn(2, steps, pairs, x.shape[2], generator=generator, dtype=x.dtype)
        spread = x.std((0, 1), correction=0) if steps > 1 else torch.ones_like(x[0, 0])
        return (x.mean((0, 1)) + noise * spread).unbind()

    def at_once(self, most: int = MAX_LENGTH) -> Subject:
        """The same, of which no more than ``most`` steps are looked at at once: of a longer sequence, which is not a
        text or an example, a window."""
        long = isinstance(self.sequence, sequences.Long)
        return replace(self, sequence=replace(self.sequence, at_once=most)) if long else self

    def is_example_of_a_rule(self) -> bool:
        """Whether the sequence is one that its task draws by a rule and as long as all of them, not a sentence."""
        learnt = self.load().task
        if learnt is None or learnt.readout != "last" or learnt.test() or not learnt.one_length:
            return False
        return isinstance(self.sequence, Example) or getattr(self.sequence, "text", None) in learnt.examples

    def with_(self, **changes: object) -> Subject:
        """Another subject: ``model`` (or its word in an address), ``sequence``, ``text``, ``example``, ``noise`` or
        ``length``, and whatever ``with_structure`` takes.

        A sequence that the new network does not read, or a text for another task, gives way to what is usual for it.
        Raises Refused for what cannot be.
        """
        chosen = bool({"sequence", *sequences.FIELDS} & set(changes))
        if isinstance(changes.get("model"), str):
            changes["model"] = from_word(changes["model"])
        subject = replace(self, **{name: changes.pop(name) for name in ("model", "sequence") if name in changes})
        for name in [name for name in sequences.FIELDS if name in changes]:
            kind, part = sequences.FIELDS[name]
            change, now = {part: changes.pop(name)}, subject.sequence
            if isinstance(now, kind):
                subject = replace(subject, sequence=replace(now, **change))
            elif kind is not sequences.Long:  # only what is long has a window
                subject = replace(subject, sequence=kind(**change))
        if unknown := set(changes) - _MODEL_FIELDS:
            raise TypeError(f"a subject has no {', '.join(sorted(unknown))}")
        if changes:
            subject = replace(subject, model=with_structure(subject.model, **changes))
        return subject if chosen else subject._with_readable_sequence(load(self.model).task)

    def _with_readable_sequence(self, before: Task | None) -> Subject:
        """Itself, or with the usual sequence of its network where that does not read the one that was read for the
        task ``before``."""
        loaded = load(self.model)
        if isinstance(self.sequence, Text) and loaded.task is not before:
            return replace(self, sequence=sequences.usual(loaded))
        try:
            self.read()
        except Refused:
            return replace(self, sequence=sequences.usual(loaded))
        return self

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
            if "model" in query:
                model = from_word(query["model"])
            else:
                model, refused = old_links.model_of(query, subject.model)
            subject = subject.with_(model=model)
        except Refused as refusal:
            refused.append(refusal)
        try:
            sequence = sequences.from_query(dict(query)) or subject.sequence
            wanted = replace(subject, sequence=sequence)
            wanted.read()
            subject = wanted
        except Refused as refusal:
            refused.append(refusal)
        return subject, refused

    def code(self) -> str:
        """Python that makes it, after ``import rnnviz``."""
        return code_of(self.model, self.sequence)


@computed
def _read(subject: Subject) -> Reading:
    return windows.read(subject.model, subject.sequence)
