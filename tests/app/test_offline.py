"""The file of a page: what it brings along, and what it leaves out."""

import base64
import gzip
import json
import re
import tomllib

import pytest

from rnnviz.app.stage import assets, offline
from rnnviz.app.stage.board import Board
from rnnviz.app.stage.plotly_script import with_charts
from rnnviz.shipped_files import shipped_path
from tests.app.test_board import unpack
from tests.intents import intents

NASTY = "</script><script>alert(1)</script>"


def parts(document: str) -> dict[str, bytes]:
    """What stands compressed in a document, by its id."""
    packed = re.findall(r'<script type="text/plain" id="([\w-]+)">([\w+/=]*)</script>', document)
    return {name: gzip.decompress(base64.b64decode(text)) for name, text in packed}


def kinds(script: str) -> set[str]:
    """The kinds of charts that a script of Plotly's draws."""
    return set(re.findall(r'moduleType:"trace",name:"(\w+)"', script))


@pytest.fixture
def board() -> Board:
    made = Board(["what", NASTY], [True, False], units=2)
    made.row({"kind": "radius", "span": 12}, {"kind": "missing", "text": NASTY, "span": 6})
    made.row({"kind": "sweep", "span": 12})
    return made


def test_every_module_that_a_module_imports_is_brought_along():
    modules = json.loads(parts(offline.html([], title="", language="en"))["stage"])["modules"]
    asked = {
        name for source in modules.values() for name in re.findall(r'^(?:import|\} from) .*?"(.*?)"', source, re.M)
    }
    assert asked < set(modules)
    assert "rnnviz/stage/scenes/sheet.js" in asked
    assert not any(re.search(r'"\.\.?/[\w/]+\.js"', source) for source in modules.values())


def test_what_only_a_server_can_do_is_left_out(board):
    header, *_numbers = unpack(parts(offline.html([board.payload({"words": 1})], title="", language="en"))["board-0"])
    assert header["offline"] is True
    assert header["editing"] is None
    assert [[panel["kind"] for panel in row] for row in header["rows"]] == [["missing"]]


def test_the_numbers_are_those_that_the_app_sends(board):
    board.array("h", intents("LSTM").trace().layers[0]["h"].at(batch=0).values)
    payload = board.payload()
    sent = unpack(parts(offline.html([payload], title="", language="en"))["board-0"])[1]
    assert sent["h"].tobytes() == unpack(payload.message())[1]["h"].tobytes() == payload.body


def test_nothing_that_was_typed_becomes_markup(board):
    document = offline.html([board.payload()], title=NASTY, language="en")
    assert "alert(1)</script>" not in document


def test_plotly_is_brought_along_for_charts_alone(board):
    assert "plotly" not in parts(offline.html([board.payload()], title="", language="en"))
    figure = {"data": [{"type": "scatter", "name": "line", "y": [1, 2]}], "layout": {}}
    board.row({"kind": "chart", "figure": figure, "span": 12})
    script = parts(offline.html([board.payload()], title="", language="en"))["plotly"].decode()
    assert "window.Plotly = Plotly" in script
    assert kinds(script) == {"scatter", "bar", "heatmap"}


def test_a_script_brings_the_charts_that_are_asked_for_and_no_maps():
    whole = assets.files()["plotly.min.js"].read_text("utf-8")
    assert kinds(whole) > {"scatter", "bar", "heatmap", "scatter3d", "choroplethmap"}
    assert kinds(with_charts(whole, {"bar", "scatter3d"})) == {"scatter", "bar", "scatter3d"}
    assert len(with_charts(whole, {"bar", "heatmap"})) < len(whole) / 3


@pytest.mark.parametrize("script", ["", "var Plotly=(()=>{", "var Plotly=(()=>{var a=1;return a();})();"])
def test_a_script_that_is_built_otherwise_stays_as_it_is(script):
    assert with_charts(script, {"bar"}) == script


@pytest.mark.parametrize(("theme", "place"), [("light", 1), ("dark", 2)])
def test_the_colours_are_those_of_the_app(theme, place):
    settings = tomllib.loads(shipped_path(".streamlit/config.toml").read_text("utf-8"))["theme"][theme]
    style_sheet = shipped_path("assets/offline.css").read_text("utf-8")
    for name, color in settings.items():
        variable = "--st-" + re.sub("([A-Z])", r"-\1", name).lower()
        found = re.search(rf"{variable}: light-dark\((#\w+), (#\w+)\)", style_sheet)
        assert found[place] == color
