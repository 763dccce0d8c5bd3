"""The cells that led to the LSTM, to the GRU and on to 2024, each a station: what it added, and what came of it.

All learnt one task with as many units and updates, and read one stream. Besides the cell one thing differs, the step
size: a gated cell learns with a larger one (see the cards).
"""

from rnnviz.studies.lstm_history.learning import UNITS, XOR_UNITS, fresh, plain
from rnnviz.studies.lstm_history.measuring import (
    LENGTHS,
    PERIODS,
    STRINGS,
    TIMED,
    LongRun,
    carrier,
    endings_neither,
    endings_right,
    long_run,
    spikes,
    xor_errors,
)
from rnnviz.studies.lstm_history.stations import (
    EARLY,
    LONG,
    SHOWN,
    STATIONS,
    TASK,
    XOR,
    Origin,
    carried,
    file_name,
    new_wires,
    shipped,
    station_of,
    stream,
    subject_of,
)

__all__ = [
    "EARLY",
    "LENGTHS",
    "LONG",
    "PERIODS",
    "SHOWN",
    "STATIONS",
    "STRINGS",
    "TASK",
    "TIMED",
    "UNITS",
    "XOR",
    "XOR_UNITS",
    "LongRun",
    "Origin",
    "carried",
    "carrier",
    "endings_neither",
    "endings_right",
    "file_name",
    "fresh",
    "long_run",
    "new_wires",
    "plain",
    "shipped",
    "spikes",
    "station_of",
    "stream",
    "subject_of",
    "xor_errors",
]
