"""Digits in pen strokes, drawn by rule and read row by row, as a scanner does: which digit is it?

Each digit has one or two skeletons, control points of a pen's path, that are written down here. What is drawn from them
differs in every point of the pen, in slant, turn, width, height, place and thickness.
"""

from __future__ import annotations

import itertools
import math
from functools import cached_property

import torch
from torch import Tensor

from rnnviz.tasks.base import Batch
from rnnviz.tasks.reals import VectorTask

SIZE = 16  # rows, which are the time steps, and columns, which are the channels
HELD_OUT, HELD_OUT_SEED = 1024, 50
HIGH, RADIUS = 0.72, 0.0525  # of a digit that a visitor draws: how long its longer side is, and half a pen's width
LEAST = 0.05  # of a pad: what is smaller is a dot and stays one
BETWEEN = 2  # straight pieces between two control points

Path = list[tuple[float, float]]
# By digit, each a list of pen paths from left to right (0 to 1) and from top to bottom (0 to 1): smooth, and with a
# corner where a point is given twice.
SKELETONS: list[tuple[str, list[Path]]] = [
    ("0", [
        [(0.5, 0), (0.18, 0.2), (0.12, 0.5), (0.2, 0.82), (0.5, 1), (0.8, 0.82), (0.88, 0.5), (0.82, 0.2),
         (0.5, 0)],
    ]),
    ("0", [
        [(0.55, 0), (0.3, 0.12), (0.22, 0.5), (0.3, 0.9), (0.52, 1), (0.72, 0.88), (0.78, 0.5), (0.7, 0.1),
         (0.5, 0)],
    ]),
    ("1", [[(0.25, 0.25), (0.55, 0), (0.55, 0), (0.55, 0.5), (0.55, 1)]]),
    ("1", [[(0.5, 0), (0.5, 0.5), (0.5, 1)]]),
    ("1", [[(0.3, 0.2), (0.52, 0), (0.52, 0), (0.52, 1)], [(0.22, 1), (0.82, 1)]]),
    ("2", [
        [(0.15, 0.22), (0.3, 0.03), (0.6, 0), (0.82, 0.18), (0.75, 0.45), (0.4, 0.75), (0.12, 1), (0.12, 1),
         (0.9, 1)],
    ]),
    ("2", [[(0.18, 0.2), (0.45, 0), (0.8, 0.12), (0.78, 0.42), (0.45, 0.72), (0.18, 0.98), (0.35, 0.88), (0.88, 1)]]),
    ("3", [
        [(0.15, 0.1), (0.5, 0), (0.8, 0.18), (0.65, 0.42), (0.4, 0.48), (0.4, 0.48), (0.75, 0.58), (0.82, 0.8),
         (0.5, 1), (0.12, 0.88)],
    ]),
    ("3", [
        [(0.15, 0), (0.8, 0), (0.8, 0), (0.42, 0.42), (0.42, 0.42), (0.8, 0.58), (0.8, 0.85), (0.5, 1),
         (0.12, 0.9)],
    ]),
    ("4", [[(0.65, 1), (0.65, 0), (0.65, 0), (0.08, 0.68), (0.08, 0.68), (0.92, 0.68)]]),
    ("4", [[(0.2, 0), (0.14, 0.5), (0.14, 0.5), (0.85, 0.52)], [(0.68, 0), (0.68, 1)]]),
    ("5", [
        [(0.82, 0), (0.25, 0), (0.25, 0), (0.2, 0.45), (0.2, 0.45), (0.55, 0.38), (0.82, 0.62), (0.75, 0.9),
         (0.45, 1), (0.12, 0.9)],
    ]),
    ("6", [
        [(0.72, 0), (0.4, 0.2), (0.2, 0.55), (0.22, 0.85), (0.5, 1), (0.8, 0.85), (0.78, 0.6), (0.5, 0.48),
         (0.22, 0.65)],
    ]),
    ("6", [[(0.45, 0), (0.25, 0.35), (0.18, 0.75), (0.4, 1), (0.75, 0.95), (0.8, 0.7), (0.55, 0.55), (0.22, 0.72)]]),
    ("7", [[(0.1, 0), (0.88, 0), (0.88, 0), (0.6, 0.45), (0.4, 1)]]),
    ("7", [[(0.1, 0.02), (0.88, 0), (0.88, 0), (0.55, 0.5), (0.42, 1)], [(0.28, 0.5), (0.75, 0.5)]]),
    ("8", [
        [(0.75, 0.12), (0.45, 0), (0.2, 0.18), (0.35, 0.42), (0.7, 0.6), (0.8, 0.85), (0.5, 1), (0.18, 0.85),
         (0.3, 0.6), (0.68, 0.4), (0.78, 0.18), (0.72, 0.1)],
    ]),
    ("8", [
        [(0.5, 0.47), (0.25, 0.35), (0.25, 0.1), (0.5, 0), (0.76, 0.1), (0.76, 0.35), (0.5, 0.47), (0.2, 0.65),
         (0.2, 0.9), (0.5, 1), (0.8, 0.9), (0.8, 0.65), (0.5, 0.47)],
    ]),
    ("9", [
        [(0.78, 0.3), (0.6, 0.48), (0.3, 0.45), (0.2, 0.22), (0.42, 0), (0.72, 0.05), (0.8, 0.28), (0.75, 0.65),
         (0.6, 1)],
    ]),
    ("9", [[(0.78, 0.25), (0.55, 0.5), (0.25, 0.4), (0.22, 0.12), (0.52, 0), (0.78, 0.15), (0.78, 0.15), (0.78, 1)]]),
]  # fmt: skip


