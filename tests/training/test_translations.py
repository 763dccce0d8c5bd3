"""Training an encoder-decoder: by the same loop as every network."""

import math

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.refusals import Refused
from rnnviz.tasks import TRANSLATIONS, Batch, TranslationTask, Vocabulary
from rnnviz.tasks.tokens import UNKNOWN
from rnnviz.training import Recipe, Training, accuracy, exact_match, measure
from rnnviz.training.outputs import outputs
from rnnviz.training.way_back import gradient_sizes


class Turned(TranslationTask):
    """Four letters, to be written from the last to the first."""

    name, title, labels, examples, longest = "turned", "Backwards", ("a", "b", "c", "."), (), 5

    @property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary((UNKNOWN, "a", "b", "c"))

    def label_text(self, label: str) -> str:
        return label

    def split(self, text: str) -> list[str]:
        return list(text)

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        x = torch.randint(1, 4, (4, size), generator=generator)
        return Batch(x, torch.cat([x.flip(0) - 1, torch.full((1, size), 3)]))

    def held_out(self) -> list[Batch]:
        return [self.batch(40, torch.Generator().manual_seed(99))]


def network(attention: bool = True, cell: str = "GRU", **options: object) -> EncoderDecoder:
    generator = torch.Generator().manual_seed(0)
    sizes = {"vocabulary_size": 4, "output_size": 4, "longest": 5}
    return EncoderDecoder(cell, 6, 8, **sizes, attention=attention, generator=generator, **options)


@pytest.mark.parametrize("attention", [False, True])
def test_it_learns_to_write_backwards(attention):
    model = network(attention)
    run = Training(model, Turned(), Recipe(120, 32, learning_rate=3e-2), per_decade=0)
    losses = [progress.loss for progress in run]
    assert losses[-1] < 0.3 * losses[0]
    assert exact_match(model, Turned().held_out()) > 0.3


def test_an_exact_match_is_a_sequence_of_which_every_symbol_is_right():
    model, (x, _) = network(), Turned().held_out()[0]
    written = model(x).argmax(-1)
    half = Batch(x, torch.where(torch.arange(40) < 10, written, (written + 1) % 4))
    assert exact_match(model, [half]) == accuracy(model, [half]) == 0.25
    one_wrong = written.clone()
    one_wrong[2] = (one_wrong[2] + 1) % 4
    assert exact_match(model, [Batch(x, one_wrong)]) == 0
    assert accuracy(model, [Batch(x, one_wrong)]) == 0.8
    assert measure(model, Turned())["held_out_answers"] == 40


@pytest.mark.parametrize("own", [{}, {"teacher_forcing": 0.5}, {"dropout": 0.3, "truncate": 3}])
def test_one_that_goes_on_from_a_snapshot_comes_to_the_same_weights(own):
    recipe = Recipe(8, 4, **own)
    first = Training(network(), Turned(), recipe, per_decade=2)
    for _ in first:
        pass
    middle = first.snapshots[1]
    assert 0 < middle.update < 8
    assert {layer.direction for layer in middle.layers} == {"forward", "backward"}
    assert set(middle.layers[0].gates) == {"r", "z"}
    again = Training(network(), Turned(), recipe, start=middle, per_decade=0)
    for _ in again:
        pass
    ours, theirs = first.network.state_dict(), again.network.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert torch.equal(
        first.network_at(first.snapshots[-1])(Turned().held_out()[0].x), first.network(Turned().held_out()[0].x)
    )


def test_teacher_forcing_changes_what_is_learnt():
    weights = []
    for share in (1.0, 0.5, 0.0):
        run = Training(network(), Turned(), Recipe(3, 4, teacher_forcing=share), per_decade=0)
        losses = [progress.loss for progress in run]
        weights.append((losses[-1], run.network.readout.weight))
    assert len({loss for loss, _ in weights}) == 3
    with pytest.raises(Refused):
        Recipe(teacher_forcing=1.5)


def handed_on(model, x, y, truncate=None):
    """The loss, and every state of the encoder as it is handed on, by direction and step: a plain loop, each symbol of
    the answer told. ``truncate``: of all that is read and then written, the gradient is cut at so many steps."""
    length, steps, seen, outputs = len(x), len(y), [], []
    embedded = model.encoder.embed(x)
    for cell, side in zip(model.encoder.layers[0], model.encoder.directions, strict=True):
        state = {name: torch.zeros(x.shape[1], cell.hidden_size, dtype=embedded.dtype) for name in cell.state}
        path = {}
        for k in range(length):
            if truncate and k and (length - k + steps) % truncate == 0:
                state = {name: value.detach() for name, value in state.items()}
            t = length - 1 - k if side == "backward" else k
            quantities = cell(embedded[t], state)
            state = path[t] = {name: quantities[name].clone() for name in cell.state}
            for value in state.values():
                value.retain_grad()
        seen.append((path, state))
    states = torch.stack([torch.cat([path[t]["h"] for path, _ in seen], -1) for t in range(length)])
    state = {name: torch.cat([last[name] for _, last in seen], -1) for name in model.decoder.state}
    read = torch.full_like(y[0], model.begin)
    for s in range(steps):
        if truncate and (steps - s) % truncate == 0:
            state = {name: value.detach() for name, value in state.items()}
        heard = model.embedding(read)
        if model.attention is not None:
            scores = model.attention.score(torch.tanh(model.attention.query(state["h"]) + model.attention.key(states)))
            context = (scores.softmax(0) * states).sum(0)
            heard = torch.cat([heard, context], -1)
        state = model.decoder(heard, state)
        outputs.append(model.readout(state["h"] if model.attention is None else torch.cat([state["h"], context], -1)))
        read = y[s]
    return Turned().loss(torch.stack(outputs), y), [path for path, _ in seen]


