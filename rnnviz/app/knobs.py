"""The knobs of a page, declared once: from a field follow its widget, its place in the address and its refusals.

A page's knobs are a frozen dataclass whose fields are made by ``option``, ``number``, ``switch``, ``several`` and
``typed``. Two pages whose knobs inherit a field share its value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from typing import ClassVar, Self

from rnnviz.refusals import Refused, refuse_outside, refuse_unknown


@dataclass(frozen=True)
class Knob:
    """What is known of one field. ``options``: value -> label, or ``least``, ``most`` and ``step`` of a number."""

    label: str
    options: Mapping[object, str] | None = None
    least: float | None = None
    most: float | None = None
    step: float | None = None
    most_chosen: int | None = None  # of a field that holds several options
    least_chosen: int = 1
    most_characters: int | None = None  # of a field that holds a text
    between: str = "."  # several values in an address
    hint: str | None = None


def to_translate(message: str) -> str:
    """Mark a text for the translators; it is translated where it is shown."""
    return message


__ = to_translate


def _field(default: object, knob: Knob) -> Field:
    return field(default=default, metadata={"knob": knob})


def option(default: object, label: str, options: Mapping[object, str], hint: str | None = None):
    """One of a few values, which are shown by the labels in ``options``."""
    return _field(default, Knob(label, options, hint=hint))


def several(default: Sequence[str], label: str, options: Sequence[str] | Mapping[str, str], most: int, least: int = 1):
    """From ``least`` to ``most`` of ``options``, which are shown by their labels where they have any."""
    named = options if isinstance(options, Mapping) else dict(zip(options, options, strict=True))
    return _field(tuple(default), Knob(label, named, most_chosen=most, least_chosen=least))


def words(label: str, most: int):
    """Up to ``most`` things by their words in an address, such as networks; at first none."""
    return _field((), Knob(label, None, most_chosen=most, least_chosen=0, between="~~"))


def number(default: float, label: str, least: float, most: float, step: float, hint: str | None = None):
    return _field(default, Knob(label, None, least, most, step, hint=hint))


def typed(label: str, most: int, hint: str | None = None):
    """A text of up to ``most`` characters; None until one is typed, for what the page opens with."""
    return _field(None, Knob(label, most_characters=most, hint=hint))


def switch(default: bool, label: str, hint: str | None = None):
    return _field(default, Knob(label, hint=hint))


@dataclass(frozen=True)
class Knobs:
    """The base of every page's knobs. Refused for a value that its field does not allow.

    ``followed``: the knobs that follow when a network or a sequence is picked, and their values then. ``names``: in
    which names a network's parts are shown, on all pages alike (rnnviz.app.naming). ``trained_together``: whether what
    was trained with a run of the visitor's stands beside it (rnnviz.app.own_runs).
    """

    names: str = option(
        "textbook",
        __("Names"),
        {"textbook": __("textbook"), "pytorch": "PyTorch"},
        __("Of states and weights. Textbook: S, U, W, V; h, c in gated cells. PyTorch: h, weight_ih, weight_hh."),
    )
    followed: ClassVar[Mapping[str, object]] = {}
    trained_together: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for name, knob in self.declared().items():
            value = getattr(self, name)
            if knob.most_characters is not None:
                _refuse_text(value, knob.most_characters)
            elif knob.most_chosen is not None:
                self._refuse_several(name, value, knob)
            elif knob.options is not None:
                refuse_unknown(name, value, knob.options)
            elif knob.least is not None:
                refuse_outside(name, value, knob.least, knob.most)
            elif not isinstance(value, bool):
                refuse_unknown(name, value, (False, True))

    def _refuse_several(self, name: str, values: tuple, knob: Knob) -> None:
        for value in values if knob.options is not None else ():
            refuse_unknown(name, value, knob.options)
        if not knob.least_chosen <= len(values) <= knob.most_chosen:
            if knob.least_chosen:
                raise Refused("Choose at least one, and at most {most}.", most=knob.most_chosen)
            raise Refused("Choose at most {most}.", most=knob.most_chosen)

    def with_(self, **changes: object) -> Self:
        return replace(self, **changes)

    @classmethod
    def declared(cls) -> dict[str, Knob]:
        """Every field's knob, by its name."""
        return {entry.name: entry.metadata["knob"] for entry in fields(cls)}

    @classmethod
    def owner(cls, name: str) -> str:
        """The class that declares a field: pages with knobs of one owner share the value."""
        return next(base.__name__ for base in reversed(cls.__mro__) if name in getattr(base, "__annotations__", {}))

    @classmethod
    def defaults(cls) -> dict[str, object]:
        return {entry.name: entry.default for entry in fields(cls) if entry.default is not MISSING}

    def changed(self) -> dict[str, object]:
        """What differs from its default."""
        return {name: getattr(self, name) for name, usual in self.defaults().items() if getattr(self, name) != usual}

    def query(self) -> dict[str, str]:
        """The same as text for an address."""
        return {name: _text(value, self.declared()[name].between) for name, value in self.changed().items()}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Self, list[Refused]]:
        """The knobs of an address. What cannot be used keeps its default and is reported."""
        usable: dict[str, object] = {}
        refused = []
        for name, usual in cls.defaults().items():
            if name not in query:
                continue
            try:
                asked = usable | {name: _value(query[name], usual, cls.declared()[name])}
                cls(**asked)
            except Refused as refusal:
                refused.append(refusal)
            else:
                usable = asked
        return cls(**usable), refused


def _refuse_text(text: str | None, most: int) -> None:
    if text is None:
        return
    if not any(character.isprintable() and not character.isspace() for character in text):
        raise Refused("There is nothing to read yet. Type at least one word or character.")
    if len(text) > most:
        raise Refused(
            "This text has {count} characters, the limit is {most}. Shorten it.",
            count=f"{len(text):,}",
            most=f"{most:,}",
        )


def _text(value: object, between: str) -> str:
    if isinstance(value, tuple):
        return between.join(map(str, value))
    return str(value)


def _value(text: str, usual: object, knob: Knob) -> object:
    """Text of an address as the kind of value that ``usual`` is; what cannot be read is refused by its field."""
    if isinstance(usual, bool):
        return {"True": True, "False": False}.get(text, text)
    if isinstance(usual, tuple):
        return tuple(dict.fromkeys(text.split(knob.between))) if text else ()
    if isinstance(usual, int):
        # int() alone would also read "١٢", " 7 " and "1_000", and takes seconds for a very long number.
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else text[:40]
    if isinstance(usual, float):
        try:
            return float(text) if text.isascii() and len(text) <= 24 else text[:40]
        except ValueError:
            return text[:40]
    return text
