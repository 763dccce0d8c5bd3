"""A series of one's own on the page Forecast: dropped, learnt in a process of its own, shown; and what is refused."""

import math
import time

import pytest

from rnnviz.app import training_jobs, visits
from rnnviz.subjects import given
from tests.pages.visit import chips, claim, land, shown, whole

PAGE = "forecast.py"
WAVE = "day,sales,visits\n" + "\n".join(
    f"d{t},{10 + math.sin(t / 2):.4f},{'' if t in (40, 90) else round(5 + math.cos(t / 3), 4)}" for t in range(150)
)


def drop(at, data: str | bytes, name: str = "sales.csv"):
    at.file_uploader[0].set_value((name, data if isinstance(data, bytes) else data.encode(), "text/csv"))
    return whole(at.run())


def train(at, *columns: str):
    if columns:
        at.button_group(key="own_columns:1:shown").set_value(list(columns))
        at = whole(at.run())
    return whole(at.button(key="button-train-series").click().run())


def finished(at):
    owner = at.session_state[visits._OWNER]
    for _ in range(600):
        if (job := training_jobs.latest(owner)) is None or job.state == "ended":
            break
        time.sleep(0.1)
    return whole(at.run())


def test_a_series_is_dropped_learnt_and_shown_with_what_was_done_to_it(monkeypatch):
    monkeypatch.setattr("rnnviz.app.own_series.UPDATES", 3)
    at = drop(land(PAGE), WAVE)
    assert any("`day`" in caption.value for caption in at.caption)
    at = finished(train(at, "sales", "visits"))
    assert not at.warning
    assert "sales, visits" in claim(at)
    assert all(f"{cell}: " in chips(at) for cell in ("RNN", "LSTM", "GRU"))
    subject = shown(at)
    assert subject.cell == "LSTM"
    assert subject.model.update == 3
    learnt = subject.load().task
    assert (learnt.filled, learnt.dropped, learnt.channels) == (2, 0, ("sales", "visits"))
    told = next(one.proto.body for one in at.get("html") if "Gaps filled along straight lines: 2." in one.proto.body)
    assert "The first 70% of the rows were trained on" in told
    at = whole(at.button(key="button-equations").click().run())
    assert "Lorenz" in claim(at)
    visits_owner = at.session_state[visits._OWNER]
    given.release(visits_owner)
    training_jobs.release(visits_owner)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("", "holds no numbers"),
        ("day,what\nmonday,rain\ntuesday,sun\n", "has no column of numbers"),
        ("a,b\n1,2\n", "has one row of numbers"),
        (b"\xff\xfe\x00", "is no text"),
        ("<b>x</b>\nyes\nno\n", "has no column of numbers"),
    ],
)
def test_a_file_that_is_no_series_is_refused_with_a_sentence(data, says):
    at = drop(land(PAGE), data)
    assert says in at.warning[0].value
    assert "Lorenz" in claim(at)


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (["1e308", "2"] * 50, "has a number of size"),
        (["7"] * 100, "does not change"),
        (["1", "2"] * 20, "at least ` 60 ` are needed"),
        (["1", "", "2", ""] * 30, "rows; at most"),
    ],
)
def test_a_column_that_cannot_be_learnt_is_refused_when_it_is_asked_for(column, says):
    at = drop(land(PAGE), "n,x\n" + "\n".join(f"w,{value}" for value in column))
    at = train(at)
    assert says in at.warning[0].value
    assert "Lorenz" in claim(at)
