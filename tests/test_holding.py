"""record(hold=...): what is held has its value, and everything after it is what an unrolled run makes of that."""

import itertools
import re
from itertools import product

import numpy as np
import pytest
import torch
from torch import nn

import rnnviz
from rnnviz import Hold, record
from rnnviz.network import Network
from tests.cells.variants import (
    as_torch_takes_it,
    build,
    close,
    every_module,
    every_variant,
    every_variant_with,
    normal,
    start,
)

STEPS, BATCH, UNITS = 9, 2, 4
BOTH = ("forward", "backward")


def deep(name: str, rng: torch.Generator, **options) -> Network:
    sizes = {"num_layers": 2, "bidirectional": True, "dtype": torch.float64}
    return Network(name, 3, UNITS, generator=rng, **sizes, **options)


def same(one: rnnviz.Trace, other: rnnviz.Trace, tolerance: float = 1e-12) -> None:
    for ours, theirs in zip(one.layers, other.layers, strict=True):
        for name in ours.names:
            close(ours[name].values, theirs[name].values, tolerance)
    close(one.y.values, other.y.values, tolerance)


def units_of(network: Network, quantity: str, *wanted: int) -> list[int] | None:
    """The units that there are of those wanted, or the only one; None of a matrix, which is held as a whole."""
    shape = network.layers[0][0].shape(quantity)
    return sorted({min(unit, shape[0] - 1) for unit in wanted}) if len(shape) == 1 else None


@every_variant_with("direction layer", list(itertools.product(BOTH, [0, 1])))
def test_a_quantity_held_at_its_own_values_changes_nothing(name, options, layer, direction, rng):
    network = deep(name, rng, **options)
    x, state = normal(rng, STEPS, BATCH, 3), as_torch_takes_it(start(network, BATCH, rng))
    plain = record(network, x, state)
    for quantity in network.layers[0][0].quantities:
        values = plain.layer(layer, direction)[quantity].values
        held = record(network, x, state, hold={quantity: Hold(values, layer=layer, direction=direction)})
        same(held, plain)
        assert held.layer(layer, direction).held[quantity].values.all()
        units = units_of(network, quantity, 1)
        part = values[2:4] if units is None else values[2:4][..., units]
        some = Hold(part, units, range(2, 4), layer, direction)
        same(record(network, x, state, hold={quantity: some}), plain)


@every_variant
def test_what_is_held_has_its_value_where_it_is_held_and_follows_the_equations_elsewhere(name, options, rng):
    network = deep(name, rng, **options)
    x, state = normal(rng, STEPS, BATCH, 3), as_torch_takes_it(start(network, BATCH, rng))
    for quantity, direction in product(network.layers[0][0].quantities, BOTH):
        units = units_of(network, quantity, 0, 1)
        hold = Hold(0.25, units=units, steps=[3, 5], direction=direction)
        layer = record(network, x, state, hold={quantity: hold}).layer(0, direction)
        where = np.zeros((STEPS, BATCH, *network.layers[0][0].shape(quantity)), bool)
        for step in (3, 5):
            where[step, :, slice(None) if units is None else units] = True
        assert (layer.held[quantity].values == where).all()
        assert layer.held[quantity].axes == layer[quantity].axes
        assert (layer[quantity].values[where] == 0.25).all()
        cell = network.layers[0][direction == "backward"]
        with torch.no_grad():
            step = cell(x, {kept: torch.tensor(layer.previous(kept).values) for kept in cell.state})
        before = layer.names[: layer.names.index(quantity)]
        for known in before:
            close(layer[known].values, step[known])
        close(layer[quantity].values[~where], step[quantity].numpy()[~where])


@pytest.mark.parametrize("name", ["LSTM", "LSTM peephole"])
def test_a_forget_gate_of_one_and_an_input_gate_of_zero_keep_the_cell_state(name, rng):
    network = Network(name, 3, UNITS, generator=rng)
    layer = record(network, torch.randn(STEPS, 1, 3, generator=rng), hold={"f": Hold(1.0), "i": Hold(0.0)}).layer()
    assert not layer["c"].values.any()
    shut = {"f": Hold(1, [2], range(4, 9)), "i": Hold(0, [2], range(4, 9))}
    c = record(network, torch.randn(STEPS, 1, 3, generator=rng), hold=shut).layer()["c"].values[:, 0]
    assert (c[4:, 2] == c[3, 2]).all()
    assert (c[4:, [0, 1, 3]] != c[3, [0, 1, 3]]).all()


