"""A run of training in a process of its own: asked for in a line on stdin, told in lines on stdout.

Run: python -m rnnviz.training.worker

The request, as ``request`` makes it, names up to a few networks by their words in an address, each with its recipe;
they are trained by turns, an update of each, so that all are seen at the same update. The process says, as it goes,
what came of all updates since it last did, at most ``A_SECOND`` times a second; every snapshot; an explosion; why
something was refused or failed. "stop" on stdin, or its end, as when the server died, ends the run with a snapshot.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict

import torch

from rnnviz.refusals import Refused
from rnnviz.subjects.address_words import from_word
from rnnviz.subjects.given import keep_series, keep_text, series_of, text_of
from rnnviz.subjects.learning import train
from rnnviz.subjects.series import CHARACTERS
from rnnviz.subjects.subject import Subject
from rnnviz.tasks import Characters
from rnnviz.tasks.forecast import OWN
from rnnviz.training import Progress, Recipe, Snapshot
from rnnviz.training.messages import (
    Message,
    line,
    refusal_told,
    series_from,
    series_told,
    snapshot_of,
    snapshot_told,
)

A_SECOND = 20  # reports, so that a fast run is no flood
PER_DECADE = 8
NICE = 10  # visitors who only look come first
STOP = b"stop\n"


def request(
    models: Sequence[str],
    recipes: Sequence[Recipe],
    starts: Sequence[Snapshot | None] = (),
    per_decade: int = PER_DECADE,
) -> bytes:
    """The line that asks for a run. ``models``: words of an address; ``starts``: snapshots to go on from."""
    starts = starts or [None] * len(models)
    own = f"series.{OWN}"
    brought: dict[bool, set[str]] = {True: set(), False: set()}  # which the process does not have; texts, and series
    for parts in (model.split("~") for model in models):
        brought[f"task.{CHARACTERS}" in parts] |= {part.removeprefix(own) for part in parts if part.startswith(own)}
    networks = [
        {"model": model, "recipe": asdict(recipe), "start": None if start is None else snapshot_told(start)}
        for model, recipe, start in zip(models, recipes, starts, strict=True)
    ]
    series = [series_told(series_of(digest)) for digest in sorted(brought[False])]
    texts = [text_of(digest).text for digest in sorted(brought[True])]
    return line({"networks": networks, "per_decade": per_decade, "series": series, "texts": texts})


class _Reporter:
    """Says what came of one network's training."""

    def __init__(self, number: int, asked: Message, per_decade: int) -> None:
        start = None if asked["start"] is None else snapshot_of(asked["start"])
        subject, recipe = Subject(from_word(asked["model"])), Recipe(**asked["recipe"])
        self.number, self.training = number, train(subject, recipe, start=start, per_decade=per_decade)
        self._told = 0 if start is None else 1  # snapshots
        self._updates: list[Progress] = []

    def advance(self) -> bool:
        """Make one update; False if there is none left."""
        try:
            self._updates.append(next(self.training))
        except StopIteration:
            return False
        return self.training.explosion is None

    def new_snapshot(self) -> bool:
        return len(self.training.snapshots) > self._told

    def report(self) -> Iterator[Message]:
        if self._updates:
            told = {name: [getattr(update, name) for update in self._updates] for name in Progress._fields[1:]}
            yield {"kind": "updates", "network": self.number, "first": self._updates[0].update, **told}
            self._updates = []
        for snapshot in self.training.snapshots[self._told :]:
            yield {"kind": "snapshot", "network": self.number, **snapshot_told(snapshot)}
        self._told = len(self.training.snapshots)

    def end(self) -> Iterator[Message]:
        self.training.take()
        yield from self.report()
        if self.training.explosion is not None:
            yield {"kind": "explosion", "network": self.number, **self.training.explosion._asdict()}
        yield {"kind": "done", "network": self.number}


def follow(asked: Message, stop: threading.Event) -> Iterator[Message]:
    """All that is said of a run. Raises Refused for what cannot be trained."""
    for told in asked["series"]:
        keep_series(series_from(told))
    for text in asked["texts"]:
        keep_text(Characters(text))
    reporters = [_Reporter(k, each, asked["per_decade"]) for k, each in enumerate(asked["networks"])]
    going, last = list(reporters), 0.0
    while going:
        for reporter in list(going):
            goes_on = not stop.is_set() and reporter.advance()
            if reporter.new_snapshot() or time.monotonic() - last > 1 / A_SECOND:
                for each in reporters:
                    yield from each.report()
                last = time.monotonic()
            if not goes_on:
                going.remove(reporter)
                yield from reporter.end()
    yield {"kind": "end"}


def _lines() -> Iterator[bytes]:
    """What comes in on stdin, read from the file itself: a thread that waits in ``sys.stdin`` would lock it at exit."""
    rest = b""
    while piece := os.read(0, 2**16):
        *whole, rest = (rest + piece).split(b"\n")
        yield from (each + b"\n" for each in whole)


def warm_up() -> None:
    """What torch does once in a process, seconds of it: before anybody waits for it."""
    for message in follow(
        json.loads(request(["untrained~cell.GRU~size.2~task.recall"], [Recipe(1, 1)])), threading.Event()
    ):
        line(message)


def main() -> None:
    if hasattr(os, "nice"):  # not on Windows
        os.nice(NICE)
    torch.set_num_threads(1)
    warm_up()
    said, stop = _lines(), threading.Event()
    asked = next(said, None)
    if asked is None:  # nobody asked, and nobody will
        return

    def listen() -> None:
        next((each for each in said if each == STOP), None)
        stop.set()

    threading.Thread(target=listen, daemon=True).start()
    tell = sys.stdout.buffer
    try:
        try:
            for message in follow(json.loads(asked), stop):
                tell.write(line(message))
                tell.flush()
        except Refused as refusal:
            tell.write(line({"kind": "refused", **refusal_told(refusal)}))
        except Exception as wrong:
            said_of_it = (str(wrong).strip().splitlines() or [""])[0][:200]
            tell.write(line({"kind": "failed", "message": f"{type(wrong).__name__}: {said_of_it}"}))
        tell.flush()
    except BrokenPipeError:  # nobody is left to be told
        pass
    os._exit(0)  # without waiting for the thread that listens


if __name__ == "__main__":
    main()
