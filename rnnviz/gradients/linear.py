"""The derivative of every step along a trajectory: in closed form where the cell gives it, else by autograd.

Both ways offer the same two things. ``puller`` gives a function that takes what reaches the states after step t and
puts what reaches those before it into its last argument (a product with the transposed Jacobian, which is never
formed). ``blocks`` forms the Jacobians of a few steps, block by block: {(to, from): d to_t / d from_{t-1}},
(steps, B, N, N), or (steps, B, N) for a diagonal block. States are counted as ``rnnviz.cells.coordinates`` does; an
output that is none of them is one more place to go to.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby, permutations
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from rnnviz.cells import Cell, ExactSlopes, Slopes, State
from rnnviz.cells.coordinates import count, flat, shaped, told

if TYPE_CHECKING:
    from rnnviz.gradients.following import Steps

Blocks = dict[tuple[str, str], Tensor]
Pull = Callable[[int, State, State], None]


class Factored:
    """From a cell's ``Slopes``: elementwise factors around the one matrix W_hh, shared by all steps."""

    def __init__(self, cell: Cell, slopes: Slopes) -> None:
        self.names, self.weight, self.slopes = cell.state, cell.weight_hh, slopes
        self.into = [next(s for s, blocks in slopes.recurrent.items() if block in blocks) for block in cell.blocks]
        factors = [slopes.recurrent[state][block] for state, block in zip(self.into, cell.blocks, strict=True)]
        self.factors = torch.stack(factors, -2).to(self.weight.dtype)  # (T, B, blocks, H)
        self.matrices = self.weight.unflatten(0, (len(cell.blocks), -1))  # (blocks, H, H)
        self._kept = {name: value.unbind() for name, value in slopes.kept.items()}
        self._shown = {name: value.unbind() for name, value in slopes.shown.items()}

    def puller(self, batch: int) -> Pull:
        """For one sweep through ``batch`` sequences: it works in buffers of its own."""
        columns = self.weight.shape[1]
        totals = {name: self.weight.new_empty(batch, columns) for name in self._shown}
        sums = self.weight.new_empty(batch, len(self.into), columns)
        # Neighbouring blocks that feed one state are taken at once.
        runs = [(state, [k for k, _ in run]) for state, run in groupby(enumerate(self.into), key=lambda pair: pair[1])]
        parts = [(state, sums[:, k[0] : k[-1] + 1], self.factors[:, :, k[0] : k[-1] + 1].unbind()) for state, k in runs]

        def pull(t: int, reaching: State, before: State) -> None:
            total = reaching | totals
            for name, shown in self._shown.items():
                torch.addcmul(reaching[name], reaching["h"], shown[t], out=total[name])
            for state, part, factors in parts:
                torch.mul(total[state][:, None], factors[t], out=part)
            torch.mm(sums.view(batch, -1), self.weight, out=before["h"])
            for name, kept in self._kept.items():
                if name == "h":
                    before["h"].addcmul_(total["h"], kept[t])
                else:
                    torch.mul(total[name], kept[t], out=before[name])

        return pull

    def totals(self, reaching: State) -> State:
        """The total derivative by each state, of all steps at once: with the ways from one state to another."""
        return reaching | {
            name: torch.addcmul(reaching[name], reaching["h"], shown) for name, shown in self.slopes.shown.items()
        }

    def at_the_sums(self, reaching: State) -> Tensor:
        """What reaches the sums that W_hh h_{t-1} feeds, (T, B, blocks·H), from what reaches all states after them."""
        total = self.totals(reaching)
        return torch.cat([total[state] for state in self.into], -1) * self.factors.flatten(-2)

    def blocks(self, first: int, last: int) -> Blocks:
        blocks: Blocks = {}
        for state in self.names:
            chosen = [k for k, into in enumerate(self.into) if into == state]
            factors, matrices = self.factors[first:last, :, chosen], self.matrices[chosen]
            blocks[state, "h"] = torch.einsum("tbgi,gij->tbij", factors, matrices)
        for name, kept in self.slopes.kept.items():
            if name == "h":
                blocks["h", "h"].diagonal(dim1=-2, dim2=-1).add_(kept[first:last])
            else:
                blocks[name, name] = kept[first:last]
        for (_, name), shown in self.within(first, last).items():
            blocks["h", "h"].addcmul_(shown[..., None], blocks[name, "h"])
            if name in self.slopes.kept:
                blocks["h", name] = shown * self.slopes.kept[name][first:last]
        return blocks

    def within(self, first: int, last: int) -> Blocks:
        """{(to, state): d to_t / d state_t} of different states within a step, (steps, B, H) or (steps, B, H, H)."""
        return {("h", name): shown[first:last] for name, shown in self.slopes.shown.items()}


