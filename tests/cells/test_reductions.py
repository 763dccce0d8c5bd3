"""Where one cell becomes another: what each step of the history added, and that it added nothing else."""

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.cells import CELLS, Jordan
from rnnviz.network import Network, run_layer, unroll
from rnnviz.recording import record
from tests.cells.variants import build, close, normal, start

SHARED = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def network(name, rng, hidden=4, **options):
    return Network(name, 3, hidden, generator=rng, dtype=torch.float64, **options)


def weights_of(source, target):
    """Give ``target`` the weights of ``source``, and return it."""
    with torch.no_grad():
        for name in SHARED:
            getattr(target.layers[0][0], name).copy_(getattr(source.layers[0][0], name))
    return target


def test_peepholes_of_zero_leave_the_ordinary_lstm(rng):
    peephole = network("LSTM peephole", rng)
    plain = weights_of(peephole, network("LSTM", rng))
    with torch.no_grad():
        peephole.layers[0][0].peepholes.zero_()
    x, state = normal(rng, 30, 2, 3), start(plain, 2, rng)
    one, other = record(peephole, x, state).layer(), record(plain, x, state).layer()
    for name in plain.layers[0][0].quantities:
        close(one[name].values, other[name].values, 1e-15)


def test_a_reset_gate_of_one_leaves_no_difference_between_before_and_after(rng):
    before = network("GRU 2014", rng)
    with torch.no_grad():
        for name in SHARED[:3]:
            getattr(before.layers[0][0], name)[:4] = 0
        before.layers[0][0].bias_hh[:4] = 1000
    after = weights_of(before, network("GRU", rng))
    x, state = normal(rng, 30, 2, 3), start(after, 2, rng)[0]
    one, other = record(before, x, state).layer(), record(after, x, state).layer()
    close(one["r"].values, np.ones_like(one["r"].values), 1e-15)
    for name in "znh":
        close(one[name].values, other[name].values, 1e-14)


def test_a_reset_gate_that_is_not_one_makes_them_differ(rng):
    before = network("GRU 2014", rng)
    after = weights_of(before, network("GRU", rng))
    x = normal(rng, 30, 2, 3)
    assert abs(record(before, x).y.values - record(after, x).y.values).max() > 0.01


def test_without_decay_a_jordan_network_is_fed_its_last_output_alone(rng):
    made = network("Jordan", rng, decay=0.0)
    layer = record(made, normal(rng, 20, 2, 3)).layer()
    assert (layer["s"].values == layer["y"].values).all()


def test_the_state_units_of_a_jordan_network_hold_the_sum_of_all_outputs_the_older_the_weaker(rng):
    made = network("Jordan", rng, decay=0.7)
    layer = record(made, normal(rng, 20, 2, 3)).layer()
    y = torch.tensor(layer["y"].values)
    expected = sum(0.7 ** (19 - k) * y[k] for k in range(20))
    close(layer["s"].values[-1], expected)


def test_a_jordan_network_whose_outputs_are_its_hidden_units_is_an_elman_network(rng):
    jordan = network("Jordan", rng, decay=0.0, output="identity")
    with torch.no_grad():
        jordan.layers[0][0].weight_hy.copy_(torch.eye(4))
        jordan.layers[0][0].bias_hy.zero_()
    elman = weights_of(jordan, network("RNN", rng))
    x = normal(rng, 30, 2, 3)
    close(record(jordan, x).y.values, record(elman, x).y.values, 1e-14)


def test_nothing_but_its_outputs_reaches_the_next_step_of_a_jordan_network(rng):
    cell = Jordan(3, 8, outputs=1, generator=rng, dtype=torch.float64)
    x, s = normal(rng, 1, 3), normal(rng, 1, 1)
    one, other = (cell(x, {"h": normal(rng, 1, 8), "s": s}) for _ in range(2))
    assert all(torch.equal(one[name], other[name]) for name in one)
    jacobian = torch.autograd.functional.jacobian(lambda s: cell(x, {"h": x.new_zeros(1, 8), "s": s})["h"], s)
    assert jacobian.shape == (1, 8, 1, 1)
    assert (jacobian != 0).all()


def test_the_one_answer_of_a_jordan_network_can_be_the_networks_answer(rng):
    made = network("Jordan", rng, hidden=8, outputs=1, output_size=1, readout="every")
    cell = made.layers[0][0]
    made.readout.weight, made.readout.bias = cell.weight_hy, cell.bias_hy
    x = normal(rng, 20, 2, 3)
    trace = record(made, x)
    close(torch.tensor(trace.y.values).sigmoid(), trace.layer()["y"].values)
    made(x).sum().backward()
    assert (cell.weight_hy.grad != 0).any()


def test_a_reservoir_that_forgets_at_once_is_a_simple_network(rng):
    reservoir = network("ESN", rng, leak=1.0)
    simple = weights_of(reservoir, network("RNN", rng))
    x = normal(rng, 30, 2, 3)
    close(record(reservoir, x).y.values, record(simple, x).y.values, 1e-14)


