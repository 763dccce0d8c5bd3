"""Work that takes seconds: as much of it at a time as there are cores, in the order asked, seen, and given up at once.

A computation is a generator that yields the share that is done and returns its result. Between two shares the page's
progress bar is drawn. That is also where Streamlit ends a run that its visitor has turned away from, by retyping or by
going to another page, so that nothing is computed for nobody.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

import streamlit as st

from rnnviz import compute
from rnnviz.app.i18n import _

T = TypeVar("T")
Work = Generator[float, None, T]

PATIENCE = 0.3  # seconds after which a bar is worth its place
EVERY = 0.1  # seconds between two looks at the bar, and at whether the visitor is still there


class _Ticket(NamedTuple):
    number: int  # tells apart those who ask for the same
    key: Hashable


class Line:
    """Lets ``places`` in at a time, the others in the order in which they came; never two who ask for the same.

    Who is inside computes on ``workers``, as many threads: memory that a thread took and gave back stays with it, and
    every visitor has a thread.
    """

    def __init__(self, places: int) -> None:
        self.places, self.workers = places, ThreadPoolExecutor(places)
        self._count = 0
        self._inside: list[_Ticket] = []
        self._waiting: list[_Ticket] = []
        self._changed = threading.Condition()

    @contextmanager
    def place(self, key: Hashable, wait: Callable[[int], None]) -> Iterator[None]:
        """Wait for a place and hold it. ``wait`` is told every now and then how many are before this one; what it
        raises ends the waiting. The place is free again however the body ends."""
        with self._changed:
            self._count += 1
            ticket = _Ticket(self._count, key)
            self._waiting.append(ticket)
        try:
            while (before := self._enter(ticket)) is not None:
                wait(before)
        except BaseException:  # Streamlit's own exceptions too, by which it ends a run
            with self._changed:
                self._waiting.remove(ticket)
                self._changed.notify_all()
            raise
        try:
            yield
        finally:
            with self._changed:
                self._inside.remove(ticket)
                self._changed.notify_all()

    def wait_for_room(self, most: float) -> bool:
        """Wait until a place in the line is free, ``most`` seconds at most; whether one is."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._inside) + len(self._waiting) < self.places, most)

    def _enter(self, ticket: _Ticket) -> int | None:
        """None once inside; else, after a moment, how many are before."""
        with self._changed:
            if self._next() is not ticket:
                self._changed.wait(EVERY)
            if self._next() is not ticket:
                return len(self._inside) + self._waiting.index(ticket)
            self._waiting.remove(ticket)
            self._inside.append(ticket)
            self._changed.notify_all()
            return None

    def _next(self) -> _Ticket | None:
        """Who may enter now: the first of those who ask for what nobody inside is computing."""
        if len(self._inside) >= self.places:
            return None
        computing = {ticket.key for ticket in self._inside}
        return next((ticket for ticket in self._waiting if ticket.key not in computing), None)


PLACES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
LINE = Line(PLACES)
FIRST_LINE = Line(PLACES)  # of what a page opens with; what takes long lets it go first, where it is full
LEAVES = 1.0  # seconds that it waits for that before each of its shares, so that it goes on in any case


class Bar:
    """A progress bar that is there only for those who wait longer than a moment; ``Bar()`` keeps its place free."""

    def __init__(self) -> None:
        self._place, self._shown = st.empty(), False
        self._begun = self._drawn = time.monotonic()

    def show(self, share: float, text: str) -> None:
        """Draw it, if it is time to; raises Streamlit's exception where the run is to end."""
        now = time.monotonic()
        if now - self._begun < PATIENCE or now - self._drawn < EVERY:
            return
        self._drawn, self._shown = now, True
        self._place.progress(min(max(share, 0.0), 1.0), text=text)

    def end(self) -> None:
        if self._shown:
            self._place.empty()


def finish(
    key: Hashable,
    start: Callable[[], Work[T]],
    show: Callable[[float], None] = lambda _: None,
    step: Callable[[Work[T]], float] = next,
) -> T:
    """The result that is kept, or run the work to its end; ``show`` is told the share that is done. ``step`` does the
    next share."""

    def run() -> T:
        work = start()
        try:
            while True:
                show(step(work))
        except StopIteration as end:
            return end.value
        finally:
            work.close()

    return compute.STORE.get(key, run)


def wait_for(
    key: Hashable,
    start: Callable[[], Work[T]],
    bar: Bar,
    text: str,
    part: tuple[float, float] = (0.0, 1.0),
    line: Line = LINE,
) -> T:
    """``finish`` once there is a place in ``line``. The bar says ``text`` or how many are before, and moves along
    ``part`` of its length."""
    (low, high), reached = part, part[0]

    def wait(before: int) -> None:
        bar.show(low, _("The server is busy. Computations before yours: {count}").format(count=before))

    def show(done: float) -> None:
        nonlocal reached
        reached = low + (high - low) * done
        bar.show(reached, text)

    def step(work: Work[T]) -> float:
        if line is not FIRST_LINE:
            since = time.monotonic()
            while not FIRST_LINE.wait_for_room(EVERY) and time.monotonic() - since < LEAVES:
                bar.show(reached, text)
        return line.workers.submit(next, work).result()

    result = compute.STORE.held(key)
    if result is not None:
        return result
    with line.place(key, wait):
        return finish(key, start, show, step)
