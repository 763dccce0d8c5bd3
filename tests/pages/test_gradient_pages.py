"""Vanishing gradients and Gradient map, from their controls down: no choice takes them down, and the code is true."""

import html
import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

import rnnviz
from pages.knobs import FRESH, GradientMap, VanishingGradients
from rnnviz.app.panels.gradient_claims import of_forgetting, verdict
from rnnviz.cells import CELLS, NONLINEARITIES, RECURRENT, TRIO
from rnnviz.studies.cell_comparison import family
from rnnviz.subjects import Subject
from rnnviz.subjects.limits import MAX_BIAS, MAX_LENGTH, MAX_RADIUS, MAX_SEED
from tests.app.fresh_networks import on_noise
from tests.pages.visit import arrive, board, claim, follow, land, wanted, whole

KNOBS = {"vanishing_gradients.py": VanishingGradients, "gradient_map.py": GradientMap}
LONGEST = " ".join(["what", "is", "the", "weather", "?"] * 40)
# What the networks on noise are made with, by the names of the knobs.
NAMES = {"steps": "length", "activation": "nonlinearity", "draw": "seed"}


@pytest.fixture(scope="module")
def visits() -> dict[str, AppTest]:
    """One visitor on each page."""
    return {page: arrive(page) for page in KNOBS}


@pytest.fixture
def choose(visits: dict[str, AppTest]) -> Callable[..., AppTest]:
    """Open a page by a link with these choices, all others as at first, but on a short sequence."""

    def choose(page: str, language: str = "en", **changes: object) -> AppTest:
        at = visits[page]
        if at.session_state["language"] != language:
            at.segmented_control(key="language").set_value(language).run()
        query = {"steps": 30, "text": "what time is it ?"} | changes
        return follow(at, **{name: str(value) for name, value in query.items()})

    return choose


def shown_subject(at: AppTest) -> Subject:
    """What the code under the page says that was run."""
    return eval(re.search(r"^subject = (.*)$", at.code[0].value, re.MULTILINE)[1], {"rnnviz": rnnviz})


def on_its_noise(cell: str, **knobs: object) -> Subject:
    asked = {NAMES.get(name, name): value for name, value in ({"steps": 30} | knobs).items() if name != "loss_at"}
    return on_noise(cell, **asked)


every_page = pytest.mark.parametrize("page", KNOBS)

EXTREMES = [
    {"steps": 10},
    {"steps": MAX_LENGTH},
    {"radius": 0.0},
    {"radius": MAX_RADIUS},
    {"forget_bias": -MAX_BIAS},
    {"forget_bias": MAX_BIAS},
    {"draw": MAX_SEED},
    {"steps": MAX_LENGTH, "radius": MAX_RADIUS, "activation": "identity", "loss_at": "every"},
    {"steps": MAX_LENGTH, "radius": MAX_RADIUS, "activation": "relu", "start": "identity"},
    {"radius": 0.0, "loss_at": "every", "steps": 10},
    {"activation": "relu", "start": "orthogonal"},
    {"activation": "sigmoid", "start": "identity", "loss_at": "every"},
]


@every_page
@pytest.mark.parametrize("knobs", EXTREMES, ids=lambda knobs: ", ".join(f"{k} {v}" for k, v in knobs.items()))
def test_every_knob_at_its_ends_leaves_a_whole_page_whose_title_and_code_follow(page, knobs, choose):
    at = choose(page, **knobs)
    assert not at.warning
    assert shown_subject(at) == on_its_noise("LSTM", **knobs)
    subjects = [on_its_noise(cell, **knobs) for cell in TRIO]
    assert html.unescape(claim(at)).endswith("; ".join(map(verdict, subjects)))
    assert board(at)[0]["steps"] == knobs.get("steps", 30)


def test_the_knobs_have_the_limits_and_the_names_of_what_they_choose():
    declared = VanishingGradients.declared()
    assert tuple(declared["activation"].options) == tuple(NONLINEARITIES)
    assert tuple(declared["start"].options) == tuple(RECURRENT)
    limits = {"radius": (0, MAX_RADIUS), "forget_bias": (-MAX_BIAS, MAX_BIAS), "draw": (0, MAX_SEED)}
    for name, (least, most) in limits.items():
        assert (declared[name].least, declared[name].most) == (least, most)
    assert declared["steps"].most == MAX_LENGTH


