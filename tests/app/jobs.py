"""Workers that train in a thread of the tests' own process, and those that do what a test says."""

import json
import queue
import threading

from rnnviz.training.messages import line
from rnnviz.training.worker import follow


class Process:
    """In the place of a process, which can be killed."""

    def __init__(self) -> None:
        self.killed = threading.Event()
        self.kill = self.killed.set


class Local:
    """Does what a worker does."""

    def __init__(self) -> None:
        self.process, self._stop = Process(), threading.Event()
        self.stop = self._stop.set

    def run(self, request):
        for message in follow(json.loads(request), self._stop):
            if self.process.killed.is_set():
                return
            yield json.loads(line(message))

    def end(self) -> None:
        self.process.kill()


class Told(Local):
    """Says what a test tells it to say; None is its end."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: queue.Queue = queue.Queue()
        self.stop = lambda: self.messages.put(None)

    def run(self, request):
        while (message := self.messages.get(timeout=30)) is not None:
            yield message
