"""The shipped networks by what they are: from a structure to the name of its files, and back."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from rnnviz.checkpoints import MODELS, Card, read_card
from rnnviz.compute import once


class Structure(NamedTuple):
    """What tells one shipped network from another. ``start``: how the recurrent weights began."""

    task: str
    cell: str
    size: str = "small"
    layers: int = 1
    directions: str = "one"
    distance: int = 0
    start: str = "default"
    seed: int = 0
    series: str = ""


@once
def cards() -> dict[str, Card]:
    """Every shipped network's card, by name. Read once per process."""
    return {path.stem: read_card(path) for path in sorted(MODELS.glob("*.json"))}


@once
def sizes() -> dict[str, frozenset[str]]:
    """In which sizes there are shipped networks of each task."""
    tasks = {card.task for card in cards().values()}
    return {task: frozenset(card.size for card in cards().values() if card.task == task) for task in tasks}


@once
def structures() -> dict[Structure, str]:
    """The name of every shipped network, by its structure."""
    return {structure_of(card): name for name, card in cards().items()}


def structure_of(card: Card) -> Structure:
    network = card.network
    return Structure(
        card.task,
        network["cell"],
        card.size,
        network["num_layers"],
        "two" if network["bidirectional"] else "one",
        card.options.get("distance", 0),
        network.get("recurrent", "default"),
        card.seed,
        card.options.get("series", ""),
    )


def find(structure: Structure, fixed: Collection[str] = ()) -> str | None:
    """The name of the shipped network of this structure, or of the nearest one of its task, cell and directions.

    What gives way where nothing fits, in this order: the seed, the size, the layers, how the weights started, but none
    that is ``fixed``; None where there is no such network.
    """
    nearest: list[tuple[tuple, str]] = []
    same = {"task", "cell", "directions", "distance", "series", *fixed} & set(Structure._fields)
    for found, name in structures().items():
        if all(getattr(found, part) == getattr(structure, part) for part in same):
            far = tuple(
                getattr(found, part) != getattr(structure, part) for part in ("start", "layers", "size", "seed")
            )
            nearest.append(((far, found.layers, found.size != "small", found.seed), name))
    return min(nearest)[1] if nearest else None


def trainings(structure: Structure) -> list[Card]:
    """The cards of all trainings of one structure, by seed."""
    same = [name for found, name in structures().items() if found._replace(seed=structure.seed) == structure]
    return sorted((cards()[name] for name in same), key=lambda card: card.seed)
