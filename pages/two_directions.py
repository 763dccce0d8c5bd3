"""Two directions: one layer reads a sentence from both sides, and what that changes in its answers."""

from rnnviz.app import page, state
from rnnviz.app.i18n import _, by_language, sentences
from rnnviz.app.panels import answers_per_step, attended, direction_claims, directions, equations, word_influence
from rnnviz.app.stage.board import Board, show

one, two = directions.pair(state.subject())

with page.place_of_claim():
    page.claim(
        direction_claims.verdict(one, two),
        direction_claims.sentence(one, two),
        measured=sentences(
            direction_claims.without(one, two), answers_per_step.counts(direction_claims.named(one, two))
        ),
    )


def build() -> Board:
    board = directions.board(one, two)
    board.row(directions.at_the_cursor(one, two, board, span=6), directions.datapath(one, two, span=6))
    board.row(directions.readings(one, two, board, span=12))
    board.row(*attended.row(one, two, board))
    board.row(directions.mirror(two, span=8), directions.sides(two, board, span=4))
    board.spread(word_influence.panels(two, board))
    board.row(*equations.both_ways(two, board))
    return board


show(build)

arriving = by_language(en="Taipei is the city that I arrive in", zh="台北是我要去的地方")
foreign = by_language(en="台北是我出发的地方", zh="Taipei is the city that I leave from")
back = directions.output_of(directions.sides_of(two)["backward"])
page.below(
    read=[
        _("Both pictures of states are in the order of the sentence; h← came from the right to get there."),
        _("At the first word h→ has read one word and h← all of them; at the last word it is the other way round."),
        _("A side's bar for a label is its part of the score; the leading label has the largest sum."),
        _("A label for each word is slot filling; with names as labels, named-entity recognition."),
        _("One label for the whole sentence is classification, such as intent or sentiment: Step through does that."),
    ],
    suggestions=[
        (_("Change only the end: {text}").format(text=arriving), directions.TRAVEL | {"text": arriving}),
        (_("In another language: {text}").format(text=foreign), directions.TRAVEL | {"text": foreign}),
        (_("The textbook's three words: 我爱NLP"), directions.TRAVEL | {"text": directions.TEXTBOOK}),
        (_("Echo: tell the letter that comes four steps later"), directions.ECHO | {"distance": 4}),
    ],
    code=f"""import rnnviz

subject = {two.code()}
trace = subject.trace()
trace.layer({two.network().num_layers - 1}, "backward")["{back.name}"].values[0, 0, 0]   \
# {back.values[0, 0, 0]!s}
rnnviz.gradients.answer_gradients(subject.network(), subject.input()).inputs["backward"]
""",
)
