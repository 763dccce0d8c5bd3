"""One update: truncation against autograd on detached segments, clipping against torch's, dropout by its rule."""

import copy

import pytest
import torch
from torch import Tensor

from rnnviz.gradients import through_time
from rnnviz.network import Network
from rnnviz.subjects import Untrained
from rnnviz.subjects.sizes import task
from rnnviz.training import Recipe, Training
from rnnviz.training.outputs import outputs

NONE = torch.Generator()


def network(cell: str = "LSTM", name: str = "xor_stream", **structure: object) -> Network:
    return Untrained(cell, "6", name, **structure).network().double()


def gradients(model: Network, loss: Tensor) -> list[Tensor]:
    return list(torch.autograd.grad(loss, list(model.parameters())))


def by_hand(model: Network, x: Tensor, length: int) -> Tensor:
    """Cell by cell, the states detached before each segment; counted from the end of what a direction reads."""
    below = model.embed(x)
    for cells in model.layers:
        sides = []
        for cell, side in zip(cells, model.directions, strict=True):
            rows = below if side == "forward" else below.flip(0)
            state, read = cell.initial_state(x.shape[1]), []
            for t, x_t in enumerate(rows):
                if (len(rows) - t) % length == 0:
                    state = {name: value.detach() for name, value in state.items()}
                step = cell(x_t, state)
                state = {name: step[name] for name in cell.state}
                read.append(step[cell.output])
            states = torch.stack(read)
            sides.append(states if side == "forward" else states.flip(0))
        below = torch.cat(sides, -1)
    return model.read(below)


@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU", "LSTM 1997", "LSTM peephole"])
@pytest.mark.parametrize("structure", [{}, {"layers": 2, "directions": "two"}])
def test_truncation_is_autograd_on_detached_segments(cell, structure):
    model, learnt = network(cell, **structure), task("xor_stream")
    x, y = learnt.batch(3, torch.Generator().manual_seed(0))
    truncated = outputs(model, x, Recipe(truncate=7), NONE)
    expected = by_hand(model, x, 7)
    torch.testing.assert_close(truncated, expected, rtol=1e-9, atol=1e-12)
    ours, theirs = (gradients(model, learnt.loss(output, y)) for output in (truncated, expected))
    torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-12)
    whole = gradients(model, learnt.loss(model(x), y))
    assert not torch.allclose(ours[1], whole[1], rtol=1e-3)
    long = gradients(model, learnt.loss(outputs(model, x, Recipe(truncate=10**6), NONE), y))
    torch.testing.assert_close(long, whole, rtol=1e-9, atol=1e-12)


def test_truncation_counts_as_the_page_on_backpropagation_does():
    model, learnt = network("LSTM", "recall"), task("recall")
    x, y = learnt.batch(1, torch.Generator().manual_seed(0))
    learnt.loss(outputs(model, x, Recipe(truncate=20), NONE), y).backward()
    taken = through_time(model, x, lambda output: learnt.loss(output, y), truncate=20).gradients()
    torch.testing.assert_close(model.layers[0][0].weight_hh.grad.numpy(), taken["weight_hh"], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("clip", ["norm", "value", "none"])
def test_an_update_of_sgd_takes_the_gradient_as_torch_clips_it(clip):
    model, learnt, recipe = network(), task("xor_stream"), Recipe(1, 4, "sgd", 0.5, clip=clip, limit=0.01)
    plain = copy.deepcopy(model)
    (progress,) = Training(model, learnt, recipe, per_decade=0)
    x, y = learnt.batch(4, recipe.generator())
    learnt.loss(plain(x), y).backward()
    norm = torch.cat([value.grad.flatten() for value in plain.parameters()]).norm().item()
    {
        "norm": lambda: torch.nn.utils.clip_grad_norm_(plain.parameters(), 0.01),
        "value": lambda: torch.nn.utils.clip_grad_value_(plain.parameters(), 0.01),
        "none": lambda: None,
    }[clip]()
    for ours, theirs in zip(model.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs - 0.5 * theirs.grad)
    assert progress.gradient_norm == pytest.approx(norm, rel=1e-6)
    assert progress.clipped == (clip != "none")


def test_dropout_takes_states_between_layers_and_before_the_readout_and_none_that_goes_on():
    model, learnt = network("GRU", layers=2), task("xor_stream")
    x, _ = learnt.batch(2, torch.Generator().manual_seed(0))
    with torch.no_grad():
        for value in model.parameters():
            value.fill_(0.0)
        model.readout.weight.fill_(1.0)
        model.layers[1][0].bias_ih.fill_(1.0)
        drawn = outputs(model, x.repeat(1, 500), Recipe(dropout=0.25), torch.Generator().manual_seed(0))
        whole = model(x)[:, :1]
    states = model.hidden_size
    shares = (drawn / whole * states * 0.75)[..., 0]  # how many of the states came through
    assert torch.equal(shares.round().unique(), torch.arange(states + 1.0, dtype=torch.float64))
    torch.testing.assert_close(shares, shares.round(), rtol=0, atol=1e-9)
    assert shares.mean().item() == pytest.approx(0.75 * states, rel=0.01)


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [("constant", (1, 1, 1)), ("linear", (1, 0.5, 0)), ("cosine", (1, 0.5, 0)), ("step", (1, 0.1, 0.01))],
)
def test_a_schedule_is_what_it_says(schedule, rates):
    recipe = Recipe(100, learning_rate=3.0, schedule=schedule)
    assert [recipe.rate(done) / 3 for done in (0, 50, 100)] == pytest.approx(rates, abs=1e-12)
