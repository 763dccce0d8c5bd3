"""The stations of the lineage: one stream and one budget for all, and measurements that are what they are called."""

import copy

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from rnnviz.cells import CELLS
from rnnviz.network import Network, unroll
from rnnviz.recording import record
from rnnviz.studies import lstm_history
from rnnviz.studies.lstm_history import (
    EARLY,
    LONG,
    PERIODS,
    SHOWN,
    STATIONS,
    TASK,
    TIMED,
    UNITS,
    XOR,
    station_of,
    subject_of,
)
from rnnviz.studies.lstm_history.learning import OwnAnswer
from rnnviz.studies.lstm_history.reading import read
from rnnviz.subjects import Subject
from rnnviz.tasks import ContinualReber, XorStream
from rnnviz.tasks.timer import Timer
from tools.recipes import LINEAGE

every_station = pytest.mark.parametrize("name", STATIONS)
early_station = pytest.mark.parametrize("name", EARLY)
PAIR = ("RNN", "Jordan")


@every_station
def test_a_station_ships_its_own_cell_in_the_size_of_all(name):
    station = subject_of(name)
    network = station.network()
    assert network.cell == station.cell in CELLS
    assert network.hidden_size == UNITS
    assert str(STATIONS[name].year) in name


def test_all_stations_learnt_the_same_task_with_the_same_budget():
    cards = [subject_of(name).load().provenance.card for name in STATIONS]
    assert len({(card.task, card.updates, card.batch, card.seed) for card in cards}) == 1
    assert {recipe.name for recipe in LINEAGE if recipe.task == TASK} == {card.name for card in cards}


@every_station
def test_every_station_reads_the_same_legal_symbols(name):
    station, learnt = subject_of(name), ContinualReber()
    symbols = lstm_history.stream(LONG)
    assert len(symbols) == LONG + 1
    assert torch.equal(station.input(), symbols[:SHOWN] + 1)
    assert torch.equal(learnt.encode(" ".join(station.tokens)), station.input())
    assert learnt.legal(station.input()).any(-1).all()
    assert station.trace().tokens == station.tokens


@every_station
def test_a_station_is_known_by_its_network_and_another_network_is_none(name):
    assert station_of(subject_of(name)) == name
    with pytest.raises(KeyError):
        station_of(Subject())


@early_station
def test_what_a_long_run_measures_is_in_a_recording_of_the_stream(name):
    station, learnt, symbols = subject_of(name), ContinualReber(), lstm_history.stream(LONG)
    found = lstm_history.long_run(name)
    with torch.no_grad():
        trace = record(station.network(), symbols[:-1] + 1)
    state = trace.layer()["c" if "LSTM" in station.cell else "h"].values
    np.testing.assert_allclose(found.sizes, np.abs(state).max((1, 2)), rtol=1e-5)
    guesses, following = trace.y.values[:, 0].argmax(-1), symbols[1:, 0].numpy()
    asked = learnt.critical(symbols[:-1] + 1)[:, 0].numpy()
    assert found.asked == asked.sum() > 800
    assert found.right == (guesses == following)[asked].sum()
    legal = learnt.legal(symbols[:-1] + 1)[:, 0].numpy()
    assert found.legal == legal[np.arange(LONG), guesses].mean()


@early_station
def test_a_cell_on_small_arrays_takes_the_steps_of_its_own_equations(name):
    network, x = subject_of(name).network(), lstm_history.stream(LONG)[:300] + 1
    cell = copy.deepcopy(network.layers[0][0]).double()
    with torch.no_grad():
        expected = unroll(cell, network.embed(x).double(), cell.initial_state(1))
        found = read(network.layers[0][0], network.embed(x)[:, 0])
    assert {*found} == {"h", "c"} & {*expected}
    for state, values in found.items():
        np.testing.assert_allclose(values, expected[state][:, 0], rtol=1e-11, atol=1e-12)


def test_a_cell_that_is_none_of_the_lineages_is_not_read_as_another(rng):
    with pytest.raises(KeyError):
        read(Network("GRU", 7, 4, generator=rng).layers[0][0], torch.zeros(3, 7))


def test_without_a_forget_gate_the_state_grows_steadily_and_with_it_stays():
    without, with_gate = (lstm_history.long_run(name).sizes for name in ("LSTM 1997", "LSTM 2000"))
    assert 8 < without[:LONG].max() / without[: LONG // 10].max() < 12
    assert with_gate.max() < 3 * with_gate[:100].max()
    assert without[-1] > 500 * with_gate.max()


def test_elmans_error_dips_at_every_third_bit_and_jordans_never_does():
    elman, jordan = (lstm_history.xor_errors(cell) for cell in PAIR)
    assert elman[1::3].max() < 0.05
    assert min(elman[0::3].min(), elman[2::3].min()) > 0.45
    assert jordan.min() > 0.45


@pytest.mark.parametrize("cell", PAIR)
def test_an_error_is_that_of_the_share_given_to_one(cell):
    (x, y), *_ = XorStream().held_out()
    with torch.no_grad():
        shares = torch.softmax(lstm_history.shipped(XOR, cell)(x), -1)
    wrong = (shares[4, :, 1] - y[4]).pow(2).mean().sqrt().item()
    assert lstm_history.xor_errors(cell)[4] == pytest.approx(wrong, abs=1e-6)


@pytest.mark.parametrize("task_name", [TASK, XOR])
def test_a_shipped_network_of_jordan_answers_with_the_very_units_that_it_hears(task_name):
    network = lstm_history.shipped(task_name, "Jordan")
    cell = network.layers[0][0]
    h = torch.randn(5, cell.hidden_size, generator=torch.Generator().manual_seed(0))
    heard = F.linear(h, cell.weight_hy, cell.bias_hy)
    answers = network.readout(h)
    if task_name == TASK:
        torch.testing.assert_close(answers, heard)
    else:
        assert cell.outputs == 1
        torch.testing.assert_close(torch.softmax(answers, -1)[:, 1:], torch.sigmoid(heard))


@pytest.mark.parametrize("task_name", [TASK, XOR])
def test_a_network_made_plain_answers_as_before_and_has_a_readout_of_its_own(task_name):
    network = lstm_history.fresh(task_name, "Jordan", seed=3)
    assert isinstance(network.readout, OwnAnswer)
    assert not any(name.startswith("readout") for name, _ in network.named_parameters())
    h = torch.randn(4, network.hidden_size, generator=torch.Generator().manual_seed(0))
    before = network.readout(h)
    torch.testing.assert_close(lstm_history.plain(network).readout(h), before)
    assert {"readout.weight", "readout.bias"} < set(network.state_dict())


def test_a_fresh_network_hangs_on_its_seed_alone():
    one, same, other = (lstm_history.fresh(TASK, "GRU 2014", seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["readout.weight"], other["readout.weight"])


@pytest.mark.parametrize("period", PERIODS)
def test_the_timer_spikes_exactly_when_it_is_time_and_never_without_peepholes(period):
    due = Timer(period).solution(torch.zeros(TIMED, 1, 1))[:, 0, 0].bool().numpy()
    seen, cut = (lstm_history.spikes(period, peepholes).values[:, 0] for peepholes in (True, False))
    np.testing.assert_allclose(seen[due], np.tanh(1), rtol=1e-5)
    assert due.sum() == TIMED // period
    assert np.abs(seen[~due]).max() < 1e-6
    assert np.abs(cut).max() < 1e-6
