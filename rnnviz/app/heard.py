"""What a network reads of speech, for the ear: sound as the bytes of a WAV file, made in memory."""

from __future__ import annotations

import io
import wave

import numpy as np

from rnnviz.compute import computed
from rnnviz.subjects import Subject
from rnnviz.tasks import Sounds
from rnnviz.tasks.sounds import RATE

LOUDEST = 32_767  # of 16 bits


@computed
def heard(subject: Subject) -> bytes:
    """The word that the subject's example is read of. ValueError where it reads anything else."""
    learnt, sequence = subject.load().task, subject.sequence
    if not isinstance(learnt, Sounds) or sequence.kind != "example":
        raise ValueError("only an example of the task of sounds can be heard")
    return wav(learnt.example_wave(sequence.seed).numpy())


def wav(samples: np.ndarray) -> bytes:
    """Samples within ±1, what is beyond is cut, as a file of one channel, RATE of 16 bits in a second."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.clip(samples, -1, 1) * LOUDEST).astype("<i2").tobytes())
    return file.getvalue()
