"""The cell's drawing: what the arrays that its boxes read hold, step by step, against the cell stepped by hand."""

import numpy as np
import pytest
import torch

from rnnviz.app.panels import network_views
from rnnviz.app.panels.cell_diagram import diagram
from rnnviz.app.panels.quantity_shapes import numbers
from rnnviz.cells import CELLS
from rnnviz.studies.lstm_history import STATIONS, subject_of
from tests.app.sent import unpack
from tests.intents import intents

READERS = [*(intents(cell=cell) for cell in CELLS), *map(subject_of, STATIONS)]


def painted(reader) -> dict[str, np.ndarray]:
    """By signal, what each box of the drawing shows: (time, unit), as it is sent to the browser."""
    board = network_views.board(reader)
    boxes = diagram(reader, board)["boxes"]
    arrays = unpack(board)[1]
    return {box["signal"]: arrays[box["array"]] for box in boxes}


def stepped(reader) -> dict[str, np.ndarray]:
    """What the reader's own cell makes of one step after the other, and what each step started from."""
    network = reader.network()
    cell = network.layers[0][0]
    state, rows = cell.initial_state(1), []
    with torch.no_grad():
        for x in network.embed(reader.input()):
            step = cell(x, state)
            taken_apart = cell.summands(x, state, step)
            row = {f"previous:{name}": value for name, value in state.items()} | {"x": x} | step
            for name, parts in taken_apart.items():
                row |= {f"{name}:{k}": term.value for k, term in enumerate(parts.terms)}
                row[f"{name}:sum"] = sum(term.value for term in parts.terms)
            rows.append(row)
            state = {name: step[name] for name in cell.state}
    return {name: np.stack([row[name][0].detach().numpy() for row in rows]) for name in rows[0]}


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: getattr(reader, "station", reader.cell))
def test_every_box_shows_its_own_signal_at_its_own_step(reader):
    shown, expected = painted(reader), stepped(reader)
    assert shown
    for signal, values in shown.items():
        np.testing.assert_allclose(values, numbers(expected[signal]), atol=2e-5, err_msg=signal)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: getattr(reader, "station", reader.cell))
def test_a_step_starts_from_what_the_step_before_left(reader):
    shown = painted(reader)
    before = [signal for signal in shown if signal.startswith("previous:")]
    assert before
    for signal in before:
        assert not shown[signal][0].any()  # the state before the first word is zero
        assert np.abs(np.diff(shown[signal], axis=0)).max() > 1e-3
        now = shown.get(signal.removeprefix("previous:"))
        if now is not None:
            np.testing.assert_array_equal(shown[signal][1:], now[:-1], err_msg=signal)
