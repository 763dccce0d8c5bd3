"""The named tensors of a file of weights: safetensors, a PyTorch state dict, or .npz."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from pickle import UnpicklingError

import numpy as np
import torch
from safetensors.torch import load as load_safetensors
from torch import Tensor

from rnnviz.files.content import NPZ, SAFETENSORS, Content, open_archive
from rnnviz.refusals import Refused

# Where training scripts put the weights beside the optimizer's state, the first of them that is there.
WRAPPERS = ("model_state_dict", "state_dict", "model", "net", "network")
DEEPEST = 8  # dictionaries in dictionaries


def tensors_of(content: Content, kind: str) -> dict[str, Tensor]:
    """{name: tensor}, on the CPU. Raises Refused for a file that is broken, or that would run code."""
    try:
        if kind == SAFETENSORS:
            return load_safetensors(content.data)
        return _arrays(content) if kind == NPZ else _state_dict(content, kind)
    except Refused:
        raise
    except Exception as wrong:  # the readers raise whatever a broken file makes them meet
        raise content.unreadable(f"broken: it begins like {kind}, but {_first_line(wrong)}") from wrong


def _state_dict(content: Content, kind: str) -> dict[str, Tensor]:
    open_archive(content).close()
    try:
        value = torch.load(io.BytesIO(content.data), map_location="cpu", weights_only=True)
    except UnpicklingError as wrong:
        named = re.search(r"GLOBAL ([\w.]+)", str(wrong))
        if named is None:
            raise content.unreadable(
                f"broken: it begins like {kind}, but its list of tensors cannot be read"
            ) from wrong
        raise Refused(
            "{file} holds more than weights ({what}) and could run code when it is opened, so it is not opened. Where "
            'it comes from, save the weights alone: torch.save(model.state_dict(), "weights.pt").',
            file=content.name,
            what=named[1][:80],
        ) from wrong
    for _ in range(DEEPEST):
        own = value if isinstance(value, Mapping) else {}
        inside = next((own[key] for key in WRAPPERS if isinstance(own.get(key), Mapping)), None)
        if inside is None or any(isinstance(inner, Tensor) for inner in own.values()):
            break
        value = inside
    return dict(_flat(value, "", set()))


def _flat(value: object, name: str, seen: set[int], depth: int = 0) -> Iterator[tuple[str, Tensor]]:
    """Every tensor by its path. ``seen``: dictionaries, since a pickle can put one into itself, or in many places."""
    if isinstance(value, Tensor):
        yield name, value
    elif isinstance(value, Mapping) and depth < DEEPEST and id(value) not in seen:
        seen.add(id(value))
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key), seen, depth + 1)


def _arrays(content: Content) -> dict[str, Tensor]:
    with open_archive(content) as archive:
        arrays = {name.removesuffix(".npy"): array_of(archive.read(name)) for name in archive.namelist()}
    return {name: torch.from_numpy(array) for name, array in arrays.items() if array.dtype.kind in "fiub"}


def array_of(data: bytes) -> np.ndarray:
    """One .npy file. Written out because numpy asks for the memory of the shape before it looks for the numbers."""
    stream = io.BytesIO(data)
    major, _ = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
    shape, by_column, dtype = read(stream)
    if dtype.hasobject:
        raise ValueError("it holds Python objects, which are not opened")
    if any(size < 0 for size in shape):
        raise ValueError(f"it says it has the shape {shape}")
    array = np.frombuffer(data, dtype, offset=stream.tell()).reshape(shape, order="F" if by_column else "C")
    return np.array(array.astype(dtype.newbyteorder("="), copy=False), order="C")


def _first_line(wrong: Exception) -> str:
    return (str(wrong).strip().splitlines() or [type(wrong).__name__])[0][:160]
