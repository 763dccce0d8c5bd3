"""Vanishing gradients and Gradient map, from their controls down: no choice takes them down, and the code is true."""

import re

import pytest

from pages.knobs import FRESH
from rnnviz.app.panels.gradient_claims import of_forgetting, verdict
from rnnviz.cells import CELLS, TRIO
from rnnviz.studies.cell_comparison import family
from rnnviz.subjects import Subject
from rnnviz.subjects.limits import MAX_RADIUS
from tests.app.fresh_networks import on_noise
from tests.app.test_gradient_claims import NUMBER, value
from tests.intents import intents
from tests.pages.gradient_pages import KNOBS, choose, every_page, shown_subject, told
from tests.pages.visit import board, chips, claim, land, panels, sentence, whole

LONGEST = " ".join(["what", "is", "the", "weather", "?"] * 40)


@pytest.mark.parametrize(
    ("page", "cell", "size"),
    [
        *(("vanishing_gradients.py", cell, "large" if cell == "RNN" else "small") for cell in CELLS),
        *(
            ("gradient_map.py", cell, size)
            for cell, size in (("LSTM", "medium"), ("Jordan", "small"), ("minGRU", "small"))
        ),
    ],
)
def test_every_cell_and_size_reads_my_sentence(page, cell, size):
    at = choose(page, reads="own", cell=cell, size=size)
    assert shown_subject(at) == intents(cell, size)
    assert board(at)[0]["tokens"] == ["what", "time", "is", "it", "?"]


@every_page
@pytest.mark.parametrize(
    ("text", "weights"),
    [(LONGEST, "trained"), (LONGEST, "fresh"), ("?", "trained"), ("zzzz", "fresh"), ("<b>明天</b> & `y`", "trained")],
)
def test_every_sentence_can_be_read_from_one_token_to_two_hundred(page, text, weights):
    at = choose(page, reads="own", text=text, weights=weights)
    assert shown_subject(at) == intents(text=text, weights=weights)
    assert "<b>" not in claim(at)


@pytest.mark.parametrize("scale", ["log", "linear"])
@pytest.mark.parametrize("limits", ["own", "shared"])
@pytest.mark.parametrize("radius", [0.0, MAX_RADIUS])
def test_the_map_keeps_standing_on_every_scale(scale, limits, radius):
    knobs = {"radius": radius, "activation": "identity", "steps": 200}
    header, _arrays = board(choose("gradient_map.py", map_scale=scale, map_range=limits, **knobs))
    ranges = {
        tuple(panel["figure"]["data"][0][end] for end in ("zmin", "zmax"))
        for panel in header["rows"][1 + (limits == "shared")]
    }
    assert len(ranges) == 1 or limits == "own"
    assert len(ranges) > 1 or limits == "shared" or scale == "linear"  # linear ones may share theirs by chance
    assert all(low < high for low, high in ranges)


@pytest.mark.parametrize("cell", TRIO)
def test_ten_seeds_make_a_band_for_every_line(cell):
    at = choose("vanishing_gradients.py", repeat=True, parts=True, cell=cell)
    traces = board(at)[0]["rows"][1][0]["figure"]["data"]
    assert sum(trace.get("fill") == "toself" for trace in traces) == 5
    assert sum("name" in trace for trace in traces) == 5


def test_only_where_one_gradient_is_drawn_is_asked_where_the_loss_is():
    asked = {page: "loss_at" in {each.key for each in choose(page).button_group} for page in KNOBS}
    assert asked == {"vanishing_gradients.py": True, "gradient_map.py": False}


def test_the_suggested_radius_makes_the_gradients_of_the_map_grow():
    at = choose("gradient_map.py").button(key="button-try-0").click().run()
    assert "RNN: reaches the first step" in told(at)
    (rnn, *_others) = panels(board(at)[0], "chart")
    assert rnn["figure"]["data"][0]["zmax"] > 2


@every_page
@pytest.mark.parametrize("cell", TRIO)
def test_one_word_leaves_nothing_to_go_back_through(page, cell):
    at = choose(page, reads="own", text="play")
    assert f"{cell}: one step, nothing to go back through" in told(at)
    assert claim(at) == "One step: a gradient has nothing to go back through"


def test_over_a_sentence_there_is_nothing_to_repeat():
    asked = [{each.key for each in choose("vanishing_gradients.py", reads=reads).toggle} for reads in ("noise", "own")]
    assert asked == [{"parts", "repeat"}, {"parts"}]


@every_page
def test_the_pages_speak_chinese(page):
    at = choose(page, language="zh")
    assert re.search("[一-鿿]", claim(at))
    assert at.session_state["language"] == "zh"
    for cell in TRIO:
        assert cell in told(at)


