"""Dates: its texts say what their answers say, and no day that is held out is trained on."""

from datetime import date, timedelta

import pytest
import torch

from rnnviz.subjects.sizes import once
from rnnviz.tasks import TRANSLATIONS, UNASKED, Batch, Dates, buckets
from rnnviz.tasks.dates import CHINESE, END, ENGLISH, FORMS, answer, characters, day_of, is_held_out, written
from rnnviz.tasks.dates.days import by_length
from rnnviz.tasks.dates.forms import WEEKDAYS, in_chinese, number, numbered, ordinal, year_in_words
from rnnviz.tasks.dates.reading import FIRST, LAST, Day

MAY = date(2025, 5, 3)


def all_of(held_out: bool) -> list[tuple[str, Day]]:
    return [days.text(k) for days in by_length(held_out) for k in range(len(days.places))]


@once
def everything() -> list[Batch]:
    """All texts that are trained on, and their answers."""
    return buckets.by_length((task().vocabulary.encode(text), answer(day)) for text, day in all_of(held_out=False))


@once
def task() -> Dates:
    return Dates()


def test_the_snapshots_of_a_run_are_measured_on_held_out_days_of_many_lengths():
    sample, held_out = task().sample(), {len(batch.x): batch for batch in task().held_out()}
    assert all(torch.equal(batch.x, held_out[len(batch.x)].x) for batch in sample)
    assert min(held_out) + 5 > len(sample[0].x) < len(sample[-1].x) == max(held_out)
    assert sum(batch.x.shape[1] for batch in sample) > 500


def test_every_form_is_read_back_by_the_rule():
    days = [FIRST, MAY, LAST, date(2000, 2, 29), date(1905, 12, 11), date(2010, 10, 20)]
    for form in FORMS:
        for day in days:
            assert day_of(written(day, form)) == (day.year, day.month, day.day), written(day, form)


@pytest.mark.parametrize(
    "text",
    [
        "Saturday the third of May 2025",
        "saturday THE THIRD of may twenty twenty-five",
        "May 3rd, 2025",
        "03 May 2025",
        "2025/5/3",
        "2025.05.03",
        "2025年5月3日",
        "２０２５年５月３号",
        "二〇二五年五月三日",
        "二零二五年五月三号礼拜六",
        "周六，二〇二五年五月三日",
        "5月3日，2025年",
    ],
)
def test_one_day_in_many_words(text):
    assert day_of(text).text == "2025-05-03"
    assert day_of(text).exists


def test_a_text_may_say_a_day_that_no_calendar_has():
    for text in ("31 February 2025", "2025年2月31日", "February 29, 2025"):
        assert not day_of(text).exists
    assert day_of("hello") is None
    assert day_of("2025x05x03") is None
    assert day_of("") is None


def test_words_of_numbers():
    assert [number(k) for k in (1, 12, 20, 25, 99)] == ["one", "twelve", "twenty", "twenty-five", "ninety-nine"]
    assert [ordinal(k) for k in (1, 2, 3, 5, 8, 9, 12, 20, 31)] == [
        *("first", "second", "third", "fifth", "eighth", "ninth", "twelfth", "twentieth", "thirty-first")
    ]
    assert [numbered(k) for k in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd")
    ]
    assert [year_in_words(k) for k in (1900, 1905, 1984, 2000, 2005, 2010, 2025)] == [
        *("nineteen hundred", "nineteen oh five", "nineteen eighty-four", "two thousand", "two thousand and five"),
        *("twenty ten", "twenty twenty-five"),
    ]
    assert [in_chinese(k) for k in (1, 10, 11, 20, 31)] == ["一", "十", "十一", "二十", "三十一"]


def test_the_weekday_is_that_of_the_date():
    assert written(MAY, "{weekday}") == "Saturday"
    assert written(MAY, "{星期}{周}{礼拜}") == "星期六周六礼拜六"
    assert written(MAY + timedelta(1), "{星期}{周}{礼拜}") == "星期日周日礼拜天"
    assert [written(MAY + timedelta(k), "{weekday}") for k in range(2, 9)] == list(WEEKDAYS)


