"""A recurrent module inside a bigger model: found by its name, with what really comes into it when the model runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from rnnviz.linear_heads import in_eval
from rnnviz.network import Network
from rnnviz.plain_modules import as_plain, stands_for
from rnnviz.refusals import Note
from rnnviz.sharing import from_torch
from rnnviz.torch_modules import refuse_other_code

States = Tensor | tuple[Tensor, ...] | None
READABLE = (Network, nn.RNNBase, nn.RNNCellBase)


def is_recurrent(module: nn.Module) -> bool:
    """Whether it is, or stands for, what can be looked into."""
    return isinstance(module, READABLE) or stands_for(module) is not None


class Inside(NamedTuple):
    """``name``: of the module in the bigger model. ``model``: what ``record`` takes, with the ``x`` and ``state`` that
    came into it. ``output``: of a cell in a loop the states that it returned, (T, B, H) or (T, H), since the loop is
    not run again. ``notes``: what was changed to read it."""

    name: str
    model: Network | nn.RNNBase
    x: Tensor | PackedSequence
    state: States
    output: Tensor | None = None
    notes: tuple[Note, ...] = ()


def inside(model: nn.Module, x: object, at: str | None = None) -> Inside:
    """Run ``model`` on ``x``, in eval mode and without gradients, and keep what comes into the module called ``at``.

    ``at``: its name, as ``model.named_modules()`` has it; None for the only one. ``x``: whatever the model takes; a
    tuple is its arguments, a dict those by name. A module that is called again and again, each time from the states
    that it returned before, as an ``nn.LSTMCell`` in a loop is, has read one sequence.

    Raises TypeError for a model without a recurrent module; ValueError, with the names that there are, where ``at`` is
    none of them or is missing, for a module that is not called, and for one that is called on several sequences.
    """
    parts = {}
    if isinstance(model, nn.Module):
        parts = {name: part for name, part in model.named_modules() if is_recurrent(part)}
    if not parts:
        refuse_other_code(model)  # as no model that can be looked into
    title, choices = type(model).__name__, ", ".join(map(repr, parts))
    if at is None and len(parts) > 1:
        raise ValueError(f"this {title} has {len(parts)} recurrent modules; say at= one of {choices}")
    at = next(iter(parts)) if at is None else at
    if at not in parts:
        raise ValueError(f"this {title} has no recurrent module {at!r}; say at= one of {choices}")
    calls = _calls(model, parts[at], x)
    if not calls:
        raise ValueError(f"{at} is not called when this {title} runs on x; give an x that reaches it")
    return _joined(at, parts[at], calls)


def _calls(model: nn.Module, part: nn.Module, x: object) -> list[tuple]:
    """The input, the initial states (None or a tuple) and the last states (a tuple) of each call."""
    calls: list[tuple] = []

    def keep(module: nn.Module, given: tuple, named: dict, returned: object) -> None:
        arguments = dict(zip(("input", "hx"), given, strict=False)) | named
        read = arguments.get("input", arguments.get("x"))
        kept = read if isinstance(read, PackedSequence) else read.detach().clone()
        last = returned[1] if hasattr(module, "num_layers") and not isinstance(module, Network) else returned
        calls.append((kept, _states(arguments.get("hx")), _states(last)))

    run(model, x, {part: keep})
    return calls


@torch.no_grad()
def run(model: nn.Module, x: object, hooks: Mapping[nn.Module, Callable[..., None]]) -> object:
    """What the model returns for ``x``, in eval mode, while modules in it have forward hooks that take keywords."""
    handles = [module.register_forward_hook(hook, with_kwargs=True) for module, hook in hooks.items()]
    try:
        with in_eval(model):
            if isinstance(x, Mapping):
                return model(**x)
            return model(*x) if isinstance(x, tuple) and not isinstance(x, PackedSequence) else model(x)
    finally:
        for handle in handles:
            handle.remove()


def _states(given: States) -> tuple[Tensor, ...] | None:
    if given is None:
        return None
    return tuple(state.detach().clone() for state in ((given,) if isinstance(given, Tensor) else given))


def _joined(at: str, part: nn.Module, calls: list[tuple]) -> Inside:
    inputs, starts, ends = zip(*calls, strict=True)
    part, notes = as_plain(part)
    single = isinstance(part, nn.RNNCellBase)
    if len(calls) == 1 and not single:
        return Inside(at, part, inputs[0], starts[0], notes=notes)
    alike = len({(tuple(read.shape), read.dtype) for read in inputs if isinstance(read, Tensor)}) == 1
    whole = all(isinstance(read, Tensor) for read in inputs) and (alike or not single)
    follows = (
        given is not None and len(given) == len(end) and all(map(torch.equal, given, end))
        for given, end in zip(starts[1:], ends[:-1], strict=True)
    )
    if not whole or isinstance(part, Network) or getattr(part, "bidirectional", False) or not all(follows):
        raise ValueError(
            f"{at} is called {len(calls)} times, and not always from the states that it returned before, so what it "
            f"read is no single sequence; record one of them: rnnviz.record(model.get_submodule({at!r}), its input)"
        )
    if single:
        start = None if starts[0] is None else tuple(state.unsqueeze(0) for state in starts[0])
        states = torch.stack([end[0] for end in ends])
        with torch.autocast("cpu", enabled=False):
            return Inside(at, from_torch(part), torch.stack(inputs), start, states, notes)
    axis = 1 if part.batch_first and inputs[0].ndim == 3 else 0
    return Inside(at, part, torch.cat(inputs, axis), starts[0], notes=notes)
