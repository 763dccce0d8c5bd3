"""Experiment: all that a visitor chose, frozen and hashable. From it follow the network, the trace and the address.

The narrow waist of the house: pages, the URL and the cache know an Experiment, and all that they show is computed
from it. The limits that protect a server live here and nowhere else.
"""

from __future__ import annotations

import bisect
import numbers
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Self

import torch
from torch import Tensor

from rnnviz import checkpoints
from rnnviz.cells import CELLS, TRIO
from rnnviz.network import Network
from rnnviz.once import once
from rnnviz.recording import record
from rnnviz.refusals import Refused
from rnnviz.tasks import TASKS, Task, tokenize
from rnnviz.trace import Trace

MAX_CHARACTERS = 2_000
MAX_TOKENS = 200
MAX_SEED = 9_999
EMBEDDING = 16
MOST_UNITS = 320  # what the pages draw and differentiate in time
# Effects of words are measured over so many pairs of draws: fewer where that would cost more multiplications than
# this, but never fewer than the least. Beside its weights each unit costs about 200.
PAIRS, LEAST_PAIRS, EFFECT_WORK, UNIT_WORK = 128, 8, 6e9, 200

# Hidden units of an LSTM of each size; other cells get as many units as bring them nearest to its number of weights.
SIZES: dict[str, int] = {"small": 16, "medium": 48, "large": 128}
WEIGHTS = ("trained", "fresh")
# The tasks that a visitor's own sentence is read for; only their networks are shipped in every size.
READING = ("intents",)


def refuse_unknown(choice: object, allowed: Mapping[str, Iterable[object]]) -> None:
    """Raise Refused for the first attribute of ``choice`` that is none of its ``allowed`` values."""
    for name, values in allowed.items():
        if getattr(choice, name) not in values:
            raise Refused(
                "There is no {name} {value}. Choose one of: {choices}.",
                name=name,
                value=str(getattr(choice, name))[:40],
                choices=", ".join(map(str, values)),
            )


def refuse_outside(choice: object, limits: Mapping[str, tuple[float, float]]) -> None:
    """Raise Refused for the first attribute of ``choice`` outside of its limits; whole ones ask for whole numbers."""
    for name, (least, most) in limits.items():
        value, kind = getattr(choice, name), numbers.Integral if isinstance(least, int) else numbers.Real
        if not isinstance(value, kind) or not least <= value <= most:  # refuses NaN too
            raise Refused("{name} must be from {least} to {most}.", name=name, least=least, most=most)


def refuse_unreadable(text: str) -> None:
    """Raise Refused for a text without a token, or with more of it than a server should be asked to read."""
    if len(text) > MAX_CHARACTERS:
        raise Refused(
            "This text has {count} characters, the limit is {most}. Shorten it.",
            count=f"{len(text):,}",
            most=f"{MAX_CHARACTERS:,}",
        )
    count = len(tokenize(text))
    if count == 0:
        raise Refused("There is nothing to read yet. Type at least one word or character.")
    if count > MAX_TOKENS:
        raise Refused(
            "This sentence has {count} tokens, the limit is {most}. Shorten it.",
            count=f"{count:,}",
            most=f"{MAX_TOKENS:,}",
        )


def refuse_seed(seed: object) -> None:
    if not (isinstance(seed, int) and 0 <= seed <= MAX_SEED):
        raise Refused("The seed must be a whole number from 0 to {most}.", most=f"{MAX_SEED:,}")


class Choices:
    """What a visitor's choices can do, as a frozen dataclass with a default for each: change, and travel in a URL."""

    def with_(self, **changes: object) -> Self:
        return replace(self, **changes)

    def query(self) -> dict[str, str]:
        """Every choice that differs from the default, as text for a URL."""
        return {f.name: str(getattr(self, f.name)) for f in fields(self) if getattr(self, f.name) != f.default}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Self, list[Refused]]:
        """The choices of a URL. What cannot be used keeps its default and is reported."""
        usable: dict[str, object] = {}
        refused = []
        for field in fields(cls):
            if field.name not in query:
                continue
            value = query[field.name]
            # Always made anew: what one choice does not touch, a later one may.
            given = usable | {field.name: _whole(value) if type(field.default) is int else value}
            try:
                cls(**given)
            except Refused as refusal:
                refused.append(refusal)
            else:
                usable = given
        return cls(**usable), refused


def _whole(value: str) -> int:
    # int() alone would also read "١٢", " 7 " and "1_000", and takes seconds for a very long number.
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else -1


