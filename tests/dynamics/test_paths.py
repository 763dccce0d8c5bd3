"""The state's path: principal components by their identities, and the change of a state in closed form."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch import nn

from rnnviz.dynamics import lasting_change, principal_path, principal_plane, state_change
from rnnviz.recording import record
from rnnviz.trace import LayerTrace, Signal
from tests.cells.variants import build, every_module, normal

sizes = st.tuples(st.integers(1, 9), st.integers(1, 7))
states = arrays(np.float64, sizes, elements=st.floats(-1, 1).map(lambda value: round(value, 3)))


def state(values: object) -> Signal:
    return Signal("h", ("time", "unit"), np.asarray(values), "h_t")


def layer(h: np.ndarray, first: np.ndarray, direction: str = "forward") -> LayerTrace:
    return LayerTrace(
        "RNN", 0, direction, (Signal("h", ("time", "batch", "unit"), h),), {"h": Signal("h", ("batch", "unit"), first)}
    )


@given(states, st.integers(1, 8))
def test_variances_along_the_components_are_the_singular_values_squared(values, components):
    path = principal_path(state(values), components)
    expected = np.zeros(components)
    found = np.linalg.svd(values - values.mean(0), compute_uv=False)[:components] ** 2
    expected[: len(found)] = found
    np.testing.assert_allclose((path.points.values**2).sum(0), expected, atol=1e-9)
    assert path.points.values.shape == (len(values), components)


@given(states, st.integers(1, 8))
def test_components_are_centred_and_uncorrelated(values, components):
    points = principal_path(state(values), components).points.values
    np.testing.assert_allclose(points.sum(0), 0, atol=1e-9)
    products = points.T @ points
    np.testing.assert_allclose(products, np.diag(np.diag(products)), atol=1e-9)


@given(states)
def test_all_components_together_keep_every_distance(values):
    points = principal_path(state(values), min(values.shape)).points.values
    distances = np.linalg.norm(values[:, None] - values[None], axis=-1)
    np.testing.assert_allclose(np.linalg.norm(points[:, None] - points[None], axis=-1), distances, atol=1e-7)


@given(states)
def test_explained_shares_fall_and_add_up_to_one_unless_nothing_moves(values):
    explained = principal_path(state(values), max(values.shape)).explained.values
    assert (np.diff(explained) <= 1e-12).all()
    assert ((explained >= 0) & (explained <= 1 + 1e-12)).all()
    assert explained.sum() == pytest.approx(1 if np.ptp(values, axis=0).any() else 0)


@given(states)
def test_fewer_components_are_the_first_of_more(values):
    few, more = principal_path(state(values), 2), principal_path(state(values), 5)
    np.testing.assert_allclose(few.points.values, more.points.values[:, :2], atol=1e-12)
    np.testing.assert_allclose(few.explained.values, more.explained.values[:2], atol=1e-12)


def test_each_component_points_the_way_its_largest_loading_does(rng):
    values = normal(rng, 20, 6).numpy()
    points = principal_path(state(values), 6).points.values
    loadings = np.linalg.lstsq(points, values - values.mean(0), rcond=None)[0]
    np.testing.assert_allclose(loadings @ loadings.T, np.eye(6), atol=1e-9)
    assert (loadings[np.arange(6), np.abs(loadings).argmax(1)] > 0).all()


def test_the_picture_does_not_flip_with_a_small_push_nor_with_where_the_path_lies(rng):
    values = normal(rng, 15, 4).numpy() * [4, 2, 1, 0.5]
    path = principal_path(state(values)).points.values
    pushed = principal_path(state(values + 1e-6 * normal(rng, 15, 4).numpy())).points.values
    np.testing.assert_allclose(pushed, path, atol=1e-4)
    np.testing.assert_allclose(principal_path(state(values + 7)).points.values, path, atol=1e-9)
    np.testing.assert_allclose(principal_path(state(3 * values)).points.values, 3 * path, atol=1e-9)


@pytest.mark.parametrize("steps", [1, 2, 3, 6, 7, 10, 100])
@pytest.mark.parametrize("value", [0.0, 0.7, -1 / 3, 1e30, np.inf, np.nan])
def test_a_state_that_does_not_move_stays_at_the_origin_and_explains_nothing(steps, value):
    path = principal_path(state(np.full((steps, 3), value)))
    assert not path.points.values.any()
    assert not path.explained.values.any()


def test_a_state_of_one_unit_has_one_component_and_the_others_are_zero():
    path = principal_path(state([[1.0], [2.0], [6.0]]), 3)
    np.testing.assert_allclose(path.points.values, [[-2, 0, 0], [-1, 0, 0], [3, 0, 0]], atol=1e-12)
    np.testing.assert_allclose(path.explained.values, [1, 0, 0], atol=1e-12)


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_state_that_exploded_still_has_a_path_of_numbers(broken, dtype, rng):
    values = normal(rng, 8, 3).numpy().astype(dtype)
    values[5, 1] = broken
    values[6:] = broken
    path = principal_path(state(values))
    assert np.isfinite(path.points.values).all()
    assert np.isfinite(path.explained.values).all()


def test_a_path_carries_the_name_and_symbol_of_its_state():
    path = principal_path(state(np.eye(3)))
    assert (path.points.name, path.points.symbol, path.points.axes) == ("h", "h_t", ("time", "component"))
    assert (path.explained.axes, path.explained.bounds) == (("component",), (0.0, 1.0))


def test_other_axes_are_refused_with_the_way_to_the_right_ones():
    with pytest.raises(
        ValueError, match=r"takes axes \('time', 'unit'\), not \(.*'batch'.*\); use state\.at\(batch=0\)"
    ):
        principal_path(Signal("h", ("time", "batch", "unit"), np.zeros((3, 1, 2))))


@pytest.mark.parametrize("units", [1, 4, 25])
def test_a_state_whose_units_all_move_by_the_same_changes_by_that(units):
    steps = np.array([0.5, -0.25, 2.0, 0.0])
    h = np.repeat(np.cumsum(steps)[:, None, None], units, axis=2)
    change = state_change(layer(h, np.zeros((1, units))))
    np.testing.assert_allclose(change.values[:, 0], abs(steps), atol=1e-15)
    assert change.axes == ("time", "batch")


def test_one_unit_of_many_that_moves_counts_by_the_root_of_its_share():
    h = np.zeros((1, 2, 16))
    h[0, 1, 3] = 2.0
    np.testing.assert_allclose(state_change(layer(h, np.zeros((2, 16)))).values, [[0, 0.5]])


def test_the_first_change_is_from_the_initial_state_and_a_backward_layer_is_read_from_its_end():
    h = np.array([1.0, 4.0, 9.0])[:, None, None]
    assert state_change(layer(h, np.full((1, 1), -1.0))).values[:, 0].tolist() == [2, 3, 5]
    assert state_change(layer(h, np.full((1, 1), -1.0), "backward")).values[:, 0].tolist() == [3, 5, 10]


@every_module
def test_the_change_of_a_recorded_state_is_the_norm_over_the_root_of_its_units(kind, options, rng):
    module = build(kind, rng, 3, 5, **options)
    start = torch.zeros(1, 2, 5, dtype=torch.float64)
    trace = record(module, normal(rng, 6, 2, 3), (start, start) if kind is nn.LSTM else start)
    h = np.concatenate([np.zeros((1, 2, 5)), trace.layer()["h"].values])
    expected = np.linalg.norm(np.diff(h, axis=0), axis=-1) / np.sqrt(5)
    np.testing.assert_allclose(state_change(trace.layer()).values, expected, atol=1e-12)


def test_other_states_are_seen_from_the_same_place(rng):
    values = normal(rng, 6, 4, 5)
    states = Signal("S", ("time", "batch", "unit"), values.numpy())
    plane = principal_plane(states, 3)
    points = plane.project(states)
    assert points.axes == ("time", "batch", "component")
    np.testing.assert_allclose(points.values.mean((0, 1)), 0, atol=1e-12)
    one = plane.project(Signal("S", ("point", "unit"), values[2].numpy()))
    np.testing.assert_allclose(one.values, points.values[2], atol=1e-12)
    whole = principal_path(state(values.reshape(-1, 5)), 3)
    np.testing.assert_allclose(points.values.reshape(-1, 3), whole.points.values, atol=1e-12)


def test_states_of_another_size_cannot_be_seen_from_a_plane():
    plane = principal_plane(state(np.eye(3)))
    with pytest.raises(ValueError, match="is one of states of 3 units, not of"):
        plane.project(state(np.eye(4)))
    with pytest.raises(ValueError, match="axes that end in 'unit'"):
        principal_plane(Signal("h", ("unit", "time"), np.eye(3)))


def test_the_lasting_change_is_that_of_the_unit_that_keeps_what_it_took():
    h = np.zeros((5, 1, 3))
    h[:, 0, 0] = [0.9, -0.9, 0.9, -0.9, 0.9]  # changes most, and keeps nothing
    h[:, 0, 1] = [0, -0.6, -0.5, -0.7, -0.8]
    h[:, 0, 2] = [0.4, 0.4, 0.4, 0.4, 0.9]  # keeps more than it took, and takes most where it is too late to keep it
    change = lasting_change(layer(h, np.zeros((1, 3))))
    assert (change.unit, change.step, change.value, change.size) == (1, 1, -0.6, 0.5)
    mirrored = lasting_change(layer(h[::-1].copy(), np.zeros((1, 3)), "backward"))
    assert (mirrored.unit, mirrored.step, mirrored.size) == (1, 3, 0.5)


@pytest.mark.parametrize(
    "states", [[0.9], [0.9, 0.9], [0.0, 0.0, 0.0], [0.5, -0.5, 0.5, -0.5], [np.nan, np.nan, np.nan], [1, np.nan, 1]]
)
def test_where_nothing_lasts_long_enough_there_is_no_lasting_change(states):
    assert lasting_change(layer(np.array(states, float)[:, None, None], np.zeros((1, 1)))) is None
