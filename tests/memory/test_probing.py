"""probe: reads what is there, does not read what is not, and is scored on what it was not fitted to."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from rnnviz.memory import probe
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.trace import Signal
from tests.cells.variants import normal


def state_of(values: torch.Tensor) -> Signal:
    return Signal("h", ("time", "batch", "unit"), values.numpy())


def test_a_state_that_holds_a_word_reads_it_without_error(rng):
    x = torch.randint(4, (5, 200), generator=rng)
    mixed = F.one_hot(x, 4).double() @ normal(rng, 4, 6)
    held = torch.cat([mixed[:1].expand(5, -1, -1), mixed], -1)  # the first word always, and the word just read
    found = probe(state_of(held), x)
    assert found.measure == "accuracy"
    assert found.score.axes == ("time", "source")
    assert (found.score.values[:, 0] == 1).all()
    assert (np.diag(found.score.values) == 1).all()
    others = found.score.values[~np.eye(5, dtype=bool)].reshape(5, 4)[:, 1:]
    assert (np.abs(others - 0.25) < 0.15).all()


def test_noise_reads_nothing_even_where_it_could_be_learnt_by_heart(rng):
    x = torch.randint(4, (3, 400), generator=rng)
    found = probe(state_of(normal(rng, 3, 400, 300)), x, ridge=1e-9)
    assert (np.abs(found.score.values - 0.25) < 0.1).all()
    assert (np.abs(found.chance.values - 0.25) < 0.1).all()


def test_chance_is_the_answer_that_is_usual(rng):
    x = torch.zeros(2, 104, dtype=torch.long)
    x[0, ::4] = 1
    found = probe(state_of(torch.zeros(2, 104, 3)), x)
    np.testing.assert_array_equal(found.chance.values, [0.75, 1])
    np.testing.assert_array_equal(found.score.values, [[0.75, 1], [0.75, 1]])


def test_a_delay_line_remembers_exactly_as_far_as_it_is_long(rng):
    x = normal(rng, 8, 600)
    line = torch.stack([F.pad(x, (0, 0, age, 0))[:8] for age in range(3)], -1)
    found = probe(state_of(line), x, ridge=1e-9)
    assert found.measure == "R²"
    for t in range(8):
        for k in range(8):
            if 0 <= t - k < 3:
                assert found.score.values[t, k] > 1 - 1e-9
            else:
                assert -0.1 < found.score.values[t, k] < 0.05
    assert (found.chance.values == 0).all()


def test_r_squared_of_vectors_is_the_mean_over_their_numbers(rng):
    x = normal(rng, 4, 200, 2)
    found = probe(state_of(x[..., :1].clone()), x, ridge=1e-12)
    assert (np.abs(np.diag(found.score.values) - 0.5) < 0.05).all()


def test_the_answer_is_that_of_ridge_regression_with_a_free_intercept(rng):
    h, x = normal(rng, 1, 60, 5) + 3, normal(rng, 1, 60) - 7
    fitted, rest = h[0, :30], h[0, 30:]
    centre = fitted.mean(0)
    gram = (fitted - centre).T @ (fitted - centre)
    penalty = 0.3 * gram.diagonal().mean() * torch.eye(5, dtype=torch.float64)
    weights = torch.linalg.solve(gram + penalty, (fitted - centre).T @ x[0, :30])
    read = (rest - centre) @ weights + x[0, :30].mean()
    target = x[0, 30:]
    expected = 1 - ((target - read) ** 2).sum() / ((target - target.mean()) ** 2).sum()
    np.testing.assert_allclose(probe(state_of(h), x, ridge=0.3).score.values, [[expected]], rtol=1e-9)


def test_the_future_is_at_chance_and_a_bidirectional_state_knows_it(rng):
    x = torch.randint(4, (6, 400), generator=rng)
    network = Network("GRU", 8, 16, vocabulary_size=4, bidirectional=True, generator=rng)
    trace = record(network, x)
    forward, backward = (probe(trace.layer(0, way)["h"], x).score.values for way in ("forward", "backward"))
    assert (np.abs(forward[np.triu_indices(6, 1)] - 0.25) < 0.12).all()
    assert (np.abs(backward[np.tril_indices(6, -1)] - 0.25) < 0.12).all()
    assert (np.diag(forward) == 1).all()
    assert (np.diag(backward) == 1).all()


@pytest.mark.parametrize("tokens", [True, False])
def test_an_exploded_state_scores_nan_and_the_others_stay(tokens, rng):
    x = torch.randint(3, (4, 60), generator=rng)
    h = normal(rng, 4, 60, 5)
    h[2, 7, 1] = np.inf
    found = probe(state_of(h), x if tokens else normal(rng, 4, 60)).score.values
    assert np.isnan(found[2]).all()
    assert np.isfinite(found[[0, 1, 3]]).all()


def test_what_does_not_fit_is_refused(rng):
    h, x = state_of(normal(rng, 4, 6, 5)), torch.zeros(4, 6, dtype=torch.long)
    for state, given, options, message in [
        (h.at(batch=0), x, {}, "not \\('time', 'unit'\\)"),
        (h, x[:3], {}, "both start with"),
        (h, x[0], {}, "both start with"),
        (state_of(normal(rng, 4, 3, 5)), x[:, :3], {}, "3 sequences are too few"),
        (h, x, {"ridge": -1.0}, "at least 0"),
    ]:
        with pytest.raises(ValueError, match=message):
            probe(state, given, **options)
