"""A file that a visitor brought, and the subject that follows from what they chose of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor

from rnnviz import files
from rnnviz.files.inventory import Fitting, Inventory, Recurrence
from rnnviz.network import Readout
from rnnviz.refusals import Refused
from rnnviz.subjects import Given
from rnnviz.subjects.given import keep_network, keep_vectors
from rnnviz.subjects.kept import Owner
from rnnviz.subjects.limits import MAX_FILE_MB, MAX_STEPS, MAX_WEIGHTS
from rnnviz.subjects.loaded import Loaded
from rnnviz.subjects.own_vocabulary import OwnVocabulary
from rnnviz.subjects.sequences import Vectors

ROOM = 4  # times its own size that a file may unpack to
ACTIVATIONS = ("tanh", "relu")


@dataclass(frozen=True, eq=False)
class Brought:
    """``at``: which of the file's modules is looked at. ``embedding``, ``head``, ``readout``, ``nonlinearity``: as
    ``rnnviz.load`` takes them; None for what the file tells, or for nothing where it is in doubt. ``vocabulary_file``:
    the name of the file that the ``vocabulary`` came in."""

    inventory: Inventory
    at: str
    embedding: str | None = None
    head: str | None = None
    readout: Readout | None = None
    nonlinearity: str | None = None
    vocabulary: OwnVocabulary | None = None
    vocabulary_file: str = ""

    @property
    def module(self) -> Recurrence:
        return self.inventory.modules[self.at]

    @property
    def title(self) -> str:
        """What the network is called beside its cell."""
        return f"{self.at} · {self.inventory.file}" if self.at else self.inventory.file

    def model(self, owner: Owner) -> Given:
        """The network as it is chosen, kept for ``owner``. Raises Refused for what cannot be put together."""
        module, file = self.module, self.inventory.file
        if self.nonlinearity is not None:
            module = replace(module, structure={**module.structure, "nonlinearity": self.nonlinearity})
        embedding = module.embeddings.chosen(file, self.at, self.embedding or _told(module.embeddings))
        head = module.heads.chosen(file, self.at, self.head or _told(module.heads))
        network = module.built(embedding, head, self.readout)
        return Given(keep_network(network, self.title, self._words(embedding), owner))

    def _words(self, embedding: Tensor | None) -> OwnVocabulary | None:
        if self.vocabulary is None or embedding is None:
            return None
        if len(self.vocabulary) > len(embedding):
            raise Refused(
                "This vocabulary has {count} tokens, the embedding has rows for {rows}. Choose the one that the "
                "network was trained with.",
                count=f"{len(self.vocabulary):,}",
                rows=f"{len(embedding):,}",
            )
        return self.vocabulary


def _told(fitting: Fitting) -> str | bool:
    return fitting.sure or False


def refuse_large(size: int, name: str) -> None:
    """``size``: of a file called ``name``, in bytes."""
    if size > MAX_FILE_MB * 2**20:
        raise Refused("{file} is larger than {most} MB. Save the recurrent part alone.", file=name, most=MAX_FILE_MB)


def opened(data: bytes, name: str) -> Brought:
    """What stands in a file. Raises Refused for one that cannot be read, or that is more than a server takes."""
    refuse_large(len(data), name)
    try:
        inventory = files.inspect(data, limit=ROOM * MAX_FILE_MB * 2**20, name=name)
    except ModuleNotFoundError as missing:
        raise Refused(
            "This server cannot read such a file: it has not installed {package}. Bring safetensors or a state dict.",
            package=missing.name,
        ) from missing
    if not inventory.modules:
        raise next(iter(inventory.refused.values()))
    for at, module in inventory.modules.items():
        count = weights_of(module)
        if count > MAX_WEIGHTS:
            raise Refused(
                "{module} of {file} has {count} weights; up to {most} are shown. Choose a smaller model.",
                module=at or "The module",
                file=name,
                count=f"{count:,}",
                most=f"{MAX_WEIGHTS:,}",
            )
    return Brought(inventory, max(inventory.modules, key=lambda at: weights_of(inventory.modules[at])))


def weights_of(module: Recurrence) -> int:
    return sum(value.numel() for values in module.weights for value in values.values() if value is not None)


def sequence_of(values: Tensor, loaded: Loaded, owner: Owner, file: str = "") -> Vectors:
    """Numbers as what the network reads, kept for ``owner``. ``values``: token ids (T,), or (T, I), from a ``file``.

    Raises Refused for numbers that it cannot read.
    """
    network = loaded.network
    if network.embedding is not None:
        most = network.embedding.num_embeddings - 1
        whole = not values.is_floating_point() and (values.ndim == 1 or 1 in values.shape)
        if not whole or not 0 <= int(values.min()) <= int(values.max()) <= most:
            raise Refused("This network reads token ids, whole numbers from 0 to {most}.", most=f"{most:,}")
        values = values.reshape(-1, 1)
    else:
        width = network.input_size
        rows = values if values.ndim == 2 else values.reshape(-1, 1) if width == 1 else values.reshape(1, -1)
        if rows.shape[1] != width:
            raise Refused(
                "This sequence has {count} numbers per step, the network reads {wanted}. Choose another sequence.",
                count=rows.shape[1],
                wanted=width,
            )
        values = rows.unsqueeze(1).to(next(network.parameters()).dtype)
    if len(values) > MAX_STEPS:
        raise Refused(
            "This sequence has {count} steps, the limit is {most}. Shorten it.",
            count=f"{len(values):,}",
            most=f"{MAX_STEPS:,}",
        )
    return Vectors(keep_vectors(values, owner=owner, file=file))
