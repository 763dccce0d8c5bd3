"""through_time(): the derivation by hand, term by term, against autograd."""

import numpy as np
import pytest
import torch

from rnnviz.cells import CELLS
from rnnviz.gradients import clip_together, step_jacobians, through_time
from rnnviz.network import Network
from rnnviz.recording import record
from tests.cells.variants import close, every_variant, every_variant_with, normal
from tests.gradients.unrolled import STEP, mixed


def build(name: str, rng: torch.Generator, **options: object) -> Network:
    options = {"output_size": 5, "readout": "every"} | options
    return Network(name, 3, 4, generator=rng, dtype=torch.float64, **options).requires_grad_()


def detached_run(network: Network, x: torch.Tensor, truncate: int | None) -> torch.Tensor:
    """The outputs of a run whose state is detached every so many steps, counted from the end."""
    cell, length, outputs = network.layers[0][0], len(x), []
    state = cell.initial_state(1)
    for t in range(length):
        if truncate and t and (length - t) % truncate == 0:
            state = {name: value.detach() for name, value in state.items()}
        step = STEP[cell.name](cell, x[t], state)
        state = {name: step[name] for name in cell.state}
        outputs.append(step[cell.output])
    return network.read(torch.stack(outputs))


@every_variant_with("truncate", [None, 1, 3, 8, 20])
def test_terms_add_up_to_autograds_gradient_of_a_run_with_detached_states(name, options, truncate, rng):
    network = build(name, rng, **options)
    x = normal(rng, 8, 1, 3)
    found = through_time(network, x, mixed, truncate=truncate).gradients()
    parameters = dict(network.layers[0][0].named_parameters()) | {
        f"readout.{key}": value for key, value in network.readout.named_parameters()
    }
    loss = mixed(detached_run(network, x, truncate))
    expected = torch.autograd.grad(loss, list(parameters.values()), allow_unused=True, materialize_grads=True)
    assert set(found) == set(parameters)
    for key, gradient in zip(parameters, expected, strict=True):
        close(found[key], gradient)


def with_output(network, jacobians, x):
    """The Jacobians of steps by the states, with rows of what is shown above where that is no state; its columns are
    zero, for no next step receives it."""
    cell = network.layers[0][0]
    if cell.output in cell.state:
        return jacobians
    layer, shown = record(network, x).layer(), cell.hidden_size
    whole = np.zeros((len(x), *(shown + size for size in jacobians.shape[1:])))
    whole[:, shown:, shown:] = jacobians
    for t in range(len(x)):

        def output(*state, t=t):
            return cell(x[t, 0], dict(zip(cell.state, state, strict=True)))[cell.output]

        before = tuple(torch.tensor(layer.previous(name).values[t, 0]) for name in cell.state)
        rows = torch.autograd.functional.jacobian(output, before)
        parts = [torch.view_as_real(part) if part.is_complex() else part for part in rows]
        whole[t, :shown, shown:] = torch.cat([part.reshape(shown, -1) for part in parts], -1)
    return whole


@every_variant
def test_the_formulas_of_the_page_hold(name, options, rng):
    network = build(name, rng, **options)
    x = normal(rng, 6, 1, 3)
    found, jacobians = through_time(network, x, mixed), with_output(network, step_jacobians(network, x).values, x)
    direct, later, states = (signal.values for signal in (found.direct, found.later, found.states))
    pushed = found.scores.values @ network.readout.weight.detach().numpy()
    close(direct[:, : pushed.shape[1]], torch.from_numpy(pushed))
    assert not direct[:, pushed.shape[1] :].any()
    np.testing.assert_allclose(states, direct + later, atol=1e-14)
    np.testing.assert_allclose(later[:-1], np.einsum("tij,ti->tj", jacobians[1:], states[1:]), atol=1e-12)
    assert not later[-1].any()


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu", "sigmoid"])
def test_a_term_of_the_plain_rnn_is_an_outer_product(nonlinearity, rng):
    network = build("RNN", rng, nonlinearity=nonlinearity)
    x = normal(rng, 6, 1, 3)
    found, cell = through_time(network, x, mixed), network.layers[0][0]
    with torch.no_grad():
        h = torch.cat([output for _, output in network.run(x)])[:, 0].numpy()
    before = np.concatenate([np.zeros((1, 4)), h[:-1]])
    steepness = {"tanh": 1 - h**2, "relu": (h > 0) * 1.0, "sigmoid": h * (1 - h)}[nonlinearity]
    np.testing.assert_allclose(found.sums.values, found.states.values * steepness, atol=1e-14)
    delta = found.sums.values[:, :, None]
    np.testing.assert_allclose(found.terms["weight_hh"].values, delta * before[:, None], atol=1e-14)
    np.testing.assert_allclose(found.terms["weight_ih"].values, delta * x.numpy(), atol=1e-14)
    np.testing.assert_allclose(found.terms["bias_hh"].values, delta[..., 0], atol=1e-14)
    weight = cell.weight_hh.detach().numpy()
    np.testing.assert_allclose(found.later.values[:-1], found.sums.values[1:] @ weight, atol=1e-13)


def test_a_network_that_answers_once_has_its_loss_at_the_last_step(rng):
    network = build("GRU", rng, readout="last")
    found = through_time(network, normal(rng, 5, 1, 3), mixed)
    assert not found.scores.values[:-1].any()
    assert found.scores.values[-1].any()
    assert not found.direct.values[:-1].any()


def test_without_a_readout_the_scores_are_the_state(rng):
    network = build("LSTM", rng, output_size=None)
    found = through_time(network, normal(rng, 5, 1, 3), mixed)
    np.testing.assert_array_equal(found.scores.values, found.direct.values[:, :4])
    assert "readout.weight" not in found.terms


def test_only_the_plain_rnn_has_one_sum_before_its_state(rng):
    for name in CELLS:
        if CELLS[name].not_a_vector() is None:
            sums = through_time(build(name, rng), normal(rng, 3, 1, 3), mixed).sums
            assert (sums is not None) == (name == "RNN")


@pytest.mark.parametrize("limit", [1e-3, 0.5, 1e3])
def test_clipping_is_that_of_torch(limit, rng):
    network = build("LSTM", rng)
    x = normal(rng, 7, 1, 3)
    found = through_time(network, x, mixed).gradients()
    factor, norm = clip_together(found.values(), limit)
    parameters = [*network.layers[0][0].parameters(), *network.readout.parameters()]
    mixed(detached_run(network, x, None)).backward()
    close(torch.tensor(norm, dtype=torch.float64), torch.nn.utils.clip_grad_norm_(parameters, limit))
    for gradient, parameter in zip(found.values(), parameters, strict=True):
        close(gradient * factor, parameter.grad)


def test_refuses_what_it_does_not_take_apart(rng):
    with pytest.raises(ValueError, match="through 1 step at least"):
        through_time(build("RNN", rng), normal(rng, 4, 1, 3), mixed, truncate=0)
    for options, batch in (({"bidirectional": True}, 1), ({"backward": True}, 1), ({}, 2)):
        with pytest.raises(ValueError, match="from left to right alone"):
            through_time(build("RNN", rng, **options), normal(rng, 4, batch, 3), mixed)
    with pytest.raises(ValueError, match="above 0"):
        clip_together([np.ones(3)], 0.0)
