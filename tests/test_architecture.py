"""Which package is on which floor, and what may be imported where. Imports are read by ast."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# A package, or a module that stands alone, may import from its own package and from the floors below.
FLOORS = {
    "rnnviz.trace": 0,
    "rnnviz.trace_files": 0,
    "rnnviz.trace_tables": 0,
    "rnnviz.compute": 0,
    "rnnviz.shipped_files": 0,
    "rnnviz.cells": 1,
    "rnnviz.network": 1,
    "rnnviz.attention": 1,
    "rnnviz.encoder_decoder": 1,
    "rnnviz.attentive_network": 1,
    "rnnviz.translating": 2,
    "rnnviz.torch_modules": 1,
    "rnnviz.projections": 1,
    "rnnviz.sharing": 1,
    "rnnviz.head_layers": 1,
    "rnnviz.linear_heads": 1,
    "rnnviz.plain_modules": 1,
    "rnnviz.inside": 1,
    "rnnviz.surroundings": 2,
    "rnnviz.accepting": 1,
    "rnnviz.holding": 1,
    "rnnviz.budget": 1,
    "rnnviz.linear_readout": 1,
    "rnnviz.straight_line": 0,
    "rnnviz.tasks": 1,
    "rnnviz.matching": 2,
    "rnnviz.verifying": 2,
    "rnnviz.layer_by_layer": 2,
    "rnnviz.layer_traces": 2,
    "rnnviz.recording": 2,
    "rnnviz.gradients": 2,
    "rnnviz.memory": 2,
    "rnnviz.dynamics": 2,
    "rnnviz.depth": 2,
    "rnnviz.saturation": 2,
    "rnnviz.watching": 2,
    "rnnviz.training.worker": 4,
    "rnnviz.training": 2,
    "rnnviz.checkpoints": 2,
    "rnnviz.summands": 2,
    "rnnviz.answers": 2,
    "rnnviz.generating": 2,
    "rnnviz.batching": 2,
    "rnnviz.batching_times": 2,
    "rnnviz.files": 2,
    "rnnviz.forecasting": 2,
    "rnnviz.figures": 3,
    "rnnviz.refusals": 0,
    "rnnviz.subjects": 3,
    "rnnviz.sweeps": 3,
    "rnnviz.searching": 3,
    "rnnviz.serving": 3,
    "rnnviz.piping": 3,
    "rnnviz.app.knobs": 1,
    "rnnviz.app.page_row": 2,
    "rnnviz.studies": 4,
    "rnnviz.app.notebook": 6,
    "rnnviz.app": 5,
    "rnnviz.__main__": 6,
    "app": 6,
    "pages": 6,
    "tools": 6,
    "benchmarks": 6,
}
# What may be imported from the same floor: a trace is written to a file and read from it, a network is made of cells,
# a torch module is read as a network, what a caller gives goes with one, a recording is verified, an answer has
# summands, what depth does and what training meets is read off gradients, a run in a file belongs to a vocabulary,
# what is timed is a batch, a file may be one of our own, a sweep trains subjects, the server and the translators' tool
# read the table of pages, what opens a browser shows the stage where a notebook asks.
EXCEPTIONS = {
    "rnnviz.trace": {"rnnviz.trace_files", "rnnviz.trace_tables"},
    "rnnviz.trace_files": {"rnnviz.trace"},
    "rnnviz.trace_tables": {"rnnviz.trace"},
    "rnnviz.network": {"rnnviz.cells", "rnnviz.head_layers"},
    "rnnviz.linear_heads": {"rnnviz.head_layers"},
    "rnnviz.encoder_decoder": {"rnnviz.attention", "rnnviz.cells", "rnnviz.network"},
    "rnnviz.attentive_network": {"rnnviz.attention", "rnnviz.cells", "rnnviz.network"},
    "rnnviz.translating": {"rnnviz.layer_traces", "rnnviz.recording"},
    "rnnviz.torch_modules": {"rnnviz.cells", "rnnviz.network", "rnnviz.plain_modules", "rnnviz.projections"},
    "rnnviz.sharing": {
        "rnnviz.cells",
        "rnnviz.head_layers",
        "rnnviz.linear_heads",
        "rnnviz.network",
        "rnnviz.torch_modules",
    },
    "rnnviz.inside": {
        "rnnviz.linear_heads",
        "rnnviz.network",
        "rnnviz.plain_modules",
        "rnnviz.sharing",
        "rnnviz.torch_modules",
    },
    "rnnviz.holding": {"rnnviz.cells", "rnnviz.network"},
    "rnnviz.accepting": {"rnnviz.cells", "rnnviz.network", "rnnviz.plain_modules", "rnnviz.torch_modules"},
    "rnnviz.layer_by_layer": {"rnnviz.verifying"},
    "rnnviz.layer_traces": {"rnnviz.verifying"},
    "rnnviz.recording": {"rnnviz.verifying", "rnnviz.layer_by_layer", "rnnviz.layer_traces"},
    "rnnviz.answers": {"rnnviz.summands"},
    "rnnviz.training": {"rnnviz.checkpoints", "rnnviz.gradients", "rnnviz.saturation"},
    "rnnviz.batching_times": {"rnnviz.batching"},
    "rnnviz.watching": {"rnnviz.gradients", "rnnviz.saturation"},
    "rnnviz.depth": {"rnnviz.gradients"},
    "rnnviz.files": {"rnnviz.checkpoints"},
    "rnnviz.sweeps": {"rnnviz.subjects"},
    "rnnviz.searching": {"rnnviz.subjects"},
    "rnnviz.piping": {"rnnviz.subjects"},
    "rnnviz.serving": {"rnnviz.piping", "rnnviz.subjects", "rnnviz.app.notebook"},
    "app": {"pages"},
    "tools": {"pages"},
    "rnnviz": {"rnnviz.app.notebook"},  # the one public name that draws: imported when it is asked for
}
# The public surface, rnnviz/__init__.py, names what the floors up to this one offer. Only the top floor imports it.
SURFACE, SURFACE_FLOOR = "rnnviz", 3
BLIND_TO_THE_TRACE = {
    *("rnnviz.cells", "rnnviz.network", "rnnviz.torch_modules", "rnnviz.accepting", "rnnviz.tasks"),
    *("rnnviz.attention", "rnnviz.encoder_decoder", "rnnviz.attentive_network"),
}
# The benchmarks draw what the figures are measured against: a plain page with charts of its own.
MAY_PLOT = {"rnnviz.figures", "benchmarks"}
ONLY_THE_TRACE = {"rnnviz.figures"}
OURS = {package.split(".")[0] for package in FLOORS}
LONGEST, LONGEST_PAGE, LONGEST_TABLE = 250, 60, 340  # the table of contents is one row per page


def package_of(module: str) -> str | None:
    """The package that a dotted name lives in: "rnnviz.cells.lstm" in "rnnviz.cells"; None if it is on no floor."""
    for package in FLOORS:
        if module == package or module.startswith(package + "."):
            return package
    return SURFACE if module == SURFACE else None


def imports(source: str, module: str, is_package: bool = False) -> set[str]:
    """Every dotted name that ``source`` imports, wherever in the file it does."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*parts, *([node.module] if node.module else [])])
            # "from rnnviz import figures" names a package, "from rnnviz import record" a thing of the surface.
            inside = {name for alias in node.names if package_of(name := f"{base}.{alias.name}") in FLOORS}
            found |= inside if base == SURFACE and len(inside) == len(node.names) else inside | {base}
    return found


