"""The slider over training steps: where a network comes from a run of training, the page at each of its snapshots.

The page itself is about one snapshot and is sent first. The boards of the others follow in a few messages, each as what
is not the same as on the board of the last snapshot; assets/stage/training.js puts them together.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import NamedTuple

import numpy as np

from rnnviz import compute
from rnnviz.app import naming, shown_run, state
from rnnviz.app.heavy_work import Bar
from rnnviz.app.i18n import _
from rnnviz.app.page import percent
from rnnviz.app.stage import board as boards
from rnnviz.app.stage.component import Payload, send
from rnnviz.subjects import Subject, Trained
from rnnviz.subjects.given import run_of
from rnnviz.subjects.restructuring import moved

About = tuple[Subject | Trained | Mapping[str, Subject], ...]

MOST_BYTES = 12_000_000  # of all boards of a page together; with more each is sent when the slider is let go
TOGETHER = 4  # snapshots of one message: those of the first are far apart, so that all of the slider is soon alive


class _Later(NamedTuple):
    page: str
    build: Callable[..., boards.Board]
    about: About


_LATER: ContextVar[_Later | None] = ContextVar("later", default=None)  # of the run that draws the page


def offered(payload: Payload, build: Callable[..., boards.Board], about: About) -> dict | None:
    """What the page's stage is told of the run that its network comes from, None if it comes from none.

    ``live``: whether the boards of the other snapshots follow.
    """
    model = shown_run.shown()
    if model is None:
        return None
    live = bool(about) and len(payload.body) * len(model.updates) <= MOST_BYTES
    _LATER.set(_Later(state.row().address, build, about) if live else None)
    return {
        "of": _word(model),
        "at": model.updates.index(model.update),
        "updates": model.updates,
        "labels": labels(model, about),
        "live": live,
        "strings": {
            "name": _("training step"),
            "play": _("Play the training"),
            "pause": _("Pause the training"),
            "keys": _("Shift ← →"),
            "waiting": _("being computed …"),
        },
    }


def labels(model: Trained, about: About = ()) -> list[str]:
    """What each snapshot of a run is called: after how many updates it was taken, and how well it does; where it is
    compared with other runs, how well each does."""
    compared = [subject.model for each in about if isinstance(each, Mapping) for subject in each.values()]
    runs = {run.run: run for run in compared if isinstance(run, Trained)} or {model.run: model}
    return [_label(update, [run.at(update) for run in runs.values()]) for update in model.updates]


def _label(update: int, models: Sequence[Trained]) -> str:
    shares = {model.cell: run_of(model.run).snapshots[model.update].accuracy for model in models}
    known = [f"{naming.cell(cell)} {percent(share)}" for cell, share in shares.items() if not math.isnan(share)]
    if len(models) == 1 and known:  # of somebody's own loop no share is known
        told = _("update {count} · {share} right")
        return told.format(count=f"{update:,}", share=percent(*shares.values()))
    return " · ".join([_("update {count}").format(count=f"{update:,}"), *known])


def show_others() -> None:
    """Send the boards of the other snapshots, on stages that show nothing; last on a page."""
    model, later = shown_run.shown(), _LATER.get()
    if model is None or later is None or later.page != state.row().address:
        return
    bar, done = Bar(), 0
    order = parts(len(model.updates))
    for number, part in enumerate(order):

        def payload_of(place: int) -> Payload:
            nonlocal done
            bar.show(done / len(model.updates), _("Preparing the slider over training steps"))
            update, done = model.updates[place], done + 1
            view = shown_run.view_after(model, update)
            return boards.built(view, "", lambda: later.build(*_all_moved(later.about, model, update)))

        def message(number: int = number, part: list[int] = part) -> Payload:
            base = payload_of(order[0][0])
            return together(base, {k: payload_of(k) for k in part}, of=_word(model), whole=number == 0)

        send(f"{state.row().address}:snapshots-{number}", compute.STORE.get(_key(model, number), message))
    bar.end()


def together(base: Payload, others: Mapping[int, Payload], of: str, whole: bool) -> Payload:
    """One message of several boards, by the places of their snapshots: of each the arrays and the entries of its header
    that are not those of ``base``. ``whole``: it holds all of the base as well."""
    board = boards.Board([], [], units=1)
    told, arrays = _read(base)
    panel: dict[str, object] = {"kind": "snapshots", "span": 12, "of": of}
    if whole:
        panel["base"] = {"header": told, "arrays": _added(board, "base", arrays)}
    panel["boards"] = []
    for place, payload in others.items():
        own, values = _read(payload)
        changed = {name: value for name, value in values.items() if not _equal(value, arrays.get(name))}
        panel["boards"].append(
            {"at": place, "changes": list(_changes(told, own)), "arrays": _added(board, str(place), changed)}
        )
    board.row(panel)
    return board.payload()


def _added(board: boards.Board, prefix: str, arrays: Mapping[str, np.ndarray]) -> dict[str, str]:
    """Their names on ``board``, by their own names."""
    return {name: board.array(f"{prefix}:{name}", values) for name, values in arrays.items()}


def _equal(one: np.ndarray, other: np.ndarray | None) -> bool:
    return other is not None and one.shape == other.shape and one.tobytes() == other.tobytes()


def _read(payload: Payload) -> tuple[dict, dict[str, np.ndarray]]:
    """The header of a board without its arrays, and these, ("step", "number of a step")."""
    header, numbers = json.loads(payload.header), np.frombuffer(payload.body, "<f4")
    arrays = {
        name: numbers[entry["offset"] : entry["offset"] + entry["size"]].reshape(-1, entry["width"] or 1)
        for name, entry in header.pop("arrays").items()
    }
    return header, arrays


def _changes(base: object, other: object, path: tuple[str | int, ...] = ()) -> Iterator[list]:
    """[path, value] of whatever in ``other`` is not as in ``base``, as deep as both are built alike."""
    if isinstance(base, dict) and isinstance(other, dict) and base.keys() == other.keys():
        for key, value in base.items():
            yield from _changes(value, other[key], (*path, key))
    elif isinstance(base, list) and isinstance(other, list) and len(base) == len(other):
        for place, value in enumerate(base):
            yield from _changes(value, other[place], (*path, place))
    elif base != other or type(base) is not type(other):
        yield [path, other]


def parts(count: int) -> list[list[int]]:
    """The places of all snapshots, TOGETHER at a time: the last, the first, and then always those in the middle of the
    widest gaps."""
    order = [count - 1, *([0] if count > 1 else [])]
    gaps = [(0, count - 1)]
    while gaps:
        gaps.sort(key=lambda gap: gap[0] - gap[1])
        low, high = gaps.pop(0)
        if high - low > 1:
            order.append(middle := (low + high) // 2)
            gaps += [(low, middle), (middle, high)]
    return [order[first : first + TOGETHER] for first in range(0, count, TOGETHER)]


def _word(model: Trained) -> str:
    """All that the boards of a run's snapshots hang on."""
    return hashlib.sha256(repr(_key(model, 0)).encode()).hexdigest()[:16]


def _key(model: Trained, number: int) -> Hashable:
    return "snapshots", shown_run.view_after(model, model.updates[-1]), model.updates, number


def _all_moved(about: About, model: Trained, update: int) -> About:
    return tuple(
        {name: shown_run.moved_subject(subject, model, update) for name, subject in each.items()}
        if isinstance(each, Mapping)
        else moved(each, model, update)
        if isinstance(each, Trained)
        else shown_run.moved_subject(each, model, update)
        for each in about
    )
