"""A job of training as its server knows it: the curves and the snapshots of each of its networks, as they come in."""

from __future__ import annotations

import threading
import time
from array import array
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Literal

from rnnviz.app.training_jobs.workers import Worker
from rnnviz.refusals import Refused
from rnnviz.subjects.address_words import from_word
from rnnviz.subjects.given import keep_snapshots
from rnnviz.subjects.kept import on_behalf_of
from rnnviz.subjects.models import Trained, load
from rnnviz.training import Explosion, Recipe, Snapshot
from rnnviz.training.messages import Message, refusal_of, snapshot_of
from rnnviz.training.worker import request

# A worker that was killed, or that could not be started.
GONE = Refused(
    "The training process ended before its time: the server may be short of memory. What was learnt until then is "
    "kept. Train again, or choose a smaller network."
)
OVER = Refused(
    "Others wait for a place, and this run has had its time: it was stopped. What was learnt until then is kept."
)


@dataclass(eq=False)
class Course:
    """What came of one network so far. ``model``: its word in an address. ``losses`` and the other curves: of each
    update, in order. ``kept``: the digest of its run, "" before the first snapshot. ``start``: a snapshot of an earlier
    run that it goes on from; what came before that is its own beginning."""

    model: str
    recipe: Recipe
    losses: array = field(default_factory=lambda: array("d"))
    gradient_norms: array = field(default_factory=lambda: array("d"))
    clipped: array = field(default_factory=lambda: array("b"))
    snapshots: list[Snapshot] = field(default_factory=list)
    kept: str = ""
    explosion: Explosion | None = None
    done: bool = False
    start: Snapshot | None = None

    def going_on(self, recipe: Recipe, update: int) -> Course:
        """A run by ``recipe`` from the last snapshot until ``update``, with this one's beginning."""
        snapshots = [shot for shot in self.snapshots if shot.update <= update]
        made, start = snapshots[-1].update, snapshots[-1]
        curves = {name: getattr(self, name)[:made] for name in ("losses", "gradient_norms", "clipped")}
        return Course(self.model, recipe, **curves, snapshots=snapshots, kept=self.kept, start=start)

    @property
    def cell(self) -> str:
        return from_word(self.model).cell

    @property
    def updates(self) -> int:
        """How many were made."""
        return len(self.losses) - (self.explosion is not None)

    @property
    def trained(self) -> Trained | None:
        """The network as it was at the last snapshot; None before there is one."""
        return Trained(self.kept, self.snapshots[-1].update) if self.kept else None

    def add(self, message: Message, owner: str) -> None:
        match message["kind"]:
            case "updates":
                # New arrays: a page that draws the ones of before looks into their memory, which could not grow then.
                self.losses = self.losses + array("d", message["loss"])
                self.gradient_norms = self.gradient_norms + array("d", message["gradient_norm"])
                self.clipped = self.clipped + array("b", message["clipped"])
            case "snapshot":
                self._keep(snapshot_of(message), owner)
            case "explosion":
                self.explosion = Explosion(message["update"], message["step"], message["part"])
            case "done":
                self.done = True

    def _keep(self, snapshot: Snapshot, owner: str) -> None:
        self.snapshots.append(snapshot)
        loaded = load(from_word(self.model))
        self.kept = keep_snapshots(loaded.network, loaded.task, self.recipe, self.snapshots, owner)


class Job:
    """``owner``: whose it is.

    ``state``: it waits for a place, is running, or has ended; ``refusal``: why it ended before its time, if that is not
    because it was stopped.
    """

    def __init__(self, owner: str, courses: Sequence[Course]) -> None:
        self.owner, self.courses = owner, list(courses)
        self.state: Literal["waiting", "running", "ended"] = "waiting"
        self.stopped = False
        self.refusal: Refused | None = None
        self._worker: Worker | None = None
        self._abandoned = False
        self._guard = threading.Lock()
        self._ended = threading.Event()

    @property
    def has_points(self) -> bool:
        return any(course.losses for course in self.courses)

    def go(self, worker: Worker, begun: Callable[[], None], is_over: Callable[[float], bool]) -> None:
        """Run it to its end, in this thread. ``begun``: called once something has come of it; ``is_over``: whether it
        has to stop after so many seconds."""
        with self._guard:
            self._worker = worker
            if self.stopped:
                worker.end()
                return
            self.state = "running"
        with on_behalf_of(self.owner):
            complete = self._follow(worker, begun, is_over)
        if not complete and not self.stopped:
            self.refusal = GONE

    def _follow(self, worker: Worker, begun: Callable[[], None], is_over: Callable[[float], bool]) -> bool:
        """Take in what the worker says; whether it came to an end of its own."""
        since, complete = time.monotonic(), False
        each = ((course.model, course.recipe, course.start) for course in self.courses)
        with closing(worker.run(request(*zip(*each, strict=True)))) as said:
            for message in said:
                if message["kind"] == "refused":
                    self.refusal = refusal_of(message)
                elif message["kind"] == "failed":
                    self.refusal = Refused(
                        "Training failed: {why}. Change the settings and train again.", why=message["message"]
                    )
                elif message["kind"] != "end":
                    self._add(message)
                    begun()
                if not self.stopped and is_over(time.monotonic() - since):
                    self.refusal = OVER
                    self.stop()
                complete = complete or message["kind"] in ("end", "refused", "failed")
        return complete

    def _add(self, message: Message) -> None:
        with self._guard:
            if not self._abandoned:
                self.courses[message["network"]].add(message, self.owner)

    def stop(self, patience: float = 0.0) -> None:
        """What was learnt is kept. Wait for the end, ``patience`` seconds at most."""
        with self._guard:
            self.stopped, worker = True, self._worker
        if worker is not None and self.state == "running":
            worker.stop()
        self._ended.wait(patience)

    def abandon(self) -> None:
        """Nobody asks for it any more: its process is ended, and from now on nothing more of it is kept."""
        with self._guard:
            self.stopped = self._abandoned = True
        if self._worker is not None:
            self._worker.process.kill()

    def end(self) -> None:
        """It has ended, or never began."""
        self.state = "ended"
        self._ended.set()
