"""Side by side: RNN, LSTM and GRU read the same sentence under one cursor."""

import streamlit as st

from rnnviz import figures
from rnnviz.cells import CELLS
from rnnviz.dynamics import state_change
from rnnviz.figures import style
from rnnviz.ui import cache, controls, furniture, panels
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board, stage

chosen = controls.experiment()
claim = st.container()
compared = st.pills(
    _("Cells to compare"),
    list(CELLS),
    selection_mode="multi",
    default=list(CELLS),
    key="compared",
    persist_state="session",
)
cells = [cell for cell in CELLS if cell in compared] or [chosen.cell]
experiments = {cell: chosen.with_(cell=cell) for cell in cells}
answers = {cell: cache.answers(experiment).values for cell, experiment in experiments.items()}
names = panels.label_names(chosen)
decisions = {cell: names[shares[-1].argmax()] for cell, shares in answers.items()}
reference = int(cache.answers(chosen).values[-1].argmax())
layers = {cell: cache.trace(experiment).layer() for cell, experiment in experiments.items()}
shared = style.value_range(*(layer["h"] for layer in layers.values()))
board = Board(chosen.tokens, chosen.known, units=1)
span = 12 // len(cells)

agree = len(set(decisions.values())) == 1
with claim:
    furniture.claim(
        (
            _("{count} cells agree on {sentence}: {answer}")
            if agree
            else _("The cells disagree on {sentence}: {answers}")
        ).format(
            count=len(cells),
            sentence=panels.quoted(chosen),
            answer=furniture.bold(next(iter(decisions.values()))),
            answers=", ".join(f"{cell}: {furniture.bold(answer)}" for cell, answer in decisions.items()),
        ),
        panels.fairness(experiments.values()),
    )
board.row(
    *(
        panels.chart(
            figures.heatmap(
                layers[cell]["h"].at(batch=0),
                chosen.tokens,
                value_range=shared,
                height=300,
                time_title=_("time step"),
                unit_title=_("unit"),
            ),
            cursor="column",
            span=span,
            title=_("{cell}: {units} units of h").format(cell=cell, units=experiment.units),
            accent=style.CELLS[cell],
            legend={"scale": "state", "low": shared[0], "high": shared[1]},
        )
        for cell, experiment in experiments.items()
    )
)
board.row(
    *(
        panels.probabilities(
            experiment,
            board.array(f"p:{cell}", answers[cell]),
            span=span,
            title=_("{cell}: the answer so far").format(cell=cell),
            accent=style.CELLS[cell],
        )
        for cell, experiment in experiments.items()
    )
)
board.row(
    panels.chart(
        figures.lines(
            [figures.Line(cell, shares[:, reference], style.CELLS[cell]) for cell, shares in answers.items()],
            chosen.tokens,
            value_range=(0, 1),
            value_title=_("probability"),
            time_title=_("time step"),
        ),
        span=6,
        title=_("When does each one know? Chance of “{answer}”").format(answer=names[reference]),
    ),
    panels.chart(
        figures.lines(
            [
                figures.Line(cell, state_change(layer).at(batch=0).values, style.CELLS[cell])
                for cell, layer in layers.items()
            ],
            chosen.tokens,
            value_title=_("change of h (RMS over units)"),
            time_title=_("time step"),
        ),
        span=6,
        title=_("How far does each word move the state?"),
    ),
)
stage("side-by-side", board)

furniture.how_to_read(
    _("One cursor for all: the same word in every picture, and one colour scale for all states."),
    _("A row that keeps its colour remembers; a row that flickers reacts to the last word only."),
    _("Answers are read from each state as if the sentence ended there."),
)
furniture.try_this(
    [
        (_("A Chinese sentence"), {"text": "明天台北会下雨吗"}),
        (_("A long one, whose first words decide"), {"text": "play some quiet music before we sleep"}),
        (_("More units for all"), {"size": "medium"}),
        (_("All three before training"), {"weights": "fresh"}),
    ]
)
furniture.show_code(
    f"""import rnnviz

for cell in {tuple(cells)!r}:
    trace = rnnviz.{furniture.construction(chosen)}.with_(cell=cell).trace()
    print(cell, trace.y.values.argmax())
"""
)