def violations(source: str, module: str, is_package: bool = False) -> list[str]:
    """What is wrong with the imports of one module, in sentences; empty if nothing is."""
    package, wrong = package_of(module), []
    if package is None:
        return [f"{module} is on no floor: give it one in FLOORS"]
    floor = SURFACE_FLOOR + 0.5 if package == SURFACE else FLOORS[package]
    for name in sorted(imports(source, module, is_package)):
        top = name.split(".")[0]
        if top in OURS:
            other = package_of(name)
            below = SURFACE_FLOOR + 0.5 if other == SURFACE else FLOORS.get(other, 9)
            if other != package and below >= floor and other not in EXCEPTIONS.get(package, ()):
                wrong.append(f"{module} (floor {floor}) imports {name}, which is not below it")
            if package in BLIND_TO_THE_TRACE and other == "rnnviz.trace":
                wrong.append(f"{module} imports the trace: the mathematics does not know that it is watched")
            if package in ONLY_THE_TRACE and other not in (package, "rnnviz.trace"):
                wrong.append(f"{module} imports {name}: a figure draws signals and knows nothing else of ours")
        elif top == "plotly" and package not in MAY_PLOT:
            wrong.append(f"{module} imports plotly, which belongs to rnnviz.figures")
        elif top == "streamlit" and floor < 5:
            wrong.append(f"{module} imports streamlit, which belongs to the floors 5 and 6")
        elif top == "torch" and (floor == 0 or package == "rnnviz.figures"):
            wrong.append(f"{module} imports torch, but draws or keeps plain numbers")
    return wrong


