"""What the server was started with, by ``rnnviz model.onnx`` or ``rnnviz.open``: there for all who open it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnnviz.app.own_model.brought import Brought
    from rnnviz.subjects import Given, Subject

FILE: Brought | None = None
MODEL: Given | None = None
QUERY: dict[str, str] = {}  # its subject, as in an address
LENGTH = 40  # steps of the random input that a network reads at first


def open_file(path: str) -> None:
    """Raises Refused for a file that cannot be read, OSError where there is none."""
    global FILE, MODEL
    from rnnviz.app.own_model.brought import opened, refuse_large
    from rnnviz.subjects import Noise, Subject

    refuse_large(Path(path).stat().st_size, Path(path).name)
    FILE = opened(Path(path).read_bytes(), Path(path).name)
    MODEL = FILE.model(owner=None)
    QUERY.update(Subject(MODEL, Noise(LENGTH)).query())


def open_given(content: bytes) -> None:
    """``content``: what ``rnnviz.open`` sends."""
    from rnnviz.piping import unpacked

    QUERY.update(unpacked(content).query())


def subject() -> Subject | None:
    """What all pages show until a visitor chooses; None for a server that was started with nothing."""
    from rnnviz.subjects import Subject

    return Subject.from_query(QUERY)[0] if QUERY else None
