"""What the panels about memory are asked to draw."""

import pytest
import torch

import rnnviz
from rnnviz.app.panels import networks_compared
from rnnviz.app.panels.networks_compared import Subjects
from rnnviz.app.stage.board import Board
from rnnviz.studies.delayed_recall import beside, subject_of
from rnnviz.subjects import Subject

LONG = " ".join(["what", "is", "the", "weather", "?"] * 40)


def sentence(model: str, text: str = "what time is it ?", **structure: object) -> dict[str, Subject]:
    return networks_compared.compared(rnnviz.subject(model, text=text, **structure))


def given(network: torch.nn.Module, *shape: int) -> dict[str, Subject]:
    x = torch.randn(*shape, generator=torch.Generator().manual_seed(7))
    return networks_compared.compared(rnnviz.subject(network, x))


def brought(kind: type[torch.nn.Module], *sizes: int, **more: object) -> torch.nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        return kind(*sizes, **more)


SOURCES = {
    "recall": beside(subject_of()),
    "recall, another seed and letter": beside(subject_of("GRU", 3, "C")),
    "a sentence": sentence("intents-lstm-small"),
    "a sentence, untrained": sentence("untrained", seed=4),
    "one word": sentence("intents-lstm-small", "play"),
    "one word that was never met": sentence("intents-lstm-small", "zzzz"),
    "two hundred words": sentence("intents-lstm-small", LONG),
    "a large network": sentence("intents-lstm-large", "will it rain in Taipei ?"),
    "a sequence typed for recall": sentence("recall-gru-seed1", "a 1 2 3"),
    "letters, untrained": networks_compared.compared(rnnviz.subject("untrained", task="recall", cell="ESN", example=3)),
    "two layers, two directions": sentence("slots-lstm-two-2-seed0", "from taipei to tainan"),
    "vectors of a task": networks_compared.compared(rnnviz.subject("switches-lstm", example=2)),
    "noise, float64": networks_compared.compared(rnnviz.subject("untrained", task="", cell="GRU", noise=1, length=12)),
    "a network that was given": given(brought(torch.nn.LSTM, 3, 5, num_layers=2, bidirectional=True), 9, 3),
    "one step of vectors": given(brought(torch.nn.GRU, 3, 4), 1, 3),
}
every_source = pytest.mark.parametrize("sources", SOURCES.values(), ids=SOURCES)


def board_for(sources: Subjects) -> Board:
    tokens = networks_compared.words(sources)
    return Board(tokens, [True] * len(tokens), units=1)
