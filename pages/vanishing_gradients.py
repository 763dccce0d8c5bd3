"""Vanishing gradients: the true size of the gradient at every step, for RNN, LSTM and GRU."""

import streamlit as st

from rnnviz.race import Race
from rnnviz.ui import backward, controls, furniture, knobs, retraced
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board, stage

chosen = controls.experiment()
claim = st.container()
runners = knobs.runners(chosen)
fresh = isinstance(runners[chosen.cell], Race)
repeat = fresh and knobs.repeat(_("Repeat over {count} seeds").format(count=backward.REPEATS))
tokens = () if fresh else chosen.tokens
with claim:
    furniture.claim(
        _("The gradient on its way back: {verdicts}").format(
            verdicts=_("; ").join(backward.verdict(runner) for runner in runners.values())
        ),
        knobs.conditions(chosen, runners[chosen.cell]),
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
        _("An LSTM carries its gradient in h and in c; the dotted line is the way through c."),
        _("The product of forget gates is not what is drawn: these are derivatives of the whole network."),
    ],
    suggestions=[
        (
            _("A linear RNN at radius 1.1: gradients grow"),
            {"race_reads": "noise", "race_f": "identity", "race_radius": 1.1},
        ),
        (
            _("A linear orthogonal RNN keeps its gradient"),
            {"race_reads": "noise", "race_start": "orthogonal", "race_f": "identity", "race_radius": 1.0},
        ),
        (_("Shut the keeping gates: the LSTM fades faster than the RNN"), {"race_reads": "noise", "race_bias": -2.0}),
        (_("My own sentence, trained networks"), {"race_reads": "text"}),
    ],
    code=f"""import rnnviz
from rnnviz.race import Answer, Race
from rnnviz.experiment import Experiment

runner = {runners[chosen.cell]!r}
curves = rnnviz.gradients.gradient_curves(runner.network(), runner.input(), runner.objective)
curves["h"].values[0, 0]          # log10 of the size of dL/dh at the first step: {backward.first(runners[chosen.cell])}
""",
)
