"""All that one layer computes at a step, from the word to the answer: the board of Step through and of notebooks."""

from __future__ import annotations

from rnnviz.app.panels import cell_diagram, embedding, equations, mechanism_claims, network_views
from rnnviz.app.panels.weight_matrices import matrices
from rnnviz.app.results import FIRST, Layer
from rnnviz.app.stage.board import Board
from rnnviz.subjects import Subject

WIDE = 1100  # of a drawing, beyond which its numbers can be read only where it has all of the page's width
# As small a part of its own size a drawing is made to be whole on the first screen: alone, and beside the answers.
WHOLE, BESIDE = 0.6, 0.78


def board(subject: Subject, of: Layer = FIRST) -> Board:
    board = network_views.board(subject, of)
    drawn = subject.network().layers[0][0].diagram
    broad = drawn is not None and drawn.size[0] > WIDE
    if drawn is not None and mechanism_claims.is_told(subject):
        board.row(cell_diagram.diagram(subject, board, of, span=12, fits=WHOLE, caption=""))
    if drawn is None or broad or mechanism_claims.is_told(subject):
        board.row(network_views.strip(subject, of, span=9), network_views.answer(subject, span=3))
    else:
        board.row(network_views.strip(subject, of, span=12))
        board.row(cell_diagram.diagram(subject, board, of, span=9, fits=BESIDE), network_views.answer(subject, span=3))
    if broad and not mechanism_claims.is_told(subject):
        board.row(cell_diagram.diagram(subject, board, of, span=12))
    board.row(equations.equations(subject, board, of, span=12))
    if word := embedding.row(subject, board, span=12):
        board.row(*word)
    board.row(matrices(subject, board, of, span=12))
    return board
