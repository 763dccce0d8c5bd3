"""The networks that sort sentences, as most tests look at them."""

from rnnviz.subjects import Subject


def intents(
    cell: str = "LSTM",
    size: str = "small",
    text: str = "what time is it ?",
    weights: str = "trained",
    seed: int = 0,
) -> Subject:
    """Shipped where such a network is and ``weights`` are "trained"; else drawn from ``seed``."""
    trained = weights == "trained"
    return Subject().with_(cell=cell, size=size, text=text, trained=trained, **({} if trained else {"seed": seed}))
