"""The return of recurrence: medians are what torch alone finds, a row chooses a cell, a dot opens its network."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from rnnviz.studies import lost_and_won as study
from rnnviz.studies.paper_and_code import DIFFERENCES
from tests.studies.test_lost_and_won import ends, questions, weights_of

pytestmark = pytest.mark.browser

PAINTED = """() => [...document.querySelectorAll('.scores [data-value]')].map(({ dataset, textContent }) =>
  [dataset.signal, dataset.network, Number(dataset.value), textContent])"""


@torch.no_grad()
def right(kind: str, trial: str, asked: int, seed: int) -> float:
    own = weights_of(study.name_of(kind, trial, seed))
    x, y = questions(trial, asked)
    scores = ends(kind, own, x) @ own["readout.weight"].T + own["readout.bias"]
    return (scores.argmax(-1) == y).double().mean().item()


def test_medians_are_torchs_and_rows_and_dots_lead_on(arrive):
    visitor = arrive("/the-return-of-recurrence?bits=40&pairs=8")
    page = visitor.page
    asked = {"right:counting": ("counting", 40), "right:recall": ("recall", 8)}
    painted = page.evaluate(PAINTED)
    assert {(signal, kind) for signal, kind, *_ in painted} == {
        (f"right:{trial}", kind) for trial in study.TRIALS for kind in study.KINDS if study.seeds(kind, trial)
    }
    for signal, kind, value, text in painted:
        assert re.fullmatch(r"(> |< )?\d+%", text)
        if kind in ("rnn", "delta-2"):
            trial, length = asked[signal]
            wanted = np.median([right(kind, trial, length, seed) for seed in study.seeds(kind, trial)])
            assert value == pytest.approx(wanted, abs=1.5 / study.QUESTIONS), (signal, kind)
    expect(page.locator("[data-check]")).to_have_count(len(DIFFERENCES))
    page.locator(".score-name:has(b:text-is('LSTM'))").click()
    expect(page).to_have_url(re.compile("kind=lstm"))
    expect(page.locator(".kind-card h2")).to_have_text("LSTM")
    expect(page).to_have_url(re.compile("bits=40"))
    visitor.ready()
    page.locator(".is-chosen .score-dot").last.click()
    expect(page).to_have_url(re.compile("step-through.*pairs-lstm"))
    visitor.ready()
    expect(visitor.warnings).to_have_count(0)
