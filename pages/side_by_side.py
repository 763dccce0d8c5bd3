"""Side by side: RNN, LSTM, GRU, and any other cell, read the same sentence under one cursor."""

import streamlit as st

from rnnviz.app import controls, state
from rnnviz.cells import CELLS
from rnnviz.ui import cache, charts, claims, furniture, panels
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board, show

chosen = state.subject()
claim = st.container()
controls.knob("compared")
compared = state.knobs().compared or (chosen.cell,)
# Those that are shipped trained stay trained beside one that is not.
experiments = chosen.vary(cell=[cell for cell in CELLS if cell in compared])
answers = {cell: cache.answers(experiment).values for cell, experiment in experiments.items()}
with claim:
    furniture.claim(claims.comparison(experiments), claims.conditions(experiments))


def build() -> Board:
    board = Board(chosen.tokens, chosen.known, units=1)
    board.spread(charts.compared_states(experiments))
    board.spread(
        [
            panels.probabilities(
                experiment,
                board.array(f"p:{cell}", answers[cell]),
                network=cell,
                title=_("{cell}: the answer so far").format(cell=cell),
                accent=panels.accent(experiment),
            )
            for cell, experiment in experiments.items()
        ]
    )
    reference = int(cache.answers(chosen).values[-1].argmax())
    board.row(charts.compared_chances(experiments, reference, span=6), charts.compared_changes(experiments, span=6))
    return board


show(build)

furniture.below(
    read=[
        _("One cursor for all: the same word in every picture, and one colour scale for all states."),
        _("A row that keeps its colour may be remembering; a row that flickers changes with almost every word."),
        _("Answers are read from each state as if the sentence ended there."),
    ],
    suggestions=[
        (_("A Chinese sentence"), {"text": "明天台北会下雨吗"}),
        (
            _("A long one: from which word on is it decided?"),
            {"text": "could you please tell me how to get to the train station from here ?"},
        ),
        (_("More units for all"), {"size": "medium"}),
        (_("All of them before training"), {"trained": False}),
    ],
    code=f"""import rnnviz

for cell in {tuple(experiments)!r}:
    trace = {chosen.code()}.with_(cell=cell).trace()
    print(cell, trace.y.values.argmax())
""",
)
