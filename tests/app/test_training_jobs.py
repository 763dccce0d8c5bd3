"""Jobs of training: as many at a time as there are places, each a session's own, and nothing is left of one that is
over."""

import os
import threading
import time

import pytest
import torch

from rnnviz.app import training_jobs
from rnnviz.app.training_jobs import workers
from rnnviz.app.training_jobs.workers import Worker
from rnnviz.refusals import Refused
from rnnviz.subjects import given
from rnnviz.training import Recipe
from tests.app.jobs import Local, Told

WORD = "untrained~cell.LSTM~size.4~task.xor_stream"
ASKED = [(WORD, Recipe(6, 4, seed=0))]
POINT = {"kind": "updates", "network": 0, "first": 1, "loss": [0.7], "gradient_norm": [0.1], "clipped": [False]}


def wait_until(what, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.01)


def kept_of(owner: str) -> list[str]:
    return [digest for whose, digest in given._RUNS._sizes if whose == owner]


@pytest.fixture
def told(monkeypatch):
    """Every worker that was taken says what the test tells it."""
    taken: list[Told] = []

    def take() -> Told:
        taken.append(Told())
        return taken[-1]

    monkeypatch.setattr(workers, "take", take)
    monkeypatch.setattr(training_jobs, "PLACES", 2)
    monkeypatch.setattr(workers, "prepare", lambda: None)
    yield taken
    for worker in taken:
        worker.stop()
    for owner in list(training_jobs._jobs):
        training_jobs.release(owner)
    wait_until(lambda: not training_jobs._running)


def test_who_comes_when_all_places_are_taken_waits_in_line_and_sees_its_place(told):
    jobs = [training_jobs.begin(owner, ASKED) for owner in "abcd"]
    wait_until(lambda: len(told) == 2)
    assert [job.state for job in jobs[2:]] == ["waiting"] * 2
    assert [training_jobs.before(job) for job in jobs] == [0, 0, 2, 3]
    assert not training_jobs.is_free()
    training_jobs.stop("c")  # leaves the line
    assert (jobs[2].state, training_jobs.before(jobs[3])) == ("ended", 2)
    told[0].stop()
    wait_until(lambda: len(told) == 3)
    wait_until(lambda: jobs[3].state == "running")
    assert jobs[0].state == "ended"


def test_a_session_trains_once_at_a_time_and_no_more_than_it_may(told):
    training_jobs.begin("a", ASKED)
    with pytest.raises(Refused, match="still going"):
        training_jobs.begin("a", ASKED)
    for asked, why in [
        ([], "from one to 3 networks"),
        (ASKED * 4, "from one to 3 networks"),
        ([(WORD, Recipe(0))], "updates must be from 1"),
        ([(WORD, Recipe(10**6))], "updates must be from 1"),
        ([(WORD, Recipe(batch=4096))], "batch must be from 1"),
        ([("untrained~cell.LSTM~size.320~task.intents~layers.4", Recipe(5000))], "would take [0-9]+ MB"),
    ]:
        with pytest.raises(Refused, match=why):
            training_jobs.begin("b", asked)


def test_a_worker_that_dies_is_a_sentence_and_the_job_before_it_is_kept(told):
    first = training_jobs.begin("a", ASKED)
    wait_until(lambda: told)
    told[0].messages.put(POINT)
    told[0].messages.put({"kind": "end"})
    told[0].messages.put(None)
    wait_until(lambda: first.state == "ended")
    assert first.refusal is None
    second = training_jobs.begin("a", ASKED)
    wait_until(lambda: len(told) == 2)
    assert training_jobs.shown("a") is first  # until something comes of the second
    told[1].messages.put(None)  # without a word of its end
    wait_until(lambda: second.state == "ended")
    assert str(second.refusal).startswith("The training process ended before its time")
    assert training_jobs.shown("a") is first
    assert training_jobs.latest("a") is second


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ({"kind": "failed", "message": "RuntimeError: no memory"}, "Training failed: RuntimeError: no memory."),
        ({"kind": "refused", "message": "There is no task {value}.", "values": {"value": "x"}}, "There is no task x."),
    ],
)
def test_what_a_worker_could_not_do_reaches_the_page_as_a_sentence(told, message, sentence):
    job = training_jobs.begin("a", ASKED)
    wait_until(lambda: told)
    told[0].messages.put(message)
    told[0].messages.put(None)
    wait_until(lambda: job.state == "ended")
    assert str(job.refusal).startswith(sentence)


def test_a_long_job_leaves_its_place_to_those_who_wait_and_to_nobody_else(told, monkeypatch):
    monkeypatch.setattr(training_jobs, "MOST_RUN_SECONDS", 0)
    first, second = (training_jobs.begin(owner, ASKED) for owner in "ab")
    wait_until(lambda: len(told) == 2)
    told[0].messages.put(POINT)
    wait_until(lambda: first.has_points)
    assert first.state == "running"
    third = training_jobs.begin("c", ASKED)
    told[1].messages.put(POINT)
    wait_until(lambda: third.state == "running")
    assert second.state == "ended"
    assert "was stopped" in str(second.refusal)


