"""Tasks of numbers, step by step against their rules: adding, flip-flops, the timer; and what they have in common."""

import math

import pytest
import torch

from rnnviz.cells import CELLS
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.tasks import TASKS, Adding, FlipFlop, RealTask, Timer
from rnnviz.tasks.flip_flop import LENGTH, PUSHES
from rnnviz.tasks.timer import wind
from rnnviz.training import Recipe, Training, mean_loss

REAL = [name for name, kind in TASKS.items() if issubclass(kind, RealTask)]
every_task = pytest.mark.parametrize("name", REAL)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_those_of_numbers_are_in_the_table():
    assert REAL == ["adding", "flip_flop", "timer", "forecast"]
    kinds = {name: (TASKS[name].inputs, TASKS[name].answers) for name in TASKS}
    assert all(TASKS[name].name == name and kinds[name] == ("reals", "numbers") for name in REAL)
    assert [name for name, kind in kinds.items() if kind == ("reals", "classes")] == ["strokes", "sounds"]
    assert set(kinds.values()) == {("tokens", "classes"), ("reals", "numbers"), ("reals", "classes")}


@every_task
def test_batches_are_float32_of_the_sizes_that_the_task_says(name):
    task = TASKS[name]()
    for x, y in (task.batch(6, generator()), *task.held_out()):
        assert x.dtype == y.dtype == torch.float32
        assert x.shape[2] == task.input_size == len(task.channels)
        assert y.shape == ((x.shape[1],) if task.readout == "last" else x.shape[:2]) + (task.output_size,)
        torch.testing.assert_close(task.solution(x), y, atol=0, rtol=0, equal_nan=True)


@every_task
def test_the_same_generator_draws_the_same_batches_and_the_global_one_is_left_alone(name):
    before = torch.get_rng_state()
    one, other = (TASKS[name]().batch(8, generator(3)) for _ in range(2))
    assert all(torch.equal(a.nan_to_num(), b.nan_to_num()) for a, b in zip(one, other, strict=True))
    held, again = (TASKS[name]().held_out() for _ in range(2))
    assert all(torch.equal(a.x, b.x) for a, b in zip(held, again, strict=True))
    assert torch.equal(torch.get_rng_state(), before)


@every_task
def test_it_has_words_for_its_answers_and_reads_no_text(name):
    task = TASKS[name]()
    assert all(task.label_text(label) for label in task.labels)
    with pytest.raises(KeyError):
        task.label_text("nothing of it")
    with pytest.raises(ValueError, match=f"reads numbers, not text: {task.channels[0]}"):
        task.encode("one two")
    assert task.vocabulary.tokens[1:] == task.channels


@every_task
@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
def test_a_network_learns_it_by_its_squared_error(name, cell):
    task = TASKS[name]()
    network = Network(
        cell, task.input_size, 12, output_size=task.output_size, readout=task.readout, generator=generator()
    )
    held_out = task.held_out()
    (x, y), before = held_out[0], mean_loss(network, task, held_out)
    assert before == pytest.approx(((network(x) - y) ** 2).nanmean().item(), rel=1e-5)
    for _ in Training(network, task, Recipe(20, 16), per_decade=0):
        pass
    assert mean_loss(network, task, held_out) < before


def test_what_is_not_asked_for_does_not_count():
    task = FlipFlop()
    y = torch.tensor([[[1.0, math.nan, -1.0]], [[math.nan, math.nan, 0.5]]])
    output = torch.zeros(2, 1, 3, requires_grad=True)
    loss = task.loss(output, y)
    assert loss.item() == pytest.approx((1 + 1 + 0.25) / 3)
    loss.backward()
    assert output.grad.isfinite().all()
    assert output.grad[y.isnan()].tolist() == [0, 0, 0]


@pytest.mark.parametrize("length", [2, 3, 50])
def test_the_sum_is_that_of_the_two_numbers_that_are_marked(length):
    x, y = Adding(length).batch(64, generator())
    for b in range(64):
        marked = [t for t in range(length) if x[t, b, 1] == 1]
        assert len(marked) == 2
        assert all(x[t, b, 1] == 0 for t in range(length) if t not in marked)
        assert y[b, 0].item() == pytest.approx(sum(x[t, b, 0].item() for t in marked), abs=1e-6)
    assert ((x[..., 0] >= 0) & (x[..., 0] < 1)).all()


def test_marks_are_anywhere_and_the_sum_varies_by_a_sixth():
    x, y = Adding(10).batch(20_000, generator())
    assert (x[..., 1].mean(1) - 0.2).abs().max() < 0.02
    assert y.mean().item() == pytest.approx(1, abs=0.01)
    assert y.var().item() == pytest.approx(1 / 6, abs=0.005)


def test_each_switch_stays_as_it_was_last_pushed():
    x, y = FlipFlop().batch(32, generator())
    for b in range(32):
        for channel in range(3):
            state = None
            for t in range(LENGTH):
                push = x[t, b, channel].item()
                assert push in (-1, 0, 1)
                state = push or state
                assert y[t, b, channel].item() == state


def test_switches_are_all_pushed_at_first_and_then_rarely_either_way():
    x, _ = FlipFlop().batch(2000, generator())
    assert (x[0] != 0).all()
    assert (x[1:] != 0).float().mean().item() == pytest.approx(PUSHES, abs=0.003)
    assert x.sum().item() == pytest.approx(0, abs=0.01 * x.numel())


def test_a_switch_that_was_never_pushed_is_not_asked_for():
    x = torch.zeros(4, 1, 3)
    x[2, 0, 1] = -1
    y = FlipFlop().solution(x)
    assert y.isnan().sum() == 10
    assert y[2:, 0, 1].tolist() == [-1, -1]


@pytest.mark.parametrize("period", [2, 5, 10])
def test_the_timer_asks_for_a_spike_at_every_step_whose_number_the_period_divides(period):
    task = Timer(period)
    for x, y in (task.batch(3, generator()), *task.held_out()):
        assert not x.any()
        for t in range(len(y)):
            assert y[t].unique().tolist() == [float((t + 1) % period == 0)]
    assert len(task.held_out()[0].x) > len(task.batch(1, generator()).x)


@pytest.mark.parametrize("period", [5, 10, 25])
@pytest.mark.parametrize(("squashing", "height"), [("tanh", math.tanh(1)), ("identity", 1)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_one_cell_with_peepholes_keeps_time_without_training_and_without_them_stays_silent(
    period, squashing, height, dtype
):
    network = Network("LSTM peephole", 1, 1, squashing=squashing, generator=generator(), dtype=dtype)
    cell = network.layers[0][0]
    wind(cell, period)
    x, y = Timer(period).held_out()[0]
    h = record(network, x.to(dtype)).layer()["h"].values
    torch.testing.assert_close(torch.tensor(h), height * y.to(dtype), atol=1e-5, rtol=0)
    with torch.no_grad():
        cell.peepholes.zero_()
    silent = record(network, x.to(dtype)).layer()
    assert abs(silent["h"].values).max() < 1e-30
    assert silent["c"].values[-1] > 20


def test_sizes_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="length is 1; it must be at least 2"):
        Adding(1)
    with pytest.raises(ValueError, match="period is 1; it must be at least 2"):
        Timer(1)
    with pytest.raises(ValueError, match="period is 0; it must be at least 2"):
        wind(CELLS["LSTM peephole"](1, 1, generator=generator()), 0)
