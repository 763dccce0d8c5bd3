"""An experiment: what it refuses and in which words, and that its way through an address harms nothing."""

import pickle
from dataclasses import FrozenInstanceError, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.cells import CELLS, TRIO
from rnnviz.experiment import (
    MAX_CHARACTERS,
    MAX_SEED,
    MAX_TOKENS,
    READING,
    SIZES,
    WEIGHTS,
    Experiment,
    Refused,
)

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
@pytest.mark.parametrize("weights", WEIGHTS)
def test_a_seed_that_is_out_of_range_or_not_whole_is_answered_with_the_range(seed, weights):
    with pytest.raises(Refused, match=r"^The seed must be a whole number from 0 to 9,999\.$") as refused:
        Experiment(seed=seed, weights=weights)
    assert refused.value.values == {"most": "9,999"}


@pytest.mark.parametrize("seed", [0, 1, MAX_SEED])
def test_the_first_and_the_last_seed_are_allowed(seed):
    assert Experiment(seed=seed, weights="fresh").seed == seed


@given(experiments, st.integers(0, MAX_SEED))
def test_trained_weights_hang_on_no_seed_and_fresh_ones_do(experiment, seed):
    other = experiment.with_(seed=seed)
    if experiment.weights == "trained":
        assert experiment.seed == other.seed == 0
        assert (other, hash(other), other.query()) == (experiment, hash(experiment), experiment.query())
    else:
        assert other.seed == seed
        assert (other == experiment) == (seed == experiment.seed)
        trained = other.with_(weights="trained")
        assert (trained.weights, trained.seed) == (("trained", 0) if other.cell in TRIO else ("fresh", seed))


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
    one, same, other = (Experiment("GRU", weights="fresh", seed=seed) for seed in (3, 3, 4))
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
    experiment, refused = Experiment.from_query({"seed": "007", "weights": "fresh"})
    assert (experiment.seed, refused) == (7, [])


def test_a_seed_of_a_query_counts_whichever_stands_first_and_a_trained_network_drops_it():
    assert Experiment.from_query({"seed": "7", "weights": "fresh"})[0].seed == 7
    assert Experiment.from_query({"weights": "fresh", "seed": "7"})[0].seed == 7
    assert Experiment.from_query({"seed": "7"}) == (Experiment(), [])


@given(st.dictionaries(st.sampled_from([f.name for f in fields(Experiment)]), st.text(max_size=60)))
def test_whatever_a_query_says_there_is_an_experiment_and_a_sentence_for_each_refusal(query):
    experiment, refused = Experiment.from_query(query)
    for name, value in query.items():
        assert str(getattr(experiment, name)) == value or name == "seed" or refused
    assert all(len(str(refusal)) < 200 for refusal in refused)
