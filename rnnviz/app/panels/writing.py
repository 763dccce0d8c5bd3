"""What a network writes, on the stage: the text, the shares that each character was drawn from, and its state."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlencode

import numpy as np

from rnnviz import figures
from rnnviz.app import results, state
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import network_views, state_charts
from rnnviz.app.panels.quantity_shapes import Shown, all_over_time
from rnnviz.app.results import Layer
from rnnviz.app.stage.board import Board
from rnnviz.cells import TRIO
from rnnviz.compute import computed
from rnnviz.figures import style
from rnnviz.refusals import Refused
from rnnviz.subjects import Generated, Subject, Text, generate
from rnnviz.subjects.limits import MAX_LENGTH
from rnnviz.tasks.characters import bits

MOST_SHOWN = 6  # answers, the likeliest
LAST = 12  # characters that stand before the one that comes
HIGHEST = 8.0  # bits: a character with a share of 1 in 256, and what is rarer, has the full colour


def written(subject: Subject) -> Generated:
    """What the network goes on with from what the subject reads, by the page's knobs."""
    knobs = state.knobs()
    return _written(subject, knobs.count, knobs.temperature, knobs.top_k, knobs.greedy, knobs.draw)


@computed
def _written(subject: Subject, length: int, temperature: float, top_k: int, greedy: bool, seed: int) -> Generated:
    room = max(0, MAX_LENGTH - subject.read().steps)
    drawing = {"temperature": temperature, "greedy": greedy, "seed": seed}
    most = min(top_k, len(subject.labels)) or None  # of 0 none is left out
    return generate(subject, length=min(length, room), top_k=most, **drawing)


def whole(subject: Subject) -> Subject | None:
    """The same network, which reads all that was written; None where that is no text that can be read, such as spaces
    alone."""
    told = written(subject)
    # As a visitor would type it, and else, where that reads otherwise, with a sign for every space.
    for text in (told.text, "".join(told.tokens)):
        with suppress(Refused):
            read = Subject(subject.model, Text(text))
            if read.tokens == told.tokens:
                return read
    return None


def board(subject: Subject, of: Layer) -> Board:
    """A board with the text as its time axis, the shares behind each character, and the states."""
    told, read = written(subject), whole(subject)
    unknown = set(np.flatnonzero(np.logical_not(subject.read().known)).tolist())
    known = [t not in unknown for t in range(len(told.tokens))]
    units = 1 if read is None else read.units
    board = Board(told.tokens, known, units, start=opens_at(told), about={subject.cell: read or subject})
    for signal in (told.before, told.after, told.drawn, told.bits):
        board.array(signal.name, signal.values)
    if read is not None:
        for shown in _states(read, of):
            board.array(shown.name, shown.signal.values)
    return board


def opens_at(told: Generated) -> int:
    """The step before the character where another had been likeliest by far; where none was, before the most
    surprising; the last step where nothing was written."""
    if len(told.tokens) == told.begins:
        return len(told.tokens) - 1
    sure = np.where(told.missed, told.likeliest, 0.0)
    return told.begins - 1 + int((sure if sure.any() else told.bits.values[told.begins :]).argmax())


def _states(read: Subject, of: Layer) -> list[Shown]:
    """What is read above and the states, each as numbers of the units."""
    layer = results.layer(read, of)
    drawn = all_over_time(results.cell_of(read, of), layer, dict.fromkeys([layer.output, *layer.initial]))
    return [shown for shown in drawn if shown.by_unit]


def text(subject: Subject, of: Layer, span: int) -> dict:
    """The text, each character on the colour of its surprise, or of a unit's state before it came."""
    told, read = written(subject), whole(subject)
    signals = [
        {
            "name": _("surprise"),
            "unit": _("bits"),
            "meaning": _("Minus log₂ of the share that the network gave a character: 0 bits, it was sure of it."),
            "array": "bits",
            "by": "step",
            "color": style.INK,
            "scale": "surprise",
            "range": [0.0, HIGHEST],
        }
    ]
    for shown in [] if read is None else _states(read, of):
        quantity = results.quantities(subject)[shown.of]
        signals.append(
            {
                "name": _("one unit of {letter}").format(letter=shown.letter),
                "unit": shown.letter,
                "meaning": _("The value that a unit of the state has after each character."),
                "array": shown.name,
                "by": "unit",
                "color": style.ROLES[quantity.role],
                **network_views.shades(shown.signal),
            }
        )
    mean = float(np.nanmean(told.bits.values[told.begins :])) if len(told.tokens) > told.begins else 0.0
    return {
        "kind": "written",
        "tokens": told.tokens,
        "begins": told.begins,
        "spaced": not _by_character(subject),
        "signals": signals,
        "title": _("Bold: your beginning; the rest is written by the network"),
        "caption": _("Framed: the character read last. Underlined: the one that came next, whose shares are shown."),
        "alternative": _("{count} characters, with {bits} bits of surprise each on average.").format(
            count=len(told.tokens) - told.begins, bits=f"{mean:.2f}"
        ),
        "span": span,
    }


