"""What a quantity is called in one or two words, beside its letter in a drawing."""

from __future__ import annotations

import unicodedata

from rnnviz.app.i18n import _, by_language
from rnnviz.app.knobs import to_translate as __
from rnnviz.cells import Cell

# By its role, and where that is not what the papers say, by its role and letter.
WORDS: dict[str, str] = {
    "keep": __("keep"),
    "write": __("write"),
    "reset": __("reset"),
    "show": __("output"),
    "candidate": __("candidate"),
    "query": __("query"),
    "key": __("key"),
    "value": __("value"),
    "pace": __("length of the step"),
    "log keep": __("log forget"),
    "log write": __("log input"),
    "normalizer": __("normalizer"),
    "stabilizer": __("stabilizer"),
    "found": __("found"),
    "divisor": __("divisor"),
}
OF_LETTERS: dict[tuple[str, str], str] = {
    ("keep", "f"): __("forget"),
    ("keep", "a"): __("kept"),
    ("keep", "α"): __("kept"),
    ("write", "i"): __("input"),
    ("write", "β"): __("replaced"),
    ("pace", "Δ"): __("step"),
}
NAMED_GATES = {("keep", "f"), ("write", "i"), ("show", "o")}
# What acts on a state in a drawing, where its letter alone says nothing.
OF_OPERATIONS: dict[str, str] = {
    "λ": __("turns and shrinks"),
    "exp γ": __("normalizes h"),
    "B": __("weights of x"),
    "C": __("weights of h"),
    "Re": __("real part"),
    "D": __("skip"),
    "w": __("divisor"),
}
# By what its own meaning calls it, where that says more than its role.
OF_MEANINGS = {"Recurrence gate": {"en": "recurrence", "zh": "循环门"}}


def word(cell: Cell, name: str) -> str:
    """Of a quantity of ``cell``; "" where its letter is its name, as of a state. A candidate of a cell
    with a table is what changes in it."""
    role, called = cell.quantities[name].role, cell.quantities[name].meaning.partition(":")[0]
    if called in OF_MEANINGS:
        return by_language(**OF_MEANINGS[called])
    if role == "candidate" and any(each.role == "query" for each in cell.quantities.values()):
        return _("change")
    told = OF_LETTERS.get((role, name)) or WORDS.get(role, "")
    gate = (
        by_language(en="", zh="门") if (role, name) in NAMED_GATES else ""
    )  # in Chinese the adjective alone is no name
    return _(told) + gate if told else ""


def becomes(told: str) -> str:
    """What a gate leaves of what it multiplies is: kept, written or shown. A formula is its own word."""
    words = {"kept": _("kept"), "written": _("written"), "shown": _("shown"), "mean": _("mean")}
    words |= {"against overflow": _("against overflow"), "found": _("found"), "v − found": _("v − found")}
    words |= {"write": _("write"), "read": _("read out"), "normalized": _("normalized")}
    return words.get(told, told)


def of_operation(symbol: str) -> str:
    """Of what acts on a state; "" where the symbol says it."""
    return _(told) if (told := OF_OPERATIONS.get(symbol)) else ""


def activation(symbol: str) -> str:
    """What acts on a sum, as it stands in a box: a symbol, or a word in the visitor's language."""
    return by_language(en="norm 1", zh="已归一化") if symbol == "unit" else symbol


def letters(word: str) -> int:
    """How much room a word takes, in Latin letters: a Chinese character is as wide as two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in word)
