"""The panels about gradients: what they draw is what they say, and nothing that explodes or dies takes a page down."""

import json
import math
import struct

import numpy as np
import pytest

from rnnviz import gradients
from rnnviz.app.gradient_runs import curves, exploded, exponent, reaching, singular_values
from rnnviz.app.panels import gradient_lines, step_spectrum
from rnnviz.app.panels.gradient_claims import verdict
from rnnviz.app.stage.board import Board
from rnnviz.cells import TRIO
from rnnviz.dynamics import lyapunov_exponents
from rnnviz.gradients import gradient_curves
from rnnviz.recording import record
from rnnviz.subjects.limits import MAX_BIAS
from tests.app.fresh_networks import cells, linear, on_noise
from tests.app.sent import lines, numbers
from tests.intents import intents

NAMES = {"RNN": {"h": "S"}, "LSTM": {"h": "h", "c": "c"}, "GRU": {"h": "h"}}  # the textbook's, of each state

every_cell = pytest.mark.parametrize("cell", TRIO)


def unpack(board: Board) -> tuple[dict, dict[str, np.ndarray]]:
    """What the browser makes of a payload: its header, as strict JSON, and its arrays."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"the header holds {constant}, which is not JSON")

    raw = board.payload().message()
    (size,) = struct.unpack_from("<I", raw)
    header = json.loads(raw[4 : 4 + size].decode(), parse_constant=refuse)
    start = 4 + size + -(4 + size) % 4
    body = np.frombuffer(raw[start:], "<f4")
    arrays = {n: body[a["offset"] : a["offset"] + a["size"]] for n, a in header["arrays"].items()}
    assert sum(len(array) for array in arrays.values()) == len(body)
    return header, arrays


@pytest.mark.parametrize("nonlinearity", ["identity", "relu"])
@pytest.mark.parametrize("start", ["default", "identity"])
def test_a_network_that_overflows_explodes_at_the_step_at_which_it_does(nonlinearity, start):
    subject = on_noise(length=500, radius=5.0, nonlinearity=nonlinearity, start=start)
    cell = subject.network().layers[0][0]
    u, w, b = (value.detach().numpy() for value in (cell.weight_ih, cell.weight_hh, cell.bias_ih + cell.bias_hh))
    h, first = np.zeros(len(w)), None
    for step, x in enumerate(subject.input()[:, 0].numpy(), 1):
        with np.errstate(all="ignore"):
            h = u @ x + w @ h + b
        h = np.maximum(h, 0) if nonlinearity == "relu" else h
        if first is None and not np.isfinite(h).all():
            first = step
    assert exploded(subject) == first
    if first is not None:
        assert verdict(subject) == f"RNN exploded at step {first}"
        assert exploded(subject.with_(length=first)) == first
        assert exploded(subject.with_(length=first - 1)) is None
    assert first is not None or (nonlinearity, start) == ("relu", "default")


@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
def test_gated_cells_never_explode(cell):
    assert exploded(on_noise(cell, 500, 5.0, forget_bias=MAX_BIAS)) is None


# The sizes


@every_cell
@pytest.mark.parametrize("loss", ["last", "every"])
def test_the_lines_of_the_sizes_are_the_curves_of_the_subject(cell, loss):
    subject = on_noise(cell, 50, 1.1, seed=2)
    found = gradient_curves(subject.network(), subject.input(), lambda y: subject.objective(y, loss))
    drawn = lines(gradient_lines.sizes({cell: subject}, loss, repeat=False, parts=True))
    whole = found.pop("state")
    assert set(drawn) == {f"{cell} ∂L/∂{NAMES[cell][state]}" for state in found} | (
        {"LSTM ∂L/∂(h, c)"} if "c" in found else set()
    )
    for state, curve in found.items():
        np.testing.assert_array_equal(drawn[f"{cell} ∂L/∂{NAMES[cell][state]}"], curve.values[:, 0])
    np.testing.assert_allclose(drawn.get("LSTM ∂L/∂(h, c)", whole.values[:, 0]), whole.values[:, 0], rtol=1e-12)


@pytest.mark.parametrize("subject", [intents("LSTM"), intents("RNN", "large", weights="fresh")])
def test_the_lines_of_an_answer_are_the_curves_of_its_own_network(subject):
    drawn = lines(gradient_lines.sizes({subject.cell: subject}, "last", repeat=False, parts=True))
    found = gradient_curves(subject.network(), subject.input(), subject.objective)
    del found["state"]
    for state, curve in found.items():
        np.testing.assert_array_equal(drawn[f"{subject.cell} ∂L/∂{NAMES[subject.cell][state]}"], curve.values[:, 0])


@pytest.mark.parametrize("state", ["h", "c"])
def test_what_is_drawn_of_an_lstm_is_not_the_product_of_its_forget_gates(state):
    subject = on_noise("LSTM", 60, 1.5)
    forget = record(subject.network(), subject.input()).layer()["f"].values[:, 0].astype(float)
    kept = np.cumsum(np.log10(forget)[::-1], 0)[::-1]  # of every unit: f_t ... f_T
    product = np.log10(np.linalg.norm(10**kept, axis=1))
    drawn = lines(gradient_lines.sizes({"LSTM": subject}, "last", repeat=False, parts=True))[f"LSTM ∂L/∂{state}"]
    apart = (drawn - drawn[-1]) - (product - product[-1])
    assert np.abs(apart).max() > 2  # two powers of ten
    assert np.median(np.abs(apart)) > 0.5


def test_the_whole_state_is_solid_and_its_parts_are_dashed_and_dotted_in_the_colour_of_the_cell():
    traces = gradient_lines.sizes(cells(), "last", repeat=False, parts=True)["figure"]["data"]
    assert {t["name"]: t["line"]["dash"] for t in traces} == {
        "RNN ∂L/∂S": "solid",
        "LSTM ∂L/∂(h, c)": "solid",
        "LSTM ∂L/∂h": "dash",
        "LSTM ∂L/∂c": "dot",
        "GRU ∂L/∂h": "solid",
    }
    assert len({t["line"]["color"] for t in traces}) == len(TRIO)


def test_unless_parts_are_asked_for_each_network_has_one_line_of_its_whole_state():
    compared = cells()
    drawn = lines(gradient_lines.sizes(compared, "last", repeat=False))
    assert list(drawn) == list(TRIO)
    for cell, subject in compared.items():
        np.testing.assert_allclose(drawn[cell], reaching(subject).values, rtol=1e-12)


@every_cell
def test_the_band_reaches_from_the_least_to_the_most_of_ten_seeds(cell):
    subject = on_noise(cell, 30, 0.8, seed=3)
    first = gradient_lines.sizes({cell: subject}, "last", repeat=True)["figure"]["data"][0]
    assert first["fill"] == "toself"
    runs = np.stack(
        [curves(subject.with_(seed=seed, noise=seed))["state"].values for seed in range(gradient_lines.REPEATS)]
    )
    edge = numbers(first["y"])
    np.testing.assert_array_equal(edge[:30], runs.max(0))
    np.testing.assert_array_equal(edge[30:][::-1], runs.min(0))
    own = curves(subject)["state"].values
    assert (own <= edge[:30]).all()
    assert (own >= edge[30:][::-1]).all()


def test_a_band_of_nothing_is_not_drawn():
    traces = gradient_lines.sizes({"RNN": on_noise(length=20, radius=0.0)}, "last", repeat=True)["figure"]["data"]
    assert [trace.get("fill") for trace in traces] == [None]


# The other panels


@every_cell
def test_the_spectrum_holds_the_singular_values_of_every_step_largest_first(cell):
    subject = on_noise(cell, 12, 1.2)
    board = Board([""] * 12, [True] * 12, units=1)
    panel = step_spectrum.spectrum({cell: subject}, board)
    board.row(panel)
    header, arrays = unpack(board)
    jacobians = gradients.step_jacobians(subject.network(), subject.input()).values
    exact = np.log10(np.linalg.svd(jacobians, compute_uv=False))
    sent = arrays[f"sigma:{cell}"].reshape(12, -1)
    large = exact > -6
    np.testing.assert_allclose(sent[large], exact[large], atol=1e-4)
    assert header["arrays"][f"sigma:{cell}"]["width"] == (64 if cell == "LSTM" else 32)
    assert panel["bound"] == [(0, "y", f"sigma:{cell}", "step")]
    np.testing.assert_allclose(lines(panel)[cell], sent[-1], atol=1e-6)


@every_cell
def test_what_is_kept_of_the_jacobians_is_what_they_say(cell):
    subject = on_noise(cell, 15, 1.2)
    jacobians = gradients.step_jacobians(subject.network(), subject.input())
    exact = gradients.singular_values(jacobians).values
    np.testing.assert_allclose(singular_values(subject).values, exact, rtol=1e-6, atol=1e-12)
    assert exponent(subject) == pytest.approx(lyapunov_exponents(jacobians).values[0] / math.log(10), rel=1e-9)


@pytest.mark.parametrize("subject", [on_noise("LSTM", 12, 0.0), on_noise("RNN", 12, 0.0), linear(1e-13, length=12)])
def test_a_singular_value_below_a_million_millionth_is_a_gap(subject):
    board = Board([""] * 12, [True] * 12, units=1)
    board.row(step_spectrum.spectrum({subject.cell: subject}, board))
    sent = unpack(board)[1][f"sigma:{subject.cell}"].reshape(12, -1)
    exact = singular_values(subject).values
    np.testing.assert_array_equal(np.isnan(sent), exact < 1e-12)
    assert (exact < 1e-12).any()


def test_only_numbers_are_drawn():
    np.testing.assert_array_equal(
        gradient_lines.finite(np.array([-np.inf, -3.0, np.nan, 4.0, np.inf])), [np.nan, -3, np.nan, 4, np.nan]
    )


def test_the_moments_that_teach_are_those_of_the_recurrent_weights():
    subject = on_noise("GRU", 20, 1.1)
    found = (
        gradients.weight_gradients_by_step(subject.network(), subject.input(), subject.objective)
        .norms["weight_hh"]
        .values
    )
    drawn = lines(gradient_lines.teaching({"GRU": subject}, "last", span=6)[0])["GRU"]
    np.testing.assert_allclose(drawn, np.where(np.isfinite(found), found, np.nan), atol=1e-9)
    assert np.isnan(drawn[0])  # h_0 is zero, so the first step teaches the recurrent weights nothing


def test_the_first_point_is_written_with_two_decimals():
    assert gradient_lines.first(linear(0.1, length=6), "last") == "-5.00"
    assert gradient_lines.first(on_noise(radius=0.0), "last") == "-inf"
