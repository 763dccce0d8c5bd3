"""Pages on networks of any kind: any layer and direction, with answers at every step, once, as numbers, or without."""

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.subjects import Subject
from tests.pages.visit import board, claim, land, panels, whole

STEP, STATES, DEEP, MIRROR = "step_through.py", "states.py", "deep_network.py", "two_directions.py"
BITS = rnnviz.subject("neighbour-xor-gru-two-4-seed0", text="0 1 1 0 1")
TRAVEL = rnnviz.subject("slots-lstm-one-2-seed0", text="from Paris to Rome")


def given() -> dict[str, Subject]:
    """Networks that were given, or that answer otherwise than with classes at every step."""
    draw = torch.Generator().manual_seed(0)
    words = {"vocabulary_size": 9, "output_size": 3, "readout": "every", "generator": draw}
    labels = rnnviz.Network("GRU", 4, 6, bidirectional=True, num_layers=2, **words)
    once = rnnviz.Network("GRU", 4, 6, backward=True, output_size=3, generator=draw)
    torch_alone = torch.nn.LSTM(5, 6, num_layers=3, bidirectional=True)
    return {
        "labels": rnnviz.subject(labels, torch.randint(9, (7, 1), generator=draw)),
        "once": rnnviz.subject(once, torch.randn(8, 1, 4, generator=draw)),
        "no readout": rnnviz.subject(torch_alone, torch.randn(12, 1, 5, generator=draw)),
        "numbers": rnnviz.subject("untrained", cell="RNN", task="adding", example=2),
        "noise": rnnviz.subject("untrained", cell="LSTM", task="", layers=2, noise=3, length=30),
        "once, both ways": rnnviz.subject("untrained", layers=2, directions="two", text="what time is it ?"),
    }


WITHOUT = {
    "once": "answers once",
    "no readout": "no readout",
    "numbers": "answers with numbers",
    "noise": "no readout",
    "once, both ways": "answers once",
}


def test_there_is_nothing_to_choose_in_one_layer_that_reads_one_way():
    for page in (STEP, STATES):
        assert not {"layer", "direction"} & {group.key for group in land(page).button_group}


@pytest.mark.parametrize("page", [STEP, STATES])
@pytest.mark.parametrize(("layer", "side"), [(0, "forward"), (1, "backward"), (3, "forward"), (3, "backward")])
def test_a_page_shows_the_layer_and_direction_of_its_address(page, layer, side):
    at = land(page, **BITS.query(), layer=str(layer + 1), direction=side)
    assert not at.warning
    assert at.segmented_control(key="layer").value == layer + 1
    assert at.segmented_control(key="direction").value == side
    _header, arrays = board(at)
    trace = BITS.trace()
    for signal in trace.layer(layer, side).signals:
        np.testing.assert_allclose(arrays[signal.name], signal.values[:, 0].ravel(), atol=1e-6)
    below = trace.x if layer == 0 else trace.merged(layer - 1)
    np.testing.assert_allclose(arrays["x"], below.values[:, 0].ravel(), atol=1e-6)
    previous = trace.layer(layer, side).previous("h").values[:, 0]
    np.testing.assert_allclose(arrays["previous:h"], previous.ravel(), atol=1e-6)


@pytest.mark.parametrize(("layer", "side"), [(1, "backward"), (3, "forward"), (3, "backward")])
def test_equations_and_matrices_are_those_of_the_layer(layer, side):
    header, arrays = board(land(STEP, **BITS.query(), layer=str(layer + 1), direction=side))
    (equations,), (matrices,) = panels(header, "equations"), panels(header, "matrices")
    network, column = BITS.network(), ("forward", "backward").index(side)
    cell = network.layers[layer][column]
    weights = {"weight_ih": cell.weight_ih, "weight_hh": cell.weight_hh}
    if layer == 3:
        weights["readout.weight"] = network.readout.weight.split(BITS.units, 1)[column]
    assert {one["beside"] for one in matrices["matrices"]} == set(weights)
    for name, weight in weights.items():
        np.testing.assert_allclose(arrays[name], weight.detach().numpy().ravel(), atol=1e-7)
    h = next(row for row in equations["rows"] if row["array"] == "h")
    total = sum(arrays[term["array"]] for term in h["terms"])
    np.testing.assert_allclose(total, arrays["h"], atol=1e-5)
    assert equations["rows"][-1]["array"] == "p"
    (strip,) = panels(header, "strip")
    assert strip["backward"] == (side == "backward")
    assert strip["guess"] == "answer at this step"


def test_the_chosen_layer_goes_along_to_the_other_page_and_into_the_address():
    at = land(STEP, **BITS.query())
    at.segmented_control(key="layer").set_value(3)
    at.segmented_control(key="direction").set_value("backward")
    at = whole(at.run())
    assert (at.query_params["layer"], at.query_params["direction"]) == ("3", "backward")
    at.query_params.clear()  # as Streamlit does on the way to another page
    at = whole(at.switch_page(STATES).run())
    assert at.segmented_control(key="layer").value == 3
    assert at.segmented_control(key="direction").value == "backward"


