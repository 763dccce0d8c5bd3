"""What torch's own kernels have saved of a forward pass for their backward: the gates of every step, at no cost.

A layer whose graph is one of those known here need not be computed again, and its backward recurrence is swept in the
loop's own precision (``flowing``). Any other one, as of packed sequences, of float64 or of another version of torch, is
computed again (``recurrence``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor

from rnnviz.cells.lstm import linear_recurrence

# oneDNN sets the rows of its workspace apart by whole cache lines, and never by a multiple of this many numbers.
LINE, AVOIDED = 16, 256
NEAR = 1e-5


class Part(NamedTuple):
    """Some steps, (steps, B, ...). ``factors``: (.., blocks, H), the derivative of the state that each block feeds by
    that block's sum; ``kept``: of the last state by itself one step before; ``shown``: dh_t/dc_t of an LSTM."""

    factors: Tensor
    kept: Tensor | None
    shown: Tensor | None
    gates: dict[str, Tensor]


class Saved(Protocol):
    """One direction of a layer, in reading order."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """T, B, H."""

    def part(self, steps: slice) -> Part: ...


@dataclass(frozen=True, eq=False)
class SavedRNN:
    """``h``: each step's state (B, H)."""

    h: Sequence[Tensor]
    rectified: bool

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.h), *self.h[0].shape

    def part(self, steps: slice) -> Part:
        h = torch.stack(list(self.h[steps]))
        slope = (h > 0).to(h.dtype) if self.rectified else torch.addcmul(h.new_ones(()), h, h, value=-1)
        return Part(slope[:, :, None], None, None, {})


@dataclass(frozen=True, eq=False)
class SavedGRU:
    """Each (B, H) by step: the gates, the candidate n, ``above``: h_{t-1} - n, ``hn``: W_hn h_{t-1} + b_hn."""

    r: Sequence[Tensor]
    z: Sequence[Tensor]
    n: Sequence[Tensor]
    above: Sequence[Tensor]
    hn: Sequence[Tensor]

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.n), *self.n[0].shape

    def part(self, steps: slice) -> Part:
        r, z, n, above, hn = (torch.stack(list(each[steps])) for each in (self.r, self.z, self.n, self.above, self.hn))
        factors = n.new_empty(*n.shape[:2], 3, n.shape[2])
        at_r, at_z, at_n = factors.unbind(2)
        into_n = torch.addcmul(n.new_ones(()), n, n, value=-1)
        into_n.addcmul_(into_n, z, value=-1)
        torch.mul(into_n, r, out=at_n)
        torch.addcmul(r, r, r, value=-1, out=at_r).mul_(hn).mul_(into_n)
        torch.addcmul(z, z, z, value=-1, out=at_z).mul_(above)
        return Part(factors, z, None, {"r": r, "z": z})


@dataclass(frozen=True, eq=False)
class SavedLSTM:
    """``rows``: (T, B, 4, H), i f g o; ``c``: (T + 1, B, H), from the initial one on; ``h``: (T, B, H)."""

    rows: Tensor
    c: Tensor
    h: Tensor

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.rows), *self.c.shape[1:]

    def part(self, steps: slice) -> Part:
        rows = self.rows[steps]
        i, f, g, o = rows.unbind(2)
        factors = torch.addcmul(rows, rows, rows, value=-1)  # s (1 - s) of every gate
        at_i, at_f, at_g, at_o = factors.unbind(2)
        at_i.mul_(g)
        at_f.mul_(self.c[:-1][steps])
        torch.mul(g, g, out=at_g)
        torch.addcmul(i, i, at_g, value=-1, out=at_g)
        h = self.h[steps]
        c = h / o  # tanh(c), a fifth of its time
        at_o.mul_(c)
        return Part(factors, f, torch.addcmul(o, h, c, value=-1), {"i": i, "f": f, "o": o})


