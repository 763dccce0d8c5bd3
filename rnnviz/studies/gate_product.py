"""Is the gradient through time the product of the gates that keep? Both, for every cell that has such a gate.

The schematic picture of textbooks: what is left at step t of a gradient at the last step is the product of the keep
gates between. That is one of the ways back, the one through the state's own line. It is the whole gradient where
neither gate nor candidate hears the old state.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple

import numpy as np

from rnnviz.cells import CELLS
from rnnviz.gradients.backpropagation import curves_of, reached
from rnnviz.gradients.following import follow
from rnnviz.subjects import Noise, Subject, Untrained

REFERENCE = "minGRU"
UNITS = 16
SEEDS = range(20)
# Those whose gate keeps a vector of real numbers; the product is taken unit by unit.
KEEPERS = tuple(
    name for name, cell in CELLS.items() if cell.keeps is not None and cell.not_a_vector((cell.keeps.state,)) is None
)


class Product(NamedTuple):
    """log10 of sizes, one number per step, of what reaches a state from a push on the last output.

    ``exact``: |dL/ds_t|, the norm over units of the total derivative. ``product``: what is left there of the gradient
    at the step that is read last if it is only multiplied by the keep gates of each unit on the way back. Both in the
    order of the sequence.
    """

    exact: np.ndarray
    product: np.ndarray

    @property
    def ratio(self) -> np.ndarray:
        """log10 of product / exact."""
        with np.errstate(invalid="ignore"):
            return self.product - self.exact


def subject_of(cell: str, seed: int, steps: int) -> Subject:
    """An untrained network of ``UNITS`` units that reads white noise, whose first step is ``steps`` before its last."""
    return Subject(Untrained(cell, str(UNITS), "", seed), Noise(length=steps + 1, seed=seed))


def measure(subject: Subject, layer: int | None = None) -> Product:
    """Of one layer, the top one unless given, in the network's first direction; ValueError for a cell without a gate
    that keeps. What is pushed, or whose loss it is: see ``Subject.objective``."""
    network, x = subject.network(), subject.input()
    side, keeps = network.directions[0], network.layers[-1][0].keeps
    if keeps is None:
        raise ValueError(f"{subject.cell} has no gate that keeps its state; take one of {', '.join(KEEPERS)}")
    found = reached(network, x, subject.objective, None, layer, side, follow(network, x))
    exact = curves_of(found)[keeps.state].values[:, 0]
    last = found.states[keeps.state][-1, 0].abs().double().numpy() * 2.0 ** float(found.flow.exponents[-1, 0])
    product = chained(last, keeps.kept(found.steps.quantities)[:, 0].double().numpy())
    return Product(exact, product if side == "forward" else product[::-1])


def chained(last: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """log10 of the norm of ``last`` (H,) times the product of all later rows of ``kept`` (T, H), at every step (T,).

    Added up as logarithms, so that 1e-500 is a number.
    """
    with np.errstate(divide="ignore"):
        logs = np.log10(np.abs(kept[1:]))
        sizes = np.log10(last) + np.concatenate([logs[::-1].cumsum(0)[::-1], np.zeros((1, kept.shape[1]))])
    largest = np.where(np.isfinite(sizes.max(1)), sizes.max(1), 0.0)
    with np.errstate(divide="ignore"):
        return largest + 0.5 * np.log10((10.0 ** (2 * (sizes - largest[:, None]))).sum(1))


def over_seeds(cell: str, steps: int) -> Generator[float, None, np.ndarray]:
    """``Product.ratio`` of every seed, (seeds, T), as a generator of the share that is done."""
    ratios = []
    for seed in SEEDS:
        ratios.append(measure(subject_of(cell, seed, steps)).ratio)
        yield len(ratios) / len(SEEDS)
    return np.array(ratios)
