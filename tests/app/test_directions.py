"""The panels on two directions: their numbers are those of an independent computation, their words say the numbers."""

import itertools
import json
from copy import deepcopy

import numpy as np
import pytest
import torch

from rnnviz.app.panels import answers_per_step, direction_claims, directions, word_influence
from rnnviz.app.stage.board import Board
from rnnviz.cells import CELLS, TRIO
from rnnviz.gradients import answer_gradients
from rnnviz.network import Network
from rnnviz.subjects import Subject
from tests.app.sent import numbers, unpack
from tests.labellers import labeller

TEXT = "Taipei is the city that I leave from"
UNTRAINED = [cell for cell in CELLS if cell not in TRIO]
EVERY = [
    pytest.param(labeller(cell, weights=weights, seed=3, text=text), id=f"{cell}-{weights}-{text[:9]}")
    for cell in TRIO
    for weights in ("trained", "fresh")
    for text in (TEXT, "我爱NLP", "zorgle")
]
EVERY += [pytest.param(labeller(cell, weights="fresh", seed=3, text=TEXT), id=cell) for cell in UNTRAINED]
EVERY += [pytest.param(labeller("GRU", task="echo_future", weights="fresh", distance=3), id="echo")]
every_subject = pytest.mark.parametrize("subject", EVERY)
ODD = ["Taipei", "zorgle frob", "我爱NLP מוזיקה", "🙂👍🏽 👩‍👩‍👧 🇹🇼", "<b>to</b> & \u202e$x$", "to " * 200]


def on_a_board(subject: Subject, make, **more: object) -> tuple[dict, dict[str, np.ndarray]]:
    """One panel as it is sent, and all the arrays."""
    one, two = directions.pair(subject)
    made = directions.board(one, two)
    made.row(make(two, made, span=12, **more))
    header, arrays = unpack(made)
    return header["rows"][0][0], arrays


