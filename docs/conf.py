"""What Sphinx builds the site from: `make docs`, then open build/docs/index.html. It needs no network, nor does it load
anything from one."""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import rnnviz  # noqa: E402  the version of this checkout

project = "rnnviz"
author = "the authors of rnnviz"
project_copyright = author
version = release = rnnviz.__version__

extensions = ["sphinx.ext.autodoc", "executed_notebooks", "page_list"]
exclude_patterns = ["notebooks/**.ipynb"]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True

html_theme = "alabaster"
html_title = f"rnnviz {version}"
html_logo = "../assets/logo.svg"
html_favicon = "../assets/logo.svg"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_copy_source = html_show_sourcelink = False
html_theme_options = {
    "description": "See inside recurrent neural networks, one time step at a time",
    "fixed_sidebar": True,
    "page_width": "1160px",
    "font_family": "Inter, 'Noto Sans', system-ui, sans-serif",
    "head_font_family": "Inter, 'Noto Sans', system-ui, sans-serif",
    "show_powered_by": False,
}


def with_plain_bars(app, what, name, obj, options, lines: list[str]) -> None:
    """In a docstring | is the size of a number; reStructuredText would take two of them for a name to be replaced."""
    lines[:] = [re.sub(r"(``.*?``)|\|", lambda found: found[1] or r"\|", line) for line in lines]


def setup(app) -> None:
    app.connect("autodoc-process-docstring", with_plain_bars)
