"""How much memory one analysis may ask for: what would need more is refused before it starts, with a way out."""

from __future__ import annotations

import numpy as np

# Set it to another number of bytes to allow more or less.
BYTES = 4 * 2**30


def refuse_beyond(needed: int, what: str, instead: str) -> None:
    """ValueError, before the work begins: how much ``what`` needs, and what to do ``instead``."""
    if needed > BYTES:
        raise ValueError(
            f"{what} would take about {needed / 2**30:,.1f} GB of memory, and rnnviz.budget.BYTES allows "
            f"{BYTES / 2**30:,.1f} GB; {instead}, or raise that limit"
        )


def chosen(length: int, last: int | None, every: int = 1) -> np.ndarray:
    """Which of ``length`` steps are asked for, ascending: of the ``last`` ones (all if None) each ``every``-th.

    Counted back from the last step, which is always one of them. Raises ValueError for a number below 1, TypeError for
    what is none; ``last`` may be more than there are.
    """
    for name, value in (("last", last), ("every", every)):
        if value is None and name == "last":
            continue
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise TypeError(f"{name} is {value!r}; it is a whole number of steps")
        if value < 1:
            raise ValueError(f"{name} is {value}; it must be at least 1")
    first = 0 if last is None else max(0, length - int(last))
    return np.arange(length - 1, first - 1, -int(every))[::-1].copy()
