"""What every public function says to an input that it cannot read: a sentence of ours, before anything is computed."""

import traceback
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

import rnnviz
from rnnviz import dynamics, gradients, memory
from rnnviz.depth import layer_gradients
from rnnviz.network import Network
from rnnviz.trace import Signal

OURS = Path(rnnviz.__file__).parent


def network(tokens: bool) -> Network:
    generator = torch.Generator().manual_seed(0)
    vocabulary = {"vocabulary_size": 5} if tokens else {}
    return Network("GRU", 3, 4, output_size=2, readout="every", generator=generator, **vocabulary)


def total(y: torch.Tensor) -> torch.Tensor:
    return y.sum()


VISITED = Signal("S", ("time", "unit"), np.zeros((9, 4)))
POINTS = dynamics.FixedPoints(
    Signal("S", ("point", "unit"), np.zeros((1, 4))),
    Signal("eigenvalues", ("point", "rank"), np.zeros((1, 4))),
    Signal("unstable", ("point",), np.ones(1)),
    Signal("S", ("point", "unit"), np.zeros((0, 4))),
    Signal("q", ("point",), np.zeros(0)),
)
# Every function that takes a sequence: (model, x) -> its result.
TAKES_X = {
    "record": rnnviz.record,
    "backpropagate": lambda model, x: rnnviz.backpropagate(model, x, total),
    "gradient_curves": lambda model, x: gradients.gradient_curves(model, x, total),
    "weight_gradients_by_step": lambda model, x: gradients.weight_gradients_by_step(model, x, total),
    "layer_gradients": lambda model, x: layer_gradients(model, x, total),
    "gradient_matrix": gradients.gradient_matrix,
    "step_jacobians": gradients.step_jacobians,
    "answer_gradients": gradients.answer_gradients,
    "reveal": memory.reveal,
    "half_life": memory.half_life,
    "half_life by reveal": lambda model, x: memory.half_life(model, x, "reveal"),
    "connectivity": memory.connectivity,
    "divergence": lambda model, x: memory.divergence(model, x, x),
    "total_effect": lambda model, x: memory.total_effect(model, x, x),
    "fading": lambda model, x: memory.fading(model, x, x),
    "visited_states": dynamics.visited_states,
    "echo_state_test": lambda model, x: dynamics.echo_state_test(model, x, generator=torch.Generator()),
}
TAKES_TOKENS = TAKES_X | {"answer_losses": memory.answer_losses}
# Those that take one input, which stays.
TAKES_ONE = {
    "fixed_points": lambda model, x: dynamics.fixed_points(
        model, x, VISITED, generator=torch.Generator(), starts=2, updates=1
    ),
    "departures": lambda model, x: dynamics.departures(model, x, POINTS, steps=2),
}

ANY = {
    "nothing": (None, "x is None; give a"),
    "text": ("what time is it ?", r"x is 'what time is it \?'; give a tensor.*task.encode"),
    "a dictionary": ({"x": 1}, r"x is \{'x': 1\}; give a tensor"),
    "ragged lists": ([[1, 2], [3]], r"x is \[\[1, 2\], \[3\]\], not numbers of one shape"),
    "words": (np.array([["a"], ["b"]]), "not numbers of one shape"),
    "an object": (object(), "not numbers of one shape"),
    "elsewhere": (torch.zeros(6, 2, 3, device="meta"), "x is a tensor on meta"),
    "sparse": (torch.zeros(6, 2, 3).to_sparse(), "torch.sparse_coo"),
    "no steps": (torch.zeros(0, 2, 3), r"x has shape \(0, 2, 3\)"),
    "too many axes": (torch.zeros(1, 6, 2, 3), r"x has shape \(1, 6, 2, 3\)"),
}
VECTORS = ANY | {
    "too wide": (torch.zeros(6, 2, 4), r"x has shape \(6, 2, 4\); this network reads \(T, B, 3\)"),
    "whole numbers": (torch.zeros(6, 2, 3, dtype=torch.long), "x is torch.int64 but the network's weights are"),
    "yes and no": (torch.zeros(6, 2, 3, dtype=torch.bool), "x is torch.bool but the network's weights are"),
    "another precision": (torch.zeros(6, 2, 3).double(), "x is torch.float64 but the network's weights are"),
    "complex": (torch.zeros(6, 2, 3, dtype=torch.complex64), "x is torch.complex64 but the network's weights are"),
}
IDS = ANY | {
    "not whole": (torch.zeros(6, 2), r"x is torch.float32, but this network reads token ids.*from 0 to 4; use x.long"),
    "yes and no": (torch.zeros(6, 2, dtype=torch.bool), "x is torch.bool, but this network reads token ids"),
    "unknown": (torch.full((6, 2), 5), "x has the token id 5 at step 0 of sequence 0; the vocabulary has ids 0 to 4"),
    "negative": (torch.tensor([[1, 1], [1, -2]]), "x has the token id -2 at step 1 of sequence 1"),
}


