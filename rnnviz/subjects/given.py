"""Networks, sequences and runs of training that this process was brought or made, kept by what they are: a digest.

What Python brings is there for all who ask this process. What a visitor of the app brings has an ``owner``, their
session, and is there for no other: whoever else has its digest is refused as if it had never been here.
"""

from __future__ import annotations

import copy
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import NamedTuple

from torch import Tensor, nn

from rnnviz.network import Network
from rnnviz.refusals import Note, Refused
from rnnviz.subjects import shipped_runs
from rnnviz.subjects.kept import Kept, Owner
from rnnviz.subjects.own_vocabulary import OwnVocabulary
from rnnviz.tasks import Characters, OwnSeries, Task
from rnnviz.torch_modules import as_network
from rnnviz.training import Recipe, Run, Snapshot, Training
from rnnviz.watching import Log


class GivenNetwork(NamedTuple):
    """``title``: what it is called beside its cell, such as its place in a file. ``notes``: what its reader should know
    of how it was read."""

    network: Network
    title: str = ""
    vocabulary: OwnVocabulary | None = None
    notes: tuple[Note, ...] = ()


class GivenSequence(NamedTuple):
    """``x``: vectors (T, 1, I) or token ids (T, 1). ``tokens``: the text under the time axis, () for none. ``file``:
    the name of the one that it came in, "" for what was typed or came from Python."""

    x: Tensor
    tokens: tuple[str, ...] = ()
    file: str = ""


_NETWORKS: Kept[GivenNetwork] = Kept(
    Refused(
        "The network of this link is not here: a network that was brought is there for its own visitor alone, until "
        "they leave or many others come. Bring it again."
    )
)
_VECTORS: Kept[GivenSequence] = Kept(
    Refused(
        "The sequence of this link is not here: a sequence that was brought is there for its own visitor alone, until "
        "they leave or many others come. Bring it again."
    )
)
_RUNS: Kept[Run] = Kept(
    Refused(
        "The training run of this link is not here: a run is there for its own visitor alone, until they leave or many "
        "others come. Train it again: from the same seed it comes out the same."
    )
)
_LOGS: Kept[Log] = Kept(_RUNS.refusal)
_SERIES: Kept[OwnSeries] = Kept(
    Refused(
        "The series of this link is not here: a series that was brought is there for its own visitor alone, until they "
        "leave or many others come. Bring it again."
    )
)
_TEXTS: Kept[tuple[Characters, str]] = Kept(
    Refused(
        "The text of this link is not here: a text that was brought is there for its own visitor alone, until they "
        "leave or many others come. Bring it again."
    )
)
_CORPORA: Kept[tuple[tuple[str, str], ...]] = Kept(
    Refused(
        "The sentences of this link are not here: sentences that were brought are there for their own visitor alone, "
        "until they leave or many others come. Bring them again."
    )
)
_FILES: Kept[object] = Kept(Refused("This file is not here any more. Bring it again."))


def keep_network(
    model: nn.Module,
    title: str = "",
    vocabulary: OwnVocabulary | None = None,
    owner: Owner = None,
    notes: tuple[Note, ...] = (),
) -> str:
    """Keep a copy of a Network or of a torch.nn.RNN, LSTM or GRU; returns its digest. Errors as ``as_network``."""
    own = copy.deepcopy(as_network(model)).eval()
    digest = hashlib.sha256(repr((sorted(own.structure.items()), title, vocabulary, *notes)).encode())
    _add(digest, own.state_dict())
    return _NETWORKS.keep(digest.hexdigest()[:16], GivenNetwork(own, title, vocabulary, notes), owner)


def _add(digest: hashlib._Hash, weights: Mapping[str, Tensor]) -> None:
    for name, value in weights.items():
        digest.update(name.encode())
        digest.update(str(value.dtype).encode())
        digest.update(value.detach().contiguous().numpy().tobytes())


def keep_run(training: Training, owner: Owner = None) -> str:
    """Keep the snapshots of a run, as ``keep_snapshots``. A run without a snapshot takes one."""
    first = training.snapshots[0] if training.snapshots else training.take()
    return keep_snapshots(training.network_at(first), training.task, training.recipe, training.snapshots, owner)


