"""Sequences of different length in one batch: padded, packed, and what reading the padding changes.

Packing is torch's: at each step only the sequences that have not ended are computed, sorted so that they stand first.
Everything is compared with each sequence run alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from rnnviz.cells import Cell, State
from rnnviz.network import Network
from rnnviz.tasks.base import UNASKED


class Padded(NamedTuple):
    """Sequences as one tensor. ``x``: token ids (T, B) or vectors (T, B, I), 0 past a sequence's end; ``lengths``: how
    many steps of each are its own."""

    x: Tensor
    lengths: tuple[int, ...]

    @property
    def share(self) -> float:
        """Which share of the T × B places is padding."""
        steps, batch = self.x.shape[:2]
        return 1 - sum(self.lengths) / (steps * batch)

    @property
    def own(self) -> Tensor:
        """(T, B), True where a step is a sequence's own."""
        return torch.arange(len(self.x))[:, None] < torch.tensor(self.lengths)


def pad(sequences: Sequence[Tensor]) -> Padded:
    """Sequences (T,) of token ids or (T, I) of vectors in one tensor, filled up with zeros as torch's ``pad_sequence``
    does. Of tokens that is the id 0. ValueError for none, or for one without a step."""
    if not sequences or not all(map(len, sequences)):
        raise ValueError("a batch needs at least one sequence, and each of them at least one step")
    return Padded(pad_sequence(list(sequences)), tuple(map(len, sequences)))


def batch_sizes(lengths: Sequence[int]) -> tuple[int, ...]:
    """How many sequences have not ended, at each step up to the last one of the longest: torch's ``batch_sizes``."""
    return tuple(sum(length > t for length in lengths) for t in range(max(lengths)))


def run_packed(network: Network, batch: Padded) -> Tensor:
    """The top layer's states (T, B, D·H) of a packed run: no padding is read, and past a sequence's end it is 0.

    Where torch has a fused kernel of the cell it is called as torch.nn calls it for a PackedSequence; other cells are
    stepped, each step with the rows that are left. A backward direction begins at each sequence's own last step.
    """
    lengths = torch.tensor(batch.lengths)
    order = lengths.argsort(descending=True, stable=True)
    below = network.embed(batch.x)
    for index, cells in enumerate(network.layers):
        states = [network.initial_state(None, index, side, below) for side in range(len(cells))]
        run = _kernel_packed if cells[0].kernel() is not None else _steps_packed
        sorted_states = [{name: value[order] for name, value in state.items()} for state in states]
        output = run(list(cells), below[:, order], lengths[order], sorted_states, network.directions)
        below = torch.empty_like(output).index_copy(1, order, output)
    return below


def _kernel_packed(
    cells: list[Cell], x: Tensor, lengths: Tensor, states: list[State], directions: Sequence[str]
) -> Tensor:
    backward_only = len(cells) == 1 and directions[0] == "backward"
    x = turned(x, lengths) if backward_only else x
    packed = pack_padded_sequence(x, lengths)
    weights = [cell.kernel_weights() for cell in cells]
    states = [cell.kernel_state(state) for cell, state in zip(cells, states, strict=True)]
    initial = [torch.stack([state[name] for state in states]) for name in cells[0].state]
    data = getattr(torch, cells[0].kernel())(
        packed.data,
        packed.batch_sizes,
        initial if len(initial) > 1 else initial[0],
        [weight for ones in weights for weight in ones],
        len(weights[0]) == 4,
        1,
        0.0,
        False,
        len(cells) == 2,
    )[0]
    output = pad_packed_sequence(packed._replace(data=data), total_length=len(x))[0]
    return turned(output, lengths) if backward_only else output


def _steps_packed(
    cells: list[Cell], x: Tensor, lengths: Tensor, states: list[State], directions: Sequence[str]
) -> Tensor:
    left, sides = batch_sizes(lengths.tolist()), []
    for cell, state, direction in zip(cells, states, directions, strict=True):
        own, outputs = turned(x, lengths) if direction == "backward" else x, []
        for t, rows in enumerate(left):
            step = cell(own[t, :rows], {name: value[:rows] for name, value in state.items()})
            state = {name: step[name] for name in cell.state}
            outputs.append(F.pad(step[cell.output], (0, 0, 0, x.shape[1] - rows)))
        output = torch.stack(outputs)
        sides.append(turned(output, lengths) if direction == "backward" else output)
    return torch.cat(sides, -1)


def turned(x: Tensor, lengths: Tensor) -> Tensor:
    """Each sequence of ``x`` (T, B, ...) from its own last step to its first; what is past its end stays there."""
    steps = torch.arange(len(x))[:, None]
    places = torch.where(steps < lengths, lengths - 1 - steps, steps)
    return x.gather(0, places[..., None].expand_as(x))


def read_at_ends(network: Network, states: Tensor, lengths: Sequence[int]) -> Tensor:
    """What the readout makes of top states (T, B, D·H): at each sequence's own last step (B, O), which is the first of
    a backward direction; or at every step (T, B, O), where the network answers at every one."""
    if network.read_at == "every":
        return network.scores(states)
    ends, rows = torch.tensor(lengths) - 1, torch.arange(len(lengths))
    sides = zip(states.split(network.hidden_size, -1), network.directions, strict=True)
    return network.scores(torch.cat([h[0] if side == "backward" else h[ends, rows] for h, side in sides], -1))


def gradients(network: Network, batch: Padded, y: Tensor, *, masked: bool) -> dict[str, Tensor]:
    """The gradient of the mean cross-entropy in nats by parameter, {name: its shape}.

    ``y``: class ids (B,), or (T, B) with UNASKED past each sequence's end. ``masked``: packed, and only the answers
    that are asked for count. Else the padding is read, and a network that answers at the last step is read at the last
    one of the padded batch; one that answers at every step is held to class 0 in the padding, which is what
    ``pad_sequence`` makes of answers. Of each network a copy of the weights is taken: ``.grad`` is left alone.
    """
    with torch.inference_mode(False), torch.enable_grad():
        weights = {name: value.detach().clone().requires_grad_() for name, value in network.named_parameters()}
        output = torch.func.functional_call(
            _Scores(network, masked), {f"network.{n}": w for n, w in weights.items()}, (batch,)
        )
        if y.ndim == 2 and not masked:
            y = torch.where(batch.own, y, 0)
        loss = F.cross_entropy(output.flatten(0, -2), y.flatten(), ignore_index=UNASKED)
        found = torch.autograd.grad(loss, list(weights.values()), allow_unused=True)
    return {name: torch.zeros_like(w) if g is None else g for (name, w), g in zip(weights.items(), found, strict=True)}


class _Scores(torch.nn.Module):
    def __init__(self, network: Network, masked: bool) -> None:
        super().__init__()
        self.network, self.masked = network, masked

    def forward(self, batch: Padded) -> Tensor:
        if self.masked:
            return read_at_ends(self.network, run_packed(self.network, batch), batch.lengths)
        return self.network(batch.x)


def change(before: dict[str, Tensor], after: dict[str, Tensor]) -> float:
    """‖after − before‖ / ‖before‖ over all parameters together; infinite where ``before`` is zero and ``after`` is
    not."""
    moved = sum(float((after[name] - value).double().square().sum()) for name, value in before.items())
    size = sum(float(value.double().square().sum()) for value in before.values())
    return (moved / size) ** 0.5 if size else (0.0 if not moved else float("inf"))
