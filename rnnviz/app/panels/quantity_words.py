"""What a quantity is called in one or two words, beside its letter in a drawing."""

from __future__ import annotations

from rnnviz.app.i18n import _
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
    "pace": __("step size"),
    "log keep": __("log forget"),
    "log write": __("log input"),
    "normalizer": __("normalizer"),
    "stabilizer": __("stabilizer"),
    "found": __("found"),
    "divisor": __("divisor"),
}
OF_LETTERS: dict[tuple[str, str], str] = {
    ("keep", "f"): __("forget"),
    ("keep", "a"): __("decay"),
    ("keep", "α"): __("decay"),
    ("write", "i"): __("input"),
    ("write", "β"): __("strength"),
}


def word(cell: Cell, name: str) -> str:
    """Of a quantity of ``cell``; "" where its letter is its name, as of a state. A candidate of a cell
    with a table is what changes in it."""
    role = cell.quantities[name].role
    if role == "candidate" and any(each.role == "query" for each in cell.quantities.values()):
        return _("change")
    told = OF_LETTERS.get((role, name)) or WORDS.get(role, "")
    return _(told) if told else ""