def sources() -> list[Path]:
    files = [ROOT / "app.py"] if (ROOT / "app.py").exists() else []
    return files + sorted(path for top in OURS - {"app"} for path in (ROOT / top).rglob("*.py"))


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_every_module_imports_only_what_its_floor_allows():
    wrong = []
    for path in sources():
        wrong += violations(path.read_text(encoding="utf-8"), module_name(path), path.name == "__init__.py")
    assert wrong == []


def test_no_module_is_a_drawer_for_odds_and_ends():
    for path in sources():
        assert not {"utils", "helpers", "common", "misc"} & set(module_name(path).split(".")), path


def test_no_file_is_longer_than_one_can_read_at_once():
    lines = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    pages = set((ROOT / "pages").glob("*.py")) - {
        ROOT / "pages" / name for name in ("__init__.py", "knobs.py", "lab_knobs.py", "recurrence_knobs.py")
    }
    most = {path.relative_to(ROOT): LONGEST_PAGE for path in pages}
    most[Path("pages/__init__.py")] = LONGEST_TABLE
    assert {path: count for path, count in lines.items() if count > most.get(path, LONGEST)} == {}


def test_every_python_file_of_the_project_is_in_a_package_or_a_test():
    folders = [path for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "." and path.name != "build"]
    tops = {path.stem for path in ROOT.glob("*.py")} | {path.name for path in folders if any(path.rglob("*.py"))}
    assert tops <= OURS | {"docs", "tests"}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("rnnviz.trace", "import torch"),
        ("rnnviz.trace", "from torch.nn import functional as F"),
        ("rnnviz.trace", "from rnnviz.cells import LSTM"),
        ("rnnviz.cells.lstm", "from rnnviz.trace import Trace"),
        ("rnnviz.cells.lstm", "from rnnviz import trace"),
        ("rnnviz.cells.lstm", "from .. import trace"),
        ("rnnviz.cells.lstm", "from ..trace import Signal"),
        ("rnnviz.cells.lstm", "from rnnviz.network import Network"),
        ("rnnviz.cells.lstm", "def late():\n    import rnnviz.recording"),
        ("rnnviz.network", "from rnnviz.tasks import TASKS"),
        ("rnnviz.tasks.intents", "from rnnviz.network import Network"),
        ("rnnviz.gradients", "from rnnviz.recording import record"),
        ("rnnviz.recording", "from rnnviz import record"),
        ("rnnviz.recording", "import plotly.graph_objects as go"),
        ("rnnviz.subjects.subject", "import streamlit as st"),
        ("rnnviz.subjects.subject", "from rnnviz.studies import fixed_points"),
        ("rnnviz.figures.heatmap", "import torch"),
        ("rnnviz.figures.heatmap", "from rnnviz.cells import CELLS"),
        ("rnnviz.figures.heatmap", "from rnnviz.subjects import Subject"),
        ("rnnviz.figures.heatmap", "import streamlit"),
        ("rnnviz.app.stage.board", "import plotly"),
        ("rnnviz.app.stage.board", "from pages import PAGES"),
        ("rnnviz", "from rnnviz.app import stage"),
        ("pages.states", "import app"),
        ("benchmarks.record", "from tools import make_models"),
        ("rnnviz.something", "import numpy"),
        ("rnnviz.cells.lstm", "import rnnviz.something"),
    ],
)
def test_a_planted_violation_is_caught(module, source):
    assert violations(source, module)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("rnnviz.network", "from rnnviz.cells import CELLS"),
        ("rnnviz.cells.lstm", "from .base import Cell\nfrom rnnviz.cells import diagram\nimport torch, numpy"),
        ("rnnviz.recording", "from rnnviz import trace, network\nimport rnnviz.cells.lstm"),
        ("rnnviz.figures.heatmap", "from rnnviz.figures import style\nfrom rnnviz.trace import Signal\nimport plotly"),
        ("rnnviz.app.panels.state_charts", "from rnnviz import figures, dynamics\nimport streamlit"),
        ("rnnviz", "from rnnviz.recording import record\nfrom rnnviz import figures"),
        ("benchmarks.record", "from rnnviz import record\nimport torch"),
        ("app", "from rnnviz.app.stage import assets\nimport streamlit"),
    ],
)
def test_what_the_floors_allow_is_not_called_a_violation(module, source):
    assert violations(source, module) == []
