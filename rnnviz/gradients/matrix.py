"""gradient_matrix(model, x): for a loss at every step t, how strongly it reaches the state at every step k <= t."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.accepting import accept, refuse_unless_function, sequence_of
from rnnviz.budget import chosen, refuse_beyond
from rnnviz.cells import State
from rnnviz.cells.coordinates import count, told
from rnnviz.gradients.following import Run, Steps, follow
from rnnviz.gradients.sizes import LOG2, norm_signal
from rnnviz.gradients.sweeping import exponent_of, flipped, power_of_two
from rnnviz.trace import Signal

# So many steps are taken at a time, fewer where the lanes would hold more numbers, 32 MB. Sizes are brought back to 1
# before; where one leaves the range meanwhile, before every step.
AT_ONCE, NUMBERS = 16, 2**22
SMALLEST, LARGEST = 1e-100, 1e100


def gradient_matrix(
    model: nn.Module,
    x: Tensor,
    of: str = "h",
    loss: Tensor | Callable[[Tensor], Tensor] | None = None,
    *,
    state: Tensor | tuple[Tensor, ...] | None = None,
    layer: int | None = None,
    batch: int = 0,
    last: int | None = None,
    every: int = 1,
    run: Run | None = None,
) -> Signal:
    """log10 of ||dL_t / d(of)_k|| for all pairs of steps, ("loss_time", "time"): row t, column k, NaN for k > t.

    ``of``: "h" or "c" for the total derivative by that state, as in ``backpropagate``; "state" for the cut state, all
    states of the cell between two steps as one vector, with the output where that is none of them. An exact zero is
    -inf. Entries hold from 1e-4000 to 1e4000 and beyond, for each loss carries a power of two of its own.

    ``loss``: what the loss of step t is. None: L_t = sum of h_t over units / sqrt(H), a push of length 1 along all
    units alike, so that the diagonal of "h" is log10 1 = 0 and every entry is a factor. A tensor (H,) or (T, H):
    dL_t/dh_t itself. A function of what the readout makes of every step, (T, O), or of the top states (T, D·H) where
    there is no readout, that gives T numbers, the t-th from row t alone: ``lambda y: y.log_softmax(-1)[:, 3]``.

    ``layer``: the top one unless given; losses at a lower layer start from that layer's own h_t. The forward direction,
    and what passes through this layer's own recurrence: in a network of one direction that is everything. A network
    that reads from the end reaches the steps after the loss: NaN for k < t. ``batch``: which sequence; packed ones may
    differ in length. ``model``, ``x``, ``state``: as in ``record``, whose errors it raises; ValueError also for a state
    or layer that is not there, or a loss of the wrong shape.

    ``last``, ``every``: of the last so many losses that are read, each ``every``-th, counted back from the last one;
    these rows of the full result, with all columns: ("loss_time", "time") of fewer rows. ValueError, before any work,
    for a result of more than ``rnnviz.budget.BYTES``. ``run``: what ``follow`` makes of the model, x and state, where
    it is known already.

    Method: one lane per loss. Lane t joins the sweep back through time at step t, and at each step all lanes that have
    joined are multiplied by that step's Jacobian, in one matrix product. Of a state that is a matrix, or complex, the
    Jacobian is never formed: autograd takes all lanes through the step at once.

    >>> import torch, rnnviz
    >>> rnnviz.gradients.gradient_matrix(torch.nn.GRU(4, 16), torch.randn(30, 1, 4))
    Signal('h', loss_time=30, time=30, float64, gradient)
    """
    x, state, batch = sequence_of(model, x, state, batch)
    length = len(accept(model, x, state)[1])
    rows = chosen(length, last, every)
    what = f"a gradient_matrix of {len(rows):,} losses by {length:,} steps"
    refuse_beyond(2 * 8 * len(rows) * length, what, "take the last n losses with last=n or each n-th with every=n")
    with torch.inference_mode(False):
        run = run or follow(model, x, state)
        steps = run.first_steps(layer)
        names = told(steps.cell)
        if of not in (*names, "state"):
            raise ValueError(f"{steps.cell.name} has no state {of!r}; it has {', '.join(names)}, or 'state' for all")
        pushes = flipped(steps, _pushes(run, steps, loss, batch))
        values = lane_sizes(steps.sequence(batch), pushes[torch.from_numpy(rows)], of, rows)
    if steps.direction == "backward":
        values = np.ascontiguousarray(values[::-1, ::-1])
    symbol = rf"\partial L_t / \partial {'S' if of == 'state' else of}_k"
    return norm_signal(of, ("loss_time", "time"), values, symbol, steps.direction)


def _pushes(run: Run, steps: Steps, loss: Tensor | Callable[[Tensor], Tensor] | None, batch: int) -> Tensor:
    """dL_t/dh_t of every step, (T, H), in sequence order."""
    length, units = len(steps.x), steps.cell.hidden_size
    if loss is None:
        return torch.full((length, units), units**-0.5, dtype=torch.float64)
    if isinstance(loss, Tensor):
        if tuple(loss.shape) not in ((units,), (length, units)):
            raise ValueError(f"dL_t/dh_t has shape {tuple(loss.shape)}; give ({units},) or ({length}, {units})")
        return loss.detach().double().expand(length, units)
    refuse_unless_function(loss)
    if steps.layer != len(run.layers) - 1:
        raise ValueError("a loss that is a function reads the top layer; for a lower one give dL_t/dh_t as a tensor")
    if run.network.readout is not None and run.network.bidirectional and run.network.read_at == "last":
        raise ValueError("a bidirectional network that is read at its last step gives one answer, not one per step")
    with torch.enable_grad():
        output = run.output[:, batch].clone().requires_grad_()
        y = output if run.network.readout is None else run.network.scores(output)
        values = loss(y.to(run.dtype))
        if not isinstance(values, Tensor) or tuple(values.shape) != (length,) or not values.requires_grad:
            raise ValueError(f"the loss must give {length} numbers, one for each step, that depend on the output")
        (pushes,) = torch.autograd.grad(values.sum(), output, allow_unused=True, materialize_grads=True)
    return pushes[:, :units]


@torch.no_grad()
def lane_sizes(steps: Steps, pushes: Tensor, of: str, rows: np.ndarray | None = None) -> np.ndarray:
    """log10 of ||dL_t / d(of)_k||, row t, column k, NaN for k > t; ``pushes``: dL_t/dh_t (T, H). In reading order.

    ``rows``: which t there are, ascending, with their ``pushes``; all unless given.
    """
    rows = np.arange(len(steps.x)) if rows is None else rows
    lanes = _Lanes(steps, pushes, of, rows)
    end, at_once = int(rows[-1]) + 1, max(1, min(AT_ONCE, NUMBERS // max(1, lanes.reaching.numel())))
    spans = [(first, min(first + at_once, end)) for first in range(0, end, at_once)]
    while spans:
        first, last = spans.pop()
        if not lanes.follow(first, last):  # beyond what float64 holds on the way: in single steps, each scaled anew
            spans += [(t, t + 1) for t in range(first, last)]
    # A lane is measured up to where it joins.
    reached = np.arange(len(steps.x)) <= rows[:, None]
    return np.where(reached, lanes.sizes.numpy().T, np.nan)


class _Lanes:
    """One lane (S,) per loss, S all units of all states, carried back through time a few steps at a time."""

    def __init__(self, steps: Steps, pushes: Tensor, of: str, rows: np.ndarray) -> None:
        self.linear, self.names, self.of, self.rows = steps.linear, told(steps.cell), of, rows
        self.widths = [count(steps.cell, name) for name in self.names]
        self.formed = steps.cell.not_a_vector(steps.cell.state) is None
        count_of_losses = len(pushes)
        self.exponents = torch.zeros(count_of_losses, dtype=torch.float64)
        pushes = pushes.clone()
        _rescale(pushes, self.exponents)  # a push of 1e200 has no norm either
        self.pushes = torch.zeros(count_of_losses, sum(self.widths), dtype=torch.float64)
        self.pushes.split(self.widths, -1)[self.names.index(steps.cell.output)].copy_(pushes)
        self.reaching = torch.zeros(count_of_losses, sum(self.widths), dtype=torch.float64)
        self.sizes = torch.full((len(steps.x), count_of_losses), torch.nan, dtype=torch.float64)  # (time, loss_time)

    def follow(self, first: int, last: int) -> bool:
        """Measure the lanes at the steps before ``last`` and pull them to before ``first``; all later steps are done.

        False, and nothing is changed but for powers of two, where a size leaves the range on the way.
        """
        begins = np.searchsorted(self.rows, np.arange(first, last + 1))  # the first lane that each step reaches
        joined, later = slice(begins[0], None), (begins - begins[0]).tolist()
        _rescale(self.reaching[joined], self.exponents[joined])
        way = torch.zeros(last - first + 1, *self.reaching[joined].shape, dtype=torch.float64)  # [0]: before ``first``
        way[-1] = self.reaching[joined]
        way[self.rows[begins[0] : begins[-1]] - first + 1, np.arange(later[-1])] = self.pushes[begins[0] : begins[-1]]
        totals = (self._by_blocks if self.formed else self._by_autograd)(way, first, later)
        if last - first > 1:
            largest = way.abs().amax(-1)
            if bool(((largest > LARGEST) | ((largest < SMALLEST) & (largest > 0))).any()):
                return False
        norms = torch.linalg.vector_norm(way[1:] if totals is None else totals, dim=-1)
        self.sizes[first:last, joined] = norms.log10_().add_(self.exponents[joined], alpha=LOG2)
        self.reaching[joined] = way[0]
        return True

    def _by_blocks(self, way: Tensor, first: int, later: list[int]) -> Tensor | None:
        """Pull the lanes from ``way[-1]`` to ``way[0]``, those from ``later[k]`` on at step k; then the total
        derivative (steps, lanes, N) by the state that is asked for, None for all of them."""
        last = first + len(way) - 1
        blocks = {key: block[:, 0].unbind() for key, block in self.linear.blocks(first, last).items()}
        parts = {name: part.unbind() for name, part in self._parts(way).items()}
        for k in reversed(range(last - first)):
            lanes = {name: part[k + 1][later[k] :] for name, part in parts.items()}
            for name, part in parts.items():
                ways = [(lanes[to], blocks[to, name][k]) for to in self.names if (to, name) in blocks]
                _pull(ways, part[k][later[k] :])
        return None if self.of == "state" else self._with_ways_within(self._parts(way[1:]), first, last)

    def _by_autograd(self, way: Tensor, first: int, later: list[int]) -> Tensor | None:
        """The same of a cell whose Jacobians are too large."""
        parts, by = self._parts(way), () if self.of == "state" else (self.of,)
        totals = torch.zeros_like(parts[self.of][1:]) if by else None
        for k in reversed(range(len(way) - 1)):
            joined = slice(later[k], None)
            if later[k] == way.shape[1]:  # no loss yet
                continue
            pulled = self.linear.pull(first + k, {name: part[k + 1][joined] for name, part in parts.items()}, by)
            if by:
                totals[k, joined] = pulled.pop(f"of {self.of}")
            for name, value in pulled.items():
                parts[name][k][joined] = value
        return totals

    def _parts(self, way: Tensor) -> State:
        return dict(zip(self.names, way.split(self.widths, -1), strict=True))

    def _with_ways_within(self, parts: State, first: int, last: int) -> Tensor:
        """What reaches the state that is asked for, with what passes through others within the step."""
        value = parts[self.of]
        for (to, name), block in self.linear.within(first, last).items():
            if name == self.of:
                add = torch.addcmul if block.ndim == 3 else torch.baddbmm
                value = add(value, parts[to], block if block.ndim == 3 else block[:, 0])
        return value


def _pull(ways: list[tuple[Tensor, Tensor]], out: Tensor) -> None:
    """out = sum of lanes @ d state_t / d before over the ``ways``, where a block (H,) stands for a diagonal one."""
    for number, (lanes, block) in enumerate(ways):
        if block.ndim == 1:
            out.addcmul_(lanes, block) if number else torch.mul(lanes, block, out=out)
        else:
            out.addmm_(lanes, block) if number else torch.mm(lanes, block, out=out)


def _rescale(lanes: Tensor, exponents: Tensor) -> None:
    """Bring every lane's largest entry to 1/2 ... 1, in place; an exact zero, an infinite one and NaN stay."""
    exponent = exponent_of(lanes.abs().amax(1))
    lanes.mul_(power_of_two(-exponent)[:, None])
    exponents.add_(exponent)
