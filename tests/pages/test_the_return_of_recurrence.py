"""The return of recurrence: the title is what was measured, and every dot opens a network on another page."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from pages.lab_knobs import Train
from rnnviz.app import trial_runs
from rnnviz.app.panels import lost_and_won_claims
from rnnviz.studies import lost_and_won as study
from rnnviz.studies.paper_and_code import DIFFERENCES
from rnnviz.subjects import Subject
from tests.pages.visit import board, claim, land, panels

PAGE = "the_return_of_recurrence.py"


def test_a_dot_is_a_network_that_opens_and_its_place_what_it_gets_right():
    at = land(PAGE, bits="40", pairs="4", kind="lstm")
    header, arrays = board(at)
    (panel,) = panels(header, "scores")
    assert [row["key"] for row in panel["rows"] if row["chosen"]] == ["lstm"]
    for trial, column, asked in zip(study.TRIALS, panel["columns"], (40, 4), strict=True):
        values = arrays[column["array"]].reshape(len(study.KINDS), -1)
        for (kind, row), shares in zip(zip(study.KINDS, panel["rows"], strict=True), values, strict=True):
            links = row["opens"][list(study.TRIALS).index(trial)]
            assert len(links) == np.isfinite(shares).sum() == len(study.seeds(kind, trial))
        opened, refused = Subject.from_query(
            {name: value for name, (value,) in parse_qs(urlsplit(panel["rows"][0]["opens"][0][-1]).query).items()}
        )
        assert not refused
        assert opened.cell == "RNN"
        assert values[1, 0] == pytest.approx(study.right(study.shipped("lstm", trial, 0).network(), trial, asked))


@pytest.mark.parametrize(
    ("scaled", "delta", "reflected", "title"),
    [
        (
            0.5,
            1.0,
            1.0,
            "One cell of 2 learns both tasks: odd or even, and recall of 16 pairs",
        ),
        (0.5, 1.0, 0.5, "No cell of 2 learns both tasks: odd or even, and recall of 16 pairs"),
        (1.0, 1.0, 1.0, "2 cells of 2 learn both tasks: odd or even, and recall of 16 pairs"),
    ],
)
def test_the_title_says_what_was_measured(monkeypatch, scaled, delta, reflected, title):
    found = {
        "counting": {"min-gru": 0.5, "delta": scaled, "delta-2": reflected},
        "recall": {"delta": delta, "delta-2": delta},
    }
    measured = {
        (trial, kind, trial_runs.HARDEST[trial]): np.full(len(study.seeds(kind, trial)), value)
        for trial, kinds in found.items()
        for kind, value in kinds.items()
    }
    monkeypatch.setattr(trial_runs, "known", lambda _asked: measured)
    monkeypatch.setattr(trial_runs, "is_complete", lambda *_given: True)
    monkeypatch.setattr(lost_and_won_claims, "is_complete", lambda *_given: True)
    assert claim(land(PAGE)) == title


def test_a_page_that_nobody_asked_before_has_its_rows_at_once_and_no_share_that_is_not_measured(monkeypatch):
    monkeypatch.setattr(trial_runs, "known", lambda _asked: {})
    monkeypatch.setattr(trial_runs, "go_on", lambda _asked: None)
    at = land(PAGE)
    header, arrays = board(at)
    (panel,) = panels(header, "scores")
    assert claim(at) == "Which cells learn both tasks: odd or even, and recall of 16 pairs?"
    assert [row["key"] for row in panel["rows"]] == list(study.KINDS)
    assert all(np.isnan(arrays[column["array"]]).all() for column in panel["columns"])


@pytest.mark.parametrize("kind", ["rnn", "min-gru", "linear", "gated-delta"])
def test_one_more_network_is_trained_on_the_page_for_it(kind):
    at = land(PAGE, kind=kind)
    card = next(one.body for one in at.get("html") if "kind-card" in one.body)
    (link,) = re.findall(r'href="train\?(.*?)"', html.unescape(card))
    knobs, refused = Train.from_query({name: value for name, (value,) in parse_qs(link).items()})
    assert not refused
    assert (knobs.learns, knobs.cells, knobs.draw) == ("parity", (study.KINDS[kind].cell,), len(study.SEEDS))


def test_the_ledger_tells_every_difference_with_its_numbers():
    at = land(PAGE)
    table = next(one.body for one in at.get("html") if "ledger" in one.body)
    told = dict(re.findall(r'<b data-check="(\w+)">(.*?)</b>', html.unescape(table)))
    assert set(told) == set(DIFFERENCES)
    assert told["kept_by_z"] == "z = 0.9 keeps 10% of the state; in the GRU 90%"
    assert told["time_constant"].startswith("a new state fades to 1/e in 20")
