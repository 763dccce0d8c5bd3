"""The networks that sort sentences, as most tests look at them."""

import rnnviz
from rnnviz.cells import TRIO
from rnnviz.subjects import Subject


def intents(
    cell: str = "LSTM",
    size: str = "small",
    text: str = "what time is it ?",
    weights: str = "trained",
    seed: int = 0,
) -> Subject:
    """Shipped where such a network is and ``weights`` are "trained"; else drawn from ``seed``."""
    if weights == "trained" and cell in TRIO:
        return rnnviz.subject(f"intents-{cell}-{size}".lower(), text=text)
    return rnnviz.subject("untrained", cell=cell, size=size, seed=seed, text=text)
