"""Changing a subject: what stays, what gives way, what is refused; and the catalogue of shipped networks."""

import pickle
from dataclasses import FrozenInstanceError, fields
from typing import get_args

import pytest
import torch

import rnnviz
from rnnviz.cells import CELLS, TRIO
from rnnviz.refusals import Refused
from rnnviz.subjects import Example, Noise, Shipped, Subject, Text, Untrained, Vectors, catalogue
from rnnviz.subjects.catalogue import Structure
from rnnviz.subjects.given import keep_vectors
from rnnviz.subjects.restructuring import with_structure
from rnnviz.subjects.sequences import FIELDS, Long, Sequence, fields_of
from rnnviz.subjects.sizes import task


@pytest.mark.parametrize("name", sorted(catalogue.cards()))
def test_every_shipped_network_is_found_by_its_own_structure(name):
    structure = Shipped(name).structure
    assert catalogue.structures()[structure] == name
    assert catalogue.find(structure) == name


def test_the_nearest_network_is_found_where_there_is_none_of_that_size_or_seed():
    wanted = Structure("recall", "LSTM", "small", seed=0)
    assert catalogue.cards()[catalogue.find(wanted)].task == "recall"
    assert catalogue.find(wanted, {"size"}) is None
    assert catalogue.find(Structure("intents", "LSTM", seed=99)) == "intents-lstm-small"
    assert catalogue.find(Structure("intents", "Jordan")) is None


def test_trainings_are_in_the_order_of_their_seeds():
    seeds = [card.seed for card in catalogue.trainings(Shipped("recall-gru-seed3").structure)]
    assert seeds == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("cell", CELLS)
def test_another_cell_is_shipped_where_there_is_one_and_untrained_where_not(cell):
    model = rnnviz.subject("intents-lstm-medium").with_(cell=cell).model
    if cell in TRIO:
        assert model == Shipped(f"intents-{cell}-medium".lower())
    else:
        assert model == Untrained(cell, "medium")


def test_what_was_untrained_stays_untrained_with_another_cell():
    assert Subject(Untrained(seed=4)).with_(cell="GRU").model == Untrained("GRU", seed=4)


def test_trained_and_untrained_are_chosen_by_name():
    trained = Subject(Shipped("intents-gru-large"))
    untrained = trained.with_(trained=False)
    assert untrained.model == Untrained("GRU", "large")
    assert untrained.with_(trained=True) == trained


def test_a_size_that_is_not_shipped_is_drawn():
    assert with_structure(Shipped("intents-gru-small"), size="33") == Untrained("GRU", "33")


def test_another_task_brings_a_text_of_its_own_and_its_own_distance():
    far = Subject().with_(task="echo_future", directions="two")
    assert far.model.structure.distance > 0
    assert far.sequence == Text(task("echo_future", far.model.structure.distance).examples[0])
    assert far.with_(task="slots").model.structure.distance == 0
    assert Subject().with_(task="slots", text="to Paris").sequence == Text("to Paris")


def test_the_sequence_stays_where_the_new_network_reads_it():
    subject = rnnviz.subject("intents-lstm-small", text="play some music")
    assert subject.with_(cell="RNN", size="large").sequence == subject.sequence
    noise = rnnviz.subject("untrained", task="", noise=3, length=20)
    assert noise.with_(cell="GRU").sequence == Noise(20, 3)
    assert noise.with_(length=30).sequence == Noise(30, 3)
    assert isinstance(noise.with_(task="intents").sequence, Text)


@pytest.mark.parametrize(
    "sequence",
    [Text("to Paris"), Example(7), Noise(20, 3, window=4), Vectors(keep_vectors(torch.zeros(3, 1, 8)), window=2)],
    ids=lambda sequence: sequence.kind,
)
def test_every_kind_of_sequence_can_be_chosen_part_by_part(sequence):
    parts = fields_of(sequence)
    assert set(parts) <= set(FIELDS)
    own = {entry.name for entry in fields(sequence)} - {"at_once"}  # which a page decides
    assert {FIELDS[name][1] for name in parts} == own
    for before in (Subject(), Subject(Untrained(task=""), Noise())):
        assert before.with_(**parts).sequence == sequence


def test_a_drawing_is_chosen_by_its_text_alone():
    drawn = Subject(Shipped("strokes-lstm"), Example(7)).with_(drawing="00_-").sequence
    assert fields_of(drawn) == {"drawing": "00_-"}


def test_every_kind_of_sequence_has_its_parts_in_the_table():
    assert {kind for kind, _part in FIELDS.values()} == {*get_args(Sequence), Long}


