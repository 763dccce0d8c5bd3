"""A reservoir: what it refuses, that its knobs turn what they name, what it forgets and what can be read off it."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from rnnviz.cells import TRIO
from rnnviz.dynamics import echo_state_test, memory_capacity
from rnnviz.dynamics.capacity import RIDGE
from rnnviz.experiment import MAX_SEED, Refused
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.reservoir import (
    FITTED,
    LEAST,
    MAX_DELAY,
    MAX_RADIUS,
    MAX_SCALING,
    MAX_UNITS,
    MET,
    MIN_UNITS,
    SEQUENCES,
    SHAPES,
    SHOWN,
    STEPS,
    TESTED,
    WASHOUT,
    Reservoir,
    met,
    pair_echo,
    small_pair,
)
from rnnviz.trace import Signal

SMALL = Reservoir(units=20)
LIMITS = {
    "units": (MIN_UNITS, MAX_UNITS),
    "radius": (LEAST, MAX_RADIUS),
    "leak": (LEAST, 1.0),
    "scaling": (0.0, MAX_SCALING),
    "density": (LEAST, 1.0),
    "seed": (0, MAX_SEED),
}


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e9, -1e9, "1", None])
def test_a_number_that_is_none_or_out_of_range_is_answered_with_the_range(name, value):
    with pytest.raises(Refused, match=rf"^{name} must be from [\d.]+ to [\d.]+\.$"):
        Reservoir(**{name: value})


@pytest.mark.parametrize("name", LIMITS)
def test_the_limits_themselves_are_allowed_and_the_next_number_is_not(name):
    least, most = LIMITS[name]
    step = 1 if isinstance(least, int) else 1e-9
    for value, beyond in ((least, least - step), (most, most + step)):
        SMALL.with_(**{name: value}).network()
        with pytest.raises(Refused):
            SMALL.with_(**{name: beyond})


@pytest.mark.parametrize("value", ["relu", "", None, 3, "Tanh" * 50])
def test_an_unknown_nonlinearity_is_answered_with_the_choices(value):
    with pytest.raises(Refused) as refused:
        Reservoir(nonlinearity=value)
    assert all(shape in str(refused.value) for shape in SHAPES)
    assert len(str(refused.value)) < 150


@pytest.mark.parametrize(("name", "value"), [("units", 30.5), ("seed", 0.5)])
def test_units_and_seeds_are_whole(name, value):
    with pytest.raises(Refused, match=f"{name} must be"):
        Reservoir(**{name: value})


def test_a_reservoir_is_frozen_can_be_kept_in_a_cache_and_shows_how_to_make_it():
    made = Reservoir(40, 0.7, 0.3, nonlinearity="identity", seed=5)
    assert len({made, made.with_(), made.with_(seed=6)}) == 2
    assert eval(repr(made), {"Reservoir": Reservoir}) == made
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.seed = 1


@pytest.mark.parametrize("radius", [LEAST, 0.9, 1.0, MAX_RADIUS])
@pytest.mark.parametrize("density", [LEAST, 0.3, 1.0])
def test_its_matrix_has_the_radius_and_the_density_and_its_input_the_strength_that_were_asked_for(radius, density):
    made = Reservoir(60, radius, density=density, scaling=0.4, seed=2)
    cell = made.network().layers[0][0]
    weights = cell.weight_hh.numpy()
    assert abs(np.linalg.eigvals(weights)).max() == pytest.approx(radius, rel=1e-6)
    assert ((weights != 0).sum(1) == round(60 * density)).all()
    assert 0.3 < float(cell.weight_ih.abs().max()) <= 0.4
    assert cell.bias_ih is None
    assert cell.bias_hh is None


def test_its_states_follow_the_equation_of_leaky_units_from_both_starts():
    made = Reservoir(20, 1.1, 0.3, 0.7, seed=3)
    cell, u, h = made.network().layers[0][0], made.input().numpy(), made.starts().numpy()
    found = made.states().values
    assert found.shape == (SHOWN, 2, 20)
    for t in range(SHOWN):
        new = np.tanh(u[t, 0] * cell.weight_ih.numpy()[:, 0] + h @ cell.weight_hh.numpy().T)
        h = (1 - 0.3) * h + 0.3 * new
        np.testing.assert_allclose(found[t], h, atol=1e-12)


def test_the_starts_that_are_shown_are_those_that_are_tested():
    h, echo = SMALL.states().values, SMALL.echo()
    assert echo.distance.values.shape == (TESTED, 2)
    starts = SMALL.starts().numpy()
    assert np.linalg.norm(starts[0] - starts[1]) == pytest.approx(echo.start.values[0])
    apart = np.linalg.norm(h[:, 0] - h[:, 1], axis=-1)
    np.testing.assert_allclose(apart, echo.distance.values[:SHOWN, 0], rtol=1e-6, atol=1e-12)


def test_the_second_test_reads_nothing():
    silent = SMALL.with_(scaling=0.0).echo().distance.values
    np.testing.assert_array_equal(SMALL.echo().distance.values[:, 1], silent[:, 1])


@pytest.mark.parametrize("scaling", [0.2, 2.0])
def test_a_strong_input_makes_two_starts_one_where_a_weak_one_does_not(scaling):
    echo = Reservoir(radius=1.3, scaling=scaling).echo()
    assert (met(echo.distance.values[:, 0], echo.start.values[0]) is None) == (scaling == 0.2)
    assert met(echo.distance.values[:, 1], echo.start.values[1]) is None


@pytest.mark.parametrize(
    ("distance", "steps"),
    [
        ([1, 0.1, 1e-7, 0], 3),
        ([1, 1e-7, 0.1, 1e-8], 4),
        ([0, 0, 0, 0], 1),
        ([1, 1, 1, 1], None),
        ([1, 1e-7, 1e-7, 2 * MET], None),
        ([1, 1e-7, np.nan, np.nan], None),
        ([1, np.inf, 1e-9, 1e-9], 3),
    ],
)
def test_starts_have_met_from_the_step_after_which_they_stay_together(distance, steps):
    assert met(np.array(distance, dtype=float), 1.0) == steps
    assert met(1e-9 * np.array(distance, dtype=float), 1e-9) == steps


def test_two_units_of_radius_one_half_do_not_meet_and_each_stays_at_a_point_that_it_maps_to_itself():
    weights = small_pair().layers[0][0].weight_hh.numpy()
    assert np.trace(weights) == 1
    assert np.linalg.det(weights) == pytest.approx(0.25)  # so both eigenvalues are 1/2
    echo = pair_echo()
    assert echo.distance.values[-1, 0] > 1
    h = np.array([1.0, 1.0])
    for _ in range(50):
        h = np.tanh(weights @ h)
    np.testing.assert_allclose(np.tanh(weights @ h), h, atol=1e-12)
    assert abs(h).min() > 0.9
    assert echo.distance.values[-1, 0] == pytest.approx(2 * np.linalg.norm(h))


def test_below_a_largest_singular_value_of_one_starts_always_meet():
    made = Reservoir(40, 0.4, seed=1)
    largest = np.linalg.norm(made.network().layers[0][0].weight_hh.numpy(), 2)
    assert largest < 1
    distance, start = (part.values for part in made.echo())
    for batch in range(2):
        bound = start[batch] * largest ** np.arange(1, TESTED + 1)
        assert (distance[:, batch] <= bound + 1e-14).all()


@pytest.mark.parametrize("cell", ["ESN", *TRIO])
def test_the_memory_of_every_cell_is_at_most_its_units_and_starts_at_the_present(cell):
    found = SMALL.memory(cell)
    assert found.by_delay.values.shape == (SMALL.delays + 1,)
    assert 1 < found.total <= 20
    assert found.by_delay.values[0] > 0.9


def test_a_linear_reservoir_reaches_what_theory_says_until_faint_echoes_are_lost():
    made = Reservoir(20, 0.8, nonlinearity="identity", density=0.5)
    theory, found = made.theory(), made.memory()
    assert theory.total == 20
    np.testing.assert_allclose(found.by_delay.values[:8], theory.by_delay.values[:8], atol=0.02)
    assert found.total <= 20.5


@pytest.mark.parametrize(
    "changes", [{"nonlinearity": "tanh"}, {"scaling": 0.0}, {"radius": 1.0}, {"radius": 1.2, "leak": 0.5}]
)
def test_there_is_no_theory_without_linear_units_an_input_and_fading(changes):
    made = Reservoir(20, 0.8, nonlinearity="identity")
    assert made.theory() is not None
    assert made.with_(**changes).theory() is None


def test_another_cells_memory_hangs_on_units_and_seed_alone():
    other = Reservoir(20, 0.4, 0.2, 0.1, 0.5, "identity")
    np.testing.assert_array_equal(SMALL.memory("GRU").by_delay.values, other.memory("GRU").by_delay.values)
    assert SMALL.memory("GRU").total != SMALL.with_(seed=1).memory("GRU").total


def test_the_readouts_are_those_that_the_memory_scores():
    made = Reservoir(40, 0.9, 0.8, 0.3)
    (memory, read), scores = made.measure(), made.memory().by_delay.values
    np.testing.assert_allclose(memory.by_delay.values, scores)
    x = made.sequences()
    with torch.no_grad():
        held = made.network()(x).numpy()[WASHOUT + FITTED :].reshape(-1, 40)
    u = x[..., 0].numpy()
    for delay in (0, 1, 7, 30):
        wanted = u[WASHOUT + FITTED - delay : STEPS - delay].reshape(-1)
        assert np.corrcoef(read(held, delay), wanted)[0, 1] ** 2 == pytest.approx(scores[delay], abs=1e-6)


def test_a_readout_is_the_ridge_regression_of_its_delay():
    made = Reservoir(20, 0.9)
    (_memory, read), x = made.measure(), made.sequences()
    rows = np.arange(WASHOUT, WASHOUT + FITTED)
    h = made.network()(x).numpy()[rows].reshape(-1, 20)
    columns = np.concatenate([np.ones((len(h), 1)), h], 1)
    best, *_ = np.linalg.lstsq(columns, x[..., 0].numpy()[rows - 3].reshape(-1), rcond=None)
    np.testing.assert_allclose(read(h, 3), columns @ best, atol=1e-4)
    assert len(h) == FITTED * SEQUENCES


def test_no_input_leaves_nothing_to_read():
    made = SMALL.with_(scaling=0.0)
    assert made.memory().total == 0
    assert not made.measure()[1].weights.any()
    assert not made.network()(made.sequences()).any()


def test_a_reservoir_that_explodes_has_no_readout_and_nothing_warns():
    made = Reservoir(20, 3.0, nonlinearity="identity")
    assert math.isnan(made.memory().total) or made.memory().total < 1
    assert met(made.echo().distance.values[:, 0], 1.0) is None
    assert made.measure()[1](made.states().values, 2).shape == (SHOWN, 2)


def test_the_delays_are_twice_the_units_as_far_as_they_reach_into_what_was_left_out():
    assert Reservoir(20).delays == 40
    assert Reservoir(200).delays == MAX_DELAY == WASHOUT


def test_the_same_seed_gives_the_same_and_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    one, other, third = Reservoir(seed=4), Reservoir(seed=4), Reservoir(seed=5)
    for ask in (Reservoir.input, Reservoir.sequences, Reservoir.starts):
        assert torch.equal(ask(one), ask(other))
        assert not torch.equal(ask(one), ask(third))
    assert torch.equal(one.network().layers[0][0].weight_hh, other.network().layers[0][0].weight_hh)
    small_pair()
    pair_echo()
    one.echo()
    assert torch.equal(torch.get_rng_state(), before)


def test_what_is_shown_is_not_what_was_fitted():
    shown, fitted = SMALL.input().reshape(-1), SMALL.sequences().reshape(-1)
    assert not np.isin(shown.numpy(), fitted.numpy()).any()
    assert float(shown.abs().max()) <= 1


@pytest.mark.parametrize("leak", [1.0, 0.3])
@pytest.mark.parametrize(("shape", "radius"), [("tanh", 0.9), ("tanh", 3.0), ("identity", 1.1)])
def test_the_test_is_the_librarys_own(shape, radius, leak):
    made = SMALL.with_(radius=radius, leak=leak, nonlinearity=shape)
    x = made.input()
    both = torch.cat([x, 0 * x], 1)
    generator = torch.Generator().manual_seed(3 * MAX_SEED + 3)
    expected, found = echo_state_test(made.network(), both, generator=generator), made.echo()
    np.testing.assert_array_equal(found.start.values, expected.start.values)
    steps = TESTED if radius < 3 else 30  # in a wild reservoir roundings grow
    np.testing.assert_allclose(found.distance.values[:steps], expected.distance.values[:steps], rtol=1e-6, atol=1e-12)


def test_the_states_that_are_shown_are_those_that_a_recording_holds():
    trace = record(SMALL.network(), SMALL.input()[:SHOWN].expand(-1, 2, -1), SMALL.starts()[None])
    np.testing.assert_allclose(SMALL.states().values[:60], trace.layer()["h"].values[:60], rtol=0, atol=1e-9)


@pytest.mark.parametrize("changes", [{}, {"leak": 0.3}, {"nonlinearity": "identity", "density": 0.5}])
def test_reservoirs_that_run_together_hold_what_each_holds_by_a_plain_loop_and_a_plain_regression(changes):
    """And so by the library's own measurement of the network's own states."""
    made, radii = Reservoir(30, scaling=1.0, **changes), (0.3, 0.5, 0.9, 0.95)
    u = made.sequences()
    for radius, found in zip(radii, made.memories(radii), strict=True):
        alone = made.with_(radius=radius)
        with torch.no_grad():
            states = Signal("h", ("time", "batch", "unit"), alone.network()(u).numpy())
        expected = memory_capacity(states, u[..., 0], made.delays, washout=WASHOUT)
        np.testing.assert_allclose(found.by_delay.values, expected.by_delay.values, atol=2e-6)
        np.testing.assert_allclose(alone.memory().by_delay.values, found.by_delay.values, atol=2e-6)
        h = states.values[WASHOUT:].reshape(-1, 30)
        rows, delay = FITTED * SEQUENCES, 3
        wanted = u[WASHOUT - delay : STEPS - delay, :, 0].reshape(-1).numpy()
        columns = np.concatenate([h, np.ones((len(h), 1))], 1)
        penalty = RIDGE * h[:rows].var(0).mean() * rows * np.diag([1.0] * 30 + [0.0])
        inner = columns[:rows].T @ columns[:rows] + penalty
        read = columns[rows:] @ np.linalg.solve(inner, columns[:rows].T @ wanted[:rows])
        assert found.by_delay.values[delay] == pytest.approx(np.corrcoef(read, wanted[rows:])[0, 1] ** 2, abs=1e-6)


@pytest.mark.parametrize("radius", [LEAST, 1.0, MAX_RADIUS])
def test_its_eigenvalues_are_those_of_the_matrix_at_every_radius(radius):
    made = SMALL.with_(radius=radius)
    expected = np.linalg.eigvals(made.network().layers[0][0].weight_hh.numpy())
    assert np.abs(made.eigenvalues[:, None] - expected).min(1).max() < 1e-12
    assert abs(made.eigenvalues[0]) == pytest.approx(radius)


def test_a_reservoir_is_the_librarys_own_draw_of_its_seed():
    made = Reservoir(40, 0.7, 0.4, 0.6, 0.2, seed=9)
    options = {"leak": 0.4, "density": 0.2, "input_scaling": 0.6, "spectral_radius": 0.7, "bias": False}
    drawn = Network("ESN", 1, 40, generator=torch.Generator().manual_seed(9), dtype=torch.float64, **options)
    for name, weights in drawn.state_dict().items():
        torch.testing.assert_close(made.network().state_dict()[name], weights, rtol=1e-12, atol=1e-14)
    assert made.network().structure | {"nonlinearity": "tanh"} == drawn.structure | {"nonlinearity": "tanh"}


@pytest.mark.parametrize("leak", [1.0, 0.3])
@pytest.mark.parametrize(("shape", "radius"), [("tanh", 0.9), ("tanh", 3.0), ("identity", 0.9)])
def test_memory_and_readouts_are_measured_on_what_the_network_does(shape, radius, leak):
    reservoir = Reservoir(units=30, radius=radius, leak=leak, nonlinearity=shape)
    network, u = reservoir.network(), reservoir.sequences()[:40]  # of a wild one, before roundings have grown
    with torch.no_grad():
        np.testing.assert_allclose(reservoir._run(u)[:, 0], network(u), rtol=0, atol=1e-8)
