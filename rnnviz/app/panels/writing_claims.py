"""What the page on writing says: that a text repeats itself, or how often the likeliest character did not come."""

from __future__ import annotations

import html
from typing import NamedTuple

import numpy as np

from rnnviz.app import page, results, state
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip
from rnnviz.app.panels import writing
from rnnviz.subjects import Subject
from rnnviz.tasks.characters import bits

LONGEST_LOOP, FEWEST_TURNS, SHORTEST = 60, 3, 24  # characters of one turn, turns, and characters of all of them
MOST_QUOTED = 40


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


def claim(subject: Subject) -> tuple[str, str, list[Chip], str]:
    """Title, sentence, numbers of the cells, and how these were measured."""
    return _title(subject), _sentence(subject), _chips(subject), _measured(subject)


def _title(subject: Subject) -> str:
    told = writing.written(subject)
    loop, count = loop_of(told.tokens[told.begins :]), len(told.tokens) - told.begins
    if loop is not None:
        turn = page.readable("".join(loop.turn))[:MOST_QUOTED]
        return _("{cell} repeats itself: from character {place} on, “{turn}” comes again and again").format(
            cell=subject.cell, place=told.begins + loop.begins + 1, turn=f"<bdi>{html.escape(turn)}</bdi>"
        )
    if not count:
        return _("{cell} has read your beginning; there is no room left to write").format(cell=subject.cell)
    others = not_likeliest(subject)
    if not others:
        return _("{cell} wrote {count} characters, each the likeliest to come").format(cell=subject.cell, count=count)
    return _("{cell} wrote {count} characters; {others} of them were not the likeliest to come").format(
        cell=subject.cell, count=count, others=others
    )


def not_likeliest(subject: Subject) -> int:
    """How many of the characters that were written another one was likelier than."""
    told = writing.written(subject)
    shares = told.before.values[told.begins - 1 : -1]
    surprise = told.bits.values[told.begins :]
    return int((surprise > -np.log2(shares.max(1)) + 1e-9).sum())


def _sentence(subject: Subject) -> str:
    told, knobs = writing.written(subject), state.knobs()
    how = _("Slide along the text: the bars are what the network expects next, and the arrow is what came.")
    if len(told.tokens) == told.begins:
        return how
    chosen = _("Each character was drawn at temperature {temperature}.")
    if knobs.greedy or knobs.temperature == 0:
        chosen = _("Each time the likeliest was taken.")
    opens = _("It opens at the most surprising one.")
    return sentences(how, chosen.format(temperature=f"{knobs.temperature:g}"), opens)


def _chips(subject: Subject) -> list[Chip]:
    found = writing.measured_bits(writing.family(subject))
    names = [_("on new text: {cell} {bits} bits per character"), *[_("{cell} {bits} bits")] * len(found)]
    return [
        Chip(cell, name.format(cell=cell, bits=f"{value:.2f}"))
        for name, (cell, value) in zip(names, found.items(), strict=False)
    ]


def _measured(subject: Subject) -> str:
    told, card = writing.written(subject), results.card(subject)
    own, surprise = "", told.bits.values[told.begins :]
    if len(surprise):
        own = _("The characters that are written here cost {bits} bits each on average.")
        own = own.format(bits=f"{float(surprise.mean()):.2f}")
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