def saved_by(kernel: str, output: Tensor, initial: tuple[Tensor, ...], directions: int) -> tuple[Saved, ...] | None:
    """Each direction of what a kernel has just returned, ``output`` (T, B, D·H) with its graph, from what it read at
    first, ``initial``, each state (D, B, H); None where it is not known how to read that graph, or where what is read
    in it does not give this output."""
    node = output.grad_fn
    if output.dtype != torch.float32 or output.device.type != "cpu" or node is None:
        return None
    sides = []
    try:
        nodes = [node] if directions == 1 else [each for each, _ in node.next_functions]
        for d, (each, h) in enumerate(zip(nodes, output.detach().chunk(directions, -1), strict=True)):
            h = h[[-1, 0] if d else [0, -1]]
            sides.append(READERS[kernel](each, len(output), h, [state[d].detach() for state in initial], bool(d)))
    except (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError):
        return None  # another graph than the one that is known
    return tuple(sides)


def _of_rnn(node: Any, _length: int, h: Tensor, _initial: list[Tensor], turned: bool) -> SavedRNN:
    steps = _steps(node, turned)
    (name,) = {step.name() for step in steps}
    saved = [step._saved_result for step in steps]
    _refuse_unless_near(torch.stack([saved[0], saved[-1]]), h)
    return SavedRNN(saved, {"TanhBackward0": False, "ReluBackward0": True}[name])


def _of_gru(node: Any, _length: int, h: Tensor, _initial: list[Tensor], turned: bool) -> SavedGRU:
    """h_t = (h_{t-1} - n) z + n, n = tanh(.. + hn r)."""
    parts: tuple[list[Tensor], ...] = ([], [], [], [], [])
    for step in _steps(node, turned):
        (product, _), (candidate, _) = step.next_functions
        gated = candidate.next_functions[0][0].next_functions[1][0]
        if [each.name() for each in (product, candidate, gated)] != ["MulBackward0", "TanhBackward0", "MulBackward0"]:
            raise ValueError(product.name())
        values = gated._saved_other, product._saved_other, candidate._saved_result, product._saved_self
        for part, value in zip(parts, (*values, gated._saved_self), strict=True):
            part.append(value)
    _, z, n, above, _ = (torch.stack([part[0], part[-1]]) for part in parts)
    _refuse_unless_near(above * z + n, h)
    return SavedGRU(*parts)


@torch.no_grad()
def _of_lstm(node: Any, length: int, h: Tensor, initial: list[Tensor], turned: bool) -> SavedLSTM:
    """oneDNN's workspace begins with the gates of all steps, in reading order."""
    _, batch, units = h.shape
    row = -(-4 * units // LINE) * LINE
    row += LINE if row % AVOIDED == 0 else 0
    numbers = node._saved_result3.view(torch.float32)[: length * batch * row]
    rows = numbers.view(length, batch, row)[..., : 4 * units].unflatten(-1, (4, units))
    i, f, g, _ = rows.unbind(2)
    c = rows.new_empty(length + 1, batch, units)
    c[0] = initial[1]
    linear_recurrence(f, torch.mul(i, g, out=c[1:]), c[0])
    _refuse_unless_near(rows[[0, -1], :, 3] * torch.tanh(c[[1, -1]]), h)
    h_t = node._saved_result0
    return SavedLSTM(rows, c, h_t.flip(0) if turned else h_t)


READERS: dict[str, Callable[..., Saved]] = {"lstm": _of_lstm, "gru": _of_gru, "rnn_tanh": _of_rnn, "rnn_relu": _of_rnn}


def _steps(node: Any, turned: bool) -> list[Any]:
    """The nodes of the steps that were stacked to an output, in reading order."""
    if node.name() != "StackBackward0":
        raise ValueError(node.name())
    steps = [step for step, _ in node.next_functions]
    return steps[::-1] if turned else steps


def _refuse_unless_near(read: Tensor, h: Tensor) -> None:
    """``read``: the states (2, B, H) of the first and the last step that follow from what was read."""
    if not torch.allclose(read, h, atol=NEAR):
        raise ValueError("this is another layout")
