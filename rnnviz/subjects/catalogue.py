"""The shipped networks by what they are: from a structure to the name of its files, and back."""

from __future__ import annotations

from typing import NamedTuple

from rnnviz.checkpoints import MODELS, Card, read_card
from rnnviz.once import once


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


@once
def cards() -> dict[str, Card]:
    """Every shipped network's card, by name. Read once per process."""
    return {path.stem: read_card(path) for path in sorted(MODELS.glob("*.json"))}


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
    )


def find(structure: Structure) -> str | None:
    """The name of the shipped network of this structure.

    A size in which the cell is not shipped gives way where the task has only one per cell, and so does a seed of which
    there is only one training; None where that leaves no network, or several.
    """
    exact = structures().get(structure)
    if exact is not None:
        return exact
    for loose in ({"seed": 0}, {"seed": 0, "size": None}):
        wanted = structure._replace(**loose)
        fitting = [name for found, name in structures().items() if _fits(found, wanted)]
        if len(fitting) == 1:
            return fitting[0]
    return None


def _fits(found: Structure, wanted: Structure) -> bool:
    return all(want is None or value == want for value, want in zip(found, wanted, strict=True))


def trainings(structure: Structure) -> list[Card]:
    """The cards of all trainings of one structure, by seed."""
    same = [name for found, name in structures().items() if found._replace(seed=structure.seed) == structure]
    return sorted((cards()[name] for name in same), key=lambda card: card.seed)
