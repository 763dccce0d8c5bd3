"""Reservoirs: what they forget, what can be read off them, and that all of it is what the subject's network does."""

import math

import numpy as np
import pytest
import torch

from rnnviz.dynamics import echo_state_test, memory_capacity
from rnnviz.dynamics.capacity import RIDGE
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.studies import echo_state_network as study
from rnnviz.studies.echo_state_network import FITTED, MET, SEQUENCES, SHOWN, STEPS, TESTED, WASHOUT, met
from rnnviz.subjects import Given, Noise, Subject
from rnnviz.subjects.given import keep_network
from rnnviz.trace import Signal
from tests.reservoirs import reservoir

SMALL = reservoir(20)


@pytest.mark.parametrize("radius", [0.05, 0.9, 1.0, 3.0])
@pytest.mark.parametrize("density", [0.05, 0.3, 1.0])
def test_its_matrix_has_the_radius_and_the_density_and_its_input_the_strength_that_were_asked_for(radius, density):
    made = reservoir(60, radius, density=density, scaling=0.4, seed=2)
    cell = study.cell_of(made)
    weights = cell.weight_hh.numpy()
    assert abs(np.linalg.eigvals(weights)).max() == pytest.approx(radius, rel=1e-6)
    assert ((weights != 0).sum(1) == round(60 * density)).all()
    assert 0.3 < float(cell.weight_ih.abs().max()) <= 0.4
    assert cell.bias_ih is None
    assert cell.bias_hh is None


def test_its_states_follow_the_equation_of_leaky_units_from_both_starts():
    made = reservoir(20, 1.1, 0.3, 0.7, seed=3)
    cell, u, h = study.cell_of(made), study.shown_input(made).numpy(), study.starts(made).numpy()
    found = study.two_starts(made)[1].values
    assert found.shape == (SHOWN, 2, 20)
    for t in range(SHOWN):
        new = np.tanh(u[t, 0] * cell.weight_ih.numpy()[:, 0] + h @ cell.weight_hh.numpy().T)
        h = (1 - 0.3) * h + 0.3 * new
        np.testing.assert_allclose(found[t], h, atol=1e-12)


def test_the_starts_that_are_shown_are_those_that_are_tested():
    h, echo = study.two_starts(SMALL)[1].values, study.echo(SMALL)
    assert echo.distance.values.shape == (TESTED, 2)
    starts = study.starts(SMALL).numpy()
    assert np.linalg.norm(starts[0] - starts[1]) == pytest.approx(echo.start.values[0])
    apart = np.linalg.norm(h[:, 0] - h[:, 1], axis=-1)
    np.testing.assert_allclose(apart, echo.distance.values[:SHOWN, 0], rtol=1e-6, atol=1e-12)


def test_the_second_test_reads_nothing():
    silent = study.echo(SMALL.with_(input_scaling=0.0)).distance.values
    np.testing.assert_array_equal(study.echo(SMALL).distance.values[:, 1], silent[:, 1])


@pytest.mark.parametrize("scaling", [0.2, 2.0])
def test_a_strong_input_makes_two_starts_one_where_a_weak_one_does_not(scaling):
    echo = study.echo(reservoir(radius=1.3, scaling=scaling))
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
    weights = study.small_pair().layers[0][0].weight_hh.numpy()
    assert np.trace(weights) == 1
    assert np.linalg.det(weights) == pytest.approx(0.25)  # so both eigenvalues are 1/2
    echo = study.pair_echo()
    assert echo.distance.values[-1, 0] > 1
    h = np.array([1.0, 1.0])
    for _ in range(50):
        h = np.tanh(weights @ h)
    np.testing.assert_allclose(np.tanh(weights @ h), h, atol=1e-12)
    assert abs(h).min() > 0.9
    assert echo.distance.values[-1, 0] == pytest.approx(2 * np.linalg.norm(h))


def test_below_a_largest_singular_value_of_one_starts_always_meet():
    made = reservoir(40, 0.4, seed=1)
    largest = np.linalg.norm(study.cell_of(made).weight_hh.numpy(), 2)
    assert largest < 1
    distance, start = (part.values for part in study.echo(made))
    for batch in range(2):
        bound = start[batch] * largest ** np.arange(1, TESTED + 1)
        assert (distance[:, batch] <= bound + 1e-14).all()


