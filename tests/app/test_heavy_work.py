"""Heavy work: so much at a time, in the order asked; who turns away leaves, and nothing is computed twice."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException, StopException

from rnnviz import compute
from rnnviz.app import heavy_work
from rnnviz.app.heavy_work import Bar, Line, finish, wait_for

PATIENCE = 20  # seconds after which a test that waits for ever fails


def until(condition) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.005)


class Visitor:
    """Asks for a place in a thread of its own, and holds it until ``leave``."""

    def __init__(self, line: Line, key: object, pool: ThreadPoolExecutor, log: list) -> None:
        self.line, self.key, self.log = line, key, log
        self.inside, self.let_go, self.turned_away = threading.Event(), threading.Event(), threading.Event()
        self.before: list[int] = []
        self.fails: BaseException | None = None
        asked = len(line._waiting) + len(line._inside)
        self.end = pool.submit(self.come)
        until(lambda: len(line._waiting) + len(line._inside) > asked)  # so that visitors come one after another

    def come(self) -> str:
        with self.line.place(self.key, self.wait):
            self.log.append(self.key)
            self.inside.set()
            assert self.let_go.wait(PATIENCE)
            if self.fails:
                raise self.fails
        return "done"

    def wait(self, before: int) -> None:
        self.before.append(before)
        if self.turned_away.is_set():
            raise StopException

    def leave(self) -> None:
        self.let_go.set()
        assert self.end.result(PATIENCE) == "done"


@contextmanager
def visitors(places: int, keys):
    """Those who ask in this order, and who came in so far; whoever is still there leaves at the end."""
    line, log = Line(places), []
    with ThreadPoolExecutor(16) as pool:
        came = [Visitor(line, key, pool, log) for key in keys]
        try:
            yield came, log, line
        finally:
            for visitor in came:
                visitor.let_go.set()


def test_as_many_as_there_are_places_are_inside_and_the_others_come_in_the_order_they_asked():
    with visitors(2, "abcdef") as (came, log, line):
        until(lambda: len(log) == 2)
        for k, visitor in enumerate(came):
            until(lambda k=k: len(log) == min(k + 2, 6))
            assert len(line._inside) <= 2
            visitor.leave()
    assert log == list("abcdef")


def test_who_waits_is_told_how_many_are_before():
    with visitors(1, "abc") as (came, _log, _line):
        until(lambda: came[1].before and came[2].before)
        assert (came[1].before[0], came[2].before[0]) == (1, 2)
        came[0].leave()
        until(lambda: came[2].before[-1] == 1)


def test_who_turns_away_leaves_the_line_and_the_next_moves_up():
    with visitors(1, "abc") as (came, log, line):
        came[1].turned_away.set()
        with pytest.raises(StopException):
            came[1].end.result(PATIENCE)
        assert [ticket.key for ticket in line._waiting] == ["c"]
        came[0].leave()
        until(lambda: log == ["a", "c"])


@pytest.mark.parametrize("error", [OSError("broken"), RerunException(None), StopException()])
def test_an_exception_frees_the_place(error):
    with visitors(1, "ab") as (came, log, _line):
        came[0].fails = error
        came[0].let_go.set()
        with pytest.raises(type(error)):
            came[0].end.result(PATIENCE)
        until(lambda: log == ["a", "b"])


def test_who_asks_for_what_is_being_computed_lets_others_go_first():
    with visitors(2, "aab") as (came, log, _line):
        until(lambda: log == ["a", "b"])
        came[2].leave()
        assert not came[1].inside.wait(0.2)
        came[0].leave()
        until(lambda: log == ["a", "b", "a"])


@pytest.fixture(autouse=True)
def nothing_is_known_yet(monkeypatch):
    monkeypatch.setattr(compute, "STORE", compute.Store())


class Counted:
    """Work of ten parts that counts how often it is begun, goes on and is closed."""

    def __init__(self) -> None:
        self.begun = self.parts = self.closed = 0

    def __call__(self):
        self.begun += 1
        try:
            for k in range(10):
                self.parts += 1
                yield (k + 1) / 10
        finally:
            self.closed += 1
        return "result"


def test_those_who_wait_for_the_same_get_the_one_result():
    work, line = Counted(), Line(2)
    started = threading.Event()

    def slow():
        started.set()
        time.sleep(0.1)
        return (yield from work())

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(wait_for, "a", slow, Bar(), "text", line=line) for _ in range(4)]
        assert {answer.result(PATIENCE) for answer in asked} == {"result"}
    assert work.begun == 1


def test_work_that_its_visitor_turned_away_from_goes_no_further_and_is_closed():
    work = Counted()

    def show(share: float) -> None:
        if share >= 0.3:
            raise RerunException(None)

    with pytest.raises(RerunException):
        finish("a", work, show)
    assert (work.parts, work.closed) == (3, 1)
    assert compute.STORE.held("a") is None
    assert finish("a", work) == "result"


def test_an_abandoned_run_frees_its_place_for_the_next(monkeypatch):
    line, bar = Line(1), Bar()

    def turn_away(share: float, text: str) -> None:
        raise StopException

    monkeypatch.setattr(bar, "show", turn_away)
    with pytest.raises(StopException):
        wait_for("a", Counted(), bar, "text", line=line)
    assert wait_for("a", Counted(), Bar(), "text", line=line) == "result"


def test_the_bar_moves_along_its_part_and_says_what_is_computed(monkeypatch):
    seen, bar = [], Bar()
    monkeypatch.setattr(bar, "show", lambda share, text: seen.append((round(share, 6), text)))
    wait_for("a", Counted(), bar, "computing", (0.5, 0.75), Line(1))
    assert [share for share, _text in seen] == [round(0.5 + 0.025 * k, 6) for k in range(1, 11)]
    assert {text for _share, text in seen} == {"computing"}


def test_a_class_computes_on_as_many_threads_as_there_are_places():
    threads, line = set(), Line(2)

    def work():
        threads.add(threading.get_ident())
        yield 0.5
        threads.add(threading.get_ident())
        return "result"

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(wait_for, key, work, Bar(), "text", line=line) for key in range(8)]
        assert {answer.result(PATIENCE) for answer in asked} == {"result"}
    assert len(threads) <= 2


def test_what_takes_long_lets_first_views_go_first(monkeypatch):
    first, line, log, inside = Line(1), Line(1), [], threading.Event()
    monkeypatch.setattr(heavy_work, "FIRST_LINE", first)

    def slow():
        inside.set()
        for k in range(3):
            log.append(k)
            yield k / 3
        return "result"

    with ThreadPoolExecutor(1) as pool:
        with first.place("view", lambda _before: None):
            asked = pool.submit(wait_for, "a", slow, Bar(), "text", line=line)
            assert not inside.wait(0.3)
        assert asked.result(PATIENCE) == "result"
        monkeypatch.setattr(heavy_work, "LEAVES", 0.0)
        with first.place("view", lambda _before: None):  # who waits for long goes on in any case
            assert pool.submit(wait_for, "b", slow, Bar(), "text", line=line).result(PATIENCE) == "result"
    assert log == [0, 1, 2] * 2
