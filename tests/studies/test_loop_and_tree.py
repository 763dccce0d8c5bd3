"""Loop and tree: every pair of every round is what the steps that it stands for do, one after another."""

import copy

import numpy as np
import pytest
import torch

from rnnviz.cells import scanning
from rnnviz.recording import record
from rnnviz.studies import loop_and_tree as study


@pytest.mark.parametrize("length", [1, 2, 7, 8, 16, 30])
@pytest.mark.parametrize("way", study.WAYS)
def test_every_pair_of_every_round_is_that_of_its_steps_one_after_another(way, length, rng):
    kept, written = torch.rand(2, length, 3, generator=rng, dtype=torch.float64)
    known = study.rounds(way, kept, written)
    assert len(known) - 1 == scanning.rounds(length)[way]
    for pairs in known:
        for t in range(length):
            a, b = torch.ones(3, dtype=torch.float64), torch.zeros(3, dtype=torch.float64)
            for step in range(pairs.first[t], t + 1):
                a, b = kept[step] * a, kept[step] * b + written[step]
            np.testing.assert_allclose(pairs.kept[t], a, atol=1e-12)
            np.testing.assert_allclose(pairs.written[t], b, atol=1e-12)
    assert not known[-1].first.any()
    states = study.WAYS[way](kept, written, torch.zeros_like(kept[0]))
    np.testing.assert_allclose(known[-1].written, states, atol=1e-12)


@pytest.mark.parametrize("kind", study.KINDS)
def test_the_states_at_the_top_are_those_of_the_network(kind):
    subject = study.subject_of(kind)
    known = study.rounds("doubling", *study.leaves(subject, 16))
    states = record(copy.deepcopy(subject.network()).double(), subject.input()[:16]).layer()["h"].values[:, 0]
    np.testing.assert_allclose(known[-1].written, states, atol=1e-12)


def test_what_is_timed_gives_the_same_states():
    work, shares = study.measure(study.subject_of("min-gru"), (40, 64)), []
    while True:
        try:
            shares.append(next(work))
        except StopIteration as end:
            taken = end.value
            break
    assert shares == pytest.approx([k / 6 for k in range(1, 7)])
    assert taken.sizes == (40, 64)
    assert all(second > 0 for seconds in taken.seconds.values() for second in seconds)
    assert max(taken.apart.values()) < 1e-6