def keep_snapshots(
    network: Network,
    task: Task | None,
    recipe: Recipe,
    snapshots: Sequence[Snapshot],
    owner: Owner = None,
    title: str = "",
) -> str:
    """Keep the snapshots of a run, at least one, beside those that are kept of it already; returns the digest of what
    decides all of it: its network's structure, task and recipe, and the weights of the first snapshot; and of a run
    that went on by another recipe, where it did."""
    first = snapshots[0]
    turns = [(one.update, one.recipe) for one, after in pairwise(snapshots) if one.recipe != after.recipe]
    name, made = (title, {}) if task is None else (task.name, vars(task))
    options = sorted((name, value) for name, value in made.items() if isinstance(value, (int, str)))
    told = (sorted(network.structure.items()), name, options, recipe, first.update, *turns)
    digest = hashlib.sha256(repr(told).encode() + first.generator.numpy().tobytes())
    _add(digest, first.weights)
    word, all_of_them = digest.hexdigest()[:16], {snapshot.update: snapshot for snapshot in snapshots}
    with suppress(Refused):
        all_of_them = _RUNS.get(word).snapshots | all_of_them
    kept = Run(network, task, recipe.seed or 0, dict(sorted(all_of_them.items())), title=title)
    return _RUNS.keep(word, kept, owner)


def keep_log(run: str, log: Log, owner: Owner = None) -> None:
    """Keep what a watched loop told of the run that is kept under this digest."""
    _LOGS.keep(run, log, owner)


def keep_vectors(x: Tensor, tokens: tuple[str, ...] = (), owner: Owner = None, file: str = "") -> str:
    """Keep a copy of an input, as ``GivenSequence`` has it; returns its digest."""
    own = x.detach().clone().contiguous()
    told = f"{own.dtype} {tuple(own.shape)} {tokens or ''}{file}".encode(errors="surrogatepass")
    digest = hashlib.sha256(told + own.numpy().tobytes())
    return _VECTORS.keep(digest.hexdigest()[:16], GivenSequence(own, tokens, file), owner)


def keep_series(series: OwnSeries, owner: Owner = None) -> str:
    """Keep a series to forecast; returns its digest."""
    return _SERIES.keep(series.digest, series, owner)


def keep_text(text: Characters, owner: Owner = None) -> str:
    """Keep a text to learn to write from; returns its digest."""
    return _TEXTS.keep(text.digest, (text, text.text), owner)  # the second tells how large it is


def keep_corpus(lines: tuple[tuple[str, str], ...], owner: Owner = None) -> str:
    """Keep sentences, each with its label or "", to search among; returns their digest."""
    digest = hashlib.sha256(repr(lines).encode(errors="surrogatepass"))
    return _CORPORA.keep(digest.hexdigest()[:16], lines, owner)


def network_of(digest: str) -> GivenNetwork:
    return _NETWORKS.get(digest)


def vectors_of(digest: str) -> GivenSequence:
    return _VECTORS.get(digest)


def run_of(digest: str) -> Run:
    """The run that is kept under this digest, or the shipped one of this name."""
    return shipped_runs.run(digest) if shipped_runs.has(digest) else _RUNS.get(digest)


def log_of(run: str) -> Log | None:
    """Of a run of somebody's own loop, what was seen while it went on; None of any other."""
    with suppress(Refused):
        return _LOGS.get(run)
    return None


def series_of(digest: str) -> OwnSeries:
    return _SERIES.get(digest)


def text_of(digest: str) -> Characters:
    return _TEXTS.get(digest)[0]


def corpus_of(digest: str) -> tuple[tuple[str, str], ...]:
    return _CORPORA.get(digest)


def keep_file(content: object, owner: Owner) -> str:
    """Keep what was read from a file; returns a secret word for it."""
    return _FILES.keep(secrets.token_hex(8), content, owner)


def file_of(word: str) -> object:
    return _FILES.get(word)


def refuse_networks_of_others(digest: str) -> None:
    _NETWORKS.refuse_others(digest)


def refuse_vectors_of_others(digest: str) -> None:
    _VECTORS.refuse_others(digest)


def refuse_series_of_others(digest: str) -> None:
    _SERIES.refuse_others(digest)


def refuse_texts_of_others(digest: str) -> None:
    _TEXTS.refuse_others(digest)


def refuse_corpora_of_others(digest: str) -> None:
    _CORPORA.refuse_others(digest)


def refuse_runs_of_others(digest: str) -> None:
    if not shipped_runs.has(digest):
        _RUNS.refuse_others(digest)


def release(owner: Owner) -> None:
    """Let go of all that an owner brought."""
    for kept in (_NETWORKS, _VECTORS, _RUNS, _LOGS, _SERIES, _TEXTS, _CORPORA, _FILES):
        kept.release(owner)
