"""The graph of an ONNX file: which of its values are known without running it, and which merely pass others on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import onnx
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, numpy_helper, shape_inference
from onnx.reference import ReferenceEvaluator

# What exporters put around a recurrent operator. None of these draws numbers or cuts any off, so what one of them does
# to a sample it does to every value.
PLAIN = {"Add", "Cast", "Concat", "Constant", "ConstantOfShape", "DequantizeLinear", "Div", "Expand", "Flatten"}
PLAIN |= {"Gather", "Identity", "Mul", "Reshape", "Shape", "Slice", "Split", "Squeeze", "Sub", "Tile", "Transpose"}
PLAIN |= {"Unsqueeze", "Dropout", "Equal", "Not", "And", "Or", "Greater", "Less", "Where"}
BROADCAST = {"Add", "Sub", "Mul", "Div", "Equal", "And", "Or", "Greater", "Less", "Where"}
DOMAINS = ("", "ai.onnx")

Size = Callable[[str], "int | None"]


class Graph:
    """The main graph of ``model``, whose nodes stand in an order in which they can be computed.

    Branches that do not hang on the input are part of it. ``limit``: how many bytes a value may take.
    """

    def __init__(self, model: ModelProto, limit: int) -> None:
        self.limit = limit
        if model.functions:
            model = onnx.inliner.inline_local_functions(model)
        graph = shape_inference.infer_shapes(model).graph
        self.nodes: list[NodeProto] = list(model.graph.node)
        self.opsets = {entry.domain: entry.version for entry in model.opset_import}
        self.stored = {tensor.name: tensor for tensor in model.graph.initializer}
        self.inputs = [info.name for info in graph.input if info.name not in self.stored]
        self.shapes = {
            info.name: [dim.dim_value if dim.HasField("dim_value") else dim.dim_param for dim in shape.dim]
            for info in (*graph.input, *graph.value_info, *graph.output)
            if info.type.tensor_type.HasField("shape") and (shape := info.type.tensor_type.shape) is not None
        }
        self._take_decided_branches()

    def _take_decided_branches(self) -> None:
        """Put the nodes of an If that is decided beforehand in its place."""
        at = 0
        while at < len(self.nodes):
            node = self.nodes[at]
            decided = self.constant(node.input[0]) if node.op_type == "If" and node.input else None
            if decided is None or decided.size != 1:
                at += 1
                continue
            which = "then_branch" if decided.all() else "else_branch"
            body = next(attribute.g for attribute in node.attribute if attribute.name == which)
            self.stored |= {tensor.name: tensor for tensor in body.initializer}
            names = zip(body.output, node.output, strict=True)
            passed = [onnx.helper.make_node("Identity", [inner.name], [outer]) for inner, outer in names]
            self.nodes[at : at + 1] = [*body.node, *passed]

    def constant(self, name: str) -> np.ndarray | None:
        """The value called ``name`` if no input changes it, neither by its numbers nor by its size; else None."""
        once, again = (self.value(name, size=lambda _, n=n: n) for n in (2, 3))
        return once if once is not None and np.array_equal(once, again) else None

    def alike(self, name: str, axis: int) -> np.ndarray | None:
        """The one row along ``axis`` of which a value consists, however long the input makes that axis; else None."""
        rows = [self.value(name, size=lambda _, n=n: n) for n in (2, 3)]
        if any(row is None or row.ndim <= axis or row.shape[axis] == 0 for row in rows):
            return None
        first = np.take(rows[0], [0], axis)
        return first if all(np.array_equal(row, np.repeat(first, row.shape[axis], axis)) for row in rows) else None

    def value(self, name: str, given: Mapping[str, np.ndarray] | None = None, *, size: Size) -> np.ndarray | None:
        """What ``name`` is, computed from stored values and those ``given``; None where something else is needed.

        Of other values only the shape may be asked: ``size`` says how long an axis of a given name ("" for one
        without) is, or None if that cannot be told.
        """
        known: dict[str, np.ndarray] = dict(given or {})
        needed = {name}
        for node in reversed(self.nodes):
            if not needed.isdisjoint(node.output) and known.keys().isdisjoint(node.output):
                needed.update(node.input)
        known |= {key: self._stored(key) for key in needed - known.keys() if key in self.stored}
        for node in self.nodes:
            if not needed.isdisjoint(node.output) and known.keys().isdisjoint(node.output):
                known |= self._outputs(node, known, size)
        return known.get(name)

    def _stored(self, name: str) -> np.ndarray:
        tensor = self.stored[name]
        if any(size < 0 for size in tensor.dims) or math.prod(tensor.dims) * 8 > self.limit:
            raise ValueError(f"the tensor {name!r} says it has the shape {tuple(tensor.dims)}")
        return numpy_helper.to_array(tensor)

    def _outputs(self, node: NodeProto, known: Mapping[str, np.ndarray], size: Size) -> dict[str, np.ndarray]:
        if node.op_type not in PLAIN or node.domain not in DOMAINS:
            return {}
        if node.op_type == "Shape" and node.input[0] not in known:
            sizes = [dim if isinstance(dim, int) else size(dim) for dim in self.shapes.get(node.input[0], [""])]
            if node.input[0] not in self.shapes or None in sizes:
                return {}
            ends = {attribute.name: attribute.i for attribute in node.attribute}
            return {node.output[0]: np.array(sizes, np.int64)[ends.get("start", 0) : ends.get("end")]}
        inputs = {key: known.get(key) for key in node.input if key}
        if any(value is None for value in inputs.values()):
            return {}
        outputs = [key for key in node.output if key]
        names = [[onnx.ValueInfoProto(name=key) for key in keys] for keys in (inputs, outputs)]
        try:
            if _numbers_out_of(node, [inputs.get(key) for key in node.input]) * 8 > self.limit:
                return {}
            one = ReferenceEvaluator(onnx.helper.make_graph([node], "one", *names), opsets=self.opsets)
            return dict(zip(outputs, one.run(outputs, inputs), strict=True))
        except Exception:  # the evaluator raises whatever a node that does not fit its inputs makes it meet
            return {}


def _numbers_out_of(node: NodeProto, inputs: list[np.ndarray | None]) -> int:
    """How many numbers one of a node's outputs has at most, told before it is computed."""
    sizes = [0 if value is None else value.size for value in inputs]
    if node.op_type in ("ConstantOfShape", "Expand"):
        return math.prod(max(1, int(size)) for size in inputs[-1].ravel()) * max(1, sizes[0])
    if node.op_type == "Tile":
        return sizes[0] * math.prod(max(1, int(count)) for count in inputs[1].ravel())
    if node.op_type == "Gather":
        return sizes[0] * max(1, sizes[1])
    if node.op_type in BROADCAST:
        return math.prod(np.broadcast_shapes(*(value.shape for value in inputs if value is not None)))
    return sum(sizes)


def bodies(nodes: list[NodeProto]) -> Iterator[tuple[NodeProto, NodeProto]]:
    """Every node inside the body of a loop or a branch, with the node of the main graph that the body belongs to."""
    for node in nodes:
        inside = [body for attribute in node.attribute for body in _graphs(attribute)]
        for body in inside:
            yield from ((node, inner) for inner in body.node)
            yield from ((node, inner) for _, inner in bodies(list(body.node)))


def _graphs(attribute: AttributeProto) -> list[GraphProto]:
    return [attribute.g] if attribute.type == AttributeProto.GRAPH else list(attribute.graphs)