def test_no_day_is_both_trained_on_and_held_out():
    parts = [{day for _, day in all_of(held_out)} for held_out in (False, True)]
    assert parts[0].isdisjoint(parts[1])
    assert len(parts[0]) + len(parts[1]) == (LAST - FIRST).days + 1
    assert 0.04 < len(parts[1]) / (LAST - FIRST).days < 0.06
    assert is_held_out(date(*min(parts[1])))
    held_out = task().held_out()
    assert sum(batch.x.shape[1] for batch in held_out) == len(parts[1])
    said = {task().written(y) for batch in held_out[:5] for y in batch.y.T}
    assert said <= {day.text for day in parts[1]}


def test_a_batch_is_a_text_and_its_answer_character_by_character():
    batch = task().batch(32, torch.Generator().manual_seed(0))
    again = task().batch(32, torch.Generator().manual_seed(0))
    assert torch.equal(batch.x, again.x)
    assert batch.y.shape == (Dates.longest, 32)
    assert (batch.y[-1] == Dates.labels.index(END)).all()
    right = task().solution(batch.x)
    known = (batch.x != 0).all(0)
    assert 0 < known.sum() < 32  # in the others a character was made unknown
    assert torch.equal(right[:, known], batch.y[:, known])
    assert (task().solution(task().encode("hello")) == UNASKED).all()


def test_a_batch_is_drawn_from_all_texts_though_no_others_are_written():
    ours, theirs = (torch.Generator().manual_seed(1) for _ in range(2))
    for size in (1, 32, 100):
        batch, drawn = task().batch(size, ours), buckets.draw(everything(), size, theirs)
        assert torch.equal(batch.x, drawn.x)
        assert torch.equal(batch.y, drawn.y)
    assert torch.equal(ours.get_state(), theirs.get_state())
    every = [*by_length(held_out=False), *by_length(held_out=True)]
    assert all(len(days.text(k)[0]) == days.length for days in every for k in range(len(days.places)))
    assert all((days.places[1:] > days.places[:-1]).all() for days in every)


def test_the_vocabulary_is_that_of_the_training_texts():
    trained = {token for batch in everything() for token in batch.x.unique().tolist()}
    assert trained == set(range(1, len(task().vocabulary)))
    assert task().vocabulary.knows("〇")
    assert not task().vocabulary.knows("q")
    assert task().vocabulary.encode("M５") == task().vocabulary.encode("m5")


def test_a_text_is_read_character_by_character():
    assert characters("  3\u202e \n May ") == ["3", " ", "M", "a", "y"]
    assert task().encode("3 May").shape == (5, 1)
    with pytest.raises(ValueError, match="nothing to read"):
        task().encode(" \n")


def test_both_languages_have_their_forms_and_the_examples_are_of_both():
    assert all(any(c > "\u2e7f" for c in form) for form in CHINESE)
    assert all(form.replace("星期", "").isascii() for form in ENGLISH)
    assert all(day_of(text).text == "2025-05-03" for text in Dates.examples)
    assert TRANSLATIONS["dates"] is Dates
    assert [task().label_text(label) for label in Dates.labels[-2:]] == ["-", "end"]
    with pytest.raises(KeyError):
        task().label_text("x")


def test_the_day_of_the_examples_is_held_out_and_every_length_has_its_band():
    assert is_held_out(MAY)
    bands = task().subsets()
    lengths = {name: {len(batch.x) for batch in part} for name, part in bands.items()}
    assert max(lengths["up to 10"]) <= 10 < min(lengths["up to 20"])
    assert min(lengths["up to 80"]) == 41
    assert sum(batch.x.shape[1] for part in bands.values() for batch in part) == 3652
