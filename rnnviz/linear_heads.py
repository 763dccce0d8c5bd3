"""Heads of models as linear layers, and which modules are one whatever they are called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from rnnviz.refusals import Refused


def is_plain(module: nn.Module, kind: type[nn.Module]) -> bool:
    """Whether it computes what torch's own ``kind`` does from its parameters, with nothing added."""
    hooks = module._forward_hooks or module._forward_pre_hooks or parametrize.is_parametrized(module)
    return isinstance(module, kind) and type(module).forward is kind.forward and not hooks


@torch.no_grad()
def as_linear(head: nn.Module, width: int) -> nn.Linear:
    """``head`` if it is a linear layer, or else one that computes what it does in eval mode: its biases are what comes
    of zeros, its columns what comes of each unit alone, and states drawn at random show whether that is all.

    Raises Refused for a module that is not linear; ValueError for one that reads another number of states.
    """
    if is_plain(head, nn.Linear):
        if head.in_features != width:
            raise ValueError(f"the head has in_features={head.in_features}; with this module it must be {width}")
        return head
    like = next((weight for weight in head.parameters() if weight.is_floating_point()), torch.zeros(1))
    drawn = torch.randn(16, width, generator=torch.Generator().manual_seed(0)) * torch.tensor([1.0, 10.0] * 8)[:, None]
    states = torch.cat([torch.zeros(1, width), torch.eye(width), drawn]).to(like.dtype)
    try:
        with in_eval(head):
            scores = head(states)
        bias = scores[0]
        weight = (scores[1 : 1 + width] - bias).t().contiguous()
        by_parts = states[1 + width :] @ weight.t() + bias
        rounding = 1000 * torch.finfo(scores.dtype).eps * max(1.0, float(scores.abs().max()))
        linear = float((scores[1 + width :] - by_parts).abs().max()) <= rounding
    except (RuntimeError, ValueError, TypeError, IndexError, AttributeError):  # it reads or gives something else
        linear = False
    if not linear:
        raise Refused(
            "A head of {parts} is not linear in {width} states, as a readout is. Give a linear one, or none.",
            parts=", ".join(dict.fromkeys(type(part).__name__ for part in head.modules() if not part._modules)),
            width=width,
        )
    return linear_layer(weight, bias)


def linear_layer(weight: Tensor, bias: Tensor | None) -> nn.Linear:
    with torch.random.fork_rng(devices=[]):
        linear = nn.Linear(weight.shape[1], len(weight), bias=bias is not None, dtype=weight.dtype)
    linear.weight = nn.Parameter(weight.detach())
    if bias is not None:
        linear.bias = nn.Parameter(bias.detach())
    return linear


@contextmanager
def in_eval(model: nn.Module) -> Iterator[None]:
    """Each module of the model has the mode that it had before, afterwards."""
    modes = {each: each.training for each in model.modules()}
    try:
        model.eval()
        yield
    finally:
        for each, mode in modes.items():
            each.training = mode
