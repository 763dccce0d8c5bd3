"""reveal: exact, causal, and what one gets by running the network once for every word."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.memory import reveal, revealing
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import as_row, as_torch_takes_it, every_variant_with, normal, start

# Layers, whether the network reads both ways, and where in it one looks: the first, a middle and the last layer.
PLACES = [
    (1, False, 0, "forward"),
    (3, False, 1, "forward"),
    (3, False, 2, "forward"),
    (1, True, 0, "forward"),
    (1, True, 0, "backward"),
    (2, True, 1, "backward"),
    (3, True, 0, "backward"),
    (3, True, 2, "forward"),
]


def make(name, rng, options, layers=1, both=False, **sizes) -> Network:
    return Network(
        name, 3, 4, num_layers=layers, bidirectional=both, generator=rng, dtype=torch.float64, **sizes, **options
    )


def run_again(network, x, missing, state, layer, direction, of) -> list[np.ndarray]:
    """The states of every lane, each from a run of its own: what ``reveal`` must be equal to."""
    position = torch.arange(len(x))[:, None, None]
    if direction == "backward":
        position = position.flip(0)
    lanes = [torch.where(position < lane, x, missing) for lane in range(len(x) + 1)]
    cell = network.layers[layer][0]
    return [as_row(cell, of, record(network, lane, state).layer(layer, direction)[of].values) for lane in lanes]


@every_variant_with("layers both layer direction", PLACES)
def test_contributions_and_base_add_up_to_the_state(name, options, layers, both, layer, direction, rng):
    network = make(name, rng, options, layers, both)
    x, state = normal(rng, 6, 2, 3), as_torch_takes_it(start(network, 2, rng))
    for of in network.layers[0][0].state:
        seen = reveal(network, x, state=state, of=of, layer=layer, direction=direction)
        expected = as_row(network.layers[0][0], of, record(network, x, state).layer(layer, direction)[of].values)
        np.testing.assert_allclose(seen.base.values + seen.contributions.values.sum(1), expected, atol=1e-12, rtol=0)
        anything = seen.contributions.values.any((1, 3)) | seen.base.values.any(-1)  # relu can leave a state of zeros
        np.testing.assert_allclose(seen.base_share.values + seen.shares.values.sum(1), anything, atol=1e-12)
        assert (seen.cancellation.values >= 1 - 1e-12).all()


@every_variant_with("layers both layer direction", PLACES)
def test_a_contribution_is_the_difference_of_two_whole_runs(name, options, layers, both, layer, direction, rng):
    network = make(name, rng, options, layers, both)
    x, missing, state = normal(rng, 5, 2, 3), normal(rng, 3), as_torch_takes_it(start(network, 2, rng))
    for of in network.layers[0][0].state:
        seen = reveal(network, x, missing, state=state, of=of, layer=layer, direction=direction)
        lanes = run_again(network, x, missing, state, layer, direction, of)
        words = np.stack([after - before for before, after in itertools.pairwise(lanes)], 1)
        if direction == "backward":
            words = words[:, ::-1]
        np.testing.assert_allclose(seen.base.values, lanes[0], atol=1e-12)
        np.testing.assert_allclose(seen.contributions.values, words, atol=1e-12)
        sizes = np.abs(words).sum(-1)
        total = sizes.sum(1) + np.abs(lanes[0]).sum(-1)
        np.testing.assert_allclose(seen.shares.values * total[:, None], sizes, atol=1e-12)
        state_size = np.abs(lanes[-1]).sum(-1)
        alive = state_size > 0
        np.testing.assert_allclose(seen.cancellation.values[alive], total[alive] / state_size[alive], rtol=1e-9)


@every_variant_with("layers both direction", [(3, False, "forward"), (1, True, "backward")])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_word_not_read_yet_contributes_exactly_nothing(name, options, layers, both, direction, dtype, rng):
    network = make(name, rng, options, layers, both).to(dtype)
    seen = reveal(network, normal(rng, 9, 2, 3, dtype=dtype), direction=direction)
    for t in range(9):
        unread = slice(t + 1, None) if direction == "forward" else slice(None, t)
        assert (seen.contributions.values[t, unread] == 0).all()
        assert (seen.shares.values[t, unread] == 0).all()
        assert (seen.contributions.values[t, t] != 0).any()


def test_above_a_bidirectional_layer_every_word_reaches_every_step(rng):
    seen = reveal(make("GRU", rng, {}, 2, True), normal(rng, 6, 1, 3))
    assert (np.abs(seen.contributions.values).sum(-1) > 0).all()


def test_a_linear_network_contributes_each_input_through_powers_of_its_weights(rng):
    network = make("RNN", rng, {"nonlinearity": "identity"})
    x, cell = normal(rng, 7, 1, 3), network.layers[0][0]
    seen = reveal(network, x)
    for t in range(7):
        for k in range(t + 1):
            power = torch.linalg.matrix_power(cell.weight_hh, t - k)
            expected = (power @ cell.weight_ih @ x[k, 0]).detach().numpy()
            np.testing.assert_allclose(seen.contributions.values[t, k, 0], expected, atol=1e-13)


def test_a_word_equal_to_the_baseline_adds_nothing_and_all_is_base(rng):
    network, x = make("LSTM", rng, {}), torch.ones(5, 1, 3, dtype=torch.float64)
    seen = reveal(network, x, torch.ones(3))
    np.testing.assert_allclose(seen.contributions.values, 0, atol=1e-14)
    np.testing.assert_allclose(seen.base_share.values, 1, rtol=1e-12)
    np.testing.assert_allclose(seen.base.values, record(network, x).layer()["h"].values, atol=1e-14)


def test_the_base_is_what_initial_state_and_biases_give_without_words(rng):
    network, silence = make("LSTM", rng, {}), torch.zeros(5, 2, 3, dtype=torch.float64)
    state = start(network, 2, rng)
    seen = reveal(network, normal(rng, 5, 2, 3), state=state)
    np.testing.assert_allclose(seen.base.values, record(network, silence, state).layer()["h"].values, atol=1e-14)


@pytest.mark.parametrize("baseline", [None, "mean"])
def test_tokens_go_through_the_embedding_and_the_baseline_does_not(baseline, rng):
    network = make("GRU", rng, {}, vocabulary_size=7)
    ids = torch.randint(7, (6, 2), generator=rng)
    seen = reveal(network, ids, baseline)
    missing = torch.zeros(3) if baseline is None else network.embedding.weight.detach().mean(0)
    bare = make("GRU", rng, {})
    bare.load_state_dict({key: value for key, value in network.state_dict().items() if "embedding" not in key})
    expected = reveal(bare, network.embedding(ids).detach(), missing)
    np.testing.assert_allclose(seen.contributions.values, expected.contributions.values, atol=1e-14)


def test_of_vectors_the_mean_baseline_is_the_mean_of_the_input(rng):
    network, x = make("RNN", rng, {}), normal(rng, 6, 2, 3)
    a, b = reveal(network, x, "mean"), reveal(network, x, x.mean((0, 1)))
    np.testing.assert_allclose(a.contributions.values, b.contributions.values, atol=1e-14)


def test_sequences_of_a_batch_do_not_mix(rng):
    network, x = make("LSTM", rng, {}, 2), normal(rng, 6, 3, 3)
    together = reveal(network, x).contributions.values
    for b in range(3):
        np.testing.assert_allclose(
            reveal(network, x[:, b]).contributions.values[:, :, 0], together[:, :, b], atol=1e-14
        )


@pytest.mark.parametrize("module", [nn.RNN, nn.LSTM, nn.GRU])
def test_a_bare_torch_module_is_read_as_it_is(module, rng):
    seen = reveal(module(3, 4, batch_first=True), torch.ones(2, 5, 3))
    assert seen.contributions.axes == ("time", "source", "batch", "unit")
    assert seen.contributions.values.shape == (5, 5, 2, 4)
    assert seen.shares.values.shape == (5, 5, 2)
    assert not seen.base.values.flags.writeable


@pytest.mark.parametrize(("layers", "both", "direction"), [(2, False, "forward"), (2, True, "backward")])
def test_what_is_too_large_to_keep_still_has_its_shares(layers, both, direction, rng, monkeypatch):
    network, x = make("GRU", rng, {}, layers, both), normal(rng, 8, 2, 3)
    kept = reveal(network, x, direction=direction)
    monkeypatch.setattr(revealing, "LARGEST", 8 * 8 * 2 * 4 - 1)
    streamed = reveal(network, x, direction=direction)
    assert kept.contributions is not None
    assert streamed.contributions is None
    for one, other in zip(kept[1:], streamed[1:], strict=True):
        np.testing.assert_allclose(one.values, other.values, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_lanes_may_be_run_a_few_at_a_time(direction, rng, monkeypatch):
    network, x = make("LSTM", rng, {}, 2, True), normal(rng, 7, 2, 3)
    state = start(network, 2, rng)
    at_once = reveal(network, x, state=state, direction=direction)
    monkeypatch.setattr(revealing, "LANES_AT_ONCE", 3)
    in_turn = reveal(network, x, state=state, direction=direction)
    np.testing.assert_allclose(in_turn.contributions.values, at_once.contributions.values, atol=1e-14)


def one_unit(weight_hh: float, rng) -> Network:
    network = Network("RNN", 1, 1, bias=False, nonlinearity="identity", generator=rng)
    with torch.no_grad():
        network.layers[0][0].weight_ih.fill_(1)
        network.layers[0][0].weight_hh.fill_(weight_hh)
    return network


def test_contributions_that_undo_one_another_are_called_misleading(rng):
    seen = reveal(one_unit(1.0, rng), torch.tensor([10.0, -9.0, 1.0])[:, None, None])
    np.testing.assert_array_equal(seen.cancellation.values[:, 0], [1, 19, 10])
    np.testing.assert_array_equal(seen.misleading.values[:, 0], [False, True, True])
    np.testing.assert_allclose(seen.shares.values[1, :, 0], [10 / 19, 9 / 19, 0], rtol=1e-6)


def test_contributions_that_pull_the_same_way_do_not_cancel(rng):
    seen = reveal(one_unit(0.5, rng), torch.ones(6, 1, 1))
    np.testing.assert_array_equal(seen.cancellation.values, 1)
    assert not seen.misleading.values.any()


def test_a_state_of_zero_has_no_shares_and_cancels_without_end(rng):
    seen = reveal(one_unit(1.0, rng), torch.tensor([0.0, 2.0, -2.0])[:, None, None])
    np.testing.assert_array_equal(seen.shares.values[0], 0)
    np.testing.assert_array_equal(seen.cancellation.values[:, 0], [1, 1, np.inf])


def test_an_exploding_network_is_revealed_without_a_warning(rng):
    network = Network("RNN", 1, 1, bias=False, nonlinearity="relu", generator=rng)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(1e20)
    seen = reveal(network, torch.ones(6, 1, 1))
    assert np.isfinite(seen.base.values).all()
    assert not np.isfinite(seen.shares.values[-1]).all()


def test_the_first_word_fades_from_an_untrained_rnn(rng):
    network = Network("RNN", 8, 32, generator=rng)
    share = reveal(network, torch.randn(60, 4, 8, generator=rng)).shares.values[:, 0]
    assert (share[0] > 0.3).all()
    assert (share[20] < 1e-3).all()
    assert (share[50:] < 1e-6).all()


def test_what_the_network_does_not_have_is_refused_with_what_it_has(rng):
    network, x = make("GRU", rng, {}), normal(rng, 4, 1, 3)
    for options, message in [
        ({"layer": 1}, "layers are 0 to 0"),
        ({"layer": -1}, "layers are 0 to 0"),
        ({"direction": "backward"}, "directions forward"),
        ({"of": "c"}, "GRU has no state 'c'; it has h"),
        ({"baseline": "median"}, "neither 'mean' nor a vector"),
        ({"baseline": torch.zeros(4)}, r"shape \(4,\)"),
    ]:
        with pytest.raises(ValueError, match=message):
            reveal(network, x, **options)
    with pytest.raises(ValueError, match="at least one step"):
        reveal(network, x[:0])
