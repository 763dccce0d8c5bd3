"""A lesson's file: what is read from one, and the sentence, with its line, for each that cannot be used."""

import pytest

from pages import PAGES
from rnnviz.app.lessons import library
from rnnviz.app.lessons.lesson import Band, Choices, Curve, Number
from rnnviz.app.lessons.lines import line_of, lines_of
from rnnviz.app.lessons.reading import read
from rnnviz.refusals import Refused
from rnnviz.shipped_files import shipped_path
from rnnviz.subjects.limits import MAX_LESSON

ROWS = {page.address: page for page in PAGES}
GOOD = """title = "Mine"

[[step]]
link = "step-through?model=intents-rnn-small&text=hello"
question.en = "How many numbers?"
question.zh = "多少个数？"
measure = "state_size"
number = { within = 0.5, unit = "numbers" }
look = "Count them."

[[step.wrong]]
below = 10
says = "More."

[[step]]
link.en = "states"
question = '''
[[step]]
right = 1
'''
look = "There."

[[step.choice]]
text = "Yes"
right = true
says = "Yes."

[[step.choice]]
text = "No"
right = false
says = "No."
"""


def refused(text: str | bytes) -> str:
    with pytest.raises(Refused) as refusal:
        read("mine", text.encode() if isinstance(text, str) else text, ROWS)
    return str(refusal.value)


def test_a_lesson_is_read_whole():
    lesson = read("mine", GOOD.encode("utf-8-sig"), ROWS)
    first, second = lesson.steps
    assert (lesson.title, lesson.about) == ({"en": "Mine"}, {})
    assert first.question == {"en": "How many numbers?", "zh": "多少个数？"}
    assert isinstance(first.asks, Number)
    assert (first.asks.within, first.asks.right, first.asks.unit) == (0.5, None, {"en": "numbers"})
    assert first.asks.mistakes[0].band == Band(float("-inf"), 10)
    assert isinstance(second.asks, Choices)
    assert [choice.right for choice in second.asks.options] == [True, False]


