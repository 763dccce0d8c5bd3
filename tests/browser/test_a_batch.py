"""A batch: the numbers it paints are those of torch's own padded and packed runs of the shipped weights."""

import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from torch import nn
from torch.nn.utils.rnn import pack_sequence, pad_sequence

from rnnviz.subjects.sizes import task
from tests.browser.painted import NAMELESS, _number, agrees, traces_of, wait
from tests.browser.reference_networks import shipped

pytestmark = pytest.mark.browser

SHOWN = """() => [...document.querySelectorAll('.stage-batch [data-value]')]
  .map((one) => ({ place: { ...one.dataset }, text: one.textContent, title: '' }))"""


def torch_alone(sentences: list[str]) -> dict[str, np.ndarray]:
    """Answers and states of the shipped RNN, by torch.nn: packed, and read through the padding."""
    weights = shipped("intents-rnn-small")
    own = {f"{name}_l0": weights[f"layers.0.0.{name}"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
    rnn = nn.RNN(own["weight_ih_l0"].shape[1], own["weight_hh_l0"].shape[1], dtype=torch.float64)
    rnn.load_state_dict(own)
    rows = [task("intents").encode(sentence)[:, 0] for sentence in sentences]
    words = weights["embedding.weight"]
    packed = pack_sequence([words[row] for row in rows], enforce_sorted=False)
    states, _last = rnn(words[pad_sequence(rows)])
    ends = rnn(packed)[1][0]

    def answers(h: torch.Tensor) -> np.ndarray:
        return (h @ weights["readout.weight"].T + weights["readout.bias"]).softmax(-1).detach().numpy()

    drift = (states - ends).norm(dim=-1) / ends.norm(dim=-1)
    past = torch.arange(len(states))[:, None] >= torch.tensor([len(row) for row in rows]) - 1
    return {
        "p:alone": answers(ends),
        "p:padded": answers(states[-1]),
        "batch_sizes": packed.batch_sizes.numpy(),
        "drift": torch.where(past, drift, 0).detach().numpy(),
    }


def test_answers_states_and_rows_left_are_those_of_torch_and_a_choice_is_in_the_address(arrive):
    visitor = arrive("/a-batch", ready=False)
    wait(visitor)
    page = visitor.page
    assert not page.evaluate(NAMELESS)
    rows = page.locator(".batch-column").evaluate_all(
        """columns => columns.reduce((rows, column) => (column.querySelectorAll('.batch-cell').forEach((cell, k) => {
          (rows[k] ??= []).push(cell.textContent); }), rows), [])"""
    )
    sentences = [" ".join(filter(None, row)) for row in rows]
    assert "what time is it ?" in sentences
    wanted = torch_alone(sentences)
    numbers = [_number(seen, 0) for seen in page.evaluate(SHOWN)]
    for number in numbers:
        at = number.step if number.signal == "batch_sizes" else (int(number.place["network"]), number.index)
        assert np.isclose(number.value, wanted[number.signal][at], atol=2e-5), number
        assert agrees(number), number
    assert {number.signal for number in numbers} == {"p:alone", "p:padded", "batch_sizes"}
    drawn = traces_of(visitor, 0)
    for k in range(len(sentences)):
        np.testing.assert_allclose(drawn[f"row {k + 1}"]["y"], wanted["drift"][:, k], atol=2e-5)
    assert page.locator(".batch-answer.misread").count() == int(
        (wanted["p:alone"].argmax(1) != wanted["p:padded"].argmax(1)).sum()
    )
    page.locator(".batch-column").nth(6).click()
    visitor.at_step(6)
    expect(page.locator(".batch-said")).to_contain_text(f"At step 7, {wanted['batch_sizes'][6]} of 5")
    page.get_by_role("button", name="Eight sequences, not sorted").click()
    expect(page.locator(".batch-name")).to_have_count(8)
    assert "sequences=8" in page.url
    assert "in_order=False" in page.url