class Traced:
    """From ``Cell.forward`` alone, by autograd: for any cell."""

    def __init__(self, steps: Steps) -> None:
        self.cell, self.x, self.previous, self.held = steps.cell, steps.x, steps.previous, steps.held
        self.names, self.told = steps.cell.state, told(steps.cell)

    def _step(self, steps: slice, before: State) -> State:
        with ExactSlopes():
            return self.cell(self.x[steps], before, self.held and self.held[steps])

    def puller(self, batch: int) -> Pull:
        """As of ``Factored``."""

        def pull(t: int, reaching: State, before: State) -> None:
            for name, value in self.pull(t, reaching).items():
                before[name].copy_(value)

        return pull

    @torch.enable_grad()
    def pull(self, t: int, reaching: State, of: tuple[str, ...] = ()) -> State:
        """By each state before step ``t``, (lanes, N), what comes of ``reaching``, (lanes, N) of all that the step
        tells; and by "x" or a quantity of the step, for those in ``of``, as "of x". Lanes of one sequence, or as many
        as there are in the batch."""
        lanes = len(next(iter(reaching.values())))
        own = {
            name: value[t].expand(lanes, *value.shape[2:]) for name, value in (self.previous | {"x": self.x}).items()
        }
        own = {name: value.clone().requires_grad_() for name, value in own.items()}
        x, inputs = own["x"], {name: own[name] for name in self.names}
        with ExactSlopes():
            step = self.cell(x, inputs, self.held and self.held[t])
        inputs |= {f"of {name}": x if name == "x" else step[name] for name in of}
        outputs = [name for name in self.told if step[name].requires_grad]
        pulled = _gradients(
            [step[name] for name in outputs],
            list(inputs.values()),
            [shaped(self.cell, name, reaching[name]) for name in outputs],
        )
        kinds = (name.removeprefix("of ") for name in inputs)
        return {
            name: value if kind == "x" else flat(self.cell, kind, value)
            for name, kind, value in zip(inputs, kinds, pulled, strict=True)
        }

    @torch.enable_grad()
    def blocks(self, first: int, last: int) -> Blocks:
        before = {name: self.previous[name][first:last].clone().requires_grad_() for name in self.names}
        step = self._step(slice(first, last), before)
        return {
            (to, name): rows
            for to in self.told
            for name, rows in zip(self.names, self._rows(step, to, before), strict=True)
        }

    @torch.enable_grad()
    def within(self, first: int, last: int) -> Blocks:
        before = {name: self.previous[name][first:last].clone().requires_grad_() for name in self.names}
        step = self._step(slice(first, last), before)
        return {(to, name): self._rows(step, to, {name: step[name]})[0] for to, name in permutations(self.told, 2)}

    def _rows(self, step: State, to: str, inputs: State) -> list[Tensor]:
        """d to / d input of every step and sequence at once, (..., N, N'): they do not mix, so one pass per number."""
        output = flat(self.cell, to, step[to])
        if not output.requires_grad:
            return [output.new_zeros(*output.shape, count(self.cell, name)) for name in inputs]
        passes = [_gradients([output[..., k].sum()], list(inputs.values()), None) for k in range(output.shape[-1])]
        columns = zip(inputs, zip(*passes, strict=True), strict=True)
        return [torch.stack([flat(self.cell, name, row) for row in rows], -2) for name, rows in columns]


def linearise(steps: Steps) -> Factored | Traced:
    slopes = None if steps.held else steps.cell.slopes(steps.x, steps.previous, steps.quantities)
    return Traced(steps) if slopes is None else Factored(steps.cell, slopes)


def _gradients(outputs: list[Tensor], inputs: list[Tensor], reaching: list[Tensor] | None) -> tuple[Tensor, ...]:
    """autograd.grad, with zeros for an input that an output does not depend on."""
    return torch.autograd.grad(outputs, inputs, reaching, retain_graph=True, allow_unused=True, materialize_grads=True)
