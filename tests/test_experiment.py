"""An experiment: what it refuses and in which words, its way through an address, and the networks it stands for."""

import pickle
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnviz import checkpoints
from rnnviz.cells import CELLS
from rnnviz.experiment import (
    MAX_CHARACTERS,
    MAX_SEED,
    MAX_TOKENS,
    READING,
    SIZES,
    WEIGHTS,
    Experiment,
    Refused,
    fresh_network,
    task,
    units_of,
)

every_cell = pytest.mark.parametrize("cell", CELLS)
every_size = pytest.mark.parametrize("size", SIZES)
NAMED = {"cell": CELLS, "size": SIZES, "weights": WEIGHTS, "task": READING}
SENTENCES = [
    "what time is it ?",
    "明天台北会下雨吗",
    "a",
    "  spaces  ",
    "?",
    "🙂🙂",
    "مرحبا",
    "<b>&amp;</b>",
    "100% + 7/8 = #&?",
]


def readable(text: str) -> bool:
    try:
        Experiment(text=text)
    except Refused:
        return False
    return True


texts = st.one_of(st.sampled_from(SENTENCES), st.text(min_size=1, max_size=40).filter(readable))
experiments = st.builds(
    Experiment,
    cell=st.sampled_from(list(CELLS)),
    size=st.sampled_from(list(SIZES)),
    text=texts,
    weights=st.sampled_from(WEIGHTS),
    seed=st.integers(0, MAX_SEED),
)


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("value", ["lstm", "", None, 7, "<script>" * 20])
def test_an_unknown_name_is_answered_with_the_choices(name, value):
    with pytest.raises(Refused) as refused:
        Experiment(**{name: value})
    allowed = ", ".join(NAMED[name])
    assert str(refused.value) == f"There is no {name} {str(value)[:40]}. Choose one of: {allowed}."
    assert refused.value.values == {"name": name, "value": str(value)[:40], "choices": allowed}


@pytest.mark.parametrize("seed", [-1, MAX_SEED + 1, 10**30, 1.0, 0.5, "3", None])
def test_a_seed_that_is_out_of_range_or_not_whole_is_answered_with_the_range(seed):
    with pytest.raises(Refused, match=r"^The seed must be a whole number from 0 to 9,999\.$") as refused:
        Experiment(seed=seed)
    assert refused.value.values == {"most": "9,999"}


@pytest.mark.parametrize("seed", [0, 1, MAX_SEED])
def test_the_first_and_the_last_seed_are_allowed(seed):
    assert Experiment(seed=seed).seed == seed


def test_ten_thousand_characters_are_counted_and_refused():
    with pytest.raises(
        Refused, match=r"^This text has 10,000 characters, the limit is 2,000\. Shorten it\.$"
    ) as refused:
        Experiment(text="x" * 10_000)
    assert refused.value.values == {"count": "10,000", "most": "2,000"}


def test_the_longest_text_is_allowed_and_one_more_character_is_not():
    assert Experiment(text="x" * MAX_CHARACTERS).tokens == ("x" * MAX_CHARACTERS,)
    with pytest.raises(Refused, match="has 2,001 characters"):
        Experiment(text="x" * (MAX_CHARACTERS + 1))


@pytest.mark.parametrize("token", ["a ", "雨", "?", "🙂"])
def test_two_hundred_tokens_are_read_and_one_more_is_refused(token):
    assert len(Experiment(text=token * MAX_TOKENS).tokens) == MAX_TOKENS
    with pytest.raises(Refused, match=r"^This sentence has 201 tokens, the limit is 200\. Shorten it\.$") as refused:
        Experiment(text=token * (MAX_TOKENS + 1))
    assert refused.value.values == {"count": "201", "most": "200"}


@pytest.mark.parametrize("text", ["", " ", "\t\n\r", "\x00\x07", "\u200b\u200d", "\u202e", "\ufeff", "\ud800"])
def test_a_text_without_a_token_is_answered_with_what_to_do(text):
    with pytest.raises(Refused, match=r"^There is nothing to read yet\. Type at least one word or character\.$"):
        Experiment(text=text)


def test_a_refusal_keeps_its_places_apart_from_what_fills_them():
    refused = Refused("No {name}, not even {{}}: {value}.", name="{x}", value="{0}")
    assert str(refused) == "No {x}, not even {}: {0}."
    assert refused.message.format(**refused.values) == str(refused)
    assert isinstance(refused, ValueError)


def test_an_experiment_is_frozen_can_be_kept_in_a_cache_and_shows_how_to_make_it():
    one, same, other = Experiment("GRU", seed=3), Experiment("GRU", seed=3), Experiment("GRU", seed=4)
    assert {one: 1}[same] == 1
    assert one != other
    assert eval(repr(one), {"Experiment": Experiment}) == one
    assert pickle.loads(pickle.dumps(one)) == one
    assert one.with_(seed=4) == other
    with pytest.raises(FrozenInstanceError):
        one.seed = 4
    with pytest.raises(Refused):
        one.with_(seed=-1)


@given(experiments)
def test_an_experiment_comes_back_from_its_own_query_unharmed(experiment):
    query = experiment.query()
    assert all(isinstance(value, str) for value in query.values())
    assert Experiment.from_query(query) == (experiment, [])
    assert set(query) == {f.name for f in fields(Experiment) if getattr(experiment, f.name) != f.default}


def test_the_default_needs_no_query():
    assert Experiment().query() == {}
    assert Experiment.from_query({}) == (Experiment(), [])


