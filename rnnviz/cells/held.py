"""What is held at other values than the equations give it, in a run of one cell."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


def double(value: Tensor) -> Tensor:
    """In float64, or its complex counterpart."""
    return value.to(torch.complex128 if value.is_complex() else torch.float64)


@dataclass(frozen=True, eq=False)
class Held:
    """``parts``: of each quantity where it is held and at what, (..., *shape) both, later ones above earlier ones; None
    stands for what a state is before the step."""

    parts: dict[str, tuple[tuple[Tensor, Tensor | None], ...]]

    def replaced(self, name: str, value: Tensor, state: dict[str, Tensor]) -> Tensor:
        """A quantity as it is to be, from what the equations make of it and from the state before the step."""
        for where, values in self.parts.get(name, ()):
            value = torch.where(where, state[name] if values is None else values, value)
        return value

    def __getitem__(self, index: object) -> Held:
        """Some steps, and some sequences of the batch."""
        return Held(
            {
                name: tuple((where[index], None if values is None else values[index]) for where, values in parts)
                for name, parts in self.parts.items()
            }
        )

    def double(self) -> Held:
        """The same at values of float64."""
        parts = {name: [(where, v if v is None else double(v)) for where, v in of] for name, of in self.parts.items()}
        return Held({name: tuple(of) for name, of in parts.items()})

    def where(self) -> dict[str, Tensor]:
        """Where each quantity is held at all, (..., *shape)."""
        return {name: torch.stack([where for where, _ in parts]).any(0) for name, parts in self.parts.items()}
