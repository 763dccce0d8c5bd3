"""A constant of the process: computed once, whoever asks and whatever a client does to Streamlit's caches."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import streamlit as st

from rnnviz.app.panels import fixed_points, forgetting, reservoir_claims
from rnnviz.once import once
from rnnviz.studies import lstm_history
from rnnviz.studies.lstm_history import measuring, stations
from rnnviz.subjects import sizes

ASKING = 8
PATIENCE = 20  # seconds after which a test that waits for ever fails


def together(ask) -> list:
    """What threads get that all ask at the same moment."""
    start = threading.Barrier(ASKING)

    def wait_and_ask(number: int):
        start.wait(PATIENCE)
        return ask(number)

    with ThreadPoolExecutor(ASKING) as pool:
        return [answer.result(PATIENCE) for answer in [pool.submit(wait_and_ask, k) for k in range(ASKING)]]


def test_many_who_ask_at_the_same_time_get_one_computation():
    computed, others_may_come = [], threading.Event()

    @once
    def constant() -> object:
        computed.append(1)
        others_may_come.wait(0.2)  # long enough for all others to ask while this one computes
        return object()

    answers = together(lambda _number: constant())
    assert len(computed) == 1
    assert len({id(answer) for answer in answers}) == 1
    assert constant() is answers[0]


def test_other_arguments_do_not_wait():
    both = threading.Barrier(2)

    @once
    def needs_the_other(number: int) -> int:
        both.wait(PATIENCE)  # broken, and an error, if one of the two had to wait for the other
        return number

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(needs_the_other, (1, 2))) == [1, 2]


def test_an_exception_is_not_kept_and_the_next_one_tries_again():
    tried = []

    @once
    def fails_first() -> str:
        tried.append(1)
        if len(tried) == 1:
            raise OSError("not yet")
        return "now"

    with pytest.raises(OSError, match="not yet"):
        fails_first()
    assert fails_first() == fails_first() == "now"
    assert len(tried) == 2


def test_of_many_who_ask_at_the_same_time_one_meets_the_exception_and_the_next_computes():
    tried = []

    @once
    def fails_first() -> str:
        tried.append(1)
        if len(tried) == 1:
            raise OSError
        return "now"

    def ask(_number: int) -> str:
        try:
            return fails_first()
        except OSError:
            return "failed"

    assert sorted(together(ask)) == ["failed"] + ["now"] * (ASKING - 1)
    assert len(tried) == 2


def test_arguments_by_name_are_told_apart():
    @once
    def pair(a: int, b: int = 0) -> tuple[int, int]:
        return (a, b)

    assert (pair(1), pair(1, b=2), pair(a=1, b=3)) == ((1, 0), (1, 2), (1, 3))


def test_one_constant_may_ask_for_another_and_for_itself():
    @once
    def factorial(n: int) -> int:
        return n * factorial(n - 1) if n else 1

    assert factorial(5) == 120


def test_a_class_that_arrives_at_once_shares_one_long_run(monkeypatch):
    runs, whole, read = [], stations.stream(40), measuring.read
    monkeypatch.setattr(measuring, "stream", lambda _steps: whole)
    monkeypatch.setattr(measuring, "_truth", measuring._truth.__wrapped__)
    monkeypatch.setattr(measuring, "read", lambda cell, x: runs.append(1) or read(cell, x))
    fresh = once(lstm_history.long_run.__wrapped__)
    assert len({id(run) for run in together(lambda _number: fresh("Elman 1990"))}) == 1
    assert len(runs) == 1


@pytest.mark.parametrize(
    "constant",
    [
        lstm_history.long_run,
        lstm_history.xor_errors,
        lstm_history.spikes,
        stations.stream,
        sizes._task,
        forgetting.untrained,
        fixed_points.growth,
        reservoir_claims.pair,
    ],
    ids=lambda constant: constant.__qualname__,
)
def test_constants_are_kept_where_no_client_can_empty_them(constant):
    assert constant.__code__ is once(len).__code__


def test_a_client_that_empties_the_caches_does_not_empty_constants():
    kept = reservoir_claims.pair()
    st.cache_resource.clear()
    st.cache_data.clear()
    assert reservoir_claims.pair() is kept