SUGGESTED = {
    "vanishing_gradients.py": [
        FRESH | {"loss_at": "last", "activation": "identity", "radius": 1.1},
        FRESH | {"loss_at": "last", "start": "orthogonal", "activation": "identity", "radius": 1.0},
        FRESH | {"loss_at": "last", "forget_bias": 0.0},
        {"reads": "own"},
    ],
    "gradient_map.py": [
        FRESH | {"radius": 2.0},
        FRESH | {"forget_bias": 5.0},
        {"reads": "own"},
        {"map_scale": "linear"},
    ],
}


@every_page
@pytest.mark.parametrize("k", range(4))
def test_a_suggestion_sets_its_knobs_wherever_one_comes_from(page, k):
    elsewhere = "noise" if SUGGESTED[page][k].get("reads") == "own" else "own"
    at = whole(choose(page, reads=elsewhere).button(key=f"button-try-{k}").click().run())
    held = {name: value for (_owner, name), value in at.session_state["knobs"].items()}
    assert held | SUGGESTED[page][k] == held
    assert (shown_subject(at).load().task is None) == (held["reads"] == "noise")


@every_page
@pytest.mark.parametrize("model", ["slots-gru-two-2-seed0", "untrained~cell.GRU~size.8~task."])
@pytest.mark.parametrize("k", range(3))
def test_a_suggestion_leads_back_from_a_network_that_stands_alone(page, model, k):
    at = whole(land(page, model=model).button(key=f"button-try-{k}").click().run())
    assert not at.warning
    assert all(cell in told(at) for cell in TRIO)


def test_the_suggested_networks_do_what_the_suggestions_say_wherever_one_comes_from():
    elsewhere = {"steps": 10, "radius": 4.0, "activation": "sigmoid", "start": "identity", "draw": 9}
    first, second, third, _fourth = (
        chips(choose("vanishing_gradients.py", **elsewhere).button(key=f"button-try-{k}").click().run())
        for k in range(4)
    )
    a_step = [
        {cell: value(x) for cell, x in re.findall(rf"(\w+) × {NUMBER} a step", told)} for told in (first, second, third)
    ]
    assert a_step[0]["RNN"] > 10 ** (1 / 99)
    assert a_step[1]["RNN"] == pytest.approx(1, abs=1e-3)
    assert a_step[2]["LSTM"] < a_step[2]["RNN"]


def test_it_is_told_that_the_forget_gate_must_stay_open_and_that_every_block_has_the_radius():
    shown = sentence(choose("vanishing_gradients.py", steps=100))
    assert of_forgetting({cell: on_noise(cell) for cell in TRIO}, 2.0) in shown
    assert shown.endswith("every recurrent block, one per gate, is scaled to radius 0.9.")
    assert "only above" not in shown


def test_the_sentence_says_of_what_networks_the_title_speaks():
    at = choose("vanishing_gradients.py", steps=100, forget_bias=-1.0)
    assert claim(at).startswith("Gradients vanish in the untrained ")
    assert sentence(at).startswith("Untrained networks: gates f and z start mostly shut. Drag the radius past 1.")
    assert "the LSTM's f and the GRU's z, start with the bias −1." in sentence(at)


@every_page
@pytest.mark.parametrize(
    "knobs", [{}, {"loss_at": "every", "cell": "GRU"}, {"radius": 0.0}, {"reads": "own", "cell": "RNN"}]
)
def test_the_code_runs_and_gives_the_number_beside_it(page, knobs):
    check_code(page, choose(page, **knobs).code[0].value)


def check_code(page: str, code: str, **space: object) -> None:
    exec(code, space)
    expression, said = re.search(r"^(\S+(?:\[.*\])?)\s+# (.*)$", code, re.MULTILINE).groups()
    value = eval(expression, space)
    assert (str(value) if page == "gradient_map.py" else f"{value:.2f}") == said.rsplit(": ", 1)[-1]


@every_page
def test_what_stands_under_the_page_is_there(page):
    at = choose(page)
    assert [button.key for button in at.main.button][-4:] == [f"button-try-{k}" for k in range(4)]
    assert any("How to read this" in block.value for block in at.markdown)


def test_a_network_that_stands_alone_is_not_taken_along_from_another_page():
    at = land("deep_network.py", model="neighbour-xor-gru-two-2-seed0")
    at = whole(at.segmented_control(key="layers").set_value(3).run())
    at.query_params.clear()
    at = whole(at.switch_page("vanishing_gradients.py").run())
    assert all(cell in claim(at) for cell in TRIO)
    assert shown_subject(at).cell == "GRU"


def test_another_task_is_compared_with_its_own_networks():
    query = {"model": "slots-gru-one-1-seed0", "text": "from Paris to Rome", "reads": "own"}
    at = land("vanishing_gradients.py", **query)
    subject, _refused = Subject.from_query(query)
    assert chips(at) == "; ".join(map(verdict, family(subject).values()))
