"""Tokens under a time axis: one per step or none, in every figure that has such an axis."""

import numpy as np
import pytest

from rnnviz import figures
from rnnviz.trace import Signal

SIGNAL = Signal("h", ("time", "unit"), np.zeros((4, 2)))
SQUARE = Signal("h", ("loss_time", "time"), np.zeros((4, 4)))
WITH_TOKENS = {
    "heatmap": lambda tokens: figures.heatmap(SIGNAL, tokens),
    "lines": lambda tokens: figures.lines([figures.Line("a", np.zeros(4), "red")], tokens),
    "gradient_map": lambda tokens: figures.gradient_map(SQUARE, tokens, value_range=(-1, 0)),
    "horizon": lambda tokens: figures.horizon(np.ones(4), np.ones(4), tokens),
    "layer_gradients": lambda tokens: figures.layer_gradients(
        Signal("h", ("layer", "time"), np.zeros((1, 4))), tokens, layer_titles=["1"]
    ),
    "over_updates": lambda tokens: figures.over_updates(Signal("h", ("update", "time"), np.zeros((1, 4))), [0], tokens),
    "mirror": lambda tokens: figures.mirror(SIGNAL, SIGNAL, tokens),
    "channels": lambda tokens: figures.channels(*[np.zeros((4, 1))] * 3, ["a"], tokens),
}


@pytest.mark.parametrize("figure", WITH_TOKENS)
@pytest.mark.parametrize("count", [1, 3, 5])
def test_another_number_of_tokens_than_steps_is_refused(figure, count):
    WITH_TOKENS[figure](())
    WITH_TOKENS[figure](tuple("abcd"))
    with pytest.raises(ValueError, match=f"{count} tokens for 4 time steps; give one token per step"):
        WITH_TOKENS[figure](("a",) * count)


@pytest.mark.parametrize("shape", [(2, 4), (4, 2)])
def test_a_part_of_a_gradient_matrix_is_not_drawn_as_if_it_were_whole(shape):
    with pytest.raises(ValueError, match="a loss at every step, not a part of them"):
        figures.gradient_map(Signal("h", ("loss_time", "time"), np.zeros(shape)), value_range=(-1, 0))


def test_what_a_loss_cannot_reach_lies_before_it_where_the_network_reads_from_the_end():
    for direction, unreached in (("forward", np.triu), ("backward", np.tril)):
        signal = Signal("h", ("loss_time", "time"), np.zeros((4, 4)), direction=direction)
        gray = np.asarray(figures.gradient_map(signal, value_range=(-1, 0)).data[1].z)
        offset = 1 if direction == "forward" else -1
        np.testing.assert_array_equal(np.isfinite(gray), unreached(np.ones((4, 4)), offset) > 0)
