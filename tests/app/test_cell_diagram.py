"""The cell's drawing: what the arrays that its boxes read hold, step by step, against the cell stepped by hand."""

import numpy as np
import pytest
import torch

from rnnviz.app.panels import network_views, one_step
from rnnviz.app.panels.cell_diagram import diagram
from rnnviz.app.panels.quantity_shapes import kind_of, numbers
from rnnviz.app.panels.worked_step import LINES, Part, _array
from rnnviz.app.results import FIRST
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


SIGNS = {"=": "==", "×": "*", "÷": "/", "−": "-", "= exp(": "== exp(", "= max(": "== largest(", "^ ( 8 ×": "** (8 *"}


@pytest.mark.parametrize("cell", LINES)
def test_the_equations_above_a_drawing_hold_at_every_step_in_every_unit(cell):
    subject = intents(cell, weights="fresh", seed=3)
    own, board = subject.network().layers[0][0], one_step.board(subject)
    arrays = unpack(board)[1]
    told = [line.parts for line in LINES[cell] if all(part.array for part in line.parts if isinstance(part, Part))]

    def value(part: Part, name: str, in_rows: bool) -> np.ndarray:
        values = arrays[_array(subject, board, name, FIRST)].astype(float)
        if part.row:
            quantity = "a" if name == "A" else name.removeprefix("previous:")  # one number of A to each of a
            values = values.reshape(len(values), -1, own.shape(quantity)[-1])
            assert (values.shape[1] == own.hidden_size) == (kind_of(own, quantity) == "matrix")
            return values
        if values.shape[1] == 2 * own.hidden_size:  # complex
            values = values[:, : own.hidden_size] + 1j * values[:, own.hidden_size :]
        return values[..., None] if in_rows else values

    for parts in told:
        in_rows = any(part.row for part in parts if isinstance(part, Part))
        known = {f"v{k}": value(part, part.array, in_rows) for k, part in enumerate(parts) if isinstance(part, Part)}
        text = " ".join(f"v{k}" if isinstance(p, Part) else SIGNS.get(p, p) for k, p in enumerate(parts))
        if "==" not in text:
            continue
        left, right = (eval(side, {"exp": np.exp, "largest": np.maximum} | known) for side in text.split("=="))
        np.testing.assert_allclose(left, right, rtol=1e-4, atol=1e-6, err_msg=text)
