"""The last weights of many runs in two files: for sweeps of which only what came out is looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from rnnviz.checkpoints import fingerprint
from rnnviz.network import Network
from rnnviz.shipped_files import shipped_path
from rnnviz.tasks import Task
from rnnviz.training.recipe import Recipe
from rnnviz.training.run_files import Run
from rnnviz.training.snapshots import Snapshot

SWEEPS = shipped_path("assets/sweeps")


class Last(NamedTuple):
    """A run that is kept by its last weights. ``structure``: the arguments that rebuild its network; ``solved_at``: the
    update after which its goal was first met, None if it never was."""

    structure: Mapping[str, Any]
    recipe: Recipe
    snapshot: Snapshot
    solved_at: int | None = None


def save(runs: Mapping[str, Last], task: Task, options: Mapping[str, object], path: Path) -> None:
    """Write ``path`` with the endings .safetensors and .json. ``runs``: by name, all of one ``task``; ``options``: how
    it was made. Weights are kept in the precision in which they come, and ``load`` gives them in the network's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {f"{name}:{k}": value for name, run in runs.items() for k, value in run.snapshot.weights.items()}
    save_file({key: value.contiguous() for key, value in tensors.items()}, path.with_suffix(".safetensors"))
    rows = {
        name: {
            "network": run.structure,
            "recipe": asdict(run.recipe),
            "updates": run.snapshot.update,
            "loss": run.snapshot.loss,
            "accuracy": run.snapshot.accuracy,
            "clipped": run.snapshot.clipped,
            "solved_at": run.solved_at,
        }
        for name, run in runs.items()
    }
    told = {"task": task.name, "options": dict(options), "vocabulary": fingerprint(task), "runs": rows}
    path.with_suffix(".json").write_text(json.dumps(told, ensure_ascii=False) + "\n", "utf-8")


def rows(path: Path) -> dict[str, dict[str, Any]]:
    """What ``save`` wrote of each run, by its name, without its weights."""
    return json.loads(path.with_suffix(".json").read_text("utf-8"))["runs"]


def load(path: Path, name: str, task_of: Callable[..., Task]) -> Run:
    """One of the runs, with a single snapshot. ``task_of``: from a task's name and options to the task.

    Raises RuntimeError for a task with another vocabulary.
    """
    told = json.loads(path.with_suffix(".json").read_text("utf-8"))
    learnt, row = task_of(told["task"], **told["options"]), told["runs"][name]
    if told["vocabulary"] != fingerprint(learnt):
        raise RuntimeError(f"{path.stem} was trained on another vocabulary; run `make models`")
    network, recipe = Network(**row["network"]), Recipe(**row["recipe"])
    with safe_open(path.with_suffix(".safetensors"), "pt") as file:
        like = network.state_dict().items()
        weights = {key: file.get_tensor(f"{name}:{key}").to(value.dtype) for key, value in like}
    network.load_state_dict(weights)
    nothing = torch.empty(0, dtype=torch.uint8)
    measures = (row["updates"], row["loss"], row["accuracy"], row["clipped"])
    snapshot = Snapshot(*measures, (), weights, {}, nothing, recipe)
    return Run(network.eval(), learnt, recipe.seed or 0, {snapshot.update: snapshot})
