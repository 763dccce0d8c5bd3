"""What stands around the operators of an .onnx file: embedding and head, constants behind other nodes, branches."""

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, external_data_helper, helper, numpy_helper
from torch import nn

import rnnviz
from rnnviz.files import inspect, load
from rnnviz.refusals import Refused
from tests.cells.variants import close
from tests.files.models import Tagger, as_onnx, tagger
from tests.files.onnx_cases import (
    UNITS,
    WIDTH,
    Case,
    agree,
    file_of,
    model,
    node_of,
    outputs,
    read,
    run,
    theirs,
    values,
)

IDS = torch.tensor([[1, 2], [3, 10], [0, 4], [5, 5]])
FREE = {0: "steps", 1: "batch"}
every_kind = pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])


class Last(Tagger):
    def forward(self, ids):
        return self.fc(self.rnn(self.embed(ids))[0][-1])


class Ends(Tagger):
    """Reads the last states that the module returns, of both directions."""

    def forward(self, ids):
        state = self.rnn(self.embed(ids))[1]
        state = state[0] if isinstance(state, tuple) else state
        return torch.log_softmax(self.fc(torch.cat([*state[-1 - self.rnn.bidirectional :]], -1)), -1)


class BatchFirst(Tagger):
    def forward(self, ids):
        return self.fc(self.rnn(self.embed(ids.T))[0]).transpose(0, 1)


class Deeper(Tagger):
    def forward(self, ids):
        return torch.relu(super().forward(ids)) @ torch.ones(3, 2)


class Shifted(Tagger):
    def forward(self, ids):
        return super().forward((ids + 1) % 11)


def built(kind: type[Tagger], rnn: type[nn.RNNBase], **options: object) -> Tagger:
    torch.manual_seed(1)
    return kind(rnn, **options).eval()


