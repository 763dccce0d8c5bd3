"""The encoder-decoders that the project ships: assets/translators, trained by ``tools.make_models``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import torch

from rnnviz import checkpoints, training
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.subjects.sizes import EMBEDDING
from rnnviz.tasks import TRANSLATIONS, TranslationTask
from tools.cards import keep

UNITS = 48  # of the encoder, per direction; the decoder has twice as many


@dataclass(frozen=True)
class Recipe:
    """One shipped encoder-decoder. All have one seed."""

    name: str
    attention: bool
    updates: int = 2000
    teacher_forcing: float = 1.0
    task: str = "dates"
    cell: str = "GRU"
    seed: int = 0

    @property
    def training(self) -> training.Recipe:
        usual = training.Recipe(self.updates, 64, learning_rate=5e-3, schedule="linear", seed=self.seed)
        return replace(usual, teacher_forcing=self.teacher_forcing)

    def network(self) -> EncoderDecoder:
        """As it is before its first update."""
        learnt = TRANSLATIONS[self.task]()
        return EncoderDecoder(
            self.cell,
            EMBEDDING,
            UNITS,
            vocabulary_size=learnt.input_size,
            output_size=learnt.output_size,
            longest=learnt.longest,
            attention=self.attention,
            generator=torch.Generator().manual_seed(self.seed),
        )


# With one budget attention learns the task and one vector does not; in twice that it comes near. Each once more without
# teacher forcing, from the same weights and on the same batches.
TOLD = [
    Recipe("dates-gru-vector-longer", False, 4000),
    Recipe("dates-gru-attention", True),
    Recipe("dates-gru-vector", False),
]
RECIPES = TOLD + [replace(recipe, name=f"{recipe.name}-own", teacher_forcing=0.0) for recipe in TOLD]


def make(recipe: Recipe, folder: Path = checkpoints.TRANSLATORS) -> checkpoints.Card:
    """Train one and write its two files into ``folder``."""
    learnt, network, asked = TRANSLATIONS[recipe.task](), recipe.network(), recipe.training
    for _ in training.Training(network, learnt, asked, per_decade=0):
        pass
    loss = held_out_loss(network.eval(), learnt)
    names = {"name": recipe.name, "task": recipe.task, "size": str(UNITS)}
    return keep(network, learnt, asked, folder, **names, held_out_loss=loss)


def held_out_loss(network: EncoderDecoder, learnt: TranslationTask) -> float:
    """Of what it writes when it reads its own symbols."""
    return round(training.mean_loss(network, learnt, learnt.held_out()), 4)
