"""What a watch sees against loops unrolled by hand, and that the training it watches is the same to the last bit."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnnviz.watching import Log, watch

KINDS = (nn.RNN, nn.LSTM, nn.GRU)
CELLS = {nn.RNN: nn.RNNCell, nn.LSTM: nn.LSTMCell, nn.GRU: nn.GRUCell}


def unrolled(module, x, loss_of):
    """dL/dh_t and dL/dc_t of a loop over a cell with the module's weights, every state asked to keep its gradient."""
    cell = CELLS[type(module)](module.input_size, module.hidden_size, dtype=x.dtype)
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in module.state_dict().items()})
    state, states = None, []
    for x_t in x:
        state = cell(x_t, state)
        pair = state if isinstance(state, tuple) else (state,)
        for value in pair:
            value.retain_grad()
        states.append(pair)
    loss_of(torch.stack([pair[0] for pair in states]), states[-1]).backward()
    grads = [torch.stack([torch.zeros_like(v) if v.grad is None else v.grad for v in s]) for s in zip(*states)]  # noqa: B905
    return [gradient.norm(dim=-1).log10().numpy() for gradient in grads]


@pytest.mark.parametrize("kind", KINDS)
def test_norms_are_those_of_a_loop_unrolled_by_hand_with_losses_on_outputs_and_last_states(kind):
    torch.manual_seed(0)
    module, x = kind(3, 5, dtype=torch.float64), torch.randn(12, 2, 3, dtype=torch.float64)
    before, optimizer = copy.deepcopy(module), torch.optim.SGD(module.parameters(), 0.1)
    with watch(module, sequences=None) as log:
        out, last = module(x)
        last = last if isinstance(last, tuple) else (last,)
        (out[4] ** 2).sum().backward(retain_graph=True)  # several losses, several passes back
        (out[-1].sin().sum() + sum((k + 2) * (value**2).sum() for k, value in enumerate(last))).backward()
        optimizer.step()
    pieces = lambda h, ends: (  # noqa: E731
        (h[4] ** 2).sum() + h[-1].sin().sum() + sum((k + 2) * (value**2).sum() for k, value in enumerate(ends))
    )
    norms = log[0].calls[0].layer().norms
    assert list(norms) == ["h", "c"][: len(last)]
    for got, expected in zip(norms.values(), unrolled(before, x, pieces), strict=True):
        np.testing.assert_allclose(got.values, expected, rtol=0, atol=1e-10)


def test_calls_that_hand_their_state_on_are_told_apart_and_join_to_one():
    torch.manual_seed(0)
    module, x = nn.LSTM(3, 5, dtype=torch.float64), torch.randn(10, 2, 3, dtype=torch.float64)
    expected = unrolled(module, x, lambda h, ends: (h**3).sum())
    with watch(module) as log:
        first, state = module(x[:4])
        second, _ = module(x[4:], state)
        ((first**3).sum() + (second**3).sum()).backward()
        log.step()
    assert len(log[0].calls) == 2
    for name, both in zip("hc", expected, strict=True):
        joined = np.concatenate([call.layer().norms[name].values for call in log[0].calls])
        np.testing.assert_allclose(joined, both, atol=1e-10)


def test_each_packed_sequence_has_the_norms_that_it_has_alone():
    torch.manual_seed(0)
    module = nn.LSTM(3, 4, num_layers=2, bidirectional=True, dtype=torch.float64)
    x, lengths = torch.randn(9, 3, 3, dtype=torch.float64), [4, 9, 6]
    with watch(module) as log:
        packed, (h, c) = module(pack_padded_sequence(x, lengths, enforce_sorted=False))
        ((pad_packed_sequence(packed)[0] ** 2).sum() + h.sum() + (c**3).sum()).backward()
        log.step()
    for b, length in enumerate(lengths):
        with watch(module) as alone:
            out, (h, c) = module(x[:length, b : b + 1])
            ((out**2).sum() + h.sum() + (c**3).sum()).backward()
            alone.step()
        for own, whole in zip(alone[0].layers, log[0].layers, strict=True):
            for name in own.norms:
                np.testing.assert_allclose(
                    whole.norms[name].values[:length, b], own.norms[name].values[:, 0], atol=1e-9
                )
                assert np.isnan(whole.norms[name].values[length:, b]).all()
    assert log[0].layers[0].lengths == tuple(lengths)
    assert np.isfinite(log[0].layers[0].together("h").values).all()


