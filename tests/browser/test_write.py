"""Write in a browser: the painted shares are those of torch alone, and the text follows the cursor."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from rnnviz.subjects.sizes import task
from tests.torch_alone import torch_alone

pytestmark = pytest.mark.browser


def shares(tokens: list[str], temperature: float) -> tuple[np.ndarray, np.ndarray]:
    """Of a text in shown characters: what the network says comes after each, and what is drawn from, (T, outputs)."""
    embedding, recurrent, readout = torch_alone("characters-lstm")
    ids = torch.tensor(task("characters").vocabulary.encode(tokens))
    with torch.no_grad():
        scores = readout(recurrent(embedding(ids)[:, None])[0][:, 0]).double()
    after = scores / temperature
    after[:, 0] = -torch.inf  # what stands for unknown characters is not drawn
    return scores.softmax(-1).numpy(), after.softmax(-1).numpy()


def test_painted_shares_are_those_of_torch_alone_and_the_text_follows_the_cursor(arrive):
    visitor = arrive("/write?temperature=0.8&draw=2&count=60")
    labels = task("characters").labels
    characters = visitor.page.locator(".written-character")
    expect(characters).to_have_count(64)
    tokens = [{" ": "␣", "    ": "⇥"}.get(text, text) for text in characters.all_text_contents()]
    before, after = shares(tokens, 0.8)
    for step in (62, 10, 3, 63):
        characters.nth(step).click()
        visitor.at_step(step)
        expect(visitor.page.locator(".written-character.now")).to_have_count(1)
        expect(characters.nth(step)).to_have_class(re.compile("now"))
        rows = visitor.page.locator(".likeliest-row:visible")
        for row in rows.all():
            k = int(row.get_attribute("data-output"))
            assert row.locator(".name").text_content() == labels[k]
            for number, own in zip(row.locator("[data-value]").all(), (before, after), strict=True):
                assert abs(float(number.get_attribute("data-value")) - own[step, k]) < 1e-5
        shown = [int(row.get_attribute("data-output")) for row in rows.all()][:6]
        assert sorted(shown) == sorted(np.argsort(-before[step])[:6].tolist())
        came = visitor.page.locator(".likeliest-row.came .name")
        parts = visitor.page.locator(".luck-line i.came").all()
        if step < 63:
            assert came.text_content() == tokens[step + 1]
            k = labels.index(tokens[step + 1])
            bits = float(characters.nth(step + 1).get_attribute("data-value"))
            assert abs(bits + np.log2(before[step, k])) < 1e-3
            if step + 1 > 3:  # drawn: its part of the whole, and where that is narrow of what is shown around it
                wide, near = (float(part.evaluate("node => parseFloat(node.style.width)")) / 100 for part in parts)
                assert abs(wide - after[step, k]) < 1e-4
                assert abs(near - min(1, max(1 / 3, after[step, k]))) < 1e-3 or after[step, k] < 1e-4
        else:
            expect(came).to_have_count(0)
    visitor.page.locator(".sentence-signals button").nth(1).click()
    expect(visitor.page.locator(".stage-written .unit-chooser")).to_be_visible()
    visitor.press_button("Greedy: does it")
    expect(visitor.page).to_have_url(re.compile("greedy=True"))
    visitor.go_back()
    expect(characters).to_have_count(64)
    visitor.page.locator(".likeliest-inside").click()
    expect(visitor.page).to_have_url(re.compile("step-through"))
    expect(visitor.page.locator(".strip-column:not(.start)")).to_have_count(len(tokens))
    assert visitor.tokens == tokens
