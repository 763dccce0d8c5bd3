"""Worker processes of this server, one per run of training, and one that waits for the next run.

A process that has imported torch and trained once begins within a moment, a new one after seconds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import rnnviz
from rnnviz.training.messages import Message
from rnnviz.training.worker import STOP

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")  # more would wait for each other
_HOME = str(Path(rnnviz.__file__).resolve().parents[1])
GRACE = 3.0  # seconds after which a worker that was told to stop is killed


class Worker:
    """One process, which trains once. It ends by itself when nothing holds it any more: its stdin is closed then."""

    def __init__(self) -> None:
        path = os.pathsep.join(filter(None, (_HOME, os.environ.get("PYTHONPATH"))))
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "rnnviz.training.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | _ONE_THREAD | {"PYTHONPATH": path},
            start_new_session=True,  # an interrupt from the terminal is the server's alone
        )
        self._last_resort: threading.Timer | None = None

    def run(self, request: bytes) -> Iterator[Message]:
        """Ask for a run and read what is said of it, until the process has ended, in whichever way."""
        try:
            with suppress(OSError):  # it has ended already
                self._write(request)
            for said in self.process.stdout:
                with suppress(ValueError):  # a line that was cut short by its end
                    yield json.loads(said)
        finally:
            self.end()

    def stop(self) -> None:
        """Ask it to come to an end; what does not within ``GRACE`` is made to."""
        with suppress(OSError, ValueError):
            self._write(STOP)
        self._last_resort = threading.Timer(GRACE, self.process.kill)
        self._last_resort.daemon = True
        self._last_resort.start()

    def end(self) -> None:
        """No process and no pipe is left."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):  # what could not be written any more
                pipe.close()
        if self._last_resort is not None:
            self._last_resort.cancel()

    def is_there(self) -> bool:
        return self.process.poll() is None

    def _write(self, told: bytes) -> None:
        self.process.stdin.write(told)
        self.process.stdin.flush()


_spare: list[Worker] = []
_guard = threading.Lock()


def prepare() -> None:
    """See to it that a worker waits, where the machine lets one start: whoever trains is told if it does not."""
    with _guard:
        if _spare and not _spare[0].is_there():
            _spare.pop().end()
        if not _spare:
            with suppress(OSError):
                _spare.append(Worker())


def take() -> Worker:
    """The one that waits, or a new one."""
    with _guard:
        waiting = _spare.pop() if _spare else None
    if waiting is not None and not waiting.is_there():
        waiting.end()
        waiting = None
    return waiting or Worker()


def dismiss() -> None:
    """None waits any more."""
    with _guard:
        while _spare:
            _spare.pop().end()
