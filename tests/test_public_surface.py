"""What a notebook sees: the public names, the README's own snippets, and nothing heavy that was not asked for."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import rnnviz
from pages import PAGES
from rnnviz import serving

ROOT = Path(__file__).resolve().parents[1]
NO_PAGES = {"__init__.py", "frame.py", "knobs.py", "lab_knobs.py", "recurrence_knobs.py"}
SNIPPETS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
PROMISED = {
    "record",
    "backpropagate",
    "Hold",
    "Network",
    "from_torch",
    "load",
    "CELLS",
    "TASKS",
    "Trace",
    "Signal",
    "show",
    "open",
    "subject",
    "Recipe",
    "train",
    "generate",
    "sweep",
    "watch",
    "search",
}
PROMISED |= {"cells", "dynamics", "figures", "files", "forecasting", "gradients", "memory", "searching", "watching"}


def python(code: str) -> str:
    """What a fresh interpreter prints, warnings being errors."""
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    return run.stdout.strip()


def test_the_public_names_are_those_that_are_promised_and_all_of_them_are_there():
    assert set(rnnviz.__all__) == PROMISED
    assert len(rnnviz.__all__) == len(PROMISED)
    for name in rnnviz.__all__:
        assert getattr(rnnviz, name) is not None
    assert set(dir(rnnviz)) >= PROMISED


def test_the_packages_are_there_without_an_import_of_their_own():
    packages = ("cells", "dynamics", "figures", "files", "gradients", "memory")
    assert python(f"import rnnviz; print(*(getattr(rnnviz, name).__name__ for name in {packages}))").split() == [
        f"rnnviz.{name}" for name in packages
    ]


def test_editors_are_told_the_same_names_as_are_imported_when_asked_for():
    tree = ast.parse(Path(rnnviz.__file__).read_text("utf-8"))
    (told,) = (
        node.body for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    homes = {alias.name: line.module for line in told for alias in line.names}
    assert homes.keys() == PROMISED
    for name, home in homes.items():
        module = importlib.import_module(home)
        assert getattr(rnnviz, name) is getattr(module, name)


def test_a_star_import_brings_exactly_the_public_names():
    names: dict[str, object] = {}
    exec("from rnnviz import *", names)
    assert set(names) - {"__builtins__"} == PROMISED


@pytest.mark.parametrize("name", ["Record", "ui", "lstm", "_"])
def test_a_name_that_is_not_public_is_an_attribute_error_that_names_it(name):
    with pytest.raises(AttributeError, match=f"module 'rnnviz' has no attribute '{name}'"):
        rnnviz.__getattr__(name)


@pytest.mark.parametrize("package", ["figures", "files", "gradients", "memory", "cells", "tasks"])
def test_what_a_package_offers_is_there(package):
    module = __import__(f"rnnviz.{package}", fromlist=["*"])
    assert all(hasattr(module, name) for name in module.__all__)
    assert len(set(module.__all__)) == len(module.__all__)


def test_there_are_snippets_and_they_use_the_public_surface():
    assert len(SNIPPETS) >= 2
    used = set(re.findall(r"rnnviz\.(\w+)", "".join(SNIPPETS)))
    assert used <= PROMISED
    assert {"record", "figures", "backpropagate"} <= used


def test_the_snippets_of_the_readme_run_one_after_another_and_their_comments_are_true(monkeypatch, tmp_path):
    shown, opened = [], []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(serving, "serve", lambda content, *_: opened.append(content) or serving.Opened(None, ""))
    monkeypatch.setattr(serving.Opened, "wait", lambda opened: None)
    torch.save(torch.nn.GRU(4, 16).state_dict(), "model.pt")
    monkeypatch.setattr("plotly.graph_objects.Figure.show", lambda figure: shown.append(figure))
    names: dict[str, object] = {}
    for snippet in SNIPPETS:
        exec(snippet, names)
    assert (len(shown), len(opened)) == (1, 1)
    claims = [line for snippet in SNIPPETS for line in snippet.splitlines() if re.search(r"# \(\d", line)]
    assert len(claims) == 2
    for line in claims:
        expression, _, comment = line.partition("#")
        assert str(eval(expression, names).shape) == re.match(r" (\([\d, ]+\))", comment)[1]


def test_the_shape_of_a_backward_forget_gate_is_printed_by_one_line():
    line = (
        "import rnnviz, torch; "
        "t = rnnviz.record(torch.nn.LSTM(8, 32, num_layers=2, bidirectional=True), torch.randn(50, 1, 8)); "
        "print(t.layer(1, 'backward')['f'].values.shape)"
    )
    assert python(line) == "(50, 1, 32)"


def loaded(code: str) -> set[str]:
    said = python(f"import sys; {code}; print(*[m for m in ('torch', 'streamlit', 'plotly') if m in sys.modules])")
    return set(said.split())


def test_importing_rnnviz_imports_nothing_heavy():
    assert loaded("import rnnviz") == set()


def test_recording_and_gradients_need_neither_streamlit_nor_plotly():
    used = "rnnviz.record, rnnviz.backpropagate, rnnviz.memory, rnnviz.subject().trace()"
    assert loaded(f"import rnnviz; {used}") == {"torch"}


def test_figures_need_neither_streamlit_nor_torch():
    assert loaded("import rnnviz; rnnviz.figures.heatmap") == {"plotly"}


def test_a_page_of_the_table_of_contents_is_a_file_and_a_file_is_a_page():
    files = [page.file for page in PAGES]
    assert len(set(files)) == len(files)
    assert set(files) == {path.name for path in (ROOT / "pages").glob("*.py")} - NO_PAGES
    for texts in ([page.title for page in PAGES], [page.icon for page in PAGES]):
        assert len(set(texts)) == len(PAGES)
    assert all(re.fullmatch(r":material/\w+:", page.icon) for page in PAGES)
    assert all(page.section and page.help[-1] in ".?" for page in PAGES)


def test_pages_of_one_section_stand_together():
    sections = [page.section for page in PAGES]
    assert sections == sorted(sections, key=sections.index)


def test_every_page_has_its_row_in_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert all(f"| **{page.title}** |" in readme for page in PAGES)
