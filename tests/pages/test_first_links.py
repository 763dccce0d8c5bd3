"""Links to the first pages: what is good in them is opened, what is not is said, and a language is kept."""

import re

import pytest

from pages import DISPUTED
from tests.intents import intents
from tests.pages.visit import FIRST_PAGES, arrive, board, claim, land, shown, whole

every_page = pytest.mark.parametrize("page", FIRST_PAGES)


def test_a_chosen_language_is_spoken_everywhere_and_in_the_address():
    at = arrive(lang="zh", text="hi")
    for page in FIRST_PAGES:
        at.switch_page(page)
        at = whole(at.run())
        assert re.search("[\u4e00-\u9fff]", claim(at))
        assert at.text_input(key="text").label == "句子"
        assert at.text_input(key="text").value == "hi"
        assert board(at)[0]["strings"]["play"] != "Play"
        assert at.query_params["lang"] in ("zh", ["zh"])
    at.segmented_control(key="language").set_value("en")
    at = whole(at.run())
    assert at.text_input(key="text").label == "Sentence"


@every_page
def test_a_link_opens_what_it_says(page):
    at = arrive(page, cell="GRU", size="medium", text="明天台北会下雨吗", weights="fresh", seed="42")
    assert shown(at) == intents("GRU", "medium", "明天台北会下雨吗", "fresh", 42)
    assert not at.warning
    assert at.number_input(key="seed").value == 42


BAD_LINKS = [
    ({"cell": "transformer"}, "transformer"),
    ({"size": "9" * 500}, "There is no size ` 9"),
    ({"seed": "1e9"}, "The seed must be a whole number"),
    ({"seed": "٣"}, "The seed must be a whole number"),
    ({"seed": "9" * 5_000}, "from 0 to ` 9,999 `"),
    ({"seed": "-1"}, "from 0 to ` 9,999 `"),
    ({"seed": "NaN"}, "from 0 to ` 9,999 `"),
    ({"cell": "<script>window.hacked=1</script>"}, "` <script>window.hacked=1</script> `"),
    ({"weights": "![x](http://example.invalid/x.png)"}, "` ![x](http://example.invalid/x.png) `"),
    ({"task": "../../etc/passwd"}, "` ../../etc/passwd `"),
    ({"weights": "`stolen` [x](http://x)"}, "`` `stolen` [x](http://x) ``"),
    ({"text": ""}, "There is nothing to read yet."),
    ({"text": "x" * 10_000}, "characters, the limit is"),
    ({"task": "poetry"}, "There is no “Task” (` task `) ` poetry `"),
]


@pytest.mark.parametrize(("query", "said"), BAD_LINKS, ids=[next(iter(query)) for query, _said in BAD_LINKS])
def test_a_link_with_a_bad_part_keeps_the_good_parts_and_says_so(query, said):
    at = arrive(**{"cell": "GRU", **query})
    assert said in at.warning[0].value
    good = intents("LSTM" if "cell" in query else "GRU")
    assert shown(at) == good
    assert board(at)[0]["tokens"] == list(good.tokens)
    assert at.text_input(key="text").value == query.get("text", good.sequence.text)


def test_a_link_with_unknown_names_and_an_unknown_language_is_a_whole_page():
    at = arrive(lang="tlh", page="9", utm_source="x", cell="RNN")
    assert shown(at) == intents("RNN")
    assert not at.warning


@every_page
@pytest.mark.parametrize(
    "model", ["recall-gru-seed3", "slots-gru-one-1-seed0", "untrained~cell.RNN~size.33~recurrent.identity"]
)
def test_a_link_opens_any_network_that_the_page_can_show(page, model):
    at = land(page, model=model)
    assert shown(at).query()["model"] == model
    assert not at.warning
    assert shown(at).cell in claim(at)


@pytest.mark.parametrize("model", ["slots-gru-two-1-seed0", "neighbour-xor-gru-one-2-seed0"])
def test_a_network_that_a_page_cannot_show_is_refused_and_its_cell_is_kept(model):
    at = land("side_by_side.py", model=model)
    assert "this is about networks" in at.warning[0].value
    assert shown(at) == intents("GRU", text=DISPUTED["text"])


def test_the_activation_of_an_untrained_rnn_can_be_chosen():
    at = arrive(cell="RNN", weights="fresh")
    at.segmented_control(key="nonlinearity").set_value("relu")
    at = whole(at.run())
    assert shown(at) == intents("RNN", weights="fresh").with_(nonlinearity="relu")
    equations = next(panel for row in board(at)[0]["rows"] for panel in row if panel["kind"] == "equations")
    assert equations["rows"][0]["curve"]["name"] == "relu"
    assert 'nonlinearity="relu"' in at.code[1].value
    trained = arrive(cell="RNN")
    assert "nonlinearity" not in [each.key for each in trained.segmented_control]
