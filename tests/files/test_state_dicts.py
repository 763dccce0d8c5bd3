"""Files of weights: each form that is read computes what the module computes from which it was written."""

import copy
import io

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, prune

import rnnviz
from rnnviz.files import inspect, load
from rnnviz.network import Network
from rnnviz.refusals import Refused
from tests.cells.variants import close
from tests.files.models import IDS, agrees, as_npz, as_pt, as_safetensors, tagger

FORMS = {
    "pt": as_pt,
    "safetensors": as_safetensors,
    "npz": as_npz,
    "compressed npz": lambda tensors: as_npz(tensors, compressed=True),
}
every_kind = pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])


@every_kind
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_what_a_file_of_weights_holds_is_what_the_model_computes(kind, form, bidirectional):
    model = tagger(kind, num_layers=2, bidirectional=bidirectional)
    network = load(FORMS[form](model.state_dict()), readout="every")
    assert network.structure["cell"] == kind.__name__
    assert not network.training
    agrees(network, model)


@pytest.mark.parametrize("options", [{"nonlinearity": "relu"}, {"nonlinearity": "tanh"}, {"bias": False}])
def test_what_weights_cannot_tell_is_an_argument_and_what_they_tell_is_not(options):
    model = tagger(nn.RNN, **options)
    chosen = {} if "bias" in options else options
    agrees(load(as_pt(model.state_dict()), readout="every", **chosen), model)


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda own: {"module." + name: value for name, value in own.items()},
        lambda own: {"_orig_mod." + name: value for name, value in own.items()},
        lambda own: {"module._orig_mod." + name: value for name, value in own.items()},
        lambda own: {
            "model_state_dict": own,
            "optimizer_state_dict": {"state": {0: {"exp_avg": torch.ones(3)}}},
            "epoch": 3,
        },
        lambda own: {
            "state_dict": {"model." + name: value for name, value in own.items()},
            "pytorch-lightning_version": "2",
        },
        lambda own: {"net": {"module." + name: value for name, value in own.items()}},
    ],
)
def test_weights_are_found_inside_checkpoints_and_wrappers(wrapped):
    model = tagger()
    agrees(load(as_pt(wrapped(model.state_dict())), readout="every"), model)


def test_content_decides_and_not_the_name_of_the_file(tmp_path):
    model = tagger()
    for form, write in FORMS.items():
        path = tmp_path / f"{form}.bin"
        path.write_bytes(write(model.state_dict()))
        agrees(rnnviz.load(path, readout="every"), model)
        agrees(rnnviz.load(str(path), readout="every"), model)


def test_a_network_that_was_saved_by_torch_comes_back(rng):
    network = Network("GRU", 3, 4, num_layers=2, bidirectional=True, vocabulary_size=11, output_size=2, generator=rng)
    again = load(as_pt(network.state_dict()))
    assert again.structure == network.structure
    close(again(IDS), network(IDS), 1e-7)


@pytest.mark.parametrize("kind", [nn.RNNCell, nn.LSTMCell, nn.GRUCell])
def test_a_single_cell_is_a_network_of_one_layer(kind):
    torch.manual_seed(0)
    cell = kind(4, 3, dtype=torch.float64)
    x = torch.randn(5, 2, 4, dtype=torch.float64)
    state, steps = None, []
    for row in x:
        state = cell(row, state)
        steps.append(state[0] if isinstance(state, tuple) else state)
    close(
        load(as_pt({"decoder.cell." + name: value for name, value in cell.state_dict().items()}))(x),
        torch.stack(steps),
        1e-12,
    )


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32_and_said_so(dtype):
    model = tagger().to(dtype)
    for write in (as_pt, as_safetensors):
        found = inspect(write(model.state_dict()))
        assert f"stored as {str(dtype)[6:]}, computed in float32" in str(found)
        network = load(write(model.state_dict()), readout="every")
        with torch.no_grad():
            close(network(IDS), copy.deepcopy(model).float()(IDS), 1e-6)


def weight_normed(module: nn.LSTM) -> None:
    with pytest.warns(FutureWarning):
        nn.utils.weight_norm(module, "weight_hh_l0")
    with torch.no_grad():
        module.weight_hh_l0_g.mul_(3)


