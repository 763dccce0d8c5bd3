"""``watch(model, every=100)``: look into a training loop that somebody else wrote, without changing a bit of it."""

from __future__ import annotations

import itertools
import math
import weakref
from collections.abc import Iterable
from types import TracebackType

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.nn.utils.rnn import PackedSequence
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

from rnnviz.plain_modules import WRAPPERS
from rnnviz.refusals import refuse_outside
from rnnviz.watching.kernels import Chosen, Kernels, LayerCall
from rnnviz.watching.log import Log
from rnnviz.watching.records import Record, WatchedCall
from rnnviz.watching.recurrence import watched_layers
from rnnviz.watching.scalars import Writer, tell

MOST = 1_000_000_000


def watch(
    model: nn.Module,
    every: int = 100,
    *,
    at: str | None = None,
    sequences: int | None = 4,
    snapshots: bool = False,
    writer: Writer | None = None,
) -> Watch:
    """``with rnnviz.watch(model, every=100) as log:`` around a training loop: a ``Log`` of what flows back in it.

    ``model``: a torch.nn.RNN, LSTM or GRU, or a bigger model with such modules in it, of which the one called ``at`` is
    watched, or all. Every ``every`` updates, from the first one, a ``Record`` is added to the log: per time step the
    norms of dL/dh_t (and dL/dc_t), the gates' statistics, and whether the gradients were clipped. All comes from the
    forward and backward passes that the loop runs itself; several calls of a module in a step, and several backward
    passes, are told apart and added up. Nothing is changed: weights come out the same to the last bit.

    ``sequences``: of each batch the first so many are measured, in float64, where norms are right to 1e-6 of
    themselves, at 1.15 to 1.45 times the cost of a step that is not looked at. None: the whole batch, in float32 from
    what torch's kernels have saved, right to about 2e-5, at 1.3 to 1.6 times; where that cannot be read, as of packed
    sequences, in float64 too, at 2 to 3 times.

    A step ends where a torch.optim.Optimizer that has weights of the model makes its update (the first one that does,
    if there are several); a loop that updates by hand calls ``log.step()`` between backward and update. Gradients are
    clipped, by whatever means, if the optimizer gets less of them than the last backward pass left. ``snapshots``: keep
    the model's weights as well. ``writer``: gets the same numbers as scalars.

    Raises TypeError for a model without such a module; ValueError for one whose numbers cannot be known: a module with
    a forward of its own or with projections, a compiled model, a loop around an LSTMCell.
    """
    refuse_outside("every", every, 1, MOST)
    if sequences is not None:
        refuse_outside("sequences", sequences, 1, MOST)
    return Watch(model, every, _modules(model, at), sequences, snapshots, writer)


def _modules(model: nn.Module, at: str | None) -> dict[nn.Module, str]:
    """The modules to watch, and their names."""
    kind = type(model).__name__
    if kind in WRAPPERS or getattr(model, "_compiled_call_impl", None) is not None:
        raise ValueError(f"this {kind} is compiled or parallel, which hides its modules; watch the model inside it")
    parts = {name: module for name, module in model.named_modules() if isinstance(module, nn.RNNBase)}
    cells = [name for name, module in model.named_modules() if isinstance(module, nn.RNNCellBase)]
    if not parts and cells:
        name = f"{cells[0]} ({type(model.get_submodule(cells[0])).__name__})"
        raise ValueError(f"{name} is called once per time step, by a loop around it; watch a torch.nn.RNN, LSTM or GRU")
    if not parts:
        raise TypeError(f"there is no torch.nn.RNN, LSTM or GRU in this {kind} to watch")
    if at is not None and at not in parts:
        raise ValueError(f"there is no recurrent module {at!r}; there are {', '.join(map(repr, parts))}")
    parts = parts if at is None else {at: parts[at]}
    for name, module in parts.items():
        title = f"{name} ({type(module).__name__})" if name else type(module).__name__
        base = next((kind for kind in (nn.RNN, nn.LSTM, nn.GRU) if isinstance(module, kind)), None)
        if base is None or type(module).forward is not base.forward or "forward" in vars(module):
            raise ValueError(
                f"{title} computes with a forward of its own, which cannot be seen into; watch a plain one"
            )
        if module._compiled_call_impl is not None:
            raise ValueError(f"{title} is compiled; watch it uncompiled")
        if module.proj_size:
            raise ValueError(f"{title} has projections (proj_size); watch one without")
    return {module: name for name, module in parts.items()}