def test_a_layer_that_a_network_does_not_have_is_its_top_one():
    at = land(STATES, **TRAVEL.query(), layer="4", direction="backward")
    assert not at.warning
    assert at.segmented_control(key="layer").value == 2
    _header, arrays = board(at)
    np.testing.assert_allclose(arrays["h"], TRAVEL.trace().layer(1)["h"].values.ravel(), atol=1e-6)


@pytest.mark.parametrize("name", WITHOUT)
def test_where_there_is_no_answer_to_follow_a_sentence_says_so_and_all_else_is_shown(name):
    subject = given()[name]
    header, arrays = board(land(STEP, **subject.query()))
    (note,) = panels(header, "missing")
    assert WITHOUT[name] in note["text"]
    assert "p" not in arrays
    for kind in ("strip", "diagram", "equations", "matrices"):
        assert len(panels(header, kind)) == 1
    side = subject.network().directions[0]
    np.testing.assert_allclose(arrays["h"], subject.trace().layer(0, side)["h"].values.ravel(), atol=1e-5)
    assert header["steps"] == subject.read().steps


@pytest.mark.parametrize("name", ["labels", *WITHOUT])
@pytest.mark.parametrize("page", [STEP, STATES, DEEP])
def test_any_network_is_a_whole_page_in_both_languages(name, page):
    for language in ("en", "zh"):
        at = land(page, **given()[name].query(), lang=language)
        assert not at.warning
        assert claim(at)


@pytest.mark.parametrize("page", [STEP, STATES])
@pytest.mark.parametrize("subject", [BITS, TRAVEL, rnnviz.subject("untrained", task="", layers=2, noise=1)])
def test_the_shown_code_is_about_the_layer_that_is_shown(page, subject, monkeypatch):
    monkeypatch.setattr("plotly.graph_objects.Figure.show", lambda figure: None)
    code = land(page, **subject.query(), layer="2").code[0].value
    names: dict[str, object] = {}
    exec(code, names)
    for line in code.splitlines():
        expression, _, comment = line.partition("  # ")
        if comment:
            assert comment.strip().startswith(str(eval(expression, names))[:60])


# What has no sibling


def test_a_network_that_was_given_is_shown_alone_on_two_directions():
    subject = given()["labels"]
    at = land(MIRROR, **subject.query())
    assert not at.warning
    header, arrays = board(at)
    (readings,) = panels(header, "readings")
    assert [row["name"] for row in readings["rows"]] == ["both ways"]
    assert "no other network of this kind" in readings["caption"]
    (sides,) = panels(header, "sides")
    total = sum(arrays[part["array"]] for part in sides["parts"]).reshape(7, 3)
    with torch.no_grad():
        np.testing.assert_allclose(total, subject.network()(subject.input())[:, 0].numpy(), atol=1e-5)
    top = subject.trace().layer(1, "backward")["h"].values
    np.testing.assert_allclose(arrays["h:backward"], top.ravel(), atol=1e-6)


@pytest.mark.parametrize("name", WITHOUT)
def test_two_directions_says_what_a_network_lacks_and_shows_its_own(name):
    at = land(MIRROR, **given()[name].query())
    assert WITHOUT[name] in at.warning[0].value
    assert panels(board(at)[0], "readings")


def test_a_given_network_has_no_depths_beside_it():
    header, arrays = board(land(DEEP, **given()["labels"].query()))
    (readings,) = panels(header, "readings")
    assert [row["name"] for row in readings["rows"]] == ["2 layers"]
    assert "no other network of this kind" in readings["caption"]
    (grid,) = panels(header, "grid")
    assert len(grid["rows"]) == 4
    assert {row["array"] for row in grid["rows"]} <= set(arrays)


@pytest.mark.parametrize("name", ["no readout", "numbers", "noise"])
def test_the_gradient_by_layer_of_a_network_without_classes_is_that_of_its_outputs(name):
    subject = given()[name]
    at = land(DEEP, **subject.query(), loss_at="last")
    titles = [panel for panel in panels(board(at)[0], "chart") if panel.get("accent")]
    assert len(titles) == len(subject.network().directions)
    assert all("sum of the outputs" in panel["caption"] for panel in titles)


def test_a_suggestion_below_a_given_network_starts_from_the_pages_own():
    at = land(DEEP, **given()["labels"].query())
    at.button(key="button-try-1").click()
    at = whole(at.run())
    assert not at.warning
    assert "layer" in claim(at)


def test_the_cells_are_compared_on_a_digit_that_is_drawn_and_a_link_below_asks_for_a_sentence_again():
    at = land("side_by_side.py", model="strokes-lstm", drawing="C6H6M6R6W6a6f6k6p6mCjJgPdWbcYiVpSv")
    assert not at.warning
    assert claim(at).endswith("agree on 16 steps of 16 numbers: <b>7</b>")
    at = whole(next(one for one in at.button if one.label.startswith("A long one")).click().run())
    assert not at.warning
    assert "train station" in at.text_input(key="text").value
