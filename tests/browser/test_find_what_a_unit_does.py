"""Find what a unit does: its painted numbers are those of the shipped weights, by torch and numpy alone, for every
sentence one by one; a unit and words are chosen by hand."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from torch import nn

from rnnviz.studies import unit_jobs
from rnnviz.subjects import Subject, Text
from rnnviz.subjects.sizes import task
from tests.browser.painted import NAMELESS, wait
from tests.browser.reference_networks import shipped

pytestmark = pytest.mark.browser

SHOWN = """kind => [...document.querySelectorAll(`.stage-${kind} [data-value]`)]
  .map((one) => ({ ...one.dataset, text: one.textContent }))"""
STRIPS = """kind => [...document.querySelectorAll(`.stage-${kind} .finding-strip`)].map((strip) => ({
  label: strip.querySelector('.finding-label').textContent,
  words: [...strip.querySelectorAll('.finding-word')].map((word) => word.textContent),
  values: [...strip.querySelectorAll('.finding-word')].map((word) => Number(word.dataset.value)),
  framed: [...strip.querySelectorAll('.finding-word.peak')].map((word) => Number(word.dataset.at)) }))"""
ON = 0.3


class Reader:
    """The shipped LSTM, by torch.nn."""

    def __init__(self) -> None:
        weights = shipped("intents-lstm-small")
        own = {f"{name}_l0": weights[f"layers.0.0.{name}"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
        self.lstm = nn.LSTM(own["weight_ih_l0"].shape[1], own["weight_hh_l0"].shape[1], dtype=torch.float64)
        self.lstm.load_state_dict(own)
        self.words = weights["embedding.weight"]

    @torch.no_grad()
    def states(self, tokens: list[str]) -> np.ndarray:
        """(time, units)."""
        ids = torch.tensor(task("intents").vocabulary.encode(tokens))
        return self.lstm(self.words[ids][:, None])[0][:, 0].numpy()


def likeness(own: np.ndarray, wanted: np.ndarray, length: int) -> float:
    """The largest mean, over ranges of steps, of units on in both by units on in either."""
    on = own > ON
    alike = (on & wanted).sum(1) / (on | wanted).sum(1)
    return max((alike[t : t + length].mean() for t in range(len(on) - length + 1)), default=-1.0)


def test_numbers_are_those_of_torch_and_a_unit_and_words_are_chosen_by_hand(arrive):
    visitor = arrive("/find-what-a-unit-does?count=300", ready=False)
    wait(visitor)
    page, reader = visitor.page, Reader()
    assert not page.evaluate(NAMELESS)
    subject = Subject(sequence=Text("what time is it ?"))
    corpus, others = (unit_jobs.sentences(subject, 300, held_out=held) for held in (False, True))
    states = [reader.states(tokens) for tokens, _labels in corpus]

    # The number beside the slider: of all pairs of held-out sentences.
    ends = np.array([reader.states(tokens)[-1, 10] for tokens, _labels in others])
    asks = np.array([labels == ["set_alarm"] for _tokens, labels in others])
    area = (ends[asks][:, None] > ends[~asks]).mean()
    said = "> 0.999" if 0.9995 <= area < 1 else f"{area:.3f}"
    expect(page.get_by_role("heading", level=1)).to_have_text("Unit 10 fires on “set an alarm”")
    expect(page.locator(".finding-told")).to_have_text(f"“set an alarm”: AUC {said}")

    # The sentences in which the unit is highest, in order, with each of their numbers.
    *tops, own = page.evaluate(STRIPS, "unit_finder")
    np.testing.assert_allclose(own["values"], reader.states(own["words"])[:, 10], atol=1e-5)
    highest = sorted((each[:, 10].max() for each in states), reverse=True)
    for strip, value in zip(tops, highest, strict=False):
        alone = reader.states(strip["words"])[:, 10]
        np.testing.assert_allclose(strip["values"], alone, atol=1e-5)
        assert alone.max() == pytest.approx(value, abs=1e-5)
        assert strip["framed"] == [int(alone.argmax())]
        assert strip["label"] == "set an alarm"

    # The words: means over all their places.
    read = [(token, h[t, 10]) for (tokens, _), h in zip(corpus, states, strict=True) for t, token in enumerate(tokens)]
    names = page.locator(".finding-bar:not(.all) .name").evaluate_all("all => all.map((one) => one.textContent)")
    numbers = page.evaluate(SHOWN, "unit_finder")
    means = [float(each["value"]) for each in numbers if each["signal"] == "mean:word"]
    of_all = {word: [value for token, value in read if token == word] for word in {token for token, _ in read}}
    enough = sorted((np.mean(values) for values in of_all.values() if len(values) >= 5), reverse=True)
    np.testing.assert_allclose(means, [np.mean(of_all[name]) for name in names[: len(means)]], atol=1e-5)
    np.testing.assert_allclose(means, enough[: len(means)], atol=1e-5)

    # Another unit by the slider: at once on the stage, then in the title and the address.
    slider = page.locator(".finding-chooser input")
    slider.press("ArrowRight")
    expect(page.locator(".finding-unit")).to_have_text("Unit 11")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Unit 11")
    assert "looked=" in page.url
    wait(visitor)

    # Two words of the visitor's own sentence, marked with the keyboard: the places that look most alike.
    strip = page.locator(".stage-unit_finder .finding-words").last
    for key in ("ArrowRight", "Shift+ArrowRight", "Enter"):
        strip.press(key)
    expect(page.locator(".stage-alike .finding-strip.own .finding-word.peak")).to_have_text(["what", "time"])
    wanted = (reader.states(own["words"])[:2] > ON).all(0)
    best = sorted((likeness(each, wanted, 2) for each in states), reverse=True)
    numbers = page.evaluate(SHOWN, "alike")
    alike = [float(each["value"]) for each in numbers if each["signal"] == "likeness"]
    np.testing.assert_allclose(alike, best[: len(alike)], atol=1e-5)
    found = page.evaluate(STRIPS, "alike")[1:]
    for each, value in zip(found, alike, strict=True):
        assert likeness(reader.states(each["words"]), wanted, 2) == pytest.approx(value, abs=1e-5)
    assert "marked=" in page.url
    rates = [float(each["value"]) for each in numbers if each["signal"] == "base"]
    counts = sorted(sum(labels == [name] for _, labels in corpus) / 300 for name in task("intents").labels)
    assert all(np.isclose(counts, rate).any() for rate in rates)

    # A found sentence opens on another page.
    page.locator(".stage-alike .finding-strip").nth(1).hover()
    page.locator(".stage-alike .finding-strip").nth(1).get_by_role("link", name="States").click()
    expect(page).to_have_url(re.compile(r"/states\?"))
    expect(page.locator(".stage-sentence .sentence-word").first).to_contain_text(found[0]["words"][0])
