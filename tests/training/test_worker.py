"""What a worker says of a run is the run itself: nothing is lost on the way, and what cannot be is a sentence."""

import json
import math
import threading
from dataclasses import replace

import pytest
import torch

import rnnviz
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.refusals import Refused
from rnnviz.subjects import Subject
from rnnviz.subjects.address_words import from_word
from rnnviz.subjects.sizes import EMBEDDING
from rnnviz.tasks import TRANSLATIONS
from rnnviz.training import OPTIMIZERS, Recipe, Snapshot, Training, exact_match
from rnnviz.training.messages import line, refusal_of, refusal_told, snapshot_of, snapshot_told
from rnnviz.training.worker import follow, request

WORDS = tuple(f"untrained~cell.{cell}~size.5~task.xor_stream~seed.3" for cell in ("RNN", "LSTM"))
RECIPE = Recipe(12, 4, seed=3, dropout=0.2, schedule="cosine", clip="value", limit=0.05)


def said(asked: bytes, stop_at: int | None = None) -> list[dict]:
    """All that is said of a run, as it arrives; stopped once that update was told."""
    stop, heard = threading.Event(), []
    for message in follow(json.loads(asked), stop):
        heard.append(json.loads(line(message)))
        told = heard[-1]
        if stop_at is not None and told["kind"] == "updates" and told["first"] + len(told["loss"]) > stop_at:
            stop.set()
    return heard


def of(heard: list[dict], kind: str, network: int = 0) -> list[dict]:
    return [message for message in heard if message["kind"] == kind and message["network"] == network]


def training(word: str, recipe: Recipe = RECIPE, **options: object) -> Training:
    run = rnnviz.train(Subject(from_word(word)), recipe, **options)
    run.progress = list(run)
    return run


def equal(one: object, other: object) -> bool:
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    return one == other


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_snapshot_comes_back_whole_and_a_run_goes_on_from_it_to_the_same_weights(optimizer):
    recipe = replace(RECIPE, optimizer=optimizer)
    run = training(WORDS[1], recipe, per_decade=2)
    snapshot = run.snapshots[2]
    back = snapshot_of(json.loads(line(snapshot_told(snapshot))))
    for name in ("update", "loss", "accuracy", "clipped", "weights", "optimizer", "generator", "recipe"):
        assert equal(getattr(back, name), getattr(snapshot, name)), name
    for own, other in zip(back.layers, snapshot.layers, strict=True):
        assert own._replace(gradient=None, gates={}) == other._replace(gradient=None, gates={})
        for one, same in [
            (own.gradient, other.gradient),
            *((own.gates[name], other.gates[name]) for name in own.gates),
        ]:
            assert (one.name, one.axes, one.symbol, one.bounds, one.kind) == (
                same.name, same.axes, same.symbol, same.bounds, same.kind,
            )  # fmt: skip
            assert one.dtype == same.dtype
            assert one.values.tobytes() == same.values.tobytes()
    on = training(WORDS[1], recipe, start=back, per_decade=0)
    assert equal(on.network.state_dict(), run.network.state_dict())


def test_a_worker_makes_the_run_that_is_made_here():
    heard = said(request(WORDS, [RECIPE] * 2, per_decade=2))
    for number, word in enumerate(WORDS):
        run = training(word, per_decade=2)
        updates = of(heard, "updates", number)
        assert [first["first"] for first in updates] == [
            1 + sum(len(one["loss"]) for one in updates[:k]) for k in range(len(updates))
        ]
        for name, place in (("loss", 1), ("gradient_norm", 2), ("clipped", 3), ("learning_rate", 4)):
            assert [value for one in updates for value in one[name]] == [each[place] for each in run.progress]
        shots = [snapshot_of(told) for told in of(heard, "snapshot", number)]
        assert [shot.update for shot in shots] == [0, 1, 3, 10, 12]
        for shot, other in zip(shots, run.snapshots, strict=True):
            assert equal(shot.weights, other.weights)
            assert (shot.loss, shot.accuracy) == (other.loss, other.accuracy)
    assert heard[-1] == {"kind": "end"}


