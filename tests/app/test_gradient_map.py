"""The map of losses by states, from its numbers to its words; and all gradient panels, whatever they are given."""

import math

import numpy as np
import pytest

from rnnviz import gradients
from rnnviz.app.panels import gradient_lines, gradient_map, step_spectrum
from rnnviz.app.stage.board import Board
from rnnviz.cells import TRIO
from rnnviz.studies.cell_comparison import UNITS
from rnnviz.subjects import Subject
from rnnviz.subjects.limits import MAX_BIAS, MAX_RADIUS
from tests.app.fresh_networks import cells, linear, on_noise
from tests.app.test_gradient_lines import numbers, unpack
from tests.intents import intents

every_cell = pytest.mark.parametrize("cell", TRIO)


def everything(compared: dict[str, Subject], loss_at: str = "last") -> tuple[dict, dict[str, np.ndarray]]:
    """All panels of both pages on one board, unpacked."""
    steps = next(iter(compared.values())).read().steps
    board = Board([""] * steps, [True] * steps, units=1)
    board.row(gradient_lines.sizes(compared, loss_at, repeat=False), step_spectrum.spectrum(compared, board))
    for subject in compared.values():
        board.row(gradient_lines.bounds(subject, span=6), *gradient_lines.teaching(compared, loss_at, span=6))
    for shared in (True, False):
        for log in (True, False):
            board.row(*gradient_map.maps(compared, shared, log))
    board.row(gradient_map.reach(compared, board))
    return unpack(board)


def exact(subject: Subject) -> np.ndarray:
    return gradients.gradient_matrix(subject.network(), subject.input(), of="state").values


@pytest.mark.parametrize("radius", [0.5, 1.0, 1.5])
def test_the_map_of_a_linear_orthogonal_rnn_is_a_power_of_its_radius_per_step_back(radius):
    steps = np.arange(30)
    back = (steps[:, None] - steps).astype(float)
    back[back < 0] = np.nan
    found = gradient_map.matrix(linear(radius, length=30)).values
    np.testing.assert_allclose(found, math.log10(radius) * back, atol=1e-9)


@every_cell
def test_each_row_is_a_push_on_h_carried_back_by_the_jacobians_of_the_whole_state(cell):
    subject = on_noise(cell, 25, 1.1, seed=2)
    jacobians = gradients.step_jacobians(subject.network(), subject.input()).values
    width = jacobians.shape[-1]
    found = gradient_map.matrix(subject).values
    for t in range(25):
        push = np.where(np.arange(width) < UNITS, 1 / math.sqrt(UNITS), 0.0)  # an LSTM's state is (h, c)
        for k in range(t, -1, -1):
            assert found[t, k] == pytest.approx(math.log10(np.linalg.norm(push)), abs=1e-6), (t, k)
            push = push @ jacobians[k]


@pytest.mark.parametrize("knobs", [{}, {"radius": 0.0}, {"length": 10}, {"length": 2}, {"radius": 1.5, "seed": 4}])
def test_every_map_is_titled_by_how_far_back_a_hundredth_of_the_last_losss_gradient_is_left(knobs):
    compared = cells(**knobs)
    panels = gradient_map.maps(compared, shared=True, log=True)
    far = {}
    for (cell, subject), panel in zip(compared.items(), panels, strict=True):
        row = exact(subject)[-1]
        far[cell] = max(back for back in range(len(row)) if row[-1 - back] >= row[-1] - 2)
        back, edge = len(row) - 1 - far[cell], numbers(panel["figure"]["data"][2]["x"])[-1]
        reaches = f"{far[cell]} of {len(row) - 1} steps back" if back else "the first step"
        assert panel["title"] == f"{cell}: reaches {reaches}"
        np.testing.assert_array_equal(edge - 1, back or np.nan)  # no line where all of a row is on one side
    reaching = [cell for cell in far if far[cell] == len(row) - 1]
    told = gradient_map.headline({cell: gradient_map.last_row(subject) for cell, subject in compared.items()})
    lead = ("Only the " if len(reaching) < len(far) else "1% of the gradient") if reaching else "The last loss fades"
    assert told.startswith(lead)
    assert {cell for cell in far if cell in told} == set(reaching or far)


