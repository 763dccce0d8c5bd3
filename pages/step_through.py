"""Step through: one network reads one sequence, and every number of every step can be followed."""

from rnnviz.app import controls, page, results, state
from rnnviz.app.i18n import _, by_language
from rnnviz.app.panels import answer_claims, cell_diagram, equations, network_views
from rnnviz.app.stage.board import Board, show

subject = state.subject()
of = state.layer(), state.direction()
h = results.layer(subject, of)["h"]

with page.place_of_claim():
    page.claim(answer_claims.intent(subject), answer_claims.sorting(subject))
controls.choose_layer()


def build() -> Board:
    board = network_views.board(subject, of)
    board.row(network_views.strip(subject, of, span=12))
    board.row(cell_diagram.diagram(subject, board, of, span=9), network_views.answer(subject, span=3))
    board.row(equations.equations(subject, board, of, span=12))
    board.row(network_views.matrices(subject, board, of, span=12))
    return board


show(build)

foreign = answer_claims.foreign_sentence()
another = by_language(en="what is the weather in Taipei ?", zh="今天天气真好")
page.below(
    read=[
        _("Blue is positive, orange negative, green is how far a gate is open; no colour is zero."),
        answer_claims.above_each_state(subject),
        _("A dotted line marks a word that is not in the vocabulary: all of those are read alike."),
    ],
    suggestions=[
        (_("Start with the plain RNN: S_t = f(U X_t + W S_t−1)"), answer_claims.INTENTS | {"cell": "RNN"}),
        (_("In another language: {text}").format(text=foreign), answer_claims.INTENTS | {"text": foreign}),
        (_("Another sentence: {text}").format(text=another), answer_claims.INTENTS | {"text": another}),
        (_("See what it did before it was trained"), {"trained": False}),
    ],
    code=f"""import rnnviz

subject = {subject.code()}
trace = subject.trace()
trace.tokens                      # {subject.read().tokens!r:.60}
trace.layer({page.place(of)})["h"].values.shape   # {h.values.shape}
{answer_claims.answer_in_code(subject)}""",
)
