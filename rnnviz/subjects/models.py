"""Where a network comes from: shipped with the project, drawn untrained, or given from Python.

Each is frozen, hashable and without tensors, so that it is a key of what is computed and a part of an address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import torch

from rnnviz import checkpoints
from rnnviz.cells import CELLS
from rnnviz.compute import computed
from rnnviz.network import Network
from rnnviz.refusals import Refused, refuse_outside, refuse_unknown
from rnnviz.subjects import catalogue
from rnnviz.subjects.catalogue import Structure
from rnnviz.subjects.given import network_of, refuse_networks_of_others
from rnnviz.subjects.limits import MAX_CHANNELS, MAX_LAYERS, refuse_seed
from rnnviz.subjects.loaded import Answers, Channels, Loaded, Provenance, Tokens
from rnnviz.subjects.options import OPTIONS, refuse_option, takes
from rnnviz.subjects.sizes import EMBEDDING, task, units_of
from rnnviz.tasks import TASKS, EchoFuture, Task

DIRECTIONS = ("one", "two", "backward")
FAR = "echo_future"  # the one task with a distance
CHANNELS = 8  # numbers per step that a network without a task reads


@dataclass(frozen=True)
class Shipped:
    """A network of the project's own. ``name``: that of its files."""

    shipped: ClassVar[bool] = True
    structured: ClassVar[bool] = True  # whether another one can be chosen part by part
    name: str

    def __post_init__(self) -> None:
        if self.name not in catalogue.cards():
            raise Refused(
                "No network called {name} is shipped with this version. Choose another one.", name=str(self.name)[:60]
            )

    @property
    def structure(self) -> Structure:
        return catalogue.structure_of(catalogue.cards()[self.name])

    @property
    def cell(self) -> str:
        return self.structure.cell

    def load(self) -> Loaded:
        card = catalogue.cards()[self.name]
        learnt = task(card.task, card.options.get("distance", 0))
        if card.vocabulary != checkpoints.fingerprint(learnt):
            raise RuntimeError(f"{self.name} was trained on another vocabulary; run `make models`")
        network = checkpoints.load(checkpoints.MODELS / self.name)
        return loaded(network, learnt, Provenance(self.name, True, card.seed, card))


@dataclass(frozen=True)
class Untrained:
    """A network as it is before training. Everything random hangs on ``seed``.

    ``task``: whose tokens it reads and whose answers it would give; "" for vectors of CHANNELS numbers and no answers,
    in float64, so that only what is beyond 1e308 counts as exploded. ``size``: a row of SIZES or a number of hidden
    units. ``distance``: how far ahead "echo_future" looks. ``options``: pairs (name, value) of OPTIONS; one that the
    cell does not take is left out, so that equal networks are equal models.
    """

    shipped: ClassVar[bool] = False
    structured: ClassVar[bool] = True
    cell: str = "LSTM"
    size: str = "small"
    task: str = "intents"
    seed: int = 0
    layers: int = 1
    directions: str = "one"
    distance: int = 0
    channels: int = CHANNELS
    options: tuple[tuple[str, object], ...] = ()

    def __post_init__(self) -> None:
        refuse_unknown("cell", self.cell, CELLS)
        refuse_unknown("task", self.task, ["", *TASKS])
        refuse_unknown("directions", self.directions, DIRECTIONS)
        refuse_seed(self.seed)
        refuse_outside("layers", self.layers, 1, MAX_LAYERS)
        refuse_outside("channels", self.channels, 1, MAX_CHANNELS)
        units_of(self.cell, self.size, self.task)
        far = EchoFuture.usual if self.distance == 0 else self.distance
        if self.task == FAR:
            refuse_outside("distance", far, 1, EchoFuture.farthest)
        for name, value in self.options:
            refuse_option(name, value)
        options = dict(self.options)
        if options.get("bias") is False:
            options.pop("forget_bias", None)
        own = tuple(sorted(option for option in options.items() if takes(self.cell, option[0])))
        object.__setattr__(self, "options", own)
        object.__setattr__(self, "distance", far if self.task == FAR else 0)
        object.__setattr__(self, "channels", CHANNELS if self.task else self.channels)

    @property
    def structure(self) -> Structure:
        start = dict(self.options).get("recurrent", "default")
        return Structure(self.task, self.cell, self.size, self.layers, self.directions, self.distance, start, self.seed)

    def with_options(self, **options: object) -> Self:
        return replace(self, options=tuple((dict(self.options) | options).items()))

    def network(self, seed: int | None = None) -> Network:
        """Drawn anew; ``seed``: another one than its own."""
        learnt = task(self.task, self.distance) if self.task else None
        tokens = learnt is not None and learnt.inputs == "tokens"
        structure: dict[str, object] = {} if learnt is None else {"output_size": learnt.output_size}
        if learnt is not None:
            structure["readout"] = learnt.readout
        if tokens:
            structure["vocabulary_size"] = learnt.input_size
        inputs = EMBEDDING if tokens else self.channels if learnt is None else learnt.input_size
        return Network(
            self.cell,
            inputs,
            units_of(self.cell, self.size, self.task),
            num_layers=self.layers,
            bidirectional=self.directions == "two",
            backward=self.directions == "backward",
            generator=torch.Generator().manual_seed(self.seed if seed is None else seed),
            dtype=None if learnt is not None else torch.float64,
            **structure,
            **dict(self.options),
        )

    def load(self) -> Loaded:
        learnt = task(self.task, self.distance) if self.task else None
        return loaded(self.network().eval(), learnt, Provenance(self.cell, False, self.seed))


