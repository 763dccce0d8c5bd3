"""A hold as a word: in an address, as Python, and in the run of a subject."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rnnviz
from rnnviz import Hold
from rnnviz.subjects import Refused, Subject
from rnnviz.subjects.hold_words import code_of, from_words, to_word

positions = st.none() | st.sets(st.integers(0, 500)).map(lambda chosen: tuple(sorted(chosen)))
values = st.just("previous") | st.floats(allow_nan=False, allow_infinity=False)
holds = st.builds(Hold, values, positions, positions, st.integers(0, 3), st.sampled_from(["forward", "backward"]))


@given(st.sampled_from("ifgochrzn"), holds)
def test_a_hold_comes_back_from_its_word_and_from_its_code(name, hold):
    word = to_word(name, hold)
    assert from_words([word]) == {name: [hold]}
    assert eval(code_of([word]), {"rnnviz": rnnviz}) == {name: [hold]}


def test_a_word_is_short_and_needs_no_escape():
    assert to_word("f", Hold(1, [3], range(2, 5))) == "f_1.0_u3_s2-4"
    assert to_word("h", Hold("previous", steps=[7, 0, 1], layer=1, direction="backward")) == "h_previous_s0-1.7_l1_b"


@pytest.mark.parametrize(
    "word",
    [
        "",
        "f",
        "f_",
        "f_nan",
        "f_inf",
        "f_1_u٣",
        "f_1_x3",
        "f_1_s2-",
        "f_1_s-2",
        "f_1_l",
        "f_1_s9999",
        "f_١",
        "f" * 9999,
    ],
)
def test_a_word_that_is_none_is_refused_by_itself(word):
    with pytest.raises(Refused, match="is no hold; one is written as f_1"):
        from_words([word])


def test_a_subject_runs_with_what_is_held_and_says_so():
    subject = Subject()
    plain, held = subject.trace().layer(), subject.trace(["f_1.0_u3", "i_0.0_u3_s1-2"]).layer()
    assert (held["f"].values[..., 3] == 1).all()
    assert held.held["i"].values[:, 0, 3].tolist() == [False, True, True, *[False] * (len(subject.tokens) - 3)]
    assert (held["c"].values[1:3, 0, 3] == held["c"].values[0, 0, 3]).all()
    assert not np.array_equal(held["h"].values, plain["h"].values)
    with pytest.raises(Refused, match="The LSTM has no z to hold"):
        subject.trace(["z_1.0"])
    with pytest.raises(Refused, match="f cannot be held at step 400; steps are 0 to "):
        subject.trace(["f_1.0_s400"])
