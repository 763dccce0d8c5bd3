"""Network: cells stacked in layers and directions, with an optional embedding below and a readout above."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn

from rnnviz.cells import CELLS, Cell, Held, State
from rnnviz.cells.scanning import all_steps
from rnnviz.head_layers import built

Direction = Literal["forward", "backward"]
BOTH: tuple[Direction, ...] = ("forward", "backward")
Readout = Literal["last", "every"]


class Network(nn.Module):
    """A recurrent network that can be looked into.

    ``cell``: a name in CELLS. ``input_size``: the length of the vectors that come in; with ``vocabulary_size`` the
    input is token ids and ``input_size`` is the length of their embedding. ``backward``: the one direction reads from
    the end; ``directions`` names those there are. ``readout``: a linear layer on the state at the "last" step (of each
    direction, the last that it reads) or at "every" step; ``output_size=None`` leaves it out. ``front``: the layers
    between the states and the readout, as ``rnnviz.head_layers`` writes them. ``own_start``: where no
    initial state is given, it is the buffers ``start_h`` (L·D, H), one per state, which begin as zeros. ``generator``
    draws all weights, in a fixed order; ``shared`` gives the cells' parameters instead, layer by layer and forward
    before backward. ``cell_options`` are the cell's own (``nonlinearity`` of an RNN) and those of how its weights start
    (``rnnviz.cells.initialisation``: ``recurrent``, ``spectral_radius``, ``forget_bias``, ``memory_span``).
    ``structure`` keeps the arguments that rebuild it.
    """

    layers: Sequence[Sequence[Cell]]  # by layer and direction; ModuleLists
    embedding: nn.Embedding | None
    front: nn.Sequential | None
    readout: nn.Linear | None
    structure: dict[str, Any]

    def __init__(
        self,
        cell: str = "LSTM",
        input_size: int = 8,
        hidden_size: int = 16,
        *,
        num_layers: int = 1,
        bidirectional: bool = False,
        backward: bool = False,
        bias: bool = True,
        vocabulary_size: int | None = None,
        output_size: int | None = None,
        readout: Readout = "last",
        front: Sequence[list] = (),
        own_start: bool = False,
        generator: torch.Generator | None = None,
        dtype: torch.dtype | None = None,
        shared: Sequence[dict[str, nn.Parameter | None]] | None = None,
        **cell_options: Any,
    ) -> None:
        super().__init__()
        if cell not in CELLS:
            raise ValueError(f"unknown cell {cell!r}; the cells are {', '.join(CELLS)}")
        if readout not in ("last", "every"):
            raise ValueError(f"readout {readout!r} is neither 'last' nor 'every'")
        if bidirectional and backward:
            raise ValueError("bidirectional is forward and backward; backward is for networks of one direction")
        for name, size in {"input_size": input_size, "hidden_size": hidden_size, "num_layers": num_layers}.items():
            if size < 1:
                raise ValueError(f"{name} is {size}; it must be at least 1")
        self.cell, self.input_size, self.hidden_size = cell, input_size, hidden_size
        self.num_layers, self.bidirectional, self.read_at = num_layers, bidirectional, readout
        self.directions = BOTH if bidirectional else BOTH[backward : backward + 1]
        directions = len(self.directions)
        structure = {"cell": cell, "input_size": input_size, "hidden_size": hidden_size}
        structure |= {"num_layers": num_layers, "bidirectional": bidirectional, "bias": bias}
        structure |= {"vocabulary_size": vocabulary_size, "output_size": output_size, "readout": readout}
        structure |= {name: True for name, has in (("backward", backward), ("own_start", own_start)) if has}
        structure |= {"front": list(front)} if front else {}
        self.structure = structure | cell_options
        self.embedding = None
        if vocabulary_size is not None:
            with torch.random.fork_rng(devices=[]):  # torch's own first draw, which is overwritten, leaves no trace
                self.embedding = nn.Embedding(vocabulary_size, input_size, dtype=dtype)
            # Smaller than torch's N(0, 1): rows of rare tokens are hardly trained, and would stay loud noise.
            nn.init.normal_(self.embedding.weight, std=0.3, generator=generator)
        options = {"bias": bias, "generator": generator, "dtype": dtype} | cell_options
        widths = [input_size] + [directions * hidden_size] * (num_layers - 1)
        given = iter(shared) if shared is not None else itertools.repeat(None)
        layers = (
            nn.ModuleList(CELLS[cell](width, hidden_size, shared=next(given), **options) for _ in range(directions))
            for width in widths
        )
        self.layers = cast("Sequence[Sequence[Cell]]", nn.ModuleList(layers))
        self.own_start = own_start
        if own_start:
            for name, zeros in self.layers[0][0].initial_state(num_layers * directions).items():
                self.register_buffer(f"start_{name}", zeros)
        self.front = self.readout = None
        if front and output_size is None:
            raise ValueError("a front stands before a readout; give its output_size")
        width = directions * hidden_size
        if front:
            self.front, width = built(front, width, dtype, generator)
        if output_size is not None:
            with torch.random.fork_rng(devices=[]):
                self.readout = nn.Linear(width, output_size, dtype=dtype)
            for parameter in self.readout.parameters():
                nn.init.uniform_(parameter, -(hidden_size**-0.5), hidden_size**-0.5, generator=generator)

    def forward(self, x: Tensor) -> Tensor:
        """``x``: token ids (T, B), or vectors (T, B, I). Returns the readout, (B, O) or (T, B, O), or the states."""
        *_, (_, output) = self.run(self.embed(x))
        return self.read(output)

    def embed(self, x: Tensor) -> Tensor:
        return x if self.embedding is None else self.embedding(x)

    def run(
        self, x: Tensor, initial: State | None = None, held: Mapping[tuple[int, Direction], Held] | None = None
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """Each layer's input (T, B, I) and output (T, B, D·H), from the bottom up.

        ``initial``: each state as (L·D, B, H), torch's order: layer 0 forward, layer 0 backward, layer 1 forward...
        ``held``: what is held at other values, by layer and direction.
        """
        for index, cells in enumerate(self.layers):
            states = [self.initial_state(initial, index, d, x) for d in range(len(cells))]
            holds = [held.get((index, side)) if held else None for side in self.directions]
            output = run_layer(list(cells), x, states, self.directions, holds)
            yield x, output
            x = output

    def initial_state(self, initial: State | None, layer: int, direction: int, x: Tensor) -> State:
        cell = self.layers[layer][direction]
        row = layer * len(self.layers[0]) + direction
        if initial is not None:
            return {name: initial[name][row] for name in cell.state}
        if self.own_start:
            rows = {name: getattr(self, f"start_{name}")[row] for name in cell.state}
            return {name: value.expand(x.shape[1], *value.shape) for name, value in rows.items()}
        return cell.initial_state(x.shape[1])

    def read(self, output: Tensor) -> Tensor:
        """The readout of the top layer's states ``output`` (T, B, D·H): (B, O) at the last step, else (T, B, O)."""
        if self.readout is None:
            return output
        if self.read_at == "every":
            return self.scores(output)
        sides = zip(output.split(self.hidden_size, -1), self.directions, strict=True)
        return self.scores(torch.cat([h[0 if side == "backward" else -1] for h, side in sides], -1))

    def into_readout(self, states: Tensor) -> Tensor:
        """What the front makes of top states (..., D·H); without one, these."""
        return states if self.front is None else self.front(states)

    def scores(self, states: Tensor) -> Tensor:
        """What front and readout make of top states (..., D·H): (..., O)."""
        return self.readout(self.into_readout(states))


