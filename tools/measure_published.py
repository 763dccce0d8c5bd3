"""Train the published experiments once and write what came out: assets/published, a file each.

Deterministic but for the seconds, as ``make_models``. It takes longer than all shipped networks together, so it is no
part of ``make models``: ``python -m tools.measure_published xor echo`` for the names that begin so.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from rnnviz.studies.published import EXPERIMENTS, PUBLISHED
from rnnviz.sweeps import Processes, Sweep


def measure(name: str, workers: int, folder: Path = PUBLISHED) -> Path:
    """Train all rows of an experiment from all its seeds."""
    with Processes(workers) as processes:
        sweep = Sweep(EXPERIMENTS[name]().jobs(), processes)
        for outcome in sweep:
            print(f"{name}: {outcome.name}, seed {outcome.seed}: {outcome.solved_at} {outcome.score:.3f}", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    rows = [outcome.row() | {"seconds": round(outcome.seconds, 1)} for outcome in sweep.outcomes]
    path.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    return path


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.measure_published", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help="only those whose names begin so; without any, all")
    parser.add_argument("--workers", type=int, default=2, help="processes that train at once (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    for name in EXPERIMENTS:
        if name.startswith(tuple(chosen.names) or ""):
            print(measure(name, chosen.workers))


if __name__ == "__main__":
    main()
