"""The graph of an ONNX file: which of its values are known without running it, and which merely pass others on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import onnx
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, numpy_helper, shape_inference
from onnx.reference import ReferenceEvaluator

# What exporters put around a recurrent operator. None of these draws numbers or cuts any off, so what one of them does
# to a sample it does to every value.
PLAIN = {"Add", "Cast", "Concat", "Constant", "ConstantOfShape", "DequantizeLinear", "Div", "Expand", "Flatten"}
PLAIN |= {"Gather", "Identity", "Mul", "Reshape", "Shape", "Slice", "Split", "Squeeze", "Sub", "Tile", "Transpose"}
PLAIN |= {"Unsqueeze", "Dropout"}
DOMAINS = ("", "ai.onnx")

Size = Callable[[str], "int | None"]


class Graph:
    """The main graph of ``model``, whose nodes stand in an order in which they can be computed."""

    def __init__(self, model: ModelProto) -> None:
        if model.functions:
            model = onnx.inliner.inline_local_functions(model)
        graph = shape_inference.infer_shapes(model).graph
        self.nodes: list[NodeProto] = list(model.graph.node)
        self.opsets = {entry.domain: entry.version for entry in model.opset_import}
        self.stored = {tensor.name: tensor for tensor in model.graph.initializer}
        self.shapes = {
            info.name: [dim.dim_value if dim.HasField("dim_value") else dim.dim_param for dim in shape.dim]
            for info in (*graph.input, *graph.value_info, *graph.output)
            if info.type.tensor_type.HasField("shape") and (shape := info.type.tensor_type.shape) is not None
        }

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
        known |= {key: numpy_helper.to_array(self.stored[key]) for key in needed - known.keys() if key in self.stored}
        for node in self.nodes:
            if not needed.isdisjoint(node.output) and known.keys().isdisjoint(node.output):
                known |= self._outputs(node, known, size)
        return known.get(name)

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
        one = ReferenceEvaluator(onnx.helper.make_graph([node], "one", *names), opsets=self.opsets)
        return dict(zip(outputs, one.run(outputs, inputs), strict=True))


def bodies(nodes: list[NodeProto]) -> Iterator[tuple[NodeProto, NodeProto]]:
    """Every node inside the body of a loop or a branch, with the node of the main graph that the body belongs to."""
    for node in nodes:
        inside = [body for attribute in node.attribute for body in _graphs(attribute)]
        for body in inside:
            yield from ((node, inner) for inner in body.node)
            yield from ((node, inner) for _, inner in bodies(list(body.node)))


def _graphs(attribute: AttributeProto) -> list[GraphProto]:
    return [attribute.g] if attribute.type == AttributeProto.GRAPH else list(attribute.graphs)