def by_hand(network: Network, x: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """The states of a layer of two directions, a step at a time: the second one runs on the reversed sequence, and
    what it made is reversed back."""
    embedded, sides = network.embedding(x), []
    for cell, order in zip(network.layers[0], (embedded, embedded.flip(0)), strict=True):
        state, states = cell.initial_state(1), []
        for word in order:
            step = cell(word, state)
            state = {name: step[name] for name in cell.state}
            states.append(step[cell.output][0])
        sides.append(torch.stack(states).detach().numpy())
    return sides[0], sides[1][::-1]


def shares(subject: Subject) -> np.ndarray:
    with torch.no_grad():
        return torch.softmax(subject.network()(subject.input())[:, 0], -1).numpy()


@every_subject
def test_the_board_holds_the_states_of_both_readers_and_the_answers(subject):
    one, two = directions.pair(subject)
    header, arrays = unpack(directions.board(one, two))
    forward, backward = by_hand(two.network(), two.input())
    np.testing.assert_allclose(arrays["h:forward"], forward, atol=2e-6)
    np.testing.assert_allclose(arrays["h:backward"], backward, atol=2e-6)
    np.testing.assert_allclose(arrays["p"], shares(two), atol=2e-6)
    assert header["tokens"] == list(subject.tokens)
    assert header["known"] == list(subject.known)
    assert header["units"] == two.units == forward.shape[1]


@every_subject
def test_the_readings_are_the_answers_of_both_networks(subject):
    one, two = directions.pair(subject)
    made = directions.board(one, two)
    panel = answers_per_step.readings(direction_claims.named(one, two), made)
    _header, arrays = unpack(made)
    assert [row["name"] for row in panel["rows"]] == ["one way", "both ways"]
    for row, subject in zip(panel["rows"], (one, two), strict=True):
        np.testing.assert_allclose(arrays[row["array"]], shares(subject), atol=2e-6)
    assert len(panel["labels"]) == len(panel["colors"]) == arrays["p"].shape[1]


def test_the_right_answers_of_an_echo_are_the_letters_that_come_later():
    subject = labeller(task="echo_future", distance=3, text="A B C D zz A B", weights="fresh")
    panel = answers_per_step.readings({"both": subject}, Board(subject.tokens, subject.known, subject.units))
    assert panel["solution"] == [3, -1, 0, 1, -1, -1, -1]
    assert panel["labels"] == ["A", "B", "C", "D"]


def test_a_sentence_of_a_stranger_has_no_right_answers():
    subject = labeller(weights="fresh")
    assert (
        answers_per_step.readings({"both": subject}, Board(subject.tokens, subject.known, subject.units))["solution"]
        is None
    )


@every_subject
def test_what_the_sides_add_sums_to_the_scores(subject):
    panel, arrays = on_a_board(subject, directions.sides)
    _one, two = directions.pair(subject)
    network = two.network()
    forward, backward = by_hand(network, two.input())
    weight, bias = (p.detach().numpy() for p in (network.readout.weight, network.readout.bias))
    parts = [arrays[part["array"]] for part in panel["parts"]]
    units = two.units
    np.testing.assert_allclose(parts[0], forward @ weight[:, :units].T, atol=5e-6)
    np.testing.assert_allclose(parts[1], backward @ weight[:, units:].T, atol=5e-6)
    np.testing.assert_allclose(parts[2], np.broadcast_to(bias, parts[0].shape), atol=1e-7)
    with torch.no_grad():
        scores = network(two.input())[:, 0].numpy()
    np.testing.assert_allclose(sum(parts), scores, atol=1e-5)
    assert panel["limit"] >= max(float(np.abs(part).max()) for part in parts) - 1e-6
    assert [side["array"] for side in panel["sides"]] == ["h:forward", "h:backward"]
    assert [side["backward"] for side in panel["sides"]] == [False, True]
    assert panel["merges"][0] == "concat"  # what the trained read-out sees


def test_every_way_to_merge_has_its_words():
    panel, _arrays = on_a_board(labeller(weights="fresh"), directions.sides)
    for how in panel["merges"]:
        assert panel["strings"][how]
        assert panel["strings"][f"{how}_rule"]


@every_subject
def test_the_mirror_draws_both_readers_in_the_order_of_the_sentence_and_in_one_range(subject):
    _one, two = directions.pair(subject)
    panel = directions.mirror(two, span=8)
    forward, backward = by_hand(two.network(), two.input())
    pictures = panel["figure"]["data"]
    np.testing.assert_allclose(numbers(pictures[0]["z"]), forward.T, atol=2e-6)
    np.testing.assert_allclose(numbers(pictures[1]["z"]), backward.T, atol=2e-6)
    assert len({(picture["zmin"], picture["zmax"]) for picture in pictures}) == 1
    assert panel["legends"][0]["high"] == pictures[0]["zmax"]
    assert (panel["time"], panel["cursor"]) == (True, "column")


@every_subject
def test_the_horizon_is_the_gradient_of_the_leading_answer_by_every_word(subject):
    """By autograd, in float64, answer by answer: what lies left comes through h→ alone, what lies right through h←."""
    panel, arrays = on_a_board(subject, word_influence.horizon)
    _one, two = directions.pair(subject)
    network = deepcopy(two.network()).double()
    forward, backward = (arrays[f"horizon:{side}"] for side in two.network().directions)
    steps = len(two.tokens)
    for t in {0, steps // 2, steps - 1}:
        embedded = network.embed(two.input()).detach().requires_grad_()
        *_below, (_x, output) = network.run(embedded)
        (by_word,) = torch.autograd.grad(network.readout(output)[t, 0].max(), embedded)
        sizes = by_word[:, 0].norm(dim=-1).numpy()
        np.testing.assert_allclose(forward[t, :t], sizes[:t], rtol=2e-4, atol=1e-9)
        np.testing.assert_allclose(backward[t, t + 1 :], sizes[t + 1 :], rtol=2e-4, atol=1e-9)
    assert (forward[np.triu_indices(steps, 1)] == 0).all()
    assert (backward[np.tril_indices(steps, -1)] == 0).all()
    sent = [trace["y"] for trace in panel["figure"]["data"][:2]]
    assert sent == [{"array": f"horizon:{side}", "by": "step"} for side in ("forward", "backward")]
    low, high = panel["figure"]["layout"]["yaxis"]["range"]
    assert low <= 0
    assert high >= float((forward + backward).max()) - 1e-6


@every_subject
def test_the_gradients_along_each_chain_are_those_of_the_leading_answer(subject):
    panel, arrays = on_a_board(subject, word_influence.gradients)
    _one, two = directions.pair(subject)
    found = answer_gradients(two.network(), two.input()).states
    for side, line in zip(two.network().directions, panel["figure"]["data"], strict=True):
        wanted = np.maximum(np.asarray(getattr(found[side], "values", found[side])), word_influence.FLOOR)
        np.testing.assert_allclose(arrays[f"reach:{side}"], wanted, rtol=1e-5, atol=1e-5)
        assert line["y"] == {"array": f"reach:{side}", "by": "step"}
        assert line["name"] == directions.ARROWS[side]
    low, high = panel["figure"]["layout"]["yaxis"]["range"]
    shown = np.concatenate([arrays[f"reach:{side}"].ravel() for side in two.network().directions])
    shown = shown[np.isfinite(shown) & (shown > word_influence.FLOOR)]  # at the floor there is no gradient at all
    assert low <= shown.min() + 1e-5
    assert high >= shown.max() - 1e-5


@pytest.mark.parametrize("cell", CELLS)
def test_the_data_path_holds_the_states_of_both_sides(cell):
    read = labeller(cell, weights="fresh", text="我爱NLP")
    panel = directions.datapath(*directions.pair(read))
    _header, arrays = unpack(directions.board(*directions.pair(read)))
    forward, backward = by_hand(read.network(), read.input())
    np.testing.assert_allclose(arrays[panel["forward"]["array"]], forward, atol=2e-6)
    np.testing.assert_allclose(arrays[panel["backward"]["array"]], backward, atol=2e-6)


# Whatever is read


@pytest.mark.parametrize(
    ("cell", "text"), [*itertools.product(TRIO, ODD), *((cell, ODD[2]) for cell in UNTRAINED)], ids=lambda one: one[:20]
)
def test_whatever_is_read_every_panel_can_be_drawn(cell, text):
    subject = labeller(cell, text=text, weights="fresh")
    one, two = directions.pair(subject)
    made = directions.board(one, two)
    made.row(directions.datapath(one, two, span=12))
    for make in (directions.sides, word_influence.horizon, word_influence.gradients):
        made.row(make(two, made, span=12))
    made.row(directions.mirror(two, span=12))
    header, arrays = unpack(made)
    json.dumps(header, allow_nan=False)
    for name, array in arrays.items():
        if not name.startswith("textbook"):
            assert len(array) == len(subject.tokens), name
        if not name.startswith("reach"):  # where a chain does not come along there is no size
            assert np.isfinite(array).all(), name
    assert 0 <= header["start"] < header["steps"]