def test_what_was_stopped_goes_on_to_the_weights_of_a_run_that_was_not():
    heard = said(request(WORDS[:1], [RECIPE], per_decade=1), stop_at=4)
    last: Snapshot = snapshot_of(of(heard, "snapshot")[-1])
    assert 4 <= last.update < 12
    on = said(request(WORDS[:1], [RECIPE], [last], per_decade=1))
    assert of(on, "updates")[0]["first"] == last.update + 1
    assert [told["update"] for told in of(on, "snapshot")] == [10, 12] if last.update < 10 else [12]
    end = snapshot_of(of(on, "snapshot")[-1])
    assert equal(end.weights, training(WORDS[0]).snapshots[-1].weights)


def test_an_encoder_decoder_comes_to_the_weights_of_the_library_though_it_was_stopped():
    word, recipe = (
        "untrained~cell.LSTM~size.3~task.dates~directions.two~attention.True",
        Recipe(6, 2, teacher_forcing=0.5),
    )
    learnt, draw = TRANSLATIONS["dates"](), torch.Generator().manual_seed(0)
    sizes = {"vocabulary_size": learnt.input_size, "output_size": learnt.output_size, "longest": learnt.longest}
    network = EncoderDecoder("LSTM", EMBEDDING, 3, **sizes, attention=True, generator=draw)
    run = rnnviz.train(network, replace(recipe, seed=0), task="dates", per_decade=0)
    losses = [progress.loss for progress in run]
    heard = said(request([word], [recipe], per_decade=1), stop_at=2)
    last = snapshot_of(of(heard, "snapshot")[-1])
    assert 2 <= last.update < 6
    assert of(heard, "updates")[0]["loss"][0] == losses[0]
    on = said(request([word], [recipe], [last], per_decade=1))
    end = snapshot_of(of(on, "snapshot")[-1])
    assert end.accuracy == exact_match(network, learnt.sample())
    assert equal(end.weights, network.state_dict())


def test_an_explosion_says_at_which_update_and_step():
    word = "untrained~cell.RNN~size.5~task.flip_flop"
    heard = said(request([word], [Recipe(20, 4, "sgd", 1e9, clip="none", seed=0)]))
    ((told,), run) = of(heard, "explosion"), training(word, Recipe(20, 4, "sgd", 1e9, clip="none", seed=0))
    assert (told["update"], told["step"], told["part"]) == run.explosion
    assert not math.isfinite(of(heard, "updates")[-1]["loss"][-1])
    assert of(heard, "snapshot")[-1]["update"] == told["update"] - 1


@pytest.mark.parametrize(
    ("word", "recipe", "said_of_it"),
    [
        ("untrained~cell.LSTM~task.nothing", {}, "There is no task nothing"),
        ("untrained~cell.LSTM~task.", {}, "nothing to learn"),
        ("no-such-network", {}, "No network called no-such-network"),
        ("untrained~cell.LSTM~size.9999~task.recall", {}, "There is no size 9999"),
        ("untrained~cell.mLSTM~task.dates", {}, "A mLSTM has no state that an encoder could hand on"),
        ("untrained~cell.GRU~task.dates~layers.2", {}, "An encoder-decoder has one layer"),
        ("untrained~cell.GRU~task.dates~attention.maybe", {}, "There is no attention maybe"),
        (WORDS[0], {"learning_rate": math.nan}, "learning_rate must be from"),
        (WORDS[0], {"updates": -1}, "updates must be from 0"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_a_sentence(word, recipe, said_of_it):
    asked = json.loads(request([word], [RECIPE]))
    asked["networks"][0]["recipe"] |= recipe
    with pytest.raises(Refused, match=said_of_it) as refused:
        said(line(asked))
    back = refusal_of(json.loads(line(refusal_told(refused.value))))
    assert str(back) == str(refused.value)
    assert back.message == refused.value.message
