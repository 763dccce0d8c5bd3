"""What the page Translate says of its networks: where one looks, and whether what it writes is right."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from rnnviz.app import page, state
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip, bold, percent, readable
from rnnviz.app.panels import translation
from rnnviz.subjects import translators
from rnnviz.subjects.translators import Translated

MONTH = slice(5, 7)  # the steps at which the month is written
# What a reader would point at: a word, a number with its ending, a run of Chinese numerals, or one other character.
_WORDS = re.compile(r"[a-z]+(?:-[a-z]+)*|\d+(?:st|nd|rd|th)?|[〇零一二三四五六七八九十]+|.", re.IGNORECASE | re.DOTALL)
_COUNTED = ("年", "月", "日", "号")  # what a Chinese numeral of a date counts
CLEAR = 0.5  # a share of the weights above which it looks at one word


class Looked(NamedTuple):
    """``phrase``: the word with the year, month or day that it counts, "" where none follows."""

    word: str
    share: float
    phrase: str


def looked_at(result: Translated, steps: slice = MONTH) -> Looked:
    """The word that gets the most weight in the mean over some steps, and how much."""
    weights = result.translation.weights.at(batch=0).values[steps].mean(0)
    words = [(found[0], found.span()) for found in _WORDS.finditer("".join(result.tokens))]
    shares = [float(weights[start:end].sum()) for _word, (start, end) in words]
    k = max(range(len(words)), key=shares.__getitem__)
    follows = words[k + 1][0] if k + 1 < len(words) else ""
    return Looked(words[k][0], shares[k], words[k][0] + follows if follows in _COUNTED else "")


def title(result: Translated) -> str:
    written = readable(result.written) or _("nothing")
    if result.day is None:
        return _("It writes {written}, whatever that text says").format(written=written)
    if not result.day.exists:
        return _("There is no such day, and it writes {written}").format(written=written)
    if not result.is_right:
        return _("It writes {written}; {right} is right").format(written=written, right=result.day.text)
    if result.translation.weights is None:
        return _("One vector was enough to write {written}").format(written=written)
    looked = looked_at(result)
    if looked.share >= CLEAR:
        said = _("The decoder looks at “{word}” when it writes {month}")
        if looked.phrase:  # the same numeral may stand in the year or the day too
            said = _("The decoder looks at “{word}” of “{phrase}” when it writes the month {month}")
        words = {"word": html.escape(looked.word), "phrase": html.escape(looked.phrase)}
        return said.format(month=written[MONTH], **words)
    return _("The decoder looks at several words when it writes {month}").format(month=written[MONTH])


def claim(result: Translated) -> None:
    """Of a shipped network."""
    page.claim(title(result), sentence(result), chips(), measured())


def code(result: Translated) -> str:
    sees, forced = state.knobs().sees, state.knobs().forced
    return f"""import rnnviz
from rnnviz.subjects import translators

result = translators.translated({result.text!r}, {sees!r}, forced={forced})
result.written     # {result.written}
result.translation.output.values[0, 0].round(3)
"""


def sentence(result: Translated) -> str:
    other = translation.shown("vector" if result.translation.weights is not None else "attention")
    if result.day is None:
        return _(
            "The rule reads no date in this text, so nobody says what is right. The network has to write something."
        )
    if not result.day.exists:
        return _("The rule copies what the text says. No such date was ever trained on.")
    names = {
        (False, True): _("Without attention it writes {written}, right too."),
        (False, False): _("Without attention it writes {written}: wrong."),
        (True, True): _("With attention it writes {written}, which is right."),
        (True, False): _("With attention it writes {written}, which is wrong."),
    }
    with_attention = other.translation.weights is not None
    said = names[with_attention, bool(other.is_right)].format(written=bold(readable(other.written)))
    means = _("Task: write the date as YYYY-MM-DD. Attention looks back at every character.")
    return sentences(means if state.knobs().forced else compared(), said)


def chips() -> list[Chip]:
    """How often each network is right on held-out days."""
    names = {
        "attention": _("with attention: {share} of new dates right"),
        "vector": _("one vector: {share}"),
        "longer": _("one vector, trained longer: {share}"),
    }
    shares = {sees: percent(translation.card(sees).held_out_accuracy) for sees in names}
    return [Chip(translation.CELL, name.format(share=shares[sees])) for sees, name in names.items()]


def measured() -> str:
    first, longer = translators.card("attention"), translators.card("longer")
    told = _(
        "Measured once on {count} days that no network was trained on, each written in one of 35 ways; right is a date "
        "of which every figure is. Trained for {updates} updates of {batch} dates, the last one for {more}, all from "
        "one seed."
    ).format(
        count=f"{first.held_out_answers:,}", updates=f"{first.updates:,}", batch=first.batch, more=f"{longer.updates:,}"
    )
    return sentences(told, compared())


def compared() -> str:
    """The network that is chosen, trained with teacher forcing and without."""
    forced, own = (translators.card(state.knobs().sees, way) for way in (True, False))
    said = _(
        "This network, trained with teacher forcing: {forced} of these days right, loss {loss}. Without it, from the "
        "same weights and on the same batches: {own}, loss {own_loss}."
    )
    shares = {"forced": percent(forced.held_out_accuracy), "own": percent(own.held_out_accuracy)}
    return said.format(loss=f"{forced.held_out_loss:.3f}", own_loss=f"{own.held_out_loss:.3f}", **shares)


def forcing() -> str:
    """What it read while it was trained."""
    told = _("Trained with teacher forcing, it read the right symbol of before; here it reads what it wrote itself.")
    own = _("Trained without teacher forcing, it read what it had written itself, right or wrong, as it does here.")
    return told if state.knobs().forced else own