def _by_character(subject: Subject) -> bool:
    return subject.load().reads.vocabulary.by_character


def expected(subject: Subject, span: int) -> dict:
    """The likeliest characters to come after the one at the cursor, before and after temperature and top-k."""
    told, read, knobs = written(subject), whole(subject), state.knobs()
    inside = read and f"step-through?{urlencode(read.query())}"
    return {
        "kind": "likeliest",
        "array": told.before.name,
        "after": told.after.name,
        "drawn": None if _is_greedy() else told.drawn.name,
        "labels": network_views.label_names(subject),
        "ids": ids(told),
        "tokens": told.tokens,
        "begins": told.begins,
        "most": MOST_SHOWN,
        "last": LAST,
        "color": network_views.accent(subject),
        "inside": inside,
        "strings": {
            "came": _("After “{before}” came “{character}”."),
            "given": _("After “{before}” you wrote “{character}”."),
            "open": _("After “{before}” the text ends; this would be drawn from."),
            "luck": _("Drawn: {number}, in “{character}” (vocabulary order)."),
            "inside": _("Step through this character"),
            "heads": [_("network"), _("taken") if _is_greedy() else _("drawn from")],
        },
        "title": _("What it expected next"),
        "caption": drawn_from(knobs),
        "span": span,
    }


def ids(told: Generated) -> list[int]:
    """Which label each token is, whatever its case; -1 for what is none."""
    places = {label.casefold(): k for k, label in enumerate(told.labels)} | {
        label: k for k, label in enumerate(told.labels)
    }
    return [places.get(token, places.get(token.casefold(), -1)) for token in told.tokens]


def _is_greedy() -> bool:
    """Whether the likeliest is always taken, and nothing drawn."""
    return state.knobs().greedy or state.knobs().temperature == 0


def drawn_from(knobs: object) -> str:
    """What the two bars of a character are."""
    says = _("Thin: network.")
    if _is_greedy():
        return sentences(says, _("Broad: always the likeliest."))
    told = _("Broad: at temperature {temperature}.")
    if knobs.top_k:
        told = _("Broad: the {count} likeliest at temperature {temperature}.")
    return sentences(says, told.format(temperature=f"{knobs.temperature:g}", count=knobs.top_k))


def surprise(subject: Subject, span: int) -> dict:
    """Bits of each character along the text."""
    told = written(subject)
    line = figures.Line(
        _("surprise"),
        told.bits.values,
        network_views.accent(subject),
        meta={"signal": "bits", "label": _("bits")},
    )
    figure = figures.lines.draft(
        [line],
        told.tokens,
        value_range=(0.0, float(np.nanmax(told.bits.values, initial=HIGHEST))),
        value_title=_("surprise (bits)"),
        time_title=_("character"),
        height=260,
    )
    return state_charts.chart(
        figure,
        title=_("Surprise at each character"),
        caption=_("A new word is hard to foresee, the rest of it easy: its first characters cost most bits."),
        span=span,
    )


def state_picture(subject: Subject, of: Layer, span: int) -> list[dict]:
    """All units of the state over the text; none where it cannot be read as one."""
    read = whole(subject)
    return [] if read is None else [state_charts.heatmaps(read, of)[0] | {"span": span}]


def family(subject: Subject) -> dict[str, Subject]:
    """The shipped networks that learnt to write as this one did, by cell; none of another network."""
    if not subject.model.shipped or subject.load().provenance.card.held_out_loss is None:
        return {}
    others = {cell: subject.with_(cell=cell) for cell in TRIO}
    return {cell: each for cell, each in others.items() if each.model.shipped}


def comparison(subject: Subject, span: int) -> list[dict]:
    """Bits per character of each cell beside what the frequencies alone come to."""
    networks = family(subject)
    if not networks:
        return []
    baseline = bits(results.card(subject).baseline_loss)
    found = {cell: bits(results.card(each).held_out_loss) for cell, each in networks.items()}
    amounts = [figures.Amount(cell, value, f"{value:.2f}", style.CELLS[cell]) for cell, value in found.items()]
    none = figures.Amount(_("frequency alone"), baseline, f"{baseline:.2f}", style.INK)
    figure = figures.tally.draft([*amounts, none], value_title=_("bits per character"), height=260)
    return [
        state_charts.chart(
            figure,
            time=False,
            title=_("Bits per character on text that none was trained on"),
            caption=_("Fewer is better. Frequency alone: who knows how common each character is, and reads nothing."),
            span=span,
        )
    ]
