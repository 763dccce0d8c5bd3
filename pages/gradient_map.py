"""Gradient map: how strongly a loss at every step reaches the state at every earlier step."""

from pages.knobs import FRESH
from rnnviz.app import comparison, page, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import cells_compared, gradient_map, radius_slider
from rnnviz.app.stage.board import Board, show

claim = page.place_of_claim()
compared, knobs = cells_compared.choose(always=("map_range", "map_scale")), state.knobs()
subject, fresh = compared[comparison.main(compared)], cells_compared.is_fresh()
sizes = {name: gradient_map.last_row(subject) for name, subject in compared.items()}
with claim:
    page.claim(
        gradient_map.headline(sizes),
        gradient_map.what_to_do(fresh),
        measured=gradient_map.measured(compared),
    )


def build(compared: comparison.Subjects) -> Board:
    board = Board(
        subject.tokens, [True] * len(subject.tokens), units=1, counts=_("loss at step {t} of {steps}"), about=compared
    )
    shared, log = knobs.map_range == "shared", knobs.map_scale == "log"
    board.row(*radius_slider.slider(fresh))
    board.row(*(gradient_map.scale(compared, log) if shared else []))
    board.row(*gradient_map.maps(compared, shared, log))
    board.row(gradient_map.reach(compared, board))
    return board


show(build, about=(compared,))

usual = FRESH | cells_compared.back()
page.below(
    read=[
        _("Replay goes down the rows. Strong colour far to the left of the diagonal is a long reach."),
        _("A thin band along the diagonal: early states get next to no message. Grey is the future."),
        _("On a linear scale only the largest is seen; the logarithmic one shows how fast the rest dies."),
    ],
    suggestions=[
        (_("Radius 2: the RNN's gradients grow"), usual | {"radius": 2.0}),
        (_("Keeping gates wide open"), usual | {"forget_bias": 5.0}),
        (_("The trained networks on my sentence"), cells_compared.own_sentence()),
        (_("On a linear scale"), {"map_scale": "linear"}),
    ],
    code=f"""import rnnviz

subject = {subject.code()}
losses = subject.objective_at_each_step
matrix = rnnviz.gradients.gradient_matrix(subject.network(), subject.input(), "state", losses)
matrix.values.shape               # {gradient_map.matrix(subject).values.shape}
matrix.values[-1, 0]              # {gradient_map.matrix(subject).values[-1, 0]:.2f}
""",
)
