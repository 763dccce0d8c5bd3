"""What a page needs of a network's cell: as in ``rnnviz.subjects.needs``, each says why it cannot be shown, or None."""

from __future__ import annotations

from rnnviz.cells import CELLS, Cell
from rnnviz.refusals import Refused
from rnnviz.subjects.loaded import Loaded, Reading


def a_reservoir(loaded: Loaded, reading: Reading) -> Refused | None:
    network = loaded.network
    if network.cell != "ESN" or network.embedding is not None or network.input_size != 1:
        return Refused("This page is about an echo state network (ESN) that reads one number per step. Choose one.")
    return None


def a_table(loaded: Loaded, reading: Reading) -> Refused | None:
    if not {"k", "v", "S"} <= set(loaded.network.layers[0][0].quantities):
        return Refused(
            "The state of the {cell} is no table of values under keys. Choose a DeltaNet.", cell=loaded.network.cell
        )
    return None


def a_keep_gate(loaded: Loaded, reading: Reading) -> Refused | None:
    """One that keeps a vector of real numbers, unit by unit."""
    if _keeps_units(type(loaded.network.layers[0][0])):
        return None
    return Refused(
        "The {cell} has no gate that keeps its state unit by unit, so there is no product of gates. Cells that have "
        "one: {cells}.",
        cell=loaded.network.cell,
        cells=", ".join(name for name, kind in CELLS.items() if _keeps_units(kind)),
    )


def _keeps_units(cell: type[Cell]) -> bool:
    return cell.keeps is not None and cell.not_a_vector((cell.keeps.state,)) is None
