"""The encoder-decoder against loops written by hand with torch.nn in float64, with and without attention."""

import pytest
import torch
from torch import Tensor, nn

from rnnviz import cells
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.translating import translate

CELLS = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}
SYMBOLS, STEPS, LENGTH, BATCH = 5, 6, 7, 3


def model(cell: str = "GRU", attention: bool = True, bidirectional: bool = True) -> EncoderDecoder:
    return EncoderDecoder(
        cell,
        4,
        3,
        vocabulary_size=9,
        output_size=SYMBOLS,
        longest=STEPS,
        attention=attention,
        bidirectional=bidirectional,
        generator=torch.Generator().manual_seed(0),
        dtype=torch.float64,
    )


def question(seed: int = 1) -> tuple[Tensor, Tensor]:
    drawn = torch.Generator().manual_seed(seed)
    x = torch.randint(9, (LENGTH, BATCH), generator=drawn)
    return x, torch.randint(SYMBOLS, (STEPS, BATCH), generator=drawn)


def encoder_of(network: EncoderDecoder, weights: dict[str, Tensor]) -> nn.RNNBase:
    """torch's own module with these weights, which it is then differentiated by."""
    inner = network.encoder
    ours = CELLS[inner.cell](4, 3, bidirectional=inner.bidirectional, dtype=torch.float64)
    for d in range(len(inner.directions)):
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            place = f"{name}_l0{'_reverse' * d}"
            delattr(ours, place)
            setattr(ours, place, weights[f"encoder.layers.0.{d}.{name}"])
    return ours


