"""EncoderDecoder: one network reads a sequence, another one writes a sequence of its own length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from rnnviz.attention import Attention, Looked, linear
from rnnviz.cells import CELLS, Cell, State
from rnnviz.network import Network, run_layer, unroll


class Encoded(NamedTuple):
    """What the decoder gets. ``states``: the encoder's at every step, (T, B, D·H); ``keys``: what attention makes of
    them once for all steps, None without it; ``last``: the state after the last step that each direction reads, the
    forward one's units first, (B, D·H) each, in which the decoder starts."""

    states: Tensor
    keys: Tensor | None
    last: State


class Step(NamedTuple):
    """One step of the decoder. ``read``: the ids that it read, (B,); ``quantities``: all of its cell's; ``looked``:
    what attention did, None without it; ``output``: a score for each symbol, (B, O)."""

    read: Tensor
    quantities: dict[str, Tensor]
    looked: Looked | None
    output: Tensor


class EncoderDecoder(nn.Module):
    """A recurrent network that reads token ids (T, B), and one that writes symbols, up to ``longest`` of them.

    The decoder starts in the encoder's last state (Sutskever, Vinyals, Le 2014, arXiv:1409.3215; Cho and others 2014,
    arXiv:1406.1078). It reads what it wrote last, at first ``begin``. Without ``attention`` that state is all that it
    ever knows of what was read. With it, it also reads at every step a mean of all states of the encoder, weighted anew
    (Bahdanau, Cho, Bengio 2015, arXiv:1409.0473), and so does the readout.

    ``cell``: a name in CELLS, of the encoder and the decoder, whose states are vectors and one of them h.
    ``hidden_size``: the encoder's units per direction; the decoder has as many as all directions together.
    ``input_size``: the length of the embeddings of both. ``generator`` draws all weights, in a fixed order;
    ``cell_options`` as for a Network. ``structure`` keeps the arguments that rebuild it.
    """

    def __init__(
        self,
        cell: str = "GRU",
        input_size: int = 16,
        hidden_size: int = 32,
        *,
        vocabulary_size: int,
        output_size: int,
        longest: int,
        bidirectional: bool = True,
        attention: bool = True,
        bias: bool = True,
        generator: torch.Generator | None = None,
        dtype: torch.dtype | None = None,
        **cell_options: Any,
    ) -> None:
        super().__init__()
        options = {"bias": bias} | cell_options
        if cell in CELLS and ("h" not in CELLS[cell].state or CELLS[cell].not_a_vector(CELLS[cell].state)):
            raise ValueError(f"a {cell} has no state that an encoder could hand on; choose another cell")
        self.encoder = Network(
            cell,
            input_size,
            hidden_size,
            bidirectional=bidirectional,
            vocabulary_size=vocabulary_size,
            generator=generator,
            dtype=dtype,
            **options,
        )
        self.cell, self.longest = cell, longest
        self.begin, self.output_size = output_size, output_size
        units = hidden_size * len(self.encoder.directions)
        # Symbols that are read: those that are written, and the one that stands before the first.
        self.embedding = nn.utils.skip_init(nn.Embedding, output_size + 1, input_size, dtype=dtype)
        nn.init.normal_(self.embedding.weight, std=0.3, generator=generator)
        seen = units if attention else 0
        self.decoder = CELLS[cell](input_size + seen, units, generator=generator, dtype=dtype, **options)
        self.attention = Attention(units, units, units, generator=generator, dtype=dtype) if attention else None
        self.readout = linear(units + seen, output_size, generator=generator, dtype=dtype)
        self.structure = {"cell": cell, "input_size": input_size, "hidden_size": hidden_size}
        self.structure |= {"vocabulary_size": vocabulary_size, "output_size": output_size, "longest": longest}
        self.structure |= {"bidirectional": bidirectional, "attention": attention} | options

    def forward(
        self,
        x: Tensor,
        y: Tensor | None = None,
        forced: float = 1.0,
        generator: torch.Generator | None = None,
        *,
        truncate: int | None = None,
        before_readout: Callable[[Tensor], Tensor] | None = None,
    ) -> Tensor:
        """A score for each symbol at every step of the answer to token ids ``x`` (T, B): (S, B, O).

        Without ``y`` it writes ``longest`` symbols and reads back what it wrote, the symbol of the highest score. With
        the right answer ``y`` (S, B) it reads instead, with a chance of ``forced``, what it should have written
        (teacher forcing; Williams, Zipser 1989); ``generator`` draws that for each step and sequence, but for 0 and 1.

        ``truncate``: of both networks as one, which reads and then writes, the state is handed on without its gradient
        at every so many steps, counted from the end; what attention looks at keeps its own. ``before_readout``: what is
        made of all that the readout is given, at each step, as dropout does.
        """
        encoded = self.encode(x, truncate, self.longest if y is None else len(y))
        return self.decode(encoded, y, forced, generator, truncate=truncate, before_readout=before_readout)

    def decode(
        self,
        encoded: Encoded,
        y: Tensor | None = None,
        forced: float = 1.0,
        generator: torch.Generator | None = None,
        *,
        truncate: int | None = None,
        before_readout: Callable[[Tensor], Tensor] | None = None,
    ) -> Tensor:
        """What ``forward`` writes, of what was read already."""
        batch = encoded.states.shape[1]
        steps = self.longest if y is None else len(y)
        told = self._told(steps, batch, forced if y is not None else 0.0, generator)
        previous, state, outputs = self.first(batch), encoded.last, []
        for s in range(steps):
            if truncate is not None and (steps - s) % truncate == 0:
                state = {name: value.detach() for name, value in state.items()}
            step = self.step(previous, state, encoded, before_readout)
            state = {name: step.quantities[name] for name in self.decoder.state}
            outputs.append(step.output)
            previous = step.output.argmax(-1)
            if told is not None and y is not None:
                previous = torch.where(told[s], y[s], previous)
        return torch.stack(outputs)

    def first(self, batch: int) -> Tensor:
        """What the decoder reads before it has written anything, (B,)."""
        return torch.full((batch,), self.begin)

    def encode(self, x: Tensor, truncate: int | None = None, steps: int = 0) -> Encoded:
        """Read token ids ``x`` (T, B). ``truncate``: as in ``forward``, where ``steps`` steps are made afterwards."""
        cells, sides = self.encoder.layers[0], self.encoder.directions
        embedded = self.encoder.embed(x)
        starts = [self.encoder.initial_state(None, 0, d, embedded) for d in range(len(cells))]
        if cells[0].state == ("h",) and truncate is None:
            states = run_layer(list(cells), embedded, starts, sides)
            runs = [{"h": own} for own in states.split(self.encoder.hidden_size, -1)]
        else:  # a fused kernel gives away no other state than h
            each = zip(cells, starts, sides, strict=True)
            sizes = segments(len(embedded), truncate, steps)
            runs = [_unrolled(cell, embedded, start, side == "backward", sizes) for cell, start, side in each]
            states = torch.cat([run[cells[0].output] for run in runs], -1)
        last = {
            name: torch.cat(
                [run[name][0 if side == "backward" else -1] for run, side in zip(runs, sides, strict=True)], -1
            )
            for name in cells[0].state
        }
        return self.encoded(states, last)

    def encoded(self, states: Tensor, last: State) -> Encoded:
        """What the decoder gets of the encoder's ``states`` (T, B, D·H) and of its ``last`` ones."""
        return Encoded(states, None if self.attention is None else self.attention.keys(states), last)

    def step(
        self,
        previous: Tensor,
        state: State,
        encoded: Encoded,
        before_readout: Callable[[Tensor], Tensor] | None = None,
    ) -> Step:
        """Write one symbol after the ``previous`` ones (B,), in the ``state`` of the step before."""
        heard = self.embedding(previous)
        looked = None
        if self.attention is not None:
            looked = self.attention(state["h"], encoded.states, encoded.keys)
            heard = torch.cat([heard, looked.context], -1)
        quantities = self.decoder(heard, state)
        shown = quantities[self.decoder.output]
        if looked is not None:
            shown = torch.cat([shown, looked.context], -1)
        shown = shown if before_readout is None else before_readout(shown)
        return Step(previous, quantities, looked, self.readout(shown))

    def _told(self, steps: int, batch: int, forced: float, generator: torch.Generator | None) -> Tensor | None:
        """Where what should have been written is read, (S, B)."""
        if forced in (0.0, 1.0):
            return torch.full((steps, batch), True) if forced else None
        return torch.rand(steps, batch, generator=generator) < forced


def segments(length: int, truncate: int | None, steps: int) -> list[int]:
    """How ``length`` steps are cut in reading order, at every ``truncate`` of them counted from the end, which is
    ``steps`` steps later."""
    if truncate is None:
        return [length]
    cuts = [t for t in range(1, length) if (length - t + steps) % truncate == 0]
    return [after - before for before, after in pairwise([0, *cuts, length])]


def _unrolled(cell: Cell, x: Tensor, state: State, backward: bool, sizes: Sequence[int]) -> dict[str, Tensor]:
    """``unroll`` in segments, in reading order, between which no gradient comes back."""
    parts = []
    for part in x.split(sizes[::-1])[::-1] if backward else x.split(sizes):
        parts.append(unroll(cell, part, state, backward))
        state = {name: parts[-1][name][0 if backward else -1].detach() for name in cell.state}
    return {name: torch.cat([part[name] for part in (parts[::-1] if backward else parts)]) for name in parts[0]}
