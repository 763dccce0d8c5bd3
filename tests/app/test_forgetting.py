"""The panels about what is lost: how far one word keeps two runs apart, half-lives, networks never trained."""

import numpy as np
import torch

from rnnviz import memory
from rnnviz.app.panels import forgetting, memory_shares
from rnnviz.studies.delayed_recall import KINDS, subject_of
from tests.app.sources import every_source


@every_source
def test_changing_the_first_word_moves_the_state_of_the_first_step(sources, drawn):
    forgetting.divergences(sources, span=12)
    for cell, apart in drawn.items():
        assert apart.shape == (len(sources[cell].tokens),)
        assert apart[0] > 1e-3, "the word that was put in its place is read just like it"
        assert np.isfinite(apart).all()


def test_states_stay_apart_where_the_letter_is_remembered_and_meet_where_it_is_forgotten(drawn):
    forgetting.divergences({name: subject_of(name) for name in KINDS}, span=12)
    assert drawn["RNN"][-1] < 1e-4
    assert min(drawn["LSTM"][-1], drawn["GRU"][-1], drawn["orthogonal RNN"][-1]) > 0.5


def test_the_changed_run_reads_another_letter_and_the_same_digits(monkeypatch):
    pairs = []
    exact = memory.divergence

    def watched(network, x, other, **place):
        pairs.append((x, other))
        return exact(network, x, other, **place)

    monkeypatch.setattr(memory, "divergence", watched)
    for letter in "ABCD":
        forgetting.divergences({"GRU": subject_of("GRU", letter=letter)}, span=12)
    for x, other in pairs:
        assert other[0] != x[0]
        assert 1 <= int(other[0]) <= 4
        assert torch.equal(other[1:], x[1:])


@every_source
def test_every_unit_of_every_network_has_a_half_life_of_more_than_nothing(sources, drawn):
    forgetting.half_life_rows(sources, span=4)
    for cell, source in sources.items():
        assert drawn[cell].shape == (source.network().hidden_size,)
        assert (drawn[cell][~np.isnan(drawn[cell])] >= 0).all()
        if len(source.tokens) == 1:
            assert not np.isfinite(drawn[cell]).any()  # in one step nothing can be lost


def test_where_the_letter_is_remembered_some_units_never_lose_half_and_elsewhere_all_do_at_once():
    lives = {name: memory_shares.taken_apart(subject_of(name))[1].values for name in KINDS}
    assert lives["RNN"].max() < 10
    for name in ("LSTM", "GRU", "orthogonal RNN"):
        assert (lives[name] > 20).any(), name


def test_the_box_of_untrained_networks_is_computed_and_says_what_it_shows(drawn):
    forgetting.honesty()
    exact = memory.untrained()
    assert list(drawn) == list(exact)
    for name, values in drawn.items():
        shown = ~np.isnan(values)
        np.testing.assert_array_equal(values[shown], exact[name].values[shown])
        assert (exact[name].values[~shown] <= 1e-9).all()
    assert drawn["LSTM, forget bias 3"][25] > 100 * np.nan_to_num(drawn["LSTM"])[25]
    assert drawn["orthogonal RNN"][25] > 100 * np.nan_to_num(drawn["RNN"])[25]
    assert np.nan_to_num(drawn["LSTM"])[10] < 0.005  # untrained it forgets like an RNN
