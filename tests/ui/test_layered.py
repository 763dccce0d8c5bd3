"""The panels on many layers: their numbers are those of an independent computation, their words say the numbers."""

import json
import re

import numpy as np
import pytest
import torch

from rnnviz.cells import TRIO
from rnnviz.depth import layer_gradients, layer_readouts
from rnnviz.stack import MAX_LAYERS, Stack
from rnnviz.tasks import Batch
from rnnviz.ui import downward, labelling, layered
from rnnviz.ui.mirrored import ARROWS
from tests.ui.sent import numbers, unpack

XOR = {"task": "neighbour_xor", "layers": 2}
EVERY = [
    pytest.param(Stack(cell, directions, layers, name, weights=weights), id=f"{cell}-{directions}-{layers}-{weights}")
    for cell, name, layers in (("RNN", "slots", 3), ("LSTM", "neighbour_xor", 2), ("GRU", "neighbour_xor", 4))
    for directions in ("one", "two")
    for weights in ("trained", "fresh")
]
every_stack = pytest.mark.parametrize("stack", EVERY)
ODD = ["1", "zorgle frob", "我爱NLP מוזיקה", "🙂👍🏽 1 0", "<b>1</b> \u202e$x$", "0 1 " * 100]


def on_a_board(stack: Stack, *panels: dict) -> tuple[dict, dict[str, np.ndarray]]:
    made = layered.board(stack)
    made.row(*panels)
    return unpack(made)


def by_hand(stack: Stack) -> dict[str, np.ndarray]:
    """The states of every layer and direction, a step at a time; each layer reads all of the one below."""
    network = stack.network()
    below, found = network.embedding(stack.input()), {}
    for depth, cells in enumerate(network.layers):
        sides = []
        for cell, side in zip(cells, stack.sides, strict=True):
            state, states = cell.initial_state(1), []
            for word in below if side == "forward" else below.flip(0):
                state = {name: value for name, value in cell(word, state).items() if name in cell.state}
                states.append(state["h"])
            sides.append(torch.stack(states if side == "forward" else states[::-1]))
            found[f"h:{depth}:{side}"] = sides[-1][:, 0].detach().numpy()
        below = torch.cat(sides, -1)
    return found


def shares(stack: Stack) -> np.ndarray:
    with torch.no_grad():
        return torch.softmax(stack.network()(stack.input())[:, 0], -1).numpy()


def lines(panel: dict) -> dict[str, np.ndarray]:
    return {trace["name"]: numbers(trace["y"]) for trace in panel["figure"]["data"] if "lines" in trace["mode"]}


# The states


@every_stack
def test_the_board_holds_every_layer_and_direction_and_the_answers(stack):
    header, arrays = on_a_board(stack)
    for name, states in by_hand(stack).items():
        np.testing.assert_allclose(arrays[name], states, atol=5e-6)
    np.testing.assert_allclose(arrays["p"], shares(stack), atol=5e-6)
    assert header["tokens"] == list(stack.tokens)
    assert header["units"] == stack.units


@every_stack
def test_the_grid_opens_every_quantity_of_every_layer(stack):
    trace, panel = stack.trace(), layered.grid(stack, span=12)
    header, arrays = on_a_board(stack, panel)
    assert len(panel["rows"]) == stack.layers * len(stack.sides)
    for row, layer in zip(panel["rows"], trace.layers, strict=True):
        assert row["array"] == f"h:{layer.layer}:{layer.direction}"
        arrow = f" {ARROWS[layer.direction]}" if stack.directions == "two" else ""
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
    assert len(panel["labels"]) == len(panel["colors"]) == arrays[panel["probabilities"]].shape[1]
    assert header["units"] == arrays["h:0:forward"].shape[1]


@every_stack
def test_the_heatmaps_pile_the_layers_from_the_lowest_up(stack):
    panel = layered.heatmaps(stack, span=12)
    drawn = [numbers(picture["z"]).T for picture in panel["figure"]["data"]]
    states = list(by_hand(stack).values())[::-1]  # the first picture is the one on top
    for picture, wanted in zip(drawn, states, strict=True):
        np.testing.assert_allclose(picture, wanted, atol=5e-6)
    assert len({(picture["zmin"], picture["zmax"]) for picture in panel["figure"]["data"]}) == 1


