"""Where the files are that come with the package: app.py, pages/, assets/, and Streamlit's settings."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
# A wheel keeps them together in one folder of the package, named as in pyproject.toml: a folder called "pages" at the
# top of site-packages would be everybody's. In a checkout they stand beside the package.
_BUNDLED = _PACKAGE / "_shipped"


def shipped_path(path: str) -> Path:
    """``"assets/logo.svg"``, as it is called in a checkout, where it is on this machine."""
    return (_BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent) / path
