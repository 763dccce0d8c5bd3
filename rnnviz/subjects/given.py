"""Networks and sequences that were brought to this process, kept by what they are: a digest of their numbers."""

from __future__ import annotations

import copy
import hashlib
import threading
from collections import OrderedDict
from typing import Generic, TypeVar

from torch import Tensor, nn

from rnnviz.network import Network
from rnnviz.refusals import Refused
from rnnviz.torch_modules import as_network

T = TypeVar("T")
MOST = 64  # of each kind; who brings more loses the ones that were not used for longest


class _Kept(Generic[T]):
    """The ``MOST`` recent ones by digest."""

    def __init__(self, refusal: str) -> None:
        self.refusal = refusal
        self._values: OrderedDict[str, T] = OrderedDict()
        self._guard = threading.Lock()

    def keep(self, digest: str, value: T) -> str:
        with self._guard:
            self._values[digest] = value
            self._values.move_to_end(digest)
            while len(self._values) > MOST:
                self._values.popitem(last=False)
        return digest

    def get(self, digest: str) -> T:
        with self._guard:
            if digest not in self._values:
                raise Refused(self.refusal)
            self._values.move_to_end(digest)
            return self._values[digest]


_NETWORKS: _Kept[Network] = _Kept("The network of this link is not on this server any more. Bring it again.")
_VECTORS: _Kept[Tensor] = _Kept("The sequence of this link is not on this server any more. Bring it again.")


def keep_network(model: nn.Module) -> str:
    """Keep a copy of a Network or of a torch.nn.RNN, LSTM or GRU; returns its digest. Errors as ``as_network``."""
    own = copy.deepcopy(as_network(model)).eval()
    digest = hashlib.sha256(repr(sorted(own.structure.items())).encode())
    for name, value in own.state_dict().items():
        digest.update(name.encode())
        digest.update(str(value.dtype).encode())
        digest.update(value.detach().contiguous().numpy().tobytes())
    return _NETWORKS.keep(digest.hexdigest()[:16], own)


def keep_vectors(x: Tensor) -> str:
    """Keep a copy of an input: vectors (T, 1, I) or token ids (T, 1); returns its digest."""
    own = x.detach().clone().contiguous()
    digest = hashlib.sha256(f"{own.dtype} {tuple(own.shape)}".encode() + own.numpy().tobytes())
    return _VECTORS.keep(digest.hexdigest()[:16], own)


def network_of(digest: str) -> Network:
    return _NETWORKS.get(digest)


def vectors_of(digest: str) -> Tensor:
    return _VECTORS.get(digest)