def test_another_cell_hangs_on_units_and_seed_alone_and_is_as_torch_draws_it():
    changed = reservoir(20, 0.4, 0.2, 0.1, 0.5, "identity")
    assert study.other_cell(SMALL, "GRU") == study.other_cell(changed, "GRU")
    assert study.other_cell(SMALL, "GRU") != study.other_cell(SMALL.with_(seed=1), "GRU")
    drawn = Network("GRU", 1, 20, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    for name, weights in study.other_cell(SMALL, "GRU").network().state_dict().items():
        assert torch.equal(weights, drawn.state_dict()[name])


def test_the_same_seed_gives_the_same_and_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    one, other, third = reservoir(seed=4), reservoir(seed=4), reservoir(seed=5)
    for ask in (study.shown_input, study.sequences, study.starts):
        assert torch.equal(ask(one), ask(other))
        assert not torch.equal(ask(one), ask(third))
    assert torch.equal(study.cell_of(one).weight_hh, study.cell_of(other).weight_hh)
    study.small_pair()
    study.pair_echo()
    study.echo(one)
    assert torch.equal(torch.get_rng_state(), before)


def test_what_is_shown_is_not_what_was_fitted():
    shown, fitted = study.shown_input(SMALL).reshape(-1), study.sequences(SMALL).reshape(-1)
    assert not np.isin(shown.numpy(), fitted.numpy()).any()
    assert float(shown.abs().max()) <= 1


@pytest.mark.parametrize("leak", [1.0, 0.3])
@pytest.mark.parametrize(("shape", "radius"), [("tanh", 0.9), ("tanh", 3.0), ("identity", 1.1)])
def test_the_test_is_the_librarys_own(shape, radius, leak):
    made = SMALL.with_(spectral_radius=radius, leak=leak, nonlinearity=shape)
    x = study.shown_input(made)
    both = torch.cat([x, 0 * x], 1)
    generator = study.start_generator(made)
    expected, found = echo_state_test(made.network(), both, generator=generator), study.echo(made)
    np.testing.assert_array_equal(found.start.values, expected.start.values)
    steps = TESTED if radius < 3 else 30  # in a wild reservoir roundings grow
    np.testing.assert_allclose(found.distance.values[:steps], expected.distance.values[:steps], rtol=1e-6, atol=1e-12)


def test_the_states_that_are_shown_are_those_that_a_recording_holds():
    trace = record(SMALL.network(), study.shown_input(SMALL)[:SHOWN].expand(-1, 2, -1), study.starts(SMALL)[None])
    np.testing.assert_allclose(
        study.two_starts(SMALL)[1].values[:60], trace.layer()["h"].values[:60], rtol=0, atol=1e-9
    )


@pytest.mark.parametrize("changes", [{}, {"leak": 0.3}, {"nonlinearity": "identity", "density": 0.5}])
def test_reservoirs_that_run_together_hold_what_each_holds_by_a_plain_loop_and_a_plain_regression(changes):
    """And so by the library's own measurement of the network's own states."""
    made, radii = reservoir(30, **changes), (0.3, 0.5, 0.9, 0.95)
    u = study.sequences(made)
    for radius, found in zip(radii, study.memories(made, radii), strict=True):
        alone = made.with_(spectral_radius=radius)
        with torch.no_grad():
            states = Signal("h", ("time", "batch", "unit"), alone.network()(u).numpy())
        expected = memory_capacity(states, u[..., 0], study.delays(made), washout=WASHOUT)
        np.testing.assert_allclose(found.by_delay.values, expected.by_delay.values, atol=2e-6)
        np.testing.assert_allclose(study.memory(alone).by_delay.values, found.by_delay.values, atol=2e-6)
        h = states.values[WASHOUT:].reshape(-1, 30)
        rows, delay = FITTED * SEQUENCES, 3
        wanted = u[WASHOUT - delay : STEPS - delay, :, 0].reshape(-1).numpy()
        columns = np.concatenate([h, np.ones((len(h), 1))], 1)
        penalty = RIDGE * h[:rows].var(0).mean() * rows * np.diag([1.0] * 30 + [0.0])
        inner = columns[:rows].T @ columns[:rows] + penalty
        read = columns[rows:] @ np.linalg.solve(inner, columns[:rows].T @ wanted[:rows])
        assert found.by_delay.values[delay] == pytest.approx(np.corrcoef(read, wanted[rows:])[0, 1] ** 2, abs=1e-6)


@pytest.mark.parametrize("radius", [0.05, 1.0, 3.0])
def test_its_eigenvalues_are_those_of_the_matrix_at_every_radius(radius):
    made = SMALL.with_(spectral_radius=radius)
    expected = np.linalg.eigvals(study.cell_of(made).weight_hh.numpy())
    assert np.abs(study.eigenvalues(made)[:, None] - expected).min(1).max() < 1e-12
    assert abs(study.eigenvalues(made)[0]) == pytest.approx(radius)


@pytest.mark.parametrize("changes", [{"spectral_radius": 2.3}, {"input_scaling": 0.35}])
def test_reservoirs_of_one_seed_differ_in_radius_and_strength_alone(changes):
    """So that one matrix, times a factor, serves all radii."""
    drawn, scaled = study.cell_of(SMALL.with_(**changes)), study.cell_of(study.scaled_from(SMALL))
    strength = changes.get("input_scaling", 1.0)
    assert torch.equal(drawn.weight_ih, strength * scaled.weight_ih)
    torch.testing.assert_close(drawn.weight_hh, changes.get("spectral_radius", 1.2) * scaled.weight_hh)


@pytest.mark.parametrize("leak", [1.0, 0.3])
@pytest.mark.parametrize(("shape", "radius"), [("tanh", 0.9), ("tanh", 3.0), ("identity", 0.9), ("sigmoid", 0.9)])
def test_memory_and_readouts_are_measured_on_what_the_network_does(shape, radius, leak):
    made = reservoir(30, radius, leak=leak, nonlinearity=shape)
    u = study.sequences(made)[:40]  # of a wild one, before roundings have grown
    with torch.no_grad():
        np.testing.assert_allclose(study.run(made, u)[:, 0], made.network()(u), rtol=0, atol=1e-8)


def brought(dtype: torch.dtype = torch.float64, scale: float = 1.0) -> Subject:
    """A reservoir that nobody here drew, with a bias and a radius of its own."""
    generator = torch.Generator().manual_seed(3)
    network = Network("ESN", 1, 24, leak=0.6, spectral_radius=0.7, generator=generator, dtype=dtype)
    with torch.no_grad():
        network.layers[0][0].weight_hh *= scale
    return Subject(Given(keep_network(network)), Noise())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_network_that_was_brought_is_run_as_it_is(dtype):
    subject = brought(dtype)
    u = study.sequences(subject)[:40]
    with torch.no_grad():
        expected = subject.network().double()(u) if dtype == torch.float64 else subject.network()(u.float()).double()
    np.testing.assert_allclose(
        study.run(subject, u)[:, 0], expected, rtol=0, atol=1e-9 if dtype.itemsize == 8 else 1e-4
    )
    memory, read = study.measure(subject)
    assert 1 < memory.total <= 24
    assert read(study.two_starts(subject)[1].values, 3).shape == (SHOWN, 2)


def test_the_radius_of_a_network_that_was_brought_is_its_matrixs_own_and_so_are_the_others_of_the_sweep():
    subject = brought(scale=2.0)
    assert study.radius(subject) == pytest.approx(1.4)
    at_own, at_half = study.memories(subject, [study.radius(subject), 0.7])
    assert at_own.total == study.memory(subject).total
    np.testing.assert_allclose(at_half.by_delay.values, study.memory(brought()).by_delay.values, atol=1e-6)


def test_a_matrix_without_a_radius_has_no_other():
    network = Network("ESN", 1, 20, bias=False, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    with torch.no_grad():
        network.layers[0][0].weight_hh.zero_()
    subject = Subject(Given(keep_network(network)), Noise())
    assert study.memory(subject).total > 0.9
    assert math.isnan(next(study.memories(subject, [1.0])).total)
