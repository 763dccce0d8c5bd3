"""The card of a network that was trained to be shipped, written beside its weights."""

from __future__ import annotations

from pathlib import Path

from rnnviz import checkpoints, training
from rnnviz.attentive_network import AttentiveNetwork
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.network import Network
from rnnviz.tasks import Task, TranslationTask


def keep(
    network: Network | EncoderDecoder | AttentiveNetwork,
    learnt: Task | TranslationTask,
    asked: training.Recipe,
    folder: Path,
    *,
    name: str,
    task: str,
    size: str,
    options: dict[str, object] | None = None,
    **more: float,
) -> checkpoints.Card:
    """Measure a network that was trained as ``asked`` and write its two files into ``folder``; ``more``: fields of its
    card beside those that are measured of every network."""
    network.eval()
    card = checkpoints.Card(
        name=name,
        task=task,
        options=options or {},
        size=size,
        network=network.structure,
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        seed=asked.seed,
        updates=asked.updates,
        batch=asked.batch,
        learning_rate=asked.learning_rate,
        vocabulary=checkpoints.fingerprint(learnt),
        **training.measure(network, learnt) | more,
    )
    checkpoints.save(network, card, folder)
    return card
