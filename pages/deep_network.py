"""Deep network: a stack of layers as a grid over time, and what each layer adds to the one below."""

import streamlit as st

from rnnviz.ui import controls, furniture, labelling, layered
from rnnviz.ui.language import _
from rnnviz.ui.stage import stage

chosen = controls.stack()
claim = st.container()
steps = len(chosen.tokens)
places = {"middle": steps // 2, "last": steps - 1, "first": 0, "every": None}
names = {"middle": _("the middle"), "last": _("the last word"), "first": _("the first"), "every": _("every word")}
depths = layered.depths(chosen)
board = layered.board(chosen)

trained = chosen.weights == "trained"
with claim:
    furniture.claim(layered.verdict(chosen), labelling.counts({chosen.directions: chosen}))
board.row(
    layered.grid(
        chosen,
        span=12,
        title=_("Follow one word up: each layer reads the states of the layer below, at every step"),
        caption=_("Each square of the grid is one state. Click one to open it; the answer is read off the top layer."),
    )
)
board.row(
    labelling.readings(
        depths,
        board,
        span=12,
        title=_("The same sequence, read by one layer, two, three and four"),
        caption=_("Networks of their own, each trained with the same budget."),
    )
)
told = layered.told_by_layers(
    chosen,
    span=6 if trained else 12,
    title=_("What a linear read-out finds in each layer"),
    caption=_("Fitted anew for every layer, scored on what was held out."),
)
right = layered.accuracies(chosen, span=6, title=_("Right answers by depth"), caption=_("A dot per training."))
board.row(*([right] if trained else []), told)
at = controls.page_choice(_("Gradient below: the loss stands at"), "loss_at", names)
board.row(*layered.gradients(chosen, places[at], caption=_("log10 of ‖∂L/∂h‖. Down is depth, across is time.")))
board.row(
    layered.heatmaps(chosen, span=12, title=_("All units of all layers, the lowest layer at the bottom")),
)
stage("deep-network", board)

furniture.below(
    read=[
        _("A column of the grid is one moment: from the word at the bottom to the answer at the top."),
        _("A row is one layer over time; h→ came from the left, h← from the right."),
        _("The XOR of two neighbours cannot be added up from two sides: it takes a second layer, which reads both."),
    ],
    suggestions=[
        (_("One layer has to guess"), {"layers": 1}),
        (_("Two layers know"), {"layers": 2}),
        (_("Two layers, but only one way"), {"layers": 2, "directions": "one"}),
        (_("A travel sentence"), {"task": "slots", "layers": 3}),
    ],
    code=f"""import rnnviz
from rnnviz.stack import Stack

stack = {furniture.construction(chosen)}
trace = stack.trace()
[(layer.layer, layer.direction) for layer in trace.layers]
rnnviz.figures.stack([(str(k), layer["h"].at(batch=0)) for k, layer in enumerate(trace.layers)]).show()
""",
)
