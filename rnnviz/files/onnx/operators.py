"""One operator RNN, LSTM or GRU of an ONNX file, in the words and the order of rows of our cells.

https://onnx.ai/onnx/operators/onnx__LSTM.html, onnx__GRU.html and onnx__RNN.html define them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from onnx import NodeProto, helper
from torch import Tensor, nn

from rnnviz.files.onnx.graph import Graph

# For each of our blocks of rows, in order, which of the file's it is: ours are h; i f g o; r z n.
ROWS = {"RNN": (0,), "LSTM": (0, 2, 3, 1), "GRU": (1, 0, 2)}  # the file's are h; i o f c; z r h
PEEPHOLES = (0, 2, 1)  # ours are i f o, the file's i o f
DIRECTIONS = {"forward": ("forward",), "reverse": ("backward",), "bidirectional": ("forward", "backward")}
# The non-linearities of one direction, as they are when none are named.
DEFAULTS = {"RNN": ("Tanh",), "LSTM": ("Sigmoid", "Tanh", "Tanh"), "GRU": ("Sigmoid", "Tanh")}
IDENTITY = "Affine with alpha 1 and beta 0"
# The options of a cell that has these non-linearities, and how the cells call what has more than one.
NONLINEARITIES = {"Tanh": "tanh", "Relu": "relu", "Sigmoid": "sigmoid", IDENTITY: "identity"}
SQUASHINGS = {"Tanh": "tanh", IDENTITY: "identity"}
STORED = ("float32", "float64", "float16", "bfloat16")
STATES = {"h": "initial_h", "c": "initial_c"}


class Operator(NamedTuple):
    """``name``, and ``title`` for sentences. ``x``, ``y`` and ``ends``: the names of what it reads, of all its states
    and of the last ones. ``layout``: 1 if their batch axis comes first. ``weights``: by our cells' names, one set per
    direction. ``structure``: the arguments of a Network that it decides. ``start``: the initial states that stand in
    the file, each (D, B, H), B = 1 where all sequences start alike. ``lengths``: ``sequence_lens``, if it stands in the
    file. ``fed``: which of its inputs do not stand there; ``lengths_from``: the name of ``sequence_lens``. ``notes``:
    what was changed in reading it.
    """

    name: str
    title: str
    x: str
    y: str
    ends: str
    layout: int
    weights: list[dict[str, nn.Parameter | None]]
    structure: dict[str, object]
    start: dict[str, Tensor]
    lengths: tuple[int, ...] | None
    fed: tuple[str, ...]
    lengths_from: str
    notes: tuple[str, ...]

    @property
    def width(self) -> int:
        """How many numbers it shows at every step, of both directions where there are two."""
        return len(self.weights) * self.structure["hidden_size"]


def read_operator(node: NodeProto, graph: Graph) -> Operator:
    """Raises ValueError with the node's name for what our cells do not compute."""
    title = f"{node.op_type} {node.name!r}" if node.name else f"the {node.op_type} that makes {', '.join(node.output)}"
    settings = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    names = ["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"]
    inputs = dict(zip(names, [*node.input, *[""] * len(names)], strict=False))
    direction = settings.get("direction", b"forward").decode()
    if direction not in DIRECTIONS:
        raise ValueError(f"{title} has the direction {direction!r}, which is not one of {', '.join(DIRECTIONS)}")
    if "clip" in settings:
        raise ValueError(
            f"{title} cuts off at {settings['clip']:g} what goes into its non-linearities (clip); no cell here does. "
            "Remove the attribute if nothing ever reaches it"
        )
    if settings.get("input_forget"):
        raise ValueError(f"{title} couples its input and forget gates (input_forget); no cell here does")
    directions, layout = DIRECTIONS[direction], settings.get("layout", 0)
    values, notes = _weights(title, node.op_type, inputs, graph, len(directions), settings.get("hidden_size"))
    cell, options = _cell(title, node.op_type, settings, len(directions), "P" in values)
    weights = [
        _named(node.op_type, {key: value[d] for key, value in values.items()}, cell) for d in range(len(directions))
    ]
    structure = {"cell": cell, "bias": "B" in values, "hidden_size": values["R"].shape[-1]} | options
    structure |= {"bidirectional": len(directions) == 2, "backward": directions == ("backward",)}

    start, fed = {}, []
    for state, key in STATES.items():
        if not inputs[key]:
            continue
        value = graph.alike(inputs[key], axis=0 if layout else 1)
        value = graph.constant(inputs[key]) if value is None else value
        if value is None:
            fed.append(key)
        elif value.any():
            start[state] = torch.from_numpy(np.array(value.swapaxes(0, 1) if layout else value))
    lengths = graph.constant(inputs["sequence_lens"]) if inputs["sequence_lens"] else None
    if inputs["sequence_lens"] and lengths is None:
        fed.append("sequence_lens")
    lengths = None if lengths is None else tuple(int(length) for length in lengths)
    y, ends = (*node.output, "", "")[:2]
    return Operator(
        name=node.name or y or ends,
        title=title,
        x=inputs["X"],
        y=y,
        ends=ends,
        layout=layout,
        weights=weights,
        structure=structure,
        start=start,
        lengths=lengths,
        fed=tuple(fed),
        lengths_from=inputs["sequence_lens"],
        notes=notes,
    )


