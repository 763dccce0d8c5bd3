"""A subject in an address and back, in words and in code; old addresses; and whatever else an address may say."""

import re

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import rnnviz
from rnnviz.cells import CELLS
from rnnviz.cells.initialisation import RECURRENT
from rnnviz.refusals import Refused
from rnnviz.subjects import Example, Noise, Shipped, Subject, Text, Untrained, catalogue
from rnnviz.subjects.address_words import from_word, to_word
from rnnviz.subjects.limits import MOST_IN_STATES
from rnnviz.subjects.sizes import SIZES, in_matrices
from rnnviz.tasks import tokenize

shipped = st.sampled_from(sorted(catalogue.cards())).map(Shipped)
options = st.fixed_dictionaries(
    {},
    optional={
        "recurrent": st.sampled_from(RECURRENT),
        "forget_bias": st.floats(-6, 6),
        "leak": st.floats(0.01, 1),
        "spectral_radius": st.floats(0, 5),
        "bias": st.booleans(),
        "negative_eigenvalues": st.booleans(),
        "keys": st.integers(1, 12),
        "numbers": st.integers(1, 12),
        "decay_start": st.sampled_from(["paper", "released"]),
        "ring": st.tuples(st.floats(0, 0.49), st.floats(0.5, 1)),
        "turn": st.floats(0.01, 6.28),
    },
)
untrained = st.builds(
    Untrained,
    cell=st.sampled_from(list(CELLS)),
    size=st.sampled_from([*SIZES, "7", "20"]),
    task=st.sampled_from(["intents", "slots", "neighbour_xor", "echo_future"]),
    seed=st.integers(0, 9_999),
    layers=st.integers(1, 4),
    directions=st.sampled_from(["one", "two", "backward"]),
    options=options.map(lambda chosen: tuple(chosen.items())),
)
bare = st.builds(Untrained, cell=st.sampled_from(list(CELLS)), task=st.just(""), channels=st.integers(1, 64))
texts = st.text(min_size=1, max_size=40).filter(lambda text: tokenize(text)).map(Text)


@given(st.one_of(shipped, untrained, bare))
def test_every_model_comes_back_from_its_word(model):
    word = to_word(model)
    assert from_word(word) == model
    assert all(character.isalnum() or character in "~._-+" for character in word)


@given(st.one_of(shipped.filter(lambda model: model.name.startswith("intents")), untrained), texts)
def test_a_model_and_a_text_come_back_from_their_query(model, text):
    subject = Subject(model, text)
    query = subject.query()
    assert all(isinstance(value, str) for value in query.values())
    assert Subject.from_query(query) == (subject, [])


@given(bare, st.builds(Noise, st.integers(1, 500), st.integers(0, 9_999)))
def test_a_model_and_noise_come_back_from_their_query_unless_its_states_are_too_large(model, noise):
    subject = Subject(model, noise)
    found, refused = Subject.from_query(subject.query())
    if noise.length * sum(in_matrices(cell) for (cell,) in subject.network().layers) <= MOST_IN_STATES:
        assert (found, refused) == (subject, [])
    else:
        assert found.model == model
        assert ["are matrices" in str(refusal) for refusal in refused] == [True]


def test_an_example_comes_back_from_its_query():
    subject = rnnviz.subject("recall-rnn-seed1", example=12)
    assert subject.query() == {"model": "recall-rnn-seed1", "example": "12"}
    assert Subject.from_query(subject.query()) == (subject, [])


def test_what_was_given_comes_back_as_long_as_it_is_kept():
    subject = rnnviz.subject(torch.nn.GRU(4, 8), torch.zeros(20, 1, 4))
    assert Subject.from_query(subject.query()) == (subject, [])
    found, refused = Subject.from_query({"model": "given~0123456789abcdef", "vectors": "fedcba9876543210"})
    assert found == Subject()
    assert ["Bring it again" in str(refusal) for refusal in refused] == [True, True]


@pytest.mark.parametrize(
    "subject",
    [
        Subject(),
        Subject(Shipped("recall-gru-seed2"), Example(4)),
        Subject(Untrained("LSTM 1997", "medium", seed=9), Text('it\'s "quoted" \\ {x}\n明天')),
        Subject(
            Untrained("RNN", "20", "", options=(("recurrent", "orthogonal"), ("spectral_radius", 1.1))), Noise(30, 2)
        ),
        Subject(Untrained("GRU", task="slots", layers=3, directions="two"), Text("to Paris")),
        Subject(Untrained(task="echo_future", distance=4, directions="backward"), Text("A B C")),
    ],
    ids=lambda subject: subject.code()[:60],
)
def test_its_code_makes_it_again(subject):
    assert eval(subject.code(), {"rnnviz": rnnviz}) == subject


