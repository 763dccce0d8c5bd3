"""The derivative of every step of a layer whose kernel has saved its gates, in the loop's own precision."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import repeat

import numpy as np
import torch
from torch import Tensor

from rnnviz.cells import State
from rnnviz.gradients.linear import Pull
from rnnviz.saturation import OPEN, SHUT
from rnnviz.watching.saved import Saved

# So many numbers of each gate are worked on at once: they stay in the processor's cache.
AT_ONCE = 1 << 15


@dataclass(eq=False)
class SavedFlow:
    """The derivative of every step, for one sweep, and what its gates were: both are read in one go.

    ``means``: by gate, each step's mean over all sequences and units; ``shut``, ``open``: how many numbers.
    """

    saved: Saved
    weight_hh: Tensor
    means: dict[str, list[np.ndarray]] = field(default_factory=dict)
    shut: dict[str, int] = field(default_factory=dict)
    open: dict[str, int] = field(default_factory=dict)
    _read: list[tuple[Tensor, Tensor | None, Tensor | None]] = field(default_factory=list)

    def puller(self, batch: int) -> Pull:
        """As of ``rnnviz.gradients.linear``; it makes what reached c the total derivative, in place."""
        columns = self.weight_hh.shape[1]
        sums = self.weight_hh.new_empty(batch, len(self.weight_hh) // columns, columns)
        flat, (at_h, at_c) = sums.view(batch, -1), (sums[:, -1], sums[:, :-1])

        def pull(t: int, reaching: State, before: State) -> None:
            factors, kept, shown = self._step(t)
            dh = reaching["h"]
            if shown is not None:
                dc = reaching["c"].addcmul_(dh, shown)
                torch.mul(dc.unsqueeze(1), factors[:, :-1], out=at_c)
                torch.mul(dh, factors[:, -1], out=at_h)
                torch.mul(dc, kept, out=before["c"])
            else:
                torch.mul(dh.unsqueeze(1), factors, out=sums)
            torch.mm(flat, self.weight_hh, out=before["h"])
            if shown is None and kept is not None:
                before["h"].addcmul_(dh, kept)

        return pull

    def finish(self, first: State) -> None:
        """The first step, which is never pulled."""
        _, _, shown = self._step(0)
        if shown is not None:
            first["c"].addcmul_(first["h"], shown)

    def _step(self, t: int) -> tuple[Tensor, Tensor | None, Tensor | None]:
        """Steps are asked for one by one, from the last to the first."""
        if not self._read:
            _, batch, units = self.saved.shape
            part = self.saved.part(slice(max(0, t + 1 - max(1, AT_ONCE // (batch * units))), t + 1))
            for name, tensor in part.gates.items():
                gate = tensor.numpy()  # takes a fifth of torch's time
                self.means.setdefault(name, []).insert(0, gate.mean((1, 2)))
                self.shut[name] = self.shut.get(name, 0) + np.count_nonzero(gate < SHUT)
                self.open[name] = self.open.get(name, 0) + np.count_nonzero(gate > OPEN)
            tensors = (part.factors, part.kept, part.shown)
            unbound = (repeat(None) if each is None else each.unbind() for each in tensors)
            self._read.extend(zip(*unbound, strict=False))
        return self._read.pop()
