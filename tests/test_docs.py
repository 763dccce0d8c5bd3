"""The documentation: each example in a docstring is true, and the site builds from notebooks that run and reads from
disk."""

import doctest
import importlib
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "rnnviz").rglob("*.py")
    if ">>> " in path.read_text("utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_docstrings_are_true(name):
    tried = doctest.testmod(importlib.import_module(name))
    assert tried.attempted > 0
    assert tried.failed == 0


@pytest.mark.parametrize("page", sorted(p for p in (ROOT / "docs").glob("*.rst") if ">>> " in p.read_text("utf-8")))
def test_the_examples_of_guides_are_true(page):
    tried = doctest.testfile(str(page), module_relative=False)
    assert (tried.failed, tried.attempted > 0) == (0, True)


def test_the_site_is_built_without_a_warning_and_every_link_on_it_leads_somewhere_on_this_disk(tmp_path):
    build = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-d",
        tmp_path / "trees",
        "docs",
        tmp_path / "site",
    ]
    run = subprocess.run(build, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    pages = {path: path.read_text("utf-8") for path in (tmp_path / "site").rglob("*.html")}
    assert len([path for path in pages if path.parent.name == "notebooks"]) == len(
        list((ROOT / "docs" / "notebooks").glob("*.ipynb"))
    )
    for path, text in pages.items():
        text = re.sub(r'srcdoc="[^"]*"', "", text)  # a stage is a page of its own, tested elsewhere
        for link in re.findall(r'<(?:a|link|img|script)\b[^>]*?(?:href|src)="([^"]+)"', text):
            target, _, anchor = link.partition("#")
            if target.startswith(("data:", "mailto:")):
                continue
            assert not target.startswith(("http:", "https:", "//")), (path.name, link)
            there = (path.parent / unquote(target.partition("?")[0])) if target else path
            assert there.exists(), (path.name, link)
            if anchor and there.suffix == ".html":
                assert f'id="{unquote(anchor)}"' in pages[there.resolve()], (path.name, link)
