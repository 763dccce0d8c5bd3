"""A model as one word of an address, and back."""

from __future__ import annotations

from dataclasses import fields

from rnnviz.cells import CELLS
from rnnviz.refusals import Refused
from rnnviz.subjects.models import Given, Model, Shipped, Trained, Untrained
from rnnviz.subjects.options import OPTIONS


def to_word(model: Model) -> str:
    """A model as one word of an address, of characters that need no escape."""
    if isinstance(model, Shipped):
        return model.name
    if isinstance(model, Given):
        return f"given~{model.digest}"
    if isinstance(model, Trained):
        return f"trained~{model.run}~{model.update}"
    parts = ["untrained"]
    for field in fields(model):
        value = getattr(model, field.name)
        if field.name != "options" and (value != field.default or field.name == "cell"):
            parts.append(f"{field.name}.{value}".replace(" ", "-"))
    return "~".join([*parts, *(f"{name}.{_text(value)}" for name, value in model.options)])


def from_word(word: str) -> Model:
    """The model of an address. Raises Refused for what is none."""
    kind, *parts = word.split("~")
    if kind == "given":
        return Given("~".join(parts))
    if kind == "trained":
        run, _tilde, update = "~".join(parts).partition("~")
        return Trained(run, _value(update, 0))
    if kind != "untrained":
        return Shipped(word)
    values: dict[str, object] = {}
    options = []
    plain = {field.name: field.default for field in fields(Untrained) if field.name != "options"}
    for part in parts:
        name, _dot, text = part.partition(".")
        if name in OPTIONS:
            options.append((name, _value(text, OPTIONS[name][0])))
        elif name in plain:
            values[name] = _value(text, plain[name])
        else:
            raise Refused("There is no part {name} of a network. Choose a network anew.", name=name[:40])
    if isinstance(cell := values.get("cell"), str):
        values["cell"] = next((name for name in CELLS if name.replace(" ", "-") == cell), cell)
    return Untrained(**values, options=tuple(options))


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "_".join(map(_text, value))
    return repr(value) if isinstance(value, float) else str(value)


def _value(text: str, like: object) -> object:
    """Text as the kind of value that ``like`` is; what cannot be read stays text, which is then refused by name."""
    if isinstance(like, tuple):
        return tuple(_value(part, like[0]) for part in text.split("_")[:3])
    if isinstance(like, bool):
        return {"True": True, "False": False}.get(text, text)
    if isinstance(like, int):
        # int() alone would also read "١٢", " 7 " and "1_000", and takes seconds for a very long number.
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1
    if isinstance(like, float):
        try:
            return float(text[:24]) if text.isascii() else float("nan")
        except ValueError:
            return float("nan")
    return text
