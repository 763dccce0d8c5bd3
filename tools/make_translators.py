"""Train the encoder-decoders that the project ships: assets/translators/*.safetensors with their cards.

Deterministic as ``make_models``, whose workers train them, too. Run it as ``make models``, or as
``python -m tools.make_translators dates-gru-attention`` for the names that begin so.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from rnnviz import checkpoints, training
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.subjects.sizes import EMBEDDING
from rnnviz.tasks import TRANSLATIONS, TranslationTask
from tools.make_models import settle

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
    network.eval()
    card = checkpoints.Card(
        name=recipe.name,
        task=recipe.task,
        options={},
        size=str(UNITS),
        network=network.structure,
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        seed=recipe.seed,
        updates=asked.updates,
        batch=asked.batch,
        learning_rate=asked.learning_rate,
        vocabulary=checkpoints.fingerprint(learnt),
        **training.measure(network, learnt) | {"held_out_loss": held_out_loss(network, learnt)},
    )
    checkpoints.save(network, card, folder)
    return card


def held_out_loss(network: EncoderDecoder, learnt: TranslationTask) -> float:
    """Of what it writes when it reads its own symbols."""
    return round(training.mean_loss(network, learnt, learnt.held_out()), 4)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.make_translators", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help="make only those whose names begin so; without any, all")
    parser.add_argument("--workers", type=int, default=2, help="processes that train at once (default: %(default)s)")
    parser.add_argument("--folder", type=Path, default=checkpoints.TRANSLATORS, help="where to (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    recipes = [recipe for recipe in RECIPES if recipe.name.startswith(tuple(chosen.names) or "")]
    if not recipes:
        parser.error(f"no encoder-decoder's name begins with {' or '.join(chosen.names)}")
    start = time.perf_counter()
    with ProcessPoolExecutor(chosen.workers, multiprocessing.get_context("spawn"), initializer=settle) as workers:
        for finished in as_completed([workers.submit(make, recipe, chosen.folder) for recipe in recipes]):
            card = finished.result()
            print(f"{card.name:<36} {card.parameters:>8,} parameters   {card.held_out_is} {card.held_out_accuracy:.1%}")
    print(f"{len(recipes)} encoder-decoders in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
