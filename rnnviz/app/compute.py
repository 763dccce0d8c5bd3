"""The only cache: what hangs on a visitor's choices is computed once for all who choose the same.

Results are shared by all threads, so nobody may change them. What was not asked for in a long time is dropped when all
results together outgrow ``MOST_BYTES``.
"""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

import numpy as np
from torch import Tensor, nn

from rnnviz.trace import Signal

P, T = ParamSpec("P"), TypeVar("T")
MOST_BYTES = 400_000_000
_SMALL = 200  # bytes of what is not an array


class Store:
    """Results by what was asked for, bounded in bytes. Threads that ask for the same wait for the first of them."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most, self.bytes = most, 0
        self._results: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._computing: dict[Hashable, threading.RLock] = {}
        self._guard = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The result that is kept, or that of ``compute``. An exception is not kept."""
        with self._guard:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key][0]
            lock = self._computing.setdefault(key, threading.RLock())
        with lock:
            with self._guard:
                if key in self._results:
                    return self._results[key][0]
            try:
                return self.keep(key, compute())
            finally:
                with self._guard:
                    self._computing.pop(key, None)

    def keep(self, key: Hashable, result: T) -> T:
        size = size_of(result)
        with self._guard:
            self.bytes += size - self._results.pop(key, (None, 0))[1]
            self._results[key] = result, size
            while self.bytes > self.most and len(self._results) > 1:
                self.bytes -= self._results.popitem(last=False)[1][1]
        return result

    def held(self, key: Hashable) -> object | None:
        """What is kept, None if nothing is."""
        with self._guard:
            if key not in self._results:
                return None
            self._results.move_to_end(key)
            return self._results[key][0]


STORE = Store()


def computed(function: Callable[P, T]) -> Callable[P, T]:
    """Keep what ``function`` returns for its arguments, which must be hashable."""

    @wraps(function)
    def ask(*args: P.args, **kwargs: P.kwargs) -> T:
        key = (function.__module__, function.__qualname__, args, tuple(sorted(kwargs.items())))
        return STORE.get(key, lambda: function(*args, **kwargs))

    return ask


def size_of(value: object) -> int:
    """About how many bytes a result holds: its arrays, wherever in it they are."""
    match value:
        case np.ndarray():
            return value.nbytes + _SMALL
        case Tensor():
            return value.nbytes + _SMALL
        case Signal():
            return value.values.nbytes + _SMALL
        case nn.Module():
            return sum(map(size_of, (*value.parameters(), *value.buffers())))
        case bytes() | str():
            return sys.getsizeof(value)
        case dict():
            return _SMALL + sum(map(size_of, value.values()))
        case tuple() | list():
            return _SMALL + sum(map(size_of, value))
    own = getattr(value, "__dict__", None)
    return _SMALL + (sum(map(size_of, own.values())) if own else 0)
