"""The return of recurrence: what cells that run in parallel lost, and what a matrix as state won."""

import streamlit as st

from pages import PAGES
from rnnviz.app import controls, page, state, trial_runs
from rnnviz.app.panels import lost_and_won, lost_and_won_claims, paper_and_code
from rnnviz.app.stage.board import Board, show, stage

knobs, claim = state.knobs(), page.place_of_claim()
with controls.line(beside=True):
    controls.knob("bits")
    controls.knob("pairs")
asked = {"counting": knobs.bits, "recall": knobs.pairs}
shares = trial_runs.known(asked)
with claim:
    page.claim(
        lost_and_won_claims.title(shares),
        lost_and_won_claims.sentence(),
        lost_and_won_claims.chips(shares),
        lost_and_won_claims.measured(),
    )


def build() -> Board:
    board = Board([], [], units=1, about=lost_and_won.subjects())
    board.row(lost_and_won.picture(board, shares))
    return board


left, right = st.columns([3, 1], gap="small")
complete = trial_runs.is_complete(shares, asked)
with left:
    show(build) if complete else stage(state.view().page, build())
with right:
    lost_and_won.card(shares)
if not complete:
    trial_runs.go_on(asked)
lost_and_won.others([row for row in PAGES if row.section == state.row().section and row is not state.row()])
paper_and_code.ledger()

page.below(
    read=lost_and_won_claims.read(),
    suggestions=lost_and_won_claims.suggestions(),
    code=lost_and_won.code(shares),
)
