"""backpropagate(): autograd's total derivative by everything, as on a network unrolled by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from torch import nn

from rnnviz import backpropagate, record
from rnnviz.cells.coordinates import told
from rnnviz.gradients import gradient_curves, gradient_norms
from rnnviz.network import Network
from rnnviz.sharing import from_torch
from tests.cells.variants import (
    as_row,
    as_torch_takes_it,
    build,
    close,
    every_module,
    every_variant,
    every_variant_with,
    normal,
    runs,
)
from tests.gradients.unrolled import derivative, mixed, unroll


@settings(max_examples=60)
@given(runs())
def test_every_gradient_is_that_of_the_network_unrolled_by_hand(drawn):
    state = drawn.state and as_torch_takes_it(drawn.state)
    trace = backpropagate(drawn.network, drawn.x, mixed, state)
    reference = unroll(drawn.network, drawn.x, drawn.state)
    loss = mixed(reference.y)
    close(trace.x.values, derivative(loss, reference.x))
    close(trace.y.values, derivative(loss, [reference.y])[0])
    assert [(layer.layer, layer.direction) for layer in trace.layers] == list(reference.steps)
    for layer in trace.layers:
        key = layer.layer, layer.direction
        for name in layer.names:
            close(layer[name].values, derivative(loss, [step[name] for step in reference.steps[key]]))
        for name, initial in layer.initial.items():
            close(initial.values, derivative(loss, [reference.starts[key][name]])[0])


@every_module
@pytest.mark.parametrize("layout", ["time first", "batch_first", "unbatched"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_loss_reads_what_the_module_itself_returns(kind, options, layout, bidirectional, rng):
    module = build(
        kind, rng, 3, 5, num_layers=2, bidirectional=bidirectional, batch_first=layout == "batch_first", **options
    )
    x = normal(rng, 6, 4, 3) if layout != "unbatched" else normal(rng, 6, 3)
    shapes = []

    def loss(y):
        shapes.append(tuple(y.shape))
        return mixed(y)

    leaf = x.clone().requires_grad_()
    expected = torch.autograd.grad(loss(module(leaf)[0]), leaf)[0]
    trace = backpropagate(module, x, loss)
    assert shapes[0] == shapes[1]
    expected = {"time first": expected, "batch_first": expected.transpose(0, 1), "unbatched": expected[:, None]}
    close(trace.x.values, expected[layout])


@every_variant
def test_the_gradient_is_what_finite_differences_give(name, options, rng):
    network = Network(name, 2, 3, generator=rng, dtype=torch.float64, num_layers=2, **options)
    x = normal(rng, 5, 1, 2)
    gradient = backpropagate(network, x, mixed).x.values
    small = 1e-6
    for index in np.ndindex(*x.shape):
        nudge = torch.zeros_like(x)
        nudge[index] = small
        with torch.no_grad():
            slope = (mixed(network(x + nudge)) - mixed(network(x - nudge))) / (2 * small)
        assert abs(gradient[index] - float(slope)) < 1e-7


@pytest.mark.parametrize("readout", ["last", "every"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_networks_loss_reads_its_readout_and_its_input_is_the_embedded_one(readout, bidirectional, rng):
    network = Network(
        "LSTM", 3, 4, vocabulary_size=7, output_size=5, readout=readout, bidirectional=bidirectional, generator=rng
    ).double()
    ids = torch.randint(7, (6, 2), generator=rng)
    target = torch.tensor([1, 3])

    def loss(y):
        assert y.shape == network(ids).shape
        return nn.functional.cross_entropy(y if y.ndim == 2 else y[-1], target)

    trace = backpropagate(network, ids, loss, tokens=list("abcdef"))
    reference = unroll(network, network.embed(ids))
    close(trace.x.values, derivative(loss(reference.y), reference.x))
    close(trace.y.values, derivative(loss(reference.y), [reference.y])[0])
    assert trace.tokens == tuple("abcdef")


@every_module
def test_names_and_axes_are_those_of_the_recording(kind, options, rng):
    module = build(kind, rng, 3, 5, num_layers=2, bidirectional=True, dtype=torch.float32, **options)
    x = normal(rng, 6, 2, 3, dtype=torch.float32)
    values, gradients = record(module, x), backpropagate(module, x, lambda y: y[-1].sum())
    for layer, other in zip(values.layers, gradients.layers, strict=True):
        assert (layer.cell, layer.layer, layer.direction) == (other.cell, other.layer, other.direction)
        assert layer.names == other.names
        assert list(layer.initial) == list(other.initial)
    pairs = [(values.x, gradients.x), (values.y, gradients.y)]
    pairs += [(a[n], b[n]) for a, b in zip(values.layers, gradients.layers, strict=True) for n in a.names]
    for value, gradient in pairs:
        assert (value.name, value.axes, value.values.shape) == (gradient.name, gradient.axes, gradient.values.shape)
        assert gradient.kind == "gradient"
        assert gradient.bounds is None
        assert gradient.symbol == rf"\partial L / \partial {value.symbol}"
        assert gradient.values.dtype == np.float64


@every_module
def test_a_float32_module_gets_the_gradient_of_its_own_trajectory_in_float64(kind, options, rng):
    module = build(kind, rng, 3, 8, dtype=torch.float32, **options)
    x = normal(rng, 30, 1, 3, dtype=torch.float32)
    head = nn.Linear(8, 2)
    leaf = x.clone().requires_grad_()
    expected = torch.autograd.grad(head(module(leaf)[0][-1]).sum(), leaf)[0]
    trace = backpropagate(module, x, lambda y: head(y[-1]).sum())
    close(trace.x.values, expected.double(), 1e-6)
    assert all(parameter.grad is None for parameter in [*module.parameters(), *head.parameters()])


def test_a_chaotic_float32_network_is_differentiated_where_it_went_and_not_where_float64_would_go(rng):
    module = build(nn.RNN, rng, 2, 64, dtype=torch.float32)
    with torch.no_grad():
        module.weight_hh_l0 *= 4.0 / torch.linalg.eigvals(module.weight_hh_l0).abs().max()
    x = normal(rng, 200, 1, 2, dtype=torch.float32)
    with torch.no_grad():
        h = record(module, x).layer()["h"].values[:, 0].astype(np.float64)
        elsewhere = module.double()(x.double())[0][:, 0].numpy()
        module.float()
    assert np.abs(h[-50:] - elsewhere[-50:]).max() > 0.5
    gradient = backpropagate(module, x, lambda y: y[-1].sum()).layer()["h"].values[:, 0]
    pulled = (gradient[1:] * (1 - h[1:] ** 2)) @ module.weight_hh_l0.detach().double().numpy()
    error, size = np.linalg.norm(pulled - gradient[:-1], axis=1), np.linalg.norm(gradient[:-1], axis=1)
    assert (error < 1e-3 * size).all()


def test_callers_that_switched_gradients_off_get_them_and_no_grad_is_left_behind(rng):
    module = build(nn.LSTM, rng, 3, 5)
    x = normal(rng, 6, 2, 3).requires_grad_()
    expected = backpropagate(module, x, mixed).x.values
    with torch.no_grad():
        assert np.array_equal(backpropagate(module, x, mixed).x.values, expected)
    with torch.inference_mode():
        assert np.array_equal(backpropagate(module, x.detach() * 1, mixed).x.values, expected)
        assert np.array_equal(backpropagate(module, x.detach(), mixed).x.values, expected)
    assert x.grad is None
    assert all(parameter.grad is None for parameter in module.parameters())


@every_variant_with("direction", ["forward", "backward"])
def test_curves_are_the_norms_of_what_backpropagate_gives(name, options, direction, rng):
    network = Network(name, 3, 5, num_layers=2, bidirectional=True, generator=rng, dtype=torch.float64, **options)
    x = normal(rng, 20, 2, 3)
    trace = backpropagate(network, x, mixed)
    for layer in range(2):
        curves = gradient_curves(network, x, mixed, layer=layer, direction=direction)
        cell = network.layers[0][0]
        assert list(curves) == [*told(cell), "state"]
        whole = curves.pop("state")
        if list(curves) == ["h"]:
            np.testing.assert_array_equal(whole.values, curves["h"].values)
        for state, curve in curves.items():
            assert curve.axes == ("time", "batch")
            close(curve.values, gradient_norms(trace.layer(layer, direction)[state]).values, 1e-10)
            with np.errstate(divide="ignore"):  # nothing reaches a state after the last step
                reaching = as_row(cell, state, trace.layer(layer, direction)[state].values)
                expected = np.log10(np.linalg.norm(reaching, axis=-1))
            close(curve.values, expected, 1e-10)


@pytest.mark.parametrize("factor", [0.1, 9.0])
@pytest.mark.parametrize("every_step", [False, True], ids=["loss at the end", "loss at every step"])
def test_a_curve_goes_on_where_float64_ends(factor, every_step, rng):
    network = Network("RNN", 1, 4, nonlinearity="identity", bias=False, generator=rng, dtype=torch.float64)
    cell = network.layers[0][0]
    with torch.no_grad():
        cell.weight_hh.copy_(factor * torch.eye(4, dtype=torch.float64))
    x = torch.zeros(600, 1, 1, dtype=torch.float64)
    curve = gradient_curves(network, x, lambda y: (y if every_step else y[-1]).sum())["h"].values[:, 0]
    back = np.arange(599, -1, -1, dtype=np.float64)
    expected = back * np.log10(factor)
    if every_step:
        # 1 + a + ... + a^back
        expected = (
            expected + np.log10((factor - factor**-back) / (factor - 1))
            if factor > 1
            else np.log10((1 - factor ** (back + 1)) / (1 - factor))
        )
    close(curve, expected + np.log10(2), 1e-12)


def test_module_and_network_of_the_same_weights_agree(rng):
    module = build(nn.GRU, rng, 3, 5, num_layers=2, bidirectional=True)
    x = normal(rng, 6, 2, 3)
    a, b = backpropagate(module, x, mixed), backpropagate(from_torch(module), x, mixed)
    close(a.x.values, b.x.values)


@pytest.mark.parametrize(
    ("loss", "says"),
    [
        (lambda y: y, r"one number.*shape \(6, 2, 5\).*sum"),
        (lambda y: y[-1].sum().item(), "one number.*float"),
        (lambda y: y[-1].sum().detach(), "does not depend on the output"),
        (lambda y: torch.ones(()), "does not depend"),
        (lambda y: nn.Parameter(torch.ones(())) * 2, "does not depend"),
    ],
)
def test_a_loss_that_cannot_be_differentiated_is_refused_with_a_reason(loss, says, rng):
    with pytest.raises(ValueError, match=says):
        backpropagate(build(nn.LSTM, rng, 3, 5), normal(rng, 6, 2, 3), loss)


def test_bad_input_is_refused_as_record_refuses_it(rng):
    module, x = build(nn.LSTM, rng, 3, 5), normal(rng, 6, 2, 3)
    for bad in (x[:0], x[..., :2]):
        with pytest.raises(ValueError, match="x has shape"):
            backpropagate(module, bad, mixed)
    with pytest.raises(TypeError, match="float32"):
        backpropagate(module, x.float(), mixed)
    with pytest.raises(ValueError, match="5 tokens for 6 time steps"):
        backpropagate(module, x, mixed, tokens=list("abcde"))
    with pytest.raises(TypeError, match="a model is a Network"):
        backpropagate(nn.Linear(3, 5), x, mixed)
    with pytest.raises(ValueError, match=r"no layer \(1, 'forward'\)"):
        gradient_curves(module, x, mixed, layer=1)
    with pytest.raises(ValueError, match=r"no layer \(0, 'backward'\)"):
        gradient_curves(module, x, mixed, direction="backward")


def test_one_step_is_enough(rng):
    for kind in (nn.RNN, nn.LSTM, nn.GRU):
        module, x = build(kind, rng, 3, 5), normal(rng, 1, 1, 3)
        leaf = x.clone().requires_grad_()
        close(backpropagate(module, x, mixed).x.values, torch.autograd.grad(mixed(module(leaf)[0]), leaf)[0])
