"""A matrix as memory: pairs are written, overwritten and erased, and every key asks what it still finds."""

from rnnviz.app import controls, page, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import matrix_claims, matrix_memory
from rnnviz.app.stage.board import Board, show

subject, seen = state.subject(), matrix_claims.told()
matrix_claims.claim(seen)

ADDING, UNTRAINED = "trained~pairs-linear-seed0~1500", "untrained~cell.DeltaNet~task.pairs~size.16"


def build() -> Board:
    labels = [matrix_memory.label(operation) for operation in seen.operations]
    board = Board(labels, [True] * len(labels), units=1, start=seen.step)
    board.row(matrix_memory.rules(seen, board))
    return board


def build_network() -> Board:
    board = Board(subject.tokens, subject.known, units=1, about={subject.cell: subject})
    board.row(matrix_memory.table(subject, board), matrix_memory.over_time(subject))
    return board


show(build, part="rules")
with controls.line():
    for name in ("share", "kept"):
        controls.knob(name)
    controls.folded("operations")
matrix_claims.about_network(subject)
show(build_network, part="network")
last = subject.trace().layer()["S"].values[-1, 0]
page.below(
    read=[
        _("Every pair is a table of its own, the value times the key; the matrix is the sum of what was added."),
        _("Addition never looks at what stands there. The delta rule reads the key first and adds the difference."),
        _("Keys at right angles do not disturb each other; the more alike they are, the more they share."),
    ],
    suggestions=[
        (_("Overwrite a value three times"), {"operations": "A1.A2.A3.A4", "alike": 0.0}),
        (_("Keys half alike: a write disturbs the others"), {"operations": "A1.B2.C3", "alike": 0.5}),
        (_("Write only half: β = 0.5"), {"operations": "A1.A2.A2.A2", "share": 0.5}),
        (_("β = 2 turns a value around"), {"operations": "A1.A0.A0.A0", "share": 2.0}),
        (_("Decay: wait, and everything fades"), {"operations": "A1.B.B.B.B.B.A", "kept": 0.8}),
        (_("Below: a network that only adds"), {"model": ADDING}),
        (_("Below: a DeltaNet before its training"), {"model": UNTRAINED}),
    ],
    code=f"""import rnnviz

subject = {subject.code()}
table = subject.trace().layer()["S"].values[-1, 0]  # after the last step, {last.shape}
table[0, 0]     # {last[0, 0]:.4g}
""",
)