def refused(call, x, message: str) -> None:
    """A ValueError or TypeError that is raised by the project itself."""
    with pytest.raises((ValueError, TypeError), match=message) as raised:
        call(x)
    where = Path(traceback.extract_tb(raised.tb)[-1].filename)
    assert where.is_relative_to(OURS), f"raised by {where}"


@pytest.mark.parametrize("function", TAKES_X)
def test_what_is_no_sequence_of_vectors_is_refused_with_a_sentence(function):
    model = network(tokens=False)
    for x, message in VECTORS.values():
        refused(lambda x: TAKES_X[function](model, x), x, message)


@pytest.mark.parametrize("function", TAKES_TOKENS)
def test_what_is_no_sequence_of_token_ids_is_refused_with_a_sentence(function):
    model = network(tokens=True)
    for x, message in IDS.values():
        refused(lambda x: TAKES_TOKENS[function](model, x), x, message)


@pytest.mark.parametrize("function", TAKES_ONE)
def test_what_is_no_input_that_stays_is_refused_with_a_sentence(function):
    still = {**ANY, "too wide": (torch.zeros(4), r"shape \(3,\), not \(4,\)")}
    del still["no steps"], still["too many axes"]
    for x, message in still.values():
        refused(lambda x: TAKES_ONE[function](network(tokens=False), x), x, message)
    ids = {name: IDS[name] for name in ("nothing", "text", "an object")}
    ids |= {"not whole": (1.0, "token id"), "unknown": (7, "token id 7"), "negative": (-1, "token id -1")}
    ids |= {"two": (torch.tensor([1, 2]), r"one token id, not of shape \(2,\)")}
    for x, message in ids.values():
        refused(lambda x: TAKES_ONE[function](network(tokens=True), x), x, message)


@pytest.mark.parametrize("function", TAKES_TOKENS)
def test_arrays_lists_and_packed_sequences_of_one_length_are_read_as_tensors_are(function):
    ids = torch.tensor([[1, 2], [3, 4], [0, 1], [2, 2]])
    call = TAKES_TOKENS[function]
    if function == "answer_losses":
        ids = ids[:, :1]
    expected = first(call(network(tokens=True), ids))
    packed = pack_padded_sequence(ids, [4] * ids.shape[1])
    readonly = ids.numpy().copy()
    readonly.setflags(write=False)
    for given in (
        ids.numpy(),
        readonly,
        ids.flip(0).numpy()[::-1],
        ids.tolist(),
        ids.int(),
        ids.to(torch.uint8),
        packed,
    ):
        np.testing.assert_array_equal(first(call(network(tokens=True), given)), expected)


def first(result) -> np.ndarray:
    """Some numbers of whatever a function returns."""
    while not isinstance(result, Signal):
        if isinstance(result, dict):
            result = next(iter(result.values()))
        elif isinstance(result, tuple):
            result = result[0]
        else:
            result = result.y
    return result.values


@pytest.mark.parametrize(
    "function", sorted(set(TAKES_X) - {"record", "gradient_matrix", "step_jacobians", "answer_gradients"})
)
def test_packed_sequences_that_end_at_different_steps_are_refused_with_the_way_out(function):
    packed = pack_padded_sequence(torch.zeros(6, 2, 3), [6, 4])
    message = r"unequal lengths, 6, 4, which end at different steps; give one sequence at a time.*or use record"
    refused(lambda x: TAKES_X[function](network(tokens=False), x), packed, message)


