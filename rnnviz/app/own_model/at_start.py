"""What the server was started with, by ``rnnviz model.onnx`` or ``rnnviz.open``: there for all who open it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnnviz.app.own_model.brought import Brought
    from rnnviz.subjects import Given

FILE: Brought | None = None
MODEL: Given | None = None
QUERY: dict[str, str] = {}  # its subject, as in an address
