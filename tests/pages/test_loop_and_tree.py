"""Loop and tree: rounds and numbers are those of the network, and every choice is in the address."""

import re

import numpy as np
import pytest

from rnnviz.studies import loop_and_tree as study
from tests.pages.visit import board, claim, follow, land, panels, sentence

PAGE = "loop_and_tree.py"


@pytest.mark.parametrize(("way", "rounds"), [("loop", 7), ("doubling", 3), ("chunks", 4)])
def test_the_picture_has_the_rounds_and_the_pairs_of_the_network(way, rounds):
    at = land(PAGE, way=way, leaves="8", recurrence="min-gru")
    assert f"{rounds} rounds for 8 steps" in claim(at)
    header, arrays = board(at)
    (picture,) = panels(header, "scan")
    known = study.rounds(way, *study.leaves(study.subject_of("min-gru"), 8))
    assert len(picture["rounds"]) == len(known) == rounds + 1
    np.testing.assert_allclose(arrays["scan:a"], np.stack([p.kept for p in known]).ravel(), rtol=1e-6, atol=1e-30)
    np.testing.assert_allclose(arrays["scan:b"], np.stack([p.written for p in known]).ravel(), rtol=1e-6, atol=1e-30)


def test_it_opens_with_a_tree_and_takes_an_address_that_makes_no_sense():
    at = land(PAGE)
    assert claim(at) == "A tree needs 3 rounds for 8 steps, a loop 7"
    assert re.search(r"agree within [1-9][\d.]*×10⁻¹[³⁴⁵⁶]\.", sentence(at))
    assert "32 pieces of 31: 30 rounds in all of them at once, 31 from one to the next, 8 for" in sentence(at)
    at = follow(at, way="bush", leaves="12", longest="1")
    assert len(at.warning) == 3
