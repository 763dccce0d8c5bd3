"""A matrix as memory: what it claims is what the rules give, and what is edited on the stage is in the address."""

import numpy as np
import pytest

from tests.pages.visit import board, claim, land, panels, sentence, tell

PAGE = "a_matrix_as_memory.py"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({}, "A new value for A: addition mixes, the delta rule replaces"),
        (
            {"operations": "A1.A2", "share": "0.5"},
            "A overwritten with ②: addition reads ① and ② at once, the delta rule 0.25 × ① and 0.50 × ② at once",
        ),
        ({"operations": "A1.A0"}, "A erased: addition still reads ①, the delta rule nothing"),
        ({"operations": "A1.A0", "share": "2"}, "A erased: addition still reads ①, the delta rule −2.00 × ①"),
        (
            {"operations": "A1.B2", "alike": "0.5"},
            "A table in which a key finds its value: B reads 0.50 × ① and ② at once by addition, ② by the delta rule",
        ),
    ],
)
def test_the_claim_says_what_a_key_reads(query, said):
    assert claim(land(PAGE, **query)) == said


def test_operations_are_edited_on_the_stage_and_what_cannot_be_is_refused():
    at = tell(land(PAGE), "knob", {"name": "operations", "value": "B2.B4"})
    assert claim(at) == "A new value for B: addition mixes, the delta rule replaces"
    assert at.query_params["operations"] == "B2.B4"
    at = tell(at, "knob", {"name": "operations", "value": "<b>"})
    assert "words with dots between them" in at.warning[0].value
    assert "addition answers ② and ④ at once, the delta rule ④" in sentence(at)


def test_below_it_stands_the_table_of_the_network_itself():
    at = land(PAGE)
    header, arrays = board(at, 1)
    (panel,) = panels(header, "table")
    layer = at.session_state["subjects"][at.session_state["page"].address].trace().layer()
    size = panel["rows"] * panel["columns"]
    for name in ("S", "u", "k", "h", "β"):
        np.testing.assert_allclose(arrays[name], layer[name].values.ravel(), rtol=1e-6, atol=1e-7)
    assert len(arrays["S"]) == header["steps"] * size
