"""Deep network: a stack of layers as a grid over time, and what each layer adds to the one below."""

import streamlit as st

from rnnviz.app import controls, state
from rnnviz.ui import by_depth, cache, downward, furniture, labelling, layered
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board, show

subject = state.subject()
furniture.claim(layered.verdict(subject), labelling.counts(layered.compared(subject)))
above = st.container()
at = downward.place(subject, state.knobs().loss_at)
if not downward.answers_once(subject):
    controls.knob("loss_at")


def build() -> Board:
    board = layered.board(subject)
    board.row(
        layered.grid(
            subject,
            span=12,
            title=_("Follow one step up: each layer reads both directions of the layer below"),
            caption=_(
                "Each square of the grid is one state. Click one to open it; the answer is read off the top layer."
            ),
        )
    )
    if cache.answers_along(subject):
        board.row(layered.readings(subject, board, span=12))
    if told := by_depth.panels(subject):
        board.row(*told)
    board.row(layered.heatmaps(subject, span=12, title=_("All units of all layers, the lowest layer at the bottom")))
    board.row(*downward.gradients(subject, at))
    return board


with above:
    show(build)

furniture.below(
    read=[
        _("A column of the grid is one moment: from the input at the bottom to the answer at the top."),
        _("A row is one layer over time; h→ came from the left, h← from the right."),
        _(
            "One layer only adds what its two sides say. No sum tells whether two bits differ: even shares fit best, "
            "though a guess may be right for up to three of the four pairs. A second layer can combine both sides."
        ),
    ],
    suggestions=[
        (_("One layer: two sides are only added"), layered.XOR | {"layers": 1}),
        (_("Two layers: the second reads both sides at once"), layered.XOR | {"layers": 2}),
        (_("Two layers, but only one way"), layered.XOR | {"layers": 2, "directions": "one"}),
        (_("Four untrained layers: the gradient in depth and in time"), layered.XOR | layered.UNTRAINED),
    ],
    code=f"""import rnnviz

trace = {subject.code()}.trace()
[(layer.layer, layer.direction) for layer in trace.layers]
rnnviz.figures.stack([(str(k), layer["h"].at(batch=0)) for k, layer in enumerate(trace.layers)]).show()
""",
)
