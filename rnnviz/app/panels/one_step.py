"""All that one layer computes at a step, from the word to the answer: the board of Step through and of notebooks."""

from __future__ import annotations

from rnnviz.app.panels import cell_diagram, embedding, equations, network_views
from rnnviz.app.panels.weight_matrices import matrices
from rnnviz.app.results import FIRST, Layer
from rnnviz.app.stage.board import Board
from rnnviz.subjects import Subject

WIDE = 1100  # of a drawing, beyond which its numbers can be read only where it has all of the page's width


def board(subject: Subject, of: Layer = FIRST) -> Board:
    board = network_views.board(subject, of)
    board.row(network_views.strip(subject, of, span=12))
    drawn = subject.network().layers[0][0].diagram
    if drawn is None:  # of a cell of one's own
        board.row(network_views.answer(subject, span=12))
    elif drawn.size[0] > WIDE:
        board.row(cell_diagram.diagram(subject, board, of, span=12))
        board.row(network_views.answer(subject, span=12))
    else:
        board.row(cell_diagram.diagram(subject, board, of, span=9, fits=True), network_views.answer(subject, span=3))
    board.row(equations.equations(subject, board, of, span=12))
    if word := embedding.row(subject, board, span=12):
        board.row(*word)
    board.row(matrices(subject, board, of, span=12))
    return board
