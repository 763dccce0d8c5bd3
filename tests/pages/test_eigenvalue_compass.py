"""The compass: what its claims say of a network is what its weights say."""

import re

import numpy as np
import pytest
import torch

from rnnviz.studies import eigenvalue_compass as study
from tests.pages.visit import board, chips, land, sentence

PAGE = "eigenvalue_compass.py"


@pytest.mark.parametrize("name", study.NETWORKS)
def test_the_claim_and_the_points_are_of_the_network_that_is_chosen(name):
    at = land(PAGE, network=name)
    subject = study.subject_of(name)
    cell, layer = subject.network().layers[0][0], subject.trace().layer()
    (panel,) = [panel for row in board(at)[0]["rows"] for panel in row]
    if "gate" in panel:
        kept = 1 - layer["z"].values if subject.cell == "minGRU" else layer["a"].values
        sizes = kept[:, 0]
        assert (
            f"All {sizes.size:,} λ of this {subject.cell} lie between 0 and 1: they fade, and never flip a sign."
            in sentence(at)
        )
        assert ((sizes >= 0) & (sizes <= 1)).all()
    else:
        if subject.cell == "LRU":
            found = torch.exp(torch.complex(-torch.exp(cell.nu), torch.exp(cell.theta))).detach().numpy()
        else:
            found = np.linalg.eigvals(cell.weight_hh.detach().double().numpy())
        sizes = np.abs(found)
        flips = re.search(r"One of this (\w+)'s (.*): it flips.", sentence(at))
        if flips:
            assert flips[1] == subject.cell
            assert flips[2] == f"{len(found)} is −{-found.real[abs(found.imag) < 1e-9].min():.2f}"
        else:
            told = f"{(found.real < 0).sum()} of these {len(found)} λ can."
            assert told in sentence(at)
    assert bool(panel["words"]["why_not"]) == (subject.cell == "LRU")
    half = np.median(np.where(sizes < 1, np.log(0.5) / np.log(np.where(sizes < 1, sizes, 0.5)), np.inf))
    if np.isfinite(half):
        assert float(re.search(r"half within ([\d.]+) steps", panel["caption"])[1]) == pytest.approx(half, rel=0.06)
    assert ("right" in chips(at)) == study.is_trained(name)


def test_a_network_that_multiplies_by_what_lies_between_0_and_1_does_not_count_and_the_rnn_does():
    assert abs(study.right("min-gru") - 0.5) < 0.2
    assert study.right("rnn") > 0.9