def test_the_code_of_what_was_given_says_where_to_put_it():
    network, x = torch.nn.GRU(4, 8), torch.zeros(20, 1, 4)
    subject = rnnviz.subject(network, x)
    assert eval(subject.code(), {"rnnviz": rnnviz, "network": network, "x": x}) == subject


# Addresses of earlier versions


@pytest.mark.parametrize(
    ("query", "model"),
    [
        ({}, Shipped("intents-lstm-small")),
        ({"cell": "GRU", "size": "medium"}, Shipped("intents-gru-medium")),
        ({"cell": "GRU", "size": "medium", "weights": "fresh", "seed": "42"}, Untrained("GRU", "medium", seed=42)),
        ({"seed": "42", "weights": "fresh"}, Untrained(seed=42)),
        ({"seed": "42"}, Shipped("intents-lstm-small")),
        ({"cell": "ESN", "weights": "fresh", "seed": "3"}, Untrained("ESN", seed=3)),
        ({"cell": "ESN"}, Untrained("ESN")),
        ({"task": "slots", "layers": "2", "directions": "two"}, Shipped("slots-lstm-two-2-seed0")),
    ],
)
def test_an_old_address_opens_what_it_opened(query, model):
    subject, refused = Subject.from_query({**query, "text": "play some music"})
    assert (subject, refused) == (Subject(model, Text("play some music")), [])


def test_each_bad_part_of_an_old_address_is_said_and_the_good_ones_are_kept():
    query = {"cell": "GRU", "size": "gigantic", "weights": "stolen", "seed": "1e9", "text": "你好", "page": "9"}
    subject, refused = Subject.from_query(query)
    assert subject == Subject(Shipped("intents-gru-small"), Text("你好"))
    assert [str(refusal).split(".")[0] for refusal in refused] == [
        "There is no weights stolen",
        "There is no size gigantic",
        "The seed must be a whole number from 0 to 9,999",
    ]


@pytest.mark.parametrize("seed", ["", "-1", "1.0", " 7 ", "1_000", "١٢", "²", "+5", "nan", "10000", "9" * 5_000])
def test_an_odd_number_in_an_address_is_refused_and_never_raised(seed):
    for query in ({"seed": seed, "weights": "fresh"}, {"model": f"untrained~cell.LSTM~seed.{seed}"}):
        subject, (refusal,) = Subject.from_query(query)
        assert str(refusal).startswith("The seed must be")
        assert subject.sequence == Text()


# Whatever an address says

HOSTILE = [
    "", "~", "untrained", "untrained~", "untrained~cell", "untrained~cell.", "untrained~cell.lstm", "untrained~~",
    "untrained~size.0", "untrained~size.99999", "untrained~size.-3", "untrained~leak.nan", "untrained~leak.inf",
    "untrained~bias.maybe", "untrained~layers.9", "untrained~options.x", "untrained~__class__.x", "untrained~task.",
    "untrained~channels.9999", "untrained~cell.GRU~cell.RNN", "given~", "given", "given~../../etc/passwd",
    "../../etc/passwd", "intents-lstm-small.json", "INTENTS-LSTM-SMALL", "\x00", "\u202e", "<script>", "x" * 100_000,
    "untrained~" + "~".join(["leak.0.5"] * 5_000), "untrained~seed." + "9" * 10_000, "untrained~forget_bias.1e400",
    "untrained~cell.LRU~ring.0.9", "untrained~cell.LRU~ring.0.9_0.1", "untrained~cell.LRU~ring." + "_" * 10_000,
    "untrained~cell.LRU~turn.7", "untrained~cell.mLSTM~keys.0", "untrained~cell.DeltaNet~size.large~keys.64",
    "untrained~cell.selective-SSM~numbers.1.5", "untrained~cell.RG-LRU~decay_start.x",
]  # fmt: skip


@pytest.mark.parametrize("word", HOSTILE, ids=lambda word: repr(word)[:40])
def test_a_word_that_is_no_model_is_refused_in_a_short_sentence(word):
    subject, refused = Subject.from_query({"model": word})
    assert subject.read().steps > 0
    assert Subject.from_query(subject.query()) == (subject, [])
    assert all(len(str(refusal)) < 300 for refusal in refused)
    if refused:
        with pytest.raises(Refused, match=f"^{re.escape(str(refused[0]))}$"):
            from_word(word)


NAMES = ["model", "text", "example", "noise", "length", "vectors", "cell", "size", "weights", "seed", "task", "layers"]


@given(st.dictionaries(st.sampled_from(NAMES), st.one_of(st.text(max_size=30), st.sampled_from(HOSTILE))))
def test_whatever_a_query_says_there_is_a_subject_that_can_be_read(query):
    subject, refused = Subject.from_query(query)
    assert subject.read().steps > 0
    assert Subject.from_query(subject.query()) == (subject, [])
    assert all(str(refusal) for refusal in refused)
