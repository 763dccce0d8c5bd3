"""Messages that no browser of ours sends: dropped, or answered with the last good state; no session breaks."""

import logging
import random

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

from pages import PAGES
from rnnviz.app import page as page_parts
from tests.pages.visit import arrive, claim, land, shown, whole

SEED = 20261121
FORGED = {
    "trigger_value": [True],
    "bool_value": [True, False],
    "double_value": [float("nan"), float("inf"), 1e308, -1.0],
    "int_value": [-(2**40), 10**12, 3],
    "string_value": ["", "x" * 5_000, "\u202e<b>", "{broken"],
    "json_value": ["{", "null", "[1,2]", '{"a":1}'],
    "bytes_value": [b"", b"\x00\xff"],
    "double_array_value": [[], [float("nan")], [1e308] * 3],
    "int_array_value": [[], [999], [-1, 2]],
    "string_array_value": [[], ["no such option"], ["GRU", "RNN"], [""]],
}


def forged(widget: str, kind: str, value: object) -> WidgetState:
    state = WidgetState(id=widget)
    if kind.endswith("array_value"):
        getattr(state, kind).data.extend(value)
        getattr(state, kind).SetInParent()
    else:
        setattr(state, kind, value)
    return state


def controls(at: AppTest) -> list[str]:
    """The ids of everything on the page that takes a value."""
    return [state.id for state in at._tree.get_widget_states().widgets]


def send(at: AppTest, state: WidgetState) -> AppTest:
    """What a client sends that holds ``state`` in place of its own, everything else being in order."""
    kept = [other for other in at._tree.get_widget_states().widgets if other.id != state.id]
    return at._run(WidgetStates(widgets=[*kept, state]))


@pytest.mark.parametrize("page", ["side_by_side.py", "vanishing_gradients.py", "deep_network.py"])
def test_a_forged_message_breaks_no_session(page):
    at = arrive(page)
    draw, widgets = random.Random(SEED), ["", *controls(at)]
    for k in range(40):
        kind = draw.choice(list(FORGED))
        widget, value = draw.choice(widgets), draw.choice(FORGED[kind])
        whole(send(at, forged(widget, kind, value)))
        assert claim(at), (k, widget, kind, value)
    assert whole(at.run())


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e308, -1e9])
def test_a_number_that_no_slider_can_hold_leaves_the_last_good_state(value):
    at = arrive("vanishing_gradients.py")
    before = claim(at)
    (bias,) = [name for name in controls(at) if name.endswith("-forget_bias")]
    assert claim(whole(send(at, forged(bias, "double_array_value", [value])))) == before
    assert claim(whole(at.run())) == before


def test_a_value_of_the_wrong_kind_counts_as_never_sent(caplog):
    at = arrive()
    (text,) = [name for name in controls(at) if name.endswith("-text")]
    with caplog.at_level(logging.WARNING, "rnnviz"):
        whole(send(at, forged(text, "int_value", 7)))
    assert at.text_input(key="text").value == "what time is it ?"
    assert [record.getMessage() for record in caplog.records if record.name == "rnnviz"] == [
        "a client sent int_value, which its control cannot hold"
    ]
    assert "last valid choice" in at.warning[0].value
    at.text_input(key="text").set_value("play some music")
    assert "play some music" in claim(whole(at.run()))


def failing() -> None:
    import streamlit as st

    from rnnviz.app import forged_input

    def script() -> None:
        st.session_state.setdefault("wanted", "good")
        asked = st.text_input("asked", key="asked")
        if asked:
            st.session_state["wanted"] = asked
        if st.session_state["wanted"] == "bad" or "broken" in st.session_state:
            raise RuntimeError("no page can be made of this")
        st.text(f"{st.session_state['wanted']} {forged_input.was_recovered()}")

    forged_input.run(script)


def test_a_run_that_fails_is_begun_again_from_the_last_good_values():
    at = AppTest.from_function(failing, default_timeout=60).run()
    assert at.text[0].value == "good False"
    at.text_input(key="asked").set_value("better").run()
    assert at.text[0].value == "better False"
    at.text_input(key="asked").set_value("bad").run()
    assert not at.exception
    assert at.text[0].value == "better True"
    at.text_input(key="asked").set_value("best").run()
    assert at.text[0].value == "best False"


def test_a_fault_that_stays_is_not_hidden():
    at = AppTest.from_function(failing, default_timeout=60).run()
    at.session_state["broken"] = True
    assert at.run().exception


def test_a_whole_number_is_taken_as_a_browser_sends_it():
    at = arrive(weights="fresh")
    (seed,) = [name for name in controls(at) if name.endswith("-seed")]
    whole(send(at, forged(seed, "int_value", 7)))
    assert shown(at).model.seed == 7


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.address)
def test_every_page_comes_back_after_a_run_that_failed(page, monkeypatch):
    at, end, left = land(page.file), page_parts.end, [1]

    def fail_once(*parts: object) -> None:
        end(*parts)
        if left:
            left.pop()
            raise RuntimeError("no page can be made of this")

    monkeypatch.setattr(page_parts, "end", fail_once)
    before = claim(at)
    assert claim(whole(at.run())) == before
    assert not left
    assert "last valid choice" in at.warning[0].value
