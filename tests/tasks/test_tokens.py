"""Text to tokens, tokens to ids."""

import pickle
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.tasks import UNKNOWN, Vocabulary, tokenize
from rnnviz.tasks.tokens import join, normalize


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("what time is it ?", ["what", "time", "is", "it", "?"]),
        ("what's next?!", ["what", "'", "s", "next", "?", "!"]),
        ("at 7:30 on 2024-05-01", ["at", "7", ":", "30", "on", "2024", "-", "05", "-", "01"]),
        ("snake_case", ["snake", "_", "case"]),
        ("明天台北会下雨吗", ["明", "天", "台", "北", "会", "下", "雨", "吗"]),
        ("我爱NLP", ["我", "爱", "NLP"]),
        ("我爱 NLP，真的！", ["我", "爱", "NLP", "，", "真", "的", "！"]),
        ("20分钟", ["20", "分", "钟"]),
        ("人々𠮷〇", ["人", "々", "𠮷", "〇"]),
        ("カラオケへ", ["カ", "ラ", "オ", "ケ", "へ"]),
        ("コーヒー", ["コ", "ー", "ヒ", "ー"]),
        ("か\u3099ｶﾞ", ["か\u3099", "ｶﾞ"]),  # voicing marks stay with their kana
        ("안녕하세요 세계", ["안녕하세요", "세계"]),
        ("Привет, мир", ["Привет", ",", "мир"]),
        ("<b>hi</b>", ["<", "b", ">", "hi", "<", "/", "b", ">"]),
        ("", []),
        (" \t\r\n\u3000\u00a0", []),
    ],
)
def test_text_splits_into_words_characters_and_punctuation(text, tokens):
    assert tokenize(text) == tokens


@pytest.mark.parametrize(
    "word",
    [
        "مَرْحَبًا",  # Arabic with vowel marks
        "שָׁלוֹם",  # Hebrew with points
        "नमस्ते",  # Devanagari with vowel signs and a virama
        "cafe\u0301",  # a letter and its accent in two code points
        "xin",
        "ﬁve²½",  # ligatures, superscripts and fractions are letters and digits
        "สวัสดี",
    ],
)
def test_a_run_of_letters_keeps_its_marks(word):
    assert tokenize(f"{word} {word}") == [word, word]


@pytest.mark.parametrize(
    "emoji",
    [
        "🙂",
        "👍🏽",  # skin tone
        "❤️",  # variation selector
        "👩‍👩‍👧‍👦",  # four people joined into one picture
        "🏳️‍🌈",
        "🤷🏾‍♀️",
        "🇹🇼",  # two regional indicators
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",  # a flag spelled in tags
        "1️⃣",  # keycap
        "#️⃣",
        "🫨",  # younger than the character tables of Python 3.11
    ],
)
def test_an_emoji_is_one_token_however_many_code_points_it_has(emoji):
    assert tokenize(f"hi{emoji}{emoji}我{emoji}") == ["hi", emoji, emoji, "我", emoji]


def test_a_keycap_leaves_the_digits_before_it_alone():
    assert tokenize("121️⃣") == ["12", "1️⃣"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("a\x00b\x07c\x7f", ["abc"]),
        ("\ud800hi\udfff", ["hi"]),  # lone surrogates
        ("zero\u200bwidth\ufeff", ["zerowidth"]),
        ("\u202eabc\u202c \u2066def\u2069\u200f", ["abc", "def"]),  # bidirectional overrides
        ("soft\u00adhyphen", ["softhyphen"]),
        ("\u200d \ufe0f \ufffe \u3164", []),  # joiner, selector, noncharacter, filler: nothing to see
        ("می\u200cخواهم", ["میخواهم"]),
        ("क्\u200dष", ["क्ष"]),  # a joiner between letters is spelling, not meaning
    ],
)
def test_what_cannot_be_seen_is_dropped(text, tokens):
    assert tokenize(text) == tokens


def _visible(text: str) -> str:
    def is_dropped(character: str) -> bool:
        code = ord(character)
        return (
            character.isspace()
            or unicodedata.category(character) in ("Cc", "Cf", "Cs")
            or 0xFE00 <= code <= 0xFE0F
            or 0xE0100 <= code <= 0xE01EF
            or code & 0xFFFE == 0xFFFE
            or 0xFDD0 <= code <= 0xFDEF
            or character in "\u115f\u1160\u17b4\u17b5\u3164\uffa0"
        )

    return "".join(character for character in text if not is_dropped(character))


