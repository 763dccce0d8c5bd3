"""The embedding before the operators and the linear head after them, read where they stand in the graph."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from onnx import NodeProto, helper

from rnnviz.files.inventory import Fitting, Linear
from rnnviz.files.onnx.graph import PLAIN, Graph, Size
from rnnviz.files.onnx.operators import ROWS, Operator

STEPS, BATCH = 3, 2  # of a sample, where the file leaves them open
# What shows that a linear layer is not the last one: the readout would then be what is inside of the file.
LATER = {"MatMul", "Gemm", "Conv", "Einsum", *ROWS}


def sample_of(stack: Sequence[Operator], graph: Graph) -> tuple[dict[str, np.ndarray], np.ndarray, Size]:
    """States of which every number is another: by name, as the top operator gives them; as (T, B, D·H); its axes'
    sizes. What a file leaves open of its upper operators, as exporters do, it may say of the lower ones.
    """
    *_, operator = stack
    shapes = [shape for layer in stack if len(shape := graph.shapes.get(layer.y, [])) == 4]
    told = [[shape[axis] for shape in shapes if shape[axis]] for axis in ((1, 0) if operator.layout else (0, 2))]
    steps, batch = (
        next((size for size in sizes if isinstance(size, int) and size > 0), default)
        for sizes, default in zip(told, (STEPS, BATCH), strict=True)
    )
    if steps * batch * operator.width * 8 > graph.limit:
        steps, batch = STEPS, BATCH
    named = {name: size for names, size in zip(told, (steps, batch), strict=True) for name in names}
    directions = len(operator.weights)
    count = steps * batch * operator.width
    sample = (np.arange(count) - count / 3).reshape(steps, batch, directions, -1)
    ends = np.stack([sample[0 if side else -1, :, d] for d, side in enumerate(_from_the_end(operator))])
    given = {operator.y: sample.transpose((1, 0, 2, 3) if operator.layout else (0, 2, 1, 3))}
    given |= {operator.ends: ends.swapaxes(0, 1) if operator.layout else ends}
    return given, sample.reshape(steps, batch, operator.width), named.get


def _from_the_end(operator: Operator) -> tuple[bool, ...]:
    """For each direction whether it reads from the end, so that its last state stands at the first step."""
    return (False, True)[: len(operator.weights)] if not operator.structure["backward"] else (True,)


def embeddings_of(operator: Operator, graph: Graph) -> Fitting[torch.Tensor]:
    """Every table of which rows, picked by token ids that the file is given, are what the operator reads."""
    width = operator.weights[0]["weight_ih"].shape[1]
    tables = {}
    for node in graph.nodes:
        if node.op_type != "Gather" or any(attribute.name == "axis" and attribute.i for attribute in node.attribute):
            continue
        table = graph.constant(node.input[0])
        if table is None or table.ndim != 2 or table.shape[1] != width or not _given_as_it_is(node.input[1], graph):
            continue
        if _arrives(node.output[0], operator.x, graph, (width,)):
            tables[_name(node, 0)] = torch.from_numpy(table.astype(np.float64 if table.dtype == np.float64 else "f"))
    return _only("embedding", tables)


def _given_as_it_is(name: str, graph: Graph) -> bool:
    """Whether token ids are an input of the file, whatever its type and order of axes."""
    return any(name == given or _arrives(given, name, graph) for given in graph.inputs)


def _arrives(source: str, name: str, graph: Graph, last: tuple[int, ...] = ()) -> bool:
    """Whether ``source``, with steps and sequences as its first axes, is ``name``, but for the order of these two."""
    dims = graph.shapes.get(source, ["", "", *last])
    free = iter((STEPS, BATCH))
    shape = [dim if isinstance(dim, int) else next(free, 1) for dim in dims]
    if not 1 <= len(shape) - len(last) <= 2 or min(shape) < 1 or math.prod(shape) * 8 > graph.limit:
        return False
    sample = np.arange(math.prod(shape)).reshape(shape)
    named = {dim: size for dim, size in zip(dims, shape, strict=True) if isinstance(dim, str) and dim}
    arrived = graph.value(name, {source: sample}, size=named.get)
    if arrived is None:
        return False
    if len(shape) - len(last) == 1:
        return np.array_equal(arrived, sample[:, None]) or np.array_equal(arrived, sample)
    return np.array_equal(arrived, sample) or np.array_equal(arrived, sample.swapaxes(0, 1))


def heads_of(stack: Sequence[Operator], graph: Graph) -> Fitting[Linear]:
    """Every linear layer that reads the states of the top operator, at each step or at the last one, and on which no
    other one stands."""
    *lower, operator = stack
    given, states, size = sample_of(stack, graph)
    # torch's h_n holds the last states of all layers; those of lower ones are other numbers.
    given |= {below.ends: given[operator.ends] + states.size * (1 + n) for n, below in enumerate(lower) if below.ends}
    width = operator.width // len(operator.weights)
    sides = [states[0 if end else -1, :, d * width :][:, :width] for d, end in enumerate(_from_the_end(operator))]
    last = np.concatenate(sides, -1)
    heads = {}
    for node, weight, bias, output in _linears(graph):
        if weight.shape[1] != operator.width or _comes_into_another(output, graph):
            continue
        read = graph.value(node.input[0], given, size=size)
        if read is None or not read.ndim or read.shape[-1] != operator.width:
            continue
        rows = read.reshape(-1, operator.width)
        every = [order.reshape(-1, operator.width) for order in (states, states.swapaxes(0, 1))]
        at = "last" if np.array_equal(rows, last) else "every"
        if at == "last" or any(np.array_equal(rows, order) for order in every):
            dtype = np.float64 if weight.dtype == np.float64 else np.float32
            parts = (None if part is None else torch.from_numpy(np.array(part, dtype)) for part in (weight, bias))
            heads[_name(node, 1)] = Linear(*parts, at)
    return _only("head", heads)


def _linears(graph: Graph) -> Iterator[tuple[NodeProto, np.ndarray, np.ndarray | None, str]]:
    """Each node that multiplies by a stored matrix, its weight (O, I), its bias (O,), and the name of its result."""
    for node in graph.nodes:
        if node.op_type not in ("MatMul", "Gemm"):
            continue
        weight = graph.constant(node.input[1])
        settings = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
        if weight is None or weight.ndim != 2 or settings.get("transA"):
            continue
        weight = (weight if settings.get("transB") else weight.T) * weight.dtype.type(settings.get("alpha", 1))
        output, bias = node.output[0], None
        if node.op_type == "Gemm" and len(node.input) > 2:
            bias = graph.constant(node.input[2])
            if bias is None:
                continue
            bias = np.broadcast_to(bias * bias.dtype.type(settings.get("beta", 1)), (1, len(weight)))[0]
        for other in graph.nodes if node.op_type == "MatMul" else ():
            if other.op_type == "Add" and output in other.input:
                added = graph.constant(next((name for name in other.input if name != output), output))
                if added is not None and added.shape == (len(weight),):
                    output, bias = other.output[0], added
                    break
        yield node, weight, bias, output


def _comes_into_another(name: str, graph: Graph) -> bool:
    return any(node.op_type in LATER for node in _above({name}, graph))


def _above(reached: set[str], graph: Graph) -> Iterator[NodeProto]:
    """Every node that anything of what is ``reached`` comes into."""
    for node in graph.nodes:
        if not reached.isdisjoint(node.input):
            yield node
            reached.update(node.output)


def _below(needed: set[str], graph: Graph) -> Iterator[NodeProto]:
    for node in reversed(graph.nodes):
        if not needed.isdisjoint(node.output):
            yield node
            needed.update(node.input)


def passed_over(stack: Sequence[Operator], graph: Graph, embedding: bool, head: bool) -> tuple[str, ...]:
    """Sentences that name what the file computes below and above operators that have no embedding or no head."""
    sides = {"below": () if embedding else _below({stack[0].x}, graph)}
    sides["above"] = () if head else _above({stack[-1].y, stack[-1].ends} - {""}, graph)
    named = {side: sorted({node.op_type for node in nodes} - PLAIN - {*ROWS}) for side, nodes in sides.items()}
    return tuple(f"not read, {side} it: {', '.join(types)}" for side, types in named.items() if types)


def _name(node: NodeProto, weight: int) -> str:
    """What the exporter called the layer, or else the node."""
    stored = node.input[weight].removesuffix(".weight")
    return stored if stored and "::" not in stored else node.name or node.output[0]


def _only(what: str, values: dict) -> Fitting:
    if len(values) == 1:
        return Fitting(what, values, next(iter(values)))
    return Fitting(what, values, None, f"{' and '.join(values)} fit" if values else "")
