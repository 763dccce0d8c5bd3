"""Cells compared on one sequence: fresh networks on the same noise, or those of a subject's kind on its sentence."""

from __future__ import annotations

from rnnviz.cells import TRIO
from rnnviz.subjects import Noise, Subject, Untrained, needs

UNITS = 32


def fresh(cell: str, length: int = 100, seed: int = 0, nonlinearity: str = "tanh", **options: object) -> Subject:
    """An untrained network of UNITS units without a readout, in float64, and the noise that it reads: both hang on one
    seed. ``options``: of subjects.options.OPTIONS, left out where the cell does not take them. ``nonlinearity``: the
    RNN's."""
    if cell == "RNN":
        options["nonlinearity"] = nonlinearity
    return Subject(Untrained(cell, str(UNITS), "", seed, options=tuple(options.items())), Noise(length, seed))


def siblings(subject: Subject) -> dict[str, Subject]:
    """{cell: subject} of TRIO's cells and its own, on the same sentence; itself alone where the others are not all
    trained or untrained as it is, where it reads vectors, or in several layers or directions."""
    alone = {subject.cell: subject}
    comparable = (needs.tokens, needs.classes, needs.one_layer, needs.forward_only, needs.other_cells)
    if needs.first_lack(comparable, subject.load(), subject.read()) is not None:
        return alone
    compared = subject.vary(cell=(*TRIO, *({subject.cell} - set(TRIO))))
    alike = {type(other.model) for other in compared.values()} == {type(subject.model)}
    return compared if alike else alone
