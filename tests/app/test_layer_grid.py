"""The panels on many layers: their numbers are those of an independent computation, their words say the numbers."""

import json

import numpy as np
import pytest
import torch

from rnnviz.app.panels import answers_per_step, by_depth, deep_gradients, depth_claims, layer_grid
from rnnviz.app.panels.directions import ARROWS
from rnnviz.cells import TRIO
from rnnviz.depth import layer_readouts
from rnnviz.subjects import Subject
from rnnviz.subjects.limits import MAX_LAYERS
from rnnviz.tasks import Batch
from tests.app.deep_panels import XOR, every_subject
from tests.app.sent import numbers, unpack
from tests.labellers import labeller

ODD = ["1", "zorgle frob", "我爱NLP מוזיקה", "🙂👍🏽 1 0", "<b>1</b> \u202e$x$", "0 1 " * 100]


def on_a_board(subject: Subject, *panels: dict) -> tuple[dict, dict[str, np.ndarray]]:
    made = layer_grid.board(subject)
    made.row(*panels)
    return unpack(made)


def by_hand(subject: Subject) -> dict[str, np.ndarray]:
    """The states of every layer and direction, a step at a time; each layer reads all of the one below."""
    network = subject.network()
    below, found = network.embedding(subject.input()), {}
    for depth, cells in enumerate(network.layers):
        sides = []
        for cell, side in zip(cells, subject.network().directions, strict=True):
            state, states = cell.initial_state(1), []
            for word in below if side == "forward" else below.flip(0):
                state = {name: value for name, value in cell(word, state).items() if name in cell.state}
                states.append(state["h"])
            sides.append(torch.stack(states if side == "forward" else states[::-1]))
            found[f"h:{depth}:{side}"] = sides[-1][:, 0].detach().numpy()
        below = torch.cat(sides, -1)
    return found


def shares(subject: Subject) -> np.ndarray:
    with torch.no_grad():
        return torch.softmax(subject.network()(subject.input())[:, 0], -1).numpy()


def lines(panel: dict) -> dict[str, np.ndarray]:
    return {trace["name"]: numbers(trace["y"]) for trace in panel["figure"]["data"] if "lines" in trace["mode"]}


# The states


@every_subject
def test_the_board_holds_every_layer_and_direction_and_the_answers(subject):
    header, arrays = on_a_board(subject)
    for name, states in by_hand(subject).items():
        np.testing.assert_allclose(arrays[name], states, atol=5e-6)
    np.testing.assert_allclose(arrays["p"], shares(subject), atol=5e-6)
    assert header["tokens"] == list(subject.tokens)
    assert header["units"] == subject.units


@every_subject
def test_the_grid_opens_every_quantity_of_every_layer(subject):
    trace, panel = subject.trace(), layer_grid.grid(subject, layer_grid.board(subject), span=12)
    header, arrays = on_a_board(subject, panel)
    assert len(panel["rows"]) == subject.network().num_layers * len(subject.network().directions)
    for row, layer in zip(panel["rows"], trace.layers, strict=True):
        assert row["array"] == f"h:{layer.layer}:{layer.direction}"
        arrow = f" {ARROWS[layer.direction]}" if subject.network().bidirectional else ""
        assert row["name"] == f"layer {layer.layer + 1}{arrow}"
        assert row["quantities"][0]["name"] == "h"
        assert {quantity["name"] for quantity in row["quantities"]} == set(layer.names)
        for quantity in row["quantities"]:
            values = layer[quantity["name"]].values[:, 0]
            np.testing.assert_array_equal(arrays[quantity["array"]], values.astype("<f4"))
            low, high = quantity["range"]
            assert low <= values.min()
            assert high >= values.max()
            assert quantity["meaning"]
    answers = arrays[panel["answers"]["array"]]
    assert len(panel["labels"]) == len(panel["colors"]) == answers.shape[1]
    np.testing.assert_allclose(answers, shares(subject), atol=5e-6)
    assert header["units"] == arrays["h:0:forward"].shape[1]


@every_subject
def test_the_heatmaps_pile_the_layers_from_the_lowest_up(subject):
    panel = layer_grid.heatmaps(subject, span=12)
    drawn = [numbers(picture["z"]).T for picture in panel["figure"]["data"]]
    states = list(by_hand(subject).values())[::-1]  # the first picture is the one on top
    for picture, wanted in zip(drawn, states, strict=True):
        np.testing.assert_allclose(picture, wanted, atol=5e-6)
    assert len({(picture["zmin"], picture["zmax"]) for picture in panel["figure"]["data"]}) == 1


@every_subject
def test_the_readings_are_the_answers_of_one_layer_to_four(subject):
    depths = layer_grid.depths(subject)
    assert list(depths) == ["1 layer", "2 layers", "3 layers", "4 layers"]
    made = layer_grid.board(subject)
    panel = answers_per_step.readings(depths, made)
    _header, arrays = unpack(made)
    for count, row in enumerate(panel["rows"], 1):
        np.testing.assert_allclose(arrays[row["array"]], shares(subject.with_(layers=count)), atol=5e-6)


@pytest.mark.parametrize("text", ["0 1 1 0", "1 zz 0 0 1", "1", "0 1"])
def test_the_right_answer_is_whether_the_neighbours_differ(text):
    subject = labeller(**XOR, text=text, weights="fresh")
    panel = answers_per_step.readings({"two": subject}, layer_grid.board(subject))
    bits = [int(token) if token in "01" else None for token in subject.tokens]
    wanted = [-1] * len(bits)
    for t in range(1, len(bits) - 1):
        if None not in (bits[t - 1], bits[t + 1]):
            wanted[t] = bits[t - 1] ^ bits[t + 1]
    assert panel["solution"] == wanted
    assert panel["labels"] == ["alike", "differ"]


