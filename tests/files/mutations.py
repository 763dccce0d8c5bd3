"""Files broken at random: bits turned, bytes cut out or repeated, sizes made huge or negative; inside archives too."""

from __future__ import annotations

import io
import random
import re
import warnings
import zipfile
from collections.abc import Iterator

from rnnviz.files import inspect

HUGE = (b"\xff" * 4, b"\xff" * 8, b"\x00\x00\x00\x80", b"\xff\xff\xff\x7f", b"\x00" * 8)


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Broken in one to four places, or one member of an archive is, whose check sums then hold again."""
    if data[:2] == b"PK" and rng.random() < 0.6:
        return _with_a_broken_member(data, rng)
    broken = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4))):
        # Half of all in the first bytes and the last ones, where formats keep their tables.
        near = rng.choice((len(broken), 200))
        at = rng.randrange(min(near, len(broken)) or 1)
        at = len(broken) - 1 - at if rng.random() < 0.3 and broken else at
        way = rng.randrange(7)
        if way == 0:
            broken[at : at + 1] = bytes([broken[at] ^ (1 << rng.randrange(8))]) if broken else b"\x00"
        elif way == 1:
            del broken[at:]
        elif way == 2:
            del broken[at : at + rng.randrange(1, 40)]
        elif way == 3:
            broken[at:at] = broken[at : at + rng.randrange(1, 40)]
        elif way == 4:
            huge = rng.choice(HUGE)
            broken[at : at + len(huge)] = huge
        elif way == 5:
            broken[at : at + 1] = rng.randbytes(1)
        else:
            broken = bytearray(_with_another_number(bytes(broken), rng))
    return bytes(broken)


def _with_another_number(data: bytes, rng: random.Random) -> bytes:
    """One of the numbers that are written out, such as a shape in a header, replaced by a huge or a negative one."""
    numbers = list(re.finditer(rb"\d{1,6}", data[:4000]))
    if not numbers:
        return data
    start, end = rng.choice(numbers).span()
    return data[:start] + rng.choice((b"-1", b"0", b"99999999999", b"1e9", b"nan", b"4294967297")) + data[end:]


def _with_a_broken_member(data: bytes, rng: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", rng.choice((0, 8))) as copy:
        names = archive.namelist()
        chosen = rng.choice([name for name in names if name.endswith((".pkl", ".npy", ".h5"))] * 3 + names)
        for name in names:
            content = archive.read(name)
            copy.writestr(name, mutated(content, rng) if name == chosen else content)
    return out.getvalue()


def failures(files: dict[str, bytes], seeds: range, limit: int) -> Iterator[str]:
    """Every mutation after which a file is neither read nor refused with a sentence."""
    for seed in seeds:
        rng = random.Random(seed)
        name = rng.choice(sorted(files))
        data = mutated(files[name], rng)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Python's of odd numbers, zipfile's of names that are there twice
                found = inspect(data, limit=limit)
                str(found)
                for module in found.modules.values():
                    _ = module.network
        except ValueError as refused:
            if not str(refused).startswith("the file"):
                yield f"{name}, seed {seed}: {type(refused).__name__}: {refused}"
        except BaseException as wrong:
            yield f"{name}, seed {seed}: {type(wrong).__name__}: {wrong}"
