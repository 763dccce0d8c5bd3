"""Deep network: a stack of layers as a grid over time, and what each layer adds to the one below."""

import streamlit as st

from rnnviz.ui import controls, downward, furniture, labelling, layered
from rnnviz.ui.language import _
from rnnviz.ui.stage import stage

chosen = controls.stack()
trained = chosen.weights == "trained"
furniture.claim(layered.verdict(chosen), labelling.counts(layered.compared(chosen)))
above = st.container()
steps = len(chosen.tokens)
places = {"middle": steps // 2, "last": steps - 1, "first": 0, "every": None}
names = {"middle": _("the middle"), "last": _("the last step"), "first": _("the first step"), "every": _("every step")}
at = controls.page_choice(_("In the gradient's pictures the loss stands at"), "loss_at", names)

board = layered.board(chosen)
board.row(
    layered.grid(
        chosen,
        span=12,
        title=_("Follow one step up: each layer reads both directions of the layer below"),
        caption=_("Each square of the grid is one state. Click one to open it; the answer is read off the top layer."),
    )
)
board.row(
    labelling.readings(
        layered.depths(chosen),
        board,
        span=12,
        title=_("The same sequence, read by one layer, two, three and four"),
        caption=_("Networks of their own, each trained with the same budget.") if trained else None,
    )
)
told = layered.told_by_layers(
    chosen,
    span=6 if trained else 12,
    title=_("What a linear read-out finds in each layer"),
    caption=_("Fitted anew for every layer, scored on sequences that neither it nor a network was fitted to."),
)
right = {
    "span": 6,
    "title": _("Right answers by depth"),
    "caption": _("A dot per training, measured once and stored with it."),
}
board.row(*([layered.accuracies(chosen, **right)] if trained else []), told)
board.row(layered.heatmaps(chosen, span=12, title=_("All units of all layers, the lowest layer at the bottom")))
loss = _("log10 of ‖∂L/∂h‖; L is −log of the leading answer's share, so small where the network is sure.")
board.row(*downward.gradients(chosen, places[at], caption=loss))
with above:
    stage("deep-network", board)

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
from rnnviz.stack import Stack

stack = {furniture.construction(chosen)}
trace = stack.trace()
[(layer.layer, layer.direction) for layer in trace.layers]
rnnviz.figures.stack([(str(k), layer["h"].at(batch=0)) for k, layer in enumerate(trace.layers)]).show()
""",
)
