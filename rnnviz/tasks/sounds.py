"""Spoken digits, synthesised: which one was said? Read frame by frame, as the energies of a few frequency bands.

A source and a filter make each sound (Fant 1960, Acoustic Theory of Speech Production). Vowels, nasals and glides are a
train of pulses at the pitch of a voice, shaped by three resonances, the formants, which glide from one sound to the
next; their frequencies are near the averages of Peterson and Barney (1952), JASA 24(2):175-184. Fricatives and the
bursts of stops are noise in one wide band. This is enough to tell ten words apart, and no more: nobody would take it
for a person, there is no stress and no accent, and a network that reads these need not understand a recorded voice.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import NamedTuple

import torch
from torch import Tensor

from rnnviz.tasks.base import Batch
from rnnviz.tasks.reals import VectorTask

RATE = 8000  # samples per second
HOP, WINDOW = 128, 256  # samples: 16 ms from frame to frame, 32 ms in each
SHORTEST, LONGEST = 24, 40  # frames of a word
# Of the bands, in Hz: equally far apart on the mel scale.
CENTRES = (160, 270, 390, 530, 690, 860, 1060, 1290, 1540, 1820, 2150, 2510, 2920, 3380)
BANDS = len(CENTRES)
HELD_OUT, HELD_OUT_SEED = 64, 50  # words of each length
GRAIN = 64  # samples from one setting of the filter to the next
MEAN, SPREAD = -3.16, 1.27  # of log10 energies, so that what is read is about (0, 1)
QUIET = 1e-5  # energy added everywhere, as a microphone has it


class Sound(NamedTuple):
    """One target of the mouth. ``share``: how long it lasts beside others; ``voice``, ``noise``: how loud each source
    is; ``formants``: of the voice, in Hz; ``band``: middle and width of the noise's band, in Hz."""

    share: float
    voice: float
    noise: float
    formants: tuple[float, float, float]
    band: tuple[float, float] = (3000, 800)


def _vowel(share: float, *formants: float) -> Sound:
    return Sound(share, 1.0, 0.0, formants)


SILENCE = Sound(0.5, 0.0, 0.0, (500, 1500, 2500))
SOUNDS = {
    "iy": _vowel(1.3, 270, 2290, 3010),
    "ih": _vowel(0.8, 390, 1990, 2550),
    "eh": _vowel(0.9, 530, 1840, 2480),
    "uh": _vowel(0.9, 640, 1190, 2390),
    "ao": _vowel(1.1, 570, 840, 2410),
    "oo": _vowel(0.7, 300, 870, 2240),
    "uw": _vowel(1.3, 300, 870, 2240),
    "ah": _vowel(0.9, 730, 1090, 2440),
    "r": Sound(0.6, 0.7, 0.0, (310, 1060, 1380)),
    "w": Sound(0.6, 0.6, 0.0, (290, 610, 2150)),
    "n": Sound(0.8, 0.35, 0.0, (250, 1450, 2300)),
    "v": Sound(0.5, 0.3, 0.03, (220, 1100, 2080), (3000, 1200)),
    "z": Sound(0.7, 0.2, 0.15, (240, 1700, 2500), (3500, 500)),
    "s": Sound(1.0, 0.0, 0.3, (320, 1400, 2500), (3600, 450)),
    "f": Sound(0.9, 0.0, 0.06, (340, 1100, 2080), (2600, 1500)),
    "th": Sound(0.8, 0.0, 0.04, (320, 1300, 2550), (3200, 1300)),
    "t": Sound(0.3, 0.0, 0.35, (300, 1700, 2600), (3300, 700)),
    "k": Sound(0.3, 0.0, 0.3, (300, 1900, 2300), (1900, 400)),
    "-": SILENCE,
}
WORDS = {
    "0": "z ih r ao oo",
    "1": "w uh n",
    "2": "t uw",
    "3": "th r iy",
    "4": "f ao r",
    "5": "f ah ih v",
    "6": "s ih - k s",
    "7": "s eh v uh n",
    "8": "eh iy - t",
    "9": "n ah ih n",
}