def weight_normed_by_columns(module: nn.LSTM) -> None:
    with pytest.warns(FutureWarning):
        nn.utils.weight_norm(module, "weight_hh_l0", dim=1)
    with torch.no_grad():
        module.weight_hh_l0_g.mul_(3)


def parametrized(module: nn.LSTM) -> None:
    parametrizations.weight_norm(module, "weight_ih_l0")
    with torch.no_grad():
        module.parametrizations.weight_ih_l0.original0.mul_(3)


def pruned(module: nn.LSTM) -> None:
    prune.l1_unstructured(module, "weight_hh_l0", amount=0.5)


@pytest.mark.parametrize("change", [weight_normed, weight_normed_by_columns, parametrized, pruned])
def test_weights_that_are_kept_in_parts_are_put_together(change):
    model = tagger()
    change(model.rnn)
    found = inspect(as_pt(model.state_dict()))
    assert "and is folded" in str(found)
    agrees(load(as_pt(model.state_dict()), readout="every"), model)


def test_a_parametrization_that_the_file_does_not_tell_is_refused_with_the_way_out():
    model = tagger()
    parametrizations.orthogonal(model.rnn, "weight_hh_l0")
    with pytest.raises(Refused, match=r"parametrized.*remove_parametrizations\(module, 'weight_hh_l0'\)"):
        load(as_pt(model.state_dict()))


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("head", [False, True])
def test_projections_are_multiplied_into_the_weights_that_read_them(bidirectional, head):
    torch.manual_seed(0)
    rnn = nn.LSTM(4, 5, num_layers=3, bidirectional=bidirectional, proj_size=2, dtype=torch.float64)
    fc = nn.Linear(2 + 2 * bidirectional, 3, dtype=torch.float64)
    own = nn.ModuleDict({"rnn": rnn, "fc": fc} if head else {"rnn": rnn}).state_dict()
    x = torch.randn(6, 2, 4, dtype=torch.float64)
    expected = fc(rnn(x)[0]) if head else rnn(x)[0]
    close(load(as_pt(own), readout="every")(x), expected, 1e-12)
    assert "its projections (proj_size=2) are multiplied into the weights" in str(inspect(as_pt(own)))
    trace = rnnviz.record(load(as_pt(own), readout="every"), x)
    close(trace.layer(2)["c"].values[-1], rnn(x)[1][1][4 if bidirectional else 2], 1e-12)


def test_a_recording_of_a_loaded_network_is_that_of_the_module():
    model = tagger(nn.LSTM, bidirectional=True)
    trace = rnnviz.record(load(as_pt(model.state_dict()), readout="every"), IDS)
    close(trace.y.values, model(IDS), 1e-12)
    theirs = rnnviz.record(model.rnn, model.embed(IDS))
    np.testing.assert_allclose(
        trace.layer(0, "backward")["f"].values, theirs.layer(0, "backward")["f"].values, atol=1e-12
    )


def test_a_loaded_network_is_a_source_of_subjects():
    subject = rnnviz.subject(load(as_pt(tagger().state_dict())), IDS[:, 0])
    close(subject.trace().y.values[0], tagger()(IDS[:, :1])[-1, 0], 1e-12)


def test_a_checkpoint_of_our_own_is_read_by_its_card():
    from rnnviz.checkpoints import MODELS

    network = rnnviz.load(MODELS / "intents-lstm-small.safetensors")
    assert network.structure == rnnviz.load(str(MODELS / "intents-lstm-small")).structure
    bare = load((MODELS / "intents-lstm-small.safetensors").read_bytes())
    assert all(torch.equal(value, bare.state_dict()[name]) for name, value in network.state_dict().items())


def test_one_bias_without_the_other_is_zeros():
    own = {name: value for name, value in tagger().rnn.state_dict().items() if name != "bias_hh_l0"}
    file = io.BytesIO()
    np.savez(file, **{name: value.numpy() for name, value in own.items()})
    assert not load(file.getvalue()).layers[0][0].bias_hh.any()
