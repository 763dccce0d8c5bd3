"""The stage's files for the browser: which they are, where they come from, under which address they are served."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
from functools import cache
from pathlib import Path

import streamlit as st

_ASSETS = Path(__file__).resolve().parents[2] / "assets"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@cache
def files() -> dict[str, Path]:
    """Everything that is served, by name. Nothing else can be asked for, so no path can be walked out of."""
    own = [_ASSETS / "stage.js", *sorted((_ASSETS / "stage").glob("*.js"))]
    served = {path.relative_to(_ASSETS).as_posix(): path for path in own}
    # Plotly's script comes from the installed wheel, so it always fits the figures that Python makes.
    package = Path(importlib.util.find_spec("plotly").origin).parent
    return served | {"plotly.min.js": package / "package_data" / "plotly.min.js"}


@cache
def version() -> str:
    """Changes whenever a file does, so that a browser may keep what it has for ever."""
    stamp = hashlib.sha256()
    for name, path in files().items():
        # Plotly's size stands for its five megabytes: a new wheel has another size.
        stamp.update(
            name.encode() + (path.read_bytes() if path.is_relative_to(_ASSETS) else b"%d" % path.stat().st_size)
        )
    return stamp.hexdigest()[:12]


def root() -> str:
    """Where the files are served: below the path that the server itself was given, if any."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' + base if base else ''}/rnnviz"


def address(name: str) -> str:
    """The path under which the browser finds a file."""
    return f"{root()}/{version()}/{name}"


@cache
def content(name: str, compressed: bool) -> tuple[bytes, str]:
    """A file's bytes, gzipped once if asked, and its media type. KeyError for what is not served."""
    path = files()[name]
    body = path.read_bytes()
    return (gzip.compress(body, 6) if compressed else body), _TYPES[path.suffix]
