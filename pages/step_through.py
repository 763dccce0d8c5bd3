"""Step through: one network reads one sequence, and every number of every step can be followed."""

from rnnviz.app import controls, state
from rnnviz.ui import cache, claims, drawing, equations, furniture, panels
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board, show

subject = state.subject()
of = state.layer(), state.direction()
h = cache.layer(subject, of)["h"]

furniture.claim(claims.intent(subject), claims.sorting(subject))
controls.choose_layer()


def build() -> Board:
    board = panels.board(subject, of)
    board.row(
        panels.strip(
            subject,
            of,
            span=12,
            title=_("Unrolled in time: one cell reads word after word and hands its hidden state to the next step"),
            legends=panels.legends(h),
        )
    )
    board.row(
        drawing.diagram(
            subject,
            board,
            of,
            span=9,
            title=_("Inside the {cell} at this step").format(cell=subject.cell),
            caption=_("Each square is a unit; the framed one has its number below. Click a square to choose another."),
        ),
        panels.answer(subject, span=3),
    )
    board.row(equations.equations(subject, board, of, span=12))
    board.row(panels.matrices(subject, board, of, span=12))
    return board


show(build)

furniture.below(
    read=[
        _("Blue is positive, orange negative, green is how far a gate is open; no colour is zero."),
        claims.above_each_state(subject),
        _("A dotted line marks a word that is not in the vocabulary: all of those are read alike."),
    ],
    suggestions=[
        (_("Start with the plain RNN: S_t = f(U X_t + W S_t−1)"), claims.INTENTS | {"cell": "RNN"}),
        (_("Ask for the weather in Chinese"), claims.INTENTS | {"text": "明天台北会下雨吗"}),
        (
            _("Another question: what is the weather in Taipei ?"),
            claims.INTENTS | {"text": "what is the weather in Taipei ?"},
        ),
        (_("See what it did before it was trained"), {"trained": False}),
    ],
    code=f"""import rnnviz

subject = {subject.code()}
trace = subject.trace()
trace.tokens                      # {subject.read().tokens!r:.60}
trace.layer({furniture.place(of)})["h"].values.shape   # {h.values.shape}
{claims.answer_in_code(subject)}""",
)