def test_vary_names_each_subject_by_its_value():
    varied = Subject().vary(cell=TRIO)
    assert list(varied) == list(TRIO)
    assert all(subject.cell == cell and subject.sequence == Text() for cell, subject in varied.items())
    assert list(Subject(Untrained()).vary(seed=(1, 2))) == ["1", "2"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cell": "lstm"}, "There is no cell lstm. Choose one of: "),
        ({"size": "gigantic"}, "There is no size gigantic. Choose one of: small, medium, large; or a number"),
        ({"size": "9999"}, "There is no size 9999"),
        ({"seed": -1}, "The seed must be a whole number from 0 to 9,999."),
        ({"seed": 0.5}, "The seed must be a whole number"),
        ({"seed": True}, "The seed must be a whole number"),
        ({"layers": 5}, "layers must be from 1 to 4."),
        ({"task": "poetry"}, "There is no task poetry."),
        ({"directions": "three"}, "There is no directions three."),
        ({"leak": 2.0}, "leak must be from 0.01 to 1.0."),
        ({"recurrent": "magic"}, "There is no recurrent magic."),
        ({"spectral_radius": float("nan")}, "spectral_radius must be from"),
        ({"text": ""}, "There is nothing to read yet."),
        ({"text": "x" * 2_001}, "2,001 characters, the limit is 2,000."),
        ({"text": "a " * 251}, "251 tokens, the limit is 200."),
        ({"length": 100_001}, "length must be from 1 to 100000."),
        ({"noise": 0, "window": -1}, "window must be from 0 to 100000."),
    ],
)
def test_what_cannot_be_is_refused_with_what_is_allowed(changes, said):
    with pytest.raises(Refused) as refused:
        Subject(Untrained()).with_(**changes)
    assert said in str(refused.value)
    assert refused.value.message.format(**refused.value.values) == str(refused.value)


def test_a_name_that_no_subject_has_is_an_error_of_the_caller():
    with pytest.raises(TypeError, match="a subject has no colour"):
        Subject().with_(colour="red")


def test_nothing_can_be_chosen_anew_in_a_network_that_was_given():
    given = rnnviz.subject(torch.nn.GRU(2, 3), torch.ones(4, 2))
    with pytest.raises(Refused, match="brought as it is"):
        given.with_(cell="LSTM")


def test_a_subject_is_frozen_hashable_and_can_be_kept():
    one, same, other = (Subject(Untrained(seed=seed)) for seed in (3, 3, 4))
    assert {one: 1}[same] == 1
    assert one != other
    assert pickle.loads(pickle.dumps(one)) == one
    with pytest.raises(FrozenInstanceError):
        one.model = other.model


def test_a_subject_reads_one_sequence():
    with pytest.raises(ValueError, match="one of x, text, example, noise and drawing"):
        rnnviz.subject("intents-lstm-small", text="hi", example=3)
    with pytest.raises(ValueError, match="2 sequences; a subject reads one"):
        rnnviz.subject(torch.nn.GRU(2, 3), torch.ones(4, 2, 2))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"model": "intents-lstm-small", "noise": 1}, "This network reads words, not vectors."),
        ({"model": "untrained", "task": "", "text": "hi"}, "reads vectors of 8 numbers, not text"),
        ({"model": "untrained", "task": "", "example": 1}, "not trained on a task of this project"),
        ({"model": "no-such-network"}, "No network called no-such-network is shipped"),
        ({"model": torch.nn.GRU(2, 3), "text": "hi"}, "reads vectors of 2 numbers, not text"),
    ],
)
def test_a_sequence_that_the_network_cannot_read_is_refused_with_the_way_out(arguments, said):
    with pytest.raises(Refused, match=said):
        rnnviz.subject(**arguments)


def test_an_example_is_drawn_from_its_seed_with_its_solution():
    subject = rnnviz.subject("recall-gru-seed0", example=5)
    x, y = task("recall").batch(1, torch.Generator().manual_seed(5))
    assert torch.equal(subject.input(), x)
    assert torch.equal(subject.read().solution, y)
    assert subject.tokens == tuple(task("recall").vocabulary.tokens[token] for token in x[:, 0].tolist())
    assert subject.with_(sequence=Example(6)).tokens != subject.tokens


def test_noise_is_the_same_for_every_network_with_as_many_channels():
    one = rnnviz.subject("untrained", task="", cell="RNN", noise=2, length=12)
    assert torch.equal(one.input(), one.with_(cell="LSTM", seed=5).input())
    assert not torch.equal(one.input(), rnnviz.subject("untrained", task="", noise=3, length=12).input())
