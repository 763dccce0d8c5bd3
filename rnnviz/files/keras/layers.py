"""The layers that a Keras model is made of, as its file lists them, and which of them stand on which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

PASSING = {"InputLayer", "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "NotEqual", "Masking"}
SCORES = ("linear", "softmax")  # of a head: its scores, or what the pages make of them
SHARED = ("units", "activation", "recurrent_activation", "use_bias", "reset_after")  # by both directions


class Layer(NamedTuple):
    """``place``: of its weights in a .keras file. ``reads``: the layers before it. ``calls``: how often it stands in
    the model. ``both``: whether it is a Bidirectional; ``kind`` and ``config`` are those of what that, or a
    TimeDistributed, holds, ``outer`` is its own config."""

    name: str
    kind: str
    config: Mapping[str, Any]
    outer: Mapping[str, Any]
    both: bool
    place: str
    reads: tuple[str, ...]
    calls: int

    @property
    def turns(self) -> bool:
        """Whether it gives the last step first."""
        return bool(self.config.get("go_backwards") and self.config.get("return_sequences"))


def layers_of(model: Mapping[str, Any]) -> Iterator[Layer]:
    """In the order of the file. ``model``: its JSON, which is data: nothing that it names is imported or run."""
    config, below = model["config"], ()
    counts: dict[str, int] = {}
    for entry in config["layers"] if isinstance(config, Mapping) else config:
        kind, own = entry["class_name"], entry["config"]
        inner = own.get("layer") if kind in ("Bidirectional", "TimeDistributed") else None
        words = re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", kind)).lower()
        counts[words] = counts.get(words, -1) + 1
        place = f"{words}_{counts[words]}" if counts[words] else words
        nodes = entry.get("inbound_nodes")
        reads = below if nodes is None else tuple(dict.fromkeys(_names_in(nodes)))
        calls = 1 if nodes is None else len(nodes)
        told = (inner["class_name"], inner["config"]) if inner else (kind, own)
        yield Layer(own["name"], *told, own, kind == "Bidirectional", place, reads, calls)
        below = (own["name"],)


def _names_in(nodes: object) -> Iterator[str]:
    """The layers whose outputs a layer is called on, as Keras 3 and Keras 2 write them; masks are left out."""
    if isinstance(nodes, Mapping):
        if "keras_history" in nodes:
            yield str(nodes["keras_history"][0])
        else:
            for key, value in nodes.items():
                yield from () if key == "mask" else _names_in(value)
    elif isinstance(nodes, Sequence) and not isinstance(nodes, str):
        if len(nodes) > 2 and isinstance(nodes[0], str) and isinstance(nodes[1], int):
            yield nodes[0]
            yield from _names_in(nodes[3:])
        else:
            for value in nodes:
                yield from _names_in(value)


def alike(lower: Layer, upper: Layer) -> bool:
    """Whether both can be layers of one Network."""
    plain = [
        {key: layer.config.get(key) for key in (*SHARED, "go_backwards")} | {"kind": (layer.kind, layer.both)}
        for layer in (lower, upper)
    ]
    return plain[0] == plain[1] and not lower.turns and bool(lower.config.get("return_sequences"))


class Graph:
    """Which layers stand on which, but for those that pass on what they read. ``below``: of each, by their names."""

    def __init__(self, layers: list[Layer]) -> None:
        self.layers = {layer.name: layer for layer in layers}
        self.below = {layer.name: self._passed(layer.reads) for layer in layers}
        self.masks = any(layer.kind == "Masking" or layer.config.get("mask_zero") for layer in layers)

    def _passed(self, names: tuple[str, ...]) -> tuple[str, ...]:
        for _ in self.layers:
            known = [self.layers.get(name) for name in names]
            if len(known) == 1 and known[0] and known[0].kind in PASSING and known[0].reads:
                names = known[0].reads
        return names

    def above(self, name: str) -> list[Layer]:
        return [each for each in self.layers.values() if name in self.below[each.name] and each.kind not in PASSING]

    def ends(self, layer: Layer) -> bool:
        """Whether it is a Dense layer whose scores are what the model answers with."""
        linear = layer.kind == "Dense" and len(layer.reads) == layer.calls == 1
        after = [each.config.get("activation", each.kind.lower()) for each in self.above(layer.name)]
        own = layer.config.get("activation")
        return linear and own in SCORES and (not after or (len(after) == 1 and after[0] in SCORES))
