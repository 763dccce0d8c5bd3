"""What flows back through a layer whose kernel has hidden it, in closed form from what came in and what came back.

The states are in the kernel's output, so every gate of every step follows from two products; with these each step's
derivative is known, and one sweep back through time takes what arrived from outside through all of them. Gates are
computed in the model's own precision, the sweep in float64, where nothing is lost on the way.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.cells import CELLS, Recurrent, Slopes, State
from rnnviz.gradients.linear import Factored
from rnnviz.gradients.sizes import LOG2, norm_signal
from rnnviz.gradients.sweeping import sweep
from rnnviz.saturation import OPEN, SHUT
from rnnviz.torch_modules import WEIGHTS
from rnnviz.trace import Direction, Signal
from rnnviz.watching.flowing import SavedFlow
from rnnviz.watching.kernels import LayerCall, Ran
from rnnviz.watching.records import WatchedLayer
from rnnviz.watching.saved import Saved

CELL_OF = {"lstm": ("LSTM", {}), "gru": ("GRU", {})}
CELL_OF |= {f"rnn_{name}": ("RNN", {"nonlinearity": name}) for name in ("tanh", "relu")}


class Exact(NamedTuple):
    """What a step's derivative needs of a cell, W_hh in float64."""

    state: tuple[str, ...]
    blocks: tuple[str, ...]
    weight_hh: Tensor


class Walk(NamedTuple):
    """What a sweep reads of the steps that it goes through."""

    cell: Recurrent
    linear: Factored | SavedFlow


@torch.inference_mode()
def watched_layers(call: LayerCall) -> list[WatchedLayer]:
    """Each direction of a call."""
    there = None
    if call.lengths is not None and len(set(call.lengths.tolist())) > 1:
        there = torch.arange(int(call.lengths.max()))[:, None] < call.lengths
    return [_side(call, d, direction, there) for d, direction in enumerate(("forward", "backward")[: call.directions])]


def _cell(call: LayerCall, d: int) -> Recurrent:
    name, options = CELL_OF[call.kernel]
    count = len(call.weights) // call.directions
    weights = call.weights[d * count : (d + 1) * count]
    # float32 where it is the model's own and precise enough: each factor of an RNN's product is a slope of tanh itself,
    # with no gate beside it, and there it would be felt.
    again = isinstance(call.run, Ran)
    exact = (again and call.kernel.startswith("rnn")) or weights[0].dtype == torch.float64
    plain = [weight.cpu().to(torch.float64 if exact else torch.float32) for weight in weights]
    own = {key: nn.Parameter(weight, requires_grad=False) for key, weight in zip(WEIGHTS, plain, strict=False)}
    width, units = own["weight_ih"].shape[1], own["weight_hh"].shape[1]
    return CELLS[name](width, units, shared=dict.fromkeys(WEIGHTS) | own, **options)


def _reader(direction: Direction, there: Tensor | None) -> Callable[[Tensor], Tensor]:
    """From sequence order to reading order, or back: each sequence is turned within its own length."""
    if direction == "forward":
        return lambda values: values
    if there is None:
        return lambda values: values.flip(0)
    steps, lengths = torch.arange(len(there))[:, None], there.sum(0)
    order = torch.where(there, lengths - 1 - steps, steps)
    return lambda values: values[order, torch.arange(len(lengths))]


def _side(call: LayerCall, d: int, direction: Direction, there: Tensor | None) -> WatchedLayer:
    """``there``: (T, B), where sequences are not over; None where none is shorter."""
    cell, read = _cell(call, d), _reader(direction, there)
    own = slice(d * cell.hidden_size, (d + 1) * cell.hidden_size)
    if isinstance(call.run, Ran):
        totals, exponents, gates = _again(call, call.run, cell, d, own, read, there)
    else:
        totals, exponents, gates = _as_saved(call, call.run[d], cell, d, own, read)
    exponents = read(exponents).numpy() * LOG2
    norms = {}
    for name, total in totals.items():
        # The sweep has brought the values near to 1, so that their squares can be summed.
        with np.errstate(divide="ignore"):
            sizes = np.log10(read(torch.linalg.vector_norm(total, dim=-1)).double().numpy()) + exponents
        sizes = sizes if there is None else np.where(there.numpy(), sizes, np.nan)
        symbol = rf"\partial L / \partial {cell.quantities[name].symbol}"
        norms[name] = norm_signal(name, ("time", "batch"), sizes, symbol, direction)
    signals = {
        name: Signal(name, ("time",), mean.numpy(), cell.quantities[name].symbol, (0.0, 1.0), direction=direction)
        for name, mean in gates.means.items()
    }
    lengths = () if there is None else tuple(call.lengths.tolist())
    return WatchedLayer(cell.name, call.layer, direction, norms, signals, gates.shut, gates.open, lengths)


class Gates(NamedTuple):
    """By gate: the mean at each step (T,), in sequence order; which share of all its numbers is shut, and open."""

    means: dict[str, Tensor]
    shut: dict[str, float]
    open: dict[str, float]


