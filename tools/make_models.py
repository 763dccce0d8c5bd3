"""Train all networks that the project ships: assets/models, assets/translators and assets/attentive with their cards,
assets/runs and assets/sweeps.

Deterministic: the same code, seed, torch build and kind of processor give the same files, whatever the number of worker
processes. Run it as ``make models``, or as ``python -m tools.make_models neighbour-xor recall-lstm`` for the names that
begin so.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from rnnviz import checkpoints, training
from rnnviz.studies import lstm_history
from rnnviz.subjects import attentive
from rnnviz.subjects.sizes import task
from rnnviz.sweeps.processes import settle
from rnnviz.training import last_weights, run_files
from tools import sweep_files, translators
from tools.attentive import make as make_attentive
from tools.cards import keep
from tools.recipes import RECIPES, Recipe

MOST_WORKERS = 8
# Whose training is shipped too, with so many snapshots from each power of ten of updates to the next: fewer where the
# embedding of a whole vocabulary would be in each of them.
RUNS = {"recall-rnn-seed0": 8, "recall-lstm-seed0": 8, "recall-gru-seed0": 8, "intents-lstm-small": 3}


def make(recipe: Recipe, folder: Path = checkpoints.MODELS) -> checkpoints.Card:
    """Train one network and write its two files into ``folder``, and those of its run beside it, into "runs"."""
    learnt, network = task(recipe.task, **recipe.options), recipe.network()
    run = training.Training(network, learnt, recipe.training, per_decade=RUNS.get(recipe.name, 0))
    progress = list(run)
    if run.snapshots:
        run_files.save(run, progress, recipe.name, recipe.options, folder.parent / run_files.RUNS.name)
    names = {"name": recipe.name, "task": recipe.task, "size": recipe.size, "options": recipe.options}
    return keep(lstm_history.plain(network), learnt, recipe.training, folder, **names)


def progress_bar(done: int, total: int, label: str, width: int = 32) -> None:
    if not sys.stderr.isatty():
        return
    filled = width * done // total
    print(f"\r{'█' * filled}{'·' * (width - filled)} {100 * done // total:3d} %  {label:<36}", end="", file=sys.stderr)


def told(card: checkpoints.Card) -> str:
    scores = f"{card.held_out_is} {card.held_out_accuracy:.1%}"
    scores += "" if card.test_accuracy is None else f"   test {card.test_accuracy:.1%}"
    return f"\r{card.name:<36} {card.parameters:>8,} parameters   {scores}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.make_models", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help="make only what has a name that begins so; without any, all")
    cores = min(os.cpu_count() or 1, MOST_WORKERS)
    parser.add_argument(
        "--workers", type=int, default=cores, help="processes that train at once (default: %(default)s)"
    )
    parser.add_argument("--folder", type=Path, default=checkpoints.MODELS, help="where to (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    beginnings, assets = tuple(chosen.names) or "", chosen.folder.parent
    pairs = [recipe for recipe in translators.RECIPES if recipe.name.startswith(beginnings)]
    attends = attentive.NAME.startswith(beginnings)
    files = [name for name in sweep_files.NAMES if name.startswith(beginnings)]
    recipes = [recipe for recipe in RECIPES if recipe.name.startswith(beginnings)]
    if not (pairs or attends or files or recipes):
        parser.error(f"no network's name begins with {' or '.join(chosen.names)}")
    start = time.perf_counter()
    with ProcessPoolExecutor(chosen.workers, multiprocessing.get_context("spawn"), initializer=settle) as workers:
        # The longest first, so that no worker is alone at the end.
        running = [workers.submit(translators.make, pair, assets / checkpoints.TRANSLATORS.name) for pair in pairs]
        if attends:
            running.append(workers.submit(make_attentive, assets / checkpoints.ATTENTIVE.name))
        sweeps = {name: sweep_files.sweep(name, workers) for name in files}
        running += [workers.submit(make, recipe, chosen.folder) for recipe in recipes]
        for name, (file, sweep) in sweeps.items():
            for outcome in sweep:
                print(f"\r{name} {outcome.name:<20} seed {outcome.seed}   new sequences {outcome.accuracy:.1%}")
            sweep_files.write(file, sweep.outcomes, assets / last_weights.SWEEPS.name / name)
        for done, finished in enumerate(as_completed(running), 1):
            card = finished.result()
            print(told(card))
            progress_bar(done, len(running), card.name)
    print(f"\r{len(running) + len(files)} files in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
