"""total_effect: what enumeration, closed forms and runs of its own say; exact zeros, honest errors, clear refusals."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.memory import replacing, total_effect
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import as_row, every_variant_with, normal

PLACES = [
    (1, False, 0, "forward"),
    (3, False, 1, "forward"),
    (1, True, 0, "backward"),
    (2, True, 1, "forward"),
    (2, True, 1, "backward"),
]
every_place = pytest.mark.parametrize(("layers", "both", "layer", "direction"), PLACES)
STEPS, WORDS = 3, 3
SENTENCES = torch.tensor(list(itertools.product(range(WORDS), repeat=STEPS))).T  # (T, 27), each once


def make(name, rng, options, layers=1, both=False, **sizes) -> Network:
    return Network(
        name, 3, 4, num_layers=layers, bidirectional=both, generator=rng, dtype=torch.float64, **sizes, **options
    )


def all_pairs() -> tuple[torch.Tensor, torch.Tensor]:
    """Every pair of two sentences once: means over these pairs are expectations."""
    count = SENTENCES.shape[1]
    return SENTENCES.repeat_interleave(count, 1), SENTENCES.repeat(1, count)


def spread(h: np.ndarray) -> np.ndarray:
    """The variance over the sentences of (T, N, H), summed over units: (T,)."""
    return h.var(1).sum(-1)


@every_variant_with("layers both layer direction", PLACES)
def test_over_all_pairs_it_is_the_variance_that_remains_when_all_other_words_are_known(
    name, options, layers, both, layer, direction, rng
):
    network = make(name, rng, options, layers, both, vocabulary_size=WORDS)
    held = SENTENCES[:, 14]
    for of in network.layers[0][0].state:
        h = as_row(network.layers[0][0], of, record(network, SENTENCES).layer(layer, direction)[of].values)
        found = total_effect(network, *all_pairs(), of=of, layer=layer, direction=direction)
        around = total_effect(network, *all_pairs(), held, of=of, layer=layer, direction=direction)
        np.testing.assert_allclose(found.variance.values, spread(h), rtol=1e-9, atol=1e-20)
        for k in range(STEPS):
            others = np.delete(SENTENCES.numpy(), k, 0)
            groups = [(others == one[:, None]).all(0) for one in np.unique(others, axis=1).T]
            left = np.mean([spread(h[:, group]) for group in groups], 0)
            mine = (others == np.delete(held.numpy(), k)[:, None]).all(0)
            with np.errstate(invalid="ignore"):  # of what never varies there is no share
                shares, own = left / spread(h), spread(h[:, mine]) / spread(h)
            np.testing.assert_allclose(found.effect.values[:, k], shares, rtol=1e-8, atol=1e-12)
            np.testing.assert_allclose(around.effect.values[:, k], own, rtol=1e-8, atol=1e-12)
        np.testing.assert_allclose(found.sum.values, found.effect.values.sum(1), rtol=1e-12)
        assert (found.sum.values[spread(h) > 0] >= 1 - 1e-9).all()


@every_place
def test_each_run_reads_a_with_one_word_of_b(layers, both, layer, direction, rng):
    network, a, b = make("LSTM", rng, {}, layers, both, own_start=True), normal(rng, 4, 5, 3), normal(rng, 4, 5, 3)
    for start in (network.start_h, network.start_c):  # of each layer and direction its own
        start.copy_(normal(rng, *start.shape))

    def h(x):
        return record(network, x).layer(layer, direction)["h"].values

    found = total_effect(network, a, b, layer=layer, direction=direction).effect.values
    for k in range(4):
        replaced = a.clone()
        replaced[k] = b[k]
        top, bottom = (((one - other) ** 2).sum(-1).mean(1) for one, other in ((h(replaced), h(a)), (h(b), h(a))))
        np.testing.assert_allclose(found[:, k], top / bottom, rtol=1e-9)


def linear(rng, radius: float = 0.8) -> Network:
    return Network(
        "RNN", 3, 4, nonlinearity="identity", spectral_radius=radius, generator=rng, dtype=torch.float64
    )  # fmt: skip


def linear_shares(network: Network, steps: int) -> np.ndarray:
    """Of independent inputs of unit variance: || W^(t - k) U ||^2 over its sum, ("time", "source")."""
    cell = network.layers[0][0]
    sizes = [
        float((torch.linalg.matrix_power(cell.weight_hh, age) @ cell.weight_ih).detach().square().sum())
        for age in range(steps)
    ]
    parts = np.array([[sizes[t - k] if k <= t else 0 for k in range(steps)] for t in range(steps)])
    return parts / parts.sum(1, keepdims=True)


def test_a_linear_network_gives_each_word_its_share_of_the_variance_and_they_sum_to_one(rng):
    network, pairs = linear(rng), 4000
    a, b = normal(rng, 6, pairs, 3), normal(rng, 6, pairs, 3)
    expected = linear_shares(network, 6)
    for found in (total_effect(network, a, b), total_effect(network, a, b, normal(rng, 6, 1, 3))):
        off = np.abs(found.effect.values - expected)
        assert (off <= 4 * found.effect_error.values + 1e-12).all()
        assert off.max() < 0.03
        assert (np.abs(found.sum.values - 1) <= 4 * found.sum_error.values + 1e-12).all()


def test_the_standard_error_is_as_large_as_the_errors_are(rng):
    network = linear(rng)
    expected, off, sums = linear_shares(network, 4)[-1], [], []
    for _ in range(200):
        found = total_effect(network, normal(rng, 4, 60, 3), normal(rng, 4, 60, 3))
        off.append((found.effect.values[-1] - expected) / found.effect_error.values[-1])
        sums.append((found.sum.values[-1] - 1) / found.sum_error.values[-1])
    for errors in (np.array(off).ravel(), np.array(sums)):
        assert 0.85 < errors.std() < 1.2
        assert 0.9 < (np.abs(errors) < 2).mean() < 0.99


def exclusive_or() -> Network:
    """Three relu layers that tell at every step whether the last two bits differ: h = relu(p - q) + relu(q - p)."""
    network = Network("RNN", 1, 2, num_layers=3, nonlinearity="relu", generator=torch.Generator(), dtype=torch.float64)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        remember, compare, add = (cells[0] for cells in network.layers)
        remember.weight_ih[0], remember.weight_hh[1, 0] = 1, 1
        compare.weight_ih.copy_(torch.tensor([[1, -1], [-1, 1]]))
        add.weight_ih[0] = 1
    return network


def test_each_of_two_bits_decides_all_of_their_exclusive_or():
    bits = torch.tensor(list(itertools.product((0.0, 1.0), repeat=4)), dtype=torch.float64).T[..., None]
    found = total_effect(exclusive_or(), bits[:2], bits[2:])
    np.testing.assert_allclose(found.effect.values[-1], [1, 1])
    np.testing.assert_allclose(found.sum.values, [1, 2])
    np.testing.assert_allclose(found.variance.values, [0.25, 0.25])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("held", [False, True])
def test_a_word_not_read_yet_and_a_word_that_is_the_same_have_exactly_no_effect(dtype, held, rng):
    network = make("GRU", rng, {}, 1, True).to(dtype)
    a, b = normal(rng, 6, 8, 3, dtype=dtype), normal(rng, 6, 8, 3, dtype=dtype)
    a[2] = b[2]
    sequence = normal(rng, 6, 1, 3, dtype=dtype) if held else None
    for direction in network.directions:
        effect = total_effect(network, a, b, sequence, direction=direction).effect.values
        read = np.tri(6, dtype=bool) if direction == "forward" else np.tri(6, dtype=bool).T
        assert (effect[~read] == 0).all()
        assert (effect[:, 2] == 0).all()
        assert (effect[np.ix_(range(6), [0, 1, 3, 4, 5])][read[:, [0, 1, 3, 4, 5]]] > 0).all()


def test_above_a_bidirectional_layer_words_ahead_have_an_effect(rng):
    network = make("GRU", rng, {}, 2, True)
    assert (total_effect(network, normal(rng, 4, 6, 3), normal(rng, 4, 6, 3)).effect.values > 0).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_state_that_never_varies_has_no_parts_and_says_so(dtype, rng):
    network = make("LSTM", rng, {}).to(dtype)
    a, b = normal(rng, 5, 7, 3, dtype=dtype), normal(rng, 5, 7, 3, dtype=dtype)
    a[:2] = b[:2] = 0.3
    found = total_effect(network, a, b)
    np.testing.assert_array_equal(found.constant.values, [True, True, False, False, False])
    for signal in (found.effect, found.effect_error, found.sum, found.sum_error):
        assert np.isnan(signal.values[:2]).all()
        assert np.isfinite(signal.values[2:]).all()


def test_a_state_that_explodes_gives_no_number_and_no_warning():
    network = Network("RNN", 1, 1, bias=False, nonlinearity="relu", generator=torch.Generator())
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(1e30)
    found = total_effect(network, torch.ones(4, 3, 1), 2 * torch.ones(4, 3, 1))
    assert not np.isfinite(found.effect.values[-1]).any()
    assert not found.constant.values.any()


def test_what_rounding_makes_of_a_state_is_not_variance(rng):
    network = Network("RNN", 1, 1, nonlinearity="identity", generator=rng)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        network.layers[0][0].weight_ih.fill_(1e-7)
        network.layers[0][0].bias_ih.fill_(1)
    a, b = normal(rng, 3, 50, 1, dtype=torch.float32), normal(rng, 3, 50, 1, dtype=torch.float32)
    assert not torch.equal(network(a), network(b))
    assert total_effect(network, a, b).constant.values.all()
    b[0] = 1e5
    assert not total_effect(network, a, b).constant.values[0]


@every_place
@pytest.mark.parametrize("held", [False, True])
def test_pairs_are_worked_off_in_blocks(layers, both, layer, direction, held, rng, monkeypatch):
    network, a, b = make("GRU", rng, {}, layers, both), normal(rng, 5, 7, 3), normal(rng, 5, 7, 3)
    rest = {"sequence": normal(rng, 5, 1, 3) if held else None, "layer": layer, "direction": direction}
    at_once = total_effect(network, a, b, **rest)
    monkeypatch.setattr(replacing, "BLOCK", 50)
    for one, other in zip(at_once, total_effect(network, a, b, **rest), strict=True):
        np.testing.assert_allclose(
            one.values, other.values, rtol=1e-9, atol=1e-7
        )  # an error of 0 is the root of rounding


@pytest.mark.parametrize("module", [nn.RNN, nn.LSTM, nn.GRU])
def test_a_bare_torch_module_is_read_as_it_is(module, rng):
    bare = module(3, 4, batch_first=True)
    a, b = normal(rng, 6, 5, 3, dtype=torch.float32), normal(rng, 6, 5, 3, dtype=torch.float32)
    found = total_effect(bare, a, b)
    assert (found.effect.axes, found.effect.values.shape) == (("time", "source"), (5, 5))
    assert found.sum.axes == ("time",)
    assert not found.effect.values.flags.writeable


def test_what_cannot_be_asked_is_refused_with_what_can(rng, monkeypatch):
    network, a = make("GRU", rng, {}), normal(rng, 4, 5, 3)
    for rest, message in [
        ({"b": a[:3]}, r"shapes \(4, 5, 3\) and \(3, 5, 3\); draw two batches of one shape"),
        ({"b": a[:, :2]}, "two batches of one shape"),
        ({"b": a, "sequence": a[:3, :1]}, "one sequence of 4 steps"),
        ({"b": a, "sequence": a}, "one sequence of 4 steps"),
        ({"b": a, "layer": 1}, "layers are 0 to 0"),
        ({"b": a, "direction": "backward"}, "directions forward"),
        ({"b": a, "of": "c"}, "GRU has no state 'c'; it has h"),
    ]:
        with pytest.raises(ValueError, match=message):
            total_effect(network, a, **rest)
    with pytest.raises(ValueError, match="at least 2 pairs"):
        total_effect(network, a[:, :1], a[:, :1])
    with pytest.raises(ValueError, match="this network reads"):
        total_effect(network, a[..., :2], a[..., :2])
    monkeypatch.setattr(replacing, "LARGEST", 15)
    with pytest.raises(ValueError, match="4 steps have 16 effects, the limit is 15; give fewer steps"):
        total_effect(network, a, a)
