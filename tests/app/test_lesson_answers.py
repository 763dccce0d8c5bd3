"""What a browser sends as an answer, and what of it is taken."""

import pytest

from rnnviz.app.lessons import answers, library

WORD = library.SHIPPED[0]
STEP = library.find(WORD, {}).steps[1]  # choices


def test_an_answer_is_taken_for_its_own_step_alone():
    assert answers.given(STEP, f"{WORD}.2", {"step": f"{WORD}.2", "answer": {"choice": 1}}) == 1
    assert answers.given(STEP, f"{WORD}.2", {"step": f"{WORD}.2", "answer": {"skip": True}}) is None
    with pytest.raises(ValueError, match="does not answer"):
        answers.given(STEP, f"{WORD}.2", {"step": f"{WORD}.1", "answer": {"choice": 1}})


@pytest.mark.parametrize(
    "answer", [None, 1, {}, {"choice": 99}, {"choice": True}, {"number": 1}, {"choice": 1, "a": 2}]
)
def test_what_no_question_of_choices_allows_is_not_taken(answer):
    for sent in (answer, {"step": f"{WORD}.2", "answer": answer}):
        with pytest.raises(ValueError, match="answer"):
            answers.given(STEP, f"{WORD}.2", sent)
