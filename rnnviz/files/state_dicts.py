"""The recurrent modules among named tensors, by the names that torch.nn gives to their weights, at any prefix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from rnnviz.cells import CELLS, Recurrent
from rnnviz.files.content import MOST_MODULES, MOST_TENSORS, Content
from rnnviz.files.folding import folded
from rnnviz.files.inventory import Recurrence
from rnnviz.files.surroundings import with_surroundings
from rnnviz.projections import unprojected
from rnnviz.refusals import Refused, refuse_unknown

# What torch.nn calls the weights of a layer, of a single cell, and rnnviz those of a Network.
WEIGHT = r"(?P<weight>weight_ih|weight_hh|weight_hr|bias_ih|bias_hh)"
NAMES = tuple(
    re.compile(rf"(?:(?P<module>.+)\.)??{pattern}")
    for pattern in (
        rf"{WEIGHT}_l(?P<layer>\d{{1,4}})(?P<reverse>_reverse)?",
        rf"layers\.(?P<layer>\d{{1,4}})\.(?P<side>[01])\.{WEIGHT}",
        WEIGHT,
    )
)
BY_BLOCKS = {1: "RNN", 3: "GRU", 4: "LSTM"}  # by how many rows there are for a unit
WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
Layers = dict[tuple[int, int], dict[str, tuple[str, Tensor]]]  # by layer and side: {weight: (its key, its value)}


def modules_in(
    tensors: Mapping[str, Tensor], content: Content, cell: str | None, nonlinearity: str | None
) -> tuple[dict[str, Recurrence], dict[str, Refused]]:
    """Every module that can be read, and why others cannot. ``cell``, ``nonlinearity``: what weights cannot tell."""
    if cell is not None:
        refuse_unknown("cell", cell, [name for name, kind in CELLS.items() if kind.shapes is Recurrent.shapes])
    if nonlinearity is not None:
        refuse_unknown("nonlinearity", nonlinearity, ("tanh", "relu"))
    content.refuse_many(len(tensors), MOST_TENSORS, "tensors")
    content.refuse_beyond(sum(tensor.numel() * tensor.element_size() for tensor in tensors.values()))
    tensors, changes = folded(_without_wrappers(tensors), content)
    groups: dict[str, Layers] = {}
    others = dict(tensors)
    for key, tensor in tensors.items():
        match = next(filter(None, (pattern.fullmatch(key) for pattern in NAMES)), None)
        if match:
            named = match.groupdict()
            side = 1 if named.get("reverse") else int(named.get("side") or 0)
            layers = groups.setdefault(named["module"] or "", {})
            layers.setdefault((int(named.get("layer") or 0), side), {})[named["weight"]] = key, tensor
            del others[key]
    content.refuse_many(len(groups), MOST_MODULES, "recurrent modules")
    groups |= _lists(groups)
    modules, refused = {}, {}
    for name, layers in groups.items():
        try:
            modules[name] = _recurrence(name, layers, content.name, cell, nonlinearity, changes)
        except Refused as why:
            refused[name] = why
    return with_surroundings(modules, others), refused


def _lists(groups: Mapping[str, Layers]) -> dict[str, Layers]:
    """Modules of one layer that stand in a list, rnns.0, rnns.1, ..., and read one another's widths, as one module."""
    lists: dict[str, dict[int, Layers]] = {}
    for name, layers in groups.items():
        owner, _, number = name.rpartition(".")
        if owner and owner not in groups and re.fullmatch("[0-9]{1,4}", number) and {row for row, _ in layers} == {0}:
            lists.setdefault(owner, {})[int(number)] = layers
    joined = {
        owner: {(row, side): values for row, layers in members.items() for (_, side), values in layers.items()}
        for owner, members in lists.items()
        if len(members) > 1 and sorted(members) == list(range(len(members)))
    }
    return {owner: layers for owner, layers in joined.items() if _on_one_another(layers)}


def _on_one_another(layers: Layers) -> bool:
    """Whether each layer but the first reads as many numbers as the one below shows, and all have as many units."""
    whole = all({"weight_ih", "weight_hh"} <= values.keys() for values in layers.values())
    if not whole or any(
        value.ndim != 2 for values in layers.values() for value in (values["weight_ih"][1], values["weight_hh"][1])
    ):
        return False
    units = {values["weight_hh"][1].shape for values in layers.values()}
    sides = {row: sum(other == row for other, _ in layers) for row, _ in layers}
    widths = {values["weight_ih"][1].shape[1] for (row, _), values in layers.items() if row}
    return len(units) == 1 and widths == {next(iter(units))[1] * sides[0]} and len(set(sides.values())) == 1


