"""Runs of training in files: every snapshot's weights and measures as safetensors, what was asked for as JSON.

Weights come back bit by bit. What an optimizer keeps does not travel: such a run can be looked at, not gone on with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from rnnviz.checkpoints import fingerprint
from rnnviz.gradients.sizes import norm_signal
from rnnviz.network import Network
from rnnviz.shipped_files import shipped_path
from rnnviz.tasks import Task
from rnnviz.trace import Signal
from rnnviz.training.loop import Progress, Training
from rnnviz.training.recipe import Recipe
from rnnviz.training.snapshots import LayerMeasures, Snapshot

RUNS = shipped_path("assets/runs")


class Run(NamedTuple):
    """``network``: one of the run's structure, whatever its weights. ``seed``: what its batches hung on.
    ``snapshots``: by their update, in order. ``progress``: of each update, in order; () where it was not kept. A run of
    somebody's own loop has no ``task``, and a ``title``: what it is called beside its cell."""

    network: Network
    task: Task | None
    seed: int
    snapshots: dict[int, Snapshot]
    progress: tuple[Progress, ...] = ()
    title: str = ""


def save(
    training: Training, progress: Sequence[Progress], name: str, options: Mapping[str, object], folder: Path = RUNS
) -> Path:
    """Write ``<name>.safetensors`` and ``<name>.json`` into ``folder``; returns the path of the first. ``progress``: of
    all updates of the run; ``options``: how its task was made."""
    folder.mkdir(parents=True, exist_ok=True)
    shots, path = training.snapshots, folder / f"{name}.safetensors"
    tensors = {f"weights:{key}": torch.stack([shot.weights[key] for shot in shots]) for key in shots[0].weights}
    for k, layer in enumerate(shots[0].layers):
        if layer.gradient is not None:
            tensors[f"gradient:{k}"] = _stacked([shot.layers[k].gradient for shot in shots])
        for gate in layer.gates:
            tensors[f"gate:{k}:{gate}"] = _stacked([shot.layers[k].gates[gate] for shot in shots])
    # Both were float32 when they were measured, so nothing of them is lost.
    tensors["loss"] = torch.tensor([update.loss for update in progress])
    tensors["gradient_norm"] = torch.tensor([update.gradient_norm for update in progress])
    tensors["clipped"] = torch.tensor([update.clipped for update in progress])
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, path)
    told = {
        "task": training.task.name,
        "options": dict(options),
        "vocabulary": fingerprint(training.task),
        "network": training.network.structure,
        "recipe": asdict(training.recipe),
        "snapshots": [_told(shot) for shot in shots],
    }
    path.with_suffix(".json").write_text(json.dumps(told, ensure_ascii=False) + "\n", "utf-8")
    return path


def load(path: str | Path, task_of: Callable[..., Task]) -> Run:
    """The run that ``save`` wrote. ``task_of``: from a task's name and options to the task.

    Raises FileNotFoundError where a file is missing, and RuntimeError for a task with another vocabulary.
    """
    path = Path(path).with_suffix(".safetensors")
    told, tensors = json.loads(path.with_suffix(".json").read_text("utf-8")), load_file(path)
    learnt, recipe = task_of(told["task"], **told["options"]), Recipe(**told["recipe"])
    if told["vocabulary"] != fingerprint(learnt):
        raise RuntimeError(f"{path.stem} was trained on another vocabulary; run `make models`")
    network = Network(**told["network"])
    shots = [_snapshot(k, each, network, tensors, recipe) for k, each in enumerate(told["snapshots"])]
    network.load_state_dict(shots[-1].weights)
    curves = zip(*(tensors[name].tolist() for name in ("loss", "gradient_norm", "clipped")), strict=True)
    progress = tuple(Progress(done + 1, *values, recipe.rate(done)) for done, values in enumerate(curves))
    return Run(network.eval(), learnt, recipe.seed or 0, {shot.update: shot for shot in shots}, progress)


def _stacked(signals: Sequence[Signal]) -> Tensor:
    return torch.from_numpy(np.stack([signal.values for signal in signals]))


def _told(shot: Snapshot) -> dict[str, object]:
    layers = [
        {"layer": each.layer, "direction": each.direction, "shut": each.shut, "open": each.open} for each in shot.layers
    ]
    return {
        "update": shot.update,
        "loss": shot.loss,
        "accuracy": shot.accuracy,
        "clipped": shot.clipped,
        "layers": layers,
    }


def _snapshot(k: int, told: Mapping, network: Network, tensors: Mapping[str, Tensor], recipe: Recipe) -> Snapshot:
    layers = []
    for place, each in enumerate(told["layers"]):
        cell = network.layers[each["layer"]][network.directions.index(each["direction"])]
        sizes = tensors.get(f"gradient:{place}")
        gates = {
            name: Signal(
                name, ("time",), tensors[f"gate:{place}:{name}"][k].numpy(), cell.quantities[name].symbol, (0.0, 1.0)
            )
            for name in each["shut"]
        }
        gradient = (
            None if sizes is None else norm_signal("dL/dS", ("time",), sizes[k].numpy(), "dL/dS_t", each["direction"])
        )
        layers.append(LayerMeasures(each["layer"], each["direction"], gradient, gates, each["shut"], each["open"]))
    weights = {
        key.removeprefix("weights:"): value[k].clone() for key, value in tensors.items() if key.startswith("weights:")
    }
    no_state = torch.empty(0, dtype=torch.uint8)
    return Snapshot(
        told["update"], told["loss"], told["accuracy"], told["clipped"], tuple(layers), weights, {}, no_state, recipe
    )
