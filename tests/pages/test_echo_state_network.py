"""Echo state network: what it claims and draws is what its reservoir does, and its code is true."""

import base64
import re

import numpy as np
import pytest

from rnnviz.cells import TRIO
from rnnviz.studies import echo_state_network as study
from rnnviz.studies.echo_state_network import RADII, SHOWN, TESTED
from tests.pages.echo_page import charts, chips, choose
from tests.pages.visit import board, claim, sentence, whole
from tests.reservoirs import reservoir


def numbers(of: object) -> np.ndarray:
    """A trace's values, as Plotly's own JSON keeps them."""
    if isinstance(of, dict):
        return np.frombuffer(base64.b64decode(of["bdata"]), of["dtype"])
    return np.array([np.nan if value is None else value for value in of], dtype=float)


@pytest.mark.parametrize(("radius", "scaling"), [(0.9, 1.0), (1.2, 1.0), (1.3, 2.0), (1.5, 0.2)])
def test_the_claim_tells_when_two_starts_of_this_reservoir_merge(radius, scaling):
    at = choose(radius=radius, scaling=scaling)
    made = reservoir(radius=radius, scaling=scaling)
    x, h = study.shown_input(made).numpy(), study.starts(made).numpy()
    cell, first = study.cell_of(made), np.linalg.norm(h[0] - h[1])
    near = np.zeros(TESTED, bool)
    for t in range(TESTED):
        h = np.tanh(x[t, 0] * cell.weight_ih.numpy()[:, 0] + h @ cell.weight_hh.numpy().T)
        near[t] = np.linalg.norm(h[0] - h[1]) < 1e-6 * first
        if t < SHOWN:
            left = np.linalg.norm(h[0] - h[1]) / first
    if near[-1]:
        steps = TESTED - int(np.argmin(near[::-1])) + 1
        assert chips(at)[0] == f"with input: merged after {steps} steps"
        alone = chips(at)[1].startswith("without input: merged")
        one, other = (
            f"At radius {radius:g}, two starting states merge with input, not without",
            f"At radius {radius:g}, two starting states merge with input and without",
        )
        assert claim(at) == (other if alone else one)
    else:
        share = float(f"{100 * left:.2g}")
        assert chips(at)[0] == f"with input: still {share:g}% of the initial distance after 200 steps"
        assert claim(at) == f"At radius {radius:g}, two starting states stay apart: the start is kept"
    assert f"here it is {np.linalg.svd(cell.weight_hh.numpy())[1][0]:.2f}." in sentence(at)


def test_a_slow_reservoir_is_not_said_never_to_meet():
    at = choose(units=20, leak=0.05, radius=0.95, scaling=0.05)
    words = r"with input: still \d+% of the initial distance after 200 steps"
    assert re.fullmatch(words, chips(at)[0])
    settings = board(at)[0]["settings"]  # they say which network this is, and what it reads
    assert re.match(r"model: untrained~cell.ESN~.*spectral_radius.0.95 · input: white noise", settings)


def test_linear_starts_above_radius_one_fly_apart_at_the_rate_of_the_radius():
    at = choose(nonlinearity="identity", radius=1.1)
    steps = float(re.fullmatch(r"with input: distance × 10 every ([\d.]+) steps", chips(at)[0])[1])
    assert steps == pytest.approx(1 / np.log10(1.1), rel=0.02)


def test_the_distances_are_drawn_in_decades_of_the_first():
    made = reservoir(20)
    echo = study.echo(made)
    traces = charts(choose(units=20))[0]["figure"]["data"]
    assert len(traces) == 2
    for batch in range(2):
        expected = np.log10(echo.distance.values[:SHOWN, batch] / echo.start.values[batch])
        np.testing.assert_allclose(numbers(traces[batch]["y"]), np.maximum(expected, -17), atol=1e-9)


def test_the_eigenvalues_are_those_of_the_matrix_and_of_the_leaking_step():
    _circle, plain, leaking = charts(choose(units=20, leak=0.3))[2]["figure"]["data"]
    matrix = study.cell_of(reservoir(20, leak=0.3)).weight_hh.numpy()
    for trace, weights in ((plain, matrix), (leaking, 0.7 * np.eye(20) + 0.3 * matrix)):
        found = np.sort_complex(numbers(trace["x"]) + 1j * numbers(trace["y"]))
        expected = np.linalg.eigvals(weights)
        assert np.abs(found[:, None] - expected).min(1).max() < 1e-6
        assert len(found) == 20
    outside = int((abs(np.linalg.eigvals(matrix)) > 1).sum())
    assert charts(choose(units=20))[2]["title"].startswith(f"{outside} of 20 eigenvalues")


def test_the_curves_and_the_legend_hold_every_cells_memory():
    at = choose(units=40, scaling=0.2, seed=3)
    panel, made = charts(at)[4], reservoir(40, scaling=0.2, seed=3)
    for trace, cell in zip(panel["figure"]["data"], ["ESN", *TRIO], strict=True):
        found = study.memory(made if cell == "ESN" else study.other_cell(made, cell))
        np.testing.assert_allclose(numbers(trace["y"]), found.by_delay.values)
        assert trace["name"] == f"{cell} Σ = {found.total:.1f}"
        assert f"{cell}: {found.total:.1f}" in panel["title"]
        assert found.total <= 40
    assert "N = 40" in panel["caption"]


