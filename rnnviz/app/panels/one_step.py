"""All that one layer computes at a step, from the word to the answer: the board of Step through and of notebooks."""

from __future__ import annotations

from rnnviz.app.i18n import _
from rnnviz.app.panels import cell_diagram, embedding, equations, mechanism_claims, network_views, worked_step
from rnnviz.app.panels.weight_matrices import matrices
from rnnviz.app.results import FIRST, Layer
from rnnviz.app.stage.board import Board
from rnnviz.subjects import Subject

WIDE = 1100  # of a drawing, beyond which its numbers can be read only where it has all of the page's width
# As small a part of its own size a drawing is made to be whole on the first screen: alone, and beside the answers.
WHOLE, BESIDE = 0.6, 0.78


def board(subject: Subject, of: Layer = FIRST) -> Board:
    is_told = mechanism_claims.is_told(subject)
    board = network_views.board(subject, of, mechanism_claims.telling_unit(subject, of) if is_told else 0)
    cell, drawn = subject.network().layers[0][0], cell_diagram.drawing_of(subject)
    broad = drawn is not None and drawn.size[0] > WIDE
    steps = {"worked": worked_step.worked(subject, board, of), "drawn": drawn}
    if drawn is not None and is_told:
        told = mechanism_claims.told_numbers(subject, board, of)
        board.row(cell_diagram.diagram(subject, board, of, span=12, fits=WHOLE, caption="", told=told, **steps))
    if drawn is None or broad or is_told:
        board.row(network_views.strip(subject, of, span=9), network_views.answer(subject, span=3))
    else:
        board.row(network_views.strip(subject, of, span=12))
        picture = cell_diagram.diagram(subject, board, of, span=9, fits=BESIDE, **steps)
        board.row(picture, network_views.answer(subject, span=3))
    if broad and not is_told:
        board.row(cell_diagram.diagram(subject, board, of, span=12, **steps))
    board.row(equations.equations(subject, board, of, span=12))
    if drawn is not cell.diagram:
        board.row(
            cell_diagram.diagram(
                subject, board, of, span=12, title=_("The same as it is computed, with m against overflow")
            )
        )
    if word := embedding.row(subject, board, span=12):
        board.row(*word)
    board.row(matrices(subject, board, of, span=12))
    return board
