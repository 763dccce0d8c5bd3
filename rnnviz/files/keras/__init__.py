"""Networks from files of Keras, .h5 and .keras. The optional package h5py reads them, in a process of its own."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from torch import Tensor

if find_spec("h5py") is None:
    raise ModuleNotFoundError(
        "reading files of Keras needs the package h5py; install it with: pip install 'rnnviz[keras]'", name="h5py"
    )

from rnnviz.files.content import KERAS, MOST_MODULES, MOST_TENSORS, Content, open_archive
from rnnviz.files.inventory import Fitting, Inventory, Linear
from rnnviz.files.keras.layers import Graph, Layer, alike, layers_of
from rnnviz.files.keras.weights import BLOCKS, Weights, arrays_of, recurrence_of
from rnnviz.refusals import Refused

SECONDS = 5  # of processor time that the HDF5 library may take
OTHERS = {"RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "CuDNNLSTM", "CuDNNGRU"}


def inventory_of(content: Content) -> Inventory:
    """Every layer SimpleRNN, LSTM and GRU, alone or in a Bidirectional, as Networks with its very weights.

    Layers of one kind and size that stand on one another are one Network, with an embedding right below and a Dense
    layer right above that ends the model. Refused, by name, are layers that no cell here computes. Raises Refused for
    a file that is broken or has no such layer.
    """
    try:
        config, weights = _opened(content)
        return _inventory(list(layers_of(json.loads(config))), weights, content)
    except Refused:
        raise
    except Exception as wrong:  # a broken list of layers raises whatever it holds
        first = (str(wrong).strip().splitlines() or [""])[0][:160]
        raise content.unreadable(f"broken: it begins like {KERAS}, but {type(wrong).__name__} {first}") from wrong


def _opened(content: Content) -> tuple[str, Weights]:
    """The list of layers, JSON, and their weights."""
    data, listed = content.data, None
    if data[:2] == b"PK":
        with open_archive(content) as archive:
            listed, data = archive.read("config.json").decode(), archive.read("model.weights.h5")
    command = [sys.executable, "-P", str(Path(__file__).with_name("hdf5.py")), str(content.limit), str(SECONDS)]
    try:
        ran = subprocess.run(command, input=data, capture_output=True, timeout=2 * SECONDS, check=False)
    except subprocess.TimeoutExpired as wrong:
        raise content.unreadable("a broken HDF5 file, whose reading never ends") from wrong
    if ran.returncode:
        said = ran.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["the HDF5 library cannot read it"]
        raise content.unreadable(f"broken: it begins like {KERAS}, but {said[0][:200]}")
    with np.load(io.BytesIO(ran.stdout), allow_pickle=False) as arrays:
        own, names = json.loads(arrays["told"].tobytes())
        weights = Weights({name: arrays[name] for name in arrays.files if name != "told"}, names)
    if listed is None and own is None:
        raise content.unreadable('an HDF5 file without the layers of a Keras model; use model.save("model.keras")')
    return listed if listed is not None else own, weights


def _inventory(layers: list[Layer], weights: Weights, content: Content) -> Inventory:
    content.refuse_many(len(layers), MOST_TENSORS, "layers")
    cells = [layer for layer in layers if layer.kind in BLOCKS]
    content.refuse_many(len(cells), MOST_MODULES, "recurrent layers")
    if not cells and not any(layer.kind in OTHERS for layer in layers):
        there = ", ".join(sorted({str(layer.kind)[:40] for layer in layers})[:12]) or "nothing"
        raise content.unreadable(f"{KERAS} without a layer {', '.join(BLOCKS)}; it has {there}")
    graph, modules, refused = Graph(layers), {}, {}
    for layer in layers:
        try:
            if layer.kind in BLOCKS:
                modules[layer.name] = recurrence_of(layer, weights)
            elif layer.kind in OTHERS:
                raise ValueError(f"{layer.name} is a {layer.kind}; {', '.join(BLOCKS)} are read")
        except ValueError as why:
            refused[layer.name] = Refused("{file}: {why}", file=content.name, why=why)
    stacks: list[list[Layer]] = []
    for layer in cells:
        below = graph.below[layer.name]
        under = next((stack for stack in stacks if below == (stack[-1].name,)), None)
        if layer.name not in modules:
            continue
        if under and graph.above(under[-1].name) == [layer] and alike(under[-1], layer):
            under.append(layer)
        else:
            stacks.append([layer])
    found = {}
    for stack in stacks:
        own, name = [modules[layer.name] for layer in stack], " + ".join(layer.name for layer in stack)
        embeddings, heads, notes = _around(graph, stack, weights)
        found[name] = replace(
            own[0],
            name=name,
            structure={**own[0].structure, "num_layers": len(own)},
            weights=tuple(each for part in own for each in part.weights),
            embeddings=embeddings,
            heads=heads,
            notes=tuple(dict.fromkeys((*own[0].notes, *notes))),
            operators=tuple(layer.name for layer in stack),
        )
    return Inventory(content.name, KERAS, found, refused)


def _around(graph: Graph, stack: list[Layer], weights: Weights) -> tuple[Fitting[Tensor], Fitting[Linear], list[str]]:
    """The embedding and the head of layers on one another, and notes."""
    embeddings, heads, notes = Fitting("embedding"), Fitting("head"), []
    if graph.masks:
        notes.append("what Keras masks (steps of token id 0, or of zeros) is read here like any other step")
    below = [graph.layers[name] for name in graph.below[stack[0].name] if name in graph.layers]
    if len(below) == 1 and below[0].kind == "Embedding":
        (table,) = arrays_of(below[0], weights)
        embeddings = Fitting("embedding", {below[0].name: table}, below[0].name)
    above = graph.above(stack[-1].name)
    if len(above) == 1 and graph.ends(above[0]) and not stack[-1].turns:
        kernel, *bias = arrays_of(above[0], weights)
        at = "every" if stack[-1].config.get("return_sequences") else "last"
        linear = Linear(kernel.t().contiguous(), bias[0] if bias else None, at)
        heads = Fitting("head", {above[0].name: linear}, above[0].name)
    elif above:
        notes.append(f"not read, above it: {', '.join(sorted({str(layer.kind)[:40] for layer in above}))}")
    return embeddings, heads, notes
