"""Files with one operator RNN, LSTM or GRU in all its options, what ONNX Runtime makes of them, and what we do."""

from __future__ import annotations

import itertools
import zlib
from dataclasses import dataclass, field, replace

import numpy as np
import onnxruntime
import torch
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from rnnviz.files import Recurrence, inspect
from rnnviz.network import Network
from rnnviz.recording import record

STEPS, BATCH, WIDTH, UNITS = 6, 3, 4, 5
LENGTHS = (4, 6, 1)
GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
AFFINE = {"activation_alpha": [1.0], "activation_beta": [0.0]}  # of each non-linearity Affine


@dataclass(frozen=True)
class Case:
    """``state``: zeros; stored in the file, "alike" for all sequences or for "each"; or "fed" to it at a run.
    ``lengths``: none; "stored" or "fed". ``options``: further attributes."""

    op: str
    direction: str = "forward"
    layout: int = 0
    bias: bool = True
    peepholes: bool = False
    state: str = "zeros"
    lengths: str = "none"
    options: dict = field(default_factory=dict)

    @property
    def sides(self) -> int:
        return 2 if self.direction == "bidirectional" else 1

    def __str__(self) -> str:
        said = [self.op, self.direction, f"layout {self.layout}", "" if self.bias else "no bias"]
        said += ["peepholes" if self.peepholes else "", f"state {self.state}", f"lengths {self.lengths}"]
        return ", ".join([word for word in said if word] + [f"{key} {value}" for key, value in self.options.items()])


def activations(*names: str, sides: int) -> dict:
    """The attributes that name the non-linearities of every direction."""
    count = names.count("Affine") * sides
    return {"activations": [*names] * sides} | {key: value * count for key, value in AFFINE.items() if count}


def cases() -> list[Case]:
    """All operators, directions, peepholes, forms and non-linearities, with all starts and lengths in pairs.

    Each of them in both layouts, with and without biases; of the four pairs of these two, one turn has two, the next
    the other two.
    """
    starts = [("zeros", "none"), ("alike", "none"), ("each", "stored"), ("fed", "fed"), ("zeros", "fed")]
    sides = ("forward", "reverse", "bidirectional")
    found = []
    for turn, (direction, (state, lengths)) in enumerate(itertools.product(sides, starts)):
        for layout in (0, 1):
            one = Case("RNN", direction, layout, (layout + turn) % 2 == 0, False, state, lengths)
            found += operators(one)
    return found


def operators(one: Case) -> list[Case]:
    """The same case with each operator, in each form that it has."""
    found = []
    for name in ("Tanh", "Relu", "Sigmoid", "Affine"):
        found.append(replace(one, options=activations(name, sides=one.sides)))
    for peepholes, name in itertools.product((False, True), ("Tanh", "Affine")):
        said = {} if name == "Tanh" else activations("Sigmoid", "Tanh", name, sides=one.sides)
        found.append(replace(one, op="LSTM", peepholes=peepholes, options=said))
    return found + [replace(one, op="GRU", options={"linear_before_reset": n}) for n in (0, 1)]


def values(case: Case) -> dict[str, np.ndarray]:
    """Every input of the operator, by the specification's names, in layout 0. Each case draws numbers of its own."""
    rng = np.random.default_rng(zlib.crc32(str(replace(case, layout=0)).encode()))
    rows = GATES[case.op] * UNITS

    def drawn(*shape: int, scale: float = 0.5) -> np.ndarray:
        return rng.uniform(-scale, scale, shape).astype(np.float32)

    found = {"X": drawn(STEPS, BATCH, WIDTH, scale=1.0), "W": drawn(case.sides, rows, WIDTH)}
    found["R"] = drawn(case.sides, rows, UNITS)
    if case.bias:
        found["B"] = drawn(case.sides, 2 * rows)
    if case.peepholes:
        found["P"] = drawn(case.sides, 3 * UNITS)
    if case.lengths != "none":
        found["sequence_lens"] = np.array(LENGTHS, np.int32)
    for name in ("initial_h", "initial_c")[: 0 if case.state == "zeros" else 1 + (case.op == "LSTM")]:
        found[name] = drawn(case.sides, BATCH, UNITS, scale=1.0)
        if case.state == "alike":
            found[name][:] = found[name][:, :1]
    return found


def node_of(case: Case, **names: str) -> NodeProto:
    """The operator, its inputs and outputs called as in the specification unless ``names`` say otherwise."""
    there = [*values(case), *names]
    order = ("X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P")[: 8 if case.op == "LSTM" else 6]
    inputs = [names.get(name, name) if name in there else "" for name in order]
    outputs = [names.get(name, name) for name in ("Y", "Y_h", "Y_c")[: 3 if case.op == "LSTM" else 2]]
    given = {"direction": case.direction, "hidden_size": UNITS} | ({"layout": 1} if case.layout else {})
    return helper.make_node(case.op, inputs, outputs, name=names.get("node", "the one"), **given, **case.options)