# Characters of every kind that the tokenizer tells apart, so that short drawn texts hold real neighbours.
_NEIGHBOURS = st.text("aé1٣'<?。我カー가ا\u0301\u064b\u20e3\ufe0f\u200d\u200b🙂🏽👩♀🇹🏴\U000e0067\U000e007f \n\x00ﾞ")


@given(st.one_of(_NEIGHBOURS, st.text(), st.text(st.characters(codec=None))))
def test_tokens_joined_are_the_text_without_white_space_and_dropped_characters(text):
    tokens = tokenize(text)
    assert _visible("".join(tokens)) == _visible(text)
    assert all(_visible(token) and not any(map(str.isspace, token)) for token in tokens)


@given(_NEIGHBOURS)
def test_tokens_set_apart_by_spaces_are_the_same_tokens(text):
    tokens = tokenize(text)
    assert tokenize(" ".join(tokens)) == tokens


@pytest.mark.parametrize("unit", ["1\u0301", "\u0301", "🙂\u200d", "a", "我", "!", "\u200d", "1\ufe0f", "🇹"])
def test_a_long_text_takes_time_in_proportion_to_its_length(unit):
    start = time.perf_counter()
    tokenize(unit * 20_000 + "\u20e3")
    tokenize("1" + "\u0301" * 20_000 + "\u20e3")
    assert time.perf_counter() - start < 2


def test_a_vocabulary_counts_from_the_unknown_token():
    vocabulary = Vocabulary.of([["is", "it", "raining", "?"], ["Is", "it", "late", "?"]])
    assert vocabulary.tokens == (UNKNOWN, "?", "is", "it", "late", "raining")
    assert len(vocabulary) == 6
    assert vocabulary.encode(["it", "is", "hot", "?"]) == [3, 2, 0, 1]


def test_a_vocabulary_does_not_depend_on_the_order_of_the_sentences():
    assert Vocabulary.of([["b", "a"], ["c"]]) == Vocabulary.of([["c"], ["a", "b"]])


@pytest.mark.parametrize(
    ("written", "known"),
    [("？", "?"), ("TIME", "time"), ("ＡＢＣ", "abc"), ("é", "e\u0301"), ("’", "'"), ("Straße", "STRASSE"), ("❤️", "❤")],
)
def test_spellings_of_one_token_meet(written, known):
    vocabulary = Vocabulary.of([[known]])
    assert vocabulary.knows(written)
    assert vocabulary.encode([written]) == vocabulary.encode([known]) == [1]


def test_an_unknown_token_is_not_known():
    vocabulary = Vocabulary.of([["rain"]])
    assert not vocabulary.knows("zeppelin")
    assert not vocabulary.knows(UNKNOWN)
    assert vocabulary.encode(["zeppelin", UNKNOWN, ""]) == [0, 0, 0]


@given(st.text())
def test_a_looked_up_spelling_looks_up_itself(text):
    for token in tokenize(text):
        assert Vocabulary.of([[token]]).encode([token, normalize(token)]) in ([1, 1], [0, 0])


@given(st.text())
def test_joined_tokens_split_into_the_same_tokens(text):
    assert tokenize(join(tokenize(text))) == tokenize(text)


@pytest.mark.parametrize("text", ["what time is it ?", "现在几点了？", "0 1 1 0"])
def test_joined_tokens_are_written_as_one_writes_them(text):
    assert join(tokenize(text)) == text


@pytest.mark.parametrize("tokens", [(), ("a",), ("a", UNKNOWN), (UNKNOWN, "a", "a")])
def test_a_vocabulary_without_unknown_first_or_with_doubles_is_refused(tokens):
    with pytest.raises(ValueError, match="a vocabulary"):
        Vocabulary(tokens)


def test_a_vocabulary_survives_pickling():
    vocabulary = Vocabulary.of([["is", "it"]])
    assert pickle.loads(pickle.dumps(vocabulary)) == vocabulary