@pytest.mark.parametrize("layout", ["time first", "batch first", "network"])
@pytest.mark.parametrize("function", ["gradient_matrix", "step_jacobians", "answer_gradients"])
def test_one_of_packed_sequences_has_what_it_has_alone(function, layout, rng):
    model = network(tokens=False)
    if layout != "network":
        if function == "answer_gradients":
            return
        model = nn.LSTM(3, 4, batch_first=layout == "batch first", bidirectional=True)
    x = torch.randn(3, 6, 3, generator=rng)
    lengths = [3, 6, 4]
    for batch, length in enumerate(lengths):
        given = x if layout == "batch first" else x.transpose(0, 1)
        packed = pack_padded_sequence(given, lengths, batch_first=layout == "batch first", enforce_sorted=False)
        state = {"state": tuple(torch.randn(2, 2, 3, 4, generator=rng))} if isinstance(model, nn.LSTM) else {}
        alone = {name: tuple(part[:, batch : batch + 1] for part in parts) for name, parts in state.items()}
        one = x[batch : batch + 1, :length]
        call = getattr(gradients, function)
        expected = first(call(model, one if layout == "batch first" else one.transpose(0, 1), **alone))
        for number in (batch, batch - 3):
            np.testing.assert_array_equal(first(call(model, packed, batch=number, **state)), expected)
    refused(lambda x: call(model, x, batch=3), packed, "there is no sequence 3 in a batch of 3")
    refused(lambda x: call(model, x, batch="1"), packed, "batch is '1'; it is the number of a sequence")


STATES = {
    "a number": (3, r"the initial state is 3; it must be \(h, c\), each of shape \(1, 2, 4\)"),
    "text": ("zeros", "the initial state is 'zeros'; it must be"),
    "a dictionary": ({}, r"the initial state is \{\}; it must be"),
    "one of two": (torch.zeros(1, 2, 4), r"it|must be \(h, c\)"),
    "nothing inside": ((None, None), r"the initial state is None; give a tensor \(h, c\), each of shape"),
    "another precision": ((torch.zeros(1, 2, 4).double(),) * 2, "the initial state is torch.float64 but"),
}


@pytest.mark.parametrize(
    "call",
    [
        rnnviz.record,
        lambda model, x, state: rnnviz.backpropagate(model, x, total, state),
        lambda model, x, state: gradients.gradient_matrix(model, x, state=state),
        lambda model, x, state: gradients.step_jacobians(model, x, state=state),
        lambda model, x, state: memory.reveal(model, x, state=state),
        lambda model, x, state: memory.divergence(model, x, x, state=state),
    ],
)
def test_what_is_no_initial_state_is_refused_with_a_sentence(call):
    for state, message in STATES.values():
        refused(lambda state: call(nn.LSTM(3, 4), torch.zeros(6, 2, 3), state), state, message)
    arrays = tuple(np.zeros((1, 2, 4), np.float32) for _ in range(2))
    np.testing.assert_array_equal(
        first(call(nn.LSTM(3, 4), torch.zeros(6, 2, 3), arrays)).shape,
        first(call(nn.LSTM(3, 4), torch.zeros(6, 2, 3), None)).shape,
    )


@pytest.mark.parametrize(
    "call", [rnnviz.record, lambda model, x, tokens: rnnviz.backpropagate(model, x, total, tokens=tokens)]
)
@pytest.mark.parametrize("tokens", [["a"], np.array(["a"]), ("a",) * 7])
def test_one_token_per_step_or_none_at_all(call, tokens):
    model, x = nn.GRU(3, 4), torch.zeros(6, 2, 3)
    with pytest.raises(ValueError, match=r"\d tokens for 6 time steps; give one token per step"):
        call(model, x, tokens=tokens)
    assert call(model, x, tokens=None).tokens == ()
    assert call(model, x, tokens=np.array(list("abcdef"))).tokens == tuple("abcdef")


def test_the_inputs_of_a_probe_are_refused_with_a_sentence():
    state = Signal("h", ("time", "batch", "unit"), np.zeros((6, 8, 4)))
    for x, message in ANY.values():
        refused(lambda x: memory.probe(state, x), x, message)
    for x in (None, "text", object()):
        refused(lambda x: dynamics.memory_capacity(state, x, 1, washout=0), x, r"u is .*\(T,\) or \(T, B\)")
