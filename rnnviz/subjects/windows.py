"""A long sequence, of which a window is looked at: what was read before it is all in the state that it begins with.

The whole sequence is run once. Kept of it are how large the state is at every step, and the states themselves at every
``STRIDE``-th: a window is recorded anew from its own first state, which takes as many steps as it has.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnviz.cells import Cell, State
from rnnviz.compute import computed
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.network import Direction, Network, recover, run_layer, unroll
from rnnviz.refusals import Refused
from rnnviz.subjects.limits import MAX_LENGTH, MOST_IN_STATES, MOST_WORK, SLOW_STEP
from rnnviz.subjects.loaded import Loaded, Reading
from rnnviz.subjects.models import Model, load
from rnnviz.subjects.sequences import Long, Sequence
from rnnviz.subjects.sizes import in_matrices

WINDOW, STRIDE = 200, 100  # steps that are shown, and between two places where a window can begin
AT_ONCE = 10 * STRIDE  # steps of which all quantities are in memory


class Run(NamedTuple):
    """``sizes``: the largest |h| of the top layer at each step, (T,). ``states``: before step 0, STRIDE, ... and after
    the last one, (K + 1, L·D, *shape) each; of a backward direction, what reading from the end has there."""

    sizes: np.ndarray
    states: State


def is_long(sequence: Sequence) -> bool:
    """Whether a window of it is shown, and not all of it."""
    return isinstance(sequence, Long) and sequence.steps > sequence.at_once


def first_step(sequence: Long) -> int:
    """Where its window begins, from 0: at most STRIDE before the step that was asked for."""
    last = -(-(sequence.steps - WINDOW) // STRIDE)
    return min(sequence.window // STRIDE, last) * STRIDE


def read(model: Model, sequence: Sequence) -> Reading:
    """What is shown of a sequence. Raises Refused for what the network cannot read, or has too large states for."""
    if not is_long(sequence):
        reading = sequence.read(load(model))
        _refuse_large_states(load(model).network, reading.steps)
        return reading
    _refuse_large_states(load(model).network, AT_ONCE)
    whole, first = _whole(model, _all_of(sequence)), first_step(sequence)
    own = slice(first, first + WINDOW)
    return Reading(whole.input[own], whole.tokens[own], whole.known[own], first=first, of=whole.steps)


def _refuse_large_states(network: Network | EncoderDecoder, steps: int) -> None:
    """Raise Refused where states that are matrices have too many numbers in so many steps at once."""
    if isinstance(network, EncoderDecoder):  # whose states are vectors
        return
    cells = [cell for layer in network.layers for cell in layer]
    count = steps * sum(in_matrices(cell) for cell in cells)
    if count > MOST_IN_STATES:
        raise Refused(
            "The states of the {cell} are matrices: in {steps} steps they have {count} numbers, {size} MB, and {most} "
            "MB are allowed. Choose fewer units or a shorter sequence.",
            cell=network.cell,
            steps=f"{steps:,}",
            count=f"{count:,}",
            size=f"{4 * count / 2**20:.1f}",
            most=f"{4 * MOST_IN_STATES / 2**20:.0f}",
        )


@computed
def begun(model: Model, sequence: Long) -> Loaded:
    """The same network, whose own start is the state that it has where the window begins."""
    own, states = load(model), run(model, sequence).states
    first = first_step(sequence) // STRIDE
    network = copy.copy(own.network)  # its weights are shared
    network._buffers, network.own_start = dict(network._buffers), True
    network.structure = network.structure | {"own_start": True}
    for name, values in states.items():
        begins = {"forward": first, "backward": min(first + WINDOW // STRIDE, len(values) - 1)}
        rows = [begins[side] for side in network.directions] * network.num_layers
        network.register_buffer(f"start_{name}", values[rows, torch.arange(len(rows))])
    return own._replace(network=network)


def run(model: Model, sequence: Long) -> Run:
    """The whole sequence, run once for all its windows."""
    return _run(model, _all_of(sequence))


def _all_of(sequence: Long) -> Long:
    """The same for all windows of a sequence."""
    return replace(sequence, window=0, at_once=MAX_LENGTH)


@computed
def _whole(model: Model, sequence: Long) -> Reading:
    network, reading = load(model).network, sequence.read(load(model))
    weights = sum(value.numel() for cells in network.layers for cell in cells for value in cell.parameters())
    most = MOST_WORK // (weights + SLOW_STEP * _is_stepped(network.layers[0][0]))
    if reading.steps > most:
        raise Refused(
            "This sequence has {count} steps; a network of this cell and size reads up to {most} here. Choose a "
            "shorter sequence or a smaller network.",
            count=f"{reading.steps:,}",
            most=f"{most:,}",
        )
    return reading


@computed
def _run(model: Model, sequence: Long) -> Run:
    network, states = load(model).network, {}
    with torch.no_grad():
        below = network.embed(_whole(model, sequence).input)
        for index, cells in enumerate(network.layers):
            sides = []
            for d, (cell, side) in enumerate(zip(cells, network.directions, strict=True)):
                start = network.initial_state(None, index, d, below)
                output, kept = _through(cell, below, start, side)
                sides.append(output)
                for name, values in kept.items():
                    states.setdefault(name, []).append(values)
            below = torch.cat(sides, -1)
    sizes = below[:, 0].abs().amax(-1).numpy()
    return Run(sizes, {name: torch.stack(rows, 1) for name, rows in states.items()})


def _is_stepped(cell: Cell) -> bool:
    """Whether it takes a round of the equations for each step: not so with a fused kernel, nor of a scan."""
    return cell.kernel() is None and cell.scanned(next(cell.parameters()).new_zeros(1, 1, cell.input_size)) is None


def _through(cell: Cell, x: Tensor, state: State, side: Direction) -> tuple[Tensor, State]:
    """One direction of one layer over all steps (T, 1, I): its output (T, 1, H), and its states as in ``Run``."""
    backward = side == "backward"
    chunks = x.split(AT_ONCE)
    outputs, kept = [], [dict(state)]
    for chunk in reversed(chunks) if backward else chunks:
        step = _quantities(cell, chunk, state, side)
        outputs.append(step[cell.output])
        state = {name: step[name][0 if backward else -1] for name in state}
        length = len(chunk)
        places = [*range(0, length, STRIDE)] if backward else [*range(STRIDE - 1, length, STRIDE)]
        places += [length - 1] if length % STRIDE and not backward else []
        kept += [{name: step[name][t] for name in state} for t in (reversed(places) if backward else places)]
    turn = -1 if backward else 1
    return torch.cat(outputs[::turn]), {name: torch.cat([own[name] for own in kept[::turn]]) for name in state}


def _quantities(cell: Cell, x: Tensor, state: State, side: Direction) -> State:
    """Every quantity of every step; from a fused kernel's states, where there is one."""
    if cell.kernel() is None:
        return unroll(cell, x, state, side == "backward")
    h = run_layer([cell], x, [state], [side])
    return recover(cell, x, state, h, side == "backward") | {"h": h}