def run_layer(
    cells: list[Cell],
    x: Tensor,
    states: list[State],
    directions: Sequence[Direction] = BOTH,
    held: Sequence[Held | None] = (None, None),
) -> Tensor:
    """One layer, one or two directions, over a whole sequence: (T, B, I) -> (T, B, D·H). A cell per direction.

    With torch's fused kernel where there is one, called exactly as torch.nn calls it, so that the states are bitwise
    those of the module; otherwise step by step.
    """
    kernel = cells[0].kernel()
    if kernel is None or any(held):
        sides = zip(cells, states, directions, held, strict=False)
        runs = [unroll(cell, x, state, side == "backward", own) for cell, state, side, own in sides]
        return torch.cat([run[cells[0].output] for run in runs], -1)
    weights = [cell.kernel_weights() for cell in cells]
    states = [cell.kernel_state(state) for cell, state in zip(cells, states, strict=True)]
    initial = [torch.stack([state[name] for state in states]) for name in cells[0].state]
    # The kernels read forward, or both ways.
    backward_only = len(cells) == 1 and directions[0] == "backward"
    output = getattr(torch, kernel)(
        x.flip(0) if backward_only else x,
        initial if len(initial) > 1 else initial[0],
        [weight for ones in weights for weight in ones],
        has_biases=len(weights[0]) == 4,
        num_layers=1,
        dropout=0.0,
        train=False,
        bidirectional=len(cells) == 2,
        batch_first=False,
    )
    return output[0].flip(0) if backward_only else output[0]


def unroll(cell: Cell, x: Tensor, state: State, backward: bool = False, held: Held | None = None) -> dict[str, Tensor]:
    """Take ``cell`` through ``x`` (T, B, I): every quantity of every step as (T, B, *shape), in sequence order.

    A cell that is ``scanned`` runs all steps at once, unless something is held. ``held``: what is held at other values,
    (T, B, *shape) each.
    """
    if held is None:
        flip = (lambda tensor: tensor.flip(0)) if backward else (lambda tensor: tensor)
        if (known := all_steps(cell, flip(x), state)) is not None:
            return {name: flip(value) for name, value in known.items()}
    steps = []
    rows = x.unbind()
    for t in reversed(range(len(rows))) if backward else range(len(rows)):
        steps.append(cell(rows[t], state, held and held[t]))
        state = {name: steps[-1][name] for name in cell.state}
    if backward:
        steps.reverse()
    return {name: torch.stack([step[name] for step in steps]) for name in steps[0]}


def recover(cell: Cell, x: Tensor, state: State, h: Tensor, backward: bool = False) -> dict[str, Tensor]:
    """What ``unroll`` returns, from the states ``h`` (T, B, H) that ``run_layer`` gave; to be called without gradients.

    Where a fused kernel ran, all steps at once, each h being what the equations make of the kernel's h before.
    """
    if cell.kernel() is None:
        return unroll(cell, x, state, backward)
    # A backward direction is a forward one on the flipped sequence; what comes of it is flipped back.
    flip = (lambda tensor: tensor.flip(0)) if backward else (lambda tensor: tensor)
    previous = torch.cat([state["h"][None], flip(h)[:-1]])
    return {name: flip(value) for name, value in cell.recover(flip(x), previous, state).items()}
