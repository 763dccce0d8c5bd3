"""The Chinese catalogue, as far as a machine can read it: one word per notion, its own punctuation, no English left.

The words are those of the table in CONTRIBUTING.md.
"""

import re

import pytest
from babel.messages.pofile import read_po

from rnnviz.app.i18n import LOCALES

ZH = "\u4e00-\u9fff"
FULL = "，。；：？！（）、“”"
with (LOCALES / "zh/LC_MESSAGES/rnnviz.po").open("rb") as file:
    MESSAGES = [message for message in read_po(file) if message.id]

# English term -> its one translation; what may stand for it beside, where Chinese says it otherwise.
TERMS = {
    r"hidden units?": "隐藏单元",
    r"hidden states?": "隐藏状态",
    r"cell states?": "细胞状态",
    r"time steps?": "时间步",
    r"forget gates?": "遗忘门",
    r"input gates?": "输入门",
    r"output gates?": "输出门",
    r"update gates?": "更新门",
    r"reset gates?": "重置门",
    r"candidates?": "候选值",
    r"read-?outs?": "读出层|读出的",
    r"spectral radius": "谱半径",
    r"Jacobians?": "雅可比矩阵",
    r"Lyapunov": "李雅普诺夫",
    r"saddles?": "鞍点",
    r"fixed points?": "不动点",
    r"reservoirs?": "储备池",
    r"cursor": "光标|竖框|当前时间步",
    r"peepholes?": "窥视孔",
    r"step sizes?": "学习率",
    r"held-out": "测试集",
    r"vocabulary": "词表",
    r"tokens?": "词元",
    r"seeds?": "随机种子",
    r"embedding": "词嵌入",
    r"exploded": "梯度爆炸",
    r"guess(es|ing)?": "随机猜测|你的?|再猜|最佳猜测",  # a network's is at random; a reader's, or the best one, is not
}
# What other books and our own earlier pages say for the same notions.
OTHERS = "留出集|开发模板|游标|神经元|单元状态|信元|蓄水池|回音状态|门控单元|展开图|瞎猜|您|半径处"


def each(check):
    """The messages that fail, as one readable text."""
    return "\n".join(f"{message.id!r}: {message.string}" for message in MESSAGES if check(message.id, message.string))


def test_punctuation_beside_chinese_is_full_width():
    half = re.compile(f"[{ZH}] ?[,;:!?]|[{ZH}][()]|[,;:!?()][{ZH}]|\\.\\.\\.")
    assert not each(lambda _english, chinese: half.search(chinese))


def test_no_space_stands_beside_a_full_width_mark_or_between_characters():
    assert not each(lambda _english, chinese: re.search(f"[{FULL}] | [{FULL}]|[{ZH}] [{ZH}]", chinese.strip()))


def test_a_space_stands_between_chinese_and_letters_or_numbers():
    close = re.compile(f"[{ZH}][A-Za-z0-9]|[A-Za-z0-9%][{ZH}]")
    assert not each(lambda _english, chinese: close.search(chinese.replace("我爱NLP", "")))


def test_a_translation_fills_the_same_places():
    places = re.compile(r"{\w*}")
    assert not each(lambda english, chinese: set(places.findall(english)) != set(places.findall(chinese)))


def test_nothing_is_left_in_english():
    def is_left(english, chinese):
        words = re.search("[A-Za-z]{3}", re.sub("{.*?}|Shift|[A-Z]{3,}", "", english))  # places, a key, names of cells
        return words and not re.search(f"[{ZH}]", chinese)

    assert not each(is_left)


def test_no_other_word_is_used_for_a_notion():
    assert not each(lambda _english, chinese: re.search(OTHERS, chinese))


@pytest.mark.parametrize("term", TERMS)
def test_a_term_has_one_translation(term):
    def differs(english, chinese):
        asked = re.search(rf"(?<![\w{{]){term}(?![\w}}])", re.sub("{.*?}", "", english), re.IGNORECASE)
        return asked and not re.search(TERMS[term], chinese)

    assert not each(differs)


def test_a_unit_is_a_hidden_unit_but_in_a_reservoir():
    others = re.compile("(?<!循环)(?<!隐藏)(?<!状态)(?<!输出)单元")
    strays = [message for message in MESSAGES if others.search(message.string)]
    left = [m for m in strays if not any(re.search("echo_state|reservoir", place) for place, _line in m.locations)]
    assert [m.string for m in left if "隐藏单元" not in m.string] == []


@pytest.mark.parametrize(
    "said", ["循环神经网络", "按时间展开", "参数共享", "随时间反向传播（BPTT）", "梯度消失", "梯度爆炸"]
)
def test_a_page_can_be_found_by_the_words_of_the_textbook(said):
    assert any(said in message.string for message in MESSAGES)


def test_the_menu_has_the_short_name_of_backpropagation_through_time():
    assert "BPTT" in next(message.string for message in MESSAGES if message.id == "Backprop through time")
