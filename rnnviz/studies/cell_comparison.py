"""Cells compared on one sequence: fresh networks on the same noise, or those that are built as a subject is."""

from __future__ import annotations

from rnnviz.cells import TRIO
from rnnviz.refusals import Refused
from rnnviz.subjects import Noise, Subject, Trained, Untrained, needs

UNITS = 32


def fresh(cell: str, length: int = 100, seed: int = 0, nonlinearity: str = "tanh", **options: object) -> Subject:
    """An untrained network of UNITS units without a readout, in float64, and the noise that it reads: both hang on one
    seed. ``options``: of subjects.options.OPTIONS, left out where the cell does not take them. ``nonlinearity``: the
    RNN's."""
    if cell == "RNN":
        options["nonlinearity"] = nonlinearity
    return Subject(Untrained(cell, str(UNITS), "", seed, options=tuple(options.items())), Noise(length, seed))


def cells_beside(cell: str) -> tuple[str, ...]:
    """The cells that are compared: TRIO, and this one."""
    return (*TRIO, *({cell} - set(TRIO)))


def family(subject: Subject) -> dict[str, Subject]:
    """{cell: subject} of ``cells_beside`` its own, on the same sequence: those that are as deep, read the same ways,
    and are trained or not as it is. Itself alone where no network of another cell is known."""
    try:
        others = subject.vary(cell=cells_beside(subject.cell)) | {subject.cell: subject}
    except Refused:
        return {subject.cell: subject}
    return {cell: other for cell, other in others.items() if _built(other) == _built(subject)}


def _built(subject: Subject) -> tuple[bool, int, tuple[str, ...]]:
    return subject.trained, subject.network().num_layers, subject.network().directions


def is_plain(subject: Subject) -> bool:
    """Whether one layer reads words, forward, and gives them labels: what fresh networks on noise can stand for. Not so
    a network of a run of training: who looks at one wants to see that one learn."""
    if isinstance(subject.model, Trained):
        return False
    plain = (needs.tokens, needs.classes, needs.one_layer, needs.forward_only, needs.other_cells)
    return needs.first_lack(plain, subject.load(), subject.read()) is None
