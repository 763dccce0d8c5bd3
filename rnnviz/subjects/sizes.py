"""How many hidden units a cell has in a size, so that comparing cells is fair."""

from __future__ import annotations

import bisect
from collections.abc import Mapping

import torch

from rnnviz.cells import CELLS, Cell
from rnnviz.compute import once
from rnnviz.refusals import Refused
from rnnviz.subjects.limits import MOST_IN_STATE, MOST_UNITS
from rnnviz.tasks import TASKS, TRANSLATIONS, Task

EMBEDDING = 16
# Hidden units of an LSTM of each size; other cells get as many units as bring them nearest to its number of weights.
COUNTED = 20  # the units of cells whose weights are counted
SIZES: dict[str, int] = {"small": 16, "medium": 48, "large": 128}


def task(name: str, distance: int = 0, series: str = "", **options: int) -> Task:
    """The one instance of a task: its sentences are built once per process. ``distance``: 0 where it has none;
    ``series``: likewise ""; ``options``: what else it is made with."""
    given = options | {"distance": distance, "series": series}
    return _task(name, tuple(sorted((option, value) for option, value in given.items() if value)))


@once
def _task(name: str, options: tuple[tuple[str, int | str], ...]) -> Task:
    return (TASKS | TRANSLATIONS)[name](**dict(options))


def units_of(cell: str, size: str, task_name: str) -> int:
    """Hidden units per layer and direction: a name in SIZES, or a number of units as it is.

    No more than ``most_units``, which a cell without W_hh would leave far behind.

    Raises Refused for what is neither.
    """
    if size in SIZES:
        return _fair_units(cell, size, task_name)
    most = most_units(cell)
    if size.isascii() and size.isdigit() and len(size) <= 4 and most < int(size) <= MOST_UNITS:
        raise Refused(
            "With {units} units a state of the {cell} is a matrix of {count} numbers, and {allowed} are allowed. "
            "Choose up to {most} units.",
            units=int(size),
            cell=cell,
            count=f"{in_matrices(CELLS[cell](1, int(size))):,}",
            allowed=f"{MOST_IN_STATE:,}",
            most=most,
        )
    if not (size.isascii() and size.isdigit() and len(size) <= 4 and 1 <= int(size) <= MOST_UNITS):
        raise Refused(
            "There is no size {size}. Choose one of: {choices}; or a number of units up to {most}.",
            size=size[:40],
            choices=", ".join(SIZES),
            most=MOST_UNITS,
        )
    return int(size)


def refuse_state(cell: str, units: int, options: Mapping[str, object]) -> None:
    """Raise Refused for a cell whose ``options`` make its state a matrix of more numbers than are shown."""
    asked = {name: options[name] for name in ("keys", "numbers") if name in options}
    for name, value in asked.items():
        count = in_matrices(CELLS[cell](1, units, generator=torch.Generator(), **asked))
        if count > MOST_IN_STATE:
            raise Refused(
                "With {units} units and {field} {value} a state of the {cell} is a matrix of {count} numbers, and "
                "{allowed} are allowed. Choose at most {most} here, or fewer units.",
                units=units,
                field=name,
                value=value,
                cell=cell,
                count=f"{count:,}",
                allowed=f"{MOST_IN_STATE:,}",
                most=MOST_IN_STATE // units,
            )


def in_matrices(cell: Cell) -> int:
    """How many numbers the largest matrix among a cell's quantities has; 0 where none is a matrix."""
    widths = (cell.width(name) for name, quantity in cell.quantities.items() if len(quantity.shape) > 1)
    return max(widths, default=0)


@once
def most_units(cell: str) -> int:
    """How many units a cell may have: MOST_UNITS, or fewer where its state is a matrix."""
    draw = torch.Generator()

    def numbers(units: int) -> int:
        return in_matrices(CELLS[cell](1, units, generator=draw))

    return bisect.bisect_right(range(1, MOST_UNITS + 1), MOST_IN_STATE, key=numbers) if numbers(1) else MOST_UNITS


@once
def _fair_units(cell: str, size: str, task_name: str) -> int:
    """Counted are the cell's weights and the readout's; the embedding is the same for all."""
    answers = task(task_name).output_size if task_name else 0

    def weights(name: str, units: int) -> int:
        # They grow with the square of the units, so the counts of three small cells tell all others; not of the
        # smallest, whose matrices may still grow in both directions.
        draw = torch.Generator()
        one, two, three = (
            sum(p.numel() for p in CELLS[name](EMBEDDING, size, generator=draw).parameters())
            for size in range(COUNTED, COUNTED + 3)
        )
        more = units - COUNTED
        return one + more * (two - one) + more * (more - 1) // 2 * (three - 2 * two + one) + units * answers

    wanted = weights("LSTM", SIZES[size])
    above = bisect.bisect_left(range(1, most_units(cell)), wanted, key=lambda units: weights(cell, units)) + 1
    return min((above, above - 1), key=lambda units: abs(weights(cell, units) - wanted))
