"""The only cache: each result computed once for all who ask at the same time, and no more bytes than it may hold."""

import inspect
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import streamlit as st
import torch

from rnnviz.app.panels import forgetting, growth_rates, reservoir_claims
from rnnviz.compute import FOR_GOOD, Store, computed, once, size_of
from rnnviz.studies import lstm_history
from rnnviz.studies.lstm_history import measuring, stations
from rnnviz.subjects import Subject, sizes
from rnnviz.trace import Signal

KILO = 125  # float64 numbers of a thousand bytes
ASKING = 8
PATIENCE = 20  # seconds after which a test that waits for ever fails


def test_what_is_kept_is_not_computed_again():
    store, calls = Store(), []
    for _ in range(3):
        assert store.get("a", lambda: calls.append(1) or "result") == "result"
    assert calls == [1]
    assert store.held("a") == "result"
    assert store.held("b") is None


def test_the_longest_unused_results_go_when_all_together_are_too_many_bytes():
    store = Store(most=3_800)
    for key in "abc":
        store.get(key, lambda: np.zeros(KILO))
    store.get("a", lambda: None)  # asked for again, so that b is now the oldest
    store.get("d", lambda: np.zeros(KILO))
    assert [store.held(key) is not None for key in "abcd"] == [True, False, True, True]
    assert store.bytes <= 3_800


def test_a_result_that_alone_is_too_large_is_still_given_and_makes_room_for_the_next():
    store = Store(most=1_000)
    assert len(store.get("large", lambda: np.zeros(10 * KILO))) == 10 * KILO
    store.get("small", lambda: "x")
    assert store.held("large") is None
    assert store.bytes < 1_000


def test_a_result_that_is_kept_anew_is_counted_once():
    store = Store()
    for _ in range(5):
        store.keep("a", np.zeros(KILO))
    assert store.bytes == size_of(np.zeros(KILO))


def test_an_exception_is_not_kept():
    store, calls = Store(), []

    def fail() -> None:
        calls.append(1)
        raise ValueError("not today")

    for _ in range(2):
        with pytest.raises(ValueError, match="not today"):
            store.get("a", fail)
    assert store.get("a", lambda: 7) == 7
    assert calls == [1, 1]


def test_who_asks_for_the_same_at_once_waits_for_the_first_and_others_do_not():
    store, calls, results = Store(), [], []
    inside, go_on = threading.Event(), threading.Event()

    def slow() -> str:
        calls.append(1)
        inside.set()
        assert go_on.wait(30)
        return "slow"

    threads = [threading.Thread(target=lambda: results.append(store.get("a", slow))) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert inside.wait(30)
    assert store.get("b", lambda: "quick") == "quick"
    go_on.set()
    for thread in threads:
        thread.join()
    assert calls == [1]
    assert results == ["slow"] * 8


def test_who_waited_for_a_failure_computes_it_once_more():
    store, calls, results = Store(), [], []
    inside, go_on = threading.Event(), threading.Event()

    def first_fails() -> int:
        calls.append(1)
        if len(calls) == 1:
            inside.set()
            assert go_on.wait(30)
            raise ValueError
        return len(calls)

    def ask() -> None:
        try:
            results.append(store.get("a", first_fails))
        except ValueError:
            results.append(None)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    threads[0].start()
    assert inside.wait(30)
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join()
    assert sorted(results, key=str) == [2, 2, 2, None]


@pytest.mark.parametrize("keep", [once, computed])
def test_a_result_may_ask_for_others_and_for_itself_by_other_arguments(keep):
    @keep
    def factorial(n: int) -> int:
        return n * factorial(n - 1) if n else 1

    assert factorial(20) == 2432902008176640000


def test_equal_subjects_share_a_result_and_names_of_arguments_make_no_difference_between_calls():
    calls = []

    @computed
    def length(subject: Subject, *, twice: bool = False) -> int:
        calls.append(subject)
        return subject.read().steps * (1 + twice)

    assert length(Subject()) == length(Subject()) == 5
    assert length(Subject(), twice=True) == 10
    assert len(calls) == 2


def test_bytes_are_counted_wherever_the_arrays_are():
    array = np.zeros(KILO)
    assert size_of(array) >= 1_000
    assert size_of(torch.zeros(250)) >= 1_000
    assert size_of({"a": [array, (array,)]}) >= 2_000
    assert size_of(torch.nn.Linear(10, 25, bias=False)) >= 1_000
    assert size_of(Signal("h", ("time",), array, "h_t")) >= 1_000
    trace = Subject().trace()
    assert size_of(trace) >= sum(signal.values.nbytes for signal in trace.layer().signals)


def test_what_there_is_one_of_is_not_counted_with_each_network_that_knows_it():
    loaded = Subject().load()
    assert loaded.task is not None
    assert size_of(loaded) < 2 * size_of(loaded.network)


def together(ask) -> list:
    """What threads get that all ask at the same moment."""
    start = threading.Barrier(ASKING)

    def wait_and_ask(number: int):
        start.wait(PATIENCE)
        return ask(number)

    with ThreadPoolExecutor(ASKING) as pool:
        return [answer.result(PATIENCE) for answer in [pool.submit(wait_and_ask, k) for k in range(ASKING)]]


def test_arguments_by_name_are_told_apart():
    @once
    def pair(a: int, b: int = 0) -> tuple[int, int]:
        return (a, b)

    assert (pair(1), pair(1, b=2), pair(a=1, b=3)) == ((1, 0), (1, 2), (1, 3))


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
        stations._whole_stream,
        sizes._task,
        forgetting.untrained,
        growth_rates.growth,
        reservoir_claims.pair,
    ],
    ids=lambda constant: constant.__qualname__,
)
def test_constants_are_kept_where_no_client_can_empty_them(constant):
    assert inspect.getclosurevars(constant).nonlocals["store"]() is FOR_GOOD


def test_a_client_that_empties_the_caches_does_not_empty_constants():
    kept = reservoir_claims.pair()
    st.cache_resource.clear()
    st.cache_data.clear()
    assert reservoir_claims.pair() is kept
