"""What is refused of an .onnx file, each with a sentence that names the operator, what it has and the way out."""

import subprocess
import sys

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

import rnnviz
from rnnviz.files import load
from tests.files.onnx_cases import UNITS, Case, file_of, model, node_of, read, values


def refused(file: onnx.ModelProto, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load(file.SerializeToString())


@pytest.mark.parametrize(
    ("op", "options", "message"),
    [
        ("LSTM", {"clip": 3.0}, r"^the file: LSTM 'the one' cuts off at 3 what goes into its non-linearities \(clip\)"),
        ("RNN", {"clip": 0.0}, r"^the file: RNN 'the one' cuts off at 0"),
        ("LSTM", {"input_forget": 1}, r"^the file: LSTM 'the one' couples its input and forget gates \(input_forget\)"),
        (
            "RNN",
            {"activations": ["Elu"]},
            r"^the file: RNN 'the one' has Elu; the cells here have Tanh or Relu or Sigmoid or Aff",
        ),
        ("RNN", {"activations": ["Affine"]}, r"has Affine; .* Affine with alpha 1 and beta 0$"),
        (
            "RNN",
            {"activations": ["Affine"], "activation_alpha": [2.0], "activation_beta": [0.0]},
            r"'the one' has Affine;",
        ),
        (
            "LSTM",
            {"activations": ["HardSigmoid", "Tanh", "Tanh"]},
            r"^the file: LSTM 'the one' has HardSigmoid as the activation f; the cells here have Sigmoid$",
        ),
        (
            "LSTM",
            {"activations": ["Sigmoid", "Relu", "Tanh"]},
            r"has Relu as the activation g; the cells here have Tanh$",
        ),
        ("LSTM", {"activations": ["Sigmoid", "Tanh", "Relu"]}, r"has Relu as the activation h; .* Tanh or Affine with"),
        (
            "GRU",
            {"activations": ["Sigmoid", "Softsign"]},
            r"^the file: GRU 'the one' has Softsign as the activation g;",
        ),
        ("GRU", {"activations": ["Sigmoid"]}, r"^the file: GRU 'the one' names 1 activations; 1 directions need 2"),
    ],
)
def test_what_no_cell_computes_is_refused_with_the_operators_name(op, options, message):
    refused(file_of(Case(op, options=options)), message)


def test_other_non_linearities_backward_than_forward_are_refused():
    options = {"activations": ["Tanh", "Relu"]}
    refused(
        file_of(Case("RNN", "bidirectional", options=options)), "other activations backward than forward: Tanh, Relu"
    )


def test_an_unknown_direction_is_answered_with_those_that_exist():
    file = file_of(Case("GRU"))
    node = file.graph.node[0]
    next(attribute for attribute in node.attribute if attribute.name == "direction").s = b"sideways"
    refused(
        file,
        r"^the file: GRU 'the one' has the direction 'sideways', which is not one of forward, reverse, bidirectional$",
    )


@pytest.mark.parametrize("key", ["W", "R", "B", "P"])
def test_weights_that_a_run_gives_are_refused_by_their_name(key):
    case = Case("LSTM", peepholes=True)
    given = values(case)
    inputs = {name: given.pop(name) for name in ("X", key)}
    message = rf"^the file: LSTM 'the one' takes {key} from '{key}', which is computed .* as initialisers$"
    refused(model([node_of(case)], given, inputs, ["Y"]), message)


def test_weights_of_whole_numbers_and_of_wrong_shapes_are_refused_with_what_they_are():
    case = Case("GRU")
    given = values(case)
    x = {"X": given.pop("X")}
    short = given | {"R": given["R"][:, :-1]}
    refused(
        model([node_of(case)], short, x, ["Y"]), r"has R of shape \(1, 14, 5\); with 5 units it must be \(1, 15, 5\)"
    )
    whole = {name: value.astype(np.int32) for name, value in given.items()}
    refused(model([node_of(case)], whole, x, ["Y"]), r"'the one' has W of int32 and shape \(1, 15, 4\); it must be flo")
    del given["R"]
    lacking = node_of(case)
    lacking.input[2] = ""
    refused(model([lacking], given, x, ["Y"]), "'the one' has no R, the weights of its state")


def test_an_operator_without_a_name_is_called_by_what_it_makes():
    file = file_of(Case("RNN", options={"clip": 1.0}))
    file.graph.node[0].name = ""
    refused(file, "^the file: the RNN that makes Y, Y_h cuts off at 1")


def test_a_file_without_such_operators_is_answered_with_those_it_has():
    file = model([helper.make_node("Relu", ["X"], ["Y"])], {}, {"X": values(Case("RNN"))["X"]}, ["Y"])
    refused(file, "^the file is an ONNX file without an operator RNN, LSTM, GRU; it has Relu. torch's newer")


def test_an_operator_inside_a_branch_is_not_passed_over():
    inner = file_of(Case("GRU"))
    body = helper.make_graph(
        list(inner.graph.node), "body", [], list(inner.graph.output), list(inner.graph.initializer)
    )
    branch = helper.make_node("If", ["yes"], ["Y", "Y_h"], name="when", then_branch=body, else_branch=body)
    yes = helper.make_tensor_value_info("yes", TensorProto.BOOL, [])
    graph = helper.make_graph([branch], "g", [yes, *inner.graph.input], list(inner.graph.output))
    refused(helper.make_model(graph), "has the GRU 'the one' inside the If 'when'; only operators of the main graph")


def test_a_file_that_is_not_onnx_is_called_by_its_name(tmp_path):
    path = tmp_path / "odd.onnx"
    path.write_bytes(b"not at all")
    with pytest.raises(ValueError, match=r"^odd\.onnx is of a kind that is not known here\. rnnviz reads safetensors"):
        rnnviz.load(path)
    with pytest.raises(FileNotFoundError):
        rnnviz.load(tmp_path / "lost.onnx")


def test_without_the_package_onnx_the_sentence_says_what_to_install():
    code = "import sys; sys.modules['onnx'] = None\nimport rnnviz\nrnnviz.load(bytes([8]))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 1
    said = (
        "ModuleNotFoundError: reading .onnx files needs the package onnx; install it with: pip install 'rnnviz[onnx]'"
    )
    assert run.stderr.splitlines()[-1] == said


def test_initial_states_and_lengths_that_a_run_gives_are_named():
    (found,) = read(file_of(Case("LSTM", state="fed", lengths="fed")).SerializeToString())
    assert found.fed == ("initial_c", "initial_h", "sequence_lens")
    assert found.state is None
    assert found.lengths is None
    assert found.network.hidden_size == UNITS