@pytest.mark.parametrize("attention", [False, True])
@pytest.mark.parametrize("cell", ["GRU", "LSTM"])
def test_what_reaches_the_encoder_is_what_autograd_says_of_a_plain_loop(cell, attention):
    model = network(attention, cell=cell, dtype=torch.float64)
    batch = Turned().batch(6, torch.Generator().manual_seed(3))
    loss, paths = handed_on(model, *batch)
    loss.backward()
    sizes = gradient_sizes(model, batch, Turned())
    assert list(sizes) == [(0, "forward"), (0, "backward")]
    for signal, path in zip(sizes.values(), paths, strict=True):
        expected = [math.hypot(*(value.grad.norm() for value in path[t].values())) for t in range(4)]
        np.testing.assert_allclose(10**signal.values, expected, rtol=1e-9)


@pytest.mark.parametrize("attention", [False, True])
@pytest.mark.parametrize("cell", ["GRU", "LSTM"])
@pytest.mark.parametrize("truncate", [1, 2, 3, 5, 6, 9])
def test_a_truncated_gradient_is_that_of_detached_segments_of_all_that_is_read_and_written(cell, attention, truncate):
    model = network(attention, cell=cell, dtype=torch.float64)
    x, y = Turned().batch(6, torch.Generator().manual_seed(3))
    handed_on(model, x, y, truncate)[0].backward()
    theirs = {name: weight.grad.clone() for name, weight in model.named_parameters() if weight.grad is not None}
    model.zero_grad()
    output = outputs(model, x, Recipe(truncate=truncate), torch.Generator(), y)
    Turned().loss(output, y).backward()
    ours = {name: weight.grad for name, weight in model.named_parameters() if weight.grad is not None}
    # No gradient comes into what reads where the decoder's start is cut and nothing else is looked at.
    assert {name for name in ours if ours[name].any()} == {name for name in theirs if theirs[name].any()}
    assert any(name.startswith("encoder") for name in ours) == (attention or 5 % truncate != 0)
    for name in theirs.keys() & ours.keys():
        torch.testing.assert_close(ours[name], theirs[name], rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(output, model(x, y))


def test_dropout_takes_from_what_the_readout_is_given_and_from_nothing_that_goes_on():
    model = network()
    (x, y), seen = Turned().batch(40, torch.Generator().manual_seed(3)), []
    model.readout.register_forward_pre_hook(lambda _module, given: seen.append(given[0]))
    model(x, y)
    output = outputs(model, x, Recipe(dropout=0.5), torch.Generator().manual_seed(1), y)
    whole, dropped = torch.stack(seen[:5]), torch.stack(seen[5:])
    zero = dropped == 0
    assert 0.45 < zero.double().mean() < 0.55
    torch.testing.assert_close(dropped[~zero], 2 * whole[~zero])
    again = outputs(model, x, Recipe(dropout=0.5), torch.Generator().manual_seed(1), y)
    assert torch.equal(output, again)


@pytest.mark.parametrize(("where", "part"), [("readout", "answer"), ("gradient", "gradient")])
def test_an_explosion_is_told_and_the_weights_before_it_are_kept(where, part):
    model = network()
    with torch.no_grad():
        if where == "readout":
            model.readout.bias[0] = math.inf
        else:
            model.encoder.embedding.weight *= 1e-30
            model.encoder.layers[0][0].weight_ih.mul_(1e30)
            model.encoder.layers[0][1].weight_ih.mul_(1e30)
            model.readout.weight *= 1e12
    before = {name: value.clone() for name, value in model.state_dict().items()}
    run = Training(model, Turned(), Recipe(3, 4), per_decade=0)
    list(run)
    assert run.explosion.part == part
    assert 1 <= run.explosion.step <= 5
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_a_share_of_teacher_forcing_is_asked_for_as_every_other_setting():
    learnt = TRANSLATIONS["dates"]()
    sizes = {"vocabulary_size": learnt.input_size, "output_size": learnt.output_size, "longest": learnt.longest}
    model = EncoderDecoder("GRU", 4, 4, **sizes, generator=torch.Generator().manual_seed(0))
    run = rnnviz.train(model, Recipe(2, 4, teacher_forcing=0.5), task="dates", per_decade=0)
    assert [progress.update for progress in run] == [1, 2]
    assert run.network is model
    plain = rnnviz.Network("GRU", 4, 4, vocabulary_size=learnt.input_size, output_size=learnt.output_size)
    for misfit, name in ((plain, "dates"), (model, "recall")):
        with pytest.raises(Refused, match="An encoder-decoder learns to write a sequence, as the tasks dates ask"):
            rnnviz.train(misfit, task=name)
    with pytest.raises(Refused, match="longest=11"):
        rnnviz.train(network(), task="dates")
