"""Forecast: the answer is the next value, what is trained on is not what is shown, and a series of one's own."""

import pytest
import torch

import rnnviz
from rnnviz.network import Network
from rnnviz.refusals import Refused
from rnnviz.subjects import Shipped, Untrained, given
from rnnviz.subjects.sizes import task
from rnnviz.tasks import Forecast, OwnSeries
from rnnviz.tasks.forecast import LENGTH, SERIES
from rnnviz.training import Recipe, Training, mean_loss

every_series = pytest.mark.parametrize("series", SERIES)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@every_series
def test_the_answer_is_the_next_value_and_there_is_none_at_the_end(series):
    learnt = task("forecast", 0, series)
    x, y = learnt.batch(4, generator())
    assert x.shape == y.shape == (LENGTH, 4, len(SERIES[series].channels))
    for t in range(LENGTH - 1):
        assert torch.equal(y[t], x[t + 1])
    assert y[-1].isnan().all()
    assert x.dtype == torch.float32
    assert x.std().item() == pytest.approx(1, abs=0.4)


@every_series
def test_what_is_trained_on_is_neither_held_out_nor_an_example(series):
    learnt = task("forecast", 0, series)
    trained = set(learnt._pool[0, :, 0].tolist()) | set(learnt._pool[-1, :, 0].tolist())
    (held,) = learnt.held_out()
    shown = [learnt.example(generator(seed)).x for seed in (0, 1, 9_999)]
    for x in (held.x, *shown):
        assert not trained & set(x[0, :, 0].tolist())
    assert not set(held.x[0, :, 0].tolist()) & {x[0, 0, 0].item() for x in shown}
    assert torch.equal(shown[0], Forecast(series).example(generator(0)).x)


def test_an_unknown_series_is_refused():
    with pytest.raises(ValueError, match="no series 'tides'; choose one of sines"):
        Forecast("tides")
    with pytest.raises(Refused, match="no series tides"):
        Untrained(task="forecast", series="tides")


def test_the_series_is_a_part_of_a_network_and_goes_along_in_its_address():
    subject = rnnviz.subject("untrained", task="forecast", series="lorenz_xyz", cell="GRU")
    assert subject.network().input_size == subject.network().readout.out_features == 3
    assert subject.load().reads.names == ("x", "y", "z")
    word = subject.query()["model"]
    assert "series.lorenz_xyz" in word
    assert rnnviz.subject(word) == subject
    assert subject.with_(series="lorenz").load().task.series == "lorenz"
    assert subject.with_(task="recall").model.series == ""
    assert Untrained(task="forecast").series == Forecast.usual


def ramp(rows: int = 200, columns: int = 1) -> torch.Tensor:
    return torch.arange(rows * columns, dtype=torch.float64).reshape(rows, columns)


def test_of_a_series_of_ones_own_the_beginning_is_trained_on_and_only_the_rest_is_shown():
    own = OwnSeries(ramp(200, 2), ("a", "b"))
    back = lambda x: x.double() * own.spread + own.mean  # noqa: E731
    assert own.window == 40
    x = back(own.batch(500, generator()).x)
    assert x[..., 0].min().item() == pytest.approx(0, abs=1e-3)
    assert x[..., 0].max().item() == pytest.approx(2 * 139, abs=1e-3)
    for other in (own.held_out()[0].x, own.example(generator(3)).x):
        assert back(other)[..., 0].min().item() >= 2 * 140 - 1e-3
    before = ramp(200, 2)[:140]
    torch.testing.assert_close(own.mean, before.mean(0))
    torch.testing.assert_close(own.spread, before.std(0, correction=0))


def test_a_series_of_ones_own_is_learnt_and_its_run_is_a_subject_that_knows_the_series():
    wave = torch.sin(torch.arange(150.0, dtype=torch.float64) / 3)[:, None]
    own = OwnSeries(wave, ("wave",), "wave.csv")
    network = Network("GRU", 1, 8, output_size=1, readout="every", generator=generator())
    held_out = own.held_out()
    before = mean_loss(network, own, held_out)
    training = Training(network, own, Recipe(30, 8, seed=0), per_decade=1)
    for _ in training:
        pass
    assert mean_loss(network, own, held_out) < before / 2
    subject = rnnviz.subject(training)
    assert subject.load().task is own
    assert subject.read().input.shape == (own.window, 1, 1)
    other = OwnSeries(wave + 1e-3 * wave.cos(), ("wave",), "wave.csv")
    assert given.keep_run(Training(network, other, Recipe(0), per_decade=1)) != given.keep_run(
        Training(network, own, Recipe(0), per_decade=1)
    )


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (ramp(59), "has 59 rows; at least 60"),
        (torch.ones(100, 1, dtype=torch.float64), "one does not change in the first 70%"),
        (torch.cat([torch.ones(140, 1), torch.zeros(60, 1)]).double(), "one does not change in the first 70%"),
    ],
)
def test_a_series_from_which_nothing_can_be_learnt_is_refused_with_a_sentence(values, says):
    with pytest.raises(Refused, match=says):
        OwnSeries(values, ("one",))


def test_a_shipped_network_is_found_by_its_series():
    for series in SERIES:
        subject = rnnviz.subject("forecast-sines-lstm", example=3).with_(series=series, cell="GRU")
        assert subject.model == Shipped(f"forecast-{series.replace('_', '-')}-gru")
        assert subject.load().task.series == series
