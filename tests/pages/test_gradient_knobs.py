"""The knobs of the gradient pages: at their ends, beyond them, in the address, and on the way to the other page."""

import pytest

from pages.knobs import FRESH, VanishingGradients
from rnnviz.cells import CELLS, NONLINEARITIES, RECURRENT, TRIO
from rnnviz.subjects import Subject
from rnnviz.subjects.limits import MAX_BIAS, MAX_LENGTH, MAX_RADIUS, MAX_SEED
from tests.app.fresh_networks import on_noise
from tests.pages.gradient_pages import KNOBS, choose, shown_subject, to_tell, told
from tests.pages.visit import board, claim, in_turn, land, panels, tell, whole

# What the networks on noise are made with, by the names of the knobs.
NAMES = {"steps": "length", "activation": "nonlinearity", "draw": "seed"}


def on_its_noise(cell: str, **knobs: object) -> Subject:
    asked = {NAMES.get(name, name): value for name, value in ({"steps": 30} | knobs).items() if name != "loss_at"}
    return on_noise(cell, **asked)


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


# Both pages have their knobs, noise and start from one place.
@pytest.mark.parametrize(
    ("page", "knobs"),
    in_turn(tuple(KNOBS), ((knobs,) for knobs in EXTREMES)),
    ids=lambda each: each if isinstance(each, str) else ", ".join(f"{k} {v}" for k, v in each.items()),
)
def test_every_knob_at_its_ends_leaves_a_whole_page_whose_title_and_code_follow(page, knobs):
    at = choose(page, **knobs)
    assert not at.warning
    assert shown_subject(at) == on_its_noise("LSTM", **knobs)
    subjects = [on_its_noise(cell, **knobs) for cell in TRIO]
    assert told(at) == to_tell(page, subjects)
    assert board(at)[0]["steps"] == knobs.get("steps", 30)


def test_the_knobs_have_the_limits_and_the_names_of_what_they_choose():
    declared = VanishingGradients.declared()
    assert tuple(declared["activation"].options) == tuple(NONLINEARITIES)
    assert tuple(declared["start"].options) == tuple(RECURRENT)
    limits = {"radius": (0, MAX_RADIUS), "forget_bias": (-MAX_BIAS, MAX_BIAS), "draw": (0, MAX_SEED)}
    for name, (least, most) in limits.items():
        assert (declared[name].least, declared[name].most) == (least, most)
    assert declared["steps"].most == MAX_LENGTH


@pytest.mark.parametrize(
    ("page", "name", "value"),
    in_turn(
        tuple(KNOBS),
        [("radius", "nan"), ("radius", "5.1"), ("steps", "9"), ("draw", "-1"), ("start", "chaotic")],
    ),
)
def test_a_link_with_a_knob_beyond_its_limits_says_so_and_keeps_the_usual(page, name, value):
    at = choose(page, **{name: value})
    assert len(at.warning) == 1
    assert at.session_state["knobs"]["Gradients", name] == FRESH[name]


# The textbook's cells with every start, each other cell with one.
PAIRS = [(cell, start) for cell in TRIO for start in RECURRENT]
PAIRS += [(cell, list(RECURRENT)[k // 2 % len(RECURRENT)]) for k, cell in enumerate(CELLS) if cell not in TRIO]


@pytest.mark.parametrize(("page", "cell", "start"), in_turn(tuple(KNOBS), PAIRS))
def test_every_cell_runs_on_noise_however_it_starts(page, cell, start):
    assert shown_subject(choose(page, cell=cell, start=start)) == on_its_noise(cell, start=start)


def test_knobs_and_cell_go_along_to_the_other_page():
    at = land("vanishing_gradients.py", steps="30", draw="5", radius="1.5", loss_at="every", cell="GRU")
    at.query_params.clear()  # as Streamlit does on the way to another page
    at = whole(at.switch_page("gradient_map.py").run())
    assert told(at) == to_tell("gradient_map.py", [on_its_noise(cell, draw=5, radius=1.5) for cell in TRIO])
    radius, _bias = panels(board(at)[0], "radius")
    assert (at.number_input(key="draw").value, radius["value"]) == (5, 1.5)


def test_every_knob_makes_the_round_through_the_address():
    knobs = {"reads": "noise", "start": "orthogonal", "activation": "relu", "radius": 1.35, "forget_bias": -1.5}
    knobs |= {"steps": 40, "draw": 77, "loss_at": "every", "repeat": True}
    at = choose("vanishing_gradients.py")
    for name in ("start", "activation", "loss_at"):
        at.segmented_control(key=name).set_value(knobs[name]).run()
    for name in ("forget_bias", "steps"):
        at.slider(key=name).set_value(knobs[name]).run()
    tell(at, "knob", {"name": "radius", "value": knobs["radius"]})
    at.number_input(key="draw").set_value(77).run()
    at = whole(at.toggle(key="repeat").set_value(True).run())
    link = {name: value[0] if isinstance(value, list) else value for name, value in dict(at.query_params).items()}
    assert {name: link.get(name, str(FRESH.get(name))) for name in knobs} == {n: str(v) for n, v in knobs.items()}
    other = land("vanishing_gradients.py", **link)
    assert board(other)[0]["rows"] == board(at)[0]["rows"]
    assert claim(other) == claim(at)
