"""Two directions: one layer reads a sentence from both sides, and what that changes in its answers."""

from rnnviz.app import state
from rnnviz.ui import direction_claims, furniture, labelling, mirrored, reaching
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board, show

one, two = mirrored.pair(state.subject())

furniture.claim(direction_claims.verdict(one, two), labelling.counts(mirrored.named(one, two)))


def build() -> Board:
    board = mirrored.board(one, two)
    board.row(
        labelling.readings(
            mirrored.named(one, two),
            board,
            span=7,
            tall=88 if labelling.quiet(two) == 0 else None,
            title=_("What the {cell} answers at every word").format(cell=two.cell),
            caption=direction_claims.marks(one, two),
        ),
        mirrored.datapath(
            two,
            board,
            span=5,
            title=_("How it is done: reverse, read, reverse back, join"),
            caption=_("The textbook's three words in the network of the travel task. A colour belongs to a word."),
        ),
    )
    board.row(
        mirrored.mirror(
            two, span=8, title=_("At every word two states meet: h→ comes from the left of it, h← from the right")
        ),
        mirrored.sides(
            two,
            board,
            span=4,
            title=_("At the cursor: two states, one answer"),
            caption=_("Bars: what h→, h← and the bias add to each score. They sum to it exactly."),
        ),
    )
    board.spread(reaching.panels(two, board))
    return board


show(build)

furniture.below(
    read=[
        _("Both pictures of states are in the order of the sentence; h← came from the right to get there."),
        _("At the first word h→ has read one word and h← all of them; at the last word it is the other way round."),
        _("A side's bar for a label is its part of the score; the leading label has the largest sum."),
    ],
    suggestions=[
        (_("Change only the end: … arrive in"), mirrored.TRAVEL | {"text": "Taipei is the city that I arrive in"}),
        (_("In Chinese: the deciding word comes later"), mirrored.TRAVEL | {"text": "台北是我出发的地方"}),
        (_("The textbook's three words: 我爱NLP"), mirrored.TRAVEL | {"text": mirrored.TEXTBOOK}),
        (_("Echo: tell the letter that comes four steps later"), mirrored.ECHO | {"distance": 4}),
    ],
    code=f"""import rnnviz

subject = {two.code()}
trace = subject.trace()
trace.layer({two.network().num_layers - 1}, "backward")["h"].values.shape   \
# {mirrored.sides_of(two)["backward"]["h"].values.shape}, in the order of the sentence
rnnviz.gradients.answer_gradients(subject.network(), subject.input()).inputs["backward"]
""",
)
