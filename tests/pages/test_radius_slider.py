"""The slider of the spectral radius on the stage: what it may set, and what it draws from while it is dragged."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rnnviz.app.gradient_runs import RADII, curves
from rnnviz.studies.cell_comparison import fresh
from tests.pages.visit import board, chips, land, panels, sentence, tell

PAGE = "vanishing_gradients.py"


def drag(**query: str) -> AppTest:
    """A visitor whose hand is on the slider."""
    at = land(PAGE, **query)
    slider, _bias = panels(board(at)[0], "radius")
    at.session_state["dragged_settings"] = slider["of"]
    return at.run()


def test_what_it_sends_is_the_pages_radius_and_shows_that_radius():
    at = tell(land(PAGE), "knob", {"name": "radius", "value": 1.35})
    assert at.query_params["radius"] == "1.35"
    assert chips(at) == chips(land(PAGE, radius="1.35")) != chips(land(PAGE))
    assert panels(board(at)[0], "radius")[0]["value"] == 1.35


@pytest.mark.parametrize(
    "value", [-0.1, 5.1, 1e308, float("nan"), True, "1.35", None, [1.35], {"name": "radius"}], ids=repr
)
def test_what_no_slider_can_send_leaves_the_radius(value):
    at = tell(land(PAGE), "knob", {"name": "radius", "value": value})
    assert panels(board(at)[0], "radius")[0]["value"] == 0.9
    assert "radius" not in at.query_params


def test_the_bias_of_the_gates_is_slid_beside_it():
    at = tell(land(PAGE), "knob", {"name": "forget_bias", "value": 0.0})
    assert at.query_params["forget_bias"] == "0.0"
    assert [slider["value"] for slider in panels(board(at)[0], "radius")] == [0.9, 0.0]
    assert "vanish too" in sentence(land(PAGE))
    assert "vanish too" not in sentence(at)


def test_it_sets_no_choice_but_a_number_that_can_be_slid():
    at = land(PAGE)
    for name, value in (("start", 1), ("steps", 40), ("repeat", 1), ("no such", 1.0)):
        tell(at, "knob", {"name": name, "value": value})
        assert not {"start", "steps", "repeat", "no such"} & set(at.query_params)


def test_nothing_is_swept_before_a_hand_is_on_the_slider_nor_for_other_settings():
    at = land(PAGE)
    assert len(at.get("bidi_component")) == 1
    at = drag()
    assert len(at.get("bidi_component")) == 2
    at.slider(key="forget_bias").set_value(1.0).run()
    assert len(at.get("bidi_component")) == 1


def test_the_swept_curves_are_those_of_the_networks_of_each_radius():
    at = drag(radius="1.1")
    (sweep,) = panels(board(at, 1)[0], "sweep")
    assert sweep["at"] == list(RADII)
    (chart,) = [panel for panel in panels(board(at)[0], "chart") if panel["title"].startswith("How large the gradient")]
    drawn = {(trace["meta"]["network"], trace["meta"]["signal"]) for trace in chart["figure"]["data"]}
    assert {(curve["network"], curve["signal"]) for curve in sweep["curves"]} >= drawn


@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
def test_a_swept_curve_is_the_exact_one_at_its_radius(cell):
    header, arrays = board(drag(), 1)
    (sweep,) = panels(header, "sweep")
    (curve,) = [each for each in sweep["curves"] if each["network"] == cell and each["signal"] == "log10 dL/dh"]
    rows = arrays[curve["values"]].reshape(len(RADII), -1)
    for place in (2, 6, 10):
        exact = curves(fresh(cell, recurrent="default", spectral_radius=RADII[place], forget_bias=2.0))["h"].values
        np.testing.assert_allclose(rows[place], exact, atol=1e-4)


def test_another_radius_needs_no_other_sweep_but_another_bias_does():
    sent = [board(drag(**query), 1)[0] for query in ({}, {"radius": "2.0"}, {"forget_bias": "1.0"})]
    one, two, three = (panels(header, "sweep")[0]["of"] for header in sent)
    assert one == two != three
    assert sent[0]["id"] == sent[1]["id"] != sent[2]["id"]


@pytest.mark.parametrize("query", [{"reads": "own"}, {"steps": "500"}])
def test_what_would_take_long_or_has_no_radius_is_not_swept(query):
    sliders = panels(board(land(PAGE, **query))[0], "radius")
    assert [slider["of"] for slider in sliders] == ["", ""] * ("steps" in query)