class Tagger(nn.Module):
    def __init__(self, kind, **options):
        super().__init__()
        self.embedding, self.head = nn.Embedding(7, 6), nn.Linear(20, 3)
        self.recurrent = kind(6, 10, num_layers=2, bidirectional=True, dropout=0.3, **options)

    def forward(self, ids):
        return self.head(self.recurrent(self.embedding(ids))[0])


def train(model, watching, steps=4, stop_at=None):
    """A loop with clipping and accumulation; the weights and the state of the random numbers after it."""
    torch.manual_seed(1)
    optimizer = torch.optim.Adam(model.parameters(), 0.1)
    log = None

    def loop():
        for step in range(steps):
            optimizer.zero_grad()
            for _ in range(2):
                model(torch.randint(7, (8, 5))).pow(2).mean().backward()
                if step == stop_at:
                    raise KeyError("stop")
            nn.utils.clip_grad_norm_(model.parameters(), 0.05)
            optimizer.step()

    if watching is None:
        loop()
    else:
        with watch(model, **watching) as log:
            loop()
    return log, model.state_dict(), torch.get_rng_state()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("batch_first", [False, True])
def test_training_is_the_same_to_the_last_bit_with_dropout_clipping_and_accumulation(kind, batch_first):
    torch.manual_seed(0)
    model = Tagger(kind, batch_first=batch_first)
    plain = train(copy.deepcopy(model), None)
    log, weights, drawn = train(copy.deepcopy(model), {"every": 2, "snapshots": True})
    assert all(torch.equal(value, plain[1][name]) for name, value in weights.items())
    assert torch.equal(drawn, plain[2])
    assert [record.step for record in log] == [0, 2]
    assert [len(record.calls) for record in log] == [2, 2]  # accumulated: each forward pass is a call
    assert all(record.clipped and record.applied_norm == pytest.approx(0.05, rel=1e-4) for record in log)
    assert all(torch.equal(value, model.state_dict()[name]) for name, value in log[0].weights.items())


def hooks():
    """How many of torch's global hooks there are."""
    from torch.nn.modules import module
    from torch.optim import optimizer

    kept = (module._global_forward_hooks, module._global_forward_pre_hooks, optimizer._global_optimizer_pre_hooks)
    return sum(map(len, (*kept, optimizer._global_optimizer_post_hooks)))


def test_an_exception_in_the_loop_goes_through_and_leaves_no_hook():
    before, model = hooks(), Tagger(nn.LSTM)
    untouched = copy.deepcopy(model)
    with pytest.raises(KeyError, match="stop"):
        train(model, {"every": 1}, stop_at=2)
    assert hooks() == before
    assert all(not weight._post_accumulate_grad_hooks for weight in model.parameters())
    with pytest.raises(KeyError, match="stop"):
        train(untouched, None, stop_at=2)
    assert all(map(torch.equal, model.parameters(), untouched.parameters()))
    with watch(model), pytest.raises(RuntimeError):  # an error inside of the module's own forward
        model.recurrent(torch.zeros(2, 2, 99))
    assert model(torch.zeros(3, 1, dtype=torch.int64)).shape == (3, 1, 3)


def test_between_the_steps_that_are_looked_at_no_module_and_no_weight_has_a_hook():
    from torch.nn.modules import module as modules

    module = nn.GRU(2, 3)
    optimizer = torch.optim.SGD(module.parameters(), 0.1)
    with watch(module, every=3) as log:
        for step in range(4):
            module(torch.randn(4, 1, 2))[0].sum().backward()
            assert bool(module.weight_hh_l0._post_accumulate_grad_hooks) == (step in (0, 3))
            assert bool(modules._global_forward_hooks) == (step in (0, 3))
            optimizer.step()
    assert [record.step for record in log] == [0, 3]
    assert not any(record.clipped for record in log)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("kind", KINDS)
