"""The networks that the project ships: how each of them is built and trained. A new one is one more row of RECIPES."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import torch

from rnnviz import training
from rnnviz.cells import TRIO
from rnnviz.network import Network
from rnnviz.studies import lstm_history
from rnnviz.subjects import Untrained
from rnnviz.subjects.limits import MAX_LAYERS
from rnnviz.subjects.models import FAR
from rnnviz.subjects.sizes import EMBEDDING, SIZES, task
from rnnviz.tasks import DelayedRecall, EchoFuture

DEPTHS = range(1, MAX_LAYERS + 1)
DIRECTIONS = ("one", "two")
DISTANCES = range(1, EchoFuture.farthest + 1)


@dataclass(frozen=True)
class Recipe:
    """One shipped network. ``start``: how its weights start, where that is not the default of the cell.

    ``options``: how its task is made. ``structure``: what it is drawn from, where it labels every step.
    """

    name: str
    task: str
    cell: str
    size: str
    learning_rate: float
    updates: int
    batch: int
    weight_decay: float = 0.0
    seed: int = 0
    start: dict[str, object] = field(default_factory=dict)
    options: dict[str, object] = field(default_factory=dict)
    structure: Untrained | None = None

    @property
    def training(self) -> training.Recipe:
        return training.Recipe(
            self.updates,
            self.batch,
            learning_rate=self.learning_rate,
            schedule="linear",
            weight_decay=self.weight_decay,
            seed=self.seed,
        )

    def network(self) -> Network:
        """The network as it is before its first update."""
        if self.structure is not None:
            return self.structure.network(self.seed)
        if self.task in (lstm_history.TASK, lstm_history.XOR):
            return lstm_history.fresh(self.task, self.cell, self.seed)
        if self.task == "intents":
            return Untrained(self.cell, self.size, self.task, self.seed).network()
        learnt = task(self.task, **self.options)
        words = learnt.inputs == "tokens"
        return Network(
            self.cell,
            EMBEDDING if words else learnt.input_size,
            int(self.size),
            vocabulary_size=learnt.input_size if words else None,
            output_size=learnt.output_size,
            readout=learnt.readout,
            generator=torch.Generator().manual_seed(self.seed),
            **self.start,
        )


# All cells of a size share seed, budget and batch size. Smaller steps for more units.
LEARNING_RATES = {"small": 1e-2, "medium": 5e-3, "large": 3e-3}
INTENTS = [
    Recipe(f"intents-{cell}-{size}".lower(), "intents", cell, size, LEARNING_RATES[size], 1500, 64, weight_decay=0.1)
    for size in SIZES
    for cell in TRIO
]

# One budget of updates for all, five seeds each. A simple RNN diverges at the step size that gated cells learn with;
# the gated ones start with memories of all lengths up to the delay, the orthogonal RNN with one that hardly fades.
SPAN = {"memory_span": DelayedRecall.delay}
RECALLS = {
    "rnn": ("RNN", 3e-3, {}),
    "rnn-orthogonal": ("RNN", 3e-3, {"recurrent": "orthogonal"}),
    "lstm": ("LSTM", 1e-2, SPAN),
    "gru": ("GRU", 1e-2, SPAN),
}
RECALL = [
    Recipe(f"recall-{label}-seed{seed}", "recall", cell, "32", rate, 500, 32, seed=seed, start=start)
    for label, (cell, rate, start) in RECALLS.items()
    for seed in range(5)
]

# Networks that label every step, in the small size. One budget for all structures of a task; the cells differ in the
# step size, as above. A network of one layer learns nothing from the neighbours' differences, and what its guesses
# lean on is whatever noise training left in its weights: the decay clears that away.
STEPS = {"RNN": 5e-3, "LSTM": 2e-2, "GRU": 1e-2}
BUDGETS: dict[str, dict[str, float]] = {
    "neighbour_xor": {"updates": 400, "batch": 128, "weight_decay": 0.5},
    "echo_future": {"updates": 400, "batch": 128},
    "slots": {"updates": 1000, "batch": 64, "weight_decay": 0.1},
}


def labelling(structure: Untrained, seeds: int = 1) -> list[Recipe]:
    """The trainings of one structure, which differ in nothing but their seeds: 0, 1, ..."""
    task_name, cell, size, layers, directions, distance = structure.structure[:6]
    far = f"-{distance}" if distance else ""
    name = f"{task_name}{far}-{cell}-{directions}-{layers}".lower().replace("_", "-")
    options = {"distance": distance} if distance else {}
    given = {"learning_rate": STEPS[cell], "options": options, "structure": structure} | BUDGETS[task_name]
    return [Recipe(f"{name}-seed{seed}", task_name, cell, size, seed=seed, **given) for seed in range(seeds)]


# Three seeds where a page compares structures; one where it only shows the network.
XOR = [
    recipe
    for layers, directions, cell in itertools.product(DEPTHS, DIRECTIONS, TRIO)
    for recipe in labelling(
        Untrained(cell, task="neighbour_xor", layers=layers, directions=directions),
        seeds=3 if directions == "two" and layers <= 2 else 1,
    )
]
ECHO = [
    recipe
    for distance, directions, cell in itertools.product(DISTANCES, DIRECTIONS, TRIO)
    for recipe in labelling(Untrained(cell, task=FAR, directions=directions, distance=distance))
]
SLOTS = [
    recipe
    for layers, directions, cell in itertools.product(DEPTHS, DIRECTIONS, TRIO)
    for recipe in labelling(
        Untrained(cell, task="slots", layers=layers, directions=directions), seeds=3 if layers == 1 else 1
    )
]

SWITCH_UNITS = {"RNN": 48, "LSTM": 24, "GRU": 32}
# Three switches to keep: one budget for all, the step sizes of above. Few units, so that fixed points are soon found.
SWITCHES = [
    Recipe(f"switches-{cell.lower()}", "flip_flop", cell, str(units), {"LSTM": 1e-2}.get(cell, 5e-3), 800, 64)
    for cell, units in SWITCH_UNITS.items()
]
# The cells that led to the LSTM and the GRU: one budget for all, the step size by cell; and Elman's test of Jordan's.
LINEAGE_STEPS = {"LSTM": 2e-2, "LSTM peephole": 2e-2, "GRU 2014": 2e-2}
LINEAGE = [
    Recipe(lstm_history.file_name(name, cell), name, cell, str(units), rate, 600, batch)
    for name, cell, units, rate, batch in (
        *(
            (lstm_history.TASK, origin.cell, lstm_history.UNITS, LINEAGE_STEPS.get(origin.cell, 1e-2), 32)
            for origin in lstm_history.STATIONS.values()
        ),
        *((lstm_history.XOR, cell, lstm_history.XOR_UNITS, 2e-2, 64) for cell in ("RNN", "Jordan")),
    )
]
# Forecasts of four series by three cells with about as many weights: one budget, the step size by cell.
FORECASTING = {"RNN": ("64", 3e-3, 500, 32), "LSTM": ("32", 1e-2, 500, 32), "GRU": ("38", 1e-2, 500, 32)}
FORECASTS = [
    Recipe(f"forecast-{name}-{cell.lower()}", "forecast", cell, *built, options={"series": name.replace("-", "_")})
    for name in ("sines", "mackey-glass", "lorenz", "lorenz-xyz")
    for cell, built in FORECASTING.items()
]
# What comes next in a text of Python: all cells with about as many weights.
WRITING_STEPS = {"RNN": 3e-3, "LSTM": 8e-3, "GRU": 5e-3}
WRITING = [
    Recipe(
        f"characters-{cell.lower()}",
        "characters",
        cell,
        "large",
        rate,
        3000,
        32,
        structure=Untrained(cell, "large", "characters"),
    )
    for cell, rate in WRITING_STEPS.items()
]
# Digits, drawn and spoken: one budget for all, the step sizes of above.
DIGIT_UNITS = {"RNN": 48, "LSTM": 32, "GRU": 32}
DIGITS = [
    Recipe(f"{name}-{cell.lower()}", name, cell, str(units), {"RNN": 3e-3}.get(cell, 1e-2), updates, batch)
    for name, updates, batch in (("strokes", 1000, 64), ("sounds", 600, 32))
    for cell, units in DIGIT_UNITS.items()
]
RECIPES = INTENTS + RECALL + XOR + ECHO + SLOTS + SWITCHES + LINEAGE + WRITING + FORECASTS + DIGITS
