"""Networks from .onnx files: the operators RNN, LSTM and GRU. The optional package onnx reads the file."""

from __future__ import annotations

import numpy as np
import torch

try:
    import onnx
    from google.protobuf.message import DecodeError
except ModuleNotFoundError as lack:
    raise ModuleNotFoundError(
        "reading .onnx files needs the package onnx; install it with: pip install 'rnnviz[onnx]'", name=lack.name
    ) from lack

from rnnviz.files.content import MOST_MODULES, MOST_NODES, ONNX, Content
from rnnviz.files.inventory import Inventory, Recurrence
from rnnviz.files.onnx.external import fetch_tensors_beside
from rnnviz.files.onnx.graph import DOMAINS, Graph, bodies
from rnnviz.files.onnx.operators import ROWS, Operator, read_operator
from rnnviz.files.onnx.surroundings import embeddings_of, heads_of, passed_over, sample_of
from rnnviz.refusals import Refused


def inventory_of(content: Content) -> Inventory:
    """Every operator RNN, LSTM and GRU of a file, as Networks with its very weights.

    Operators of one kind and size that stand on one another, with nothing in between but changes of shape, are the
    layers of one Network; any other operator is a Network of its own. An embedding and a linear head are read where
    they stand. What else the file computes below, beside and above them is not read.

    Refused are, with the operator's name, what no cell here computes: ``clip``, ``input_forget``, other activations,
    weights that are not stored, operators inside loops and undecided branches. Raises Refused for a file that is not
    ONNX or has no such operator.
    """
    try:
        model = onnx.load_model_from_string(content.data)
    except (DecodeError, UnicodeError, RecursionError) as wrong:
        raise content.unreadable(f"broken: it begins like {ONNX}, but {wrong}") from wrong
    fetch_tensors_beside(model, content)
    inner = sum(1 for _ in bodies(list(model.graph.node)))
    content.refuse_many(
        len(model.graph.node) + inner + sum(len(own.node) for own in model.functions), MOST_NODES, "nodes"
    )
    try:
        return _inventory(Graph(model, content.limit), content)
    except Refused:
        raise
    except Exception as wrong:  # onnx's own passes, and attributes of other types, raise whatever a broken graph holds
        raise content.unreadable(f"{ONNX} with a broken graph ({str(wrong)[:160]})") from wrong


def _inventory(graph: Graph, content: Content) -> Inventory:
    operators, refused = [], {}
    for outer, inner in bodies(graph.nodes):
        if inner.op_type in ROWS and inner.domain in DOMAINS:
            refused[inner.name or f"{inner.op_type} in {outer.op_type}"] = Refused(
                "{file} has the {inner} inside the {outer}; only operators of the main graph, and of branches that do "
                "not hang on the input, can be read.",
                file=content.name,
                inner=f"{inner.op_type} {inner.name!r}",
                outer=f"{outer.op_type} {outer.name!r}",
            )
    for node in graph.nodes:
        if node.op_type in ROWS and node.domain in DOMAINS:
            try:
                operators.append(read_operator(node, graph))
            except ValueError as why:
                name = node.name or next(filter(None, node.output), node.op_type)
                refused[name] = Refused("{file}: {why}", file=content.name, why=why)
    content.refuse_many(len(operators) + len(refused), MOST_MODULES, "recurrent operators")
    if not operators and not refused:
        there = ", ".join(sorted({node.op_type for node in graph.nodes})[:12]) or "nothing"
        raise content.unreadable(
            f"{ONNX} without an operator {', '.join(ROWS)}; it has {there}. torch's newer exporter writes an nn.RNN "
            "out step by step: export it with dynamo=False, or save its state dict"
        )
    modules: dict[str, Recurrence] = {}
    for stack in _stacks(operators, graph):
        # Names of nodes may be there twice, names of what they give may not.
        name = stack[0].y or stack[0].ends if stack[0].name in modules else stack[0].name
        modules[name] = _recurrence(name, stack, graph)
    return Inventory(content.name, ONNX, modules, refused)


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
    weights = [operator.weights[0]["weight_ih"] for operator in (lower, upper)]
    if weights[1].shape[1] != lower.width or weights[0].dtype != weights[1].dtype:
        return False
    # What lies between is tried on a sample of which every number is another.
    given, expected, size = sample_of([lower], graph)
    arrived = graph.value(upper.x, given, size=size)
    return arrived is not None and np.array_equal(arrived, expected.swapaxes(0, 1) if upper.layout else expected)


def _recurrence(name: str, stack: list[Operator], graph: Graph) -> Recurrence:
    bottom = stack[0].weights[0]["weight_ih"]
    starts = [start for operator in stack for start in operator.start.values()]
    batch = max((start.shape[1] for start in starts), default=1)
    state = {}
    for name in ("h", "c")[: 1 + stack[0].structure["cell"].startswith("LSTM")] if starts else ():
        missing = bottom.new_zeros(len(stack[0].weights), 1, stack[0].structure["hidden_size"]).detach()
        rows = [operator.start.get(name, missing).expand(-1, batch, -1) for operator in stack]
        state[name] = torch.cat(rows)
    embeddings, heads = embeddings_of(stack[0], graph), heads_of(stack, graph)
    notes = [note for operator in stack for note in operator.notes]
    notes += passed_over(stack, graph, bool(embeddings.values), bool(heads.values))
    return Recurrence(
        name,
        {"input_size": bottom.shape[1], "num_layers": len(stack)} | stack[0].structure,
        tuple(weights for operator in stack for weights in operator.weights),
        embeddings,
        heads,
        notes=tuple(dict.fromkeys(notes)),
        operators=tuple(operator.title for operator in stack),
        start=state,
        lengths=stack[0].lengths,
        fed=tuple(sorted({name for operator in stack for name in operator.fed})),
    )