@every_kind
@pytest.mark.parametrize("axes", [None, FREE], ids=["fixed", "free"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_embedding_and_head_are_read_where_they_stand(kind, axes, bidirectional):
    for form in (Tagger, Ends):
        module = built(form, kind, num_layers=2, bidirectional=bidirectional)
        network = load(as_onnx(module, IDS, axes))
        assert network.read_at == ("every" if form is Tagger else "last")
        expected = module(IDS)
        close(network(IDS) if form is Tagger else torch.log_softmax(network(IDS), -1), expected, 1e-6)


@every_kind
def test_a_head_at_the_last_step_reads_there(kind):
    module = built(Last, kind)
    network = load(as_onnx(module, IDS, FREE))
    assert network.read_at == "last"
    close(network(IDS), module(IDS), 1e-6)


def test_the_last_step_of_both_directions_is_no_readout_of_ours():
    # At the last step the backward direction has read one token only; a Network reads where each direction ends.
    network = load(as_onnx(built(Last, nn.GRU, bidirectional=True), IDS))
    assert network.readout is None
    assert network.embedding is not None


def test_a_file_that_takes_the_batch_first_is_read_with_time_first():
    module = built(BatchFirst, nn.LSTM)
    network = load(as_onnx(module, IDS.T, {0: "batch", 1: "steps"}))
    close(network(IDS), module(IDS.T).transpose(0, 1), 1e-6)


def test_a_linear_layer_below_another_one_is_not_the_readout_and_is_named():
    file = as_onnx(built(Deeper, nn.GRU), IDS)
    assert load(file).readout is None
    assert "not read, above it: MatMul, Relu" in str(inspect(file))


def test_token_ids_that_are_changed_on_their_way_leave_the_embedding_out():
    file = as_onnx(built(Shifted, nn.GRU), IDS)
    assert load(file).embedding is None
    assert "not read, below it: Mod" in str(inspect(file))


def test_the_inventory_names_what_stands_around():
    text = str(inspect(as_onnx(built(Tagger, nn.LSTM), IDS)))
    assert "LSTM, 1 layer, one way, 6 → 5 units, 260 weights, float32" in text
    assert "embedding: embed (11 × 6)" in text
    assert "head: /fc/MatMul (3 × 5)" in text
    assert "not read" not in text


def hidden_constants(given: dict[str, np.ndarray]) -> tuple[list, dict[str, np.ndarray]]:
    """Nodes after which the weights are there, and what they are made of: as converters write them."""
    rows = given["W"].shape[1] // 3
    stored = {f"W{n}": given["W"][0, n * rows : (n + 1) * rows] for n in range(3)}
    padded = np.concatenate([given["R"][0], np.ones((2, UNITS), np.float32)])
    stored |= {"R0": padded, "zero": np.array([0]), "end": np.array([3 * rows]), "B0": given["B"].astype(np.float64)}
    nodes = [
        helper.make_node("Concat", ["W0", "W1", "W2"], ["W9"], axis=0),
        helper.make_node("Unsqueeze", ["W9", "zero"], ["W"]),
        helper.make_node("Slice", ["R0", "zero", "end", "zero"], ["R9"]),
        helper.make_node("Unsqueeze", ["R9", "zero"], ["R"]),
        helper.make_node("Cast", ["B0"], ["B"], to=TensorProto.FLOAT),
    ]
    return nodes, stored


def test_constants_behind_other_nodes_are_computed():
    case = Case("GRU", options={"linear_before_reset": 1})
    nodes, stored = hidden_constants(values(case))
    file = model([*nodes, node_of(case)], stored, {"X": values(case)["X"]}, ["Y", "Y_h"])
    (found,) = read(file)
    agree(outputs(found.network, values(case)["X"]), theirs(case), case=case)


@pytest.mark.parametrize("taken", [True, False])
def test_a_branch_that_is_decided_beforehand_is_read(taken):
    case = Case("GRU")
    inner, x = file_of(case).graph, values(case)["X"]
    own = helper.make_graph(list(inner.node), "own", [], list(inner.output), list(inner.initializer))
    other = [helper.make_node("ConstantOfShape", ["one"], [f"{name}_"]) for name in ("Y", "Y_h")]
    infos = [helper.make_tensor_value_info(f"{name}_", TensorProto.FLOAT, None) for name in ("Y", "Y_h")]
    empty = helper.make_graph(other, "empty", [], infos, [numpy_helper.from_array(np.array([1]), "one")])
    branches = {"then_branch": own if taken else empty, "else_branch": empty if taken else own}
    decided = [
        helper.make_node("Shape", ["X"], ["shape"]),
        helper.make_node("Gather", ["shape", "two"], ["width"]),
        helper.make_node("Equal", ["width", "expected"], ["yes"]),
        helper.make_node("If", ["yes"], ["Y9", "Y_h9"], **branches),
    ]
    stored = {"two": np.array([2]), "expected": np.array([WIDTH if taken else 1])}
    (found,) = read(model(decided, stored, {"X": x}, ["Y9", "Y_h9"]))
    agree(outputs(found.network, x), theirs(case), case=case)


@pytest.mark.parametrize("dtype", [TensorProto.FLOAT16, TensorProto.BFLOAT16])
def test_weights_in_half_precision_are_computed_in_float32_and_said_so(dtype):
    case = Case("LSTM")
    halves = {name: value.astype(helper.tensor_dtype_to_np_dtype(dtype)) for name, value in values(case).items()}
    x = halves.pop("X")
    found = inspect(model([node_of(case)], halves, {"X": x}, ["Y"]).SerializeToString())
    assert ", computed in float32" in str(found)
    whole = {name: value.astype(np.float32) for name, value in halves.items()}
    file = model([node_of(case)], whole, {"X": values(case)["X"]}, ["Y", "Y_h", "Y_c"])
    (module,) = found.modules.values()
    agree(outputs(module.network, values(case)["X"]), run(file, {"X": values(case)["X"]}))


def with_tensors_beside(path, location: str) -> None:
    file = file_of(Case("LSTM"))
    external_data_helper.convert_model_to_external_data(file, location="beside.data", size_threshold=0)
    onnx.save(file, path)
    for tensor in file.graph.initializer:
        next(entry for entry in tensor.external_data if entry.key == "location").value = location
    path.write_bytes(file.SerializeToString())


def test_tensors_in_a_file_beside_it_are_read(tmp_path):
    with_tensors_beside(tmp_path / "large.onnx", "beside.data")
    x = values(Case("LSTM"))["X"]
    agree(outputs(rnnviz.load(tmp_path / "large.onnx"), x), theirs(Case("LSTM")))


@pytest.mark.parametrize("location", ["../beside.data", "/etc/passwd", "lost.data", "..", "a/../beside.data"])
def test_tensors_elsewhere_are_not_looked_for(location, tmp_path):
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "odd.onnx"
    with_tensors_beside(path, location)
    (tmp_path / "beside.data").write_bytes((tmp_path / "in" / "beside.data").read_bytes())
    for file in (path, path.read_bytes()):
        with pytest.raises(Refused, match=r"keeps its weights in another file, .*Make it one file"):
            load(file)


def test_a_shape_that_a_node_would_make_huge_is_not_made():
    case = Case("GRU")
    given = values(case)
    given |= {"size": np.array([1, 15, 10**9]), "W0": given.pop("W")[:, :, :1]}
    x = given.pop("X")
    nodes = [helper.make_node("Expand", ["W0", "size"], ["W"]), node_of(case)]
    file = model(nodes, given, {"X": x}, ["Y"])
    with pytest.raises(Refused, match="takes W from 'W', which is computed while the file runs"):
        load(file.SerializeToString())


def test_a_tagger_in_float64_is_the_same_to_the_last_digits():
    module = tagger(nn.LSTM, num_layers=2)
    found = load(as_onnx(module, IDS, FREE))
    close(found(IDS), module(IDS), 1e-12)
