"""Backpropagation through time: the derivation with the numbers of this network, from the loss back to its weights."""

import streamlit as st

from rnnviz.app import controls, gradient_runs, page, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import through_time, through_time_claims, weight_sums
from rnnviz.app.stage.board import Board, show

subject = state.subject()
claim = page.place_of_claim()
with controls.more_settings():
    controls.knob("truncate", most=subject.read().steps - 1)
    controls.knob("clip")
    st.caption(through_time_claims.norm_now(subject, state.knobs().truncate))
truncate, clip = state.knobs().truncate, state.knobs().clip
with claim:
    page.claim(
        through_time_claims.claim(subject, truncate),
        through_time_claims.sentence(subject, truncate, clip),
        through_time_claims.chips(subject, truncate),
        through_time_claims.measured(subject, truncate, clip),
    )


def build() -> Board:
    board = through_time.board(subject, truncate)
    board.row(through_time.way_back(subject, board, truncate, span=12))
    board.row(through_time.recursion(subject, board, truncate, span=12))
    board.row(weight_sums.sums(subject, board, truncate, clip, span=12))
    board.row(weight_sums.lessons(subject, truncate, clip, span=8), weight_sums.jacobian(subject, board, span=4))
    return board


show(build)

usual = {"truncate": 0, "clip": 0.0}
cut = f", truncate={truncate}" if truncate else ""
name, size = gradient_runs.recurrent(subject), gradient_runs.term_sizes(subject, truncate)[-1]
page.below(
    read=[
        _("Read from the right: the loss pulls at the last state, and every step back multiplies by one Jacobian."),
        _("At each step the gradient also asks something of the weights; the terms of all steps are added up."),
        _("Truncation detaches the state so many steps before the end; clipping multiplies all terms by one factor."),
    ],
    suggestions=[
        (_("Go back through two steps only"), usual | {"truncate": 2}),
        (_("Clip the gradient at 0.001"), usual | {"clip": 0.001}),
        (_("The same for an LSTM, whose state is (h, c)"), usual | {"cell": "LSTM"}),
        (_("Before it was trained"), usual | {"trained": False}),
    ],
    code=f"""import rnnviz

subject = {subject.code()}
network, x = subject.network(), subject.input()
found = rnnviz.gradients.through_time(network, x, subject.objective{cut})
found.states.values.shape         # {gradient_runs.taken_apart(subject, truncate).states.values.shape}
(found.terms[{name!r}].values[-1] ** 2).sum() ** 0.5     # {size:.3g}
""",
)
