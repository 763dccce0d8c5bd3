"""Eigenvalue compass: one number λ on the unit disc, what it does, and what networks multiply their states by."""

from rnnviz.app import controls, page, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import eigenvalue_compass as compass
from rnnviz.app.stage.board import Board, show
from rnnviz.studies.eigenvalue_compass import subject_of

name = state.knobs().network
subject, claim = subject_of(name), page.place_of_claim()
with controls.line(labelled=False):
    controls.knob("network", labelled=False)
with claim:
    page.claim(compass.title(), compass.sentence(name, subject), compass.chips(name, subject))


def build() -> Board:
    board = compass.board(name, subject)
    board.row(compass.compass(name, subject, board))
    return board


show(build)
page.below(
    read=[
        _("Distance from 0 is memory, angle is turning. On the circle nothing is lost; outside it everything grows."),
        _("In a linear recurrence memory and gradient are one curve: what fades forward fades on the way back."),
        _("A gate between 0 and 1 can stand on the right half of the real axis alone: it never turns and never flips."),
        _("To tell odd from even, λ has to be −1 at each 1 and 1 at each 0: it must depend on what is read."),
    ],
    suggestions=[
        (_("How an LRU starts: a ring of memories and angles"), {"network": "lru-start"}),
        (_("What training to count made of it"), {"network": "lru"}),
        (_("What a minGRU keeps, step by step"), {"network": "min-gru"}),
        (_("What an RG-LRU keeps, step by step"), {"network": "rg-lru"}),
        (_("The eigenvalues of an RNN's W"), {"network": "rnn"}),
    ],
    code=f"""import rnnviz
from rnnviz.studies.eigenvalue_compass import multiplied

subject = {subject.code()}
multiplied({name!r})
""",
    cell=subject.cell,
)