@every_stack
def test_the_readings_are_the_answers_of_one_layer_to_four(stack):
    depths = layered.depths(stack)
    assert list(depths) == ["1 layer", "2 layers", "3 layers", "4 layers"]
    made = layered.board(stack)
    panel = labelling.readings(depths, made)
    _header, arrays = unpack(made)
    for count, row in enumerate(panel["rows"], 1):
        np.testing.assert_allclose(arrays[row["array"]], shares(stack.with_(layers=count)), atol=5e-6)


@pytest.mark.parametrize("text", ["0 1 1 0", "1 zz 0 0 1", "1", "0 1"])
def test_the_right_answer_is_whether_the_neighbours_differ(text):
    stack = Stack(**XOR, text=text, weights="fresh")
    panel = labelling.readings({"two": stack}, layered.board(stack))
    bits = [int(token) if token in "01" else None for token in stack.tokens]
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
    panel = layered.accuracies(Stack(cell, task=name, weights="trained"), span=6)
    for directions, way in labelling.ways().items():
        cards = [Stack(cell, directions, layers, name).runs() for layers in range(1, MAX_LAYERS + 1)]
        found = [[labelling.measured(card)[1] for card in runs] for runs in cards]
        assert all(found)
        np.testing.assert_allclose(lines(panel)[way], [np.mean(runs) for runs in found], atol=1e-6)
        dots = [trace for trace in panel["figure"]["data"] if trace["mode"] == "markers"]
        there = np.concatenate([numbers(trace["y"]) for trace in dots])
        for share in np.concatenate(found):
            assert np.isclose(there, share, atol=1e-6).any()


def test_a_card_says_how_often_its_network_is_right():
    for directions, layers in (("two", 1), ("two", 2), ("one", 2)):
        stack = Stack("LSTM", directions, layers, "neighbour_xor")
        right = asked = 0
        with torch.no_grad():
            for x, y in stack.learnt.held_out():
                told, there = stack.network()(x).argmax(-1), y >= 0
                right, asked = right + int((told == y)[there].sum()), asked + int(there.sum())
        assert labelling.measured(stack.runs()[0]) == (asked, pytest.approx(right / asked, abs=5e-5))


@pytest.mark.parametrize("cell", TRIO)
def test_one_layer_guesses_the_xor_of_its_neighbours_and_two_know_it(cell):
    one, two = ([labelling.measured(card)[1] for card in Stack(cell, "two", k, "neighbour_xor").runs()] for k in (1, 2))
    assert len(one) == len(two) >= 3
    assert min(one) > 0.45
    assert max(one) < 0.55
    assert min(two) >= 0.98


@pytest.mark.parametrize(("layers", "said"), [(1, "1 layer of"), (2, "2 layers of"), (4, "4 layers of")])
def test_untrained_layers_are_counted_in_good_english(layers, said):
    assert said in layered.verdict(Stack(task="neighbour_xor", layers=layers, weights="fresh"))


def test_a_text_in_the_title_is_text():
    said = layered.verdict(Stack(**XOR, weights="fresh", text="<img src=x>"))
    assert "<img" not in said


# What layers can tell


