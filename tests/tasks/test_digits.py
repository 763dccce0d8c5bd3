"""Digits, drawn and spoken: vectors that are sorted into classes, from nothing but their generator and their rules."""

import numpy as np
import pytest
import torch

from rnnviz.subjects.models import Untrained, load
from rnnviz.tasks import TASKS, Sounds, Strokes, VectorTask
from rnnviz.tasks import sounds as speech
from rnnviz.tasks.strokes import SIZE, SKELETONS, ink, mixtures
from rnnviz.training import Recipe, Training, mean_loss

every_task = pytest.mark.parametrize("name", ["strokes", "sounds"])


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@every_task
def test_batches_are_vectors_of_one_length_with_a_class_each(name):
    task = TASKS[name]()
    assert isinstance(task, VectorTask)
    assert (task.inputs, task.answers) == ("reals", "classes")
    for x, y in (task.batch(6, generator()), *task.held_out()):
        assert x.dtype == torch.float32
        assert y.dtype == torch.int64
        assert x.shape[1:] == (len(y), len(task.channels))
        assert 0 <= int(y.min()) <= int(y.max()) < len(task.labels) == 10
        assert bool(x.isfinite().all())
    assert all(task.label_text(label) for label in task.labels)
    with pytest.raises(KeyError):
        task.label_text("ten")
    with pytest.raises(ValueError, match="reads numbers, not text"):
        task.encode("seven")


@every_task
def test_the_same_generator_draws_the_same_and_the_global_one_is_left_alone(name):
    before = torch.get_rng_state()
    one, other = (TASKS[name]().batch(4, generator(3)) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))
    assert not torch.equal(one.x, TASKS[name]().batch(4, generator(4)).x[: len(one.x)])
    assert torch.equal(torch.get_rng_state(), before)


@every_task
def test_held_out_digits_are_not_among_those_that_are_trained_on(name):
    task = TASKS[name]()
    held = {x.numpy().tobytes() for batch in task.held_out() for x in batch.x.unbind(1)}
    drawn = {x.numpy().tobytes() for seed in range(6) for x in task.batch(32, generator(seed)).x.unbind(1)}
    assert len(drawn) == 6 * 32
    assert not held & drawn


@every_task
def test_all_digits_are_equally_likely(name):
    task, counts = TASKS[name](), torch.zeros(10)
    for seed in range(8):
        counts += task.batch(64, generator(seed)).y.bincount(minlength=10)
    assert counts.min() > 30
    assert counts.max() < 75


@every_task
def test_an_untrained_network_answers_it_with_classes_and_learns_it_by_their_cross_entropy(name):
    loaded = load(Untrained("GRU", "16", name))
    assert loaded.answers.kind == "classes"
    assert loaded.answers.labels == loaded.task.labels
    network = Untrained("GRU", "16", name).network()
    held = loaded.task.held_out()[:1]
    before = mean_loss(network, loaded.task, held)
    assert before == pytest.approx(np.log(10), rel=0.05)
    for _ in Training(network, loaded.task, Recipe(15, 16), per_decade=0):
        pass
    assert mean_loss(network, loaded.task, held) < before - 0.02


def test_ink_is_full_within_the_pens_radius_and_gone_half_a_place_beyond():
    ends, radius = torch.tensor([[[[0.2, 0.5], [0.8, 0.5]]]]), torch.tensor([0.1])
    drawn = ink(ends, radius)[0]
    for row in range(SIZE):
        for column in range(SIZE):
            x, y = (column + 0.5) / SIZE, (row + 0.5) / SIZE
            away = np.hypot(max(0.2 - x, 0, x - 0.8), y - 0.5)
            expected = min(1.0, max(0.0, 1 + (0.1 - away) * SIZE))
            assert float(drawn[row, column]) == pytest.approx(expected, abs=1e-4)


def test_a_pen_passes_through_its_points_and_no_ink_joins_two_paths():
    weights = mixtures([3, 2], 5)
    ends = weights @ torch.eye(5)
    starts = [int(row.argmax()) for row in ends[:, 0] if float(row.max()) == 1]
    assert starts == [0, 1, 3]
    torch.testing.assert_close(ends.sum(-1), torch.ones(ends.shape[:2]))
    first, second = ends[..., :3].abs().sum(-1) > 1e-6, ends[..., 3:].abs().sum(-1) > 1e-6
    assert not bool((first.any(1) & second.any(1)).any())


def test_every_digit_has_a_skeleton_and_its_own_stand_together():
    digits = [digit for digit, _paths in SKELETONS]
    assert sorted(set(digits)) == list(Strokes.labels)
    assert digits == sorted(digits)


def test_a_word_has_as_many_frames_as_are_asked_for_and_bands_count_every_frequency_between_their_middles_once():
    task = Sounds()
    wave = task.speak(torch.arange(10), 30, generator())
    assert speech.energies(wave).shape == (30, 10, speech.BANDS)
    assert float(wave.abs().max()) < 1.2
    bands = speech.bands()
    middles = [int(band.argmax()) for band in bands.T]
    torch.testing.assert_close(
        bands[middles[0] : middles[-1]].sum(1), torch.ones(middles[-1] - middles[0]), atol=0.02, rtol=0
    )
    found = torch.linspace(0, speech.RATE / 2, len(bands))[middles]
    assert all(abs(a - b) < 20 for a, b in zip(found.tolist(), speech.CENTRES, strict=True))


def test_what_is_heard_of_a_seed_is_what_is_read_of_it():
    task = Sounds()
    for seed in (0, 7):
        x, _y = task.example(generator(seed))
        torch.testing.assert_close(speech.energies(task.example_wave(seed)[None]), x)


def test_resonances_stand_at_the_formants():
    f = torch.linspace(0, speech.RATE / 2, speech.WINDOW // 2 + 1)
    through = speech.voiced(torch.tensor([700.0, 1800.0, 2600.0]))
    peaks = [float(f[k]) for k in range(1, len(f) - 1) if through[k - 1] < through[k] > through[k + 1]]
    assert len(peaks) == 3
    assert all(abs(peak - formant) < 60 for peak, formant in zip(peaks, (700, 1800, 2600), strict=True))


def test_a_vowel_has_its_energy_at_its_first_formant_and_an_s_above_three_kilohertz():
    task = Sounds()
    quiet = task.speak(torch.tensor([6]), 40, generator(2))
    x = speech.energies(quiet)[:, 0]
    hissing, voiced = x[5], x[len(x) // 2 - 6 : len(x) // 2].amax(0)
    assert int(hissing.argmax()) >= speech.BANDS - 3
    assert int(voiced.argmax()) <= 4
