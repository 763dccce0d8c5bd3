"""What a process computes once: by whoever asks first, while all others wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

P, T = ParamSpec("P"), TypeVar("T")


def once(function: Callable[P, T]) -> Callable[P, T]:
    """Compute ``function`` once for each of its arguments, which must be hashable, and keep the result for good.

    For the constants of a process, of which there are only so many: shipped networks, tasks, and what is measured on
    them. ``functools.cache`` would compute as often as threads ask at the same time, and Streamlit's caches can be
    emptied by any client. Threads that ask for the same arguments wait for the first of them, other arguments do not
    wait for each other. An exception is not kept: it goes to the thread that met it, and the next one tries again.
    """
    results: dict[Hashable, T] = {}
    locks: dict[Hashable, threading.RLock] = {}
    guard = threading.Lock()

    @wraps(function)
    def ask(*args: P.args, **kwargs: P.kwargs) -> T:
        key = (args, tuple(sorted(kwargs.items())))
        if key in results:
            return results[key]
        with guard:
            lock = locks.setdefault(key, threading.RLock())
        with lock:
            if key not in results:
                results[key] = function(*args, **kwargs)
            return results[key]

    return ask
