"""What a process keeps for those who brought it: by its digest, each with its owners, within limits."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar

from rnnviz.compute import STORE, size_of
from rnnviz.refusals import Refused
from rnnviz.subjects.limits import MOST_KEPT, MOST_KEPT_BYTES, MOST_OF_ALL_BYTES

T = TypeVar("T")
Owner = str | None  # None: everyone in this process

_who: Callable[[], Owner] = lambda: None  # noqa: E731  replaced by the app


_FOR: ContextVar[Owner] = ContextVar("for", default=None)


@contextmanager
def on_behalf_of(owner: Owner) -> Iterator[None]:
    """Within, a thread that is no visitor's own finds what ``owner`` brought."""
    token = _FOR.set(owner)
    try:
        yield
    finally:
        _FOR.reset(token)


def tell_owners_by(who: Callable[[], Owner]) -> None:
    """``who``: for which owner the present thread runs, None for none."""
    global _who
    _who = who


class Kept(Generic[T]):
    """Values by digest. Of each owner the recently used ones, ``MOST_KEPT`` and for a visitor ``MOST_KEPT_BYTES`` at
    most; of all visitors together ``MOST_OF_ALL_BYTES``."""

    def __init__(self, refusal: Refused) -> None:
        self.refusal = refusal
        self._values: dict[str, T] = {}
        self._sizes: OrderedDict[tuple[Owner, str], int] = OrderedDict()  # in bytes; what was used last stands last
        self._guard = threading.RLock()

    def keep(self, digest: str, value: T, owner: Owner) -> str:
        with self._guard:
            self._values[digest], self._sizes[owner, digest] = value, size_of(value)
            self._sizes.move_to_end((owner, digest))
            own = [key for key in self._sizes if key[0] == owner]
            brought = [key for key in self._sizes if key[0] is not None]
            self._shorten(own, MOST_KEPT_BYTES if owner else math.inf, MOST_KEPT)
            self._shorten(brought if owner else [], MOST_OF_ALL_BYTES)
        return digest

    def _shorten(self, keys: list[tuple[Owner, str]], most: float, count: float = math.inf) -> None:
        """Let go of the first of ``keys`` while they hold more, but never of the last."""
        held = sum(self._sizes.get(key, 0) for key in keys)
        for place, key in enumerate(keys[:-1]):
            if held > most or len(keys) - place > count:
                held -= self._sizes.get(key, 0)
                self._let_go(key)

    def refuse_others(self, digest: str) -> None:
        """Raise Refused where it is not here, or not for the one who asks."""
        with self._guard:
            own = [key for owner in (None, _FOR.get(), _who()) if (key := (owner, digest)) in self._sizes]
            if not own:
                raise Refused(self.refusal.message)
            self._sizes.move_to_end(own[0])

    def get(self, digest: str) -> T:
        with self._guard:
            if digest not in self._values:
                raise Refused(self.refusal.message)
            return self._values[digest]

    def release(self, owner: Owner) -> None:
        """Let go of all that an owner brought, and of what was computed from it."""
        with self._guard:
            for key in [key for key in self._sizes if key[0] == owner]:
                self._let_go(key)

    def _let_go(self, key: tuple[Owner, str]) -> None:
        if self._sizes.pop(key, None) is not None and not any(digest == key[1] for _owner, digest in self._sizes):
            del self._values[key[1]]
            STORE.forget(key[1])
