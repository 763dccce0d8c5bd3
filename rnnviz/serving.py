"""``rnnviz.open``: the app in the browser, on a network of one's own.

A process of its own serves it, to this machine alone. The network goes there through a pipe, so that nothing of it is
written to disk; when this process ends, however it does, the pipe closes and the server ends too.
"""

from __future__ import annotations

import importlib
import json
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

from safetensors.torch import load, save
from torch import Tensor, nn

from rnnviz import cells
from rnnviz.network import Network
from rnnviz.refusals import Note, Refused
from rnnviz.subjects import Given, Subject, Vectors, subject
from rnnviz.subjects.given import keep_network, network_of, vectors_of
from rnnviz.subjects.own_vocabulary import OwnVocabulary

if TYPE_CHECKING:
    from rnnviz.app.notebook import Picture

PAGE = "your-model"
PATIENCE = 60.0  # seconds until the server answers
NETWORK, INPUT = "network.", "x"  # what tensors are called in the pipe


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
    model: nn.Module,
    x: Tensor | None = None,
    *,
    at: str | None = None,
    tokens: Sequence[str] = (),
    vocabulary: Sequence[str] | Mapping[str, int] | None = None,
    browser: bool | None = None,
    block: bool | None = None,
) -> Opened | Picture:
    """Open the app in the browser on ``model`` and what it reads; in a notebook, show the stage in the cell.

    ``model``, ``x``, ``at``, ``tokens``, ``vocabulary``: as ``rnnviz.subject`` takes them; without ``x`` it reads
    random input. ``browser``: whether to open a tab; a notebook that says True or False has the app too, and not
    ``rnnviz.show``. ``block``: whether to wait until Ctrl+C; unless given, in a script but not at a prompt or in a
    notebook.

    Raises the errors of ``rnnviz.subject`` and ``rnnviz.show``; RuntimeError where the server does not start.
    """
    own = subject(model, x, at=at, tokens=tokens, vocabulary=vocabulary)
    if browser is None and _in_a_notebook():
        from rnnviz.app.notebook import show

        return show(own)
    opened = serve(packed(own), browser is not False)
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


def serve(content: bytes, browser: bool) -> Opened:
    """Start the server, give it what it shows, and wait until it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "rnnviz", "--port", str(port), "--no-browser", "--given"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    opened = Opened(process, f"http://localhost:{port}/{PAGE}")
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


class Sent(NamedTuple):
    """What goes through the pipe."""

    network: Network
    x: Tensor | None
    tokens: tuple[str, ...]
    vocabulary: OwnVocabulary | None


def packed(what: Subject) -> bytes:
    """A subject of one's own as bytes: a line of JSON, then safetensors. Raises Refused for a cell of one's own that
    the server could not import."""
    kept = network_of(what.model.digest)
    tensors = {NETWORK + name: value.detach().contiguous() for name, value in kept.network.state_dict().items()}
    x, tokens = vectors_of(what.sequence.digest)[:2] if isinstance(what.sequence, Vectors) else (None, ())
    if x is not None:
        tensors[INPUT] = x
    words = kept.vocabulary and kept.vocabulary.tokens
    told = {"structure": kept.network.structure, "tokens": tokens, "vocabulary": words}
    told |= {"title": kept.title, "notes": kept.notes, "cell": _home(cells.CELLS[kept.network.cell])}
    return json.dumps(told).encode() + b"\n" + save(tensors)


def _home(cell: type[cells.Cell]) -> tuple[str, str, list[str]] | None:
    """Where the server finds a cell of one's own: module, name, and the folders of modules; None for one of ours."""
    if cells.is_shipped(cell):
        return None
    if cell.__module__ == "__main__" or "." in cell.__qualname__:
        raise Refused(
            "The app is another process, which cannot import {cell} from this script or notebook. Write the class into "
            "a module of its own, such as my_cells.py, and import it from there; or draw it here with rnnviz.show.",
            cell=cell.__name__,
        )
    return cell.__module__, cell.__qualname__, [folder or "." for folder in sys.path]


def _register(module: str, name: str, folders: Sequence[str]) -> None:
    """Know a cell of one's own as the process does that opened the app."""
    sys.path += [folder for folder in folders if folder not in sys.path]
    cells.register(getattr(importlib.import_module(module), name))


def unpacked(content: bytes) -> Subject:
    """The subject that ``packed`` wrote, kept in this process for all who ask it."""
    line, _, body = content.partition(b"\n")
    told, tensors = json.loads(line), load(body)
    weights = {name.removeprefix(NETWORK): value for name, value in tensors.items() if name.startswith(NETWORK)}
    dtype = next(iter(weights.values())).dtype
    if told["cell"] is not None:
        _register(*told["cell"])
    network = Network(**told["structure"], dtype=dtype)
    network.load_state_dict(weights)
    words = None if told["vocabulary"] is None else OwnVocabulary.of(told["vocabulary"])
    notes = tuple(Note(*each) for each in told["notes"])
    model = Given(keep_network(network, told["title"], words, notes=notes))
    return subject(model, tensors.get(INPUT), tokens=told["tokens"], noise=None if INPUT in tensors else 0, length=40)
