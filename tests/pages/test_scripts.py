"""The script of each page, for a shipped and an uploaded network: elsewhere, with the wheel alone, it prints the page's
numbers."""

import base64
import json
import re
import subprocess
import sys
from decimal import Decimal
from typing import NamedTuple
from zipfile import ZipFile

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from torch import nn

from pages import PAGES
from rnnviz.app import script
from tests.files.models import as_pt, tagger
from tests.pages.test_your_model import bare, dropped, upload
from tests.pages.visit import board, land, whole
from tests.wheel import build

# What its own tests open takes long: tests/pages/test_how_the_lstm_came_to_be.py runs its code.
SHIPPED = [page for page in PAGES if page.opens and page.address != "how-the-lstm-came-to-be"]
OF_ONE_OF_THE_PROJECTS = {
    *("side-by-side", "two-directions", "a-matrix-as-memory", "echo-state-network", "dynamics", "write", "forecast")
}
UPLOADED = [page for page in SHIPPED if page.address not in OF_ONE_OF_THE_PROJECTS]
FILES = {
    "tagger.pt": as_pt(tagger(nn.LSTM).float().state_dict()),
    "GRU's.pt": as_pt(bare(nn.GRU).state_dict()),
    "two.pt": as_pt(nn.ModuleDict({"a": tagger(nn.RNN), "b": tagger(nn.GRU, seed=1)}).state_dict()),
    "vocabulary.txt": b"<unk>\nwhat\ntime\nis\nit\n?\n",
    "walk.csv": b"1,2,3\n0.5,0,-1\n0,1,1\n",
}
NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
# Runs the scripts one after another, and prints what each has printed, {file: [text of each call of print]}.
RUN_ALL = """
import json, pathlib, runpy
import plotly.graph_objects as go
go.Figure.show = lambda figure: None
told = {}
for path in sorted(pathlib.Path().glob("*.py")):
    said = told.setdefault(path.name, [])
    runpy.run_path(str(path), {"print": lambda *values: said.append(" ".join(map(str, values)))})
print(json.dumps(told))
"""


def with_words() -> AppTest:
    """An LSTM of words, with fewer of them than its embedding has rows."""
    at = dropped(FILES["tagger.pt"], "tagger.pt")
    at = whole(at.button_group[0].set_value("text").run())
    at = upload(at, "vocabulary.txt", FILES["vocabulary.txt"], place=1)
    return whole(next(field for field in at.text_input if field.key == "text").set_value("what is it now ?").run())


def with_a_table() -> AppTest:
    at = dropped(FILES["GRU's.pt"], "GRU's.pt")
    at = whole(at.button_group[0].set_value("file").run())
    return upload(at, "walk.csv", FILES["walk.csv"], place=1)


def with_ids() -> AppTest:
    """Of a file with two modules."""
    at = dropped(FILES["two.pt"], "two.pt")
    at = whole(next(box for box in at.selectbox if box.label == "Module").set_value("b.rnn").run())
    at = whole(at.button_group[0].set_value("ids").run())
    return whole(next(field for field in at.text_input if "Token ids" in field.label).set_value("1 2 10 0").run())


def last_place(number: str) -> float:
    """Half a unit in the last place that is written."""
    return 0.51 * 10.0 ** Decimal(number).as_tuple().exponent


def run_all(folder: str, site: str) -> dict[str, list[str]]:
    command = [sys.executable, "-c", RUN_ALL]
    ran = subprocess.run(
        command,
        cwd=folder,
        env={"PYTHONPATH": site, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def sent(at: AppTest) -> np.ndarray:
    """All numbers that the page's stages were sent, in panels or in charts."""
    found: list[np.ndarray] = []

    def look(value: object) -> None:
        if isinstance(value, dict) and "bdata" in value:
            found.append(np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"]).astype(float))
        elif isinstance(value, dict | list):
            for each in value.values() if isinstance(value, dict) else value:
                look(each)
        elif isinstance(value, int | float):
            found.append(np.array([value], float))

    for place in range(len(at.get("bidi_component"))):
        header, arrays = board(at, place)
        look(header)
        found += [array.astype(float) for array in arrays.values()]
    return np.concatenate(found)


class Opened(NamedTuple):
    """``code``: the page's as a script. ``stage``: all numbers that its stages were sent; ``answers``: on Side by side,
    the one that leads, by cell."""

    code: str
    stage: np.ndarray
    answers: dict[str, int]


def read(at: AppTest) -> Opened:
    assert not at.warning
    header, arrays = board(at)
    last = {name: array.reshape(header["steps"], -1)[-1] for name, array in arrays.items() if name[:2] == "p:"}
    answers = {name[2:]: int(chances.argmax()) for name, chances in last.items()}
    code = next(block.value for block in at.code if "import " in block.value and "open(model" not in block.value)
    return Opened(script.printing(code), sent(at), answers)


@pytest.fixture(scope="module")
def pages() -> dict[str, Opened]:
    opened = {f"shipped {page.address}": read(land(page.file)) for page in SHIPPED}
    for kind, arrive, shown in (
        ("words", with_words, UPLOADED),
        ("table", with_a_table, [page for page in SHIPPED if page.address == "dynamics"]),
        ("ids", with_ids, UPLOADED[:1]),
    ):
        at = arrive()
        for page in shown:
            at = whole(at.switch_page(page.file).run())
            opened[f"{kind} {page.address}"] = read(at)
    return opened


def test_the_script_of_each_page_prints_its_numbers_elsewhere(pages, tmp_path):
    """A number in a comment, which the page wrote beside a line, is what that line prints; and it is on the stage."""
    site, folder = tmp_path / "site", tmp_path / "folder"
    ZipFile(build(tmp_path)).extractall(site)
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    for name, page in pages.items():
        (folder / f"{name}.py").write_text(page.code, "utf-8")
    told = run_all(folder, str(site))
    for name, page in pages.items():
        said = told[f"{name}.py"]
        if name == "shipped side-by-side":
            assert dict(line.split() for line in said) == {cell: str(k) for cell, k in page.answers.items()}
            continue
        lines = [line for line in page.code.splitlines() if line.startswith("print(")]
        fractions = []
        for line, printed in zip(lines, said, strict=True):
            comment = line.partition("  # ")[2].strip()
            if re.match(r"\[|-?\d+\.\d", comment):
                written, numbers = NUMBER.findall(comment), NUMBER.findall(printed)
                for own, number in zip(written, numbers, strict=True):
                    assert float(number) == pytest.approx(float(own), rel=1e-5, abs=last_place(own) + 1e-12), line
                fractions += [float(number) for number in numbers if "." in number and float(number)]
            elif comment:
                assert comment.startswith((printed, printed[:50])), (name, line, printed)
        for number in fractions:
            ways = [number, np.log10(abs(number)), 10**number]
            assert any(np.isclose(page.stage, way, rtol=1e-4, atol=1e-12).any() for way in ways), (name, number)
        assert fractions or name.endswith(("dynamics", "forecast"))  # where what is printed is counted
