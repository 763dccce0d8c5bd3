"""The planes of depth: the neighbours in the lowest layer, and what the highest answers."""

import re

import numpy as np
import pytest
import torch

from rnnviz.app.panels import depth_planes, layer_grid
from tests.app.sent import unpack
from tests.labellers import labeller


@pytest.mark.parametrize(("cell", "layers"), [("LSTM", 2), ("GRU", 3), ("RNN", 1)])
def test_layer_one_holds_four_corners_that_no_line_parts_and_the_highest_is_parted_if_it_is_another(cell, layers):
    subject = labeller(cell, "two", layers, "neighbour_xor")
    shown = depth_planes.planes(subject.model)
    groups = [(shown.before == a) & (shown.after == b) for a in (False, True) for b in (False, True)]
    assert [np.rint(shown.points[0][group].mean(0)).tolist() for group in groups] == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert shown.line.right == len(shown.before) - min(group.sum() for group in groups)
    assert (shown.parted == len(shown.before)) == (layers > 1)
    board = layer_grid.board(subject)
    (panel,) = depth_planes.panels(subject, board)
    count = len(shown.before)
    lowest, highest = [(plane["title"], plane["verdict"]) for plane in panel["planes"]]
    network = f"{layers}-layer network"
    assert lowest == (f"Layer 1 of the {network}", "No: the best line misses a corner")
    if layers > 1:
        assert highest == (f"Layer {layers} of the {network}", f"Yes: all {count} right")
    else:
        assert highest[0] == f"Answer of the {network}"
        assert highest[1].startswith("No: ")
    assert list(map(int, re.findall(r"\d+", panel["caption"]))) == [count, depth_planes.SEQUENCES]
    _header, arrays = unpack(board)
    with torch.no_grad():
        scores = subject.network()(subject.input())[:, 0].double()
    np.testing.assert_allclose(arrays["plane:highest_layer"][:, 1], scores[:, 1] - scores[:, 0], atol=1e-4)


def test_one_way_sees_no_right_neighbour():
    shown = depth_planes.planes(labeller("LSTM", "one", 2, "neighbour_xor").model)
    told = shown.points[0][:, 1]
    assert np.abs(told[shown.after].mean() - told[~shown.after].mean()) < 0.2
    assert shown.parted < 0.7 * len(shown.before)


def test_another_task_has_no_planes_and_whatever_is_read_they_can_be_drawn():
    subject = labeller("LSTM", "two", 2, "slots")
    assert depth_planes.panels(subject, layer_grid.board(subject)) == []
    subject = labeller("GRU", "two", 2, "neighbour_xor", text="1 zz 0 " * 30, weights="fresh")
    board = layer_grid.board(subject)
    board.row(*depth_planes.panels(subject, board, span=5))
    _header, arrays = unpack(board)
    assert arrays["plane:lowest_layer"].shape == (90, 2)
