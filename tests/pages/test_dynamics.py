"""The page on dynamics, opened without a browser: every number on it computed again, by another way if there is one."""

import base64
import math
import re

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from rnnviz.cells import TRIO
from rnnviz.dynamics import visited_states
from rnnviz.studies.fixed_points import STREAMS, landscape
from rnnviz.studies.radius_sweep import RADII, subjects
from rnnviz.subjects import Example, Shipped, Subject
from tests.pages.visit import arrive, board, claim, land, panels, whole

PAGE = "dynamics.py"


@pytest.fixture(scope="module")
def visit() -> AppTest:
    return arrive(PAGE)


def choose(at: AppTest, cell: str = "RNN", stream: int = 0, language: str = "en") -> AppTest:
    if at.segmented_control(key="language").value != language:
        at.segmented_control(key="language").set_value(language).run()
    if at.selectbox(key="model").value != f"switches-{cell.lower()}":
        at.selectbox(key="model").set_value(f"switches-{cell.lower()}").run()
    if at.segmented_control(key="example").value != STREAMS[stream]:
        at.segmented_control(key="example").set_value(STREAMS[stream]).run()
    return whole(at)


def switches(cell: str = "RNN", stream: int = 0) -> Subject:
    return Subject(Shipped(f"switches-{cell.lower()}"), Example(STREAMS[stream]))


def charts(at: AppTest) -> dict[str, dict]:
    """The four charts by what they show."""
    space, pushes, plane, exponents = panels(board(at)[0], "chart")
    return {"space": space, "pushes": pushes, "plane": plane, "exponents": exponents}


def numbers(values: object) -> np.ndarray:
    """What Plotly was sent: a list, or bytes of a type."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), np.dtype(values["dtype"])).astype(float)
    return np.array(values, dtype=float)


def above(at: AppTest) -> str:
    return next(one.proto.body for one in at.get("html") if "<h1>" in one.proto.body)


@pytest.mark.parametrize("cell", TRIO)
def test_the_claim_counts_the_points_that_a_search_finds(cell, visit):
    seen = landscape(switches(cell))
    at = choose(visit, cell=cell)
    assert claim(at) == "Eight resting points: one for each setting of three switches"
    assert len({tuple(signs) for signs in np.sign(seen.answers[seen.found.stable])}) == seen.found.stable.sum() == 8
    points = len(seen.found.unstable.values)
    assert f"{points} were found: 8 where it rests, {points - 8} saddles." in re.sub("<.*?>", "", above(at))


def test_a_corner_is_named_by_what_the_network_answers_there(visit):
    seen, data = landscape(switches()), charts(choose(visit))["space"]["figure"]["data"]
    (rests,) = (trace for trace in data if trace.get("name", "").startswith("resting point"))
    signs = {1: "+", -1: "−"}
    expected = [[signs[int(sign)] for sign in row] for row in np.sign(seen.answers[seen.found.stable])]
    assert [list(text.replace("\u202f", "")) for text in rests["text"]] == expected


def test_the_legend_names_each_kind_and_its_marks_are_as_many(visit):
    data = charts(choose(visit))["plane"]["figure"]["data"]
    counts = {trace["name"]: len(numbers(trace["x"])) for trace in data if "stable" in trace.get("name", "")}
    assert counts == {"stable (8)": 8, "1 way unstable (12)": 12, "2 ways unstable (6)": 6, "3 ways unstable (1)": 1}


@pytest.mark.parametrize(("cell", "stream"), [("RNN", 0), ("LSTM", 3), ("GRU", 5)])
def test_the_ring_is_where_the_state_is_seen_from_the_plane(cell, stream, visit):
    at = choose(visit, cell=cell, stream=stream)
    header, arrays = board(at)
    chosen = switches(cell, stream)
    states = visited_states(chosen.network(), chosen.input()).values[:, 0]
    seen = np.stack([arrays[f"orbit:{k}"] for k in range(3)], 1)
    assert header["steps"] == len(states) == len(seen)
    # Distances in three of many components can only be shorter, and here are most of what there is.
    true = np.linalg.norm(states[:, None] - states, axis=-1)
    drawn = np.linalg.norm(seen[:, None] - seen, axis=-1)
    assert (drawn <= true + 1e-4).all()
    assert drawn.sum() > 0.7 * true.sum()
    assert charts(at)["space"]["space"] == ["orbit:0", "orbit:1", "orbit:2"]


def test_under_each_step_stands_what_was_pushed(visit):
    header = board(choose(visit, stream=2))[0]
    tokens = header["tokens"]
    assert header["settings"] == f"model: switches-rnn · example: {STREAMS[2]}"
    for token, pushes in zip(tokens, switches("RNN", 2).input()[:, 0].tolist(), strict=True):
        signs = {1.0: "+", -1.0: "−"}
        told = [f"{k + 1} → {signs[push]}" for k, push in enumerate(pushes) if push]
        assert token == {0: "no push", 1: f"push: switch {told and told[0]}"}.get(len(told), f"push: {', '.join(told)}")


def test_the_right_answers_of_this_sequence_are_counted_above_them(visit):
    caption, chosen = charts(choose(visit))["pushes"]["caption"], switches()
    with torch.no_grad():
        off = (chosen.network()(chosen.input()) - chosen.read().solution).abs()
    told = f"✖: {int((off >= 0.5).sum())} of {off.numel()} off by 0.5 or more."
    assert caption == "Dashed: the right answer. ▲▼: push. " + told


def test_exponents_and_slopes_agree_as_closely_as_the_title_says(visit):
    panel = charts(choose(visit))["exponents"]
    traces = {trace["name"]: trace for trace in panel["figure"]["data"]}
    found = [[numbers(traces[cell][axis]) for axis in "xy"] for cell in TRIO]
    assert np.shape(found) == (3, 2, len(RADII))
    worst = float(np.abs(np.diff(found, axis=1)).max())
    assert panel["title"].endswith(f"agree within {worst:.3f}")
    assert worst < 0.03
    np.testing.assert_allclose(numbers(traces["RNN by radius alone"]["x"]), np.log(RADII))


def mark(at: AppTest, radius: float) -> tuple[float, float]:
    """The RNN's exponent and slope at a radius, as they are drawn."""
    traces = {trace["name"]: trace for trace in charts(at)["exponents"]["figure"]["data"]}
    return tuple(numbers(traces["RNN"][axis])[RADII.index(radius)] for axis in "xy")