@every_page
@pytest.mark.parametrize(
    ("name", "value"), [("radius", "nan"), ("radius", "5.1"), ("steps", "9"), ("draw", "-1"), ("start", "chaotic")]
)
def test_a_link_with_a_knob_beyond_its_limits_says_so_and_keeps_the_usual(page, name, value, choose):
    at = choose(page, **{name: value})
    assert len(at.warning) == 1
    assert at.session_state["knobs"]["Gradients", name] == FRESH[name]


@every_page
@pytest.mark.parametrize(("cell", "size"), [("RNN", "large"), ("LSTM", "medium"), *((cell, "small") for cell in CELLS)])
def test_every_cell_and_size_reads_my_sentence(page, cell, size, choose):
    at = choose(page, reads="own", cell=cell, size=size)
    assert shown_subject(at) == wanted(cell, size)
    assert board(at)[0]["tokens"] == ["what", "time", "is", "it", "?"]


@every_page
@pytest.mark.parametrize("start", RECURRENT)
@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_runs_on_noise_however_it_starts(page, cell, start, choose):
    assert shown_subject(choose(page, cell=cell, start=start)) == on_its_noise(cell, start=start)


@every_page
@pytest.mark.parametrize(
    ("text", "weights"),
    [(LONGEST, "trained"), (LONGEST, "fresh"), ("?", "trained"), ("zzzz", "fresh"), ("<b>明天</b> & `y`", "trained")],
)
def test_every_sentence_can_be_read_from_one_token_to_two_hundred(page, text, weights, choose):
    at = choose(page, reads="own", text=text, weights=weights)
    assert shown_subject(at) == wanted(text=text, weights=weights)
    assert "<b>" not in claim(at)


@pytest.mark.parametrize("scale", ["log", "linear"])
@pytest.mark.parametrize("limits", ["own", "shared"])
@pytest.mark.parametrize("radius", [0.0, MAX_RADIUS])
def test_the_map_keeps_standing_on_every_scale(scale, limits, radius, choose):
    knobs = {"radius": radius, "activation": "identity", "steps": 200}
    header, _arrays = board(choose("gradient_map.py", map_scale=scale, map_range=limits, **knobs))
    ranges = {tuple(panel["figure"]["data"][0][end] for end in ("zmin", "zmax")) for panel in header["rows"][0]}
    assert len(ranges) == 1 or limits == "own"
    assert len(ranges) > 1 or limits == "shared" or scale == "linear"  # linear ones may share theirs by chance
    assert all(low < high for low, high in ranges)


@pytest.mark.parametrize("cell", TRIO)
def test_ten_seeds_make_a_band_for_every_line(cell, choose):
    at = choose("vanishing_gradients.py", repeat=True, cell=cell)
    traces = board(at)[0]["rows"][0][0]["figure"]["data"]
    assert sum(trace.get("fill") == "toself" for trace in traces) == 5
    assert sum("name" in trace for trace in traces) == 5


def test_only_where_one_gradient_is_drawn_is_asked_where_the_loss_is(choose):
    asked = {page: "loss_at" in {each.key for each in choose(page).button_group} for page in KNOBS}
    assert asked == {"vanishing_gradients.py": True, "gradient_map.py": False}


def test_the_suggested_radius_makes_the_gradients_of_the_map_grow(choose):
    at = choose("gradient_map.py").button(key="try-0").click().run()
    assert re.search(r"RNN × 10 every [\d.]+ steps", claim(at))


@every_page
@pytest.mark.parametrize("cell", TRIO)
def test_one_word_leaves_nothing_to_go_back_through(page, cell, choose):
    assert f"{cell}: one step, nothing to go back through" in claim(choose(page, reads="own", text="play"))


def test_over_a_sentence_there_is_nothing_to_repeat(choose):
    assert choose("vanishing_gradients.py").toggle
    assert not choose("vanishing_gradients.py", reads="own").toggle


@every_page
def test_the_pages_speak_chinese(page, choose):
    at = choose(page, language="zh")
    assert re.search("[一-鿿]", claim(at))
    assert at.session_state["language"] == "zh"
    for cell in TRIO:
        assert cell in claim(at)


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
def test_a_suggestion_sets_its_knobs_wherever_one_comes_from(page, k, choose):
    elsewhere = "noise" if SUGGESTED[page][k].get("reads") == "own" else "own"
    at = whole(choose(page, reads=elsewhere).button(key=f"try-{k}").click().run())
    held = {name: value for (_owner, name), value in at.session_state["knobs"].items()}
    assert held | SUGGESTED[page][k] == held
    assert (shown_subject(at).load().task is None) == (held["reads"] == "noise")


