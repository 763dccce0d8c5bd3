"""Start here: a board of scenes, in the visitor's language, whatever was chosen on other pages."""

import re

import pytest

from tests.pages.visit import arrive, board, claim, follow, land, whole

KINDS = ["loop", "mixture", "order", "guess", "pulse", "gate"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_scene_is_a_row_with_a_title_a_text_alternative_and_a_page_that_goes_deeper(language):
    at = land("start.py", lang=language)
    header, arrays = board(at)
    assert claim(at)
    assert header["paged"]
    assert not header["steps"]
    assert [panel["kind"] for (panel,) in header["rows"]] == KINDS
    for scene, (panel,) in enumerate(header["rows"]):
        assert panel["scene"] == scene
        assert all((panel["title"], panel["caption"], panel["deeper"]["text"]))
        assert re.search(r"\d", panel["alternative"])
        assert re.fullmatch(r"[a-z-]+(\?.*)?", panel["deeper"]["href"])
        texts = [panel["title"], panel["caption"], panel["alternative"], *panel["words"].values()]
        if language == "zh":
            assert all(re.search("[一-鿿]", text) for text in texts), texts
    assert {name.partition(":")[0] for name in arrays} == set(KINDS)


def test_it_shows_the_same_whatever_was_chosen_elsewhere_and_its_address_names_no_subject():
    own, _arrays = board(land("start.py"))
    at = arrive("states.py", cell="GRU", text="play some music")
    at.query_params.clear()  # as a browser does that goes to another page by the menu
    at = whole(at.switch_page("start.py").run())
    header, _arrays = board(at)
    assert header["id"] == own["id"]
    assert not at.query_params
    at = whole(at.switch_page("step_through.py").run())
    assert board(at)[0]["sentence"] == "play some music"


def test_its_letters_are_those_of_pytorch_once_these_are_chosen():
    header, _arrays = board(land("start.py", names="pytorch"))
    loop, pulse = header["rows"][0][0], header["rows"][4][0]
    assert loop["axes"] == ["a = W_ih xₜ + W_hh hₜ₋₁ + b (bias)", "hₜ = tanh(a)"]
    assert loop["names"]["readout"] == "W_readout"
    assert "W_hh" in pulse["words"]["radius"]


def test_names_of_choices_in_its_address_change_nothing():
    at = land("start.py", lang="en")
    before, _arrays = board(at)
    after, _arrays = board(follow(at, lang="en", scene="4", reads="own", nonsense="1"))
    assert after["id"] == before["id"]
    assert not at.warning
