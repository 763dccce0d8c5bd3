"""What the tests of a deep network's panels share."""

import pytest

from tests.labellers import labeller

XOR = {"task": "neighbour_xor", "layers": 2}
EVERY = [
    pytest.param(
        labeller(cell, directions, layers, name, weights=weights), id=f"{cell}-{directions}-{layers}-{weights}"
    )
    for cell, name, layers in (("RNN", "slots", 3), ("LSTM", "neighbour_xor", 2), ("GRU", "neighbour_xor", 4))
    for directions in ("one", "two")
    for weights in ("trained", "fresh")
]
every_subject = pytest.mark.parametrize("subject", EVERY)
