"""What the page on writing says: that a text repeats itself, or how often the likeliest character did not come."""

from __future__ import annotations

import html
from typing import NamedTuple

from rnnviz.app import naming, page, results, state
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import writing
from rnnviz.subjects import Subject
from rnnviz.tasks.characters import bits

LONGEST_LOOP, FEWEST_TURNS, SHORTEST = 60, 3, 24  # characters of one turn, turns, and characters of all of them
MOST_QUOTED = 40
READ = 6  # characters before the one that the title is about


class Loop(NamedTuple):
    """A text that ends in one and the same ``turn`` again and again, from the character ``begins`` on."""

    begins: int
    turn: tuple[str, ...]


def loop_of(tokens: tuple[str, ...]) -> Loop | None:
    """The shortest turn in which a text ends, None where it does not repeat itself."""
    count = len(tokens)
    for size in range(1, min(LONGEST_LOOP, count // FEWEST_TURNS) + 1):
        begins = count
        while begins > size and tokens[begins - 1] == tokens[begins - 1 - size]:
            begins -= 1
        begins -= size  # the first turn, which the others repeat
        if count - begins >= max(FEWEST_TURNS * size, SHORTEST):
            return Loop(begins, tokens[begins : begins + size])
    return None


def claim(subject: Subject) -> tuple[str, str, str]:
    """Title, sentence, and how bits are measured."""
    return _title(subject), _sentence(subject), _measured(subject)


def _title(subject: Subject) -> str:
    told = writing.written(subject)
    loop, count = loop_of(told.tokens[told.begins :]), len(told.tokens) - told.begins
    if loop is not None:
        turn = page.readable("".join(loop.turn))[:MOST_QUOTED]
        return _("{cell} repeats itself: from character {place} on, “{turn}” comes again and again").format(
            cell=naming.cell(subject.cell), place=told.begins + loop.begins + 1, turn=f"<bdi>{html.escape(turn)}</bdi>"
        )
    if not count:
        return _("{cell} has read your beginning; there is no room left to write").format(
            cell=naming.cell(subject.cell)
        )
    if not told.missed.any():
        return _("{cell} wrote {count} characters, each the likeliest to come").format(
            cell=naming.cell(subject.cell), count=count
        )
    return _missed(subject)


def _missed(subject: Subject) -> str:
    """Where the page opens: what was drawn though another was likelier by far."""
    told = writing.written(subject)
    at = writing.opens_at(told)
    drawn, came = told.after.values[at], told.tokens[at + 1]
    said = _("After {before}, {likely} is {share} likely, yet the draw picks {came} at {rare}")
    return said.format(
        before=_quoted("".join(told.tokens[max(0, at + 1 - READ) : at + 1])),
        likely=_quoted(told.labels[drawn.argmax()]),
        came=_quoted(came),
        share=page.painted(float(drawn.max())),
        rare=page.painted(float(drawn[writing.ids(told)[at + 1]])),
    )


def _sharpened(subject: Subject) -> str:
    """What the network itself says there, where what is drawn from differs."""
    told, knobs = writing.written(subject), state.knobs()
    at = writing.opens_at(told)
    said, drawn = told.before.values[at], told.after.values[at]
    if page.painted(float(said.max())) == page.painted(float(drawn.max())):
        return ""
    text = _("The {cell} says {likely} {share}; temperature {temperature} makes it {drawn}.")
    if knobs.top_k:
        text = _("The {cell} says {likely} {share}; temperature {temperature} and top {count} make it {drawn}.")
    return text.format(
        cell=naming.cell(subject.cell),
        likely=_quoted(told.labels[said.argmax()]),
        share=page.painted(float(said.max())),
        temperature=f"{knobs.temperature:g}",
        count=knobs.top_k,
        drawn=page.painted(float(drawn.max())),
    )


def _quoted(text: str) -> str:
    return f"<bdi>{html.escape(page.readable(text))}</bdi>"


def _sentence(subject: Subject) -> str:
    told = writing.written(subject)
    if len(told.tokens) == told.begins:
        return _("Click a character to see what the network expected there.")
    if not told.missed.any():
        return _("Click a character to see what was expected there; it opens at the most surprising.")
    return sentences(_sharpened(subject), _("Press Play, or click a character."))


def temperatures() -> list[str]:
    """What the least, the middle and the highest temperature do."""
    return [_("0: only the likeliest"), _("1: as the network says"), _("2: more random")]


def _measured(subject: Subject) -> str:
    told, card = writing.written(subject), results.card(subject)
    own, surprise = "", told.bits.values[told.begins :]
    if len(surprise):
        own = _(
            "The characters that are written here cost {bits} bits each on average; {others} of {count} were not "
            "the likeliest to come."
        )
        own = own.format(bits=f"{float(surprise.mean()):.2f}", others=int(told.missed.sum()), count=len(surprise))
    if card is None or card.held_out_loss is None:
        return own
    return sentences(
        _(
            "Bits per character: the mean of −log₂ of the share that a network gave to the character that came."
        ).format(),
        _(
            "Measured once, on {count} characters of source files of {python}'s standard library that were held out."
        ).format(count=f"{card.held_out_answers:,}", python=html.escape(card.text)),
        _("Each network made {updates} updates on other files of it.").format(updates=f"{card.updates:,}"),
        _("Who knows only how common each character is needs {bits}.").format(bits=f"{bits(card.baseline_loss):.2f}"),
        own,
    )
