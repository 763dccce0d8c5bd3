"""Memory decay in a browser: the effects that are written at the cursor, computed once more from torch.nn alone."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from rnnviz.checkpoints import MODELS
from rnnviz.recall import KINDS, Recall

pytestmark = pytest.mark.browser
MODULES = {"RNN": torch.nn.RNN, "LSTM": torch.nn.LSTM, "GRU": torch.nn.GRU}
WRITTEN = """() => [...document.querySelectorAll('.shares-part [data-signal^="effect"]')]
    .map((node) => ({...node.dataset}))"""
OVERLAPS = """() => [...document.querySelectorAll('.stage-plot')].flatMap((plot) => {
    const title = plot.querySelector('.ytitle')?.getBoundingClientRect();
    const labels = [...plot.querySelectorAll('.ytick text, .yaxislayer-above text')];
    return labels.filter((label) => title && label.getBoundingClientRect().left < title.right - 0.5)
        .map((label) => `${plot.querySelector('.ytitle').textContent}: ${label.textContent}`);
})"""


def states(kind: str, seed: int):
    """h (T, N, H) of token ids (T, N), by torch's own module with the shipped weights."""
    weights = load_file(MODELS / f"recall-{KINDS[kind]}-seed{seed}.safetensors")
    embedding = weights["embedding.weight"]
    module = MODULES[kind.partition(",")[0]](embedding.shape[1], 32)
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    module.load_state_dict({f"{name}_l0": weights[f"layers.0.0.{name}"] for name in names})

    @torch.no_grad()
    def run(x: torch.Tensor) -> np.ndarray:
        return module(embedding[x])[0].double().numpy()

    return run


def test_the_effects_written_at_the_cursor_are_those_of_the_shipped_networks(arrive):
    visitor = arrive("/memory-decay")
    visitor.press("Home")
    for step in (0, 1, 3):
        while visitor.step < step:
            visitor.press("ArrowRight")
        visitor.at_step(step)
        written = visitor.page.evaluate(WRITTEN)
        assert {place["network"] for place in written} == set(KINDS)
        for kind in KINDS:
            run, (a, b) = states(kind, 0), Recall(kind).draws()
            own, other = run(a), run(b)
            of_pairs = ((own - other) ** 2).sum(-1)[step]
            mine = [place for place in written if place["network"] == kind]
            assert {place["signal"] for place in mine} == {"effect", "effect:error"}
            assert any(place["source"] == str(step) for place in mine) or step > 0
            for place in mine:
                k = int(place["source"])
                replaced = a.clone()
                replaced[k] = b[k]
                moved = ((run(replaced) - own) ** 2).sum(-1)[step]
                share = moved.mean() / of_pairs.mean()
                error = (moved - share * of_pairs).std(ddof=1) / len(moved) ** 0.5 / of_pairs.mean()
                expected = share if place["signal"] == "effect" else error
                assert float(place["value"]) == pytest.approx(expected, rel=2e-3, abs=2e-5), (kind, place)


def test_at_the_end_the_letter_holds_what_its_headline_says(arrive):
    visitor = arrive("/memory-decay")
    visitor.at_step(50)
    written = visitor.page.evaluate(WRITTEN)
    for kind in KINDS:
        shares = {p["source"]: float(p["value"]) for p in written if p["network"] == kind and p["signal"] == "effect"}
        assert f"{kind}: {shares.get('0', 0.0):.1%}" in visitor.claim.inner_text()


@pytest.mark.parametrize("address", ["/memory-decay?lang=zh", "/memory-decay?lang=en", "/deep-network?lang=zh"])
def test_titles_of_axes_keep_off_the_numbers_of_their_axes(arrive, address):
    assert arrive(address).page.evaluate(OVERLAPS) == []