@dataclass(frozen=True)
class Experiment(Choices):
    """``weights`` are "trained" (shipped with the project, for the cells of TRIO) or "fresh" (drawn from ``seed``)."""

    cell: str = "LSTM"
    size: str = "small"
    text: str = "what time is it ?"
    weights: str = "trained"
    seed: int = 0
    task: str = "intents"

    def __post_init__(self) -> None:
        allowed = {"cell": CELLS, "size": SIZES, "weights": WEIGHTS, "task": READING}
        refuse_unknown(self, allowed)
        refuse_seed(self.seed)
        if self.cell not in TRIO:
            object.__setattr__(self, "weights", "fresh")  # no trained network of another cell is shipped
        if self.weights == "trained":
            object.__setattr__(self, "seed", 0)  # nothing hangs on it, and equal experiments should be equal
        refuse_unreadable(self.text)

    @property
    def trained(self) -> bool:
        return self.weights == "trained"

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(map(task(self.task).label_text, task(self.task).labels))

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(tokenize(self.text))

    @property
    def known(self) -> tuple[bool, ...]:
        """For each token, whether the network has met it; the others are all read as one and the same "unknown"."""
        return tuple(task(self.task).vocabulary.knows(token) for token in self.tokens)

    @property
    def units(self) -> int:
        return units_of(self.cell, self.size, self.task)

    @property
    def checkpoint(self) -> Path:
        """Where the shipped weights of this structure are."""
        return checkpoints.MODELS / f"{self.task}-{self.cell}-{self.size}.safetensors".lower()

    def network(self) -> Network:
        """The shipped network, or a fresh one whose weights hang on the seed."""
        if self.weights == "trained":
            if checkpoints.read_card(self.checkpoint).vocabulary != checkpoints.fingerprint(task(self.task)):
                raise RuntimeError(f"{self.checkpoint.name} was trained on another vocabulary; run `make models`")
            return checkpoints.load(self.checkpoint)
        return fresh_network(self.cell, self.size, self.task, self.seed).eval()

    def input(self) -> Tensor:
        """Token ids (T, 1)."""
        return task(self.task).encode(self.text)

    def draws(self) -> tuple[Tensor, Tensor]:
        """Two batches (T, N) for ``memory.total_effect``: known words of the vocabulary, each as likely."""
        steps, width = len(self.tokens), SIZES[self.size]
        work = steps**2 * width * (4 * (width + EMBEDDING) + UNIT_WORK)
        pairs = min(PAIRS, max(LEAST_PAIRS, int(EFFECT_WORK / work)))
        generator = torch.Generator().manual_seed(MAX_SEED + 1)
        return torch.randint(1, task(self.task).input_size, (2, steps, pairs), generator=generator).unbind()

    def trace(self, network: Network | None = None) -> Trace:
        """What ``network`` (by default ``self.network()``) does with the text, step by step; a batch of one."""
        with torch.no_grad():
            return record(network or self.network(), self.input(), tokens=self.tokens)


@once
def task(name: str, **options: int) -> Task:
    """The one instance of a task, made with ``options``: its sentences are built once per process."""
    return TASKS[name](**options)


@once
def units_of(cell: str, size: str, task_name: str) -> int:
    """Hidden units that give ``cell`` the weight count of an LSTM of that size, so that comparing cells is fair; no
    more than ``MOST_UNITS``, which a cell without W_hh would leave far behind.

    Counted are the cell's weights and the readout's; the embedding is the same for all.
    """
    answers = task(task_name).output_size

    def weights(name: str, units: int) -> int:
        # They grow with the square of the units, so the counts of three small cells tell all others.
        draw = torch.Generator()
        one, two, three = (
            sum(p.numel() for p in CELLS[name](EMBEDDING, size, generator=draw).parameters()) for size in (1, 2, 3)
        )
        more = units - 1
        return one + more * (two - one) + more * (more - 1) // 2 * (three - 2 * two + one) + units * answers

    wanted = weights("LSTM", SIZES[size])
    above = bisect.bisect_left(range(1, MOST_UNITS), wanted, key=lambda units: weights(cell, units)) + 1
    return min((above, above - 1), key=lambda units: abs(weights(cell, units) - wanted))


def fresh_network(cell: str, size: str, task_name: str, seed: int) -> Network:
    """An untrained network of a shipped structure. The same seed gives the same weights, always."""
    learnt = task(task_name)
    return Network(
        cell,
        EMBEDDING,
        units_of(cell, size, task_name),
        vocabulary_size=learnt.input_size,
        output_size=learnt.output_size,
        readout=learnt.readout,
        generator=torch.Generator().manual_seed(seed),
    )