@every_variant
def test_a_state_that_is_held_at_its_previous_value_stays(name, options, rng):
    network = deep(name, rng, **options)
    x, state = normal(rng, STEPS, BATCH, 3), as_torch_takes_it(start(network, BATCH, rng))
    for kept, direction in product(network.layers[0][0].state, BOTH):
        units = units_of(network, kept, 1)
        hold = Hold("previous", units, [0, 3, 8], 1, direction)
        layer = record(network, x, state, hold={kept: hold}).layer(1, direction)
        now, previous = layer[kept].values, layer.previous(kept).values
        held = (slice(None), slice(None), slice(None) if units is None else units)
        assert (now[[0, 3, 8]][held] == previous[[0, 3, 8]][held]).all()
        assert (now[1:3] != previous[1:3]).any()


def by_hand(module: nn.Module, x: torch.Tensor, holds: dict) -> torch.Tensor:
    """torch.nn's equations, step by step; ``holds``: {(layer, side): {name: (where, values)}}, (T, B, H) each."""
    kind, size = type(module).__name__, module.hidden_size
    for layer in range(module.num_layers):
        sides = []
        for side in range(2):
            names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            w, u, b, d = (getattr(module, f"{name}_l{layer}{'_reverse' * side}") for name in names)
            h = c = x.new_zeros(x.shape[1], size)
            outputs = {}
            for t in reversed(range(len(x))) if side else range(len(x)):

                def put(name, value, t=t, at=(layer, side)):
                    if name not in holds.get(at, {}):
                        return value
                    where, values = holds[at][name]
                    return torch.where(where[t], values[t], value)

                read, heard = (x[t] @ w.T + b).split(size, 1), (h @ u.T + d).split(size, 1)
                if kind == "RNN":
                    h = put("h", torch.tanh(read[0] + heard[0]))
                elif kind == "GRU":
                    r, z = (put(name, torch.sigmoid(read[k] + heard[k])) for k, name in enumerate("rz"))
                    n = put("n", torch.tanh(read[2] + r * heard[2]))
                    h = put("h", (1 - z) * n + z * h)
                else:
                    i, f, g, o = (
                        put(name, (torch.tanh if name == "g" else torch.sigmoid)(read[k] + heard[k]))
                        for k, name in enumerate("ifgo")
                    )
                    c = put("c", f * c + i * g)
                    h = put("h", o * torch.tanh(c))
                outputs[t] = h
            sides.append(torch.stack([outputs[t] for t in range(len(x))]))
        x = torch.cat(sides, -1)
    return x


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_a_held_run_is_an_unrolled_run_of_torch_with_these_values(kind, seed):
    rng = torch.Generator().manual_seed(seed)
    module = build(kind, rng, 3, UNITS, num_layers=2, bidirectional=True)
    x = normal(rng, STEPS, BATCH, 3)
    hold, holds = {}, {}
    for name in {"RNN": "h", "LSTM": "ifgoch", "GRU": "rznh"}[kind.__name__]:
        for layer, side in product(range(2), range(2)):
            if torch.rand((), generator=rng) < 0.4:
                continue
            units, steps = (torch.randperm(n, generator=rng)[: n // 2].tolist() for n in (UNITS, STEPS))
            value = normal(rng, 1).item()
            hold.setdefault(name, []).append(Hold(value, units, steps, layer, BOTH[side]))
            where = torch.zeros(STEPS, BATCH, UNITS, dtype=torch.bool)
            for t, unit in product(steps, units):
                where[t, :, unit] = True
            holds.setdefault((layer, side), {})[name] = where, torch.full((STEPS, BATCH, UNITS), value, dtype=x.dtype)
    with torch.no_grad():
        close(record(module, x, hold=hold).y.values, by_hand(module, x, holds))
        close(record(module, x).y.values, by_hand(module, x, {}))


def test_of_several_holds_on_one_quantity_the_later_one_counts(rng):
    module, x = build(nn.GRU, rng, 3, UNITS), normal(rng, STEPS, BATCH, 3)
    z = record(module, x, hold={"z": [Hold(0.5), Hold(0.75, steps=[2]), Hold(1, [0], [2])]}).layer()["z"].values
    assert (z[2, :, 0] == 1).all()
    assert (z[2, :, 1:] == 0.75).all()
    assert (np.delete(z, 2, 0) == 0.5).all()


@every_module
def test_without_a_hold_a_run_is_what_it_was(kind, options, rng):
    module, x = build(kind, rng, 3, UNITS, **options), normal(rng, STEPS, BATCH, 3)
    plain, none = record(module, x), record(module, x, hold={})
    assert plain.layer().held == none.layer().held == {}
    assert (plain.y.values == none.y.values).all()
    nowhere = record(module, x, hold={"h": Hold(1.0, units=[])})
    same(nowhere, plain)
    assert not nowhere.layer().held["h"].values.any()


def test_sequences_of_a_padded_batch_are_held_as_each_is_alone(rng):
    module, x = build(nn.LSTM, rng, 3, UNITS, bidirectional=True), normal(rng, STEPS, 3, 3)
    values = torch.rand(STEPS, 3, UNITS, generator=rng)
    lengths = [4, 9, 4]
    together = record(module, x, lengths=lengths, hold={"f": Hold(values, direction="backward")})
    for b, length in enumerate(lengths):
        own = Hold(values[:length, b : b + 1], direction="backward")
        alone = record(module, x[:length, b : b + 1], hold={"f": own})
        close(together.y.values[:length, b], alone.y.values[:, 0])
        held = together.layer(0, "backward").held["f"].values[:, b]
        assert held[:length].all()
        assert not held[length:].any()


@pytest.mark.parametrize(
    ("hold", "error", "says"),
    [
        (3, TypeError, "hold is of type int; give holds by name"),
        ({"f": 1.0}, TypeError, "f is held by a float; give a rnnviz.Hold, or several in a list"),
        ({"q": Hold(1)}, ValueError, "The LSTM has no q to hold; it has i, f, g, o, c, h."),
        ({"f": Hold(1, [4])}, ValueError, "f cannot be held at unit 4; units are 0 to 3."),
        ({"f": Hold(1, [-1])}, ValueError, "f cannot be held at unit -1; units are 0 to 3."),
        ({"f": Hold(1, steps=range(8, 10))}, ValueError, "f cannot be held at step 9; steps are 0 to 8."),
        ({"f": Hold(1, [0.5])}, TypeError, "f is held at [0.5]; give units and steps as whole numbers, such as [3]"),
        ({"f": Hold(1, steps=3)}, TypeError, "f is held at 3; give units and steps as whole numbers, such as [3]"),
        (
            {"f": Hold(1, layer=1)},
            ValueError,
            "Layer 1, forward, cannot be held; layers are 0 to 0, directions forward",
        ),
        ({"f": Hold(1, direction="backward")}, ValueError, "Layer 0, backward, cannot be held"),
        ({"f": Hold("previous")}, ValueError, "cannot be held at 'previous'; give a number, or for h, c 'previous'."),
        ({"h": Hold(None)}, ValueError, "h cannot be held at None; give a number, or for h, c 'previous'."),
        ({"f": Hold(float("nan"))}, ValueError, "f can be held at finite numbers only."),
        ({"f": Hold([1.0, 2.0], steps=[1])}, ValueError, "shape (2,); what is held has shape (1, 2, 4): steps, batch"),
    ],
)
def test_a_hold_on_what_is_not_there_is_refused_by_name(hold, error, says, rng):
    with pytest.raises(error, match=re.escape(says)):
        record(build(nn.LSTM, rng, 3, UNITS), normal(rng, STEPS, BATCH, 3), hold=hold)


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_gradients_of_a_held_run_are_autograds_and_what_is_held_is_a_leaf(kind, rng):
    module = build(kind, rng, 3, UNITS, num_layers=2, bidirectional=True)
    x = normal(rng, STEPS, BATCH, 3).requires_grad_()
    name = {"RNN": "h", "LSTM": "f", "GRU": "z"}[kind.__name__]
    where = torch.zeros(STEPS, BATCH, UNITS, dtype=torch.bool)
    where[2:5, :, [0, 3]] = True
    hold, leaves = [], {}
    for layer, side in product(range(2), range(2)):
        values = normal(rng, STEPS, BATCH, UNITS).requires_grad_()
        leaves[layer, side] = {name: (where, values)}
        hold.append(Hold(values[2:5][:, :, [0, 3]], [0, 3], range(2, 5), layer, BOTH[side]))
    loss = lambda y: (y * torch.linspace(-1, 1, y.numel(), dtype=y.dtype).view_as(y)).sum()  # noqa: E731
    expected = torch.autograd.grad(loss(by_hand(module, x, leaves)), [x, *(leaf[name][1] for leaf in leaves.values())])
    trace = rnnviz.backpropagate(module, x, loss, hold={name: hold})
    close(trace.x.values, expected[0])
    for (layer, side), gradient in zip(leaves, expected[1:], strict=True):
        close(trace.layer(layer, BOTH[side])[name].values[where], gradient[where])


@every_variant
def test_nothing_flows_back_through_a_state_that_is_held_whole(name, options, rng):
    network = deep(name, rng, **options)
    hold = {state: Hold(0.5, steps=[4], layer=1) for state in network.layers[0][0].state}
    x = normal(rng, STEPS, BATCH, 3)
    trace = rnnviz.backpropagate(network, x, lambda y: y[-1, :, :UNITS].sum(), hold=hold)
    for signal in trace.layer(1).signals:
        assert not signal.values[:4].any()
    free = rnnviz.backpropagate(network, x, lambda y: y[-1, :, :UNITS].sum())
    assert any(free.layer(1)[state].values[:4].any() for state in hold) or name == "Jordan"