def test_a_loss_may_reach_any_one_of_what_a_module_returns(kind, dtype):
    module = kind(2, 3, dtype=dtype)
    x = torch.randn(4, 1, 2, dtype=dtype)
    parts = ("output", "h", "c")[: 3 if kind is nn.LSTM else 2]
    for part in parts:
        with watch(module) as log:
            output, last = module(x)
            last = last if isinstance(last, tuple) else (last,)
            dict(zip(parts, (output, *last), strict=True))[part].sum().backward()
            log.step()
        assert np.isfinite(log[0].calls[0].layer().norms["h"].values[:-1]).all()


def test_runs_without_gradients_and_runs_that_no_loss_reaches_are_no_calls():
    module = nn.RNN(2, 3)
    with watch(module) as log:
        with torch.no_grad():
            module(torch.randn(4, 1, 2))
        module(torch.randn(4, 1, 2))
        module(torch.randn(5, 1, 2))[0].sum().backward()
        log.step()
    assert [len(call.layer().norms["h"].values) for call in log[0].calls] == [5]


def test_gates_are_those_that_record_gives():
    from rnnviz.recording import record

    torch.manual_seed(0)
    module, x = nn.LSTM(2, 30), 3 * torch.randn(6, 2, 2)
    with watch(module) as log:
        module(x)[0].sum().backward()
        log.step()
    layer, trace = log[0].calls[0].layer(), record(module, x).layer()
    assert list(layer.gates) == ["i", "f", "o"]
    for name, gate in layer.gates.items():
        np.testing.assert_allclose(gate.values, trace[name].values.mean((1, 2)), rtol=1e-5)
        assert layer.shut[name] == pytest.approx((trace[name].values < 0.1).mean())
        assert layer.open[name] == pytest.approx((trace[name].values > 0.9).mean())


def test_a_log_comes_back_from_its_file_and_tells_a_writer_and_a_table(tmp_path):
    said = []

    class Writer:
        def add_scalar(self, tag, value, step):
            said.append((tag, value, step))

    model = Tagger(nn.LSTM)
    log, *_ = train(model, {"every": 2, "snapshots": True, "writer": Writer()})
    log.save(tmp_path / "log.npz")
    again = Log.load(tmp_path / "log.npz")
    assert [(r.step, r.gradient_norm, r.clipped) for r in again] == [(r.step, r.gradient_norm, r.clipped) for r in log]
    assert all(torch.equal(value, again[1].weights[name]) for name, value in log[1].weights.items())
    frame, told = log.to_frame(), {tag: value for tag, value, step in said if step == 2}
    assert frame.equals(again.to_frame())
    first = frame.loc[(2, 1, "recurrent", 0, "backward", 0)]
    place = "rnnviz/recurrent/layer_0_backward"
    assert told[f"{place}/log10_dL_dc/first_step"] == first["log10 dL/dc"]
    assert told["rnnviz/clipped"] == 1.0
    with pytest.raises(ValueError, match="no log"):
        Log.load(__file__)


class Own(nn.LSTM):
    def forward(self, x, hx=None):
        return super().forward(x, hx)


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (nn.LSTM(2, 4, proj_size=2), "projections"),
        (nn.ModuleDict({"own": Own(2, 3)}), "own \\(Own\\) computes with a forward of its own"),
        (nn.ModuleDict({"cell": nn.LSTMCell(2, 3)}), "cell \\(LSTMCell\\) is called once per time step"),
        (nn.Linear(2, 3), "no torch.nn.RNN"),
    ],
)
def test_what_cannot_be_watched_is_refused_by_name(model, told):
    with pytest.raises((ValueError, TypeError), match=told):
        watch(model)


def test_an_optimizer_that_runs_the_backward_itself_is_refused_at_its_first_step():
    module = nn.RNN(2, 3)
    optimizer = torch.optim.LBFGS(module.parameters())
    with watch(module), pytest.raises(ValueError, match="LBFGS"):
        optimizer.step(lambda: module(torch.randn(4, 1, 2))[0].sum())
