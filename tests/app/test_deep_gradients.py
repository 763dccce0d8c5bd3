"""How a loss reaches every layer, as Deep network draws it: autograd's gradients, and titles with their sizes."""

import re
from copy import deepcopy

import numpy as np
import pytest
import torch

from rnnviz.app.panels import deep_gradients
from rnnviz.app.panels.directions import ARROWS
from rnnviz.depth import layer_gradients
from tests.app.deep_panels import XOR, every_subject
from tests.app.sent import numbers
from tests.labellers import labeller


@every_subject
@pytest.mark.parametrize("place", ["first", "middle", "last", "every"])
def test_the_gradients_of_every_layer_are_those_of_autograd(subject, place):
    """All of them as the library gives them, and what reaches the top layer directly also by autograd in float64."""
    steps = len(subject.tokens)
    at = {"first": 0, "middle": steps // 2, "last": steps - 1, "every": None}[place]

    def loss(y: torch.Tensor) -> torch.Tensor:
        chances = y[:, 0].softmax(-1)
        each = -chances.max(-1).values.log()
        return each.mean() if at is None else each[at]

    library = layer_gradients(subject.network(), subject.input(), loss)
    pictures = deep_gradients.gradients(subject, at)
    for side, panel in zip(subject.network().directions, pictures, strict=True):
        shown = numbers(panel["figure"]["data"][-1]["z"])
        values = library[side].values
        there = np.isfinite(values)
        np.testing.assert_allclose(shown[there], values[there], rtol=1e-4, atol=1e-4)
    top = deepcopy(subject.network()).double()
    *_below, (_x, output) = top.run(top.embed(subject.input()))
    output = output.detach().requires_grad_()
    (own,) = torch.autograd.grad(loss(top.readout(output)), output)
    units = subject.units
    if at is not None:
        direct = own[at, 0, :units].norm().log10().item()
        assert library["forward"].values[-1, at] == pytest.approx(
            direct, abs=5e-3
        )  # a sure answer leaves little to tell apart
        assert np.isneginf(library["forward"].values[-1, at + 1 :]).all()


def test_the_pictures_of_both_sides_share_their_colours_and_share_the_row():
    pictures = deep_gradients.gradients(labeller(**XOR, weights="fresh"), 7)
    assert [panel["span"] for panel in pictures] == [6, 6]
    assert len({(p["figure"]["data"][-1]["zmin"], p["figure"]["data"][-1]["zmax"]) for p in pictures}) == 1
    assert [
        panel["span"] for panel in deep_gradients.gradients(labeller(**XOR, directions="one", weights="fresh"), 7)
    ] == [12]


@every_subject
def test_the_titles_say_how_a_gradient_changes_per_layer_and_per_step(subject):
    at = len(subject.tokens) // 2
    for side, signal in deep_gradients.sizes(subject, at).items():
        said = deep_gradients.fading(side, signal, at)
        values = signal.values
        assert said.startswith(ARROWS[side])
        factors = [float(factor) for factor in re.findall(r"× ([\d.e+-]+)", said)]
        per_layer = 10 ** ((values[0, at] - values[-1, at]) / (subject.network().num_layers - 1))
        assert factors[0] == pytest.approx(per_layer, rel=0.05)
        chain = values[-1, : at + 1] if side == "forward" else values[-1, at:][::-1]
        ages = np.arange(len(chain))[::-1][np.isfinite(chain)]
        steepness = np.polyfit(ages, chain[np.isfinite(chain)], 1)[0]
        assert np.sign(np.log10(factors[1])) == np.sign(steepness)
        assert abs(np.log10(factors[1]) - steepness) < 0.2


@pytest.mark.parametrize("directions", ["one", "two"])
@pytest.mark.parametrize("layers", [1, 3])
def test_over_one_step_there_is_no_way_back_to_speak_of(layers, directions):
    subject = labeller("GRU", directions, layers, "neighbour_xor", text="1", weights="fresh")
    for panel in deep_gradients.gradients(subject, 0):
        assert "step back" not in panel["title"]
        assert ("layer down" in panel["title"]) == (layers > 1)
