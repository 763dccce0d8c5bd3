"""Step through: one network reads one sentence, and every number of every step can be followed."""

from rnnviz.app import state
from rnnviz.ui import cache, claims, drawing, furniture, panels
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board, show

experiment = state.subject()
layer = cache.trace(experiment).layer()
last = cache.answers(experiment).values[-1]
furniture.claim(claims.intent(experiment), claims.sorting(experiment))


def build() -> Board:
    board = panels.board(experiment)
    board.row(
        panels.strip(
            experiment,
            span=12,
            title=_("Unrolled in time: one cell reads word after word and hands its hidden state to the next step"),
            legends=panels.legends(layer["h"]),
        )
    )
    board.row(
        drawing.diagram(
            experiment,
            board,
            span=9,
            title=_("Inside the {cell} at this step").format(cell=experiment.cell),
            caption=_("Each square is a unit; the framed one has its number below. Click a square to choose another."),
        ),
        panels.probabilities(
            experiment,
            span=3,
            title=_("The answer, if the sentence ended here"),
        ),
    )
    board.row(panels.equations(experiment, board, span=12))
    board.row(panels.matrices(experiment, board, span=12))
    return board


show(build)

furniture.below(
    read=[
        _("Blue is positive, orange negative, green is how far a gate is open; no colour is zero."),
        _("Above each state stands the answer that the network would give if the sentence ended there."),
        _("A dotted line marks a word that is not in the vocabulary: all of those are read alike."),
    ],
    suggestions=[
        (_("Start with the plain RNN: S_t = f(U X_t + W S_t−1)"), {"cell": "RNN"}),
        (_("Ask for the weather in Chinese"), {"text": "明天台北会下雨吗"}),
        (_("Another question: what is the weather in Taipei ?"), {"text": "what is the weather in Taipei ?"}),
        (_("See what it did before it was trained"), {"trained": False}),
    ],
    code=f"""import rnnviz

subject = {experiment.code()}
trace = subject.trace()
trace.tokens                      # {experiment.tokens!r:.60}
trace.layer()["h"].values.shape   # {layer["h"].values.shape}
trace.y.values.argmax()           # {int(last.argmax())}: {experiment.labels[last.argmax()]}
""",
)
