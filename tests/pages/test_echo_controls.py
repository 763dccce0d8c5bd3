"""Echo state network's controls and links: every knob to its end, and what is no reservoir is refused."""

import pytest
import torch

from rnnviz.network import Network
from rnnviz.studies.echo_state_network import SHOWN
from rnnviz.subjects import Given, Noise, Subject
from rnnviz.subjects.given import keep_network
from rnnviz.subjects.limits import MAX_SEED, MOST_UNITS
from tests.intents import intents
from tests.pages.echo_page import PAGE, charts, chips, choose
from tests.pages.visit import arrive, board, claim, land, panels, sentence, shown, whole
from tests.reservoirs import reservoir


@pytest.mark.parametrize(
    "changes",
    [
        {"radius": 0.05},
        {"radius": 3.0},
        {"scaling": 0.0},
        {"scaling": 2.0, "density": 1.0},
        {"leak": 0.05, "density": 0.05},
        {"units": 200, "delay": 40},
        {"nonlinearity": "identity", "radius": 3.0, "units": 200},
        {"nonlinearity": "identity", "radius": 1.0, "leak": 0.05},
        {"nonlinearity": "identity", "radius": 0.95, "leak": 0.05, "delay": 0},
        {"nonlinearity": "identity", "scaling": 0.0},
        {"seed": MAX_SEED},
    ],
)
def test_every_knob_can_be_turned_to_its_end(changes):
    at = choose(**{"units": 20} | changes)
    header, _arrays = board(at)
    assert header["steps"] == SHOWN
    assert len(charts(at)) == 7
    assert "nan" not in claim(at) + sentence(at)


def test_the_controls_turn_the_reservoir_and_a_link_opens_what_they_show():
    at = choose(radius=0.95)
    start = shown(at)
    (slider,) = panels(board(at)[0], "radius")
    assert (slider["name"], slider["value"], slider["most"]) == ("spectral_radius", 0.95, 3.0)
    labels = [slider.label for slider in at.slider]
    turned = {
        "Strength of the input": 0.15,
        "Leak α": 0.35,
        "Units N": 40,
        "Density of connections": 0.55,
        "Delay k of the readout": 12,
    }
    for label, value in turned.items():
        whole(at.slider[labels.index(label)].set_value(value).run())
    whole(at.segmented_control(key="nonlinearity").set_value("identity").run())
    whole(at.number_input(key="seed").set_value(7).run())
    assert shown(at) != start
    assert shown(at) == reservoir(40, 0.95, 0.35, 0.15, 0.55, "identity", 7)
    query = {name: at.query_params[name] for name in at.query_params}
    assert query["delay"] == "12"
    other = land(PAGE, **query)
    assert shown(other) == shown(at)
    assert {slider.label: slider.value for slider in other.slider} == turned
    assert charts(other) == charts(at)


@pytest.mark.parametrize(
    "changes",
    [
        {"units": MOST_UNITS, "radius": 4.5},
        {"units": 2, "radius": 0.01, "leak": 0.02, "scaling": 7.0},
        {"units": 33, "nonlinearity": "sigmoid", "density": 0.01},
    ],
)
def test_a_link_beyond_the_ends_of_the_controls_is_shown(changes):
    at = choose(delay=40, **changes)
    assert shown(at) == reservoir(**changes)
    assert not at.warning


@pytest.mark.parametrize(("nonlinearity", "says"), [("tanh", True), ("identity", True), ("sigmoid", False)])
def test_eigenvalues_tell_of_a_small_push_only_where_weights_alone_decide(nonlinearity, says):
    caption = charts(choose(units=20, nonlinearity=nonlinearity))[2]["caption"]
    assert ("in the long run" in caption.lower()) == says
    assert ("slope of f" in caption) == (not says)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"model": "intents-gru-small"}, "echo state network"),
        ({"model": "untrained~cell.ESN~task.~channels.2"}, "echo state network"),
        ({"model": "untrained~cell.ESN~task.~channels.1~layers.2"}, "layers"),
        ({"model": "untrained~cell.ESN~task.~channels.1~directions.two"}, "left to right"),
        ({"model": "untrained~cell.ESN~task.~channels.1~leak.7.0"}, "leak"),
        ({"delay": "41"}, "delay"),
        ({"delay": "-1"}, "delay"),
    ],
)
def test_what_is_no_reservoir_is_refused_in_a_sentence_and_the_page_stays(query, words):
    at = land(PAGE, **query)
    assert chips(at)[0].startswith("with input: merged after")
    assert words in at.warning[0].value


def test_a_link_of_an_earlier_version_opens_the_page():
    at = land(PAGE, text="what time is it ?", cell="GRU", seed="3")
    assert chips(at)[0].startswith("with input: merged after")
    assert not at.warning


def test_a_network_that_was_brought_is_shown_with_its_readout_to_choose_alone():
    network = Network("ESN", 1, 24, spectral_radius=0.7, generator=torch.Generator().manual_seed(1)).double()
    subject = Subject(Given(keep_network(network)), Noise())
    at = land(PAGE, **subject.query())
    assert shown(at) == subject
    assert [slider.label for slider in at.slider] == ["Delay k of the readout"]
    assert not panels(board(at)[0], "radius")
    assert charts(at)[3]["title"] == "All 24 units of the reservoir"


def test_what_is_chosen_here_no_other_page_takes_over():
    def go(page: str) -> None:
        at.query_params.clear()  # as a browser does
        whole(at.switch_page(page).run())

    at = arrive("states.py", cell="GRU", text="play music")
    go(PAGE)
    whole(at.slider(key="leak").set_value(0.5).run())
    go("states.py")
    assert shown(at) == intents("GRU", text="play music")
    go(PAGE)
    assert at.slider(key="leak").value == 0.5