def test_a_reservoir_leaks_at_its_rate_where_nothing_fills_it(rng):
    reservoir = network("ESN", rng, leak=0.25, bias=False, spectral_radius=0.0)
    first = start(reservoir, 2, rng)[0]
    h = record(reservoir, torch.zeros(10, 2, 3, dtype=torch.float64), first).layer()["h"].values
    for t in range(10):
        close(h[t], 0.75 ** (t + 1) * first[0])


def test_the_cell_of_1997_is_an_ordinary_lstm_with_half_the_candidates_rows_and_its_forget_gate_open(rng):
    old = network("LSTM 1997", rng)
    module = build(nn.LSTM, rng, 3, 4)
    cell = old.layers[0][0]
    with torch.no_grad():
        for name in SHARED:
            ours, theirs = getattr(cell, name), getattr(module, f"{name}_l0").zero_()
            for block, rows in enumerate((slice(0, 4), slice(8, 12), slice(12, 16))):
                theirs[rows] = ours[4 * block : 4 * block + 4] * (0.5 if block == 1 else 1.0)
        module.bias_hh_l0[4:8] = 60.0
    x, (h, c) = normal(rng, 100, 2, 3), start(old, 2, rng)
    one, other = record(old, x, (h, c)).layer(), record(module, x, (h, c / 2)).layer()
    close(other["f"].values, np.ones_like(other["f"].values), 1e-15)
    close(one["h"].values, other["h"].values, 1e-13)
    close(one["c"].values, 2 * other["c"].values, 1e-13)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-13), (torch.float32, 2e-5)])
def test_the_kernel_of_the_cell_of_1997_computes_its_equations(bias, bidirectional, dtype, tolerance, rng):
    made = Network("LSTM 1997", 3, 4, bias=bias, bidirectional=bidirectional, generator=rng, dtype=dtype)
    x, state = normal(rng, 60, 2, 3, dtype=dtype), start(made, 2, rng)
    cells = list(made.layers[0])
    states = [{"h": state[0][d], "c": state[1][d]} for d in range(len(cells))]
    expected = [unroll(cell, x, states[d], backward=d == 1)["h"] for d, cell in enumerate(cells)]
    fused = run_layer(cells, x, states)
    close(fused, torch.cat(expected, -1), tolerance)
    probe = normal(rng, *fused.shape, dtype=dtype)
    parameters = list(made.parameters())
    gradients = [torch.autograd.grad((y * probe).sum(), parameters) for y in (fused, torch.cat(expected, -1))]
    for ours, theirs in zip(*gradients, strict=True):
        close(ours, theirs, 10 * tolerance)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_cell_of_1997_loses_nothing_in_ten_thousand_steps(dtype):
    """Its kernel's forget gate must be 1: were it less by one float32 rounding, h would fade by 5e-4."""
    made = Network("LSTM 1997", 1, 1, dtype=dtype)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.zero_()
        made.layers[0][0].bias_ih.copy_(torch.tensor([-1000.0, 0.0, 1000.0]))
    first = torch.full((1, 1, 1), 1.5, dtype=dtype)
    h = record(made, torch.zeros(10_000, 1, 1, dtype=dtype), (first, first)).layer()["h"].values[:, 0, 0]
    np.testing.assert_allclose(h, h[0], rtol=1e-6)
    assert h[0] == pytest.approx(2 / (1 + torch.exp(-first).item()) - 1, rel=1e-6)


@pytest.mark.parametrize("every", [5, 10, 25])
def test_one_cell_with_peepholes_keeps_time_and_one_without_cannot(every):
    """c counts up by 1/N; only who sees it can show it at the right moment and start again."""
    theta, steep = 1 - 1 / (2 * every), 100.0 * every
    spikes = {}
    for peepholes in (True, False):
        timer = Network("LSTM peephole", 1, 1, dtype=torch.float64)
        cell = timer.layers[0][0]
        bias = [40.0, steep * theta, torch.atanh(torch.tensor(1 / every, dtype=torch.float64)), -steep * theta]
        with torch.no_grad():
            for parameter in cell.parameters():
                parameter.zero_()
            cell.bias_ih.copy_(torch.tensor(bias))
            if peepholes:
                cell.peepholes.copy_(torch.tensor([0.0, -steep, steep]))
        h = record(timer, torch.zeros(10 * every, 1, 1, dtype=torch.float64)).layer()["h"].values[:, 0, 0]
        spikes[peepholes] = [t + 1 for t in range(10 * every) if h[t] > 0.5]
        assert abs(h[[t for t in range(10 * every) if t + 1 not in spikes[peepholes]]]).max() < 1e-6
    assert spikes == {True: [every * k for k in range(1, 11)], False: []}


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("Jordan", {"output": "softmax"}, "'softmax' is not one of tanh, relu, sigmoid, identity"),
        ("Jordan", {"decay": 1.0}, "at least 0 and below 1"),
        ("Jordan", {"outputs": 0}, "at least 1"),
        ("Jordan", {"outputs": 2, "spectral_radius": 0.9}, "4 × 2 have no spectral radius"),
        ("LSTM peephole", {"squashing": "relu"}, "'relu' is not one of tanh, identity"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_with_what_can(name, options, message):
    with pytest.raises(ValueError, match=message):
        CELLS[name](3, 4, **options)
