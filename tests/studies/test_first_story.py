"""The story of the first page: what its pictures are drawn from, by other ways to the same numbers."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from rnnviz import linear_readout
from rnnviz.studies import first_story
from rnnviz.subjects.sizes import task
from rnnviz.tasks.tokens import tokenize

LANGUAGES = pytest.mark.parametrize("language", first_story.QUESTION)


@LANGUAGES
def test_it_reads_words_that_its_networks_know_and_they_answer_rightly(language):
    reader = first_story.reader(language)
    assert all(reader.read().known)
    scores = reader.network()(reader.input())
    assert reader.labels[int(scores[0].argmax())] == "ask the time"
    for text, role in zip(first_story.PAIR[language], ("destination", "departure"), strict=True):
        found = first_story.orders(text)
        assert all(first_story.traveller(text).read().known)
        leading = found.answers[0].argmax(-1)
        labels = first_story.traveller(text).labels
        cities = [k for k, word in enumerate(found.tokens) if word in ("Taipei", "台", "北")]
        assert cities
        assert {labels[leading[k]] for k in cities} == {role}


@LANGUAGES
def test_from_the_word_alone_both_roles_of_the_name_are_equally_likely(language):
    for text in first_story.PAIR[language]:
        found = first_story.orders(text)
        for word, shares in zip(found.tokens, found.alone, strict=True):
            if word in ("Taipei", "台", "北"):
                assert shares[1] == pytest.approx(shares[2])
                assert shares[1] > shares[0]


def test_what_a_word_alone_tells_is_the_linear_readout_with_the_least_squared_error():
    learnt = task("slots")
    words, roles = [], []
    for sentence in learnt.training_sentences[::40]:
        words += learnt.vocabulary.encode(tokenize(sentence.text))
        roles += map(learnt.labels.index, sentence.roles)
    met = sorted(set(words))
    one_hot = F.one_hot(torch.tensor([met.index(word) for word in words]), len(met)).double()
    asked = F.one_hot(torch.tensor(roles), len(learnt.labels)).double()
    readout = linear_readout.fit(one_hot, asked, ridge=1e-9)
    shares = (one_hot.T @ asked) / one_hot.sum(0)[:, None]  # counted, as first_story.word_alone does
    torch.testing.assert_close(readout.read(torch.eye(len(met), dtype=torch.float64)), shares, atol=1e-6, rtol=0)


def test_every_order_is_one_of_the_same_words_and_is_read_as_it_stands():
    text = first_story.PAIR["en"][1]
    found, subject = first_story.orders(text), first_story.traveller(text)
    assert len({tuple(order) for order in found.places.tolist()}) == first_story.ORDERS
    for places, answers in zip(found.places, found.answers, strict=True):
        scores = subject.network()(subject.input()[places.tolist()])
        np.testing.assert_allclose(answers, torch.softmax(scores[:, 0], -1).detach(), atol=1e-6)


def test_the_pulse_vanishes_at_a_small_radius_and_explodes_at_a_large_one():
    sizes = first_story.pulses()
    assert sizes.shape == (len(first_story.RADII), first_story.LENGTH)
    assert not sizes[:, -1].any()
    assert sizes[0, 0] < -6
    assert sizes[-1, 0] > 2
    assert (np.abs(sizes[:, 0]) < 0.5).any(), "at no radius does it hold"


def test_a_gate_that_is_held_open_only_piles_up_and_one_that_is_shut_keeps_nothing():
    shut, free, still_open = (first_story.held(value) for value in first_story.HOLDS.values())
    assert not shut.f.any()
    assert (still_open.f == 1).all()
    np.testing.assert_allclose(free.c[0], still_open.c[0], atol=1e-6)  # there is nothing to forget at the first step
    right = first_story.recaller().labels.index(f"the letter {first_story.LETTER}")
    assert shut.p.argmax() != right
    assert min(free.p[right], still_open.p[right]) > 0.99
    assert np.abs(shut.c).max() <= 1
    assert np.abs(still_open.c[-1]).mean() > np.abs(free.c[-1]).mean()
