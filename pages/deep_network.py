"""Deep network: a stack of layers as a grid over time, and what each layer adds to the one below."""

from rnnviz.app import controls, page, results, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import answers_per_step, by_depth, deep_gradients, depth_claims, depth_planes, layer_grid
from rnnviz.app.stage.board import Board, show
from rnnviz.subjects import Subject

subject = state.subject()
with page.place_of_claim():
    told, measured = depth_claims.sentence(subject), answers_per_step.counts(layer_grid.compared(subject))
    page.claim(depth_claims.verdict(subject), told, depth_claims.chips(subject), measured)
at, top = deep_gradients.place(subject, state.knobs().loss_at), results.trace(subject).layers[-1]


def build(subject: Subject) -> Board:
    board = layer_grid.board(subject)
    planes = depth_planes.panels(subject, board, span=7 if len(subject.tokens) <= layer_grid.FEW else 5)
    board.row(layer_grid.grid(subject, board, span=12 - sum(panel["span"] for panel in planes)), *planes)
    board.row(layer_grid.opened_state(subject, span=12))
    if results.answers_along(subject):
        board.row(layer_grid.readings(subject, board, span=12))
    if told := by_depth.panels(subject):
        board.row(*told)
    board.row(layer_grid.heatmaps(subject, span=12))
    board.row(*deep_gradients.gradients(subject, at))
    return board


show(build, about=(subject,))
if not deep_gradients.answers_once(subject):
    controls.knob("loss_at")

page.below(
    read=[
        _("A column of the grid is one moment: from the input at the bottom to the answer at the top."),
        _("A row is one layer over time; h→ came from the left, h← from the right."),
        _(
            "In the planes a point's left and right neighbours are what a linear readout of the layer's state says, "
            "about 0 or 1; the network answers “differ” where its score is above 0. Every straight line has been tried."
        ),
        _(
            "One layer only adds what its two sides say. No sum tells whether two bits differ: even shares fit best, "
            "though a guess may be right for up to three of the four pairs. A second layer can combine both sides."
        ),
    ],
    suggestions=[
        (_("One layer: two sides are only added"), layer_grid.XOR | {"layers": 1}),
        (_("Two layers: the second reads both sides at once"), layer_grid.XOR | {"layers": 2}),
        (_("Two layers, but only one way"), layer_grid.XOR | {"layers": 2, "directions": "one"}),
        (_("Four untrained layers: the gradient in depth and in time"), layer_grid.XOR | layer_grid.UNTRAINED),
    ],
    code=f"""import rnnviz

trace = {subject.code()}.trace()
[(layer.layer, layer.direction) for layer in trace.layers]
trace.layers[-1]["{top.output}"].values[-1, 0, 0]   # {top[top.output].values[-1, 0, 0]!s}
rnnviz.figures.stack([(str(k), layer["{top.output}"].at(batch=0)) for k, layer in enumerate(trace.layers)]).show()
""",
)