class Watch:
    """What ``watch`` returns: a context. Its hooks are torch's global ones, so that a model which is copied or saved
    within a loop has none of them; and those of modules are there only while a step is looked at."""

    def __init__(
        self,
        model: nn.Module,
        every: int,
        modules: dict[nn.Module, str],
        sequences: int | None,
        snapshots: bool,
        writer: Writer | None,
    ) -> None:
        self.model, self.every, self.modules, self.sequences = model, every, modules, sequences
        self.snapshots, self.writer = snapshots, writer
        self.log = Log((), model, self._step_by_hand)
        self.steps = 0
        self._optimizer: weakref.ref[torch.optim.Optimizer] | None = None
        self._always: list = []  # handles of hooks, those of the whole loop and those of one step
        self._now: list = []
        self._parameters: list = []
        self._numbers = itertools.count()
        self._running: list[Kernels] = []
        self._reached: dict[int, tuple[str, dict[int, LayerCall]]] = {}
        self._norms: dict[Tensor, Tensor] = {}
        self._weights: dict[str, Tensor] | None = None

    def __enter__(self) -> Log:
        if self._always:
            raise RuntimeError("this watch is running already; make another one")
        self._always = [
            register_optimizer_step_pre_hook(self._before_update),
            register_optimizer_step_post_hook(self._after_update),
        ]
        self._begin()
        return self.log

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        for handle in self._always:
            handle.remove()
        self._always = []

    def _begin(self) -> None:
        """Look at the step that begins."""
        self._now = [
            register_module_forward_pre_hook(self._enter_module),
            register_module_forward_hook(self._leave_module, always_call=True),
        ]
        if self.snapshots:
            self._weights = {name: value.detach().clone() for name, value in self.model.state_dict().items()}

    def _end(self) -> None:
        for handle in (*self._now, *self._parameters):
            handle.remove()
        self._now, self._parameters, self._weights = [], [], None
        self._reached.clear()
        self._norms.clear()
        while self._running:
            self._running.pop().__exit__(None, None, None)

    def _enter_module(self, module: nn.Module, given: tuple) -> None:
        if module not in self.modules or not torch.is_grad_enabled():
            return
        if not self._parameters:
            self._parameters = [
                weight.register_post_accumulate_grad_hook(self._measure)
                for weight in self.model.parameters()
                if weight.requires_grad
            ]
        number, name = next(self._numbers), self.modules[module]
        packed = given[0] if given and isinstance(given[0], PackedSequence) else None

        def told(layer: LayerCall) -> None:
            if self._now:
                self._reached.setdefault(number, (name, {}))[1][layer.layer] = layer

        self._running.append(Kernels(Chosen(self.sequences, packed and packed.unsorted_indices), told))
        self._running[-1].__enter__()

    def _leave_module(self, module: nn.Module, _given: tuple, _returned: object) -> None:
        if module in self.modules and self._running:
            self._running.pop().__exit__(None, None, None)

    def _measure(self, weight: Tensor) -> None:
        self._norms[weight] = _norm(weight.grad)

    def _is_counted(self, optimizer: torch.optim.Optimizer) -> bool:
        if self._optimizer is None or self._optimizer() is None:
            own = set(map(id, self.model.parameters()))
            if not any(id(weight) in own for group in optimizer.param_groups for weight in group["params"]):
                return False
            self._optimizer = weakref.ref(optimizer)
        return self._optimizer() is optimizer

    def _before_update(self, optimizer: torch.optim.Optimizer, given: tuple, named: dict) -> None:
        if not self._is_counted(optimizer):
            return
        if any(callable(each) for each in (*given[1:], *named.values())):
            raise ValueError(
                f"{type(optimizer).__name__} runs the loop's backward inside of its own step (a closure), so that "
                "there is no moment between both; watch a loop that calls backward and then step()"
            )
        self._look()

    def _after_update(self, optimizer: torch.optim.Optimizer, _given: tuple, _named: dict) -> None:
        if self._is_counted(optimizer):
            self._count()

    def _step_by_hand(self) -> None:
        if self._always:
            self._look()
            self._count()

    def _count(self) -> None:
        self.steps += 1
        self.log.updates = self.steps
        if self.steps % self.every == 0:
            self._begin()

    def _look(self) -> None:
        """The end of a step that is looked at, before its update."""
        if not self._now:
            return
        reached = [self._reached[number] for number in sorted(self._reached)]
        calls = tuple(
            WatchedCall(name, tuple(side for k in sorted(layers) for side in watched_layers(layers[k])))
            for name, layers in reached
        )
        applied = [_norm(weight.grad) for weight in self._norms if weight.grad is not None]
        record = Record(self.steps, calls, _together(self._norms.values()), _together(applied), self._weights)
        self._end()
        self.log.add(record)
        if self.writer is not None:
            tell(self.writer, record)


@torch.no_grad()
def _norm(gradient: Tensor) -> Tensor:
    values = gradient.coalesce().values() if gradient.is_sparse else gradient
    return torch.linalg.vector_norm(values)


def _together(norms: Iterable[Tensor]) -> float:
    return math.hypot(*(float(norm) for norm in norms))
