"""Heads that are not linear: a model's own answers, and their gradients, through the layers before its readout."""

import pytest
import torch
from torch import nn

import rnnviz
from rnnviz import gradients, memory, piping
from rnnviz.answers import answer_parts, answers
from rnnviz.head_layers import named
from rnnviz.refusals import Refused
from rnnviz.sharing import from_torch
from rnnviz.subjects.needs import a_linear_head
from rnnviz.surroundings import taken_out
from tests.cells.variants import close
from tests.test_surroundings import IDS, Reader

OTHER = torch.tensor([[5], [5], [2], [9]])


def norm() -> nn.LayerNorm:
    """As it is after training."""
    layer = nn.LayerNorm(8)
    nn.init.normal_(layer.weight, 1, generator=torch.Generator().manual_seed(0))
    nn.init.normal_(layer.bias, generator=torch.Generator().manual_seed(1))
    return layer


def perceptron() -> nn.Sequential:
    return nn.Sequential(nn.Linear(8, 5), nn.Dropout(), nn.GELU("tanh"), nn.Linear(5, 8, bias=False), nn.ReLU())


HEADS = {
    "LayerNorm": norm,
    "Linear → GELU → Linear → ReLU": perceptron,
    "Tanh → Linear → Sigmoid": lambda: nn.Sequential(nn.Tanh(), nn.Linear(8, 5), nn.Linear(5, 8), nn.Sigmoid()),
}


def reader(head: str, **options: object) -> Reader:
    return Reader(between=HEADS[head](), **options).double().eval()


@pytest.mark.parametrize("reads", ["last", "every"])
@pytest.mark.parametrize("head", HEADS)
def test_a_model_with_such_a_head_answers_as_it_does_itself_also_where_it_was_sent(head, reads):
    model = reader(head, reads=reads)
    network = taken_out(model, IDS).network
    assert named(network.front) == head
    sent = piping.unpacked(piping.packed(own := rnnviz.subject(model, IDS)))
    assert sent == own
    for each in (network, sent.network()):
        close(each(OTHER), model(OTHER), 1e-12)
    assert rnnviz.Network(**network.structure).structure == network.structure


def test_a_rectifier_that_changes_nothing_in_this_run_is_not_left_out():
    between = nn.Sequential(nn.Linear(8, 8), nn.ReLU())
    with torch.no_grad():
        between[0].bias.fill_(3)
    model = Reader(between=between).double().eval()
    network = taken_out(model, IDS).network
    with torch.no_grad():
        between[0].bias.fill_(0)  # which is shared
    close(network(IDS), model(IDS), 1e-12)


def test_parameters_are_shared_and_an_unknown_layer_is_refused():
    rnn, head = nn.GRU(6, 8), nn.Sequential(norm(), nn.ReLU(inplace=True), nn.Linear(8, 3))
    network = from_torch(rnn, head=head)
    assert network.front[0].weight is head[0].weight
    assert network.readout.weight is head[2].weight
    x = torch.randn(4, 2, 6)
    states = rnn(x)[0]
    close(network.scores(states), head(states.clone()), 1e-6)
    with pytest.raises(ValueError, match="LayerNorm is of \\(4,\\); here it reads 8"):
        from_torch(rnn, head=nn.Sequential(nn.LayerNorm(4), nn.Linear(8, 3)))
    with pytest.raises(Refused, match="A head of Softplus, Linear cannot be shown"):
        from_torch(rnn, head=nn.Sequential(nn.Softplus(), nn.Linear(8, 3)))


def test_projected_states_are_what_the_head_reads():
    rnn = nn.LSTM(6, 8, proj_size=4, num_layers=2).double()
    model = nn.ModuleDict({"rnn": rnn, "norm": nn.LayerNorm(4), "head": nn.Linear(4, 3)}).double()

    class Projected(nn.Module):
        def __init__(self):
            super().__init__()
            self.parts = model

        def forward(self, x):
            return model["head"](model["norm"](model["rnn"](x)[0]))

    x = torch.randn(5, 1, 6, dtype=torch.float64)
    network = taken_out(whole := Projected().eval(), x).network
    assert named(network.front) == "Linear → LayerNorm"
    close(network(x), whole(x), 1e-12)


@pytest.mark.parametrize("head", HEADS)
def test_answers_at_every_step_and_their_summands_are_those_of_the_model(head):
    model = reader(head, reads="every")
    network = taken_out(model, IDS).network
    trace = rnnviz.record(network, IDS)
    close(answers(network, trace).values, model(IDS).softmax(-1), 1e-12)
    close(sum(term.values for term in answer_parts(network, trace).terms), model(IDS), 1e-12)


def leading_by_input(model: Reader) -> tuple[torch.Tensor, torch.Tensor]:
    """The scores (T, O), and ||d of the leading one at t / d x_k|| (T, T), by autograd through the model's modules."""
    embedded = model.embed(IDS).detach().requires_grad_()
    scores = model.head(model.between(model.rnn(embedded)[0]))[:, 0]
    rows = [torch.autograd.grad(row.max(), embedded, retain_graph=True)[0][:, 0].norm(dim=-1) for row in scores]
    return scores.detach(), torch.stack(rows)


@pytest.mark.parametrize("head", HEADS)
def test_gradients_of_answers_are_those_of_autograd_through_the_whole_model(head):
    model = reader(head, reads="every")
    network = taken_out(model, IDS).network
    scores, wanted = leading_by_input(model)
    close(gradients.answer_gradients(network, IDS).total.values, wanted, 1e-10)
    close(memory.connectivity(network, IDS).values[:, 0], wanted[-1], 1e-10)
    changed = IDS.clone()
    changed[1] = 0
    lost = memory.answer_losses(network, IDS, by=0)["forward"].values[-1, 1]
    assert lost == pytest.approx(float((scores[-1] - model(changed)[-1, 0].detach())[scores[-1].argmax()]), abs=1e-12)


def test_in_two_directions_gradients_are_exact_and_shares_of_directions_are_refused():
    model = Reader(between=nn.LayerNorm(16), reads="every", bidirectional=True).double().eval()
    network = taken_out(model, IDS).network
    close(gradients.answer_gradients(network, IDS).total.values, leading_by_input(model)[1], 1e-10)
    assert "LayerNorm before the readout" in str(a_linear_head(rnnviz.subject(model, IDS).load(), None))
    with pytest.raises(ValueError, match="this head is not linear"):
        memory.answer_losses(network, IDS)


@pytest.mark.parametrize("head", HEADS)
def test_backpropagation_through_time_begins_with_what_comes_back_through_the_head(head):
    model = reader(head)
    network = taken_out(model, IDS).network
    parts = gradients.through_time(network, IDS, lambda y: -y.log_softmax(-1)[0, 1])
    loss = -model(IDS).log_softmax(-1)[0, 1]
    wanted = {"weight_hh": model.rnn.weight_hh_l1, "readout.weight": model.head.weight, "readout.bias": model.head.bias}
    for (name, _weight), gradient in zip(wanted.items(), torch.autograd.grad(loss, wanted.values()), strict=True):
        close(parts.gradients()[name], gradient, 1e-12)
    matrix = gradients.gradient_matrix(network, IDS, loss=lambda y: -y.log_softmax(-1)[:, 1])
    states = rnnviz.record(network, IDS).layer(1)["h"].values[-1, 0]
    h = torch.tensor(states, requires_grad=True)
    (push,) = torch.autograd.grad(-network.scores(h).log_softmax(-1)[1], h)
    assert 10 ** matrix.values[-1, -1] == pytest.approx(float(push.norm()), rel=1e-12)