class Strokes(VectorTask):
    """A digit on 16 × 16 places, 1 where there is ink and 0 where there is none; one row comes in at each step, from
    the top, and the digit is told at the last.

    All digits and, of a digit, all its skeletons are equally likely.
    """

    name = "strokes"
    title = "Which digit is drawn?"
    readout = "last"
    channels = tuple(f"c{column + 1}" for column in range(SIZE))
    labels = tuple("0123456789")

    @cached_property
    def _pens(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Of all skeletons: control points (V, K, 2); the straight pieces' ends as mixtures of them (V, S, 2, K); and
        by digit (10,) the first of its own, which stand together, and how many it has."""
        points = [[point for path in paths for point in path] for _digit, paths in SKELETONS]
        most = max(map(len, points))
        controls = torch.tensor([row + row[-1:] * (most - len(row)) for row in points])
        pieces = [mixtures([len(path) for path in paths], most) for _digit, paths in SKELETONS]
        longest = max(map(len, pieces))
        pieces = [torch.cat([piece, piece[-1:].expand(longest - len(piece), -1, -1)]) for piece in pieces]
        digits = [digit for digit, _paths in SKELETONS]
        first = torch.tensor([digits.index(label) for label in self.labels])
        return controls, torch.stack(pieces), first, torch.tensor([digits.count(label) for label in self.labels])

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A batch (SIZE, size, SIZE) and its digits (size,)."""
        y = torch.randint(len(self.labels), (size,), generator=generator)
        return Batch(self.draw(y, generator), y)

    def draw(self, digits: Tensor, generator: torch.Generator) -> Tensor:
        """Each of ``digits`` (B,) drawn anew: (SIZE rows, B, SIZE columns)."""
        controls, pieces, first, several = self._pens
        count = len(digits)
        rand = torch.rand(count, 8, generator=generator)
        style = first[digits] + (rand[:, 0] * several[digits]).long()
        points = controls[style] + 0.035 * torch.randn(count, *controls.shape[1:], generator=generator)
        ends = torch.einsum("bsek,bkd->bsed", pieces[style], points) - 0.5
        slant, turn = 0.7 * rand[:, 1] - 0.25, 0.4 * rand[:, 2] - 0.2
        wide, high = 0.42 + 0.28 * rand[:, 3], 0.58 + 0.28 * rand[:, 4]
        x = ends[..., 0] - slant[:, None, None] * ends[..., 1]
        x, y = wide[:, None, None] * x, high[:, None, None] * ends[..., 1]
        cos, sin = turn.cos()[:, None, None], turn.sin()[:, None, None]
        ends = torch.stack([cos * x - sin * y, sin * x + cos * y], -1)
        ends = ends + 0.5 + 0.14 * (rand[:, None, None, 5:7] - 0.5)
        return ink(ends, 0.03 + 0.045 * rand[:, 7]).permute(1, 0, 2).contiguous()

    def held_out(self) -> list[Batch]:
        """One batch of ``HELD_OUT`` digits, from a stream of its own."""
        return [self.batch(HELD_OUT, torch.Generator().manual_seed(HELD_OUT_SEED))]


def redrawn(paths: list[Path]) -> Tensor:
    """Paths of a visitor's pen, points from 0 to 1, as the task draws its own: (SIZE, 1, SIZE). The whole is moved to
    the middle, its longer side made ``HIGH`` and the pen as thick as in the middle of what is drawn."""
    pieces = [pair for path in paths for pair in (itertools.pairwise(path) if len(path) > 1 else [(path[0], path[0])])]
    ends = torch.tensor(pieces)
    low, high = ends.flatten(0, 1).amin(0), ends.flatten(0, 1).amax(0)
    scale = HIGH / max(float((high - low).max()), LEAST)
    return ink((0.5 + scale * (ends - (low + high) / 2))[None], torch.tensor([RADIUS])).permute(1, 0, 2).contiguous()


def mixtures(lengths: list[int], most: int) -> Tensor:
    """The straight pieces of smooth paths through ``lengths`` control points each, as weights of these, of ``most``:
    (S, 2 ends, most). Catmull and Rom's cubic, which passes through its points and is linear in them."""
    pieces, first = [], 0
    for length in lengths:
        last = first + length - 1
        places = [span + k / BETWEEN for span in range(first, last) for k in range(BETWEEN)] + [float(last)]
        rows = [_mixture(place, first, last, most) for place in places]
        pieces += [torch.stack(pair) for pair in itertools.pairwise(rows)]
        first = last + 1
    return torch.stack(pieces)


def _mixture(place: float, first: int, last: int, most: int) -> Tensor:
    k = min(math.floor(place), last - 1) if last > first else first
    t = place - k
    weights = (
        (-t + 2 * t**2 - t**3) / 2,
        (2 - 5 * t**2 + 3 * t**3) / 2,
        (t + 4 * t**2 - 3 * t**3) / 2,
        (t**3 - t**2) / 2,
    )
    row = torch.zeros(most)
    for neighbour, weight in zip(range(k - 1, k + 3), weights, strict=True):
        row[min(max(neighbour, first), last)] += weight
    return row


def ink(ends: Tensor, radius: Tensor) -> Tensor:
    """Straight pieces (B, S, 2 ends, 2), in a square from 0 to 1, as ink on SIZE × SIZE places, (B, rows, columns):
    1 within ``radius`` (B,) of one, 0 half a place further out."""
    middle = (torch.arange(SIZE) + 0.5) / SIZE
    (x, y), (along_x, along_y) = (pair.unbind(-1) for pair in (ends[:, :, 0], ends[:, :, 1] - ends[:, :, 0]))
    right = middle - x[..., None]  # (B, S, columns)
    down = middle - y[..., None]  # (B, S, rows)
    length = along_x.square() + along_y.square() + 1e-12
    share = (right * (along_x / length)[..., None])[:, :, None] + (down * (along_y / length)[..., None])[..., None]
    share = share.clamp_(0, 1)
    across = (right[:, :, None] - share * along_x[..., None, None]).square_()
    nearest = across.add_((down[..., None] - share * along_y[..., None, None]).square_()).amin(1).sqrt_()
    return (1 + (radius[:, None, None] - nearest) * SIZE).clamp_(0, 1)
