"""How far back?: the dots that are painted are what torch alone answers, and one more network is trained and opened."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from safetensors.torch import load_file

from rnnviz.shipped_files import shipped_path

pytestmark = pytest.mark.browser

DOTS = """(of) => Object.fromEntries(document.querySelector('.js-plotly-plot')._fullData
  .filter(({ meta }) => meta?.of === of).map(({ meta, x, y }) => [meta.network, [Array.from(x), Array.from(y)]]))"""
# Of each name at the ends of lines: whose it is, its middle, and where those lines end.
HEIGHTS = """() => {
  const plot = document.querySelector('.js-plotly-plot');
  const { yaxis } = plot._fullLayout;
  const top = plot.getBoundingClientRect().top + yaxis._offset;
  const lines = plot._fullData.filter(({ mode, meta }) => mode.includes('lines') && meta?.network);
  return [...plot.querySelectorAll('.curve-end:not([hidden])')].map((node) => {
    const own = [...node.querySelectorAll('span')].map((part) => lines.find(({ name }) => name === part.textContent));
    const { top: from, height } = node.getBoundingClientRect();
    return [own.map(({ meta }) => meta.network), from + height / 2, own.map(({ y }) => top + yaxis.d2p(y.at(-1)))];
  });
}"""
MODULES = {"rnn": torch.nn.RNN, "orthogonal": torch.nn.RNN, "gru": torch.nn.GRU, "chrono": torch.nn.LSTM}
MODULES |= {f"lstm-{bias}": torch.nn.LSTM for bias in (0, 1, 5)}


@torch.no_grad()
def right(weights: dict[str, torch.Tensor], module: type[torch.nn.Module], delay: int) -> float:
    """The share of right answers to sequences of the task, drawn here by its rule."""
    generator = torch.Generator().manual_seed(50)
    letters = torch.randint(4, (512,), generator=generator)
    x = torch.cat([letters[None] + 1, torch.randint(5, 9, (delay, 512), generator=generator)])
    network = module(16, 32)
    place = "layers.0.0."
    own = {f"{name.removeprefix(place)}_l0": value for name, value in weights.items() if name.startswith(place)}
    network.load_state_dict(own)
    states = network(torch.nn.functional.embedding(x, weights["embedding.weight"]))[0]
    scores = states[-1] @ weights["readout.weight"].T + weights["readout.bias"]
    return (scores.argmax(-1) == letters).double().mean().item()


def test_the_dots_are_what_torch_alone_answers_and_one_more_is_trained_opened_and_left(arrive):
    visitor = arrive("/how-far-back?trained_at=20&kinds=rnn.orthogonal.lstm-5.gru")
    page = visitor.page
    file = load_file(shipped_path("assets/sweeps/recall-20.safetensors"))
    dots = page.evaluate(DOTS, "seeds")
    assert list(dots) == ["rnn", "orthogonal", "lstm-5", "gru"]
    for kind, (delays, shares) in dots.items():
        count = len(delays) // 5
        for seed in (0, 4):
            begin = f"recall-20-{kind}-seed{seed}:"
            weights = {name.removeprefix(begin): value for name, value in file.items() if name.startswith(begin)}
            for k in range(seed * count, (seed + 1) * count, 3):
                wanted = right(weights, MODULES[kind], int(delays[k]))
                assert shares[k] == pytest.approx(wanted, abs=1.5 / 512), (kind, seed, delays[k])
    assert page.locator("h1").inner_text() == "Right after 20 steps, wrong after 22: RNN and orthogonal RNN (median)"
    columns = [place for place in range(count) if delays[place] in (20, 22)]
    filled = sum((np.reshape(shares, (5, count))[:, columns] >= 0.95).sum() for _, shares in dots.values())
    assert page.locator(".score-dot").count() == 4 * 5 * len(columns)
    assert page.locator(".score-dot.is-solved").count() == filled
    heights = page.evaluate(HEIGHTS)
    assert sorted(name for names, *_ in heights for name in names) == sorted(dots)
    for names, labelled, lines in heights:
        assert np.abs(np.array(lines) - labelled).max() < 14, names  # pixels: a name stands at the end of its line

    page.goto(f"{page.url}&train=True&kinds=lstm-5")
    visitor.ready()
    expect(page.locator(".runs").first).to_contain_text("solved after")
    ((_delays, ring),) = page.evaluate(DOTS, "extra").values()
    assert np.min(ring) >= 0.0
    page.locator(".runs a.run").last.click()
    expect(page).to_have_url(re.compile("memory-decay.*trained(%7E|~)"))
    visitor.ready()
    expect(visitor.warnings).to_have_count(0)
    with visitor.answered():
        page.go_back()
    expect(page.locator(".runs").first).to_contain_text("solved after")
