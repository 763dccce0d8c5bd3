"""A batch: sequences of different length side by side, what padding does, and what packing leaves out."""

import streamlit as st

from rnnviz.app import controls, page, state, widgets
from rnnviz.app.i18n import _
from rnnviz.app.panels import a_batch, batch_claims, batch_times
from rnnviz.app.stage.board import Board, show

subject, knobs = state.subject(), state.knobs()
claim = page.place_of_claim()
batch_claims.choose(subject)
found = batch_claims.runs()
with claim:
    page.claim(*batch_claims.claim(subject, found))


def build() -> Board:
    steps = len(found.sizes)
    board = Board([""] * steps, [True] * steps, units=1, start=0, about={subject.cell: subject})
    board.row(a_batch.sheet(subject, found, board, span=12))
    board.row(a_batch.drift(subject, found, span=6), a_batch.left(subject, found, span=6))
    board.row(a_batch.gradient(subject, found, span=12))
    return board


show(build)
below = st.container()
page.below(
    read=[
        _("Rows are sequences, columns are time steps. A row's own steps are filled, its padding is hatched."),
        _("A batch computes all rows of a step in one product; so it waits for its longest row."),
        _("Answers alone and packed agree: packing changes the order of work, not the numbers."),
    ],
    suggestions=[
        (_("Other sentences"), {"drawn": knobs.drawn + 1 if knobs.drawn < 9999 else 0, "lines": ()}),
        (_("Eight sequences, not sorted"), {"sequences": 8, "in_order": False, "lines": ()}),
        (_("Before training: what padding does to its gradient"), {"trained": False}),
        (_("Read both ways: padding comes first"), {"model": "slots-lstm-two-1-seed0"}),
    ],
    code=f"""import rnnviz
from rnnviz.studies import a_batch

subject = {subject.code()}
rows = a_batch.rows_of(subject, {knobs.sequences}, seed={knobs.drawn}, lines={knobs.lines!r})
runs = a_batch.run(subject.network(), {"a_batch.sorted_rows(rows)" if knobs.in_order else "rows"})
runs.sizes                       # {found.sizes}
runs.drift[-1]                   # {", ".join(f"{moved:.3f}" for moved in found.drift[-1])}
""",
)

with below:  # last, for it takes longest
    with controls.line():
        controls.knob("timed")
        widgets.next_of("again", _("Measure again"), "timer")
    taken = batch_times.times(subject)
    show(lambda: batch_times.build(subject, taken), part="times")
