"""Networks from .onnx files: the operators RNN, LSTM and GRU. The optional package onnx reads the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

try:
    import onnx
    from google.protobuf.message import DecodeError
except ModuleNotFoundError as lack:
    raise ModuleNotFoundError(
        "reading .onnx files needs the package onnx; install it with: pip install 'rnnviz[onnx]'", name=lack.name
    ) from lack

from rnnviz.network import Network
from rnnviz.onnx_files.graph import DOMAINS, Graph, bodies
from rnnviz.onnx_files.operators import ROWS, Operator, read_operator


@dataclass(frozen=True, eq=False)
class Recurrence:
    """One Network out of a file, and what else its operators take.

    ``network``: in eval mode. Whatever the layout in the file, it reads (T, B, I). An initial state that stands in the
    file, alike for all sequences, is its own (``Network.own_start``). ``operators``: their names, from the bottom up.
    ``state``: the initial state that stands in the file for each sequence of a batch apart, as ``record`` takes it:
    (L·D, B, H) each. ``lengths``: the lengths that stand in the file, as ``record`` takes them. ``fed``: which of the
    operators' inputs do not stand in the file, of "initial_h", "initial_c" and "sequence_lens"; a run gives them to
    ``record`` beside x.
    """

    network: Network
    operators: tuple[str, ...]
    state: tuple[Tensor, ...] | None
    lengths: tuple[int, ...] | None
    fed: tuple[str, ...]


def load(file: str | Path | bytes) -> Network:
    """The one Network of an ONNX file. Raises ValueError where ``read`` says more than a Network can."""
    name = "the file" if isinstance(file, bytes) else Path(file).name
    found = read(file)
    if len(found) > 1:
        raise ValueError(
            f"{name} has {len(found)} recurrent networks ({'; '.join(' + '.join(one.operators) for one in found)}); "
            "rnnviz.onnx_files.read gives each of them"
        )
    for what, value in (("initial state for each sequence", found[0].state), ("lengths", found[0].lengths)):
        if value is not None:
            raise ValueError(
                f"{name} fixes the {what} of one batch; rnnviz.onnx_files.read gives them with the network"
            )
    return found[0].network


def read(file: str | Path | bytes) -> tuple[Recurrence, ...]:
    """Every operator RNN, LSTM and GRU of a file, or of a file's content, as Networks with its very weights.

    Operators of one kind and size that stand on one another, with nothing in between but changes of shape, are the
    layers of one Network; any other operator is a Network of its own. What the file computes below, beside and above
    them is not read.

    Raises ValueError for a file that is not ONNX or has no such operator, and, with the operator's name, for what no
    cell here computes: ``clip``, ``input_forget``, other activations, weights that are not stored as float32 or
    float64, operators inside loops and branches. FileNotFoundError if there is no such file.
    """
    name = "the file" if isinstance(file, bytes) else Path(file).name
    try:
        model = onnx.load_model_from_string(file) if isinstance(file, bytes) else onnx.load(file)
    except DecodeError as wrong:
        raise ValueError(f"{name} is not an ONNX file: {wrong}") from wrong
    graph = Graph(model)
    for outer, inner in bodies(graph.nodes):
        if inner.op_type in ROWS and inner.domain in DOMAINS:
            raise ValueError(
                f"{name} has the {inner.op_type} {inner.name!r} inside the {outer.op_type} {outer.name!r}; "
                "only operators of the main graph can be read"
            )
    nodes = [node for node in graph.nodes if node.op_type in ROWS and node.domain in DOMAINS]
    if not nodes:
        there = ", ".join(sorted({node.op_type for node in graph.nodes})) or "nothing"
        raise ValueError(f"{name} has no operator {', '.join(ROWS)}; it has {there}")
    operators = [read_operator(node, graph) for node in nodes]
    return tuple(_recurrence(stack) for stack in _stacks(operators, graph))


def _stacks(operators: list[Operator], graph: Graph) -> list[list[Operator]]:
    """The operators, from the bottom up; one that two others read is the top of its stack."""
    above = [[n for n, upper in enumerate(operators) if _carries(lower, upper, graph)] for lower in operators]
    follows = {readers[0]: n for n, readers in enumerate(above) if len(readers) == 1}
    stacks = []
    for bottom in range(len(operators)):
        if bottom in follows:
            continue
        stack = [bottom]
        while above[stack[-1]][:1] and follows.get(above[stack[-1]][0]) == stack[-1]:
            stack.append(above[stack[-1]][0])
        stacks.append([operators[n] for n in stack])
    return stacks


def _carries(lower: Operator, upper: Operator, graph: Graph) -> bool:
    """Whether ``upper`` can be the layer on ``lower``: of its kind, and it reads all its states at every step."""
    if lower is upper or lower.structure != upper.structure or lower.lengths != upper.lengths:
        return False
    if lower.lengths is None and lower.lengths_from != upper.lengths_from:
        return False
    directions, units = len(lower.weights), lower.structure["hidden_size"]
    weights = [operator.weights[0]["weight_ih"] for operator in (lower, upper)]
    if weights[1].shape[1] != directions * units or weights[0].dtype != weights[1].dtype:
        return False
    # What lies between is tried on a sample of which every number is another.
    axes = (1, 0) if lower.layout else (0, 2)
    known = graph.shapes.get(lower.y, [""] * 4)
    steps, batch = (
        known[axis] if isinstance(known[axis], int) else size for axis, size in zip(axes, (3, 2), strict=True)
    )
    named = {known[axis]: size for axis, size in zip(axes, (steps, batch), strict=True) if known[axis]}
    count = steps * batch * directions * units
    sample = (np.arange(count) - count / 3).reshape(steps, batch, directions, units)
    expected = sample.reshape(steps, batch, directions * units)
    given = {lower.y: sample.transpose((1, 0, 2, 3) if lower.layout else (0, 2, 1, 3))}
    arrived = graph.value(upper.x, given, size=named.get)
    return arrived is not None and np.array_equal(arrived, expected.swapaxes(0, 1) if upper.layout else expected)


def _recurrence(stack: list[Operator]) -> Recurrence:
    bottom = stack[0].weights[0]["weight_ih"]
    starts = [start for operator in stack for start in operator.start.values()]
    batch = max((start.shape[1] for start in starts), default=1)
    network = Network(
        input_size=bottom.shape[1],
        num_layers=len(stack),
        shared=[weights for operator in stack for weights in operator.weights],
        dtype=bottom.dtype,
        own_start=bool(starts) and batch == 1,
        **stack[0].structure,
    ).eval()
    state = {}
    for name in network.layers[0][0].state if starts else ():
        missing = bottom.new_zeros(len(network.directions), 1, network.hidden_size).detach()
        rows = [operator.start.get(name, missing).expand(-1, batch, -1) for operator in stack]
        state[name] = torch.cat(rows)
        if network.own_start:
            getattr(network, f"start_{name}").copy_(state[name][:, 0])
    return Recurrence(
        network,
        tuple(operator.title for operator in stack),
        None if network.own_start or not starts else tuple(state.values()),
        stack[0].lengths,
        tuple(sorted({name for operator in stack for name in operator.fed})),
    )
