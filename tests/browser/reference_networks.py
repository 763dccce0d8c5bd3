"""Whole networks from their weights alone: every layer and direction, and the answers at every step."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file
from torch import Tensor

from tests.browser.reference_cells import OUTPUTS, Values, Weights, stacked, unroll

MODELS = Path(__file__).resolve().parents[2] / "assets" / "models"
SIDES = ("forward", "backward")


class Answered(NamedTuple):
    x: Tensor  # (T, I)
    steps: dict[tuple[int, str], list[Values]]  # by layer and direction, as ``unroll`` gives them
    answers: Values  # "p", its summands "p:0", "p:1", ... and their sum, each (T, O)

    @property
    def layers(self) -> dict[tuple[int, str], Values]:
        """Each quantity (T, width)."""
        return {key: stacked(steps) for key, steps in self.steps.items()}


def shipped(name: str) -> Weights:
    """The weights in a file of the project, in float64."""
    return doubled(load_file(MODELS / f"{name}.safetensors"))


def doubled(weights: Weights) -> Weights:
    return {name: value.detach().double() for name, value in weights.items()}


def of_cell(weights: Weights, layer: int = 0, side: int = 0) -> Weights:
    """The weights of one layer and direction, under torch's names."""
    prefix = f"layers.{layer}.{side}."
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}


def read(cell: str, weights: Weights, sequence: Tensor) -> Answered:
    """What the network of ``weights`` makes of token ids (T,) or vectors (T, I)."""
    below = weights["embedding.weight"][sequence] if "embedding.weight" in weights else sequence.double()
    x, found, layer = below, {}, 0
    while own := of_cell(weights, layer):
        sides = [own, other] if (other := of_cell(weights, layer, 1)) else [own]
        for name, w in zip(SIDES, sides, strict=False):
            found[layer, name] = unroll(cell, w, below, backward=name == "backward")
        read_above = [stacked(found[layer, name])[OUTPUTS.get(cell, "h")] for name in SIDES[: len(sides)]]
        below, layer = torch.cat(read_above, 1), layer + 1
    return Answered(x, found, answered(weights, read_above))


def answered(weights: Weights, sides: list[Tensor]) -> Values:
    """Softmax of the readout of the top layer's states, one (T, H) per direction, and what each adds to the scores."""
    if "readout.weight" not in weights:
        return {}
    parts = [h @ v.T for h, v in zip(sides, weights["readout.weight"].split(sides[0].shape[1], 1), strict=True)]
    parts.append(weights["readout.bias"].expand_as(parts[0]))
    scores = sum(parts)
    return {f"p:{k}": part for k, part in enumerate(parts)} | {"p:sum": scores, "p": scores.softmax(-1)}


def table(answered: Answered, network: str = "", *, deep: bool = False) -> dict[tuple[str, ...], Values]:
    """All numbers by whose they are: network, layer and direction as the page names them, "" where it has but one."""
    found: dict[tuple[str, ...], Values] = {}
    for (layer, side), values in answered.layers.items():
        several = len({side for _layer, side in answered.layers}) > 1
        found[network, str(layer) if deep else "", side if deep or several else ""] = values
    own = {"x": answered.x, "embedding": answered.x, **answered.answers}
    found[network, "", ""] = found.get((network, "", ""), {}) | own
    return found