class Sounds(VectorTask):
    """A digit spoken by a voice of its own: log energies of ``BANDS`` bands, a frame every 16 ms; the digit is told at
    the last frame.

    Pitch, its fall, the length of the vocal tract, loudness, the length of every sound and of the word, the formants
    and a hiss behind it are drawn for each word. Words of one batch are equally long.
    """

    name = "sounds"
    title = "Which digit is spoken?"
    readout = "last"
    one_length = False
    labels = tuple(WORDS)
    channels = tuple(f"{hz} Hz" for hz in CENTRES)

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A batch (frames, size, BANDS) of words of one length, and their digits (size,)."""
        frames = int(torch.randint(SHORTEST, LONGEST + 1, (1,), generator=generator))
        return self._batch(size, frames, generator)

    def _batch(self, size: int, frames: int, generator: torch.Generator) -> Batch:
        y = torch.randint(len(self.labels), (size,), generator=generator)
        return Batch(energies(self.speak(y, frames, generator)), y)

    def example_wave(self, seed: int) -> Tensor:
        """What is heard of the word that ``batch(1, ...)`` draws from a seed: (samples,), RATE of them in a second."""
        generator = torch.Generator().manual_seed(seed)
        frames = int(torch.randint(SHORTEST, LONGEST + 1, (1,), generator=generator))
        y = torch.randint(len(self.labels), (1,), generator=generator)
        return self.speak(y, frames, generator)[0]

    def held_out(self) -> list[Batch]:
        """``HELD_OUT`` words of each of a few lengths, shortest first, from a stream of its own."""
        generator = torch.Generator().manual_seed(HELD_OUT_SEED)
        return [self._batch(HELD_OUT, frames, generator) for frames in range(SHORTEST, LONGEST + 1, 2)]

    @cached_property
    def _targets(self) -> tuple[Tensor, Tensor]:
        """Of each word's sounds, silence at the end repeated: how long they last (10, most), and their settings (10,
        most, 7): voice, noise, three formants, the noise's band and its width."""
        words = [[SOUNDS[name] for name in word.split()] for word in WORDS.values()]
        most = max(map(len, words))
        rows = [word + [word[-1]._replace(share=0.0)] * (most - len(word)) for word in words]
        settings = [[[s.voice, s.noise, *s.formants, *s.band] for s in row] for row in rows]
        return torch.tensor([[s.share for s in row] for row in rows]), torch.tensor(settings)

    def speak(self, digits: Tensor, frames: int, generator: torch.Generator) -> Tensor:
        """Each of ``digits`` (B,) spoken anew, in ``frames`` frames: sound (B, samples), about within ±1."""
        count, samples = len(digits), HOP * (frames - 1) + WINDOW
        rand = torch.rand(count, 5, generator=generator)
        track = self._track(digits, samples, generator)
        tract = 0.88 + 0.28 * rand[:, :1, None]  # a longer one has lower formants
        track[..., 2:5] = track[..., 2:5] / tract
        pitch = (95 + 120 * rand[:, 1:2]) * (1.15 - 0.3 * rand[:, 2:3] * torch.linspace(0, 1, samples))
        phase = (pitch / RATE).cumsum(1)
        pulses = (phase.floor().diff(dim=1, prepend=phase[:, :1] * 0)).clamp(0, 1) * (RATE / pitch) ** 0.5
        hiss = torch.randn(count, samples, generator=generator)
        said = _filtered(pulses, track[..., 0], voiced(track[..., 2:5]))
        said = said + _filtered(hiss, track[..., 1], hissed(track[..., 5:7]))
        said = said / said.abs().amax(1, keepdim=True).clamp(min=1e-6)
        behind = 10 ** (-3.2 + 1.2 * rand[:, 3:4]) * torch.randn(count, samples, generator=generator)
        return (0.3 + 0.5 * rand[:, 4:5]) * said + behind

    def _track(self, digits: Tensor, samples: int, generator: torch.Generator) -> Tensor:
        """The settings of both sources at every grain, (B, grains, 7): they stay in the middle of a sound, and glide
        between two."""
        shares, settings = (values[digits] for values in self._targets)
        shares = shares * (0.7 + 0.7 * torch.rand(shares.shape, generator=generator))
        settings = settings * (1 + 0.05 * torch.randn(settings.shape, generator=generator))
        ends = 0.06 + 0.88 * (shares / shares.sum(1, keepdim=True)).cumsum(1)
        begins = torch.cat([torch.full_like(ends[:, :1], 0.06), ends[:, :-1]], 1)
        stays = torch.stack([begins + 0.3 * (ends - begins), begins + 0.7 * (ends - begins)], -1).flatten(1)
        edge = torch.cat([torch.zeros(len(digits), 1), stays, torch.ones(len(digits), 1)], 1)
        held = settings.repeat_interleave(2, 1)
        quiet = torch.tensor([0.0, 0, 1, 1, 1, 1, 1])
        held = torch.cat([held[:, :1] * quiet, held, held[:, -1:] * quiet], 1)
        grains = torch.linspace(0, 1, samples // GRAIN + 1).expand(len(digits), -1).contiguous()
        after = torch.searchsorted(edge.contiguous(), grains).clamp(1, edge.shape[1] - 1)
        low, high = edge.gather(1, after - 1), edge.gather(1, after)
        share = ((grains - low) / (high - low).clamp(min=1e-6)).clamp(0, 1)[..., None]
        wide = after[..., None].expand(-1, -1, held.shape[-1])
        return (1 - share) * held.gather(1, wide - 1) + share * held.gather(1, wide)


def _bins() -> Tensor:
    return torch.linspace(0, RATE / 2, WINDOW // 2 + 1)


def voiced(formants: Tensor) -> Tensor:
    """How much three resonances let through at each frequency, and less of what is high: (..., 3) -> (..., bins)."""
    f = _bins()
    through = 1 / (1 + (f / 1000) ** 2) ** 0.5
    for k, width in enumerate((70.0, 100.0, 150.0)):
        middle = formants[..., k, None]
        through = through * middle**2 / ((middle**2 - f**2) ** 2 + (width * f) ** 2).sqrt()
    return through


def hissed(band: Tensor) -> Tensor:
    """How much of the noise is let through at each frequency: (..., 2) -> (..., bins)."""
    return torch.exp(-(((_bins() - band[..., :1]) / band[..., 1:].clamp(min=50)) ** 2) / 2)


def _filtered(source: Tensor, loudness: Tensor, through: Tensor) -> Tensor:
    """``source`` (B, samples) through a filter that changes from grain to grain, (B, grains, bins)."""
    window = torch.hann_window(WINDOW)
    spectrum = torch.stft(source, WINDOW, GRAIN, window=window, return_complex=True, pad_mode="constant")
    spectrum = spectrum * (loudness[..., None] * through).mT
    return torch.istft(spectrum, WINDOW, GRAIN, window=window, length=source.shape[1])


def energies(wave: Tensor) -> Tensor:
    """Sound (B, samples) as it is read: log10 of the energy in each band of each frame, (frames, B, BANDS), moved and
    scaled so that it is about 0 on average and 1 wide."""
    frames = wave.unfold(1, WINDOW, HOP) * torch.hann_window(WINDOW)
    power = torch.fft.rfft(frames).abs().square() / WINDOW
    return (((power @ bands() + QUIET).log10() - MEAN) / SPREAD).transpose(0, 1).contiguous()


def bands() -> Tensor:
    """How much each frequency counts in each band, (bins, BANDS): triangles, equally wide on the mel scale."""
    low, high = (2595 * math.log10(1 + hz / 700) for hz in (60, 3900))
    edges = 700 * (10 ** (torch.linspace(low, high, BANDS + 2) / 2595) - 1)
    f = _bins()[:, None]
    up, down = (f - edges[:-2]) / edges.diff()[:-1], (edges[2:] - f) / edges.diff()[1:]
    return torch.minimum(up, down).clamp(min=0)
