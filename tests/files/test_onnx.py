"""Networks from .onnx files against ONNX Runtime and the operators' own test cases."""

import importlib
import itertools

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from onnx.backend.test.case import node as published
from onnx.reference import ReferenceEvaluator

import rnnviz
from rnnviz.files import load
from rnnviz.recording import record
from tests.cells.variants import close
from tests.files.onnx_cases import (
    Case,
    agree,
    cases,
    file_of,
    model,
    node_of,
    ours,
    outputs,
    read,
    theirs,
    turned,
    values,
)

CASES = cases()
every_kind = pytest.mark.parametrize("op", ["RNN", "LSTM", "GRU"])
every_direction = pytest.mark.parametrize("direction", ["forward", "reverse", "bidirectional"])
for name in ("rnn", "lstm", "gru"):
    importlib.import_module(f"onnx.backend.test.case.node.{name}")
PUBLISHED = {case.name: case for case in published._NodeTestCases}


@every_kind
@every_direction
def test_a_network_from_a_file_does_what_onnx_runtime_does(op, direction):
    for case in CASES:
        if (case.op, case.direction) == (op, direction):
            agree(ours(case), theirs(case), case=case)


def test_the_cases_are_many_and_all_different():
    assert len({str(case) for case in CASES}) == len(CASES) >= 200
    for one, other in itertools.combinations(("op", "direction", "layout", "bias", "state", "lengths"), 2):
        pairs = {(str(getattr(case, one)), str(getattr(case, other))) for case in CASES}
        singles = [{pair[k] for pair in pairs} for k in (0, 1)]
        starts = {one, other} == {"state", "lengths"}
        assert len(pairs) == (5 if starts else len(singles[0]) * len(singles[1])), (one, other)


# ONNX Runtime refuses layout 1 and runs these cases in layout 0. The reference evaluator runs the very files, but knows
# the default non-linearities only, and passes over lengths.
BATCH_FIRST_CASES = [case for case in CASES if case.layout and case.lengths == "none"]
BATCH_FIRST_CASES = [case for case in BATCH_FIRST_CASES if case.options.get("activations", ["Tanh"])[0] == "Tanh"]


@every_direction
def test_files_with_the_batch_first_are_read_as_the_reference_evaluator_reads_them(direction):
    for case in BATCH_FIRST_CASES:
        if case.direction == direction:
            read_as_the_reference_evaluator_reads(case)


def read_as_the_reference_evaluator_reads(case: Case) -> None:
    file = file_of(case)
    names = [output.name for output in file.graph.output]
    found = ReferenceEvaluator(file).run(None, {"X": turned("X", values(case)["X"])})
    expected = {
        name: value.transpose(1, 2, 0, 3) if name == "Y" else value.swapaxes(0, 1)
        for name, value in zip(names, found, strict=True)
    }
    agree(ours(case), {name: value.astype(np.float32) for name, value in expected.items()}, 2e-6, case)


def test_there_are_as_many_published_cases_as_were_looked_at():
    assert len(PUBLISHED) == 18


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_cases_of_the_operators_hold(name):
    case = PUBLISHED[name]
    (given, expected), *others = case.data_sets
    assert not others
    graph = case.model.graph
    x, *stored = (
        (info.name, value if isinstance(value, np.ndarray) else numpy_helper.to_array(value))
        for info, value in zip(graph.input, given, strict=True)
    )
    file = onnx.ModelProto()
    file.CopyFrom(case.model)
    del file.graph.input[1:]
    file.graph.initializer.extend(numpy_helper.from_array(value, key) for key, value in stored)
    layout = next((attribute.i for attribute in graph.node[0].attribute if attribute.name == "layout"), 0)
    (found,) = read(file.SerializeToString())
    got = outputs(found.network, x[1].swapaxes(0, 1) if layout else x[1], found.state, found.lengths)
    for info, value in zip(graph.output, expected, strict=True):
        if layout:
            value = value.transpose(1, 2, 0, 3) if info.name == "Y" else value.swapaxes(0, 1)
        np.testing.assert_allclose(got[info.name], value, rtol=1e-5, atol=1e-6)


def test_a_start_that_all_sequences_share_is_the_networks_own_for_batches_of_any_size():
    case = Case("LSTM", state="alike")
    (found,) = read(file_of(case).SerializeToString())
    given = values(case)
    assert found.state is None
    assert found.network.own_start
    np.testing.assert_array_equal(found.network.start_c, given["initial_c"][:, 0])
    one = outputs(load(file_of(case).SerializeToString()), given["X"][:, :1])
    agree(one, {name: value[..., :1, :] for name, value in theirs(case).items()})


def test_a_start_for_each_sequence_and_lengths_are_given_beside_the_network():
    case = Case("LSTM", state="each", lengths="stored")
    (found,) = read(file_of(case).SerializeToString())
    for state, name in zip(found.state, ("initial_h", "initial_c"), strict=True):
        np.testing.assert_array_equal(state, values(case)[name])
    assert found.lengths == tuple(values(case)["sequence_lens"])
    for one, what in ((case, "initial state of each sequence"), (Case("LSTM", lengths="stored"), "lengths")):
        with pytest.raises(ValueError, match=f"the file fixes the {what} of one batch; rnnviz.files.inspect gives"):
            load(file_of(one).SerializeToString())


def test_weights_in_double_precision_stay_double(rng):
    given = {name: value.astype(np.float64) for name, value in values(Case("LSTM")).items()}
    x = given.pop("X")
    file = model([node_of(Case("LSTM"))], given, {"X": x}, ["Y"])
    expected = ReferenceEvaluator(file).run(None, {"X": x})[0]
    np.testing.assert_allclose(outputs(load(file.SerializeToString()), x)["Y"], expected, rtol=1e-12, atol=1e-14)


def test_load_takes_both_kinds_of_files(tmp_path):
    path = tmp_path / "one.onnx"
    onnx.save(file_of(Case("GRU", "reverse")), path)
    for network in (rnnviz.load(path), rnnviz.load(str(path))):
        assert network.directions == ("backward",)
        assert network.cell == "GRU 2014"
    x = torch.from_numpy(values(Case("GRU", "reverse"))["X"])
    close(record(network, x).layer(0, "backward")["h"].values, theirs(Case("GRU", "reverse"))["Y"][:, 0], 1e-6)
