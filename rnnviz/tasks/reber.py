"""The embedded Reber grammar: predict the next symbol of strings whose last choice repeats their first.

Strings are walks through a graph, at each fork either way with equal chance (Reber 1967; embedded by Cleeremans,
Servan-Schreiber, McClelland 1989). In B T ... T E and B P ... P E the second T or P is that of the beginning, with a
whole string of the inner grammar in between: the one symbol that takes a long memory to predict (Hochreiter and
Schmidhuber 1997, Neural Computation 9(8):1735, experiment 1). Without an end to the stream, as Gers, Schmidhuber and
Cummins (2000, Neural Computation 12(10):2451) read it, the memory must also be cleared, and nobody says when.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from rnnviz.tasks.base import UNASKED, Batch, Task
from rnnviz.tasks.tokens import UNKNOWN, Vocabulary, normalize

SYMBOLS = ("B", "T", "P", "S", "X", "V", "E")
# The inner grammar: from each state, the symbols that may come and where they lead.
INNER = ("B1", "T2 P3", "S2 X4", "T3 V5", "X3 S6", "P4 V6", "E7")
LONGEST = 40  # longer strings, three in 100,000, are left out
LENGTH = 100
HELD_OUT, HELD_OUT_SEED = 256, 50
SHORTEST_HELD_OUT = 12  # there are few strings of fewer symbols: they are all trained on


def _embedded() -> Tensor:
    """The whole graph: (states, symbols), where each symbol leads, -1 where it may not come. E leads to the start."""
    inner = len(INNER)
    # Start, the first choice, two copies of the inner grammar that know it, the second choice of each, the end.
    start, choice, end = 0, 1, 2
    first = {"T": 3, "P": 3 + inner + 1}
    graph = torch.full((3 + 2 * (inner + 1), len(SYMBOLS)), -1)
    graph[start, SYMBOLS.index("B")] = choice
    graph[end, SYMBOLS.index("E")] = start
    for symbol, offset in first.items():
        graph[choice, SYMBOLS.index(symbol)] = offset
        graph[offset + inner, SYMBOLS.index(symbol)] = end
        for state, ways in enumerate(INNER):
            for way in ways.split():
                graph[offset + state, SYMBOLS.index(way[0])] = offset + int(way[1])
    return graph


GRAPH = _embedded()
CRITICAL = (GRAPH == 2).any(1)  # the states in which only a memory of the first choice tells what comes
CHANCES = (GRAPH >= 0).float()


def walk(steps: int, size: int, generator: torch.Generator) -> Tensor:
    """Streams of strings, one after another: symbols (steps, size), the first one the B of a string."""
    state, symbols = torch.zeros(size, dtype=torch.long), []
    for _ in range(steps):
        symbols.append(torch.multinomial(CHANCES[state], 1, generator=generator)[:, 0])
        state = GRAPH[state, symbols[-1]]
    return torch.stack(symbols)


def states_after(symbols: Tensor) -> Tensor:
    """The state of the grammar after each of ``symbols`` (T, B); -1 from the first one on that may not come."""
    ways = F.pad(GRAPH, (0, 1, 0, 1), value=-1).numpy()  # -1, state or symbol, is the last row and column: no way out
    states = np.zeros((len(symbols) + 1, symbols.shape[1]), dtype=np.int64)
    for t, symbol in enumerate(symbols.numpy()):
        states[t + 1] = ways[states[t], symbol]
    return torch.from_numpy(states[1:])


class Reber(Task):
    """One embedded string per sequence; at each symbol but the last, predict the next one.

    Most answers are drawn: of two symbols that may come, the better guess is right once in two. ``legal`` says which
    may come. The part "critical" asks for the second T or P alone, which a network without a memory gets right once in
    two. In a batch the rest of a shorter string is the unknown token, and not asked for.
    """

    name = "reber"
    title = "Which symbol comes next in a string?"
    writes = True
    readout = "every"
    labels = SYMBOLS
    examples = ("B T B T X S E T E", "B P B T X S E P E", "B T B P T T V P X V V E T E", "B P B P V V E P E")

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary((UNKNOWN, *map(normalize, SYMBOLS)))

    def legal(self, x: Tensor) -> Tensor:
        """The symbols that may come after each of the token ids ``x`` (T, B): (T, B, 7), True where one may.

        After a token that may not have come itself, and in the rest of a string, none may.
        """
        states = states_after(x - 1)
        return (GRAPH[states] >= 0) & (states >= 0)[..., None]

    def critical(self, x: Tensor) -> Tensor:
        """Whether the next symbol is the second T or P, at each of the token ids ``x``: (T, B)."""
        states = states_after(x - 1)
        return CRITICAL[states] & (states >= 0)

    def legal_share(self, output: Tensor, batch: Batch) -> float:
        """How often the symbol with the largest ``output`` (T, B, 7) is one that may come, where an answer is asked."""
        chosen = self.legal(batch.x).gather(-1, output.argmax(-1, keepdim=True))[..., 0]
        return chosen[batch.y != UNASKED].double().mean().item()

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """Strings (length of the longest, size), none of them held out."""
        strings: list[tuple[int, ...]] = []
        while len(strings) < size:
            strings += [string for string in draw(size - len(strings), generator) if string not in self._kept]
        return _batch(strings)

    def held_out(self) -> list[Batch]:
        """One batch of ``HELD_OUT`` different strings."""
        return [_batch(self._kept)]

    def subsets(self) -> dict[str, list[Batch]]:
        return {"critical": [Batch(x, y.where(self.critical(x), UNASKED)) for x, y in self.held_out()]}

    @cached_property
    def _kept(self) -> dict[tuple[int, ...], None]:
        """The strings that are held out. Not all that were drawn: some of every length are left to train on."""
        generator = torch.Generator().manual_seed(HELD_OUT_SEED)
        kept: dict[tuple[int, ...], bool] = {}
        while sum(kept.values()) < HELD_OUT:
            for string in draw(HELD_OUT, generator):
                coin = bool(torch.randint(2, (), generator=generator))
                kept.setdefault(string, coin and len(string) >= SHORTEST_HELD_OUT)
        return dict.fromkeys([string for string, held in kept.items() if held][:HELD_OUT])


class ContinualReber(Reber):
    """Strings one after another without a mark between them, read as one stream; predict the next symbol.

    A batch is ``length`` steps of as many streams, each from the start of a string. Held out are streams of their own;
    a single string of them may well occur in training.
    """

    name = "continual_reber"
    title = "Which symbol comes next in a stream?"
    examples = tuple(f"{one} {other}" for one, other in zip(Reber.examples, Reber.examples[1:], strict=False))

    def __init__(self, length: int = LENGTH) -> None:
        if length < 1:
            raise ValueError(f"length is {length}; it must be at least 1")
        self.length = length

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """Streams (length, size)."""
        symbols = walk(self.length + 1, size, generator)
        return Batch(symbols[:-1] + 1, symbols[1:])

    def held_out(self) -> list[Batch]:
        """One batch of ``HELD_OUT`` streams."""
        return [self.batch(HELD_OUT, torch.Generator().manual_seed(HELD_OUT_SEED))]


def draw(size: int, generator: torch.Generator) -> list[tuple[int, ...]]:
    """Strings of the embedded grammar, drawn symbol by symbol; those of more than LONGEST are left out."""
    streams = walk(LONGEST, size, generator)
    back = states_after(streams) == 0
    ends = back.int().argmax(0).tolist()
    columns = zip(streams.T.tolist(), ends, back.any(0).tolist(), strict=True)
    return [tuple(stream[: end + 1]) for stream, end, ended in columns if ended]


def strings_of(length: int, size: int, generator: torch.Generator) -> Tensor:
    """Strings of exactly ``length`` symbols (length, size), the first half T and the other P at their second symbol;
    each string of the inner grammar that long is as likely as among all that the grammar draws."""
    inner, end = length - 4, len(INNER)
    ways = [[(SYMBOLS.index(way[0]), int(way[1])) for way in state.split()] for state in INNER]
    # How likely the end is reached from a state in exactly so many steps: what a way is weighed by.
    reach = torch.zeros(inner + 1, end + 1, dtype=torch.float64)
    reach[0, end] = 1
    for steps in range(1, inner + 1):
        for state, out in enumerate(ways):
            reach[steps, state] = sum(reach[steps - 1, to] for _, to in out) / len(out)
    if length < 4 or not reach[inner, 0]:
        raise ValueError(f"no string of the grammar has {length} symbols")
    symbols = torch.empty(length, size, dtype=torch.long)
    first = torch.tensor([SYMBOLS.index("T"), SYMBOLS.index("P")]).repeat_interleave(-(-size // 2))[:size]
    symbols[0], symbols[1], symbols[-2], symbols[-1] = SYMBOLS.index("B"), first, first, SYMBOLS.index("E")
    for k in range(size):
        state = 0
        for t in range(inner):
            chances = torch.tensor([reach[inner - t - 1, to] for _, to in ways[state]])
            symbols[t + 2, k], state = ways[state][int(torch.multinomial(chances, 1, generator=generator))]
    return symbols


def _batch(strings: Collection[tuple[int, ...]]) -> Batch:
    """Strings side by side, as token ids and next symbols."""
    symbols = torch.full((max(map(len, strings)), len(strings)), -1)
    for column, string in enumerate(strings):
        symbols[: len(string), column] = torch.tensor(string)
    following = torch.cat([symbols[1:], torch.full_like(symbols[:1], -1)])
    return Batch(symbols + 1, following.where(following >= 0, UNASKED))
