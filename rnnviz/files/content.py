"""What a file is, told by what stands in it, whatever it is called. Nothing here runs anything from a file."""

from __future__ import annotations

import io
import math
import zipfile
from pathlib import Path
from typing import NamedTuple

from rnnviz import budget
from rnnviz.refusals import Refused

READABLE = "safetensors, a PyTorch state dict (.pt, .pth), .npz, ONNX, Keras (.h5, .keras)"
# What a file is called in sentences, by its kind.
SAFETENSORS, TORCH, NPZ, ONNX = "safetensors", "a PyTorch state dict", "an .npz file", "an ONNX file"
KERAS = "a Keras file"
# What bounds the time that a file can take: tensors, or files in an archive; recurrent modules; nodes of a graph.
MOST_TENSORS, MOST_MODULES, MOST_NODES = 20_000, 64, 10_000


class Content(NamedTuple):
    """``name``: the file's own, without its folder. ``limit``: how many bytes may come out of it."""

    name: str
    data: bytes
    limit: int
    folder: Path | None

    def refuse_beyond(self, needed: int) -> None:
        """Refused, before the memory is asked for, where what is in the file would take more than is allowed."""
        if needed > self.limit:
            raise Refused(
                "{file} would take {needed} MB of memory, the limit is {limit} MB. Save the recurrent part alone.",
                file=self.name,
                needed=f"{math.ceil(needed / 2**20):,}",
                limit=f"{self.limit / 2**20:,.0f}",
            )

    def refuse_many(self, count: int, most: int, what: str) -> None:
        """Refused where there is more of something than any model has."""
        if count > most:
            raise Refused(
                "{file} holds {count} {what}, the limit is {most}. Save the recurrent part alone.",
                file=self.name,
                count=f"{count:,}",
                what=what,
                most=f"{most:,}",
            )

    def unreadable(self, what: str) -> Refused:
        """What to raise for a file that is, or holds, ``what``."""
        return Refused("{file} is {what}. rnnviz reads {readable}.", file=self.name, what=what, readable=READABLE)


def content_of(file: str | Path | bytes, limit: int | None = None, name: str = "the file") -> Content:
    """The bytes of a file that is not larger than the limit, ``rnnviz.budget.BYTES`` unless given. ``name``: what
    sentences call a file that comes as bytes."""
    limit = budget.BYTES if limit is None else limit
    if isinstance(file, bytes):
        content = Content(name, file, limit, None)
        content.refuse_beyond(len(file))
        return content
    path = Path(file)
    empty = Content(path.name, b"", limit, path.parent)
    if path.exists() and not path.is_file():
        raise empty.unreadable("a folder" if path.is_dir() else "no plain file")
    empty.refuse_beyond(path.stat().st_size)
    return empty._replace(data=path.read_bytes())


def kind_of(content: Content) -> str:
    """SAFETENSORS, TORCH, NPZ, ONNX or KERAS; raises Refused for what is none of them, with what it is."""
    data = content.data
    if data[:4] == b"PK\x03\x04":
        return _kind_of_archive(content)
    if len(data) > 8 and data[8:9] == b"{" and int.from_bytes(data[:8], "little") <= len(data) - 8:
        return SAFETENSORS
    if data[:1] == b"\x08":  # the first field of every model, the version of the format
        return ONNX
    if data[:8] == b"\x89HDF\r\n\x1a\n":
        return KERAS
    if data[:1] == b"\x80":
        raise Refused(
            "{file} is a pickle, which can run code when it is opened, so it is not opened. Where it comes from, save "
            'the weights alone: torch.save(model.state_dict(), "weights.pt") with torch 1.6 or newer.',
            file=content.name,
        )
    raise content.unreadable("empty" if not data else "of a kind that is not known here")


def _kind_of_archive(content: Content) -> str:
    with open_archive(content) as archive:
        names = archive.namelist()
    if any(name.endswith("constants.pkl") for name in names):
        raise Refused(
            "{file} is TorchScript, which is a program, so it is not opened. Save the weights alone: "
            'torch.save(module.state_dict(), "weights.pt").',
            file=content.name,
        )
    if any(name.endswith("data.pkl") for name in names):
        return TORCH
    if {"config.json", "model.weights.h5"} <= set(names):
        return KERAS
    if names and all(name.endswith(".npy") for name in names):
        return NPZ
    few = ", ".join(name[:40] for name in names[:3])
    raise content.unreadable(f"an archive of {len(names):,} files ({few})" if names else "an empty archive")


def open_archive(content: Content) -> zipfile.ZipFile:
    """The archive, after a look at what its members say they would unpack to; Refused for a broken one."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content.data))
        members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as wrong:
        raise content.unreadable(f"a broken archive ({wrong})") from wrong
    content.refuse_many(len(members), MOST_TENSORS, "files")
    content.refuse_beyond(sum(member.file_size for member in members))
    return archive
