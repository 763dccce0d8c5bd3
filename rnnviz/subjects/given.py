"""Networks and sequences that were brought to this process, kept by what they are: a digest of their numbers.

What Python brings is there for all who ask this process. What a visitor of the app brings has an ``owner``, their
session, and is there for no other: whoever else has its digest is refused as if it had never been here.
"""

from __future__ import annotations

import copy
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from torch import Tensor, nn

from rnnviz.compute import STORE, size_of
from rnnviz.network import Network
from rnnviz.refusals import Note, Refused
from rnnviz.subjects.limits import MOST_KEPT, MOST_KEPT_BYTES
from rnnviz.subjects.own_vocabulary import OwnVocabulary
from rnnviz.torch_modules import as_network

T = TypeVar("T")
Owner = str | None  # None: everyone in this process


class GivenNetwork(NamedTuple):
    """``title``: what it is called beside its cell, such as its place in a file. ``notes``: what its reader should know
    of how it was read."""

    network: Network
    title: str = ""
    vocabulary: OwnVocabulary | None = None
    notes: tuple[Note, ...] = ()


class GivenSequence(NamedTuple):
    """``x``: vectors (T, 1, I) or token ids (T, 1). ``tokens``: the text under the time axis, () for none."""

    x: Tensor
    tokens: tuple[str, ...] = ()


class _Kept(Generic[T]):
    """Values by digest. Of each owner the recent ones, ``MOST_KEPT`` and for a visitor ``MOST_KEPT_BYTES`` at most."""

    def __init__(self, refusal: Refused) -> None:
        self.refusal = refusal
        self._values: dict[str, T] = {}
        self._sizes: dict[Owner, OrderedDict[str, int]] = {}
        self._guard = threading.RLock()

    def keep(self, digest: str, value: T, owner: Owner) -> str:
        with self._guard:
            own = self._sizes.setdefault(owner, OrderedDict())
            self._values[digest], own[digest] = value, size_of(value)
            own.move_to_end(digest)
            while len(own) > MOST_KEPT or (owner and len(own) > 1 and sum(own.values()) > MOST_KEPT_BYTES):
                self._let_go(owner, next(iter(own)))
        return digest

    def refuse_others(self, digest: str) -> None:
        """Raise Refused where it is not here, or not for the one who asks."""
        with self._guard:
            own = [sizes for owner in (None, _who()) if digest in (sizes := self._sizes.get(owner, OrderedDict()))]
            if not own:
                raise Refused(self.refusal.message)
            own[0].move_to_end(digest)

    def get(self, digest: str) -> T:
        with self._guard:
            if digest not in self._values:
                raise Refused(self.refusal.message)
            return self._values[digest]

    def release(self, owner: Owner) -> None:
        """Let go of all that an owner brought, and of what was computed from it."""
        with self._guard:
            for digest in list(self._sizes.get(owner, ())):
                self._let_go(owner, digest)
            self._sizes.pop(owner, None)

    def _let_go(self, owner: Owner, digest: str) -> None:
        del self._sizes[owner][digest]
        if not any(digest in own for own in self._sizes.values()):
            del self._values[digest]
            STORE.forget(digest)


_NETWORKS: _Kept[GivenNetwork] = _Kept(
    Refused(
        "The network of this link is not here: a network that was brought is there for its own visitor alone, until "
        "they leave. Bring it again."
    )
)
_VECTORS: _Kept[GivenSequence] = _Kept(
    Refused(
        "The sequence of this link is not here: a sequence that was brought is there for its own visitor alone, until "
        "they leave. Bring it again."
    )
)
_who: Callable[[], Owner] = lambda: None  # noqa: E731  replaced by the app


def tell_owners_by(who: Callable[[], Owner]) -> None:
    """``who``: for which owner the present thread runs, None for none."""
    global _who
    _who = who


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
    for name, value in own.state_dict().items():
        digest.update(name.encode())
        digest.update(str(value.dtype).encode())
        digest.update(value.detach().contiguous().numpy().tobytes())
    return _NETWORKS.keep(digest.hexdigest()[:16], GivenNetwork(own, title, vocabulary, notes), owner)


def keep_vectors(x: Tensor, tokens: tuple[str, ...] = (), owner: Owner = None) -> str:
    """Keep a copy of an input: vectors (T, 1, I) or token ids (T, 1); returns its digest."""
    own = x.detach().clone().contiguous()
    told = f"{own.dtype} {tuple(own.shape)} {tokens or ''}".encode()
    digest = hashlib.sha256(told + own.numpy().tobytes())
    return _VECTORS.keep(digest.hexdigest()[:16], GivenSequence(own, tokens), owner)


def network_of(digest: str) -> GivenNetwork:
    return _NETWORKS.get(digest)


def vectors_of(digest: str) -> GivenSequence:
    return _VECTORS.get(digest)


def refuse_networks_of_others(digest: str) -> None:
    _NETWORKS.refuse_others(digest)


def refuse_vectors_of_others(digest: str) -> None:
    _VECTORS.refuse_others(digest)


def release(owner: Owner) -> None:
    """Let go of all that an owner brought."""
    for kept in (_NETWORKS, _VECTORS):
        kept.release(owner)
