"""A text that a visitor brought: it is theirs, a network on it has an address, and a worker learns from it."""

import json
import threading

import pytest

import rnnviz
from rnnviz.refusals import Refused
from rnnviz.subjects import Subject, Untrained, given, kept
from rnnviz.subjects.address_words import from_word, to_word
from rnnviz.tasks import Characters
from rnnviz.training import Recipe
from rnnviz.training.worker import follow, request

POEM = "床前明月光，疑是地上霜。举头望明月，低头思故乡。\n" * 20


def network(digest: str) -> Untrained:
    return Untrained("GRU", "8", "characters", series=f"own-{digest}")


def test_a_network_on_a_text_of_ones_own_has_an_address_and_writes_in_its_characters():
    model = network(given.keep_text(Characters(POEM)))
    assert from_word(to_word(model)) == model
    subject = Subject(model).with_(text="明月")
    assert subject.known == (True, True)
    written = rnnviz.generate(subject, length=30)
    assert set(written.text) <= set(POEM)


def test_a_worker_learns_from_the_text_and_what_it_learnt_is_of_that_text_alone():
    words = [to_word(network(given.keep_text(Characters(text)))) for text in (POEM, POEM.replace("明", "日"))]
    asked = json.loads(request(words, [Recipe(2, 4)] * 2))
    assert sorted(asked["texts"]) == sorted([POEM, POEM.replace("明", "日")])
    told = list(follow(asked, threading.Event()))
    assert [message["kind"] for message in told].count("done") == 2
    runs = [rnnviz.train(Subject(from_word(word)), Recipe(2, 4), per_decade=1) for word in words]
    assert len({given.keep_run(run) for run in runs}) == 2
    before = given.keep_run(runs[0])
    assert runs[0].task.digest  # asked for, it changes nothing
    assert given.keep_run(runs[0]) == before


def test_a_text_is_there_for_its_owner_alone_until_they_leave():
    digest = given.keep_text(Characters("for one visitor only " * 20), "somebody")
    with pytest.raises(Refused, match="text of this link is not here"):
        network(digest)
    with kept.on_behalf_of("somebody"):
        assert Subject(network(digest)).load().task.text.startswith("for one")
    given.release("somebody")
    with kept.on_behalf_of("somebody"), pytest.raises(Refused, match="Bring it again"):
        network(digest)