def _weights(
    title: str, op: str, inputs: dict[str, str], graph: Graph, directions: int, hidden: int | None
) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
    """W, R, and B and P where there are any, each with the direction first, after a look at their shapes and numbers;
    and a note where they are computed in another precision than they are stored in."""
    values = {key: graph.constant(inputs[key]) for key in "WRBP" if inputs[key]}
    for key in "WR":
        if key not in values:
            raise ValueError(f"{title} has no {key}, the weights of its {'input' if key == 'W' else 'state'}")
    for key, value in values.items():
        if value is None:
            raise ValueError(
                f"{title} takes {key} from {inputs[key]!r}, which is computed while the file runs; "
                "a Network's weights must stand in the file, as initialisers"
            )
        if str(value.dtype) not in STORED or value.ndim < 2:
            raise ValueError(
                f"{title} has {key} of {value.dtype} and shape {value.shape}; it must be {', '.join(STORED)}"
            )
    rows = len(ROWS[op])
    hidden = hidden or values["R"].shape[-1]
    wanted = {"W": (directions, rows * hidden, values["W"].shape[-1]), "R": (directions, rows * hidden, hidden)}
    wanted |= {"B": (directions, 2 * rows * hidden), "P": (directions, 3 * hidden)}
    for key, value in values.items():
        if value.shape != wanted[key]:
            raise ValueError(f"{title} has {key} of shape {value.shape}; with {hidden} units it must be {wanted[key]}")
        if not np.isfinite(value).all():
            raise ValueError(f"{title} has numbers in {key} that are not finite")
    stored = values["W"].dtype
    if stored in (np.float32, np.float64):
        return values, ()
    note = f"stored as {stored}, computed in float32"
    return {key: value.astype(np.float32) for key, value in values.items()}, (note,)


def _named(op: str, values: dict[str, np.ndarray], cell: str) -> dict[str, nn.Parameter | None]:
    """One direction's weights in our order of rows, under our names."""

    def ours(value: np.ndarray, rows: tuple[int, ...] = ROWS[op]) -> nn.Parameter:
        blocks = np.split(value, len(rows))
        return nn.Parameter(torch.from_numpy(np.concatenate([blocks[row] for row in rows])))

    named = {"weight_ih": ours(values["W"]), "weight_hh": ours(values["R"]), "bias_ih": None, "bias_hh": None}
    if "B" in values:
        named["bias_ih"], named["bias_hh"] = map(ours, np.split(values["B"], 2))
    if cell == "LSTM peephole":
        units = values["R"].shape[-1]
        named["peepholes"] = ours(values.get("P", np.zeros(3 * units, values["R"].dtype)), PEEPHOLES)
    return named


def _cell(title: str, op: str, settings: dict, directions: int, peepholes: bool) -> tuple[str, dict[str, object]]:
    """The name and the options of the cell that computes what the operator does, or a ValueError that says why none."""
    count = len(DEFAULTS[op])
    said = [name.decode() for name in settings.get("activations", ())] or [*DEFAULTS[op]] * directions
    if len(said) != count * directions:
        raise ValueError(f"{title} names {len(said)} activations; {directions} directions need {count * directions}")
    alphas, betas = (iter(settings.get(f"activation_{key}", ())) for key in ("alpha", "beta"))
    for at, name in enumerate(said):
        # Only the non-linearities with parameters take from the two lists. Affine has no defaults that all runtimes
        # share, and no other one with parameters is ours.
        if name == "Affine" and (next(alphas, None), next(betas, None)) == (1, 0):
            said[at] = IDENTITY
    first, *others = (tuple(said[d * count : (d + 1) * count]) for d in range(directions))
    if any(other != first for other in others):
        raise ValueError(f"{title} has other activations backward than forward: {', '.join(said)}; a Network has not")
    choices = [NONLINEARITIES] if op == "RNN" else [{name: None} for name in DEFAULTS[op]]
    if op == "LSTM":
        choices[-1] = SQUASHINGS
    for role, (name, known) in enumerate(zip(first, choices, strict=True)):
        if name not in known:
            which = f" as the activation {'fgh'[role]}" if count > 1 else ""
            raise ValueError(f"{title} has {name}{which}; the cells here have {' or '.join(known)}")
    if op == "RNN":
        return "RNN", {"nonlinearity": NONLINEARITIES[first[0]]}
    if op == "GRU":
        return "GRU" if settings.get("linear_before_reset") else "GRU 2014", {}
    if peepholes or first[-1] != "Tanh":
        return "LSTM peephole", {"squashing": SQUASHINGS[first[-1]]}
    return "LSTM", {}
