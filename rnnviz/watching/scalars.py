"""A record's numbers as scalars, for TensorBoard and what reads like it."""

from __future__ import annotations

from typing import Protocol

from rnnviz.watching.records import Record


class Writer(Protocol):
    """TensorBoard's SummaryWriter, or what stands for it."""

    def add_scalar(self, tag: str, value: float, step: int) -> object: ...


def tell(writer: Writer, record: Record) -> None:
    """Of each layer log10 of the norm of dL/dh (and dL/dc) at its first and last step in sequence order, of all
    sequences together, and the gates' means and saturation; of several calls in a step those of the last one."""
    scalars = {"gradient_norm": record.gradient_norm, "clipped": float(record.clipped)}
    for call in record.calls:
        for layer in call.layers:
            place = "/".join(part for part in (call.module, f"layer_{layer.layer}_{layer.direction}") if part)
            for name in layer.norms:
                sizes = layer.together(name).values
                scalars[f"{place}/log10_dL_d{name}/first_step"] = sizes[0]
                scalars[f"{place}/log10_dL_d{name}/last_step"] = sizes[-1]
            for name, gate in layer.gates.items():
                scalars[f"{place}/{name}/mean"] = float(gate.values.mean())
                scalars[f"{place}/{name}/shut"] = layer.shut[name]
                scalars[f"{place}/{name}/open"] = layer.open[name]
    for tag, value in scalars.items():
        writer.add_scalar(f"rnnviz/{tag}", float(value), record.step)
