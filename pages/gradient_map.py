"""Gradient map: how strongly a loss at every step reaches the state at every earlier step."""

import streamlit as st

from rnnviz.race import Race
from rnnviz.ui import controls, furniture, knobs, mapping
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board, stage

chosen = controls.experiment()
claim = st.container()
runners = knobs.runners(chosen, with_loss=False)
fresh = isinstance(runners[chosen.cell], Race)
tokens = () if fresh else chosen.tokens
with st.container(horizontal=True):
    scale = controls.page_choice(_("Colour range"), "map_range", {"shared": _("shared"), "own": _("own")})
    kind = controls.page_choice(_("Colour scale"), "map_scale", {"log": _("logarithmic"), "linear": _("linear")})
with claim:
    furniture.claim(
        _("The loss of the last row on its way back: {verdicts}").format(
            verdicts=_("; ").join(mapping.title(runner) for runner in runners.values())
        ),
        mapping.conditions(fresh),
    )

steps = runners[chosen.cell].length
board = Board(tokens or [""] * steps, [True] * steps, units=1)
board.row(*mapping.maps(runners, tokens, shared=scale == "shared", log=kind == "log"))
board.row(mapping.reach(runners, tokens, board))
stage("gradient-map", board)

furniture.below(
    read=[
        _("The diagonal is a loss at the very step; strong colour far to the left of it is a long reach."),
        _("A thin band along the diagonal: early states get next to no message. Grey is the future."),
        _("On a linear scale only the largest is seen; the logarithmic one shows how fast the rest dies."),
    ],
    suggestions=[
        (_("Radius 2: the RNN's gradients grow"), knobs.FRESH | {"race_radius": 2.0}),
        (_("Keeping gates wide open"), knobs.FRESH | {"race_bias": 5.0}),
        (_("The trained networks on my sentence"), {"race_reads": "text"}),
        (_("On a linear scale"), {"map_scale": "linear"}),
    ],
    code=f"""import rnnviz
from rnnviz.race import Answer, Race
from rnnviz.experiment import Experiment

runner = {runners[chosen.cell]!r}
losses = runner.objective_at_each_step
matrix = rnnviz.gradients.gradient_matrix(runner.network(), runner.input(), "state", losses)
matrix.values.shape               # {mapping.matrix(runners[chosen.cell]).values.shape}
""",
)
