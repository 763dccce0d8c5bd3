"""Local processes as an executor: one torch thread each, and one that ends takes nothing with it but its own run."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

import torch

_SPAWN = multiprocessing.get_context("spawn")


class Processes(Executor):
    """``count`` processes, as many as there are cores unless given; each is started for its first call and takes one
    after the other. A pool of concurrent.futures gives up all calls when one of its processes ends; here the call that
    it had fails with ChildProcessError, and the next one gets a new process.

    In a script, what starts them stands under ``if __name__ == "__main__":``, as always with new processes.
    """

    def __init__(self, count: int | None = None) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(count or cores, thread_name_prefix="rnnviz-sweep")
        self._own = threading.local()  # each thread's process and the connection to it
        self._all: set[SpawnProcess] = set()
        self._guard = threading.Lock()
        self._ended = False

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future:
        return self._threads.submit(self._call, function, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """``cancel_futures``: also end the processes that are at work, at once."""
        with self._guard:
            self._ended = self._ended or cancel_futures
            for process in self._all if cancel_futures else ():
                process.kill()
        self._threads.shutdown(wait=False, cancel_futures=cancel_futures)
        if wait:
            self._threads.shutdown(wait=True)
        if wait or cancel_futures:
            self._end_all()

    def end_when_done(self) -> None:
        """Let the processes go once every call is done, without waiting for it."""
        threading.Thread(target=self.shutdown, daemon=True).start()

    def _end_all(self) -> None:
        with self._guard:
            while self._all:
                process = self._all.pop()
                process.kill()
                _exit_code(process)
                process.close()

    def _call(self, function: Callable[..., Any], args: tuple, kwargs: dict) -> Any:
        process, connection = self._process()
        try:
            connection.send((function, args, kwargs))
            done, value = connection.recv()
        except (EOFError, OSError) as error:
            with self._guard:
                # No longer among them: it was ended by all, and closed.
                code = _exit_code(process) if process in self._all else -signal.SIGKILL
                self._all.discard(process)
            del self._own.pair
            connection.close()
            raise ChildProcessError(f"the process of this run ended before it was done (exit code {code})") from error
        if done:
            return value
        raise value

    def _process(self) -> tuple[SpawnProcess, Connection]:
        if not hasattr(self._own, "pair"):
            ours, theirs = _SPAWN.Pipe()
            process = _SPAWN.Process(target=_serve, args=(theirs,), daemon=True)
            with self._guard:
                if self._ended:
                    raise ChildProcessError("the processes of this sweep were ended")
                process.start()
                self._all.add(process)
            theirs.close()
            self._own.pair = process, ours
        return self._own.pair


def _exit_code(process: SpawnProcess) -> int:
    """Of a process that ends, once it has. Where two threads wait, one of them is told; the other's ``join`` comes back
    before it is known."""
    while process.exitcode is None:
        process.join()
    return process.exitcode


def settle() -> None:
    """What a worker does first: take one thread, and see to it that it ends when the process that started it does."""
    # Small products gain nothing from more threads, and the order of their sums must not hang on the machine.
    torch.set_num_threads(1)
    threading.Thread(target=lambda: (multiprocessing.parent_process().join(), os._exit(1)), daemon=True).start()


def _serve(connection: Connection) -> None:
    """Do one call after another, until nobody is at the other end."""
    settle()
    while True:
        try:
            function, args, kwargs = connection.recv()
        except EOFError:
            return
        try:
            answer = True, function(*args, **kwargs)
        except Exception as error:
            answer = False, error
        connection.send(answer)