@pytest.fixture
def here(monkeypatch):
    """Jobs are trained in this process."""
    monkeypatch.setattr(workers, "take", Local)
    monkeypatch.setattr(workers, "prepare", lambda: None)


def test_snapshots_are_kept_for_their_visitor_alone_and_go_with_the_session(here):
    job = training_jobs.begin("a", ASKED)
    wait_until(lambda: job.state == "ended")
    (course,) = job.courses
    assert [shot.update for shot in course.snapshots] == list(given.run_of(course.kept).snapshots)
    assert (course.updates, len(course.losses), course.snapshots[-1].update) == (6, 6, 6)
    assert kept_of("a") == [course.kept]
    with pytest.raises(Refused, match="not here"):
        given.refuse_runs_of_others(course.kept)
    training_jobs.release("a")
    given.release("a")
    assert (kept_of("a"), training_jobs.latest("a"), training_jobs.shown("a")) == ([], None, None)


def test_a_run_that_goes_on_is_the_run_that_was_never_stopped(here):
    whole = training_jobs.begin("a", ASKED)
    wait_until(lambda: whole.state == "ended")
    (course,) = whole.courses
    losses, end = list(course.losses), course.snapshots[-1].weights
    for update in (4, 0):
        job = training_jobs.go_on("a", ASKED, update)
        wait_until(lambda job=job: job.state == "ended")
        (on,) = job.courses
        assert (job.refusal, on.start.update, list(on.losses), on.kept) == (
            None,
            update,
            losses,
            course.kept,
        )
        assert [shot.update for shot in on.snapshots] == [shot.update for shot in course.snapshots]
        assert all(torch.equal(value, end[name]) for name, value in on.snapshots[-1].weights.items())
    slower = [(WORD, Recipe(8, 4, learning_rate=1e-4, seed=0))]
    job = training_jobs.go_on("a", slower, 6)
    wait_until(lambda: job.state == "ended")
    (on,) = job.courses
    assert (list(on.losses)[:6], on.updates, on.snapshots[-1].update) == (losses, 8, 8)
    fresh = training_jobs.begin("b", slower)
    wait_until(lambda: fresh.state == "ended")
    assert len({course.kept, on.kept, fresh.courses[0].kept}) == 3  # a run of two recipes is a run of its own
    other = [("untrained~cell.GRU~size.4~task.xor_stream", Recipe(8, 4, seed=0))]
    with pytest.raises(Refused, match="nothing of these networks to go on from"):
        training_jobs.go_on("a", other, 6)
    for owner in "ab":
        training_jobs.release(owner)
        given.release(owner)


def test_curves_that_are_being_drawn_do_not_keep_the_next_updates_out(told):
    job = training_jobs.begin("a", ASKED)
    wait_until(lambda: told)
    told[0].messages.put(POINT)
    wait_until(lambda: job.has_points)
    (course,) = job.courses
    with memoryview(course.losses) as drawn, memoryview(course.gradient_norms), memoryview(course.clipped):
        told[0].messages.put(POINT)
        wait_until(lambda: len(course.losses) == len(course.gradient_norms) == len(course.clipped) == 2)
        assert drawn.tolist() == POINT["loss"]


def test_where_no_process_can_be_started_the_page_opens_and_who_trains_is_told(monkeypatch, caplog):
    def refuse() -> Worker:
        raise PermissionError(13, "Permission denied")

    workers.dismiss()
    monkeypatch.setattr(workers, "Worker", refuse)
    workers.prepare()
    job = training_jobs.begin("a", ASKED)
    wait_until(lambda: job.state == "ended")
    assert "training process ended" in str(job.refusal)
    training_jobs.release("a")


def test_a_killed_process_is_a_sentence_and_of_a_session_that_ends_no_process_thread_or_snapshot_is_left():
    """With real processes, which take seconds to come up."""
    before = threading.active_count()
    asked = [(WORD, Recipe(5000, 32, seed=0))]
    killed = training_jobs.begin("a", asked)
    wait_until(lambda: killed.courses[0].snapshots, 120)
    killed._worker.process.kill()
    wait_until(lambda: killed.state == "ended")
    assert str(killed.refusal).startswith("The training process ended before its time")
    assert kept_of("a") == [killed.courses[0].kept]
    job = training_jobs.begin("a", asked)
    wait_until(lambda: job.courses[0].snapshots, 120)
    worker = job._worker
    assert isinstance(worker, Worker)
    number = worker.process.pid
    training_jobs.release("a")
    given.release("a")
    wait_until(lambda: job.state == "ended")
    wait_until(lambda: threading.active_count() <= before)
    assert worker.process.returncode is not None
    assert not os.path.exists(f"/proc/{number}") or not os.path.exists("/proc/self")
    assert worker.process.stdout.closed
    assert worker.process.stdin.closed
    assert not workers._spare  # which was prepared as soon as something came of the job
    assert kept_of("a") == []