def _again(
    call: LayerCall, run: Ran, cell: Recurrent, d: int, own: slice, read: Callable, there: Tensor | None
) -> tuple[State, Tensor, Gates]:
    """The total derivative by each state and its exponents, (T, B, H) and (T, B), in reading order: every step is
    computed again, and the sweep is in float64."""
    dtype = cell.weight_hh.dtype
    x, h = read(run.x.cpu().to(dtype)), read(run.output.cpu().to(dtype)[..., own])
    start = {name: value[d].cpu().to(dtype) for name, value in zip(cell.state, run.initial, strict=True)}
    quantities, slopes = _steps(cell, x, h, start)
    linear = Factored(Exact(cell.state, cell.blocks, cell.weight_hh.double()), slopes)
    flow = sweep(Walk(cell, linear), _arriving(call, x.shape[:2], torch.float64, cell, d, own, read))
    gates = {n: read(quantities[n]) for n, entry in cell.quantities.items() if entry.bounds == (0.0, 1.0)}
    shut, opened = (
        {name: _share(test(gate), there) for name, gate in gates.items()}
        for test in (lambda gate: gate < SHUT, lambda gate: gate > OPEN)
    )
    means = {name: _mean(gate, there, (1, 2)) for name, gate in gates.items()}
    return linear.totals(flow.values), flow.exponents, Gates(means, shut, opened)


def _as_saved(
    call: LayerCall, saved: Saved, cell: Recurrent, d: int, own: slice, read: Callable
) -> tuple[State, Tensor, Gates]:
    """As of ``_again``, from what the kernel has saved."""
    length, batch, units = saved.shape
    linear = SavedFlow(saved, cell.weight_hh)
    flow = sweep(Walk(cell, linear), _arriving(call, (length, batch), cell.weight_hh.dtype, cell, d, own, read))
    linear.finish({name: value[0] for name, value in flow.values.items()})
    means = {name: read(torch.from_numpy(np.concatenate(parts))) for name, parts in linear.means.items()}
    shut, opened = (
        {name: each / (length * batch * units) for name, each in counts.items()}
        for counts in (linear.shut, linear.open)
    )
    return flow.values, flow.exponents, Gates(means, shut, opened)


def _steps(cell: Recurrent, x: Tensor, h: Tensor, start: State) -> tuple[State, Slopes]:
    """All quantities and the derivatives of all steps, in reading order, each product taken once."""
    previous = {"h": torch.cat([start["h"][None], h[:-1]])}
    known = _with_known_products(cell, x, previous["h"])
    quantities = known.recover(x, previous["h"], start)
    for name in cell.state[1:]:
        previous[name] = torch.cat([start[name][None], quantities[name][:-1]])
    slopes = known.slopes(x, previous, quantities)
    kept, shown = ({name: v.double() for name, v in part.items()} for part in (slopes.kept, slopes.shown))
    return quantities, Slopes(slopes.recurrent, kept, shown)


def _with_known_products(cell: Recurrent, x: Tensor, h: Tensor) -> Recurrent:
    """The cell for which W_i x + b_i and W_h h + b_h of all steps are known, block by block, each one contiguous."""
    known, count = copy.copy(cell), len(cell.blocks)

    def product(values: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        bias = weight.new_zeros(len(weight)) if bias is None else bias
        rows = values.reshape(-1, values.shape[-1]).expand(count, -1, -1)
        sums = torch.baddbmm(bias.view(count, 1, -1), rows, weight.view(count, cell.hidden_size, -1).mT)
        return sums.unflatten(1, values.shape[:-1])

    below, before = product(x, cell.weight_ih, cell.bias_ih), product(h, cell.weight_hh, cell.bias_hh)
    if count == 1:
        below, before = below[0], before[0]
    known.input_part = lambda _: below
    known.recurrent_part = lambda _: before
    known.preactivations = lambda *_: below + before
    known.split = lambda sums: sums.unbind(0)
    return known


def _arriving(
    call: LayerCall, shape: tuple[int, int], dtype: torch.dtype, cell: Recurrent, d: int, own: slice, read: Callable
) -> State:
    """What reaches the states from outside the recurrence, (T, B, H) each, in reading order: the last states' own part
    at each sequence's last step."""
    length, batch = shape
    arriving = {"h": torch.zeros(length, batch, cell.hidden_size, dtype=dtype)}
    if "output" in call.arrived:
        arriving["h"].copy_(read(call.arrived["output"].cpu()[..., own]))
    last = torch.full((batch,), length - 1) if call.lengths is None else call.lengths - 1
    for name in cell.state:
        if name in call.arrived:
            arriving.setdefault(name, torch.zeros_like(arriving["h"]))
            arriving[name][last, torch.arange(batch)] += call.arrived[name].cpu()[d]
    return arriving


def _mean(values: Tensor, there: Tensor | None, over: tuple[int, ...]) -> Tensor:
    """The mean over axes of (T, B, H), of what is ``there``."""
    if there is None:
        return values.mean(over)
    inner = tuple(axis for axis in over if axis < 2)
    return (values * there[..., None]).sum(over) / (there.sum(inner) * values.shape[-1])


def _share(holds: Tensor, there: Tensor | None) -> float:
    """Of all numbers (T, B, H) that are ``there``, how many a test holds for."""
    if there is None:
        return int(torch.count_nonzero(holds)) / holds.numel()
    return int(torch.count_nonzero(holds & there[..., None])) / (int(there.sum()) * holds.shape[-1])
