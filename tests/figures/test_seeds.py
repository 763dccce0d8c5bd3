"""Seeds over a setting: every run is a dot, the line is their median, and rings are counted by none."""

import numpy as np
import pytest

from rnnviz import figures

VALUES = np.array([[0.1, 1.0], [0.3, 0.9], [0.8, 0.2]])


def draft(**options: object):
    runs = [
        figures.Runs("LSTM <b>", VALUES, "#8A63D9", extra=np.array([[0.5, 0.6]])),
        figures.Runs("RNN", VALUES, "red"),
    ]
    return figures.seeds.draft((5, 20), runs, **options)


def test_each_run_is_a_dot_and_the_line_goes_through_the_medians():
    dots, rings, other, line, second = draft().traces
    assert list(zip(dots["x"], dots["y"], strict=True)) == [
        (5, 0.1),
        (20, 1.0),
        (5, 0.3),
        (20, 0.9),
        (5, 0.8),
        (20, 0.2),
    ]
    assert (list(rings["x"]), list(rings["y"])) == ([5, 20], [0.5, 0.6])
    assert other["mode"] == "markers"
    assert list(line["y"]) == list(second["y"]) == [0.3, 0.9]
    assert line["name"] == "LSTM &lt;b&gt;"


def test_chance_and_a_setting_of_its_own_are_dotted_lines():
    assert len(draft(chance=0.25, boundary=20, boundary_title="here").layout["shapes"]) == 2


def test_a_run_without_a_value_for_a_setting_is_refused():
    with pytest.raises(ValueError, match="one value per run and setting"):
        figures.seeds.draft((1, 2, 3), [figures.Runs("LSTM", VALUES, "red")])