def test_the_cursor_of_a_map_is_the_row_of_its_loss():
    for panel in gradient_map.maps(cells(), shared=True, log=True):
        assert (panel["kind"], panel["cursor"], panel["time"]) == ("chart", "row", "y")


def test_maps_that_share_a_range_share_it_and_each_holds_its_own_numbers():
    compared = cells(radius=1.3)
    panels = dict(zip(TRIO, gradient_map.maps(compared, shared=True, log=True), strict=True))
    assert len({(p["figure"]["data"][0]["zmin"], p["figure"]["data"][0]["zmax"]) for p in panels.values()}) == 1
    own = gradient_map.maps(compared, shared=False, log=True)
    assert len({(p["figure"]["data"][0]["zmin"], p["figure"]["data"][0]["zmax"]) for p in own}) == len(TRIO)
    for cell, panel in panels.items():
        sent = numbers(panel["figure"]["data"][0]["z"]).reshape(40, 40)
        np.testing.assert_allclose(sent, exact(compared[cell]), atol=1e-4)
        future = numbers(panel["figure"]["data"][1]["z"]).reshape(40, 40)
        np.testing.assert_array_equal(np.isnan(future), ~np.isnan(sent))
        assert not panel["legends"]
    (scale,) = gradient_map.scale(compared, log=True)
    ends = {(p["figure"]["data"][0]["zmin"], p["figure"]["data"][0]["zmax"]) for p in panels.values()}
    assert ends == {(scale["legend"]["low"], scale["legend"]["high"])}
    for panel in own:
        heat, legend = panel["figure"]["data"][0], panel["legends"][0]
        assert (legend["low"], legend["high"]) == (heat["zmin"], heat["zmax"])


def test_the_reach_holds_every_row_of_the_map():
    compared = cells(radius=0.7)
    board = Board([""] * 40, [True] * 40, units=1)
    panel = gradient_map.reach(compared, board)
    board.row(panel)
    _header, arrays = unpack(board)
    for k, (cell, subject) in enumerate(compared.items()):
        np.testing.assert_allclose(arrays[f"reach:{cell}"].reshape(40, 40), exact(subject), atol=1e-4)
        assert panel["bound"][k] == (k, "y", f"reach:{cell}", "step")


# Whatever comes


EXTREMES = {
    "as it comes": {},
    "radius zero": {"radius": 0.0},
    "radius zero, loss at every step": {"radius": 0.0, "loss_at": "every"},
    "two steps": {"length": 2},
    "two steps of nothing": {"length": 2, "radius": 0.0},
    "the states overflow": {"length": 500, "radius": MAX_RADIUS, "nonlinearity": "identity", "start": "orthogonal"},
    "the states overflow, relu": {"length": 500, "radius": MAX_RADIUS, "nonlinearity": "relu", "start": "identity"},
    "gradients past float32": {"length": 500, "radius": 3.0, "nonlinearity": "identity", "loss_at": "every"},
    "keeping gates shut": {"forget_bias": -MAX_BIAS},
    "keeping gates open": {"forget_bias": MAX_BIAS, "radius": MAX_RADIUS},
}


@pytest.mark.parametrize("knobs", EXTREMES.values(), ids=EXTREMES)
def test_every_panel_stands_whatever_the_knobs_say(knobs):
    loss_at = {"loss_at": "last"} | knobs
    header, arrays = everything(cells(**{k: v for k, v in knobs.items() if k != "loss_at"}), loss_at["loss_at"])
    assert len(header["rows"]) == 9
    assert len([name for name in arrays if not name.startswith("figure:")]) == 6
    assert all(array.size for array in arrays.values())


@pytest.mark.parametrize(("text", "weights"), [("play", "trained"), ("zzzz", "fresh"), ("明天台北会下雨吗", "trained")])
def test_every_panel_stands_for_a_sentence_of_the_visitor(text, weights):
    answers = {cell: intents(cell, text=text, weights=weights) for cell in TRIO}
    header, _arrays = everything(answers)
    assert header["steps"] == answers["RNN"].read().steps