def test_lines_are_those_of_keys_and_not_of_what_stands_in_a_long_text():
    lines = lines_of(GOOD)
    assert line_of(lines, ("step", 0)) == 3
    assert line_of(lines, ("step", 0, "question", "zh")) == 6
    assert line_of(lines, ("step", 0, "number", "within")) == 8
    assert line_of(lines, ("step", 1)) == 15
    assert line_of(lines, ("step", 1, "look")) == 21
    assert line_of(lines, ("step", 1, "choice", 1, "right")) == 30
    assert line_of(lines, ("step", 1, "missing")) == 15


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('link.en = "states"', 'link.en = "nowhere"', "Line 16: there is no page nowhere. Choose one of: start,"),
        ('link.en = "states"', 'link = "https://example.org/"', "Line 16: there is no page https://example.org/."),
        ('link.en = "states"', 'link = "//example.org/states"', "Line 16: there is no page //example.org/states."),
        ('link.en = "states"', 'link = "states?cell=XYZ"', "Line 16: this link cannot be opened as it is."),
        ('link.en = "states"', 'link = "states?layer=high"', "Line 16: this link cannot be opened as it is."),
        ('title = "Mine"', "title = 3", "Line 1: title must be a text, or one for each language"),
        ('title = "Mine"', 'title.fr = "Le mien"', "Line 1: title must be a text, or one for each language"),
        ('title = "Mine"', 'title = ""', "Line 1: title must be a text of 1 to 600 characters."),
        ('title = "Mine"', f'title = "{"x" * 601}"', "Line 1: title must be a text of 1 to 600 characters."),
        ('title = "Mine"', "", "Line 1: title is missing."),
        ('title = "Mine"', 'title = "Mine"\ncolour = "red"', "Line 2: there is no colour here. Allowed are: title,"),
        ('question.zh = "多少个数？"', "question.zh = 7", "Line 6: question must be a text of 1 to 600 characters."),
        ("within = 0.5", 'within = "near"', "Line 8: within must be a number."),
        ("within = 0.5", "within = nan", "Line 8: within must be a number."),
        ("within = 0.5", "within = true", "Line 8: within must be a number."),
        ('"state_size"', '"size"', "Line 7: there is no measure size. Choose one of: state_size,"),
        ('"state_size"', "[1]", "Line 7: there is no measure [1]."),
        ('measure = "state_size"\n', "", "Line 7: a number needs a measure or a right one, and not both."),
        ("number = {", "curve = { low = 2, high = 1,", "Line 8: low must be below high."),
        ("number = { within", "numbers = { within", "Line 3: a step asks for one of: choice, number, curve."),
        ("number = { within = 0.5,", "number = 3 #", "Line 8: number must be a table."),
        ("below = 10", 'below = "ten"', "Line 12: below must be a number."),
        ("below = 10", "under = 10", "Line 12: there is no under here. Allowed are: at_least, below, says."),
        ('says = "More."', "", "Line 11: says is missing."),
        ("right = false", "right = true", "Line 23: of the choices of a step, one is right."),
        ("right = false", 'right = "no"', "Line 30: right must be true or false."),
        ("right = false", "is = 3", "Line 30: is must be a text."),
        ("right = false", "", "Line 28: right is missing."),
        ("[[step.choice]]\ntext = \"No\"", "[step.more]\ntext = \"No\"", "Line 23: there are 1 of [[step.choice]]"),
        ("[[step]]\nlink =", "[step]\nlink =", "Line 15 is no TOML"),
        ('look = "Count them."', "look = Count them.", "Line 9 is no TOML: Invalid value."),
        ('look = "Count them."', 'look = "Count', "Line 9 is no TOML: Illegal character"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_with_its_line(old, new, said):
    assert old in GOOD
    assert refused(GOOD.replace(old, new, 1)).startswith(said)


def test_what_is_no_text_empty_or_too_large_is_refused():
    assert refused(b'title = "Mine"\n\xff\xfe') == "Line 2 is no text in UTF-8. Save the file with that encoding."
    assert refused("") == "Line 1: title is missing."
    assert refused("\n\ntitle = 'a'\n") == "Line 1: there are 0 of [[step]]; allowed are 1 to 30."
    assert refused("<html><script>alert(1)</script>").startswith("Line 1 is no TOML")
    assert refused(b"\x00" * 10_000_000).startswith("A lesson's file has at most 64,000 bytes")
    assert refused('title = "a"\n' + "[[step]]\n" * 31).startswith("Line 2: there are 31 of [[step]]; allowed")


def test_markup_is_kept_as_the_text_that_it_is():
    lesson = read("mine", GOOD.replace("Mine", "<b>Mine</b> & [x](y)").encode(), ROWS)
    assert lesson.title == {"en": "<b>Mine</b> & [x](y)"}


def test_a_link_holds_a_whole_file():
    word = library.pack(GOOD.encode())
    assert "." not in word
    assert library.find(word, ROWS).steps == read(word, GOOD.encode(), ROWS).steps


@pytest.mark.parametrize("word", ["nothing", "~", "~????", "~" + "A" * 40, "../app.py", "~é"])
def test_an_address_without_a_lesson_is_refused(word):
    with pytest.raises(Refused):
        library.find(word, ROWS)


def test_a_link_that_unpacks_to_more_than_is_allowed_is_refused():
    word = library.pack(b" " * 50_000_000)
    assert len(word) < 2 * MAX_LESSON
    with pytest.raises(Refused, match="64,000 bytes"):
        library.find(word, ROWS)


@pytest.mark.parametrize("name", library.SHIPPED)
def test_a_shipped_lesson_is_in_both_languages_and_each_wrong_answer_has_a_sentence(name):
    lesson = read(name, shipped_path(f"assets/lessons/{name}.toml").read_bytes(), ROWS)
    assert 5 <= len(lesson.steps) <= 7
    for step in lesson.steps:
        texts = [lesson.title, lesson.about, step.question, step.look]
        if isinstance(step.asks, Choices):
            texts += [text for choice in step.asks.options for text in (choice.text, choice.says)]
        else:
            texts += [mistake.says for mistake in step.asks.mistakes]
            assert step.asks.mistakes
        assert all(set(text) == {"en", "zh"} for text in texts)
        assert step.measure
    assert any(isinstance(step.asks, (Number, Curve)) for step in lesson.steps)


def test_the_lesson_of_the_recipe_can_be_opened():
    with open("CONTRIBUTING.md", encoding="utf-8") as file:
        recipe = file.read().partition("## A new lesson")[2].partition("```toml\n")[2].partition("```")[0]
    first, second = read("recipe", recipe.encode(), ROWS).steps
    assert first.measure == "state_size"
    assert second.of == {"cell": "RNN"}