@dataclass(frozen=True)
class Given:
    """A network that was brought to this process from Python or in a file. ``digest``: what its weights come to."""

    shipped: ClassVar[bool] = False
    structured: ClassVar[bool] = False
    digest: str

    def __post_init__(self) -> None:
        refuse_networks_of_others(self.digest)

    @property
    def cell(self) -> str:
        return network_of(self.digest).network.cell

    @property
    def title(self) -> str:
        return network_of(self.digest).title

    def load(self) -> Loaded:
        kept = network_of(self.digest)
        own = loaded(kept.network, None, Provenance(self.cell, True))
        return own._replace(reads=Tokens(kept.vocabulary)) if isinstance(own.reads, Tokens) else own


Model = Shipped | Untrained | Given


@computed
def load(model: Model) -> Loaded:
    """What a model is, loaded once for all who ask: it must not be changed."""
    return model.load()


def loaded(network: Network, learnt: Task | None, provenance: Provenance) -> Loaded:
    """A network with what is known of its input and its answers; ``learnt``: its task, if it has one."""
    if network.embedding is not None:
        reads: Tokens | Channels = Tokens(learnt.vocabulary if learnt else None)
    else:
        names = learnt.channels if learnt else tuple(f"x{k + 1}" for k in range(network.input_size))
        reads = Channels(names)
    answers = None
    if network.readout is not None:
        count = network.readout.out_features
        labels = learnt.labels if learnt else tuple(f"#{k + 1}" for k in range(count))
        classes = count > 1 if learnt is None else learnt.inputs == "tokens"
        answers = Answers("classes" if classes else "numbers", network.read_at, labels)
    return Loaded(network, reads, answers, learnt, provenance)


def with_structure(model: Model, **changes: object) -> Model:
    """Another model of the same family: shipped where there is one of that structure, else untrained.

    ``changes``: fields of Untrained, ``units`` (a size as a number), ``trained`` (whether to look for a shipped one; as
    the model is, unless given) and names of OPTIONS. Raises Refused for what no network can be, and for a network that
    was given, which has no family.
    """
    if not model.structured:
        raise Refused("This network was brought as it is; nothing in it can be chosen anew.")
    trained = changes.pop("trained", isinstance(model, Shipped))
    options = {name: changes.pop(name) for name in list(changes) if name in OPTIONS}
    if "units" in changes:
        changes["size"] = str(changes.pop("units"))
    base = model if isinstance(model, Untrained) else _untrained(model.structure)
    if changes.get("task", base.task) != base.task:
        changes = {"distance": 0} | changes
    wanted = replace(base, **changes)
    wanted = wanted.with_options(**options) if options else wanted
    fixed = {*changes, *({"start"} if "recurrent" in options else ())}
    name = catalogue.find(wanted.structure, fixed) if trained else None
    return Shipped(name) if name else wanted


def _untrained(structure: Structure) -> Untrained:
    start = () if structure.start == "default" else (("recurrent", structure.start),)
    values = {name: value for name, value in structure._asdict().items() if name != "start"}
    return Untrained(**values, options=start)
