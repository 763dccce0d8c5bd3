"""Vanishing gradients and Gradient map, from their controls down: no choice takes them down, and the code is true."""

import html
import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from rnnviz.cells import CELLS, TRIO
from rnnviz.experiment import MAX_SEED, Experiment
from rnnviz.race import MAX_BIAS, MAX_LENGTH, MAX_RADIUS, Answer, Race
from rnnviz.ui import knobs as shared_knobs
from rnnviz.ui.verdicts import of_forgetting, verdict
from tests.pages.visit import arrive, board, claim, whole

PAGES = ("vanishing_gradients.py", "gradient_map.py")
LONGEST = " ".join(["what", "is", "the", "weather", "?"] * 40)
START = {
    "race_length": 30,
    "race_radius": 0.9,
    "race_bias": 2.0,
    "race_seed": 0,
    "race_repeat": False,
    "race_reads": "noise",
    "race_start": "default",
    "race_f": "tanh",
    "race_loss": "last",
    "map_range": "shared",
    "map_scale": "log",
    "cell": "LSTM",
    "size": "small",
    "text": "what time is it ?",
    "weights": "trained",
    "language": "en",
}


@pytest.fixture(scope="module")
def visits() -> dict[str, AppTest]:
    """One visitor on each page."""
    return {page: arrive(page) for page in PAGES}


@pytest.fixture
def choose(visits: dict[str, AppTest]) -> Callable[..., AppTest]:
    """Set controls, all others as at first, and run the page; nothing may go wrong."""

    def choose(page: str, **changes: object) -> AppTest:
        at = visits[page]
        shared = {name: {**START, **changes}[name] for name in ("cell", "size", "text", "weights")}
        for name, value in {**START, **changes}.items():
            at.session_state[name] = value
        at.session_state["experiment"] = Experiment(**shared)
        at.session_state["chosen"] = True  # as after a control was used: else an older address is gone back to
        return whole(at.run())

    return choose


def chosen_runner(at: AppTest) -> Race | Answer:
    """What the code under the page says that was run."""
    shown = re.search(r"^runner = (.*)$", at.code[0].value, re.MULTILINE)[1]
    return eval(shown, {"Race": Race, "Answer": Answer, "Experiment": Experiment})


every_page = pytest.mark.parametrize("page", PAGES)

EXTREMES = [
    {"race_length": 10},
    {"race_length": MAX_LENGTH},
    {"race_radius": 0.0},
    {"race_radius": MAX_RADIUS},
    {"race_bias": -MAX_BIAS},
    {"race_bias": MAX_BIAS},
    {"race_seed": MAX_SEED},
    {"race_length": MAX_LENGTH, "race_radius": MAX_RADIUS, "race_f": "identity", "race_loss": "every"},
    {"race_length": MAX_LENGTH, "race_radius": MAX_RADIUS, "race_f": "relu", "race_start": "identity"},
    {"race_radius": 0.0, "race_loss": "every", "race_length": 10},
    {"race_f": "relu", "race_start": "orthogonal"},
    {"race_f": "sigmoid", "race_start": "identity", "race_loss": "every"},
]


@every_page
@pytest.mark.parametrize("knobs", EXTREMES, ids=lambda knobs: ", ".join(f"{k[5:]} {v}" for k, v in knobs.items()))
def test_every_knob_at_its_ends_leaves_a_whole_page_whose_title_and_code_follow(page, knobs, choose):
    at = choose(page, **knobs)
    runner = chosen_runner(at)
    names = {"race_f": "nonlinearity", "race_bias": "forget_bias"}
    for key, value in knobs.items():
        asked = page == "vanishing_gradients.py" or key != "race_loss"  # a map has a loss at every step of its own
        assert getattr(runner, names.get(key, key[5:])) == (value if asked else "last")
    assert runner.cell == "LSTM"
    runners = {cell: runner.with_(cell=cell) for cell in TRIO}
    assert html.unescape(claim(at)).endswith("; ".join(verdict(each) for each in runners.values()))
    assert board(at)[0]["steps"] == runner.length


@every_page
@pytest.mark.parametrize(("cell", "size"), [("RNN", "large"), ("LSTM", "medium"), *((cell, "small") for cell in CELLS)])
def test_every_cell_and_size_reads_my_sentence(page, cell, size, choose):
    at = choose(page, race_reads="text", cell=cell, size=size)
    assert chosen_runner(at) == Answer(Experiment(cell, size))
    assert board(at)[0]["tokens"] == ["what", "time", "is", "it", "?"]


@every_page
@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_runs_on_noise(page, cell, choose):
    assert chosen_runner(choose(page, cell=cell)).cell == cell


@every_page
@pytest.mark.parametrize(
    ("text", "weights"),
    [(LONGEST, "trained"), (LONGEST, "fresh"), ("?", "trained"), ("zzzz", "fresh"), ("<b>明天</b> & `y`", "trained")],
)
def test_every_sentence_can_be_read_from_one_token_to_two_hundred(page, text, weights, choose):
    at = choose(page, race_reads="text", text=text, weights=weights)
    assert chosen_runner(at).experiment == Experiment("LSTM", text=text, weights=weights)
    assert "<b>" not in claim(at)


@pytest.mark.parametrize("scale", ["log", "linear"])
@pytest.mark.parametrize("limits", ["own", "shared"])
@pytest.mark.parametrize("radius", [0.0, MAX_RADIUS])
def test_the_map_keeps_standing_on_every_scale(scale, limits, radius, choose):
    knobs = {"race_radius": radius, "race_f": "identity", "race_length": 200}
    header, _arrays = board(choose("gradient_map.py", map_scale=scale, map_range=limits, **knobs))
    ranges = {tuple(panel["figure"]["data"][0][end] for end in ("zmin", "zmax")) for panel in header["rows"][0]}
    assert len(ranges) == 1 or limits == "own"
    assert len(ranges) > 1 or limits == "shared" or scale == "linear"  # linear ones may share theirs by chance
    assert all(low < high for low, high in ranges)


