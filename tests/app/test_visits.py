"""What a visitor brings is theirs alone, and goes with their session, with all that was computed from it."""

import pytest
import torch

from rnnviz.app import visits
from rnnviz.compute import STORE
from rnnviz.refusals import Refused
from rnnviz.subjects import Given, Noise, Subject, Vectors, given

VISITORS = 30  # who bring more together than there is room for


@pytest.fixture
def asked_by(monkeypatch):
    """Whose the present thread is: a list of one."""
    who = ["mine"]
    monkeypatch.setattr("rnnviz.subjects.kept._who", lambda: who[0])
    return who


@pytest.fixture
def brought(asked_by):
    digest = given.keep_network(torch.nn.GRU(2, 3), "a test of visits", owner="mine")
    yield digest
    given.release("mine")


def kept(digest: str) -> bool:
    return any(digest in repr(key) for key in STORE._results)


def test_the_digest_of_another_visitor_is_refused_as_one_that_never_was(asked_by, brought):
    assert Given(brought).cell == "GRU"
    for who in ("yours", None):
        asked_by[0] = who
        with pytest.raises(Refused) as other:
            Given(brought)
        with pytest.raises(Refused) as none:
            Given("0123456789abcdef")
        assert str(other.value) == str(none.value)


def test_it_goes_with_its_session_and_so_does_what_was_computed_from_it(monkeypatch, brought):
    Subject(Given(brought), Noise(5)).read()
    assert kept(brought)
    monkeypatch.setattr(visits, "_sessions", {"over": {"mine"}, "open": {"yours"}})
    monkeypatch.setattr(visits, "_is_there", lambda session: session == "open")
    visits.release_ended()
    assert visits._sessions == {"open": {"yours"}}
    assert not kept(brought)
    with pytest.raises(Refused):
        given.network_of(brought)


def test_what_two_visitors_brought_stays_until_both_are_gone(brought):
    given.keep_network(torch.nn.GRU(2, 3), "another")
    assert given._NETWORKS.keep(brought, given.network_of(brought), "yours") == brought
    given.release("mine")
    assert given.network_of(brought)
    given.release("yours")
    with pytest.raises(Refused):
        given.network_of(brought)


def test_a_visitor_who_brings_more_than_there_is_room_for_loses_the_oldest_of_their_own(monkeypatch, brought):
    monkeypatch.setattr("rnnviz.subjects.kept.MOST_KEPT_BYTES", 1_000)
    newer = given.keep_network(torch.nn.GRU(8, 8), "newer", owner="mine")
    assert given.network_of(newer)
    with pytest.raises(Refused):
        given.network_of(brought)


def test_outside_of_a_session_nobody_owns_anything():
    assert visits.owner() is None


def test_of_all_that_visitors_bring_together_the_oldest_unused_goes_first(monkeypatch, asked_by):
    monkeypatch.setattr("rnnviz.subjects.kept.MOST_OF_ALL_BYTES", 100_000)
    everyones = given.keep_network(torch.nn.GRU(2, 3), "from Python")
    digests = {}
    for number in range(VISITORS):
        asked_by[0] = f"visitor {number}"
        digests[number] = given.keep_vectors(torch.full((1_000, 1, 1), float(number)), owner=asked_by[0])
        given.keep_file(torch.zeros(1_000), asked_by[0])
        asked_by[0] = "visitor 0"
        given.refuse_vectors_of_others(digests[0])  # who comes back to it keeps it
    held = [number for number, digest in digests.items() if digest in given._VECTORS._values]
    assert held == [0, *range(VISITORS - len(held) + 1, VISITORS)]
    for kept in (given._VECTORS, given._FILES):
        assert sum(size for (owner, _), size in kept._sizes.items() if owner) <= 100_000
    asked_by[0] = "visitor 1"
    with pytest.raises(Refused, match="until they leave or many others come"):
        Vectors(digests[1])
    assert given.network_of(everyones)
    for number in digests:
        given.release(f"visitor {number}")
    assert not [owner for owner, _ in given._VECTORS._sizes if str(owner).startswith("visitor")]
