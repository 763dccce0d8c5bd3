"""States and gates: every unit at every step, as pictures on one cursor."""

from rnnviz.app import controls, holding, page, results, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import answer_claims, hold_claims, network_views, state_charts, state_claims, state_matrices
from rnnviz.app.stage.board import Board, show
from rnnviz.subjects import Subject

subject = holding.held(state.subject())
of = state.layer(), state.direction()

with page.place_of_claim():
    told = state_claims.title(subject, of), state_claims.invitation(subject)
    told = hold_claims.claim(subject, of, *told, hold_claims.framed(subject))
    page.claim(*told, state_claims.why(subject, of))
with (line := controls.line()):
    controls.choose_layer()
holding.choose(line, [subject], of)


def build(subject: Subject) -> Board:
    kept = state_claims.kept(subject, of)
    board = network_views.board(subject, of, unit := 0 if kept is None else kept.unit)
    if subject.read().tokens:
        board.row(network_views.sentence(subject, of, span=12, title=_("What is read, coloured by one unit")))
    board.spread(state_matrices.panels(subject, of), most=1)
    board.spread(state_charts.heatmaps(subject, of), most=state_charts.beside_each_other(subject))
    board.row(state_charts.unit_lines(subject, of, unit))
    board.row(*state_charts.path_and_gates(subject, of, board))
    return board


show(build, about=(subject,))

long = answer_claims.long_sentence()
page.below(
    read=[
        _("Blue is positive, orange negative, green is how far a gate is open; no colour is zero."),
        _("The bar is the current step in every picture; drag it, or use the arrow keys."),
        _(
            "A forget gate (f) or a GRU's update gate (z) near 1 keeps what a unit holds, near 0 it erases; "
            "a minGRU's z does the opposite."
        ),
    ],
    suggestions=[
        (_("A long sentence: which rows keep their colour?"), answer_claims.reads(subject, long)),
        (_("The same question in two languages: do they end alike?"), answer_claims.in_two_languages()),
        (_("Freeze the forget gate open: f = 1"), answer_claims.INTENTS | {"cell": "LSTM", "hold": ("f_1.0",)}),
        (_("The plain RNN has no gates"), {"cell": "RNN", "hold": ()}),
        (_("The gates before training"), {"trained": False}),
    ],
    code=f"""import rnnviz

subject = {subject.code()}
layer = {hold_claims.run_in_code(subject, "subject")}.layer({page.place(of)})
layer.names                       # {(layer := results.layer(subject, of)).names}
layer["{layer.output}"].values[-1, 0, 0]       # {layer[layer.output].values[-1, 0, 0]!s}
rnnviz.figures.heatmap(layer["{layer.output}"].at(batch=0)).show()
""",
)
