"""Translate in a browser: what is painted of attention is what torch alone computes from the weights."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from safetensors.torch import load_file
from torch import Tensor

from rnnviz.checkpoints import TRANSLATORS
from rnnviz.tasks import Dates
from tests.browser.painted import agrees, opened, walk

pytestmark = pytest.mark.browser

TEXT = "May 3rd, 2025"


def recomputed(name: str, text: str) -> tuple[Tensor, Tensor, list[int]]:
    """Weights of attention (S, T), chances (S, O) and what is written, by torch's own modules in float64."""
    weights = {key: value.double() for key, value in load_file(TRANSLATORS / f"{name}.safetensors").items()}
    units, size = weights["encoder.layers.0.0.weight_hh"].shape[1], weights["encoder.embedding.weight"].shape[1]
    encoder = torch.nn.GRU(size, units, bidirectional=True, dtype=torch.float64)
    parts = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    encoder.load_state_dict(
        {
            f"{part}_l0{end}": weights[f"encoder.layers.0.{d}.{part}"]
            for d, end in enumerate(("", "_reverse"))
            for part in parts
        }
    )
    decoder = torch.nn.GRUCell(weights["decoder.weight_ih"].shape[1], 2 * units, dtype=torch.float64)
    decoder.load_state_dict({part: weights[f"decoder.{part}"] for part in parts})
    vocabulary = Dates().vocabulary
    memory, last = encoder(weights["encoder.embedding.weight"][torch.tensor(vocabulary.encode(text))])
    state, previous = last.flatten(), len(weights["readout.bias"])
    alphas, chances, written = [], [], []
    while not written or (written[-1] != len(weights["readout.bias"]) - 1 and len(written) < Dates.longest):
        heard = weights["embedding.weight"][previous]
        if "attention.score.weight" in weights:
            query = weights["attention.query.weight"] @ state
            keys = memory @ weights["attention.key.weight"].T + weights["attention.key.bias"]
            alphas.append((torch.tanh(query + keys) @ weights["attention.score.weight"][0]).softmax(0))
            context = alphas[-1] @ memory
            heard = torch.cat([heard, context])
        state = decoder(heard, state)
        shown = torch.cat([state, context]) if alphas else state
        chances.append((weights["readout.weight"] @ shown + weights["readout.bias"]).softmax(0))
        previous = int(chances[-1].argmax())
        written.append(previous)
    return torch.stack(alphas) if alphas else last.flatten(), torch.stack(chances), written


@torch.no_grad()
def test_weights_chances_and_states_are_those_of_torch_alone(arrive):
    alphas, chances, written = recomputed("dates-gru-attention", TEXT)
    visitor = opened(arrive, f"/translate?date={TEXT.replace(' ', '%20')}")
    boxes = visitor.page.locator(".alignment-written")
    assert boxes.locator(".symbol:not(.alignment-right)").all_text_contents() == [
        *(Dates.labels[k] for k in written[:-1]),
        "end",
    ]
    looks = walk(visitor, range(len(written)))
    for look in looks:
        of = {name: [n for n in look.numbers if n.signal == name] for name in ("alpha", "p")}
        bars = [number for number in of["alpha"] if not number.text]
        assert [int(number.place["position"]) for number in bars] == list(range(len(TEXT)))
        assert [number.value for number in bars] == pytest.approx(alphas[look.step].tolist(), abs=2e-5)
        assert [number.value for number in of["p"]] == pytest.approx(chances[look.step].tolist(), abs=2e-5)
        assert all(agrees(number) for number in (*of["p"], *(n for n in of["alpha"] if n.text)))
        (most,) = (number for number in of["alpha"] if number.text)
        assert int(most.place["position"]) == int(alphas[look.step].argmax())
    drawn = {trace["meta"]["signal"]: trace for trace in looks[0].traces}
    np.testing.assert_allclose(np.array(drawn["alpha"]["z"]).T, alphas, atol=2e-5)

    visitor.page.get_by_role("radio", name="one vector", exact=True).click()
    expect(visitor.page.locator(".alignment-vector")).to_have_count(1)
    visitor.ready()
    start, chances, written = recomputed("dates-gru-vector", TEXT)
    (look,) = walk(visitor, [2])
    squares = [number.value for number in look.numbers if number.signal == "start"]
    assert squares == pytest.approx(start.tolist(), abs=2e-5)
    shares = [number.value for number in look.numbers if number.signal == "p"]
    assert shares == pytest.approx(chances[2].tolist(), abs=2e-5)
    boxes.nth(4).click()
    visitor.at_step(4)
    expect(visitor.page).to_have_url(re.compile("sees=vector"))


def test_what_is_typed_is_text_whatever_it_says(arrive):
    visitor = arrive("/translate")
    field = visitor.page.get_by_label("A date, in English or Chinese")
    field.fill("<img src=x onerror=alert(1)> 3 May 2025")
    field.press("Enter")
    expect(visitor.claim).to_contain_text("whatever that text says")
    visitor.ready()
    assert visitor.page.locator(".rnnviz-stage img").count() == 0
    assert visitor.page.locator(".alignment .unknown").count() > 3
    visitor.go_back()
    expect(visitor.claim).to_contain_text("when it writes 05")