def test_the_exponent_is_the_growth_of_a_small_push_that_is_followed_by_hand(visit):
    race, push = subjects()["RNN"][RADII.index(0.8)], 1e-8
    cell = race.network().layers[0][0]
    h, grown = torch.zeros(1, 32, dtype=torch.float64), 0.0
    other = h + push / math.sqrt(32)
    for t, x_t in enumerate(race.input()):
        h, other = (cell(x_t, {"h": state})["h"].detach() for state in (h, other))
        apart = (other - h).norm()
        grown += math.log(apart / push) if t >= 50 else 0.0
        other = h + (other - h) * push / apart
    # Where a push starts matters for the first steps, and so by a little for their mean.
    assert grown / 250 == pytest.approx(mark(choose(visit), 0.8)[0], abs=5e-3)


def test_the_slope_is_that_of_autograds_own_gradients(visit):
    race, states = subjects()["RNN"][RADII.index(0.8)], []
    cell = race.network().layers[0][0]
    h = torch.zeros(1, 32, dtype=torch.float64)
    for x_t in race.input():
        h = cell(x_t, {"h": h})["h"]
        h.retain_grad()
        states.append(h)
    race.objective(torch.stack(states)).backward()
    sizes = np.log([float(state.grad.norm()) for state in states])
    assert np.polyfit(np.arange(300), sizes, 1)[0] == pytest.approx(-mark(choose(visit), 0.8)[1], abs=1e-6)


@pytest.mark.parametrize("cell", TRIO)
def test_the_indices_add_up_to_one(cell, visit):
    at = choose(visit, cell=cell)
    assert any("the sum here is 1;" in block.value for block in at.markdown)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"model": "intents-lstm-small"}, "This network reads words"),
        ({"model": "switches-transformer"}, "No network called"),
        ({"example": "x"}, "The seed must be a whole number"),
        ({"model": "untrained~cell.LSTM~size.48~task."}, "fixed points are searched for among up to"),
    ],
)
def test_a_link_to_what_the_page_cannot_show_says_why_and_the_page_opens_as_usual(query, said):
    at = land(PAGE, **query)
    assert said in at.warning[0].value
    cell = "LSTM" if "lstm" in query.get("model", "").lower() else "RNN"
    assert f"'switches-{cell.lower()}'" in at.code[0].value


def test_a_network_without_a_task_is_shown_with_a_sentence_in_the_place_of_what_it_has_not():
    at = land(PAGE, model="untrained~cell.GRU~size.8~task.", noise="3", length="40")
    assert re.fullmatch(r"Resting points of the GRU when left alone: \d", claim(at))
    assert not at.warning
    assert len(panels(board(at)[0], "missing")) == 1
    assert board(at)[0]["steps"] == 40


@pytest.mark.parametrize("k", range(3))
def test_a_suggestion_sets_its_controls(k, visit):
    at = whole(choose(visit).button(key=f"button-try-{k}").click().run())
    cell, stream = (("LSTM", 0), ("GRU", 0), ("RNN", 3))[k]
    assert f"'switches-{cell.lower()}', example={STREAMS[stream]}" in at.code[0].value


def test_the_page_speaks_chinese(visit):
    at = choose(visit, language="zh")
    assert re.search("[一-鿿]", claim(at))
    assert all(re.search("[一-鿿]", panel["title"]) for panel in charts(at).values())


def test_the_code_gives_what_stands_beside_it(visit):
    code = choose(visit, cell="GRU").code[0].value
    space: dict[str, object] = {}
    exec(code, space)
    assert str(space["found"].unstable.values.tolist()) in code
