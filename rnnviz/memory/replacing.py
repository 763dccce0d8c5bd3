r"""total_effect(model, a, b): how much of what a state varies hangs on each word, whatever the other words are.

Draw two independent batches a and b. Where x_k \leftarrow b_k is the sequence x with its word k taken from b,

    S_k(t) = E || h_t(a) - h_t(a_k \leftarrow b_k) ||^2  /  E || h_t(a) - h_t(b) ||^2

is the total-effect index of Sobol' (2001, Math. Comput. Simulat. 55:271), summed over units: the part of the variance
of h_t that remains when all words but k are known, E[Var(h_t | all but k)] / Var(h_t). Its numerator is estimated as by
Jansen (1999, Comput. Phys. Commun. 117:35); see Saltelli et al. (2010, Comput. Phys. Commun. 181:259). The denominator,
twice the variance, comes from the same pairs: it then hardly costs precision where one word decides nearly everything.

There is no order of words in it and no input that stands for "no word": every run reads what the batches hold.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn

from rnnviz.accepting import accept
from rnnviz.cells import Cell
from rnnviz.cells.coordinates import count, flat
from rnnviz.memory.revealing import causal_lanes, choose
from rnnviz.memory.sensitivity import states
from rnnviz.network import Network
from rnnviz.trace import Direction, Signal

# Numbers held at once while pairs are worked off in blocks; and the most effects (T x T) that are returned.
BLOCK, LARGEST = 2_000_000, 5_000 * 5_000


class TotalEffect(NamedTuple):
    """What ``total_effect`` returns. "source" is the position of the word, "time" that of the state.

    ``effect``: ("time", "source"), S_k(t). ``sum``: ("time",), over all words. ``effect_error`` and ``sum_error``: one
    standard error of each. ``variance``: ("time",), the state's own, summed over units.
    NaN at steps where the state does not vary beyond rounding: there is no part of nothing. See ``constant``.
    """

    effect: Signal
    effect_error: Signal
    sum: Signal
    sum_error: Signal
    variance: Signal

    @property
    def constant(self) -> Signal:
        """("time",), true where the state is the same whatever is read, so that no word has a part in it."""
        return Signal("constant", ("time",), self.variance.values == 0)


def total_effect(
    model: nn.Module,
    a: Tensor,
    b: Tensor,
    sequence: Tensor | None = None,
    *,
    of: str | None = None,
    layer: int | None = None,
    direction: Direction = "forward",
) -> TotalEffect:
    """The part of the variance of each state that hangs on each word.

    ``a``, ``b``: two batches of N >= 2 independent draws, token ids (T, N) or vectors (T, N, I), axes as ``model``
    takes them; draw n of ``a`` and of ``b`` make a pair. The words of a sequence should be independent of one another,
    or replacing one makes sequences that do not occur. ``of``: a state of the cell, by default its
    output. ``layer``: the top one unless it is said. All runs start from the network's own initial state.

    An index is in [0, 1] up to its standard error. The sum over words is at least 1, and exceeds 1 exactly as far as
    words act together: what hangs on two words at once counts for both. Exactly zero for a word that is not read yet,
    and in layers above a bidirectional one there is none.

    ``sequence``: one sequence, (T,) or (T, 1), at which all words but k are held, while word k is replaced by the
    batches' words: Var(h_t | the other words are the sequence's) / Var(h_t). That is this sequence's own term of the
    index: drawn like ``a``, its mean is the index, but for one sequence it is not bounded by 1, nor its sum from below.

    T (T + 1) / 2 steps of the cell for each pair, in blocks of pairs. The error is that of a ratio of two means, to
    first order in 1/N. Raises ValueError for shapes that differ, less than two pairs, what the network does not have,
    or too many steps.

    >>> import torch, rnnviz
    >>> a, b = torch.randn(2, 10, 64, 4)
    >>> rnnviz.memory.total_effect(torch.nn.GRU(4, 16), a, b).effect.axes
    ('time', 'source')
    """
    work = total_effect_bit_by_bit(model, a, b, sequence, of=of, layer=layer, direction=direction)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


@torch.no_grad()
def total_effect_bit_by_bit(
    model: nn.Module,
    a: Tensor,
    b: Tensor,
    sequence: Tensor | None = None,
    *,
    of: str | None = None,
    layer: int | None = None,
    direction: Direction = "forward",
) -> Generator[float, None, TotalEffect]:
    """``total_effect`` as a generator of the share that is done, for whoever shows progress or may give up."""
    network, a, _ = accept(model, a)
    _, b, _ = accept(model, b)
    if a.shape != b.shape:
        raise ValueError(f"a and b have shapes {tuple(a.shape)} and {tuple(b.shape)}; draw two batches of one shape")
    steps, pairs = a.shape[:2]
    if pairs < 2:
        raise ValueError("total_effect needs at least 2 pairs, better hundreds; a and b hold one sequence each")
    if steps * steps > LARGEST:
        raise ValueError(f"{steps:,} steps have {steps * steps:,} effects, the limit is {LARGEST:,}; give fewer steps")
    if sequence is not None:
        _, sequence, _ = accept(model, sequence)
        if sequence.shape[:2] != (steps, 1):
            raise ValueError(f"sequence has shape {tuple(sequence.shape)}; it must be one sequence of {steps} steps")
    layer = network.num_layers - 1 if layer is None else layer
    cell, of = choose(network, layer, direction, of)
    units = count(cell, of)
    moments = _Moments(steps)
    for block in torch.arange(pairs).split(max(1, BLOCK // (steps * max(steps, units)))):
        measuring = _distances(network, a[:, block], b[:, block], sequence, layer, direction, of)
        done, part = int(block[0]) / pairs, len(block) / pairs
        moments.add(*(yield from _scaled(measuring, done, part)))
    return moments.summary(pairs, of)


Distances = Generator[float, None, tuple[Tensor, Tensor, Tensor]]


def _scaled(measuring: Distances, done: float, part: float) -> Distances:
    """The same, its own share being that ``part`` of the whole which follows on what is ``done``."""
    while True:
        try:
            share = next(measuring)
        except StopIteration as end:
            return end.value
        yield done + part * share


def _distances(
    network: Network, a: Tensor, b: Tensor, sequence: Tensor | None, layer: int, direction: Direction, of: str
) -> Distances:
    """Of n pairs the squared distances (T, K, n) that replacing word k makes; those of a and b, and |h|^2, (T, n).

    Yields the share of its steps that is done.
    """
    steps, pairs = a.shape[:2]
    same = (a == b).flatten(2).all(-1) if a.ndim == 3 else a == b
    a, b = network.embed(a), network.embed(b)
    base, other = a, b
    if sequence is not None:
        base, other = network.embed(sequence).expand(-1, 2 * pairs, -1), torch.cat([a, b], 1)
    apart = a.new_zeros(steps, steps, pairs)

    def distance(replaced: Tensor, kept: Tensor) -> Tensor:
        if sequence is not None:
            replaced, kept = replaced[..., :pairs, :], replaced[..., pairs:, :]
        return (replaced - kept).square().sum(-1)

    if network.bidirectional and layer > 0:
        kept = _states(network, base, layer, direction, of)
        for words, replaced in _whole_lanes(network, base, other, layer, direction, of):
            apart[:, words] = distance(replaced, kept[:, None])
            yield (int(words[-1]) + 1) / steps
    else:
        backward, side = direction == "backward", network.directions.index(direction)
        cells: list[Cell] = [cells[side] for cells in list(network.layers)[: layer + 1]]
        starts = [network.initial_state(None, index, side, base) for index in range(layer + 1)]
        read = (base.flip(0), other.flip(0)) if backward else (base, other)
        for t, lanes in enumerate(causal_lanes(cells, _read(*read), starts, of)):
            apart[t, : t + 1] = distance(lanes[:-1], lanes[-1])
            yield ((t + 1) / steps) ** 2  # each step takes one lane more
        if backward:
            apart = apart.flip((0, 1))
    apart = apart.masked_fill(same, 0)  # rounding may tell two equal runs apart
    h, other_h = (_states(network, x, layer, direction, of) for x in (a, b))
    return apart, (h - other_h).square().sum(-1), (h.square() + other_h.square()).sum(-1)


def _read(base: Tensor, other: Tensor) -> Iterator[Tensor]:
    """What lanes 0 to t + 1 read at step t: ``base``, as the last one always does, and lane k ``other`` at k."""
    for t, x_t in enumerate(base):
        yield torch.cat([x_t.expand(t, *x_t.shape), other[t : t + 1], x_t[None]])


def _whole_lanes(
    network: Network, base: Tensor, other: Tensor, layer: int, direction: Direction, of: str
) -> Iterator[tuple[Tensor, Tensor]]:
    """Some words at a time, the states (T, K, M, H) with each of them replaced: what reads both ways cannot wait."""
    steps, batch = base.shape[:2]
    for words in torch.arange(steps).split(max(1, BLOCK // (steps * batch * network.hidden_size))):
        here = (torch.arange(steps)[:, None] == words)[..., None, None]
        x = torch.where(here, other[:, None], base[:, None]).flatten(1, 2)
        yield words, _states(network, x, layer, direction, of).unflatten(1, (len(words), batch))


def _states(network: Network, x: Tensor, layer: int, direction: Direction, of: str) -> Tensor:
    """(T, B, N) of a batch."""
    cell, _ = choose(network, layer, direction, of)
    return flat(cell, of, states(network, x, None, layer, direction)[of])


class _Moments:
    """Sums over pairs, of which the indices and their errors are made."""

    def __init__(self, steps: int) -> None:
        pairwise, single = torch.zeros(steps, steps, dtype=torch.float64), torch.zeros(steps, dtype=torch.float64)
        self.top, self.top_square, self.cross = (pairwise.clone() for _ in range(3))
        self.bottom, self.bottom_square, self.size, self.sum_square, self.sum_cross = (single.clone() for _ in range(5))

    def add(self, top: Tensor, bottom: Tensor, size: Tensor) -> None:
        top, bottom = top.double(), bottom.double()
        self.top += top.sum(-1)
        self.top_square += top.square().sum(-1)
        self.cross += torch.einsum("tkn,tn->tk", top, bottom)
        self.bottom += bottom.sum(-1)
        self.bottom_square += bottom.square().sum(-1)
        self.size += size.double().sum(-1)
        self.sum_square += top.sum(1).square().sum(-1)
        self.sum_cross += (top.sum(1) * bottom).sum(-1)
        self.precision = torch.finfo(size.dtype).eps

    def summary(self, pairs: int, of: str) -> TotalEffect:
        # What rounding alone makes of a state that never changes is not variance.
        still = (self.bottom <= (64 * self.precision) ** 2 * self.size) & self.size.isfinite()
        bottom = torch.where(still, 0, self.bottom)
        effect, effect_error = self._ratio(self.top, self.top_square, self.cross, bottom, pairs)
        total, total_error = self._ratio(self.top.sum(1), self.sum_square, self.sum_cross, bottom, pairs)
        both, symbol = ("time", "source"), rf"S_k({of}_t)"
        return TotalEffect(
            Signal("total effect", both, effect.numpy(), symbol),
            Signal("standard error", both, effect_error.numpy()),
            Signal("sum of total effects", ("time",), total.numpy(), rf"\sum_k {symbol}"),
            Signal("standard error", ("time",), total_error.numpy()),
            Signal("variance", ("time",), (bottom / (2 * pairs)).numpy(), rf"\mathrm{{Var}}\,{of}_t"),
        )

    def _ratio(self, top: Tensor, square: Tensor, cross: Tensor, bottom: Tensor, pairs: int) -> tuple[Tensor, Tensor]:
        """sum d / sum v over pairs, and its standard error: that of the mean of (d - ratio v) / mean v."""
        shape = (-1,) + (1,) * (top.ndim - 1)
        bottom, bottom_square = bottom.view(shape), self.bottom_square.view(shape)
        ratio = top / bottom
        spread = (square - 2 * ratio * cross + ratio.square() * bottom_square).clamp(min=0)
        return torch.where(bottom == 0, torch.nan, ratio), (spread * pairs / (pairs - 1)).sqrt() / bottom