def fed(case: Case) -> list[str]:
    """Which of the inputs a run gives."""
    states = ["initial_h", "initial_c"] if case.state == "fed" else []
    return [name for name in ["X", *states, *["sequence_lens"] * (case.lengths == "fed")] if name in values(case)]


def turned(name: str, value: np.ndarray) -> np.ndarray:
    """A value between layout 0 and layout 1, where its batch axis comes first."""
    if name == "Y":
        return value.transpose(2, 0, 1, 3) if value.shape[2] == BATCH else value.transpose(1, 2, 0, 3)
    return value.swapaxes(0, 1) if name in ("X", "initial_h", "initial_c", "Y_h", "Y_c") else value


def model(
    nodes: list[NodeProto], stored: dict[str, np.ndarray], inputs: dict[str, np.ndarray], outputs: list[str]
) -> ModelProto:
    kinds = {name: helper.np_dtype_to_tensor_dtype(value.dtype) for name, value in inputs.items()}
    graph = helper.make_graph(
        nodes,
        "g",
        [
            helper.make_tensor_value_info(name, kinds[name], ["steps", "batch", WIDTH] if name == "X" else value.shape)
            for name, value in inputs.items()
        ],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [numpy_helper.from_array(value, name) for name, value in stored.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)


def file_of(case: Case) -> ModelProto:
    given = {name: turned(name, value) if case.layout else value for name, value in values(case).items()}
    inputs = {name: given.pop(name) for name in fed(case)}
    node = node_of(case)
    return model([node], given, inputs, list(node.output))


def run(file: ModelProto, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """All outputs of a file, as ONNX Runtime computes them."""
    session = onnxruntime.InferenceSession(file.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [output.name for output in file.graph.output]
    return dict(zip(names, session.run(names, feeds), strict=True))


def theirs(case: Case) -> dict[str, np.ndarray]:
    """Y, Y_h and Y_c in layout 0. ONNX Runtime refuses layout 1, so it runs the same numbers in layout 0."""
    plain = replace(case, layout=0)
    return run(file_of(plain), {name: values(plain)[name] for name in fed(plain)})


def read(file: ModelProto | bytes) -> tuple[Recurrence, ...]:
    """Every network of a file; the first refusal where there is one."""
    found = inspect(file if isinstance(file, bytes) else file.SerializeToString())
    for why in found.refused.values():
        raise why
    return tuple(found.modules.values())


def ours(case: Case) -> dict[str, np.ndarray]:
    """The same, from the file as it is. What is fed is given to ``record``, as ``Recurrence`` says."""
    (found,) = read(file_of(case))
    given = values(case)
    assert found.fed == tuple(sorted(set(fed(case)) - {"X"}))
    state, lengths = found.state, found.lengths
    if case.state == "fed":
        state = tuple(torch.from_numpy(given[name]) for name in ("initial_h", "initial_c") if name in given)
    if case.lengths == "fed":
        lengths = tuple(given["sequence_lens"])
    return outputs(found.network, given["X"], state, lengths)


@torch.no_grad()
def outputs(network: Network, x: np.ndarray, state=None, lengths=None) -> dict[str, np.ndarray]:
    """Y (T, D, B, H), and Y_h and Y_c (D, B, H), of the top layer: zero past the end of a sequence, and its last."""
    state = state[0] if state is not None and len(state) == 1 else state
    trace = record(network, torch.from_numpy(x.copy()), state, lengths=lengths)
    layers = [trace.layer(network.num_layers - 1, direction) for direction in network.directions]
    ends = [length - 1 for length in lengths or [len(x)] * x.shape[1]]
    found = {"Y": np.nan_to_num(np.stack([layer["h"].values for layer in layers], 1))}
    for name in network.layers[0][0].state:
        found[f"Y_{name}"] = np.stack(
            [
                np.stack([layer[name].values[0 if layer.direction == "backward" else t, b] for b, t in enumerate(ends)])
                for layer in layers
            ]
        )
    return found


def agree(
    found: dict[str, np.ndarray], expected: dict[str, np.ndarray], tolerance: float = 1e-6, case: Case | None = None
) -> None:
    assert found.keys() >= expected.keys(), case
    for name, value in expected.items():
        assert found[name].dtype == value.dtype, (case, name)
        np.testing.assert_allclose(found[name], value, rtol=tolerance, atol=tolerance, err_msg=f"{name} of {case}")
