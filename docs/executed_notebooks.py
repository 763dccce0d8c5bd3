"""A Sphinx extension: each notebook of docs/notebooks is run from its first cell to its last and becomes a page.

A cell that fails fails the build. nbclient runs them and nbconvert turns texts into HTML; figures are drawn by Plotly's
own script, which is copied beside the pages, so that a page opens from disk. Outputs are not kept in the notebooks: a
page shows what this version of rnnviz really gives.
"""

from __future__ import annotations

import html
import os
import shutil
from pathlib import Path

import nbformat
import plotly
from nbclient import NotebookClient
from nbconvert.filters import markdown2html
from nbconvert.filters.highlight import Highlight2HTML
from nbformat import NotebookNode
from plotly import io
from sphinx.application import Sphinx

FIGURE = "application/vnd.plotly.v1+json"
SECONDS = 180  # that one cell may take
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


def execute(path: Path) -> NotebookNode:
    """The notebook with its outputs, run in the folder of the checkout."""
    notebook = nbformat.read(path, as_version=4)
    root = str(path.resolve().parents[2])
    os.environ |= {"PLOTLY_RENDERER": "plotly_mimetype", "PYTHONPATH": root, "OMP_NUM_THREADS": "1"}
    quiet = ["--log-level=ERROR"]  # each kernel would warn that its ports, of this machine alone, are not encrypted
    NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": root}}, extra_arguments=quiet).execute()
    return notebook


def title_of(notebook: NotebookNode) -> str:
    """What its first line says."""
    return notebook.cells[0].source.splitlines()[0].removeprefix("# ")


def page(notebook: NotebookNode) -> str:
    """The notebook without its title, as HTML."""
    parts = []
    for k, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            text = cell.source if k else "\n".join(cell.source.splitlines()[1:])
            parts.append(markdown2html(text))
        else:
            parts.append(Highlight2HTML()(cell.source, language="python"))
            parts += map(shown, cell.outputs)
    return f'<div class="notebook">{"".join(parts)}</div>'


def shown(output: NotebookNode) -> str:
    """What a cell gave, in the richest form that it has."""
    if output.output_type == "stream":
        return f'<div class="output"><pre>{html.escape(output.text)}</pre></div>'
    data = output.data
    if FIGURE in data:
        figure = io.to_html(dict(data[FIGURE]), full_html=False, include_plotlyjs=False, validate=False)
        return f'<div class="figure-output">{figure}</div>'
    if "text/html" in data:
        return data["text/html"]
    return f'<div class="output"><pre>{html.escape(data["text/plain"])}</pre></div>'


def write_pages(app: Sphinx) -> None:
    """A page of reStructuredText for each notebook, which takes in its HTML."""
    for path in sorted(Path(app.srcdir, "notebooks").glob("*.ipynb")):
        notebook = execute(path)
        whole = path.with_suffix(".html")
        whole.write_text(page(notebook), "utf-8")
        title = title_of(notebook)
        path.with_suffix(".rst").write_text(
            f"{title}\n{'=' * len(title)}\n\n.. raw:: html\n   :file: {whole.name}\n", "utf-8"
        )


def copy_plotly(app: Sphinx, error: Exception | None) -> None:
    if error is None:
        shutil.copy(PLOTLY, Path(app.outdir, "_static"))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_js_file(PLOTLY.name)
    app.connect("builder-inited", write_pages)
    app.connect("build-finished", copy_plotly)
    return {"parallel_read_safe": True}
