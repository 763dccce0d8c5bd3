"""Operators on one another in .onnx files: the layers of one network, as torch exports them, or networks apart."""

import io
import warnings

import numpy as np
import onnx
import pytest
import torch
from onnx import helper
from torch import nn

import rnnviz
from rnnviz.files import inspect, load
from tests.cells.variants import build, close
from tests.files.onnx_cases import UNITS, Case, agree, model, node_of, outputs, read, run, turned, values

SIDES = ("forward", "reverse", "bidirectional")


class States(nn.Module):
    """All states of a recurrent module, and nothing else."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.inner(x)[0]


def exported(module: nn.Module, x: torch.Tensor, axes: dict | None) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter about itself, and about batches of other sizes
        torch.onnx.export(States(module), (x,), buffer, dynamo=False, input_names=["x"], dynamic_axes=axes)
    return buffer.getvalue()


@pytest.mark.parametrize("axes", [None, {"x": {0: "t", 1: "b"}}], ids=["fixed", "free"])
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_what_torch_exports_comes_back_as_one_network_with_all_its_layers(kind, bidirectional, batch_first, axes, rng):
    options = {"num_layers": 3, "bidirectional": bidirectional, "batch_first": batch_first, "dtype": torch.float32}
    module = build(kind, rng, 3, 4, **options).eval()
    x = torch.randn(5, 2, 3, generator=rng)
    network = load(exported(module, x, axes))
    theirs = rnnviz.from_torch(module)
    assert network.structure == theirs.structure
    assert not network.training
    for (name, one), (other, another) in zip(network.state_dict().items(), theirs.state_dict().items(), strict=True):
        assert name == other
        assert torch.equal(one, another)
    with torch.no_grad():
        y = module(x.transpose(0, 1))[0].transpose(0, 1) if batch_first else module(x)[0]
        close(network(x), y, 1e-6)


def two(between: list, direction: str = "forward", upper: dict | None = None, **options) -> onnx.ModelProto:
    """Two operators GRU, what lies ``between`` taking "Y" to "Z", and all their states as outputs."""
    lower = Case("GRU", direction, **options)
    upper = Case("GRU", **({"direction": direction} | options | (upper or {})))
    given = values(lower)
    x = given.pop("X")
    rng = np.random.default_rng(5)
    # The upper one reads as many numbers as the lower one has states.
    above = {name: rng.uniform(-0.5, 0.5, value.shape).astype("f") for name, value in values(upper).items()}
    above["W"] = rng.uniform(-0.5, 0.5, (upper.sides, 3 * UNITS, lower.sides * UNITS)).astype("f")
    above.pop("X")
    stored = given | {f"{name}2": value for name, value in above.items()}
    stored |= {"one": np.array([1]), "two": np.array([2]), "flat": np.array([0, 0, -1])}
    names = {name: f"{name}2" for name in ("W", "R", "B", "Y", "Y_h") if name in above or name[0] == "Y"}
    nodes = [node_of(lower), *between, node_of(upper, X="Z", node="the other", **names)]
    return model(nodes, stored, {"X": turned("X", x) if lower.layout else x}, ["Y2", "Y_h2", "Y"])


SQUEEZED = [helper.make_node("Squeeze", ["Y", "one"], ["Z"])]
MERGED = [
    helper.make_node("Transpose", ["Y"], ["turned"], perm=[0, 2, 1, 3]),
    helper.make_node("Reshape", ["turned", "flat"], ["Z"]),
]
BATCH_FIRST = [helper.make_node("Reshape", ["Y", "flat"], ["Z"])]


@pytest.mark.parametrize("direction", SIDES)
def test_operators_on_one_another_are_the_layers_of_one_network(direction):
    file = two(MERGED if direction == "bidirectional" else SQUEEZED, direction)
    network = load(file.SerializeToString())
    assert network.num_layers == 2
    x = values(Case("GRU", direction))["X"]
    expected = run(file, {"X": x})
    found = outputs(network, x)
    agree(found, {"Y": expected["Y2"], "Y_h": expected["Y_h2"]})


def test_layers_with_the_batch_first_are_layers_too():
    transposed = [helper.make_node("Squeeze", ["Y", "two"], ["Z"])]
    assert load(two(transposed, layout=1).SerializeToString()).num_layers == 2
    assert load(two(BATCH_FIRST, "bidirectional", layout=1).SerializeToString()).num_layers == 2


@pytest.mark.parametrize(
    ("between", "options"),
    [
        ([helper.make_node("Squeeze", ["Y", "one"], ["S"]), helper.make_node("Relu", ["S"], ["Z"])], {}),
        ([helper.make_node("Squeeze", ["Y", "one"], ["S"]), helper.make_node("Add", ["S", "S"], ["Z"])], {}),
        ([helper.make_node("Squeeze", ["Y", "one"], ["S"]), helper.make_node("Mul", ["S", "S"], ["Z"])], {}),
        (BATCH_FIRST, {"direction": "bidirectional"}),  # directions and sequences mixed up: other numbers
        (SQUEEZED, {"upper": {"direction": "reverse"}}),
        (SQUEEZED, {"upper": {"bias": False}}),
        (SQUEEZED, {"upper": {"options": {"linear_before_reset": 1}}}),
        (SQUEEZED, {"upper": {"layout": 1}}),
    ],
)
def test_operators_with_more_than_a_change_of_shape_between_them_are_networks_apart(between, options):
    file = two(between, **options).SerializeToString()
    found = read(file)
    assert [one.network.num_layers for one in found] == [1, 1]
    assert [one.operators for one in found] == [("GRU 'the one'",), ("GRU 'the other'",)]
    with pytest.raises(ValueError, match=r"several recurrent modules. Say at= one of 'the one', 'the other'"):
        load(file)


def test_a_lower_operator_that_two_others_read_is_the_top_of_its_own_network():
    file = two(SQUEEZED)
    again = helper.make_node("GRU", ["Z", "W2", "R2", "B2"], ["Y3"], name="third", hidden_size=UNITS)
    file.graph.node.append(again)
    assert [one.network.num_layers for one in read(file.SerializeToString())] == [1, 1, 1]


def test_operators_of_one_name_are_both_there():
    file = two([helper.make_node("Squeeze", ["Y", "one"], ["S"]), helper.make_node("Relu", ["S"], ["Z"])])
    for node in file.graph.node:
        node.name = "same"
    assert list(inspect(file.SerializeToString()).modules) == ["same", "Y2"]
