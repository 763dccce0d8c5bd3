"""A window of a long sequence holds what the whole sequence, read in one go, has at the same steps."""

import numpy as np
import pytest
import torch
from torch import nn

import rnnviz
from rnnviz.network import Network
from rnnviz.refusals import Refused
from rnnviz.subjects import Noise, Subject, Untrained, Vectors, windows
from rnnviz.subjects.limits import MAX_LENGTH, MAX_STEPS, MAX_TOKENS

STEPS = 2_350  # no multiple of anything
MODULES = {
    "LSTM": lambda: nn.LSTM(3, 5),
    "deep both ways": lambda: nn.LSTM(3, 5, 2, bidirectional=True),
    "GRU": lambda: nn.GRU(3, 5, 2),
    "RNN both ways": lambda: nn.RNN(3, 5, bidirectional=True),
}
CELLS = ("Jordan", "LSTM 1997", "LSTM peephole", "GRU 2014", "minGRU", "ESN")


def sequence() -> torch.Tensor:
    return torch.randn(STEPS, 1, 3, generator=torch.Generator().manual_seed(5), dtype=torch.float64)


def network(cell: str, **structure: object) -> Network:
    return Network(cell, 3, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1), **structure)


@pytest.mark.parametrize("window", [0, 1_234, STEPS - 1])
@pytest.mark.parametrize("name", MODULES)
def test_a_window_has_the_numbers_of_torchs_own_run_of_the_whole_sequence(name, window):
    torch.manual_seed(0)
    module, x = MODULES[name]().double(), sequence()
    with torch.no_grad():
        own = module(x)[0].numpy()
    subject = rnnviz.subject(module, x, window=window)
    reading, trace = subject.read(), subject.trace()
    here = slice(reading.first, reading.first + reading.steps)
    assert reading.first <= window < here.stop
    assert reading.of == STEPS
    np.testing.assert_array_equal(reading.input, x[here])
    np.testing.assert_allclose(trace.y.values, own[here], rtol=1e-9, atol=1e-12)
    run = windows.run(subject.model, subject.sequence)
    np.testing.assert_allclose(run.sizes, np.abs(own[:, 0]).max(-1), rtol=1e-9)


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_every_quantity_of_a_window_is_that_of_the_whole_run(cell, backward):
    model, x = network(cell, backward=backward), sequence()
    whole, subject = rnnviz.record(model, x), rnnviz.subject(model, x, window=1_234)
    here = slice(1_200, 1_400)
    for own, layer in zip(subject.trace().layers, whole.layers, strict=True):
        for name in layer.names:
            np.testing.assert_allclose(own[name].values, layer[name].values[here], rtol=1e-7, atol=1e-10)
        for name in layer.initial:
            before = layer.previous(name).values[here]
            np.testing.assert_allclose(own.previous(name).values, before, rtol=1e-7, atol=1e-10)


def test_gradients_within_a_window_are_taken_at_the_states_of_the_whole_run():
    subject = rnnviz.subject(network("GRU"), sequence(), window=800)
    within = rnnviz.backpropagate(subject.network(), subject.input(), lambda y: y[-1].sum())
    whole = rnnviz.backpropagate(network("GRU"), sequence()[:1_000], lambda y: y[-1].sum())
    for name in within.layer().names:
        expected = whole.layer()[name].values[800:]
        np.testing.assert_allclose(within.layer()[name].values, expected, rtol=1e-7, atol=1e-15)


def test_what_fits_on_a_page_has_no_window():
    short = Subject(Untrained(task=""), Noise(MAX_LENGTH, window=300))
    assert (short.read().steps, short.read().of) == (MAX_LENGTH, 0)
    assert short.network() is Subject(Untrained(task=""), Noise(20)).network()
    assert Subject().with_(window=3) == Subject()


def test_of_a_sequence_that_fits_on_a_page_others_show_a_window():
    whole = Subject(Untrained("LSTM", task=""), Noise(300, window=250))
    own = whole.at_once(MAX_TOKENS)
    assert (own.read().first, own.read().steps, own.read().of) == (100, 200, 300)
    np.testing.assert_allclose(own.trace().y.values, whole.trace().y.values[100:], rtol=1e-7, atol=1e-10)
    assert own.query() == whole.query()
    assert eval(own.code(), {"rnnviz": rnnviz}) == own
    assert (own.at_once(), Subject().at_once(MAX_TOKENS)) == (whole, Subject())


def test_a_window_is_in_the_link_and_in_the_code_and_begins_within_the_sequence():
    subject = Subject(Untrained(task=""), Noise(1_050, window=99_999))
    assert subject.query()["window"] == "99999"
    assert Subject.from_query(subject.query()) == (subject, [])
    assert (subject.read().first, subject.read().steps) == (900, 150)
    assert "window=99999" in subject.code()
    assert "window" not in subject.with_(window=0).query()
    given = rnnviz.subject(nn.GRU(3, 4), sequence().float(), window=700)
    assert given.code().endswith("x=x, window=700)")
    assert Subject.from_query(given.query()) == (given, [])
    assert isinstance(given.sequence, Vectors)


def test_the_cells_of_a_comparison_each_begin_with_a_state_of_their_own():
    subject = Subject(Untrained("LSTM", task=""), Noise(2_000, window=1_500))
    for other in subject.vary(cell=("RNN", "GRU")).values():
        whole = rnnviz.record(windows.load(other.model).network, other.sequence.read(other.load()).input)
        np.testing.assert_allclose(other.trace().y.values, whole.y.values[1_500:1_700], rtol=1e-7, atol=1e-10)


def test_a_run_that_would_take_too_long_is_refused_with_how_many_steps_are_allowed():
    with pytest.raises(Refused, match=r"100,000 steps; a network of this cell and size reads up to 29,\d+ here"):
        Subject(Untrained("LSTM peephole", task=""), Noise(MAX_STEPS)).read()
    asked = Subject(Untrained("LSTM peephole", task=""), Noise(600)).query() | {"length": str(MAX_STEPS)}
    subject, refused = Subject.from_query(asked)
    assert len(refused) == 1
    assert subject.read().steps > 0


def test_a_cell_that_is_scanned_reads_as_far_as_one_with_a_kernel():
    for cell in ("minGRU", "selective SSM"):
        assert Subject(Untrained(cell, "8", task=""), Noise(MAX_STEPS)).read().of == MAX_STEPS
    with pytest.raises(Refused, match="reads up to"):
        Subject(Untrained("sLSTM", "8", task=""), Noise(MAX_STEPS)).read()
