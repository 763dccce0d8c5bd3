"""What goes through the fused kernels of torch.nn while a module runs, layer by layer, and what comes back to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence
from torch.overrides import TorchFunctionMode

from rnnviz.watching.saved import Saved, saved_by

KERNELS = {getattr(torch, name): name for name in ("lstm", "gru", "rnn_tanh", "rnn_relu")}
Told = Callable[["LayerCall"], None]


class Chosen(NamedTuple):
    """Which sequences of a batch are kept: the first ``most``, in the order in which the loop has them.

    ``places``: of packed sequences, where each sequence of the batch stands in the order of the pack; None elsewhere.
    """

    most: int | None
    places: Tensor | None = None

    def of_batch(self, values: Tensor) -> Tensor:
        """Of (rows, B, ...): rows are time steps, or a state's directions."""
        return values[:, : self.most] if self.places is None else values[:, self.places[: self.most]]

    def of_pack(self, rows: Tensor, sizes: Tensor) -> tuple[Tensor, Tensor]:
        """Of packed rows (steps of all, ...): padded, (T, B, ...), and lengths (B,)."""
        padded, lengths = pad_packed_sequence(PackedSequence(rows, sizes.cpu()))
        places = torch.arange(len(lengths)) if self.places is None else self.places.cpu()
        lengths = lengths[places[: self.most]]
        return padded[: int(lengths.max()), places[: self.most]], lengths


class Ran(NamedTuple):
    """Copies of ``x`` (T, B, I) and ``output`` (T, B, D·H), ``initial``: each state (D, B, H); of the sequences that
    are kept."""

    x: Tensor
    initial: tuple[Tensor, ...]
    output: Tensor


@dataclass(eq=False)
class LayerCall:
    """One layer in one call of the kernel. ``run``: what went in and came out; ``lengths``: of packed sequences (B,),
    which are padded.

    ``weights``: as the kernel takes them, one direction after the other. ``arrived``: what backward passes brought to
    "output", and to "h" and "c", the last states (D, B, H): their sum.
    """

    kernel: str
    layer: int
    run: Ran | tuple[Saved, ...]
    weights: tuple[Tensor, ...]
    lengths: Tensor | None
    directions: int
    arrived: dict[str, Tensor] = field(default_factory=dict)

    def follow(self, name: str, tensor: Tensor, kept: Callable[[Tensor], Tensor], told: Told) -> None:
        """Keep what comes back to ``tensor``. Its hook alone keeps this call alive, until something has arrived."""

        def keep(gradient: Tensor | None) -> None:
            if gradient is None:  # of a kernel with several outputs, this one was not used
                return
            part, before = kept(gradient.detach()), self.arrived.get(name)
            self.arrived[name] = part.clone() if before is None else before + part
            told(self)

        tensor.register_hook(keep)


class Kernels(TorchFunctionMode):
    """A context in which a module's kernel runs one layer at a time, as it does inside, and each layer is followed.

    All numbers, forward and backward, are those of the kernel on all layers, to the last bit; dropout between layers
    draws the same.
    """

    def __init__(self, chosen: Chosen, told: Told) -> None:
        """``told``: is called with a layer's call each time that a gradient has arrived at it."""
        super().__init__()
        self.chosen, self.told = chosen, told

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function not in KERNELS:
            return function(*args, **(kwargs or {}))
        x, *rest = args
        # hx is one tensor or two of real numbers, batch_sizes one of whole numbers.
        packed = isinstance(rest[0], Tensor) and not rest[0].is_floating_point()
        sizes = (rest.pop(0),) if packed else ()
        initial, weights, biases, layers, dropout, train, bidirectional, *batch_first = rest
        turned = bool(batch_first and batch_first[0])
        flags = biases, 1, 0.0, train, bidirectional, *([False] if batch_first else [])
        states = (initial,) if isinstance(initial, Tensor) else tuple(initial)
        x = x.transpose(0, 1) if turned else x
        each, rows, ends = len(weights) // layers, 2 if bidirectional else 1, []
        for layer in range(layers):
            if layer and dropout and train:
                x = torch.dropout(x, dropout, True)
            own = tuple(state[layer * rows : (layer + 1) * rows] for state in states) if layers > 1 else states
            w = weights[layer * each : (layer + 1) * each]
            output, *last = function(x, *sizes, own if len(own) > 1 else own[0], w, *flags)
            if output.requires_grad:
                self._follow(KERNELS[function], layer, x, own, w, output, last, sizes, rows)
            x = output
            ends.append(last)
        last = ends[0] if layers == 1 else [torch.cat(parts) for parts in zip(*ends, strict=True)]
        return (x.transpose(0, 1) if turned else x, *last)

    def _follow(
        self,
        kernel: str,
        layer: int,
        x: Tensor,
        initial: tuple[Tensor, ...],
        weights: list[Tensor],
        output: Tensor,
        last: list[Tensor],
        sizes: tuple[Tensor, ...],
        rows: int,
    ) -> None:
        choose = self.chosen.of_batch
        every = (lambda values: self.chosen.of_pack(values, *sizes)[0]) if sizes else choose
        lengths = self.chosen.of_pack(x.detach()[:, :0], *sizes)[1] if sizes else None
        weights = tuple(weight.detach() for weight in weights)
        # A part of a batch costs little either way, and is computed more precisely than the kernel does.
        whole = self.chosen.most is None and not sizes
        run = saved_by(kernel, output, initial, rows) if whole else None
        if run is None:
            with torch.no_grad():  # copies: a loop may write its next batch over this one
                own = tuple(choose(state.detach()).clone() for state in initial)
                run = Ran(every(x.detach()).clone(), own, every(output.detach()).clone())
        call = LayerCall(kernel, layer, run, weights, lengths, rows)
        for name, tensor in zip(("output", "h", "c"), (output, *last), strict=False):
            call.follow(name, tensor, every if name == "output" else choose, self.told)
