"""What came out of one run."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import safetensors.torch
import torch

from rnnviz.training import Explosion, Recipe, Snapshot

_TOLD = ("name", "seed", "key", "updates", "seconds", "loss", "accuracy", "score", "solved", "solved_at")


@dataclass(frozen=True, eq=False)
class Outcome:
    """``updates``: how many were made, in so many ``seconds``. ``loss`` and ``accuracy``: of the last weights, on what
    is held out. ``score``: what the goal measures, of them too; ``solved``: whether they meet it; ``solved_at``: the
    update after which it was first found met. None without a goal. ``explosion``: where a number was not finite.
    ``error``: why there is no result. ``snapshots``: the last of them is after the last update.
    """

    name: str
    seed: int
    key: str
    updates: int = 0
    seconds: float = 0.0
    loss: float | None = None
    accuracy: float | None = None
    score: float | None = None
    solved: bool | None = None
    solved_at: int | None = None
    explosion: Explosion | None = None
    error: str = ""
    snapshots: tuple[Snapshot, ...] = ()

    @classmethod
    def failed(cls, name: str, seed: int, key: str, error: BaseException) -> Outcome:
        return cls(name, seed, key, error=f"{type(error).__name__}: {error}")

    @property
    def weights(self) -> dict[str, torch.Tensor] | None:
        """The last ones, by the names of ``state_dict``; None where there is no result."""
        return self.snapshots[-1].weights if self.snapshots else None

    def row(self) -> dict[str, object]:
        """It as plain values, for a table."""
        told = {name: getattr(self, name) for name in _TOLD if name != "key"}
        return told | {"explosion": str(self.explosion.reason) if self.explosion else "", "error": self.error}

    def save(self, folder: Path) -> None:
        """Write ``<key>.json`` and ``<key>.safetensors``. What the optimizer keeps, and what was measured on the way
        through the layers, is left out: such snapshots can be looked at, not gone on from."""
        folder.mkdir(parents=True, exist_ok=True)
        tensors = {f"{s.update}:{key}": value.contiguous() for s in self.snapshots for key, value in s.weights.items()}
        measures = [[s.update, s.loss, s.accuracy, s.clipped] for s in self.snapshots]
        told = {name: getattr(self, name) for name in _TOLD} | {"explosion": self.explosion, "snapshots": measures}
        safetensors.torch.save_file(tensors, folder / f"{self.key}.safetensors")
        # Last, and in one step: where the text is there, all is.
        draft = folder / f"{self.key}.json.part"
        draft.write_text(json.dumps(told) + "\n", "utf-8")
        draft.replace(folder / f"{self.key}.json")

    @classmethod
    def load(cls, folder: Path, key: str, recipe: Recipe) -> Outcome | None:
        """What ``save`` wrote of a run of this ``recipe``; None where there is nothing that can be read."""
        try:
            told = json.loads((folder / f"{key}.json").read_text("utf-8"))
            tensors = safetensors.torch.load_file(folder / f"{key}.safetensors")
            explosion = told.pop("explosion")
            snapshots = []
            for update, loss, accuracy, clipped in told.pop("snapshots"):
                place = f"{update}:"
                weights = {k.removeprefix(place): value for k, value in tensors.items() if k.startswith(place)}
                nothing = torch.empty(0, dtype=torch.uint8)
                snapshots.append(Snapshot(update, loss, accuracy, clipped, (), weights, {}, nothing, recipe))
            explosion = Explosion(*explosion) if explosion else None
            return cls(**told, explosion=explosion, snapshots=tuple(snapshots))
        except (OSError, ValueError, TypeError, KeyError, AttributeError, safetensors.SafetensorError):
            return None

    def named(self, name: str) -> Outcome:
        """The same under another name: a run is what it is, whatever it was called."""
        return replace(self, name=name)
