"""The stage's files for the browser: which they are, where they come from, under which address they are served."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import re
from functools import cache
from pathlib import Path

import streamlit as st

from rnnviz.shipped_files import shipped_path

_ASSETS = shipped_path("assets")
_FOLDER = "rnnviz"
STYLES = (
    "page.css",
    "history.css",
    "stage.css",
    "cell.css",
    "sequence.css",
    "layers.css",
    "scenes.css",
    "openings.css",
    "words.css",
    "word_menu.css",
    "curves.css",
    "lessons.css",
    "overview.css",
    "batch.css",
    "writing.css",
    "runs_table.css",
    "scores.css",
    "translate.css",
    "scan.css",
    "compass.css",
    "key_value.css",
    "finding.css",
)
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@cache
def files() -> dict[str, Path]:
    """Everything that is served, by name. Nothing else can be asked for, so no path can be walked out of."""
    own = [*(_ASSETS / name for name in STYLES), _ASSETS / "stage.js", *sorted((_ASSETS / "stage").rglob("*.js"))]
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
    """Where this server answers for the files: below the path that it was given itself, if any."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' + base if base else ''}/{_FOLDER}"


def address(name: str) -> str:
    """Where the browser finds a file, seen from the page's own folder.

    Not from the root of the host: a proxy may have put the app below a path that the server never sees. Every page is
    one segment below the folder of the first, so the same relative address serves all of them.
    """
    return f"{_FOLDER}/{version()}/{name}"


def accepts_gzip(*headers: str) -> bool:
    """Whether ``Accept-Encoding`` headers allow gzip, and do not prefer the plain bytes to it (RFC 9110, 12.5.3).

    Without a header, or with a weight that is no number, the answer is no: plain bytes are read by everybody.
    """
    weights = {}
    for entry in ",".join(headers).lower().split(","):
        coding, *parameters = (part.strip() for part in entry.split(";"))
        weight = 1.0
        for parameter in parameters:
            given = re.fullmatch(r"q\s*=\s*(.*)", parameter)
            if given:
                weight = float(given[1]) if re.fullmatch(r"0(\.\d*)?|1(\.0*)?", given[1]) else 0.0
        weights[coding] = weight
    gzip_weight = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gzip_weight > 0 and gzip_weight >= weights.get("identity", 0.0)


@cache
def content(name: str, compressed: bool) -> tuple[bytes, str]:
    """A file's bytes, gzipped once if asked, and its media type. KeyError for what is not served."""
    path = files()[name]
    body = path.read_bytes()
    return (gzip.compress(body, 6, mtime=0) if compressed else body), _TYPES[path.suffix]


def compress() -> None:
    """Compress every file now, so that no visitor waits for it."""
    for name in files():
        content(name, compressed=True)
