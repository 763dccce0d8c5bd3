"""Write: what a network writes, character by character, and the shares that each one was drawn from."""

from rnnviz.app import controls, own_text, page, state, widgets
from rnnviz.app.i18n import _
from rnnviz.app.panels import writing, writing_claims
from rnnviz.app.stage.board import Board, show
from rnnviz.subjects import Subject

subject = state.subject()
of = subject.network().num_layers - 1, "forward"
claim = page.place_of_claim()
with controls.line(align="center"):
    with widgets.worded("temperature", writing_claims.temperatures()):
        controls.knob("temperature")
    widgets.next_of("draw", _("Write another text"), "casino", greedy=False)
    controls.folded("draw", "top_k", "greedy", "count")
with controls.more_settings(_("Your own text")):
    own_text.bring()
own_text.follow()
with claim:
    title, sentence, measured = writing_claims.claim(subject)
    page.claim(title, sentence, measured=measured)


def build(subject: Subject) -> Board:
    board = writing.board(subject, of)
    board.row(writing.text(subject, of, span=8), writing.expected(subject, span=4))
    others = writing.comparison(subject, span=5)
    board.row(writing.surprise(subject, span=7 if others else 12), *others)
    board.row(*writing.state_picture(subject, of, span=12))
    return board


show(build, about=(subject,))

knobs, told = state.knobs(), writing.written(subject)
drawn = {"greedy": False, "top_k": 0, "temperature": 0.5, "draw": 1}
page.below(
    read=[
        _("One bit of surprise: the network gave the character a share of one half; two bits, a quarter."),
        _("A low temperature sharpens the shares, a high one evens them out; top-k leaves the k likeliest."),
        _("The state is carried on: what was written is read in its turn, and nothing else is remembered."),
    ],
    suggestions=[
        (_("Nearly always the likeliest: temperature 0.2"), drawn | {"temperature": 0.2}),
        (_("Bold: temperature 1.5"), drawn | {"temperature": 1.5}),
        (_("Greedy: does it repeat itself?"), {"greedy": True}),
        (_("Other luck: seed 2"), drawn | {"draw": 2}),
        (_("Another beginning: import"), drawn | {"text": "import "}),
        (_("Without gates: the plain RNN"), drawn | {"cell": "RNN"}),
    ],
    code=f"""import rnnviz

subject = {subject.code()}
written = rnnviz.generate(subject, length={len(told.tokens) - told.begins}, temperature={knobs.temperature}, \
top_k={knobs.top_k or None}, greedy={knobs.greedy}, seed={knobs.draw})
print(written.text)
written.bits.values[{len(told.tokens) - 1}]     # {told.bits.values[-1]:.4f}
""",
)