def test_a_linear_reservoir_stands_beside_its_theory():
    drawn = charts(choose(units=20, nonlinearity="identity", radius=0.8))[4]["figure"]["data"]
    made = reservoir(20, 0.8, nonlinearity="identity")
    theory = study.theory(made).by_delay.values
    np.testing.assert_allclose(numbers(drawn[-1]["y"]), theory)
    assert drawn[-1]["name"] == f"theory Σ = {theory.sum():.1f}"


def test_of_a_measurement_is_said_what_it_can_resolve():
    panel = charts(choose(nonlinearity="identity", radius=0.9))[4]
    made = reservoir(100, 0.9, nonlinearity="identity")
    states = made.network()(study.sequences(made)).numpy()[100:200].reshape(-1, 100)
    varies = np.linalg.svd(states - states.mean(0))[1] ** 2
    resolved = int((varies > 1e-10 * varies.mean()).sum())
    assert "over all delays its Σ is 100." in panel["caption"]
    assert f"The measurement resolves {resolved} directions" in panel["caption"]
    measured = float(re.search(r"ESN: ([\d.]+)", panel["title"])[1])
    assert abs(measured - resolved) < 3
    assert panel["figure"]["data"][-1]["name"] == "theory Σ = 98.3"  # of the 101 delays that are shown
    assert "resolves" not in charts(choose(units=20))[4]["caption"]


def test_the_sweep_turns_the_radius_alone_and_rings_the_chosen_one():
    panel = charts(choose(units=20, scaling=0.3, radius=0.85))[5]
    line, ring = panel["figure"]["data"]
    totals = [study.memory(reservoir(20, radius, scaling=0.3)).total for radius in RADII]
    np.testing.assert_allclose(numbers(line["y"]), totals)
    assert numbers(ring["x"])[0] == 0.85
    assert numbers(ring["y"])[0] == pytest.approx(study.memory(reservoir(20, 0.85, scaling=0.3)).total)
    best = int(np.argmax(totals))
    assert panel["title"] == (
        f"Of these radii ρ = {RADII[best]:g} remembers most: {totals[best]:.1f}; at ρ = 3 it is {totals[-1]:.1f}"
    )


@pytest.mark.parametrize("radius", [0.3, 1.0])
@pytest.mark.parametrize("leak", [1.0, 0.05])
def test_the_eigenvalues_are_told_by_the_largest_of_those_that_a_step_has(radius, leak):
    panel = charts(choose(units=20, radius=radius, leak=leak))[2]
    assert panel["title"].startswith("0 of 20 eigenvalues")  # at radius 1 the largest lies on the circle
    assert ("hollow" in panel["caption"]) == (leak < 1)
    assert "in the long run" in panel["caption"].lower()


def test_without_input_nothing_is_left_where_two_starts_meet():
    assert claim(choose(units=20, radius=0.5, scaling=0.0)).endswith("nothing is left")
    assert claim(choose(units=20, nonlinearity="identity", radius=1.1)).startswith(
        "At radius 1.1, two starting states fly"
    )


def test_with_no_input_there_is_nothing_to_remember():
    assert charts(choose(units=20, scaling=0.0))[5]["title"] == "With no input there is nothing to remember"


@pytest.mark.parametrize("delay", [0, 7, 40])
def test_the_readout_is_drawn_against_the_input_of_so_many_steps_before(delay):
    panel, made = charts(choose(units=20, delay=delay))[6], reservoir(20)
    wanted, one, other = (numbers(trace["y"]) for trace in panel["figure"]["data"])
    u = study.shown_input(made).numpy()[:SHOWN, 0, 0]
    assert np.isnan(wanted[:delay]).all()
    np.testing.assert_allclose(wanted[delay:], u[: SHOWN - delay])
    (_memory, read), h = study.measure(made), study.two_starts(made)[1].values
    np.testing.assert_allclose(one, read(h[:, 0], delay))
    np.testing.assert_allclose(other, read(h[:, 1], delay))
    assert panel["title"].endswith(f"r² = {study.memory(made).by_delay.values[delay]:.3f}")


def test_the_page_speaks_chinese():
    at = choose(units=20, language="zh")
    assert re.search("[一-鿿]", claim(at))
    assert all(re.search("[一-鿿]", panel["title"]) for panel in charts(at))


@pytest.mark.parametrize("k", range(4))
def test_a_suggestion_shows_what_it_promises(k):
    before = choose(leak=0.5)
    memory = study.memory(reservoir()).total
    at = whole(before.button(key=f"button-try-{k}").click().run())
    fate = chips(at)[0]
    found = float(re.search(r"ESN: ([\d.]+)", charts(at)[4]["title"])[1])
    assert [
        "of the initial distance after 200 steps" in fate,
        found > memory,
        any("theory" in trace["name"] for trace in charts(at)[4]["figure"]["data"]),
        "distance × 10 every" in fate,
    ][k]


@pytest.mark.parametrize("changes", [{}, {"nonlinearity": "identity", "radius": 0.9, "leak": 0.7, "delay": 12}])
def test_the_code_runs_and_gives_the_number_beside_it(changes):
    code = choose(units=20, **changes).code[0].value
    space: dict[str, object] = {}
    exec(code, space)
    expression, number = re.search(r"^(found\S+)\s+# ([\d.]+)$", code, re.MULTILINE).groups()
    assert f"{eval(expression, space):.4f}" == number
