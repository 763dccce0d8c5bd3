"""Stack: a network of one or more layers that reads one way or both, and a sequence for it. A sister of Experiment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from rnnviz import checkpoints
from rnnviz.cells import CELLS, TRIO
from rnnviz.checkpoints import Card
from rnnviz.experiment import (
    EMBEDDING,
    SIZES,
    WEIGHTS,
    Choices,
    refuse_outside,
    refuse_seed,
    refuse_unknown,
    refuse_unreadable,
    task,
    units_of,
)
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.tasks import EchoFuture, Task, tokenize
from rnnviz.trace import Direction, Trace

DIRECTIONS = ("one", "two")
SIDES: dict[str, tuple[Direction, ...]] = {"one": ("forward",), "two": ("forward", "backward")}
MAX_LAYERS = 4
LABELLING = ("slots", "echo_future", "neighbour_xor")
FAR = "echo_future"  # the one task with a distance


@dataclass(frozen=True)
class Stack(Choices):
    """A network that labels every step of a sequence.

    ``directions``: "one" or "two". ``task``: a row of LABELLING. ``text``: by default the task's first example.
    ``distance``: how far ahead "echo_future" looks; other tasks have none. ``weights``: "trained" networks are shipped
    in the small size, for the echo with one layer; "fresh" ones are drawn from ``seed``, in any size. What a choice
    does not touch keeps its default, so that equal networks are equal stacks.
    """

    cell: str = "LSTM"
    directions: str = "two"
    layers: int = 1
    task: str = "slots"
    text: str = ""
    distance: int = EchoFuture.usual
    weights: str = "trained"
    size: str = "small"
    seed: int = 0

    def __post_init__(self) -> None:
        allowed = {"cell": CELLS, "directions": DIRECTIONS, "task": LABELLING, "weights": WEIGHTS, "size": SIZES}
        refuse_unknown(self, allowed)
        refuse_outside(self, {"layers": (1, MAX_LAYERS), "distance": (1, EchoFuture.farthest)})
        refuse_seed(self.seed)
        untouched: dict[str, object] = {}
        if self.cell not in TRIO:
            object.__setattr__(self, "weights", "fresh")  # no trained network of another cell is shipped
        if self.task != FAR:
            untouched["distance"] = EchoFuture.usual
        if self.weights == "trained":
            untouched |= {"size": "small", "seed": 0} | ({"layers": 1} if self.task == FAR else {})
        if not self.text:
            untouched["text"] = task(self.task).examples[0]
        for name, value in untouched.items():
            object.__setattr__(self, name, value)
        refuse_unreadable(self.text)

    @property
    def learnt(self) -> Task:
        """The task, at this stack's distance."""
        return task(self.task, distance=self.distance) if self.task == FAR else task(self.task)

    @property
    def sides(self) -> tuple[Direction, ...]:
        return SIDES[self.directions]

    @property
    def trained(self) -> bool:
        return self.weights == "trained"

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(map(self.learnt.label_text, self.learnt.labels))

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(tokenize(self.text))

    @property
    def known(self) -> tuple[bool, ...]:
        """For each token, whether the network has met it; the others are all read as one and the same "unknown"."""
        return tuple(self.learnt.vocabulary.knows(token) for token in self.tokens)

    @property
    def units(self) -> int:
        """Hidden units per layer and direction."""
        return units_of(self.cell, self.size, self.task)

    @property
    def name(self) -> str:
        """What the shipped networks of this structure are called, but for their seed."""
        far = f"-{self.distance}" if self.task == FAR else ""
        return f"{self.task}{far}-{self.cell}-{self.directions}-{self.layers}".lower().replace("_", "-")

    def runs(self) -> list[Card]:
        """The cards of all trainings of this structure, by seed: the first one is the network that is shown."""
        paths = checkpoints.MODELS.glob(f"{self.name}-seed*.json")
        return sorted(map(checkpoints.read_card, paths), key=lambda card: card.seed)

    def network(self) -> Network:
        """The shipped network, or a fresh one whose weights hang on the seed."""
        if self.weights == "fresh":
            return self.fresh(self.seed).eval()
        path = checkpoints.MODELS / f"{self.name}-seed0"
        if checkpoints.read_card(path).vocabulary != checkpoints.fingerprint(self.learnt):
            raise RuntimeError(f"{path.name} was trained on another vocabulary; run `make models`")
        return checkpoints.load(path)

    def fresh(self, seed: int) -> Network:
        """An untrained network of this structure. The same seed gives the same weights, always."""
        return Network(
            self.cell,
            EMBEDDING,
            self.units,
            num_layers=self.layers,
            bidirectional=self.directions == "two",
            vocabulary_size=self.learnt.input_size,
            output_size=self.learnt.output_size,
            readout="every",
            generator=torch.Generator().manual_seed(seed),
        )

    def input(self) -> Tensor:
        """Token ids (T, 1)."""
        return self.learnt.encode(self.text)

    def trace(self, network: Network | None = None) -> Trace:
        """What ``network`` (by default ``self.network()``) does with the text, step by step; a batch of one."""
        with torch.no_grad():
            return record(network or self.network(), self.input(), tokens=self.tokens)

    def with_(self, **changes: object) -> Self:
        """Another stack. A text that nobody chose gives way to the first example of another task."""
        if "task" in changes and self.text == task(self.task).examples[0]:
            changes = {"text": ""} | changes
        return super().with_(**changes)

    def query(self) -> dict[str, str]:
        """The task, and every other choice that differs from the default, as text for a URL."""
        query = {"task": self.task} | super().query()
        if self.text == task(self.task).examples[0]:
            del query["text"]
        return query
