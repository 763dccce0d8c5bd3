"""How the LSTM came to be: six cells in the order of history, one stream, and what each new part is good for."""

import streamlit as st

from rnnviz.ui import furniture, lineages, milestones, panels
from rnnviz.ui.drawing import diagram
from rnnviz.ui.language import _
from rnnviz.ui.stage import stage

claim = st.container()
with st.container(horizontal=True):
    station = lineages.choose()
    period = lineages.choose_period(station)
found = lineages.runs()
with claim:
    furniture.claim(lineages.verdict(station, found, period), lineages.sentence(station))

board = panels.board(station)
board.row(
    diagram(
        station,
        board,
        span=9,
        title=_("The cell of {station} at this symbol").format(station=station.station),
        caption=_("Values flow along the wires. Slide, or press ← and →."),
    ),
    panels.probabilities(
        station,
        span=3,
        title=_("Which symbol comes next?"),
        caption=_("What this network expects after the symbol at the cursor."),
    ),
)
board.row(
    lineages.growth(station, found, span=6, title=_("The state along one stream that never starts afresh")),
    milestones.effect(station, found, period, span=6),
)
board.row(panels.equations(station, board, span=12))
board.row(lineages.states(station, span=7), lineages.memories(station, found, span=5))
stage("how-the-lstm-came-to-be", board)

furniture.below(
    read=[
        _("Strings of a grammar follow one another without a mark. The second letter of each comes back at its end."),
        lineages.budgets(),
        _("Jordan came first, and stands behind Elman because one comparison, Elman's stream of bits, shows both."),
    ],
    suggestions=[
        (_("1997: the state that keeps growing"), {"station": milestones.FIRST}),
        (_("2000: the same stream with a forget gate"), {"station": milestones.FORGETS}),
        (_("A clock of one cell, that counts to 25"), {"station": milestones.PEEPS, "period": 25}),
        (_("2014: how many weights a gate costs"), {"station": milestones.GRU}),
    ],
    code=f"""from rnnviz import lineage

station = lineage.{station!r}
station.trace().layer()["{station.carried}"].values   # after each of the first {len(station.tokens)} symbols
lineage.long_run(station).sizes.max()     # {found[station.station].sizes.max():.4f}
""",
)
