"""What either of torch's exporters writes of a whole model comes back as that model: the newer one needs onnxscript."""

import io
import itertools
import warnings

import pytest
import torch
from torch import nn

from rnnviz.files import inspect, load
from rnnviz.refusals import Refused
from tests.cells.variants import close
from tests.files.models import IDS, Tagger

FORMS = {
    "one layer": {},
    "batch first": {"batch_first": True},
    "both ways": {"bidirectional": True},
    "two layers": {"num_layers": 2},
    "all of it": {"num_layers": 2, "bidirectional": True, "batch_first": True},
}


def exported(model: nn.Module, ids: torch.Tensor, newer: bool, free: int | None) -> bytes:
    """``free``: the axis of the ids that a file leaves open."""
    file, named = io.BytesIO(), {} if free is None else {free: "n"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporters about themselves, and about batches of other sizes
        if newer:
            shapes = [{axis: torch.export.Dim(name) for axis, name in named.items()}] if named else None
            torch.onnx.export(model, (ids,), dynamo=True, dynamic_shapes=shapes, verbose=False).save(file)
        else:
            axes = {"ids": named} if named else None
            torch.onnx.export(model, (ids,), file, dynamo=False, input_names=["ids"], dynamic_axes=axes)
    return file.getvalue()


OLDER = itertools.product([nn.RNN, nn.LSTM, nn.GRU], FORMS, [False])
# The newer one takes seconds; each cell and each form is met.
NEWER = [(nn.LSTM, "one layer"), (nn.LSTM, "all of it"), (nn.GRU, "batch first"), (nn.GRU, "both ways")]
NEWER += [(nn.GRU, "two layers")]


@pytest.mark.parametrize(("kind", "form", "newer"), [*OLDER, *((*each, True) for each in NEWER)])
def test_a_whole_model_comes_back_from_either_exporter(kind, form, newer):
    torch.manual_seed(3)
    model, first = Tagger(kind, **FORMS[form]).eval(), FORMS[form].get("batch_first", False)
    ids = IDS.T.contiguous() if first else IDS
    # Every other form leaves the batch open.
    file = exported(model, ids, newer, None if form in ("one layer", "batch first") else 1 - first)
    network = load(file)
    assert "not read" not in str(inspect(file))
    assert (network.num_layers, network.bidirectional) == (model.rnn.num_layers, model.rnn.bidirectional)
    with torch.no_grad():
        close(network(IDS), model(ids).transpose(0, 1) if first else model(ids), 1e-6)


def test_a_plain_recurrent_module_that_the_newer_exporter_writes_out_step_by_step_is_refused_with_the_way_out():
    with pytest.raises(
        Refused, match=r"without an operator RNN, .* step by step: export it with dynamo=False, or save"
    ):
        load(exported(Tagger(nn.RNN).eval(), IDS, True, None))
