"""Where a network comes from: shipped with the project, drawn untrained, given from Python, or trained here.

Each is frozen, hashable and without tensors, so that it is a key of what is computed and a part of an address.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import ClassVar, Self

import torch

from rnnviz import checkpoints
from rnnviz.cells import CELLS
from rnnviz.checkpoints import Card
from rnnviz.compute import computed
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.network import Network
from rnnviz.refusals import Refused, refuse_outside, refuse_unknown
from rnnviz.subjects import catalogue, fresh, shipped_runs
from rnnviz.subjects.catalogue import Structure
from rnnviz.subjects.given import network_of, refuse_networks_of_others, refuse_runs_of_others, run_of
from rnnviz.subjects.limits import MAX_CHANNELS, MAX_LAYERS, refuse_seed
from rnnviz.subjects.loaded import Loaded, Provenance, Tokens, loaded
from rnnviz.subjects.options import refuse_option, takes
from rnnviz.subjects.series import series_for, task_of
from rnnviz.subjects.sizes import refuse_state, task, units_of
from rnnviz.tasks import TASKS, TRANSLATIONS, EchoFuture, Task

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
                "No network called {name} is shipped with this version. Nearest to it are: {choices}.",
                name=str(self.name)[:60],
                choices=", ".join(get_close_matches(str(self.name)[:60], catalogue.cards(), cutoff=0)),
            )

    @property
    def structure(self) -> Structure:
        return catalogue.structure_of(catalogue.cards()[self.name])

    @property
    def cell(self) -> str:
        return self.structure.cell

    def load(self) -> Loaded:
        card = catalogue.cards()[self.name]
        learnt = task(card.task, **card.options)
        if card.vocabulary != checkpoints.fingerprint(learnt):
            raise RuntimeError(f"{self.name} was trained on another vocabulary; run `make models`")
        network = checkpoints.load(checkpoints.MODELS / self.name)
        return loaded(network, learnt, Provenance(self.name, True, card.seed, card))


@dataclass(frozen=True)
class Untrained:
    """A network as it is before training. Everything random hangs on ``seed``.

    ``task``: whose tokens it reads and whose answers it would give; "" for vectors of CHANNELS numbers and no answers,
    in float64, so that only what is beyond 1e308 counts as exploded. ``size``: a row of SIZES or a number of hidden
    units. ``distance``: how far ahead "echo_future" looks. ``series``: which one "forecast" is about. ``attention``:
    whether an encoder-decoder has it, which a task in TRANSLATIONS asks for. ``options``: pairs (name, value) of
    OPTIONS; one that the cell does not take is left out, so that equal networks are equal models.
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
    series: str = ""
    attention: bool = False
    options: tuple[tuple[str, object], ...] = ()

    def __post_init__(self) -> None:
        refuse_unknown("cell", self.cell, CELLS)
        refuse_unknown("task", self.task, ["", *TASKS, *TRANSLATIONS])
        refuse_unknown("directions", self.directions, DIRECTIONS)
        refuse_seed(self.seed)
        refuse_outside("layers", self.layers, 1, MAX_LAYERS)
        refuse_outside("channels", self.channels, 1, MAX_CHANNELS)
        refuse_unknown("attention", self.attention, (False, True))
        if self.task in TRANSLATIONS:
            fresh.refuse_parts(self.cell, self.layers, self.directions)
        units_of(self.cell, self.size, self.task)
        far = EchoFuture.usual if self.distance == 0 else self.distance
        if self.task == FAR:
            refuse_outside("distance", far, 1, EchoFuture.farthest)
        series = series_for(self.task, self.series)
        for name, value in self.options:
            refuse_option(name, value)
        options = dict(self.options)
        if options.get("bias") is False:
            options.pop("forget_bias", None)
            options.pop("memory_span", None)
        if "memory_span" in options:  # both set the same bias
            options.pop("forget_bias", None)
        own = tuple(sorted(option for option in options.items() if takes(self.cell, option[0])))
        refuse_state(self.cell, units_of(self.cell, self.size, self.task), dict(own))
        object.__setattr__(self, "options", own)
        object.__setattr__(self, "distance", far if self.task == FAR else 0)
        object.__setattr__(self, "series", series)
        object.__setattr__(self, "attention", self.attention and self.task in TRANSLATIONS)
        object.__setattr__(self, "channels", CHANNELS if self.task else self.channels)

    @property
    def structure(self) -> Structure:
        start = dict(self.options).get("recurrent", "default")
        built = (self.task, self.cell, self.size, self.layers, self.directions)
        return Structure(*built, self.distance, start, self.seed, self.series)

    def with_options(self, **options: object) -> Self:
        return replace(self, options=tuple((dict(self.options) | options).items()))

    def network(self, seed: int | None = None) -> Network | EncoderDecoder:
        """Drawn anew; ``seed``: another one than its own."""
        learnt = task_of(self.task, self.distance, self.series)
        return fresh.drawn(self, learnt, self.seed if seed is None else seed)

    def load(self) -> Loaded:
        learnt = task_of(self.task, self.distance, self.series)
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


@dataclass(frozen=True)
class Trained:
    """A network as it was after ``update`` updates of a run of training: of one that this process keeps (``keep_run``),
    or of a shipped one, by its name. Of the latter another part can be chosen, as of the network that it ends with."""

    run: str
    update: int

    def __post_init__(self) -> None:
        refuse_runs_of_others(self.run)
        refuse_unknown("update", self.update, self.updates)

    @property
    def shipped(self) -> bool:
        return self.run in shipped_runs.names()

    structured = shipped

    @property
    def structure(self) -> Structure:
        """Of a shipped run: that of the network that it ends with."""
        return Shipped(self.run).structure

    @property
    def updates(self) -> tuple[int, ...]:
        """All updates of the run at which it can be seen."""
        return tuple(run_of(self.run).snapshots)

    def at(self, update: int) -> Self:
        """The same run after so many updates, or at the last snapshot before that."""
        return replace(self, update=max((own for own in self.updates if own <= update), default=self.updates[0]))

    @property
    def cell(self) -> str:
        return run_of(self.run).network.cell

    @property
    def title(self) -> str:
        return run_of(self.run).title

    @property
    def task(self) -> Task | None:
        """None of a run of somebody's own loop."""
        return run_of(self.run).task

    def load(self) -> Loaded:
        kept = run_of(self.run)
        network = copy.deepcopy(kept.network)
        network.load_state_dict(kept.snapshots[self.update].weights)
        seed = None if kept.task is None else kept.seed
        return loaded(network, kept.task, Provenance(self.cell, True, seed, self._card()))

    def _card(self) -> Card | None:
        """Of a shipped run: what the network's card would say, had its training ended here."""
        if not self.shipped:
            return None
        accuracy = round(run_of(self.run).snapshots[self.update].accuracy, 4)
        untested = {"subsets": {}, "test_answers": 0, "test_accuracy": None, "test_subsets": {}}
        return replace(catalogue.cards()[self.run], updates=self.update, held_out_accuracy=accuracy, **untested)


Model = Shipped | Untrained | Given | Trained


@computed
@torch.inference_mode(False)  # who asks next may want gradients
def load(model: Model) -> Loaded:
    """What a model is, loaded once for all who ask: it must not be changed."""
    return model.load()
