"""What is computed once, by whoever asks first, while all others who ask for the same wait for it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def once(function: Callable[P, T]) -> Callable[P, T]:
    """Compute ``function`` once for each of its arguments, which must be hashable, and keep the result for good.

    For the constants of a process, of which there are only so many: shipped networks, tasks, and what is measured on
    them. ``functools.cache`` would compute as often as threads ask at the same time, and Streamlit's caches can be
    emptied by any client. Threads that ask for the same arguments wait for the first of them, other arguments do not
    wait for each other. An exception is not kept: it goes to the thread that met it, and the next one tries again.
    """
    return kept(None)(function)


def kept(most: int | None) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """As ``once``, but of results that were not asked for in a long time only the ``most`` recent are kept.

    For what hangs on a visitor's choices. The result is shared by all threads, so nobody may change it.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        results: OrderedDict[Hashable, T] = OrderedDict()
        computing: dict[Hashable, threading.RLock] = {}
        guard = threading.Lock()

        @wraps(function)
        def ask(*args: P.args, **kwargs: P.kwargs) -> T:
            key = (args, tuple(sorted(kwargs.items())))
            with guard:
                if key in results:
                    results.move_to_end(key)
                    return results[key]
                lock = computing.setdefault(key, threading.RLock())
            with lock:
                with guard:
                    if key in results:
                        return results[key]
                try:
                    result = function(*args, **kwargs)
                    with guard:
                        results[key] = result
                        while most is not None and len(results) > most:
                            results.popitem(last=False)
                finally:
                    with guard:
                        computing.pop(key, None)
                return result

        return ask

    return decorate