@pytest.mark.parametrize("cell", TRIO)
def test_ten_seeds_make_a_band_for_every_line(cell, choose):
    at = choose("vanishing_gradients.py", race_repeat=True, cell=cell)
    traces = board(at)[0]["rows"][0][0]["figure"]["data"]
    assert sum(trace.get("fill") == "toself" for trace in traces) == 5
    assert sum("name" in trace for trace in traces) == 5


def test_only_where_gradients_race_is_asked_where_the_loss_is(choose):
    asked = {page: "race_loss:shown" in {each.key for each in choose(page).button_group} for page in PAGES}
    assert asked == {"vanishing_gradients.py": True, "gradient_map.py": False}


def test_the_suggested_radius_makes_the_gradients_of_the_map_grow(choose):
    at = choose("gradient_map.py").button(key="try-0").click().run()
    assert re.search(r"RNN × 10 every [\d.]+ steps", claim(at))


@every_page
@pytest.mark.parametrize("cell", TRIO)
def test_one_word_leaves_nothing_to_go_back_through(page, cell, choose):
    assert f"{cell}: one step, nothing to go back through" in claim(choose(page, race_reads="text", text="play"))


def test_over_a_sentence_there_is_nothing_to_repeat(choose):
    assert choose("vanishing_gradients.py").toggle
    assert not choose("vanishing_gradients.py", race_reads="text").toggle


@every_page
def test_the_pages_speak_chinese(page, choose):
    at = choose(page, language="zh")
    assert re.search("[一-鿿]", claim(at))
    assert at.session_state["language"] == "zh"
    for cell in TRIO:
        assert cell in claim(at)


SUGGESTED = {
    "vanishing_gradients.py": [
        shared_knobs.FRESH | {"race_f": "identity", "race_radius": 1.1},
        shared_knobs.FRESH | {"race_start": "orthogonal", "race_f": "identity", "race_radius": 1.0},
        shared_knobs.FRESH | {"race_bias": 0.0},
        {"race_reads": "text"},
    ],
    "gradient_map.py": [
        shared_knobs.FRESH | {"race_radius": 2.0},
        shared_knobs.FRESH | {"race_bias": 5.0},
        {"race_reads": "text"},
        {"map_scale": "linear"},
    ],
}


@every_page
@pytest.mark.parametrize("k", range(4))
def test_a_suggestion_sets_its_knobs_wherever_one_comes_from(page, k, choose):
    elsewhere = "noise" if SUGGESTED[page][k].get("race_reads") == "text" else "text"
    at = whole(choose(page, race_reads=elsewhere).button(key=f"try-{k}").click().run())
    for key, value in SUGGESTED[page][k].items():
        assert at.session_state[key] == value
    runner = chosen_runner(at)
    assert isinstance(runner, Race) == (at.session_state["race_reads"] == "noise")
    if isinstance(runner, Race):
        assert (runner.radius, runner.forget_bias) == (at.session_state["race_radius"], at.session_state["race_bias"])


def test_the_suggested_networks_do_what_the_suggestions_say_wherever_one_comes_from(choose):
    elsewhere = {"race_length": 10, "race_radius": 4.0, "race_f": "sigmoid", "race_start": "identity", "race_seed": 9}
    first, second, third, _fourth = (
        claim(choose("vanishing_gradients.py", **elsewhere).button(key=f"try-{k}").click().run()) for k in range(4)
    )
    assert re.search(r"RNN × 10 every", first)
    assert "RNN hardly changes" in second
    rnn, lstm = (float(re.search(rf"{cell} ÷ 10 every ([\d.]+) steps", third)[1]) for cell in ("RNN", "LSTM"))
    assert lstm < rnn


def test_the_claim_says_that_the_forget_gate_must_stay_open_and_that_every_block_has_the_radius(choose):
    at = choose("vanishing_gradients.py", race_length=100)
    told = next(found[1] for block in at.get("html") if (found := re.search("</h1><p>(.*)</p>", block.proto.body)))
    assert told.startswith(of_forgetting(Race("LSTM")))
    assert told.endswith("every recurrent block, one per gate, is scaled to radius 0.9.")
    assert "only above" not in told


@pytest.mark.parametrize("knobs", [{"race_reads": "text"}, {"race_reads": "noise", "race_length": 60}])
def test_both_pages_say_the_same_of_the_same_networks(knobs, choose):
    said = [html.unescape(claim(choose(page, **knobs))) for page in PAGES]
    assert said[0].removeprefix("The gradient on its way back: ") == said[1].removeprefix(
        "The loss of the last row on its way back: "
    )


@every_page
@pytest.mark.parametrize(
    "knobs", [{}, {"race_loss": "every", "cell": "GRU"}, {"race_radius": 0.0}, {"race_reads": "text", "cell": "RNN"}]
)
def test_the_code_runs_and_gives_the_number_beside_it(page, knobs, choose):
    code = choose(page, **knobs).code[0].value
    space: dict[str, object] = {}
    exec(code, space)
    expression, said = re.search(r"^(\S+(?:\[.*\])?)\s+# (.*)$", code, re.MULTILINE).groups()
    value = eval(expression, space)
    if page == "gradient_map.py":
        assert str(value) == said
    else:
        assert f"{value:.2f}" == said.rsplit(": ", 1)[1]


@every_page
def test_what_stands_under_the_page_is_there(page, choose):
    at = choose(page)
    assert [button.key for button in at.button][-4:] == [f"try-{k}" for k in range(4)]
    assert any("How to read this" in block.value for block in at.markdown)
