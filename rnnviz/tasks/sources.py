"""The text that is on every machine: source files of the running Python's standard library."""

from __future__ import annotations

import platform
import sysconfig
from pathlib import Path
from typing import NamedTuple

from rnnviz.refusals import Refused

# Modules written in Python that every supported version has, in the order in which they are read.
TRAINED_ON = (
    "argparse", "base64", "bdb", "calendar", "cmd", "code", "codecs", "collections/__init__", "configparser",
    "contextlib", "copy", "csv", "dataclasses", "difflib", "doctest", "enum", "filecmp", "fileinput", "fnmatch",
    "fractions", "functools", "getopt", "getpass", "gettext", "glob", "gzip", "http/client", "inspect", "json/decoder",
    "linecache", "logging/__init__", "logging/handlers", "numbers", "optparse", "pdb", "pprint", "random", "reprlib",
    "sched", "selectors", "shelve", "shlex", "shutil", "socketserver", "statistics", "string", "subprocess", "tarfile",
    "tempfile", "threading", "tokenize", "trace", "traceback", "types", "unittest/case", "urllib/request", "uuid",
    "weakref",
)  # fmt: skip
HELD_OUT = ("bisect", "heapq", "json/encoder", "queue", "textwrap", "timeit", "unittest/mock")
FEWEST = 20_000  # characters of each part


class Sources(NamedTuple):
    """``python``: whose standard library it is. ``training`` and ``held_out``: files of their own each."""

    python: str
    training: str
    held_out: str


def of_standard_library(folder: Path | None = None) -> Sources:
    """What is there of the modules above. ``folder``: that of the running Python's library unless given.

    Raises Refused where that has no source files, as in a Python that was packed without them.
    """
    folder = Path(sysconfig.get_paths()["stdlib"]) if folder is None else folder
    training, held_out = (_read(folder, names) for names in (TRAINED_ON, HELD_OUT))
    if min(len(training), len(held_out)) < FEWEST:
        raise Refused(
            "The source files of Python's standard library are not on this machine, so there is no text to learn from. "
            "Give a text of your own."
        )
    return Sources(platform.python_version(), training, held_out)


def _read(folder: Path, names: tuple[str, ...]) -> str:
    """The modules one after the other, without those that are missing or cannot be read."""
    texts = []
    for name in names:
        try:
            texts.append((folder / f"{name}.py").read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            continue
    return "\n".join(texts)
