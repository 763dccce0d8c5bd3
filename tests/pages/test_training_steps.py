"""The slider over training steps: what follows a page are the boards of the other snapshots, number by number."""

import numpy as np
import pytest

import rnnviz
from rnnviz.app.stage import training_steps
from rnnviz.subjects import Shipped, Trained, shipped_runs
from rnnviz.subjects.restructuring import moved
from rnnviz.training import Recipe
from tests.pages.visit import board, land, shown, tell

RUN = "intents-lstm-small"
UPDATES = shipped_runs.updates(RUN)
OF_THE_VISIT = {"id", "query", "training", "arrays"}


def snapshots(at) -> dict[int, tuple[dict, dict[str, np.ndarray]]]:
    """The boards that followed a page, put together as the browser does, by the places of their snapshots."""
    count = len(at.get("bidi_component"))
    messages = [board(at, place) for place in range(1, count)]
    panels = [header["rows"][0][0] for header, _arrays in messages]
    base, numbers = panels[0]["base"], messages[0][1]
    found = {}
    for panel, (_header, arrays) in zip(panels, messages, strict=True):
        for each in panel["boards"]:
            own = {"root": rebuilt(base["header"])}
            for path, value in each["changes"]:
                part = own
                for key in ("root", *path)[:-1]:
                    part = part[key]
                part[("root", *path)[-1]] = value
            values = {name: numbers[key] for name, key in base["arrays"].items()}
            values |= {name: arrays[key] for name, key in each["arrays"].items()}
            found[each["at"]] = own["root"], values
    return found


def rebuilt(part):
    """A copy, of nothing but dictionaries and lists."""
    if isinstance(part, dict):
        return {key: rebuilt(value) for key, value in part.items()}
    return [rebuilt(value) for value in part] if isinstance(part, list) else part


@pytest.mark.parametrize(
    "page", ["step_through.py", "states.py", "side_by_side.py", "the_gate_product.py", "deep_network.py"]
)
def test_what_follows_a_page_are_the_boards_of_all_snapshots_one_by_one(page):
    at = land(page, model=f"trained~{RUN}~100")
    told = board(at)[0]["training"]
    assert (told["updates"], told["at"], told["live"]) == (list(UPDATES), UPDATES.index(100), True)
    assert told["labels"][-1] == "update 1,500 · > 99% right"
    boards = snapshots(at)
    assert set(boards) == set(range(len(UPDATES)))
    for place in (0, 4, len(UPDATES) - 1):
        header, arrays = board(land(page, model=f"trained~{RUN}~{UPDATES[place]}"))
        own, numbers = boards[place]
        assert own == {name: value for name, value in header.items() if name not in OF_THE_VISIT}
        assert numbers.keys() == arrays.keys()
        for name, values in arrays.items():
            np.testing.assert_array_equal(numbers[name], values, err_msg=name)
        assert header["training"] | {"at": told["at"]} == told


def test_a_network_that_comes_from_no_run_has_no_such_slider():
    at = land("states.py", model="intents-lstm-small")
    assert board(at)[0]["training"] is None
    assert len(at.get("bidi_component")) == 1


def test_what_would_be_too_much_for_a_browser_comes_when_the_slider_is_let_go(monkeypatch):
    monkeypatch.setattr(training_steps, "MOST_BYTES", 1000)
    at = land("states.py", model=f"trained~{RUN}~46")
    assert board(at)[0]["training"]["live"] is False
    assert len(at.get("bidi_component")) == 1


def test_letting_the_slider_go_chooses_the_update_and_nothing_but_a_snapshot_can_be_chosen():
    at = tell(land("states.py", model=f"trained~{RUN}~46"), "knob", {"name": "update", "value": 215})
    assert shown(at).model == Trained(RUN, 215)
    assert at.query_params["model"] == f"trained~{RUN}~215"
    for value in (47, -1, 215.5, True, "46", None):
        assert shown(tell(at, "knob", {"name": "update", "value": value})).model == Trained(RUN, 215)
    at = tell(land("states.py", model="intents-lstm-small"), "knob", {"name": "update", "value": 0})
    assert shown(at).model == Shipped(RUN)


@pytest.mark.parametrize("count", [1, 2, 5, 12, 22, 41])
def test_each_snapshot_is_sent_once_and_the_first_message_reaches_over_all_of_the_slider(count):
    parts = training_steps.parts(count)
    assert sorted(place for part in parts for place in part) == list(range(count))
    assert {0, count - 1} <= set(parts[0])
    assert all(len(part) <= training_steps.TOGETHER for part in parts)
    gaps = np.diff(sorted(parts[0]))
    assert not len(gaps) or max(gaps) <= -(-(count - 1) // 2)


def test_networks_of_other_runs_go_along_and_another_snapshot_of_the_same_run_stays():
    lstm, gru = Trained("recall-lstm-seed0", 100), Trained("recall-gru-seed0", 100)
    assert moved(lstm, lstm, 10) == Trained("recall-lstm-seed0", 10)
    assert moved(gru, lstm, 10) == Trained("recall-gru-seed0", 10)
    before = Trained("recall-lstm-seed0", 0)
    assert moved(before, lstm, 10) == before
    run = rnnviz.train(rnnviz.subject("untrained", cell="GRU", size="3", task="recall"), Recipe(4, 2), per_decade=1)
    list(run)
    short = rnnviz.subject(run).model
    assert moved(short, lstm, 3).update == 1  # its last snapshot before
    assert moved(lstm, short, 4) == Trained("recall-lstm-seed0", 4)


def test_a_network_of_another_run_that_stands_beside_is_seen_after_as_many_updates():
    one, same = (
        board(
            land("vanishing_gradients.py", model="trained~recall-lstm-seed0~10", beside=f"trained~recall-gru-seed0~{u}")
        )
        for u in (500, 10)
    )
    assert one[0]["rows"] == same[0]["rows"]
    alone = board(land("vanishing_gradients.py", model="trained~recall-gru-seed0~500", beside="recall-lstm-seed0"))
    assert alone[0]["rows"] != one[0]["rows"]
