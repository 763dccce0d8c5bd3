"""Weights that a file keeps in parts: normalised (lengths and directions) and pruned (a weight and a mask)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import torch
from torch import Tensor

from rnnviz.files.content import Content
from rnnviz.refusals import Refused


def _normed(length: Tensor, direction: Tensor) -> Tensor:
    """As torch.nn.utils.weight_norm: each row, column or all of ``direction``, brought to its ``length``."""
    axes = [axis for axis, size in enumerate(length.shape) if size == 1] if length.ndim else None
    return direction * (length / torch.linalg.vector_norm(direction, dim=axes, keepdim=length.ndim > 0))


# How the names of two parts end, what becomes of them, and the word for it.
PARTS = (
    ("_g", "_v", _normed, "weight-normed"),
    (".original0", ".original1", _normed, "weight-normed"),
    ("_orig", "_mask", torch.mul, "pruned"),
)


def folded(tensors: Mapping[str, Tensor], content: Content) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors, each weight as the module computes it, and {its name: what was done to it}.

    Kept are floating-point numbers that stand in memory. Raises Refused for parts that a file does not tell how to put
    together.
    """
    kept = {name: tensor for name, tensor in tensors.items() if _are_numbers(tensor)}
    changes: dict[str, str] = {}
    for key in list(kept):
        for first, second, together, word in PARTS:
            other = key.removesuffix(first) + second
            if not key.endswith(first) or other not in kept:
                continue
            one, two = kept.pop(key), kept.pop(other)
            if one.ndim and (
                one.ndim != two.ndim or any(n not in (1, m) for n, m in zip(one.shape, two.shape, strict=True))
            ):
                raise content.unreadable(f"a state dict whose {key} and {other} do not fit together")
            name = key.removesuffix(first).replace("parametrizations.", "")
            dtype = torch.float64 if two.dtype == torch.float64 else torch.float32
            kept[name] = together(one.to(dtype), two.to(dtype)).to(two.dtype)
            changes[name] = f"{name.rpartition('.')[2]} was {word}, and is folded"
        if re.search(r"parametrizations\.(weight|bias)_[ih]h\w*\.original$", key):
            weight = key.split(".")[-2]
            raise Refused(
                "{file}: {key} is parametrized, and a file does not tell how. Before saving, call "
                "torch.nn.utils.parametrize.remove_parametrizations(module, {weight}).",
                file=content.name,
                key=key,
                weight=repr(weight),
            )
    return kept, changes


def _are_numbers(tensor: Tensor) -> bool:
    plain = tensor.layout == torch.strided and tensor.device.type == "cpu" and not tensor.is_quantized
    return plain and not tensor.is_nested and tensor.is_floating_point()