def test_what_is_good_in_a_query_is_kept_and_what_is_not_is_reported():
    query = {
        "cell": "GRU",
        "size": "gigantic",
        "text": "你好",
        "seed": "-3",
        "weights": "fresh",
        "page": "9",
        "lang": "zh",
    }
    experiment, refused = Experiment.from_query(query)
    assert experiment == Experiment("GRU", text="你好", weights="fresh")
    assert [str(refusal) for refusal in refused] == [
        "There is no size gigantic. Choose one of: small, medium, large.",
        "The seed must be a whole number from 0 to 9,999.",
    ]


@pytest.mark.parametrize(
    "seed",
    ["", "-1", "1.0", "1e3", " 7 ", "1_000", "١٢", "²", "७", "+5", "0x10", "nan", "inf", "None", "10000", "9" * 5000],
)
def test_an_odd_number_in_a_query_is_refused_and_never_raised(seed):
    experiment, (refusal,) = Experiment.from_query({"seed": seed, "cell": "RNN"})
    assert experiment == Experiment("RNN")
    assert str(refusal).startswith("The seed must be")


def test_a_seed_of_a_query_may_have_leading_zeros():
    assert Experiment.from_query({"seed": "007"}) == (Experiment(seed=7), [])


@given(st.dictionaries(st.sampled_from([f.name for f in fields(Experiment)]), st.text(max_size=60)))
def test_whatever_a_query_says_there_is_an_experiment_and_a_sentence_for_each_refusal(query):
    experiment, refused = Experiment.from_query(query)
    for name, value in query.items():
        assert str(getattr(experiment, name)) == value or name == "seed" or refused
    assert all(len(str(refusal)) < 200 for refusal in refused)


@every_cell
@every_size
@pytest.mark.parametrize("weights", WEIGHTS)
def test_units_and_structure_are_those_of_the_network_that_is_built(cell, size, weights):
    experiment = Experiment(cell, size, weights=weights)
    network = experiment.network()
    assert experiment.units == network.hidden_size
    assert network.structure == fresh_network(cell, size, "intents", 0).structure
    assert not network.training
    assert network.read_at == task("intents").readout
    assert experiment.checkpoint.is_file()


def weights_of(cell: str, size: str, *, embedding: bool) -> int:
    named = fresh_network(cell, size, "intents", 0).named_parameters()
    return sum(p.numel() for name, p in named if embedding or not name.startswith(("embedding", "readout.bias")))


@every_size
def test_networks_of_one_size_have_as_many_weights_to_within_three_per_cent(size):
    counts = {cell: weights_of(cell, size, embedding=True) for cell in CELLS}
    assert max(counts.values()) <= 1.03 * min(counts.values())
    assert units_of("LSTM", size, "intents") == SIZES[size]


@every_cell
@every_size
def test_a_cell_and_its_readout_come_within_three_per_cent_of_the_lstms(cell, size):
    lstm = weights_of("LSTM", size, embedding=False)
    assert weights_of(cell, size, embedding=False) == pytest.approx(lstm, rel=0.03)


@every_cell
@every_size
def test_no_other_number_of_units_comes_nearer_to_the_lstm(cell, size):
    wanted, units = weights_of("LSTM", size, embedding=False), units_of(cell, size, "intents")
    answers = task("intents").output_size

    def off(units: int) -> int:
        made = CELLS[cell](16, units, generator=torch.Generator())
        return abs(sum(p.numel() for p in made.parameters()) + units * answers - wanted)

    assert off(units) == min(off(units - 1), off(units), off(units + 1))


@every_cell
def test_fresh_weights_hang_on_the_seed_alone_and_leave_the_global_generator_alone(cell):
    before = torch.get_rng_state()
    one, same, other = (Experiment(cell, weights="fresh", seed=seed).network().state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not any(torch.equal(one[name], other[name]) for name in one)
    assert torch.equal(torch.get_rng_state(), before)


def test_trained_weights_do_not_hang_on_the_seed():
    one, other = (Experiment(seed=seed).network().state_dict() for seed in (0, 9))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_network_that_was_trained_on_another_vocabulary_is_refused_and_says_what_to_do(monkeypatch):
    monkeypatch.setattr(checkpoints, "fingerprint", lambda task: "0123456789abcdef")
    with pytest.raises(
        RuntimeError, match=r"intents-gru-small\.safetensors was trained on another .* run `make models`"
    ):
        Experiment("GRU").network()
    assert Experiment("GRU", weights="fresh").network().cell == "GRU"


@pytest.mark.parametrize("text", SENTENCES)
def test_a_trace_has_one_step_for_each_token_of_the_text(text):
    experiment = Experiment("GRU", text=text)
    trace = experiment.trace()
    assert trace.tokens == experiment.tokens
    assert trace.steps == len(experiment.tokens) == len(experiment.known) == len(experiment.input())
    assert trace.layer()["h"].values.shape == (trace.steps, 1, experiment.units)
    np.testing.assert_array_equal(trace.y.values, experiment.network()(experiment.input()).detach().numpy())


def test_a_trace_of_another_network_is_that_networks():
    experiment = Experiment("GRU")
    other = experiment.with_(weights="fresh")
    np.testing.assert_array_equal(experiment.trace(other.network()).y.values, other.trace().y.values)


def test_unknown_words_are_told_from_known_ones():
    experiment = Experiment(text="what TIME is xyzzy 🦓 ？")
    assert dict(zip(experiment.tokens, experiment.known, strict=True)) == {
        "what": True, "TIME": True, "is": True, "xyzzy": False, "🦓": False, "？": True,
    }  # fmt: skip
    assert (experiment.input()[:, 0] == 0).tolist() == [not known for known in experiment.known]
