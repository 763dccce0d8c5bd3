"""Network: shapes, weights, readouts, sharing with torch, and gradients through its steps."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.cells import CELLS, TRIO, Cell
from rnnviz.network import Network, unroll
from rnnviz.recording import record
from rnnviz.sharing import from_torch
from tests.cells.variants import (
    build,
    close,
    every_cell_with,
    every_module,
    every_variant,
    every_variant_with,
    normal,
)


@every_variant_with("bidirectional", [False, True])
def test_layers_read_both_directions_of_the_layer_below(name, options, bidirectional, rng):
    layers = 3
    network = Network(name, 3, 4, num_layers=layers, bidirectional=bidirectional, generator=rng, **options)
    width = 8 if bidirectional else 4
    assert network(torch.zeros(5, 2, 3)).shape == (5, 2, width)
    assert [cells[0].input_size for cells in network.layers] == [3, *[width] * (layers - 1)]
    runs = list(network.run(torch.zeros(5, 2, 3)))
    assert [tuple(below.shape) for below, _ in runs] == [(5, 2, 3), *[(5, 2, width)] * (layers - 1)]
    for (_, output), (below, _) in pairwise(runs):
        assert output is below


@pytest.mark.parametrize("name", TRIO)
def test_parameters_have_the_names_and_shapes_of_torch(name, rng):
    cell = Network(name, 3, 4, generator=rng).layers[0][0]
    module = getattr(nn, name)(3, 4)
    ours = {key: value.shape for key, value in cell.named_parameters()}
    assert ours == {key.removesuffix("_l0"): value.shape for key, value in module.named_parameters()}


@pytest.mark.parametrize("name", [name for name, cell in CELLS.items() if cell.draw is Cell.draw])
def test_new_weights_are_uniform_in_the_interval_of_torch(name, rng):
    network = Network(name, 30, 25, output_size=40, generator=rng)
    for parameter in network.parameters():
        assert parameter.abs().max() <= 0.2
        assert parameter.abs().max() > 0.2 * 0.85
        assert abs(parameter.mean()) < 0.1
        assert abs(parameter.std() - 0.2 / 3**0.5) < 0.05


@every_variant
def test_one_generator_makes_one_network_and_leaves_the_global_one_alone(name, options):
    before = torch.get_rng_state()
    sizes = {"vocabulary_size": 7, "num_layers": 2, "bidirectional": True, "output_size": 3}
    one, same, other = (
        Network(name, 3, 4, generator=torch.Generator().manual_seed(seed), **sizes, **options) for seed in (1, 1, 2)
    )
    record(one, torch.zeros(5, 2, dtype=torch.long))
    assert (torch.get_rng_state() == before).all()
    drawn = one.layers[0][0].draw
    for (place, a), b, c in zip(one.named_parameters(), same.parameters(), other.parameters(), strict=True):
        assert (a == b).all()
        fixed = place.startswith("layers") and torch.equal(
            *(drawn(place.split(".")[-1], torch.zeros_like(a), torch.Generator().manual_seed(k)) for k in (1, 2))
        )
        assert fixed or (a != c).any()  # the decay of a selective SSM begins as 1, 2, 3, ...


@every_variant
def test_weights_go_out_and_in_by_state_dict(name, options, rng):
    sizes = {"vocabulary_size": 7, "num_layers": 2, "bidirectional": True, "output_size": 3}
    one, other = (Network(name, 3, 4, generator=rng, **sizes, **options) for _ in range(2))
    x = torch.randint(7, (5, 2), generator=rng)
    assert (one(x) != other(x)).any()
    other.load_state_dict(one.state_dict())
    close(one(x), other(x), 1e-6)


@every_cell_with("bidirectional", [False, True])
def test_a_network_reads_out_its_final_states_or_every_state(name, bidirectional, rng):
    options = {"num_layers": 2, "bidirectional": bidirectional, "output_size": 3, "dtype": torch.float64}
    x = torch.randint(11, (7, 2), generator=rng)
    every, last = (
        Network(name, 4, 5, vocabulary_size=11, readout=readout, generator=torch.Generator().manual_seed(1), **options)
        for readout in ("every", "last")
    )
    trace = record(every, x)
    top = [layer[layer.output].values for layer in trace.layers if layer.layer == 1]
    assert trace.y.axes == ("time", "batch", "output")
    close(trace.y.values, every.readout(torch.tensor(np.concatenate(top, -1))).detach())
    assert (trace.x.values == every.embedding.weight.detach().numpy()[x]).all()

    trace = record(last, x)
    assert trace.y.axes == ("batch", "output")
    finals = [top[0][-1], top[1][0]] if bidirectional else [top[0][-1]]
    close(trace.y.values, last.readout(torch.tensor(np.concatenate(finals, -1))).detach())
    assert (trace.y.values == last(x).detach().numpy()).all()


def test_one_sentence_of_token_ids_needs_no_batch(rng):
    network = Network("GRU", 4, 5, vocabulary_size=11, output_size=3, generator=rng)
    ids = torch.tensor([1, 2, 3])
    assert (record(network, ids).y.values == record(network, ids[:, None], tokens=["a", "b", "c"]).y.values).all()


@every_module
def test_training_the_torch_module_trains_the_network_and_the_other_way_round(kind, options, rng):
    module = build(kind, rng, 3, 4, num_layers=2, bidirectional=True, **options)
    network = from_torch(module)
    assert {id(p) for p in network.parameters()} == {id(p) for p in module.parameters()}
    x, target = normal(rng, 6, 2, 3), normal(rng, 6, 2, 8)
    for trained, other in ((module, network), (network, module)):
        before = record(other, x).y.values.copy()
        output = trained(x)
        loss = nn.functional.mse_loss(output[0] if trained is module else output, target)
        optimizer = torch.optim.SGD(trained.parameters(), lr=0.1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        after = record(other, x).y.values
        assert (before != after).any()
        close(after, record(trained, x).y.values)


@pytest.mark.parametrize("training", [True, False])
def test_the_network_of_a_module_is_in_its_mode(training):
    assert from_torch(nn.GRU(3, 4).train(training)).training is training


@every_variant_with("backward", [False, True])
def test_unrolling_keeps_sequence_order_and_the_same_numbers_as_the_kernel(name, options, backward, rng):
    network = Network(name, 3, 4, bidirectional=True, generator=rng, dtype=torch.float64, **options)
    x = normal(rng, 6, 2, 3)
    cell = network.layers[0][backward]
    steps = unroll(cell, x, cell.initial_state(2), backward)
    assert list(steps) == list(cell.quantities)
    traced = record(network, x).layer(0, "backward" if backward else "forward")
    for key, value in steps.items():
        close(traced[key].values, value.detach())


@every_variant_with("backward", [False, True])
def test_a_loss_at_the_last_step_read_reaches_the_first(name, options, backward, rng):
    cell = CELLS[name](3, 4, generator=rng, dtype=torch.float64, **options)
    x = normal(rng, 6, 2, 3).requires_grad_()
    last = 0 if backward else -1
    unroll(cell, x, cell.initial_state(2), backward)[cell.output][last].sum().backward()
    assert (x.grad.abs().sum((1, 2)) > 0).all()


@every_variant
def test_the_gradients_of_a_step_are_right_by_finite_differences(name, options, rng):
    cell = CELLS[name](2, 3, generator=rng, dtype=torch.float64, **options)
    x = normal(rng, 4, 1, 2).requires_grad_()
    zeros = cell.initial_state(1)
    start = {key: normal(rng, *zero.shape, dtype=zero.dtype).requires_grad_() for key, zero in zeros.items()}

    def last_step(x, *state):
        steps = unroll(cell, x, dict(zip(start, state, strict=True)))
        return tuple(value[-1] for value in steps.values())

    assert torch.autograd.gradcheck(last_step, (x, *start.values()))
