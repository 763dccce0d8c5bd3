"""The stage: one Streamlit component that shows all views of a page under one cursor, without a round trip.

Python sends a Board once: layout, figures, all numbers as float32. All else happens in the browser (assets/stage.js).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from rnnviz import compute
from rnnviz.app import editing, glossary, saved_page, state, subject_picker
from rnnviz.app.i18n import _, language
from rnnviz.app.stage import alternatives, training_steps
from rnnviz.app.stage.bindings import bind
from rnnviz.app.stage.component import Payload, send
from rnnviz.app.stage.overview import numbered, overview
from rnnviz.app.stage.settings import settings_of
from rnnviz.app.stage.strings import strings
from rnnviz.figures import style
from rnnviz.subjects import Subject


class Board:
    """What goes on the stage: rows of panels, and the arrays that they read.

    ``tokens`` and ``known`` are the time axis, of no steps where nothing goes by them: such a stage has no cursor.
    ``units`` is how many units can be chosen, ``unit`` the one that is until the visitor chooses. ``start``: the step
    at which a sequence that is new to the visitor opens, the last one unless given. ``snapshots``: one label for each
    state of the network that the board shows ("after 400 updates"), in order; with them it has a second slider and
    opens at the last. ``backwards``: playing goes from the last step to the first, as a gradient does; ``counts``: what
    it calls a step, in other words: a text with {t} of {steps}, or {back} of {most} back. ``paged``: one row is seen
    at a time, a scene of a story, one panel with a title, and as ``deeper`` the text and the address of the page that
    tells more. ``about``: by name what it draws, which a picture that is taken along says.
    """

    def __init__(
        self,
        tokens: Sequence[str],
        known: Sequence[bool],
        units: int,
        start: int | None = None,
        snapshots: Sequence[str] = (),
        *,
        unit: int = 0,
        backwards: bool = False,
        counts: str = "",
        paged: bool = False,
        about: Mapping[str, Subject] = MappingProxyType({}),
    ) -> None:
        self.tokens, self.known, self.units, self.start = tuple(tokens), tuple(known), units, start
        self.snapshots, self.backwards, self.paged = tuple(snapshots), backwards, paged
        self.unit, self.counts, self.about, self.settings = unit, counts, about, ""
        self.growing = ""  # of boards that take each other's place with ever more in the same panels: their name
        self.rows: list[list[dict]] = []
        self._arrays: dict[str, _Array] = {}

    def array(self, name: str, values: np.ndarray, by_snapshot: bool = False) -> str:
        """Register ``values`` under ``name``: the first axis is time (or anything read whole), the rest one step.

        ``by_snapshot``: before those, the first axis is the board's snapshots; ValueError if it has not as many.
        """
        if by_snapshot and values.shape[:1] != (len(self.snapshots),):
            raise ValueError(
                f"{name!r} has the shape {values.shape}: its first axis must be the board's {len(self.snapshots)} "
                "snapshots, Board(snapshots=labels)."
            )
        width = math.prod(values.shape[1 + by_snapshot :])
        with np.errstate(over="ignore"):  # beyond float32 it is infinite
            self._arrays[name] = _Array(np.ascontiguousarray(values, "<f4"), width, by_snapshot)
        return name

    def row(self, *panels: dict) -> None:
        """Add a row of panels, if there are any; their ``span`` are twelfths of the width."""
        self.rows += [list(panels)] if panels else []

    def spread(self, panels: Sequence[dict], most: int = 4) -> None:
        """Add panels of one kind, or none, in as few rows as hold ``most`` each, those of a row equally wide."""
        across = math.ceil(len(panels) / max(1, math.ceil(len(panels) / most)))
        for first in range(0, len(panels), max(1, across)):
            few = panels[first : first + across]
            self.row(*({**panel, "span": 12 // len(few)} for panel in few))

    def payload(self, words: dict | None = None, window: dict | None = None) -> Payload:
        """The board for ``Payload.message``. ``words``: see ``editing.offered``; ``window``: see ``stage.overview``."""
        held = {name: array.values[-1] if array.by_snapshot else array.values for name, array in self._arrays.items()}
        changing = {name for name, array in self._arrays.items() if array.by_snapshot}
        rows, moved = bind(
            [[_with_terms(self._told(panel, held)) for panel in row] for row in self.rows], held, changing
        )
        if window:
            rows = [[numbered(panel, window["first"]) for panel in row] for row in rows]
        arrays = self._arrays | {name: _Array(values, 1, False) for name, values in moved.items()}
        header = {
            "steps": len(self.tokens),
            "tokens": self.tokens,
            "known": self.known,
            "sentence": " ".join(self.tokens),
            "units": self.units,
            "unit": self.unit,
            "start": self.start,
            "backwards": self.backwards,
            "snapshots": self.snapshots,
            "paged": self.paged,
            "editing": words,
            "window": window,
            "settings": self.settings,
            "growing": self.growing,
            "scales": style.SCALES,
            "language": language(),
            "strings": strings() | ({"step": self.counts} if self.counts else {}),
            "glossary": {
                key: glossary.explained(key)
                for row in rows
                for panel in row
                for key in panel.get("terms", {}).get("all", ())
            },
            "rows": rows,
            "arrays": {},
        }
        offset = 0
        for name, (values, width, by_snapshot) in arrays.items():
            header["arrays"][name] = {"offset": offset, "size": values.size, "width": width}
            if by_snapshot:
                header["arrays"][name]["snapshots"] = len(values)
            offset += values.size
        body = b"".join(array.values.tobytes() for array in arrays.values())
        told = json.dumps(header, allow_nan=False, ensure_ascii=False).encode()
        digest = hashlib.sha256(body)
        digest.update(told)
        return Payload(digest.hexdigest(), told, body)

    def _told(self, panel: dict, arrays: dict[str, np.ndarray]) -> dict:
        """A panel with a sentence for who cannot see it, unless it is all words: what it shows when the page opens."""
        alternative = panel.get("alternative") or alternatives.of_panel(panel, arrays)
        if alternative and self.snapshots:
            alternative = _("{snapshot}: {picture}").format(snapshot=self.snapshots[-1], picture=alternative)
        return {**panel, "alternative": alternative} if alternative else panel


def _with_terms(panel: dict) -> dict:
    """A panel with the terms of its title and caption, where there are any: each text in pieces. The name of a lesson
    is no place to explain one."""
    if panel["kind"] == "lesson":
        return panel
    seen: set[str] = set()
    texts = {name: glossary.segments(panel[name], seen) for name in ("title", "caption") if panel.get(name)}
    return {**panel, "terms": texts | {"all": sorted(seen)}} if seen else panel


class _Array(NamedTuple):
    values: np.ndarray  # float32, row by row
    width: int  # numbers of one step
    by_snapshot: bool  # the first axis is the snapshots


def show(
    build: Callable[..., Board],
    part: str = "",
    prepare: Callable[[], None] = lambda: None,
    about: training_steps.About = (),
) -> None:
    """Show the board of this page's view, or of a ``part`` of it that has a stage of its own. It is built once for all
    sessions with the same view.

    ``prepare``: called before a board is built; what waits in a line, for nobody can turn away while ``build`` runs.
    ``about``: the subjects, or mappings of them by name, that ``build`` then takes: of a run of training the boards of
    all its snapshots follow the page, so that the slider over training steps needs no server.
    """
    view = state.view()
    if not is_built(view, part):
        prepare()
    payload = built(view, part, lambda: build(*about))
    saved_page.keep_board(payload)
    training = None if part else training_steps.offered(payload, build, about)
    send(f"{view.page}:{part}" if part else view.page, payload, training=training)


def is_built(view: state.View, part: str = "") -> bool:
    return compute.STORE.held(("board", view, part)) is not None


def built(view: state.View, part: str, build: Callable[[], Board]) -> Payload:
    """The board of a view of the page that is shown; ``build`` makes it, where nobody has asked for it before."""

    def finished() -> Payload:
        board = build()
        pictures = any(panel["kind"] == "chart" for row in board.rows for panel in row)
        board.settings = settings_of(board.about, view.knobs) if pictures else ""
        shows_it = subject_picker.names_what_is_shown() and len(board.tokens) == len(view.subject.tokens)
        return board.payload(editing.offered(board.tokens), overview(view.subject) if shows_it else None)

    return compute.STORE.get(("board", view, part), finished)


def stage(key: str, board: Board, listens: bool = False) -> object:
    """Show a board, in place of another of that ``key``. ``listens``: return what a view sends, when it asks."""
    return send(key, board.payload(), listens)
