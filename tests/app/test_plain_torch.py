"""The lines of plain PyTorch below a page: they run, print the shapes they say, and give the page's own numbers."""

import re

import numpy as np
import pytest

import rnnviz
from rnnviz.app import results
from rnnviz.app.panels import plain_torch
from rnnviz.cells import CELLS

SHIPPED = ["intents-rnn-small", "intents-lstm-small", "intents-gru-medium", "slots-lstm-two-1-seed0"]
SHIPPED += ["neighbour-xor-gru-two-3-seed0", "slots-rnn-one-2-seed0"]
UNTRAINED = [{"cell": "RNN", "nonlinearity": "relu"}, {"cell": "GRU", "bias": False}, {"cell": "LSTM", "task": ""}]


def subjects():
    for name in SHIPPED:
        yield rnnviz.subject(name)
    for changes in UNTRAINED:
        yield rnnviz.subject("untrained", seed=4, **changes)


@pytest.mark.parametrize("subject", list(subjects()), ids=lambda subject: str(subject.model)[:70])
def test_the_lines_give_the_numbers_and_the_shapes_of_the_page(subject, capsys):
    code = plain_torch.lines(subject)
    names: dict[str, object] = {}
    exec(code, names)
    trace = results.trace(subject)
    np.testing.assert_allclose(names["H"].detach(), trace.merged(trace.depth - 1).values, atol=2e-5)
    if "scores" in names:
        np.testing.assert_allclose(names["scores"].detach(), trace.y.values, atol=2e-4)
    printed = re.findall(r"^# (\w+ \([\d, ]+\))", code, re.MULTILINE)
    assert printed == capsys.readouterr().out.splitlines()
    for name, shape in re.findall(r"^(\w+) = [^\n]*?\n?# (\([\d, ]+\))", code, re.MULTILINE):
        assert str(tuple(names[name].shape)) == shape
    alone = len(trace.layers) == 1 and subject.network().layers[0][0].bias_ih is not None
    assert ("XU_t" in code) == alone


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell not in ("RNN", "LSTM", "GRU")])
def test_a_cell_that_torch_does_not_have_gets_no_such_lines(cell):
    assert plain_torch.lines(rnnviz.subject("untrained", cell=cell)) == ""


def test_sigmoid_is_none_of_torchs_nonlinearities():
    assert plain_torch.lines(rnnviz.subject("untrained", cell="RNN", nonlinearity="sigmoid")) == ""