@every_page
@pytest.mark.parametrize("model", ["slots-gru-two-2-seed0", "untrained~cell.GRU~size.8~task."])
@pytest.mark.parametrize("k", range(3))
def test_a_suggestion_leads_back_from_a_network_that_stands_alone(page, model, k):
    at = whole(land(page, model=model).button(key=f"try-{k}").click().run())
    assert not at.warning
    assert all(cell in claim(at) for cell in TRIO)


def test_the_suggested_networks_do_what_the_suggestions_say_wherever_one_comes_from(choose):
    elsewhere = {"steps": 10, "radius": 4.0, "activation": "sigmoid", "start": "identity", "draw": 9}
    first, second, third, _fourth = (
        claim(choose("vanishing_gradients.py", **elsewhere).button(key=f"try-{k}").click().run()) for k in range(4)
    )
    assert re.search(r"RNN × 10 every", first)
    assert "RNN hardly changes" in second
    rnn, lstm = (float(re.search(rf"{cell} ÷ 10 every ([\d.]+) steps", third)[1]) for cell in ("RNN", "LSTM"))
    assert lstm < rnn


def test_the_claim_says_that_the_forget_gate_must_stay_open_and_that_every_block_has_the_radius(choose):
    at = choose("vanishing_gradients.py", steps=100)
    told = next(found[1] for block in at.get("html") if (found := re.search("</h1><p>(.*)</p>", block.proto.body)))
    assert told.startswith(of_forgetting({cell: on_noise(cell) for cell in TRIO}, 2.0))
    assert told.endswith("every recurrent block, one per gate, is scaled to radius 0.9.")
    assert "only above" not in told


@pytest.mark.parametrize("knobs", [{"reads": "own"}, {"reads": "noise", "steps": 60}])
def test_both_pages_say_the_same_of_the_same_networks(knobs, choose):
    said = [html.unescape(claim(choose(page, **knobs))) for page in KNOBS]
    assert said[0].removeprefix("The gradient on its way back: ") == said[1].removeprefix(
        "The loss of the last row on its way back: "
    )


def test_knobs_and_cell_go_along_to_the_other_page(choose):
    at = choose("vanishing_gradients.py", draw=5, radius=1.5, loss_at="every", cell="GRU")
    said = claim(at).partition(": ")[2]
    at.query_params.clear()  # as Streamlit does on the way to another page
    at = whole(at.switch_page("gradient_map.py").run())
    assert claim(at).partition(": ")[2] == said
    assert (at.number_input(key="draw").value, at.slider(key="radius").value) == (5, 1.5)
    at.switch_page("vanishing_gradients.py").run()


def test_every_knob_makes_the_round_through_the_address(choose):
    knobs = {"reads": "noise", "start": "orthogonal", "activation": "relu", "radius": 1.35, "forget_bias": -1.5}
    knobs |= {"steps": 40, "draw": 77, "loss_at": "every", "repeat": True}
    at = choose("vanishing_gradients.py")
    for name in ("start", "activation", "loss_at"):
        at.segmented_control(key=name).set_value(knobs[name]).run()
    for name in ("radius", "forget_bias", "steps"):
        at.slider(key=name).set_value(knobs[name]).run()
    at.number_input(key="draw").set_value(77).run()
    at = whole(at.toggle(key="repeat").set_value(True).run())
    link = {name: value[0] if isinstance(value, list) else value for name, value in dict(at.query_params).items()}
    assert {name: link.get(name, str(FRESH.get(name))) for name in knobs} == {n: str(v) for n, v in knobs.items()}
    other = land("vanishing_gradients.py", **link)
    assert board(other)[0]["rows"] == board(at)[0]["rows"]
    assert claim(other) == claim(at)


@every_page
@pytest.mark.parametrize(
    "knobs", [{}, {"loss_at": "every", "cell": "GRU"}, {"radius": 0.0}, {"reads": "own", "cell": "RNN"}]
)
def test_the_code_runs_and_gives_the_number_beside_it(page, knobs, choose):
    check_code(page, choose(page, **knobs).code[0].value)


def check_code(page: str, code: str, **space: object) -> None:
    exec(code, space)
    expression, said = re.search(r"^(\S+(?:\[.*\])?)\s+# (.*)$", code, re.MULTILINE).groups()
    value = eval(expression, space)
    assert (str(value) if page == "gradient_map.py" else f"{value:.2f}") == said.rsplit(": ", 1)[-1]


@every_page
def test_what_stands_under_the_page_is_there(page, choose):
    at = choose(page)
    assert [button.key for button in at.button][-4:] == [f"try-{k}" for k in range(4)]
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
    assert html.unescape(claim(at)).endswith("; ".join(map(verdict, family(subject).values())))
