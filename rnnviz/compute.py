"""The only cache: what is computed once for all who ask for the same, whichever thread they ask in.

Results are shared, so nobody may change them. ``once`` keeps them for good, ``computed`` until they were not asked for
in a long time and all of those together outgrow ``MOST_BYTES``. ``functools.cache`` would compute as often as threads
ask at the same time, and Streamlit's caches can be emptied by any client.
"""

from __future__ import annotations

import math
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

P, T = ParamSpec("P"), TypeVar("T")
MOST_BYTES = 400_000_000
_SMALL = 200  # bytes of what is not an array


class Store:
    """Results by what was asked for, bounded in bytes. Threads that ask for the same wait for the first of them, those
    that ask for something else do not."""

    def __init__(self, most: float = MOST_BYTES) -> None:
        self.most, self.bytes = most, 0
        self._results: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._computing: dict[Hashable, threading.RLock] = {}
        self._guard = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The result that is kept, or that of ``compute``. An exception is not kept: it goes to the thread that met it,
        and the next one tries again."""
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
        size = size_of(result) if self.most < math.inf else 0
        with self._guard:
            self.bytes += size - self._results.pop(key, (None, 0))[1]
            self._results[key] = result, size
            while self.bytes > self.most and len(self._results) > 1:
                self.bytes -= self._results.popitem(last=False)[1][1]
        return result

    def forget(self, word: str) -> None:
        """Let go of every result that was asked for by something in which ``word`` stands."""
        with self._guard:
            for key in [key for key in self._results if word in repr(key)]:
                self.bytes -= self._results.pop(key)[1]

    def held(self, key: Hashable) -> object | None:
        """What is kept, None if nothing is."""
        with self._guard:
            if key not in self._results:
                return None
            self._results.move_to_end(key)
            return self._results[key][0]


STORE, FOR_GOOD = Store(), Store(math.inf)


def computed(function: Callable[P, T]) -> Callable[P, T]:
    """Keep what ``function`` returns for its arguments, which must be hashable, as long as there is room."""
    return _asking(function, lambda: STORE)


def once(function: Callable[P, T]) -> Callable[P, T]:
    """The same for good: of constants of a process, of which there are only so many, shipped networks, tasks, and what
    is measured on them."""
    return _asking(function, lambda: FOR_GOOD)


def _asking(function: Callable[P, T], store: Callable[[], Store]) -> Callable[P, T]:
    @wraps(function)
    def ask(*args: P.args, **kwargs: P.kwargs) -> T:
        return store().get((ask, args, tuple(sorted(kwargs.items()))), lambda: function(*args, **kwargs))

    return ask


def size_of(value: object) -> int:
    """About how many bytes a result holds: its arrays, wherever in it they are."""
    match value:
        case bytes() | str():
            return sys.getsizeof(value)
        case dict():
            return _SMALL + sum(map(size_of, value.values()))
        case tuple() | list():
            return _SMALL + sum(map(size_of, value))
    if (own := getattr(value, "nbytes", None)) is not None:  # an array, or what tells it
        return own + _SMALL
    if hasattr(value, "state_dict"):  # a torch module
        return sum(map(size_of, (*value.parameters(), *value.buffers())))
    held = getattr(value, "__dict__", None)
    return _SMALL + (sum(map(size_of, held.values())) if held else 0)
