"""Modules in other forms as the plain torch.nn modules that they stand for: float32 or float64, on the CPU.

Compiled, parallel and scripted ones have the same weights; halves are computed in float32; of dynamically quantised
ones the weights are taken as the numbers that they stand for, and no longer is what comes in rounded as well.
"""

from __future__ import annotations

import copy
import warnings

import torch
from torch import nn

from rnnviz.refusals import Note

RECURRENT = {kind.__name__: kind for kind in (nn.RNN, nn.LSTM, nn.GRU, nn.RNNCell, nn.LSTMCell, nn.GRUCell)}
PLAIN = (nn.RNNBase, nn.RNNCellBase, nn.Linear, nn.Embedding)
QUANTISED = "torch.ao.nn.quantized.dynamic"
HALVES = (torch.float16, torch.bfloat16)
# What wraps a model without changing what it computes, by the name of its class, and where the model is found in it.
WRAPPERS = {"OptimizedModule": "_orig_mod", "DataParallel": "module", "DistributedDataParallel": "module"}


def unwrapped(model: nn.Module) -> nn.Module:
    """The model that was compiled or made parallel, or else ``model``."""
    while (name := WRAPPERS.get(type(model).__name__)) and isinstance(getattr(model, name, None), nn.Module):
        model = getattr(model, name)
    return model


def stands_for(module: object) -> type[nn.Module] | None:
    """The recurrent module of torch.nn that a scripted or quantised one stands for; None for any other."""
    if isinstance(module, torch.jit.RecursiveScriptModule):
        return RECURRENT.get(module.original_name) if hasattr(module, "hidden_size") else None
    return RECURRENT.get(type(module).__name__) if type(module).__module__.startswith(QUANTISED) else None


def as_plain(module: nn.Module) -> tuple[nn.Module, tuple[Note, ...]]:
    """The module itself, or what computes the same as a plain one, and what is to be said of that."""
    module = unwrapped(module)
    kind = stands_for(module)
    quantised = type(module).__module__.startswith(QUANTISED)
    notes: list[Note] = [Note("quantised weights, computed as the numbers that they stand for")] if quantised else []
    if kind is not None:
        weights = module.get_weight() | module.get_bias() if quantised else dict(module.named_parameters())
        weights = {name: value.dequantize() if value.is_quantized else value for name, value in weights.items()}
        module = _of_kind(kind, module, weights)
    elif quantised and type(module).__name__ == "Linear":
        weight, bias = module.weight().dequantize(), module.bias()
        plain = nn.Linear(module.in_features, module.out_features, bias=bias is not None, device="meta")
        plain.load_state_dict({"weight": weight} | ({} if bias is None else {"bias": bias.detach()}), assign=True)
        module = plain
    elif getattr(module, "_compiled_call_impl", None) is not None:
        module = copy.copy(module)
        module._compiled_call_impl = None
    weights = list(module.parameters()) if isinstance(module, PLAIN) else []
    halves = sorted({str(weight.dtype).removeprefix("torch.") for weight in weights if weight.dtype in HALVES})
    if halves or any(weight.device.type not in ("cpu", "meta") for weight in weights):
        module = copy.deepcopy(module).cpu()
        module = module.float() if halves else module
        notes += [Note("computed in float32, not in {part}", ", ".join(halves))] if halves else []
    return module, tuple(notes)


def _of_kind(kind: type[nn.Module], like: nn.Module, weights: dict[str, torch.Tensor]) -> nn.Module:
    """A module of torch.nn with the ``weights``, and what else it is ``like``."""
    cell = issubclass(kind, nn.RNNCellBase)
    told = ("nonlinearity",) * (kind is nn.RNNCell)
    told = told if cell else ("num_layers", "batch_first", "dropout", "bidirectional", "proj_size")
    own = {name: getattr(like, name) for name in told if hasattr(like, name)}
    if kind is nn.RNN:
        own["nonlinearity"] = like.mode.removeprefix("RNN_").lower()
    if kind in (nn.RNN, nn.GRU):
        own.pop("proj_size", None)
    bias = any(name.startswith("bias") and value is not None for name, value in weights.items())
    plain = kind(like.input_size, like.hidden_size, bias=bias, device="meta", **own)
    plain.load_state_dict({name: value.detach() for name, value in weights.items() if value is not None}, assign=True)
    return plain.train(like.training)


def say(notes: tuple[Note, ...]) -> None:
    """As warnings, where there is no page to say it on."""
    for note in notes:
        warnings.warn(str(note), stacklevel=3)
