"""What stands around a recurrent module in a file of weights: other modules, its embedding and its head."""

import pytest
import torch
from torch import nn

from rnnviz.files import inspect, load
from rnnviz.refusals import Refused
from tests.cells.variants import close
from tests.files.models import IDS, agrees, as_pt, tagger


def test_every_module_is_named_and_one_of_several_is_chosen():
    both = nn.ModuleDict({"encoder": tagger(nn.GRU), "decoder": tagger(nn.GRU, seed=1)})
    file = as_pt({name: part.state_dict() for name, part in both.items()})
    found = inspect(file)
    assert list(found.modules) == ["encoder.rnn", "decoder.rnn"]
    assert str(found) == (
        "the file: a PyTorch state dict\n"
        "  encoder.rnn: GRU, 1 layer, one way, 6 → 5 units, 195 weights, float64\n"
        "    embedding: encoder.embed (11 × 6)\n"
        "    head: encoder.fc (3 × 5)\n"
        "    weights cannot tell where a head reads: at the last step, unless readout='every' is said\n"
        "  decoder.rnn: GRU, 1 layer, one way, 6 → 5 units, 195 weights, float64\n"
        "    embedding: decoder.embed (11 × 6)\n"
        "    head: decoder.fc (3 × 5)\n"
        "    weights cannot tell where a head reads: at the last step, unless readout='every' is said"
    )
    agrees(load(file, "decoder.rnn", readout="every"), both["decoder"])
    with pytest.raises(Refused, match=r"several recurrent modules. Say at= one of 'encoder.rnn', 'decoder.rnn'"):
        load(file)
    with pytest.raises(Refused, match=r"no recurrent module 'rnn'. Say at= one of"):
        load(file, at="rnn")


def test_where_several_heads_fit_the_caller_says_which_and_may_say_none():
    model = tagger()
    own = model.state_dict() | {f"out.{name}": 2 * value for name, value in model.fc.state_dict().items()}
    with pytest.raises(
        Refused, match=r"which head belongs to rnn must be said \(fc and out fit\): head= one of 'fc', 'out'"
    ):
        load(as_pt(own))
    agrees(load(as_pt(own), head="fc", readout="every"), model)
    assert load(as_pt(own), head=False).readout is None
    assert load(as_pt(own), head=False, embedding=False).embedding is None
    with pytest.raises(Refused, match=r"which embedding belongs to rnn must be said .*not 'none'.*one of 'embed'"):
        load(as_pt(own), embedding="none")


@pytest.mark.parametrize(
    ("name", "more", "doubt"),
    [
        ("norm", {"norm.weight": torch.ones(5), "norm.bias": torch.zeros(5)}, "norm may stand between"),
        ("layers", {"last.weight": torch.ones(2, 3), "last.bias": torch.zeros(2)}, "last may stand on fc"),
    ],
)
def test_a_head_on_which_something_may_stand_is_not_taken_unasked(name, more, doubt):
    own = tagger().state_dict() | more
    with pytest.raises(Refused, match=rf"which head belongs to rnn must be said \({doubt}\)"):
        load(as_pt(own))
    agrees(load(as_pt(own), head="fc", readout="every"), tagger())


def test_an_embedding_that_is_tied_to_a_head_and_a_head_without_biases_are_told_apart():
    torch.manual_seed(0)
    rnn, table = nn.LSTM(4, 4, dtype=torch.float64), torch.randn(9, 4, dtype=torch.float64)
    own = {f"rnn.{name}": value for name, value in rnn.state_dict().items()}
    network = load(
        as_pt(own | {"encoder.weight": table, "decoder.weight": table}), embedding="encoder", readout="every"
    )
    ids = torch.tensor([[1], [8]])
    close(network(ids), rnn(table[ids])[0] @ table.T, 1e-12)


@pytest.mark.parametrize(
    ("before", "after", "width"),
    [
        ("encoder", "decoder", 6),
        ("word_embeddings", "hidden2tag", 8),
        ("embeddings.word", "to_logits", 6),
        ("E", "V", 6),
    ],
)
def test_what_embeddings_and_heads_are_called_elsewhere_is_understood(before, after, width):
    torch.manual_seed(0)
    table, rnn, head = nn.Embedding(9, 6), nn.LSTM(6, width), nn.Linear(width, 9)
    parts = {before: table, "rnn": rnn, after: head}
    own = {f"{name}.{key}": value for name, part in parts.items() for key, value in part.state_dict().items()}
    close(load(as_pt(own), readout="every")(IDS % 9), head(rnn(table(IDS % 9))[0]), 1e-6)


def test_cells_in_a_list_are_layers_where_their_list_is_named():
    torch.manual_seed(0)
    cells = nn.ModuleDict({"rnns": nn.ModuleList([nn.LSTMCell(6, 5), nn.LSTMCell(5, 5)]), "fc": nn.Linear(5, 2)})
    found = inspect(as_pt(cells.state_dict()))
    assert list(found.modules) == ["rnns.0", "rnns.1", "rnns"]
    network = load(as_pt(cells.state_dict()), "rnns", readout="every")
    x = torch.randn(3, 1, 6)
    states = [None, None]
    for t, row in enumerate(x):
        for n, cell in enumerate(cells["rnns"]):
            states[n] = cell(row, states[n])
            row = states[n][0]
        close(network(x)[t], cells["fc"](row), 1e-6)
    apart = nn.ModuleDict({"rnns": nn.ModuleList([nn.GRUCell(6, 5), nn.GRUCell(6, 5)])})
    assert list(inspect(as_pt(apart.state_dict())).modules) == ["rnns.0", "rnns.1"]
