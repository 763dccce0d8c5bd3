"""Run as a process of its own: HDF5 from standard input, its arrays as .npz to standard output.

The HDF5 library can crash, or never end, on a broken file, so it has a process, a time and a memory that are its own.
Read are plain arrays of numbers in the very file: no links to other files, no filters but gzip.
"""

import io
import json
import resource
import sys

import h5py
import numpy as np

MOST, DEEPEST = 20_000, 12
ROOM = 4 * 2**30  # bytes of addresses for Python and the libraries themselves


def arrays_in(group, path, into, names, limit):
    if len(path) > DEEPEST or len(into) > MOST:
        raise ValueError("it holds too many parts")
    if "weight_names" in group.attrs:
        own = group.attrs["weight_names"]
        names["/".join(path)] = [each.decode() if isinstance(each, bytes) else str(each) for each in own]
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            continue
        inner = group[name]
        if isinstance(inner, h5py.Group):
            arrays_in(inner, (*path, name), into, names, limit)
        elif isinstance(inner, h5py.Dataset) and inner.dtype.kind == "f":
            if inner.external or inner.is_virtual or inner.compression not in (None, "gzip"):
                continue
            if inner.nbytes + sum(array.nbytes for array in into.values()) > limit:
                raise ValueError(f"{'/'.join(path)}/{name} would take {inner.nbytes:,} bytes, more than the limit")
            into["/".join((*path, name))] = inner[()].astype(inner.dtype.newbyteorder("="))


def main() -> None:
    limit, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limit + ROOM, limit + ROOM))
    arrays, names = {}, {}
    with h5py.File(io.BytesIO(sys.stdin.buffer.read()), "r") as file:
        config = file.attrs.get("model_config")
        arrays_in(file, (), arrays, names, limit)
    config = config.decode() if isinstance(config, bytes) else config
    out = io.BytesIO()
    np.savez(out, told=np.frombuffer(json.dumps([config, names]).encode(), np.uint8), **arrays)
    sys.stdout.buffer.write(out.getvalue())


if __name__ == "__main__":
    try:
        main()
    except Exception as wrong:  # said by the other process
        sys.exit(f"{type(wrong).__name__}: {str(wrong)[:160]}")
