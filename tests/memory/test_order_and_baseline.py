"""Why no headline rests on reveal: its shares are exact, and hang on an order of words and a baseline never read."""

import numpy as np
import pytest
import torch

from rnnviz.memory import reveal, total_effect
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.studies.delayed_recall import KINDS, SEEDS, subject_of
from rnnviz.subjects import Subject
from rnnviz.tasks import DelayedRecall


def share(kind: str, seed: int, letter: str) -> float:
    """What reveal says of the first word's part in the last state."""
    recall = subject_of(kind, seed, letter)
    return float(reveal(recall.network(), recall.input()).shares.values[-1, 0, 0])


def newest_first(recall: Subject) -> float:
    """The same share if words are added from the last to the first: run k sees nothing before word k."""
    network, x = recall.network(), recall.input()
    with torch.no_grad():
        words = network.embed(x)[:, 0]
        seen = torch.arange(len(x))[:, None] >= torch.arange(len(x) + 1)
        bare = Network(**(recall.load().provenance.card.network | {"vocabulary_size": None}))
        bare.load_state_dict({key: value for key, value in network.state_dict().items() if "embedding" not in key})
        lanes = record(bare, torch.where(seen[..., None], words[:, None], 0)).layer()["h"].values[-1]
    sizes = np.abs(lanes[:-1] - lanes[1:]).sum(-1)
    return float(sizes[0] / (sizes.sum() + np.abs(lanes[-1]).sum()))


def of_the_task(kind: str, seed: int):
    generator = torch.Generator().manual_seed(50)
    a, b = (DelayedRecall().batch(128, generator).x for _ in range(2))
    return total_effect(subject_of(kind, seed).network(), a, b)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("LSTM", 0, "A"), ("LSTM", 0, "B")),
        (("LSTM", 0, "D"), ("LSTM", 4, "D")),
        (("GRU", 0, "D"), ("GRU", 0, "B")),
        (("GRU", 0, "C"), ("GRU", 4, "C")),
    ],
)
def test_another_letter_or_another_training_gives_another_share_of_a_word_that_is_known_as_well(one, other):
    assert share(*one) > 0.5
    assert share(*other) < 0.07
    for kind, seed, letter in (one, other):
        recall = subject_of(kind, seed, letter)
        assert "ABCD"[int(recall.network()(recall.input()).argmax())] == letter
        effect = of_the_task(kind, seed)
        assert abs(effect.effect.values[-1, 0] - 1) < 0.01


def test_another_order_gives_another_share():
    assert share("GRU", 0, "A") > 0.5
    assert newest_first(subject_of("GRU", 0, "A")) < 0.05


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_total_effect_of_the_letter_is_what_each_network_learnt(kind, seed):
    found = of_the_task(kind, seed)
    first, error = found.effect.values[:, 0], found.effect_error.values[:, 0]
    assert first[0] == pytest.approx(1)
    if kind == "RNN":  # none of its seeds learnt to recall
        assert 0.2 < first[1] < 0.6
        assert first[11:].max() < 1e-4
        assert found.effect.values[-1].argmax() == 50
    else:
        assert abs(first[-1] - 1) < 0.01
        assert error[-1] < 0.005
    assert abs(found.sum.values[-1] - 1) < 3 * found.sum_error.values[-1] + 0.01


def erasing() -> Network:
    """Two units that write what channel 0 says, keep it, and erase it when channel 1 does."""
    network = Network("LSTM", 2, 2, generator=torch.Generator(), dtype=torch.float64)
    cell = network.layers[0][0]
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        gates = dict(zip(cell.blocks, cell.split(cell.bias_ih), strict=True))
        for gate in "ifo":
            gates[gate].fill_(40)
        read = dict(zip(cell.blocks, cell.weight_ih.chunk(4), strict=True))
        read["f"][:, 1] = -80
        read["g"][:, 0] = torch.tensor([1.0, -1.0])
    return network


def test_a_word_that_is_erased_gets_a_third_of_a_state_in_which_nothing_of_it_is_left():
    network, erase = erasing(), torch.tensor([0.0, 1.0], dtype=torch.float64)
    x = torch.stack([torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0]), torch.tensor([1.0, 0.0])]).double()[:, None]
    without = x.clone()
    without[0] = 0
    left = record(network, x).layer()["c"].values[-1] - record(network, without).layer()["c"].values[-1]
    assert np.abs(left).max() < 1e-15
    found = reveal(network, x)
    assert found.shares.values[-1, 0, 0] == pytest.approx(1 / 3, rel=1e-6)
    assert found.cancellation.values[-1, 0] == pytest.approx(3, rel=1e-6)

    generator = torch.Generator().manual_seed(0)
    a, b = torch.zeros(2, 3, 64, 2, dtype=torch.float64)
    for batch in (a, b):
        batch[..., 0] = torch.randn(3, 64, generator=generator, dtype=torch.float64)
        batch[1] = erase
    effect = total_effect(network, a, b).effect.values
    assert effect[0, 0] == pytest.approx(1)
    assert effect[-1, 0] < 1e-30
    assert effect[-1, 2] == pytest.approx(1)
