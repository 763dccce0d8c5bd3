"""Every page opens on cells whose states are matrices, complex or single numbers, and shows them or says why not."""

import numpy as np
import pytest

import rnnviz
from pages import PAGES
from rnnviz.cells import CELLS
from rnnviz.subjects import Subject, needs
from tests.cells.mixed_cell import Mixed
from tests.cells.odd_cells import ODD as TWO
from tests.pages.visit import board, claim, land, panels, shown

ODD = {**TWO, "mixed": Mixed}
WORDS = {"text": "what time is it ?"}
STEP, STATES = "step_through.py", "states.py"
SHOW = (STEP, STATES, "side_by_side.py", "backpropagation_through_time.py", "vanishing_gradients.py", "gradient_map.py")
SHOW += ("memory_decay.py", "two_directions.py", "deep_network.py", "a_batch.py")


@pytest.fixture(autouse=True)
def known(monkeypatch):
    for name, cell in ODD.items():
        monkeypatch.setitem(CELLS, name, cell)


def subject_of(cell: str, **structure: str) -> Subject:
    return rnnviz.subject("untrained", **{"cell": cell, "size": "6", "task": "intents"} | structure, **WORDS)


@pytest.mark.parametrize("page", [row.file for row in PAGES if row.picker != ()])
def test_every_page_opens_on_such_a_cell(page):
    """Of all kinds of states at once."""
    asks = {"two_directions.py": {"task": "slots", "directions": "two"}, "gradient_map.py": {"task": "slots"}}
    at = land(page, **subject_of("mixed", **asks.get(page, {})).query(), lang="zh")
    assert claim(at)
    if page in SHOW:
        assert not at.warning
        assert shown(at).cell == "mixed"


@pytest.mark.parametrize("cell", ODD)
def test_equations_add_up_whatever_the_shape(cell):
    header, arrays = board(land(STEP, **subject_of(cell).query()))
    (equations,) = panels(header, "equations")
    for row in equations["rows"]:
        if not row["activation"]:
            total = sum(arrays[term["array"]] for term in row["terms"])
            np.testing.assert_allclose(total, arrays[row["array"]], atol=1e-5)


def test_a_matrix_is_drawn_as_one_and_complex_numbers_as_both_parts():
    header, arrays = board(land(STEP, **subject_of("outer").query()))
    row = next(row for row in panels(header, "equations")[0]["rows"] if row["array"] == "C")
    assert (row["shape"], row["rows"], row["columns"]) == ("matrix", 6, 6)
    trace = subject_of("outer").trace().layer()
    np.testing.assert_allclose(arrays["C"], trace["C"].values.ravel(), atol=1e-6)
    header, arrays = board(land(STATES, **subject_of("rotating").query()))
    trace = subject_of("rotating").trace().layer()
    np.testing.assert_allclose(arrays["s.im"], trace["s"].values.imag.ravel(), atol=1e-6)
    np.testing.assert_allclose(arrays["s"].reshape(-1, 2, 6)[:, 0], trace["s"].values[:, 0].real, atol=1e-6)


def test_states_beyond_the_limits_are_refused_with_the_size_they_would_take():
    with pytest.raises(ValueError, match=r"a matrix of 4,225 numbers, and 4,096 are allowed\. Choose up to 64 units"):
        rnnviz.subject("untrained", cell="outer", size="65", **WORDS)
    assert subject_of("outer").with_(size="large").units == 64
    with pytest.raises(ValueError, match=r"129 steps they have 528,384 numbers, 2\.0 MB"):
        rnnviz.subject("untrained", cell="outer", size="64", task="", noise=1, length=129)


@pytest.mark.parametrize(("cell", "stands"), [("DeltaNet", True), ("gated DeltaNet", False)])
def test_a_state_that_nothing_moves_without_input_has_no_fixed_points_to_be_found(cell, stands):
    subject = rnnviz.subject("untrained", cell=cell, size="4", task="flip_flop", example=1)
    refused = needs.NEEDS["moves_alone"](subject.load(), subject.read())
    assert (refused is not None) == stands
