"""Activations on disk: written step by step as they come, then turned so that each unit's numbers stand together."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path

import numpy as np

ROWS = 32_768  # steps that are turned at a time


class Store:
    """float32 activations of ``units`` units at each step. ``append`` rows (steps, units), then ``close``; then the
    ``row`` of a unit is one read. ``folder``: where the file is kept; None for one that goes with this object."""

    def __init__(self, units: int, folder: str | Path | None = None) -> None:
        self.folder = Path(folder or tempfile.mkdtemp(prefix="rnnviz-"))
        if folder is None:
            weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.units, self.steps = units, 0
        self._raw, self._path = self.folder / "by_step.f32", self.folder / "by_unit.f32"
        self._raw.write_bytes(b"")

    def append(self, rows: np.ndarray) -> None:
        with self._raw.open("ab") as file:
            file.write(np.ascontiguousarray(rows, np.float32))
        self.steps += len(rows)

    def close(self) -> None:
        """Turn the file. Plain reads and writes, so that no page of it stays in this process's memory."""
        with self._raw.open("rb") as by_step, self._path.open("wb") as by_unit:
            for start in range(0, self.steps, ROWS):
                block = np.fromfile(by_step, np.float32, ROWS * self.units).reshape(-1, self.units)
                for unit, column in enumerate(np.ascontiguousarray(block.T)):
                    by_unit.seek(4 * (unit * self.steps + start))
                    by_unit.write(column)
        self._raw.unlink()

    def row(self, unit: int, start: int = 0, stop: int | None = None) -> np.ndarray:
        """One unit at every step, or at those from ``start`` to ``stop``."""
        count = (self.steps if stop is None else stop) - start
        return np.fromfile(self._path, np.float32, count, offset=4 * (unit * self.steps + start))

    def part(self, start: int, stop: int) -> np.ndarray:
        """All units at some steps, (units, steps)."""
        whole = np.memmap(self._path, np.float32, "r", shape=(self.units, self.steps))
        return np.array(whole[:, start:stop])