def _without_wrappers(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Without what torch.compile and DataParallel put before the names of what they wrap."""
    tensors = {key.replace("_orig_mod.", ""): tensor for key, tensor in tensors.items()}
    if all(key.startswith("module.") for key in tensors):
        tensors = {re.sub(r"^(module\.)+", "", key): tensor for key, tensor in tensors.items()}
    return tensors


def _recurrence(
    name: str, layers: Layers, file: str, cell: str | None, nonlinearity: str | None, changes: Mapping[str, str]
) -> Recurrence:
    sides = 1 + max(side for _, side in layers)
    rows = [(layer, side) for layer in range(1 + max(layer for layer, _ in layers)) for side in range(sides)]
    for row in rows[: len(layers) + 1]:
        missing = [weight for weight in WEIGHTS[:2] if weight not in layers.get(row, {})]
        if missing:
            raise Refused(
                "{file}: {module} has no {weight} for layer {layer}{side}; what torch.nn saves has all of them.",
                file=file,
                module=name or "the module",
                weight=missing[0],
                layer=row[0],
                side=" backward" if row[1] else "",
            )
    dtype, notes = _precision([value for values in layers.values() for _, value in values.values()])
    notes += [note for values in layers.values() for key, _ in values.values() if (note := changes.get(key))]
    projection = None
    if any("weight_hr" in values for values in layers.values()):
        layers, projection = _unprojected(name, rows, layers, sides, file)
        notes.append(
            f"its projections (proj_size={len(projection) // sides}) are multiplied into the weights: h is what is "
            "projected, y what comes of it"
        )
    first = layers[0, 0]["weight_hh"][1]
    units = first.shape[-1] if first.ndim == 2 else 0
    blocks = len(first) // units if units else 0
    found = cell or BY_BLOCKS.get(blocks)
    if found is None or len(CELLS[found].blocks) != blocks or blocks * units != len(first):
        raise Refused(
            "{file}: {key} has shape {shape}, not that of {cell}. An RNN has (H, H), a GRU (3H, H), an LSTM (4H, H).",
            file=file,
            key=layers[0, 0]["weight_hh"][0],
            shape=tuple(first.shape),
            cell=cell or "a known cell",
        )
    bias = any(weight.startswith("bias") for values in layers.values() for weight in values)
    weights = tuple(
        dict(_weights(layers[row], file, blocks * units, units, row[0] and sides * units, bias, dtype)) for row in rows
    )
    structure = {"cell": found, "input_size": weights[0]["weight_ih"].shape[1], "hidden_size": units}
    structure |= {"num_layers": len(rows) // sides, "bidirectional": sides == 2, "bias": bias}
    if found == "RNN":
        structure["nonlinearity"] = nonlinearity or "tanh"
        if nonlinearity is None:
            notes.append("weights cannot tell tanh from relu: tanh, unless nonlinearity='relu' is said")
    projection = None if projection is None else projection.to(dtype)
    return Recurrence(name, structure, weights, projection=projection, notes=tuple(dict.fromkeys(notes)))


def _unprojected(
    name: str, rows: list[tuple[int, int]], layers: Layers, sides: int, file: str
) -> tuple[Layers, Tensor]:
    """The weights of the LSTM without projections that computes the same, by the keys of those that they come from."""
    values = [{weight: value.double() for weight, (_, value) in layers[row].items()} for row in rows]
    try:
        without, projection = unprojected(values, sides)
    except (KeyError, ValueError, RuntimeError) as why:
        raise Refused(
            "{file}: the projections of {module} do not fit its other weights ({why}).",
            file=file,
            module=name or "the module",
            why=why,
        ) from why
    named = zip(rows, without, strict=True)
    return {
        row: {weight: (layers[row][weight][0], value) for weight, value in new.items()} for row, new in named
    }, projection


def _weights(
    values: dict[str, tuple[str, Tensor]], file: str, rows: int, units: int, width: int, bias: bool, dtype: torch.dtype
) -> Iterator[tuple[str, nn.Parameter | None]]:
    """One layer and direction. ``width``: what it reads, 0 for any. A single bias that is missing is zeros."""
    shapes = {"weight_ih": (rows, width or values["weight_ih"][1].shape[-1]), "weight_hh": (rows, units)}
    for weight in WEIGHTS:
        key, value = values.get(weight, ("", None))
        shape = shapes.get(weight, (rows,))
        if value is None:
            yield weight, nn.Parameter(torch.zeros(rows, dtype=dtype)) if bias else None
            continue
        if value.shape != shape or not all(shape):
            raise Refused(
                "{file}: {key} has shape {shape}; beside the other weights it must be {wanted}.",
                file=file,
                key=key,
                shape=tuple(value.shape),
                wanted=shape,
            )
        value = value.to(dtype)
        if not torch.isfinite(value).all():
            raise Refused(
                "{file}: {key} has {count} numbers that are not finite. Use a checkpoint from before they were.",
                file=file,
                key=key,
                count=f"{int((~torch.isfinite(value)).sum()):,}",
            )
        yield weight, nn.Parameter(value.contiguous())


def _precision(tensors: list[Tensor]) -> tuple[torch.dtype, list[str]]:
    """What they are computed in, and a note where that is not what they are stored in."""
    dtypes = {tensor.dtype for tensor in tensors}
    dtype = torch.float64 if dtypes == {torch.float64} else torch.float32
    stored = ", ".join(sorted(str(each).removeprefix("torch.") for each in dtypes))
    return dtype, [] if dtypes == {dtype} else [f"stored as {stored}, computed in {str(dtype).removeprefix('torch.')}"]
