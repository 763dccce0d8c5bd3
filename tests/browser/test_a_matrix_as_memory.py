"""A matrix as memory: painted numbers are the printed rules'; keys are dragged, and operations are edited by clicks."""

import re
from urllib.parse import quote

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from rnnviz.studies.operations import USUAL
from rnnviz.subjects import Subject, Trained
from rnnviz.subjects.models import load
from rnnviz.subjects.sequences import usual
from tests.studies.test_key_value_memory import printed
from tests.studies.test_lost_and_won import weights_of

pytestmark = pytest.mark.browser

PAINTED = """() => [...document.querySelectorAll('.rule [data-value]')].map(({ dataset }) =>
  [dataset.network, dataset.signal, Number(dataset.unit ?? dataset.output), Number(dataset.value)])"""
LEARNT = """() => [...document.querySelectorAll('.stage-table [data-value]')].map(({ dataset }) =>
  [dataset.signal, Number(dataset.unit), Number(dataset.value)])"""


def check(page, words: str, step: int, similarity: float) -> None:
    """What stands in the three tables at a step, in products of matrices."""
    seen = page.evaluate(PAINTED)
    for rule in ("linear attention", "DeltaNet", "gated DeltaNet"):
        own = {(signal, k): value for network, signal, k, value in seen if network == rule}
        table, errors = list(printed(rule, words, similarity, 1.0, 0.9))[step]
        key = "ABC".index(words.split(".")[step][0])
        vector = np.sqrt([similarity, *((1 - similarity) * (key == j) for j in range(3))])
        expected = {("S", k): value for k, value in enumerate(table.ravel())}
        expected |= {("h", k): value for k, value in enumerate(table @ vector)}
        expected |= {("k", k): value for k, value in enumerate(vector)}
        expected |= {("error", k): value for k, value in enumerate(errors) if np.isfinite(value)}
        for name, value in expected.items():
            assert own[name] == pytest.approx(value, abs=2e-6), (rule, name)
        letter = "v" if rule == "linear attention" else "u"
        assert {signal for signal, _k in own} == {"S", "h", "k", "error", letter}


def test_tables_are_true_while_keys_are_dragged_and_operations_edited(arrive):
    visitor = arrive("/a-matrix-as-memory")
    page = visitor.page
    expect(page.locator(".claim")).to_contain_text("addition answers ① and ④ at once, the delta rule ④")
    check(page, USUAL, 3, 0.0)
    page.locator(".operation").nth(4).click()
    expect(page.locator(".operation").nth(4)).to_have_class(re.compile("now"))
    visitor.settled()
    check(page, USUAL, 4, 0.0)
    slider = page.locator(".alike input")
    slider.evaluate("node => { node.value = 8; node.dispatchEvent(new Event('input')); }")  # no server is asked yet
    check(page, USUAL, 4, 0.4)
    expect(page).to_have_url(re.compile(r"alike=0\.4"))
    visitor.ready()
    visitor.settled()
    page.locator(".operation").nth(4).click()
    with visitor.answered():
        page.get_by_role("button", name="Its value: ③").click()
    expect(page).to_have_url(re.compile(re.escape(quote("A1.B2.C3.A4.B3"))))
    visitor.ready()
    expect(page.locator(".operation").nth(4)).to_have_text("B → ③")
    visitor.settled()
    check(page, "A1.B2.C3.A4.B3", 4, 0.4)
    check_network(page.evaluate(LEARNT))


def check_network(painted: list) -> None:
    """The table of the shipped network after its last word, from its weights alone."""
    own = weights_of("pairs-delta-seed0")
    letters = Subject(Trained("pairs-delta-seed0", 1500), usual(load(Trained("pairs-delta-seed0", 1500))))
    table = torch.zeros(16, 16)
    for word in own["embedding.weight"][letters.read().input[:, 0]]:
        q, k = (torch.nn.functional.normalize(torch.nn.functional.silu(own[f"weight_{n}"] @ word), dim=0) for n in "qk")
        beta = torch.sigmoid(own["weight_beta"] @ word)
        table = table @ (torch.eye(16) - beta * torch.outer(k, k)) + beta * torch.outer(own["weight_v"] @ word, k)
    expected = {("S", n): value for n, value in enumerate(table.ravel().tolist())} | {("β", 0): beta.item()}
    expected |= {("h", n): value for n, value in enumerate((table @ q).tolist())}
    found = {(signal, k): value for signal, k, value in painted}
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-4, abs=1e-5), name