@pytest.mark.parametrize("stack", [Stack(**XOR), Stack("GRU", "one", 2, "slots", weights="fresh")])
def test_what_each_layer_tells_is_a_read_out_fitted_to_it(stack):
    panel = layered.told_by_layers(stack, span=6)
    learnt, network, draw = stack.learnt, stack.network(), torch.Generator().manual_seed(stack.seed + 1)
    fit = [learnt.batch(layered.PROBED_AT_ONCE, draw) for _k in range(layered.PROBES)]
    batches = learnt.held_out()
    most = -(-layered.SCORED // len(batches))
    score = [Batch(x[:, :most], y[:, :most]) for x, y in batches]
    for asked, target in layered.targets(stack).items():
        wanted = layer_readouts(network, fit, score, target).values
        assert len(wanted) == stack.layers + 1
        np.testing.assert_allclose(layered.probes(stack)[asked], wanted, atol=1e-9)
    np.testing.assert_allclose(list(lines(panel).values()), list(layered.probes(stack).values()), atol=1e-9)


def test_the_answer_cannot_be_read_off_the_first_layer_and_can_off_the_second():
    found = layered.probes(Stack(**XOR))
    word, first, second = found["answer"]
    assert max(word, first) < 0.65
    assert second > 0.98
    assert found["itself"][0] == 1.0


@pytest.mark.parametrize("text", ["1 0 1", "zorgle", "0 1 " * 100])
def test_what_layers_tell_does_not_hang_on_the_sentence(text):
    assert layered.probes(Stack(**XOR, text=text)) == layered.probes(Stack(**XOR))


# How a loss reaches them


@every_stack
@pytest.mark.parametrize("place", ["first", "middle", "last", "every"])
def test_the_gradients_of_every_layer_are_those_of_autograd(stack, place):
    """All of them as the library gives them, and what reaches the top layer directly also by autograd in float64."""
    steps = len(stack.tokens)
    at = {"first": 0, "middle": steps // 2, "last": steps - 1, "every": None}[place]

    def loss(y: torch.Tensor) -> torch.Tensor:
        chances = y[:, 0].softmax(-1)
        each = -chances.max(-1).values.log()
        return each.mean() if at is None else each[at]

    library = layer_gradients(stack.network(), stack.input(), loss)
    pictures = downward.gradients(stack, at)
    for side, panel in zip(stack.sides, pictures, strict=True):
        shown = numbers(panel["figure"]["data"][-1]["z"])
        values = library[side].values
        there = np.isfinite(values)
        np.testing.assert_allclose(shown[there], values[there], rtol=1e-4, atol=1e-4)
    top = stack.network().double()
    *_below, (_x, output) = top.run(top.embed(stack.input()))
    output = output.detach().requires_grad_()
    (own,) = torch.autograd.grad(loss(top.readout(output)), output)
    units = stack.units
    if at is not None:
        direct = own[at, 0, :units].norm().log10().item()
        assert library["forward"].values[-1, at] == pytest.approx(
            direct, abs=5e-3
        )  # a sure answer leaves little to tell apart
        assert np.isneginf(library["forward"].values[-1, at + 1 :]).all()


def test_the_pictures_of_both_sides_share_their_colours_and_share_the_row():
    pictures = downward.gradients(Stack(**XOR, weights="fresh"), 7)
    assert [panel["span"] for panel in pictures] == [6, 6]
    assert len({(p["figure"]["data"][-1]["zmin"], p["figure"]["data"][-1]["zmax"]) for p in pictures}) == 1
    assert [panel["span"] for panel in downward.gradients(Stack(**XOR, directions="one", weights="fresh"), 7)] == [12]


@every_stack
def test_the_titles_say_how_a_gradient_changes_per_layer_and_per_step(stack):
    at = len(stack.tokens) // 2
    for side, signal in downward.sizes(stack, at).items():
        said = downward.fading(side, signal, at)
        values = signal.values
        assert said.startswith(ARROWS[side])
        factors = [float(factor) for factor in re.findall(r"× ([\d.e+-]+)", said)]
        per_layer = 10 ** ((values[0, at] - values[-1, at]) / (stack.layers - 1))
        assert factors[0] == pytest.approx(per_layer, rel=0.05)
        chain = values[-1, : at + 1] if side == "forward" else values[-1, at:][::-1]
        ages = np.arange(len(chain))[::-1][np.isfinite(chain)]
        steepness = np.polyfit(ages, chain[np.isfinite(chain)], 1)[0]
        assert np.sign(np.log10(factors[1])) == np.sign(steepness)
        assert abs(np.log10(factors[1]) - steepness) < 0.2


@pytest.mark.parametrize("directions", ["one", "two"])
@pytest.mark.parametrize("layers", [1, 3])
def test_over_one_step_there_is_no_way_back_to_speak_of(layers, directions):
    stack = Stack("GRU", directions, layers, "neighbour_xor", text="1", weights="fresh")
    for panel in downward.gradients(stack, 0):
        assert "step back" not in panel["title"]
        assert ("layer down" in panel["title"]) == (layers > 1)


# Whatever is read


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("stack", [Stack("RNN", "one", 1), Stack("LSTM", "two", 4), Stack("GRU", **XOR)])
def test_whatever_is_read_every_panel_can_be_drawn(stack, text):
    stack = stack.with_(text=text, weights="fresh")
    steps = len(stack.tokens)
    panels = [layered.grid(stack, span=12), layered.heatmaps(stack, span=12)]
    for at in (0, steps // 2, steps - 1, None):
        panels += downward.gradients(stack, at)
    header, arrays = on_a_board(stack, *panels)
    json.dumps(header, allow_nan=False)
    assert all(len(array) == steps and np.isfinite(array).all() for array in arrays.values())
