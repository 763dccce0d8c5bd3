"""reveal(model, x): how the state differs because each word was added, as a sum that is exact.

Let lane j be a run that sees the true inputs 0 to j - 1 and then a baseline ("no word") to the end. Word k's
contribution to the state at step t is lane k + 1 minus lane k. The differences telescope: with lane 0, the *base* (what
initial state, biases and baseline alone would give), they add up to the state, for any cell and without an
approximation. At t < k both lanes have read the same, so a word contributes nothing before it was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn

from rnnviz.accepting import accept
from rnnviz.budget import chosen, refuse_beyond
from rnnviz.cells import Cell, State
from rnnviz.cells.coordinates import count, flat, told
from rnnviz.network import Network, run_layer, unroll
from rnnviz.trace import Direction, Signal

# Above this cancellation the contributions are large numbers that undo one another, and shares say little.
CANCELS = 5.0
# Contributions of up to this many numbers are kept (T 400, H 128, one sequence); beyond it only their sizes.
LARGEST = 400 * 400 * 128
LANES_AT_ONCE = 64


class Reveal(NamedTuple):
    """What ``reveal`` returns. "source" is the position of the word that contributes, "time" that of the state.

    ``contributions``: ("time", "source", "batch", "unit"), or None where they would be more than ``LARGEST`` numbers.
    ``base``: ("time", "batch", "unit"). ``base + contributions.sum over source`` is the state.
    ``shares``: ("time", "source", "batch"), each word's part of the sum of all sizes, where the size of a
    contribution is the sum of its absolute values over units (the numbers of a matrix row after row, of a complex one
    both parts). ``base_share``: ("time", "batch"), likewise the base;
    it and the shares of a step add up to 1 (all are 0 where the state is).
    ``cancellation``: ("time", "batch"), that sum of sizes over the size of the state: 1 where all pull the same way.
    """

    contributions: Signal | None
    base: Signal
    shares: Signal
    base_share: Signal
    cancellation: Signal

    @property
    def misleading(self) -> Signal:
        """("time", "batch"), true where cancellation is above ``CANCELS``: do not read the shares as memory there."""
        return Signal("misleading", self.cancellation.axes, self.cancellation.values > CANCELS)


@torch.no_grad()
def reveal(
    model: nn.Module,
    x: Tensor,
    baseline: Tensor | str | None = None,
    *,
    state: Tensor | tuple[Tensor, ...] | None = None,
    of: str | None = None,
    layer: int | None = None,
    direction: Direction = "forward",
    last: int | None = None,
) -> Reveal:
    """Split the state at every step into what each word added, oldest word first.

    ``model``, ``x``, ``state``: as in ``record``. ``baseline``: what a lane sees in place of a word: zeros (None), the
    "mean" embedding (of vectors: the mean of ``x``), or a vector (I,). ``of``: a state of the cell, by default its
    output. ``layer``: the top one unless given. In the backward direction "oldest" is the word that is read first.

    A network of several layers with two directions has read the whole sentence below its upper layers, so there words
    contribute to every step; everywhere else the contribution of a word that is not read yet is exactly zero.

    ``last``: take only the last so many words that are read apart, at the steps that read them. Their contributions are
    those of the whole result; what was read before them is in the base, and so weighs in the shares.

    T (T + 1) / 2 steps of the cell in T calls, T being ``last`` where it is given. Raises ValueError for a layer,
    direction, state or baseline that the network does not have, for more than ``rnnviz.budget.BYTES``, and the errors
    of ``record`` for its input.

    >>> import torch, rnnviz
    >>> rnnviz.memory.reveal(torch.nn.GRU(4, 16), torch.randn(30, 1, 4)).shares
    Signal('share', time=30, source=30, batch=1, float32, value)
    """
    network, x, initial = accept(model, x, state)
    layer = network.num_layers - 1 if layer is None else layer
    cell, of = choose(network, layer, direction, of)
    units = count(cell, of)
    kept, item = len(chosen(len(x), last)), next(network.parameters()).element_size()
    what = f"to reveal {kept:,} words at {kept:,} steps"
    refuse_beyond(3 * item * kept * kept * x.shape[1], what, "take only the last n words apart with last=n")
    x, backward, side = network.embed(x), direction == "backward", network.directions.index(direction)
    missing = baseline_of(network, x, baseline)
    if network.bidirectional and layer > 0:
        runs = _whole_lanes(network, x, missing, initial, layer, backward, of, kept)
        return _summary(_over_lanes(runs, x[:kept], units, backward), of)
    cells = [cells[side] for cells in list(network.layers)[: layer + 1]]
    states = [network.initial_state(initial, index, side, x) for index in range(layer + 1)]
    read = x.flip(0) if backward else x
    for below in read[: len(x) - kept]:
        for index, cell in enumerate(cells):
            step = cell(below, states[index])
            below, states[index] = step[cell.output], {name: step[name] for name in cell.state}
    runs = causal_lanes(cells, _read(read[len(x) - kept :], missing), states, of)
    return _summary(_over_time(runs, x[:kept], units, backward), of)


def choose(network: Network, layer: int, direction: Direction, of: str | None = None) -> tuple[Cell, str]:
    """The cell of a layer and direction and which of its states is meant, or a ValueError that says what there is."""
    if not 0 <= layer < network.num_layers or direction not in network.directions:
        raise ValueError(
            f"there is no layer ({layer}, {direction!r}); layers are 0 to {network.num_layers - 1}, "
            f"directions {', '.join(network.directions)}"
        )
    cell = network.layers[layer][network.directions.index(direction)]
    of = cell.output if of is None else of
    if of not in told(cell):
        raise ValueError(f"{cell.name} has no state {of!r}; it has {', '.join(told(cell))}")
    return cell, of


def baseline_of(network: Network, x: Tensor, baseline: Tensor | str | None) -> Tensor:
    """What stands for "no word": a vector (I,) beside embedded inputs ``x`` (T, B, I)."""
    if baseline is None:
        return x.new_zeros(network.input_size)
    if isinstance(baseline, str):
        if baseline != "mean":
            raise ValueError(f"baseline {baseline!r} is neither 'mean' nor a vector ({network.input_size},)")
        return x.mean((0, 1)) if network.embedding is None else network.embedding.weight.mean(0)
    vector = torch.as_tensor(baseline).to(x.dtype)
    if tuple(vector.shape) != (network.input_size,):
        raise ValueError(f"the baseline has shape {tuple(vector.shape)}; it replaces inputs ({network.input_size},)")
    return vector


def _read(x: Tensor, missing: Tensor) -> Iterator[Tensor]:
    """What lanes 0 to t + 1 read at step t, (t + 2, B, I): all but the last no longer see the words."""
    for t, x_t in enumerate(x):
        yield torch.cat([missing.expand(t + 1, *x_t.shape), x_t[None]])


def causal_lanes(cells: list[Cell], read: Iterator[Tensor], states: list[State], of: str) -> Iterator[Tensor]:
    """For every step t the states (t + 2, B, N) of lanes 0 to t + 1 after it, in a stack of one direction.

    ``read``: for every step what these lanes read, (t + 2, B, I). Lane t + 1 is the true run, which all later lanes
    still share. It is not computed once more for them but copied when they part, which is why a word not yet read
    makes a difference of exactly zero.
    """
    states = [{name: value[None] for name, value in state.items()} for state in states]
    for below in read:
        for index, cell in enumerate(cells):
            parted = {name: torch.cat([value, value[-1:]]) for name, value in states[index].items()}
            step = cell(below, parted)
            below = step[cell.output]
            states[index] = {name: step[name] for name in cell.state}
        yield flat(cells[-1], of, step[of])


def _whole_lanes(
    network: Network, x: Tensor, missing: Tensor, initial: State | None, layer: int, backward: bool, of: str, kept: int
) -> Iterator[Tensor]:
    """The states of the ``kept`` last lanes and of lane T, at the steps that read them, (kept, B, N) each.

    Each runs through whole layers: what reads both ways cannot wait.
    """
    steps, batch, _ = x.shape
    position = torch.arange(steps).flip(0) if backward else torch.arange(steps)
    side = 1 if backward else 0
    window = slice(kept) if backward else slice(steps - kept, None)
    for first in range(steps - kept, steps + 1, LANES_AT_ONCE):
        lanes = torch.arange(first, min(first + LANES_AT_ONCE, steps + 1))
        seen = (position[:, None] < lanes)[..., None, None]
        below = torch.where(seen, x[:, None], missing).flatten(1, 2)
        start = initial and {name: torch.cat([value] * len(lanes), 1) for name, value in initial.items()}
        for index in range(layer):
            states = [network.initial_state(start, index, d, below) for d in range(2)]
            below = run_layer(list(network.layers[index]), below, states)
        cell = network.layers[layer][side]
        quantities = unroll(cell, below, network.initial_state(start, layer, side, below), backward)
        steps_of = flat(cell, of, quantities[of])
        yield from steps_of[window].unflatten(1, (len(lanes), batch)).unbind(1)


class _Parts(NamedTuple):
    base: Tensor  # (T, B, H)
    contributions: Tensor | None  # (T, K, B, H)
    sizes: Tensor  # (T, K, B), sums of absolute values over units
    size: Tensor  # (T, B), that of the state itself


def _room_for(x: Tensor, units: int) -> _Parts:
    steps, batch, _ = x.shape
    kept = x.new_zeros(steps, steps, batch, units) if steps * steps * batch * units <= LARGEST else None
    sizes, size = x.new_zeros(steps, steps, batch), x.new_zeros(steps, batch)
    return _Parts(x.new_zeros(steps, batch, units), kept, sizes, size)


def _over_time(runs: Iterator[Tensor], x: Tensor, units: int, backward: bool) -> _Parts:
    """Collect states that come step by step, in reading order; returned in sequence order."""
    parts = _room_for(x, units)
    for t, lanes in enumerate(runs):
        difference = lanes[1:] - lanes[:-1]
        parts.base[t], parts.size[t] = lanes[0], lanes[-1].abs().sum(-1)
        parts.sizes[t, : t + 1] = difference.abs().sum(-1)
        if parts.contributions is not None:
            parts.contributions[t, : t + 1] = difference
    if not backward:
        return parts
    base, contributions, sizes, size = parts
    both = (0, 1)
    return _Parts(
        base.flip(0), None if contributions is None else contributions.flip(both), sizes.flip(both), size.flip(0)
    )


def _over_lanes(runs: Iterator[Tensor], x: Tensor, units: int, backward: bool) -> _Parts:
    """Collect states that come lane by lane; word k is the one that lane k + 1 is the first to see."""
    parts, previous = _room_for(x, units), None
    for lane, states in enumerate(runs):
        if previous is None:
            parts.base.copy_(states)
        else:
            k = len(x) - lane if backward else lane - 1
            parts.sizes[:, k] = (states - previous).abs().sum(-1)
            if parts.contributions is not None:
                parts.contributions[:, k] = states - previous
        previous = states
    parts.size.copy_(previous.abs().sum(-1))
    return parts


def _summary(parts: _Parts, of: str) -> Reveal:
    base, contributions, sizes, size = parts
    base_size = base.abs().sum(-1)
    total = base_size + sizes.sum(1)
    # A state of zero that nothing made has no shares, and nothing in it cancels.
    nothing = total == 0
    shared = torch.where(nothing, 1, total)
    cancellation = torch.where(nothing, 1, total / size)
    return Reveal(
        contributions=None
        if contributions is None
        else Signal("contribution", ("time", "source", "batch", "unit"), contributions.numpy(), rf"\Delta_k {of}_t"),
        base=Signal("base", ("time", "batch", "unit"), base.numpy(), rf"{of}_t^{{(0)}}"),
        shares=Signal("share", ("time", "source", "batch"), (sizes / shared[:, None]).numpy(), bounds=(0.0, 1.0)),
        base_share=Signal("base share", ("time", "batch"), (base_size / shared).numpy(), bounds=(0.0, 1.0)),
        cancellation=Signal("cancellation", ("time", "batch"), cancellation.numpy()),
    )
