"""The title of Memory decay follows the chosen measure, and its numbers are what the pictures draw."""

import pytest

from tests.pages.memory_page import written
from tests.pages.visit import board, chips, claim, land, panels

PAGE = "memory_decay.py"


@pytest.mark.parametrize(
    ("measure", "says"), [("reveal", "exactly due to the first letter"), ("ledger", "written at the first letter")]
)
def test_the_title_and_its_numbers_follow_the_measure(measure, says):
    at = land(PAGE, measure=measure)
    assert says in claim(at)
    header, arrays = board(at)
    for panel in panels(header, "shares"):
        if panel["place"]["signal"] != measure:
            continue
        drawn = arrays[panel["array"]].reshape(header["steps"], -1)[-1, 1]
        assert f"{panel['place']['network']} {written(drawn)}" in chips(at)


def test_of_the_gradient_the_first_words_share_is_told():
    at = land(PAGE, measure="connectivity")
    assert claim(at) == "How much would a small change of the first letter move the answer?"
    (chart,) = [panel for panel in panels(board(at)[0], "chart") if "small change" in panel["title"]]
    assert len(chips(at).split("; ")) == len(chart["figure"]["data"])
    assert all(chip.endswith("%") for chip in chips(at).split("; "))
