"""Training an encoder-decoder: by the same loop as every network."""

import math

import pytest
import torch

import rnnviz
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.refusals import Refused
from rnnviz.tasks import TRANSLATIONS, Batch, TranslationTask, Vocabulary
from rnnviz.tasks.tokens import UNKNOWN
from rnnviz.training import Recipe, Training, accuracy, exact_match, measure


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


def network(attention: bool = True, **options: object) -> EncoderDecoder:
    generator = torch.Generator().manual_seed(0)
    sizes = {"vocabulary_size": 4, "output_size": 4, "longest": 5}
    return EncoderDecoder("GRU", 6, 8, **sizes, attention=attention, generator=generator, **options)


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


@pytest.mark.parametrize("share", [1.0, 0.5])
def test_one_that_goes_on_from_a_snapshot_comes_to_the_same_weights(share):
    recipe = Recipe(8, 4, teacher_forcing=share)
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


def test_dropout_and_truncation_are_refused():
    for recipe in (Recipe(dropout=0.1), Recipe(truncate=2)):
        with pytest.raises(Refused, match="without dropout"):
            Training(network(), Turned(), recipe)


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
