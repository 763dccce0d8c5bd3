"""Heads of models as linear layers and known ones between them, and which modules are one whatever they are called."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from rnnviz.head_layers import NONLINEAR
from rnnviz.refusals import Refused


def is_plain(module: nn.Module, kind: type[nn.Module]) -> bool:
    """Whether it computes what torch's own ``kind`` does from its parameters, with nothing added."""
    hooks = module._forward_hooks or module._forward_pre_hooks or parametrize.is_parametrized(module)
    return isinstance(module, kind) and type(module).forward is kind.forward and not hooks


def is_nonlinear(module: nn.Module) -> bool:
    """Whether it is a layer that may stand before the last linear one."""
    return any(is_plain(module, kind) for kind in NONLINEAR)


def as_layers(head: nn.Module, width: int) -> tuple[list[nn.Module], nn.Linear]:
    """The layers of ``head`` in eval mode but for the last one, which is linear; of a linear head there are no others.

    Between layers that are not linear, what is linear is one layer, as ``as_linear`` makes it. Errors as there.
    """
    layers: list[nn.Module] = []
    chain = list(_flat(head))
    if not any(map(is_nonlinear, chain)):
        return layers, as_linear(head, width)
    for nonlinear, run in itertools.groupby(chain, is_nonlinear):
        modules = list(run)
        if not nonlinear:
            layers.append(as_linear(nn.Sequential(*modules) if len(modules) > 1 else modules[0], width))
            width = layers[-1].out_features
            continue
        for module in modules:
            if tuple(getattr(module, "normalized_shape", (width,))) != (width,):
                raise ValueError(f"the head's LayerNorm is of {tuple(module.normalized_shape)}; here it reads {width}")
        layers += modules
    if is_nonlinear(layers[-1]):
        raise _refused(head)
    return layers[:-1], layers[-1]


def _flat(module: nn.Module) -> Iterator[nn.Module]:
    """What a chain of modules consists of, without what does nothing in eval mode."""
    if is_plain(module, nn.Sequential):
        for part in module:
            yield from _flat(part)
    elif not is_plain(module, nn.Dropout) and not is_plain(module, nn.Identity):
        yield module


def _refused(head: nn.Module) -> Refused:
    return Refused(
        "A head of {parts} cannot be shown: it may have linear layers, LayerNorm, ReLU, Tanh, Sigmoid and GELU, and "
        "must end in a linear one. Give such a head, or none.",
        parts=", ".join(dict.fromkeys(type(part).__name__ for part in head.modules() if not part._modules)),
    )


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
        raise _refused(head)
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
