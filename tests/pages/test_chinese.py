"""A visitor who comes in Chinese: links below the pages that do something, and no English in refusals and code."""

import re

import pytest

from rnnviz.refusals import Refused
from tests.pages.visit import arrive, board, land, shown, whole

# The pages that suggest sentences to read.
READERS = ("step_through.py", "states.py", "side_by_side.py", "two_directions.py")
LETTERS = re.compile("[A-Za-z]{3}")


@pytest.mark.parametrize("page", READERS)
def test_every_suggestion_changes_what_a_chinese_visitor_starts_with(page):
    opens = land(page, lang="zh")
    assert re.search("[\u4e00-\u9fff]", shown(opens).text)
    for button in [button for button in opens.button if (button.key or "").startswith("button-try-")]:
        at = land(page, lang="zh")
        at = whole(at.button(key=button.key).click().run())
        assert not at.warning
        assert board(at)[0]["id"] != board(opens)[0]["id"], button.label


@pytest.mark.parametrize("page", READERS)
def test_what_the_code_says_of_its_results_is_no_english(page):
    comments = re.findall("(?<=# ).*", land(page, lang="zh").code[0].value)
    words = [re.sub(r"'.*?'|shape|PyTorch|= [a-z_.]+", "", comment) for comment in comments]
    assert not any(LETTERS.search(comment) for comment in words), comments


@pytest.mark.parametrize(
    "query",
    [
        {"cell": "transformer"},
        {"task": "poetry"},
        {"layers": "99"},
        {"weights": "stolen"},
        {"model": "untrained~cell.RNN~recurrent.sideways"},
        {"model": "untrained~cell.RNN~spectral_radius.99.0"},
    ],
    ids=str,
)
def test_a_refusal_calls_fields_by_chinese_names(query):
    warnings = arrive(lang="zh", **query).warning
    assert warnings
    for warning in warnings:
        assert not LETTERS.search(re.sub("`.*?`", "", warning.value)), warning.value
        assert "“" in warning.value, warning.value


def test_a_refusal_names_its_field_in_the_message_alone():
    refusal = Refused("{field} must be from {least} to {most}.", field="layers", least=1, most=4)
    assert str(refusal) == "layers must be from 1 to 4."
