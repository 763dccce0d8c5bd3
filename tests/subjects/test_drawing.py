"""A drawing: the pen's paths in an address, read as the task draws its own digits."""

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.refusals import Refused
from rnnviz.subjects import Drawing, Example, Subject
from rnnviz.subjects.drawing import DIGITS, MOST_POINTS, paths_of
from rnnviz.tasks.strokes import HIGH, RADIUS, SIZE

SEVEN = "C6H6M6R6W6a6f6k6p6mCjJgPdWbcYiVpSv"


def test_every_point_is_two_signs_and_a_dot_lifts_the_pen():
    assert paths_of("00_-.-_") == [[(0.0, 0.0), (1.0, 62 / 63)], [(62 / 63, 1.0)]]
    assert paths_of("..00.") == [[(0.0, 0.0)]]


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        ("", "nothing drawn"),
        ("...", "nothing drawn"),
        ("0", "cannot be read"),
        ("00 1", "cannot be read"),
        ("é0", "cannot be read"),
        ("00" * (MOST_POINTS + 1), "more than 400 points"),
        ("." * 5_000, "more than 400 points"),
        (7, "more than 400 points"),
    ],
)
def test_what_is_no_drawing_is_refused_with_a_sentence(drawing, said):
    with pytest.raises(Refused, match=said):
        Drawing(drawing)


def test_a_drawing_comes_back_from_its_query_and_its_code():
    subject = rnnviz.subject("strokes-lstm", drawing=SEVEN)
    assert Subject.from_query(subject.query()) == (subject, [])
    assert eval(subject.code(), {"rnnviz": rnnviz}) == subject
    assert rnnviz.subject("strokes-lstm", example=4).with_(drawing=SEVEN) == subject
    assert isinstance(subject.with_(example=2).sequence, Example)


def test_a_network_of_anything_else_refuses_it_with_the_way_out():
    with pytest.raises(Refused, match="Choose one that reads drawn digits"):
        rnnviz.subject("sounds-lstm", drawing=SEVEN)
    assert not isinstance(
        rnnviz.subject("strokes-gru", drawing=SEVEN).with_(model="intents-rnn-small").sequence, Drawing
    )


def test_it_is_moved_to_the_middle_and_scaled_to_the_size_of_the_tasks_own():
    small, large = ("KKUK", "00" + DIGITS[-1] + "0")
    one, other = (rnnviz.subject("strokes-rnn", drawing=drawing).input()[:, 0] for drawing in (small, large))
    torch.testing.assert_close(one, other)
    middle = (np.arange(SIZE) + 0.5) / SIZE
    x, y = np.meshgrid(middle, middle)
    away = np.hypot(np.maximum(np.abs(x - 0.5) - HIGH / 2, 0), y - 0.5)
    np.testing.assert_allclose(one.numpy(), np.clip(1 + (RADIUS - away) * SIZE, 0, 1), atol=1e-4)


def test_a_dot_stays_a_dot():
    x = rnnviz.subject("strokes-rnn", drawing="KK").input()
    assert x.shape == (SIZE, 1, SIZE)
    assert 0 < float(x.sum()) < 16


def test_the_shipped_networks_read_a_seven_that_a_hand_drew():
    for cell in ("lstm", "gru"):
        subject = rnnviz.subject(f"strokes-{cell}", drawing=SEVEN)
        assert subject.labels[int(subject.network()(subject.input()).argmax())] == "7"
