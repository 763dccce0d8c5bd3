"""Vanishing gradients: the true size of the gradient at every step, for RNN, LSTM and GRU."""

import streamlit as st

from rnnviz.race import Race
from rnnviz.ui import backward, controls, furniture, knobs, retraced
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board, stage
from rnnviz.ui.verdicts import of_forgetting, verdict

chosen = controls.experiment()
claim = st.container()
runners = knobs.runners(chosen)
fresh = isinstance(runners[chosen.cell], Race)
repeat = fresh and knobs.repeat(_("Repeat over {count} seeds").format(count=backward.REPEATS))
tokens = () if fresh else chosen.tokens
with claim:
    furniture.claim(
        _("The gradient on its way back: {verdicts}").format(
            verdicts=_("; ").join(verdict(runner) for runner in runners.values())
        ),
        knobs.conditions(chosen, runners[chosen.cell], of_forgetting(runners["LSTM"])),
    )

retraced.prepare(runners)
steps = runners[chosen.cell].length
board = Board(tokens or [""] * steps, [True] * steps, units=1)
board.row(backward.race(runners, tokens, repeat), backward.spectrum(runners, board))
board.row(backward.bounds(runners[chosen.cell], tokens, span=6), backward.teaching(runners, tokens, span=6))
stage("vanishing-gradients", board)

furniture.below(
    read=[
        _("Read from the right, where the loss is: a straight fall means that each step back costs the same factor."),
        _("An LSTM's state is (h, c): its solid line is the gradient by both, dashed by h alone, dotted by c alone."),
        _("The product of forget gates is not what is drawn: these are derivatives of the whole network."),
    ],
    suggestions=[
        (
            _("A linear RNN at radius 1.1: gradients grow"),
            knobs.FRESH | {"race_f": "identity", "race_radius": 1.1},
        ),
        (
            _("A linear orthogonal RNN keeps its gradient"),
            knobs.FRESH | {"race_start": "orthogonal", "race_f": "identity", "race_radius": 1.0},
        ),
        (_("Gate bias 0, where torch starts: the LSTM fades faster than the RNN"), knobs.FRESH | {"race_bias": 0.0}),
        (_("My own sentence, trained networks"), {"race_reads": "text"}),
    ],
    code=f"""import rnnviz
from rnnviz.race import Answer, Race
from rnnviz.experiment import Experiment

runner = {runners[chosen.cell]!r}
curves = rnnviz.gradients.gradient_curves(runner.network(), runner.input(), runner.objective)
curves["state"].values[0, 0]      # log10 of the size of dL/dS at the first step: {backward.first(runners[chosen.cell])}
""",
)
