"""The app as ``pip install`` brings it: from the wheel, in an environment and a folder that hold nothing of ours."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pages import PAGES
from tests.browser.server import Server
from tests.wheel import build


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """The folder of the commands of a fresh environment with nothing in it but the wheel.

    What the wheel depends on is read from this environment's site-packages, by a path file: to install torch and
    Streamlit again takes minutes and a network. Nothing of the checkout is on that path, and tests/test_wheel.py
    compares the requirements that the wheel names with those that are installed here.
    """
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    commands = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        commands / "python",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
    ]
    subprocess.run([*pip, build(tmp_path / "wheel")], check=True)
    ask = [commands / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip())
    assert {path.name.split("-")[0] for path in packages.iterdir()} == {"rnnviz"}
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    return commands


@pytest.fixture
def installed(environment: Path, tmp_path: Path) -> Iterator[Server]:
    """The command in a folder that looks like another app's, whose files and settings must not be taken for ours."""
    elsewhere = tmp_path / "elsewhere"
    for name, text in {
        "app.py": "raise SystemExit('another app')",
        "pages/__init__.py": "PAGES = ()",
        ".streamlit/config.toml": '[theme]\nfont = "monospace"\n',
    }.items():
        (elsewhere / name).parent.mkdir(parents=True, exist_ok=True)
        (elsewhere / name).write_text(text, "utf-8")
    with Server(tmp_path, [environment / "rnnviz", "--no-browser"], elsewhere) as server:
        yield server


def test_a_page_opens_from_the_installed_wheel_as_the_first_thing_that_is_asked_for(installed, arrive):
    visitor = arrive("/states", server=installed)
    assert visitor.menu == [page.title for page in PAGES]
    expect(visitor.claim).not_to_be_empty()
    font = visitor.page.get_by_test_id("stApp").evaluate("app => getComputedStyle(app).fontFamily")
    assert font.startswith("Inter")  # as the shipped settings say
    assert "Traceback" not in installed.log_since(0)