def by_hand(
    network: EncoderDecoder, weights: dict[str, Tensor], x: Tensor, told: Tensor | None
) -> tuple[Tensor, Tensor, list[Tensor]]:
    """Outputs (S, B, O), scores and weights of attention. ``told``: what each step but the first reads, (S, B);
    where it is negative, or without it, what was written."""
    cell = network.encoder.cell
    embedded = weights["encoder.embedding.weight"][x]
    memory, last = encoder_of(network, weights)(embedded)
    last = last if isinstance(last, tuple) else (last,)
    state = tuple(torch.cat(list(each), -1) for each in last)
    own = [weights[f"decoder.{name}"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    step = {"RNN": torch.rnn_tanh_cell, "LSTM": torch.lstm_cell, "GRU": torch.gru_cell}[cell]
    previous, outputs, scores, shares = torch.full((x.shape[1],), SYMBOLS), [], [], []
    for s in range(STEPS):
        heard = weights["embedding.weight"][previous]
        if network.attention is not None:
            rows = []
            for h in memory:
                inner = torch.tanh(
                    state[0] @ weights["attention.query.weight"].T
                    + h @ weights["attention.key.weight"].T
                    + weights["attention.key.bias"]
                )
                rows.append(inner @ weights["attention.score.weight"][0])
            e = torch.stack(rows)
            alpha = e.exp() / e.exp().sum(0)
            context = sum(alpha[j][:, None] * memory[j] for j in range(len(memory)))
            heard = torch.cat([heard, context], -1)
            scores.append(e)
            shares.append(alpha)
        new = step(heard, state if cell == "LSTM" else state[0], *own)
        state = new if cell == "LSTM" else (new,)
        shown = state[0] if network.attention is None else torch.cat([state[0], context], -1)
        outputs.append(shown @ weights["readout.weight"].T + weights["readout.bias"])
        previous = outputs[-1].argmax(-1)
        if told is not None:
            previous = torch.where(told[s] >= 0, told[s], previous)
    return torch.stack(outputs), scores, shares


def agrees(network: EncoderDecoder, x: Tensor, output: Tensor, told: Tensor | None) -> None:
    """Outputs and the gradients of all weights."""
    weights = {name: value.detach().clone().requires_grad_() for name, value in network.state_dict().items()}
    expected, _, _ = by_hand(network, weights, x, told)
    torch.testing.assert_close(output, expected, rtol=1e-10, atol=1e-12)
    ours = torch.autograd.grad(output.square().sum(), list(network.parameters()))
    names = [name for name, _ in network.named_parameters()]
    theirs = torch.autograd.grad(expected.square().sum(), [weights[name] for name in names])
    for name, one, other in zip(names, ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-12, msg=name)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("attention", [False, True])
@pytest.mark.parametrize("forced", [1.0, 0.0])
def test_teacher_forcing_of_one_and_of_none_are_the_loops_that_read_the_answer_and_their_own(cell, attention, forced):
    network, (x, y) = model(cell, attention), question()
    agrees(network, x, network(x, y, forced), y if forced else None)


def test_one_that_reads_one_way_starts_its_decoder_in_the_very_last_state():
    network, (x, y) = model("LSTM", bidirectional=False), question()
    agrees(network, x, network(x, y), y)


def test_a_share_of_teacher_forcing_is_drawn_for_each_step_and_sequence_from_the_generator():
    network, (x, y) = model(), question()
    coins = torch.rand(STEPS, BATCH, generator=torch.Generator().manual_seed(4)) < 0.5
    assert 0 < coins.sum() < coins.numel()
    drawn = network(x, y, 0.5, torch.Generator().manual_seed(4))
    agrees(network, x, drawn, torch.where(coins, y, -1))
    assert torch.equal(drawn, network(x, y, 0.5, torch.Generator().manual_seed(4)))
    assert not torch.equal(drawn, network(x, y, 0.5, torch.Generator().manual_seed(5)))


@pytest.mark.parametrize("cell", CELLS)
def test_a_translation_holds_what_the_loop_by_hand_computes(cell):
    network, (x, _) = model(cell), question()
    output, scores, shares = by_hand(network, network.state_dict(), x, None)
    told = translate(network, x)
    assert told.weights.axes == ("step", "batch", "position")
    torch.testing.assert_close(torch.tensor(told.output.values), output.softmax(-1), rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(torch.tensor(told.scores.values), torch.stack([e.T for e in scores]))
    torch.testing.assert_close(torch.tensor(told.weights.values), torch.stack([a.T for a in shares]))
    memory = torch.tensor(told.encoder.merged().values)
    for s in range(STEPS):
        context = torch.einsum("tb,tbu->bu", shares[s], memory)
        torch.testing.assert_close(torch.tensor(told.context.values[s]), context)
    assert told.weights.values.sum(-1) == pytest.approx(1)
    assert told.read.values[0].tolist() == [network.begin] * BATCH
    assert (told.read.values[1:] == told.written.values[:-1]).all()


@pytest.mark.parametrize("attention", [False, True])
def test_the_decoder_trace_obeys_its_cell_and_begins_in_the_encoder_last_state(attention):
    network, (x, _) = model("GRU", attention), question()
    told = translate(network, x)
    forward, backward = (told.encoder.layer(0, side)["h"].values for side in ("forward", "backward"))
    start = told.decoder.initial["h"].values
    assert start[:, :3] == pytest.approx(forward[-1])
    assert start[:, 3:] == pytest.approx(backward[0])
    assert (told.weights is None) == (not attention)
    previous = told.decoder.previous("h").values
    h, z, n = (told.decoder[name].values for name in ("h", "z", "n"))
    assert h == pytest.approx((1 - z) * n + z * previous)


def test_it_stops_once_every_sequence_has_its_end():
    network, (x, _) = model(), question()
    written = translate(network, x).written.values
    alone = written[:, 0].tolist()
    told = translate(network, x[:, :1], end=alone[0])
    assert told.written.values[:, 0].tolist() == alone[:1]
    never = next(k for k in range(SYMBOLS + 1) if k not in written)
    assert len(translate(network, x, end=never).written.values) == STEPS


def test_weights_hang_on_the_generator_alone():
    torch.manual_seed(1)
    before = torch.get_rng_state()
    one, other = (model().state_dict() for _ in range(2))
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert torch.equal(before, torch.get_rng_state())


def test_the_structure_rebuilds_it():
    network = model("LSTM", attention=False)
    again = EncoderDecoder(**network.structure, dtype=torch.float64)
    again.load_state_dict(network.state_dict())
    x, y = question()
    assert torch.equal(network(x, y), again(x, y))


def test_a_cell_without_a_state_to_hand_on_is_refused(monkeypatch):
    monkeypatch.setitem(cells.CELLS, "other", type("Other", (cells.CELLS["RNN"],), {"state": ("s",)}))
    with pytest.raises(ValueError, match="choose another cell"):
        EncoderDecoder("other", vocabulary_size=3, output_size=3, longest=3)
