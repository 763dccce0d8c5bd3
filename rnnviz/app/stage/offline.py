"""A page as one HTML file, which needs no server and no network: the stage, the claim, how to read it, all numbers.

The stage's modules, its styles, the boards and, where there is a chart, Plotly's script stand compressed in it.
assets/offline.js unpacks them: a map of imports gives each module an address, so that the file runs what the app runs.
"""

from __future__ import annotations

import base64
import gzip
import json
import posixpath
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from rnnviz.app.stage import assets
from rnnviz.app.stage.plotly_script import with_charts
from rnnviz.shipped_files import shipped_path

if TYPE_CHECKING:
    from rnnviz.app.stage.component import Payload

_IMPORT = re.compile(r'(?<=from |port )"(\.[^"]+)"')
_COMMENT = re.compile(r"^ *(//[^\n]*|/\*\*.*?\*/)\n", re.MULTILINE | re.DOTALL)  # on lines of its own
_NEEDS_THE_SERVER = {"radius", "sweep"}  # panels whose every answer is computed there

_DOCUMENT = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{styles}</style>
</head>
<body class="stApp">
<main class="stMainBlockContainer">
{above}
{stages}
{below}
</main>
{packed}
<script>{script}</script>
</body>
</html>
"""


def html(boards: Sequence[Payload], *, title: str, language: str, above: str = "", below: str = "") -> str:
    """The document. ``title``: as text; ``above`` and ``below`` the stages: HTML, which must not hold anything that a
    visitor typed but escaped."""
    headers = [_without_a_server(payload) for payload in boards]
    packed = {"stage": _packed(_stage())}
    charts = [panel for header in headers for row in header["rows"] for panel in row if panel["kind"] == "chart"]
    if charts:
        packed["plotly"] = _plotly(in_space=any(panel.get("space") for panel in charts))
    for k, (payload, header) in enumerate(zip(boards, headers, strict=True)):
        told = json.dumps(header, ensure_ascii=False).encode()
        packed[f"board-{k}"] = _packed(payload._replace(header=told).message())
    return _DOCUMENT.format(
        language=escape(language),
        title=escape(title),
        styles=_text("offline.css"),
        above=above,
        below=below,
        stages='<div class="rnnviz-stage"><div class="stage-waiting"></div></div>\n' * len(boards),
        packed="\n".join(f'<script type="text/plain" id="{name}">{text}</script>' for name, text in packed.items()),
        script=_text("offline.js"),
    )


def _without_a_server(payload: Payload) -> dict:
    """A board's header without what only a server can do."""
    header = json.loads(payload.header)
    rows = [[panel for panel in row if panel["kind"] not in _NEEDS_THE_SERVER] for row in header["rows"]]
    return header | {"rows": [row for row in rows if row], "editing": None, "offline": True}


@cache
def _stage() -> bytes:
    """The stage's modules, each of which names the others by their place in assets/, and its styles without their
    comments, as JSON."""
    modules = {name: path.read_text("utf-8") for name, path in assets.files().items() if name.endswith(".js")}
    del modules["plotly.min.js"]
    modules = {f"rnnviz/{name}": _named_imports(name, source) for name, source in modules.items()}
    styles = re.sub(r"/\*.*?\*/", "", "".join(map(_text, assets.STYLES)), flags=re.DOTALL)
    return json.dumps({"modules": modules, "styles": styles}).encode()


def _named_imports(name: str, source: str) -> str:
    """A module's source with every module that it imports named by its place, and not from where it stands; without
    its comments, which are an eighth of what is packed."""
    here = posixpath.dirname(f"rnnviz/{name}")
    return _IMPORT.sub(
        lambda found: f'"{posixpath.normpath(posixpath.join(here, found[1]))}"', _COMMENT.sub("", source)
    )


@cache
def _plotly(in_space: bool) -> str:
    kinds = {"bar", "heatmap"} | ({"scatter3d"} if in_space else set())
    return _packed(with_charts(assets.files()["plotly.min.js"].read_text("utf-8"), kinds).encode())


@cache
def _text(name: str) -> str:
    return shipped_path(f"assets/{name}").read_text("utf-8")


def _packed(content: bytes) -> str:
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()