# What the trainings reached


@pytest.mark.parametrize("cell", TRIO)
@pytest.mark.parametrize("name", ["neighbour_xor", "slots"])
def test_right_answers_by_depth_are_those_of_the_cards(cell, name):
    panel = by_depth.accuracies(labeller(cell, task=name, weights="trained"), span=6)
    for directions, way in answers_per_step.ways().items():
        cards = [
            answers_per_step.trainings(labeller(cell, directions, layers, name)) for layers in range(1, MAX_LAYERS + 1)
        ]
        found = [[answers_per_step.measured(card)[1] for card in runs] for runs in cards]
        assert all(found)
        np.testing.assert_allclose(lines(panel)[way], [np.mean(runs) for runs in found], atol=1e-6)
        dots = [trace for trace in panel["figure"]["data"] if trace["mode"] == "markers"]
        there = np.concatenate([numbers(trace["y"]) for trace in dots])
        for share in np.concatenate(found):
            assert np.isclose(there, share, atol=1e-6).any()


def test_a_card_says_how_often_its_network_is_right():
    for directions, layers in (("two", 1), ("two", 2), ("one", 2)):
        subject = labeller("LSTM", directions, layers, "neighbour_xor")
        right = asked = 0
        with torch.no_grad():
            for x, y in subject.load().task.held_out():
                told, there = subject.network()(x).argmax(-1), y >= 0
                right, asked = right + int((told == y)[there].sum()), asked + int(there.sum())
        assert answers_per_step.measured(answers_per_step.trainings(subject)[0]) == (
            asked,
            pytest.approx(right / asked, abs=5e-5),
        )


@pytest.mark.parametrize("cell", TRIO)
def test_one_layer_guesses_the_xor_of_its_neighbours_and_two_know_it(cell):
    subjects = [labeller(cell, "two", layers, "neighbour_xor") for layers in (1, 2)]
    one, two = (
        [answers_per_step.measured(card)[1] for card in answers_per_step.trainings(subject)] for subject in subjects
    )
    assert len(one) == len(two) >= 3
    assert min(one) > 0.45
    assert max(one) < 0.55
    assert min(two) >= 0.98


@pytest.mark.parametrize(("layers", "said"), [(1, "of 1 layer has"), (2, "of 2 layers has"), (4, "of 4 layers has")])
def test_untrained_layers_are_counted_in_good_english(layers, said):
    assert said in depth_claims.verdict(labeller(task="neighbour_xor", layers=layers, weights="fresh"))


def test_a_text_in_the_title_is_text():
    said = depth_claims.verdict(labeller(**XOR, weights="fresh", text="<img src=x>"))
    assert "<img" not in said


# What layers can tell


@pytest.mark.parametrize("subject", [labeller(**XOR), labeller("GRU", "one", 2, "slots", weights="fresh")])
def test_what_each_layer_tells_is_a_read_out_fitted_to_it(subject):
    panel = by_depth.told_by_layers(subject, span=6)
    learnt, network, draw = (
        subject.load().task,
        subject.network(),
        torch.Generator().manual_seed(subject.load().provenance.seed + 1),
    )
    fit = [learnt.batch(by_depth.PROBED_AT_ONCE, draw) for _k in range(by_depth.PROBES)]
    batches = learnt.held_out()
    most = -(-by_depth.SCORED // len(batches))
    score = [Batch(x[:, :most], y[:, :most]) for x, y in batches]
    for asked, target in by_depth.targets(subject.load().task).items():
        wanted = layer_readouts(network, fit, score, target).values
        assert len(wanted) == subject.network().num_layers + 1
        np.testing.assert_allclose(by_depth.probes(subject.model)[asked], wanted, atol=1e-9)
    np.testing.assert_allclose(list(lines(panel).values()), list(by_depth.probes(subject.model).values()), atol=1e-9)


def test_the_answer_cannot_be_read_off_the_first_layer_and_can_off_the_second():
    found = by_depth.probes(labeller(**XOR).model)
    word, first, second = found["answer"]
    assert max(word, first) < 0.65
    assert second > 0.98
    assert found["itself"][0] == 1.0


@pytest.mark.parametrize(("layers", "beside"), [(1, 2), (2, 1), (4, 1)])
def test_above_the_grid_stands_what_the_network_answers_that_this_one_is_compared_with(layers, beside):
    subject = labeller("GRU", **XOR | {"layers": layers})
    made = layer_grid.board(subject)
    panel = layer_grid.grid(subject, made, span=12)
    made.row(panel)
    answers = unpack(made)[1][panel["other"]["array"]]
    np.testing.assert_allclose(answers, shares(subject.with_(layers=beside)), atol=5e-6)
    assert panel["other"]["network"] == f"two:{beside}"


# Whatever is read


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize(
    "subject",
    [labeller("RNN", "one", 1), labeller("LSTM", "two", 4), labeller("GRU", **XOR)],
)
def test_whatever_is_read_every_panel_can_be_drawn(subject, text):
    subject = subject.with_(text=text, trained=False)
    steps = len(subject.tokens)
    panels = [layer_grid.grid(subject, layer_grid.board(subject), span=12), layer_grid.heatmaps(subject, span=12)]
    for at in (0, steps // 2, steps - 1, None):
        panels += deep_gradients.gradients(subject, at)
    header, arrays = on_a_board(subject, *panels)
    json.dumps(header, allow_nan=False)
    assert all(len(array) == steps and np.isfinite(array).all() for array in arrays.values())
