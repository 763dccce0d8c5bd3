"""How the LSTM came to be: cells in the order of history, one stream, and what each new part is good for."""

from rnnviz.app import controls, page, state, trial_runs
from rnnviz.app.i18n import _
from rnnviz.app.panels import cell_history, cell_milestones, cell_time_line, cell_trials, history_claims
from rnnviz.app.panels.equations import equations
from rnnviz.app.stage.board import Board, show
from rnnviz.studies.lstm_history import EARLY, LENGTHS, carried, endings_right, station_of, subject_of

station = station_of(state.subject())
subject, period = subject_of(station), state.knobs().period
claim = page.place_of_claim()
cell_time_line.time_line(station)
if station == cell_milestones.PEEPS:
    controls.knob("period")
runs, shares = (cell_history.runs(), {}) if station in EARLY else ({}, trial_runs.measured())
with claim:
    page.claim(history_claims.title(station), history_claims.story(station), measured=history_claims.measured(station))


def build() -> Board:
    board = cell_history.board(station)
    board.row(cell_history.drawing(station, board, span=9), cell_history.expected(station, span=3))
    if station in EARLY:
        board.row(cell_history.growth(station, runs, span=6), cell_milestones.effect(station, runs, period, span=6))
    else:
        board.row(cell_trials.counts(station, shares, span=6), cell_trials.recalls(station, shares, span=6))
    board.row(equations(subject, board, span=12))
    memories = [cell_history.memories(station, runs, span=5)] if station in EARLY else []
    board.row(cell_history.states(station, span=12 - 5 * len(memories)), *memories)
    return board


show(build)
if station not in EARLY:
    cell_trials.link()

page.below(
    read=[
        _("Strings follow one another unmarked. The second letter of each comes back as the second-to-last."),
        *history_claims.around(),
    ],
    suggestions=[
        (_("1997: the state that keeps growing"), {"model": subject_of(cell_milestones.FIRST).model.name}),
        (_("2000: the same stream with a forget gate"), {"model": subject_of(cell_milestones.FORGETS).model.name}),
        (
            _("A clock of one cell, that counts to 25"),
            {"model": subject_of(cell_milestones.PEEPS).model.name, "period": 25},
        ),
        (_("2014: how many weights a gate costs"), {"model": subject_of(cell_milestones.GRU).model.name}),
        (_("2024: a matrix in which a key finds its value"), {"model": subject_of(history_claims.MLSTM).model.name}),
    ],
    code=f"""from rnnviz.studies import lstm_history

subject = lstm_history.subject_of({station!r})
subject.trace().layer()["{carried(subject)}"].values
lstm_history.endings_right({station!r}, 104)     # {endings_right(station, LENGTHS[1])}
""",
)
