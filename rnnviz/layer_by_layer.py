"""What the lower layers of a torch module compute in the module's own run, which returns only those of the top."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from rnnviz.verifying import refuse_other_step

States = Tensor | tuple[Tensor, ...]


class LayerByLayer(TorchFunctionMode):
    """A context in which a module's fused kernel runs one layer at a time, as it does inside, and each is kept.

    So the module is run once: to run its lower layers beside it would cost as much again. At the first step the kernel
    is run on all layers as well, and RuntimeError is raised where that differs.
    """

    def __init__(self, name: str, kernel: str) -> None:
        """``name``: what the module is called in an error; ``kernel``: that of its cells, such as "lstm"."""
        super().__init__()
        self.name, self.kernel = name, getattr(torch, kernel)
        # Of each layer, from the bottom up, in the layout of the module: (T, B, D·H), or (B, T, D·H) if batch_first.
        self.outputs: list[Tensor] = []

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function is not self.kernel:
            return function(*args, **(kwargs or {}))
        self.outputs, returned = self._by_layer(*args)
        with torch.no_grad():
            x, *rest = args
            first = x[:, :1] if args[-1] else x[:1]
            refuse_other_step(self.name, self._by_layer(first, *rest)[1], self.kernel(first, *rest))
        return returned

    def _by_layer(
        self,
        x: Tensor,
        initial: States,
        weights: list[Tensor],
        biases: bool,
        layers: int,
        dropout: float,
        train: bool,
        bidirectional: bool,
        batch_first: bool,
    ) -> tuple[list[Tensor], tuple[Tensor, ...]]:
        """The output of each layer, and what the kernel returns of all: the top one's output, and the last states."""
        rows = 2 if bidirectional else 1
        each = len(weights) // layers
        outputs: list[Tensor] = []
        ends: list[list[Tensor]] = []
        for layer in range(layers):
            own = slice(layer * rows, (layer + 1) * rows)
            state = initial[own] if isinstance(initial, Tensor) else tuple(value[own] for value in initial)
            w = weights[layer * each : (layer + 1) * each]
            x, *last = self.kernel(x, state, w, biases, 1, dropout, train, bidirectional, batch_first)
            outputs.append(x)
            ends.append(last)
        return outputs, (x, *map(torch.cat, zip(*ends, strict=True)))
