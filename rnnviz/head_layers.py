"""The layers that may stand between the states and the readout: known ones, written as their names and options.

Written so, they are a part of a network's structure: it is compared, sent and built again without running any code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import nn

NONLINEAR = (nn.LayerNorm, nn.ReLU, nn.Tanh, nn.Sigmoid, nn.GELU)
KINDS = {kind.__name__: kind for kind in (*NONLINEAR, nn.Linear)}
Written = list  # [name, options], which JSON gives back as it was


def written(layers: Iterable[nn.Module]) -> list[Written]:
    """``layers`` of KINDS, whatever their weights."""
    return [
        [next(name for name, kind in KINDS.items() if isinstance(layer, kind)), _options(layer)] for layer in layers
    ]


def _options(layer: nn.Module) -> dict[str, object]:
    if isinstance(layer, nn.LayerNorm):
        options = {"normalized_shape": layer.normalized_shape[-1], "eps": layer.eps}
        return options | {"elementwise_affine": layer.elementwise_affine, "bias": layer.bias is not None}
    if isinstance(layer, nn.Linear):
        sizes = {"in_features": layer.in_features, "out_features": layer.out_features}
        return sizes | {"bias": layer.bias is not None}
    return {"approximate": layer.approximate} if isinstance(layer, nn.GELU) else {}


def built(
    layers: Sequence[Written], width: int, dtype: torch.dtype | None, generator: torch.Generator | None
) -> tuple[nn.Sequential, int]:
    """The layers on ``width`` numbers, and how many they give. What is drawn hangs on the ``generator`` alone."""
    modules: list[nn.Module] = []
    with torch.random.fork_rng(devices=[]):
        for name, options in layers:
            reads = options.get("normalized_shape", options.get("in_features", width))
            if reads != width:
                raise ValueError(f"the front's {name} reads {reads} numbers; it is given {width}")
            modules.append(KINDS[name](**options, **({"dtype": dtype} if name in ("LayerNorm", "Linear") else {})))
            width = options.get("out_features", width)
    for module in modules:
        if isinstance(module, nn.Linear):
            for parameter in module.parameters():
                nn.init.uniform_(parameter, -(module.in_features**-0.5), module.in_features**-0.5, generator=generator)
    return nn.Sequential(*modules), width


def share(front: nn.Sequential, layers: Iterable[nn.Module]) -> None:
    """Make the parameters of ``layers``, which are those that the front was built from, its own."""
    for module, layer in zip(front, layers, strict=True):
        for name, parameter in layer.named_parameters():
            setattr(module, name, parameter)


def in_latex(front: nn.Sequential | None, states: str) -> str:
    """What the readout reads, as the front's functions of ``states``."""
    for module in front or ():
        states = rf"\operatorname{{{type(module).__name__}}}({states})"
    return states


def named(front: nn.Sequential) -> str:
    """The layers of the front in their order."""
    return " → ".join(type(module).__name__ for module in front)
