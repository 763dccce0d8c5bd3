"""``rnnviz.open``: the app in the browser, on a network of one's own.

A process of its own serves it, to this machine alone. The network goes there through a pipe, so that nothing of it is
written to disk; when this process ends, however it does, the pipe closes and the server ends too.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Self

from torch import Tensor, nn

from rnnviz.piping import packed
from rnnviz.subjects import Trained, subject
from rnnviz.tasks import Task
from rnnviz.training import Training
from rnnviz.watching import Log

if TYPE_CHECKING:
    from rnnviz.app.notebook import Picture

PAGE, PAGE_OF_A_RUN = "your-model", "vanishing-gradients"
PATIENCE = 60.0  # seconds until the server answers


class Opened:
    """A server. ``url``: where the app is. It ends with ``close()``, with a ``with`` block, or with this process."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self.process, self.url = process, url

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.process.stdin.close()

    def wait(self) -> None:
        """Until the server ends, or Ctrl+C."""
        try:
            self.process.wait()
        except KeyboardInterrupt:
            self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<rnnviz at {self.url}>"


def open(  # noqa: A001  as gzip.open: one says rnnviz.open
    model: nn.Module | Training | Log,
    x: Tensor | None = None,
    *,
    at: str | None = None,
    tokens: Sequence[str] = (),
    vocabulary: Sequence[str] | Mapping[str, int] | None = None,
    task: Task | str | None = None,
    browser: bool | None = None,
    block: bool | None = None,
) -> Opened | Picture:
    """Open the app in the browser on ``model`` and what it reads; in a notebook, show the stage in the cell.

    ``model``, ``x``, ``at``, ``tokens``, ``vocabulary``: as ``rnnviz.subject`` takes them; without ``x`` it reads
    random input, or an example of its task. Of a run of ``rnnviz.train`` or a log of ``rnnviz.watch`` all snapshots go
    along, on the stage's slider over training steps; of a log also what was seen at each step that was looked at.
    ``task``: what the model of a log learns, a row of TASKS by name or one made of it. ``browser``: whether to open a
    tab; a notebook that says True or False has the app too, and not ``rnnviz.show``. ``block``: whether to wait until
    Ctrl+C; unless given, in a script but not at a prompt or in a notebook.

    Raises the errors of ``rnnviz.subject`` and ``rnnviz.show``; RuntimeError where the server does not start.
    """
    if task is not None and not isinstance(model, Log):
        raise ValueError("task= says what the model of a watched loop learns; give it with a log of rnnviz.watch")
    learnt = {} if task is None else {"task": task}
    own = subject(model, x, at=at, tokens=tokens, vocabulary=vocabulary, **learnt)
    if browser is None and _in_a_notebook():
        from rnnviz.app.notebook import show

        return show(own)
    page = PAGE_OF_A_RUN if isinstance(own.model, Trained) else PAGE
    opened = serve(packed(own), browser is not False, page)
    is_prompt = hasattr(sys, "ps1") or _ipython() is not None
    if block or (block is None and not is_prompt):
        print(f"{opened.url} shows it until Ctrl+C.", flush=True)
        opened.wait()
    return opened


def _ipython() -> object | None:
    """The IPython that runs this code."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def _in_a_notebook() -> bool:
    """A shell that has a kernel talks to a notebook, and not to a terminal."""
    return getattr(_ipython(), "kernel", None) is not None


def serve(content: bytes, browser: bool, page: str = PAGE) -> Opened:
    """Start the server, give it what it shows, and wait until it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "rnnviz", "--port", str(port), "--no-browser", "--given"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    opened = Opened(process, f"http://localhost:{port}/{page}")
    with suppress(BrokenPipeError):
        process.stdin.write(len(content).to_bytes(8, "little") + content)
        process.stdin.flush()
    end = time.monotonic() + PATIENCE
    while not _answers(f"http://localhost:{port}/_stcore/health"):
        if process.poll() is not None or time.monotonic() > end:
            opened.close()
            raise RuntimeError("the app did not start; what is wrong is said above")
        time.sleep(0.05)
    if browser:
        webbrowser.open(opened.url)
    return opened


def _answers(address: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(address, timeout=2) as answer:
        return answer.status == 200
    return False
