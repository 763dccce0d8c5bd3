"""The title of Memory decay follows the chosen measure, and its numbers are what the pictures draw."""

import numpy as np
import pytest

from tests.pages.visit import board, chips, claim, land, panels

PAGE = "memory_decay.py"


@pytest.mark.parametrize(
    ("measure", "says"), [("reveal", "the exact part of the first word"), ("ledger", "written at the first word")]
)
def test_the_title_and_its_numbers_follow_the_measure(measure, says):
    at = land(PAGE, measure=measure)
    assert says in claim(at)
    header, arrays = board(at)
    for panel in panels(header, "shares"):
        if panel["place"]["signal"] != measure:
            continue
        drawn = arrays[panel["array"]].reshape(header["steps"], -1)[-1, 1]
        assert f"{panel['place']['network']} {drawn:.1%}" in chips(at)


def test_of_the_gradient_the_first_words_share_is_told():
    at = land(PAGE, measure="connectivity")
    assert claim(at) == "How much of the answer's gradient goes to the first word"
    (chart,) = [panel for panel in panels(board(at)[0], "chart") if "small push" in panel["title"]]
    assert len(chips(at).split("; ")) == len(chart["figure"]["data"])
    assert not np.isnan([float(chip.split()[-1].rstrip("%")) for chip in chips(at).split("; ")]).any()
