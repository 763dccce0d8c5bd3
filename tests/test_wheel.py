"""What the wheel holds, and where it puts it."""

from __future__ import annotations

import email
import re
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

import rnnviz
from tests.wheel import ROOT, build


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    return ZipFile(build(tmp_path_factory.mktemp("wheel")))


@pytest.fixture(scope="module")
def metadata(wheel: ZipFile) -> email.message.Message:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return email.message_from_string(wheel.read(name).decode())


def below(folder: str) -> set[str]:
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
    return {name for name in files if "__pycache__" not in name}


def test_all_that_the_app_needs_is_in_the_package_and_nothing_else_is_installed(wheel):
    ours = below("rnnviz")
    app = {"app.py", ".streamlit/config.toml"} | below("pages") | below("assets")
    app = {name for name in app if Path(name).suffix not in (".po", ".png")}
    expected = ours | {f"rnnviz/_shipped/{name}" for name in app}
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == expected
    assert "rnnviz/py.typed" in ours


def test_the_wheels_version_is_the_packages(metadata):
    assert metadata["Version"] == rnnviz.__version__


def test_the_extras_are_those_that_the_readme_names(metadata):
    readme = (ROOT / "README.md").read_text("utf-8")
    assert set(metadata.get_all("Provides-Extra")) == {"app", "keras", "onnx", "xarray"}
    assert "[onnx]" in readme  # what the app needs comes without asking
    assert "[keras]" in readme
    assert "[xarray]" in readme


def test_the_exact_requirements_of_the_app_lie_within_those_of_the_wheel(metadata):
    wanted = [Requirement(line) for line in metadata.get_all("Requires-Dist")]
    wide = {one.name: one.specifier for one in wanted if not re.search("xarray", str(one.marker))}
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    exact = dict(line.split("==") for line in lines if not line.startswith("#"))
    assert set(exact) == set(wide)
    assert all(specifier.contains(exact[name]) for name, specifier in wide.items())


def test_the_command_is_the_modules_main(wheel):
    (name,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "[console_scripts]\nrnnviz = rnnviz.__main__:main" in wheel.read(name).decode()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "version" not in project  # it is written in rnnviz/__init__.py alone
