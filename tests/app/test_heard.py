"""What is heard is what is read: the file's samples, framed, are the network's input."""

import io
import wave

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.app.heard import heard
from rnnviz.tasks.sounds import RATE, energies


def test_the_file_holds_the_sound_of_the_example():
    subject = rnnviz.subject("sounds-lstm", example=5)
    with wave.open(io.BytesIO(heard(subject))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767
    found = energies(torch.tensor(samples, dtype=torch.float32)[None])
    assert float((found - subject.input()).abs().median()) < 0.05  # but for the rounding to 16 bits
    with pytest.raises(ValueError, match="only an example"):
        heard(rnnviz.subject("strokes-lstm"))
