"""What the page on the history of the LSTM says of each station: its part, what that brought, and on what evidence."""

from __future__ import annotations

from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip, bold, percent
from rnnviz.app.panels.cell_milestones import ELMAN, FIRST, FORGETS, GRU, JORDAN, PEEPS, SPIKE, weights
from rnnviz.app.panels.network_views import listed
from rnnviz.checkpoints import Card
from rnnviz.studies import lstm_history
from rnnviz.studies.lstm_history import LENGTHS, LONG, STATIONS, STRINGS, TIMED, LongRun, endings_right, subject_of


def card_of(station: str) -> Card:
    return subject_of(station).load().provenance.card


def title(station: str) -> str:
    """What a station could do, or could not: each is measured in the chips below it."""
    said = {
        JORDAN: _("1986: the network remembers nothing but its own outputs"),
        ELMAN: _("1990: the hidden state comes back, but its memory is short"),
        FIRST: _("1997: the LSTM's cell adds up without end and cannot let go"),
        FORGETS: _("2000: with a forget gate the memory lasts and can start afresh"),
        PEEPS: _("2000: gates that see their cell can keep time"),
        GRU: _("2014: the GRU remembers as well, with fewer weights"),
    }
    return said[station]


def story(station: str) -> str:
    """Which part was added, and what was still missing, for which the next one came."""
    origin = STATIONS[station]
    return sentences(bold(_("New:")), _(origin.added), bold(_("Still missing:")), _(origin.lacks))


def chips(station: str, found: dict[str, LongRun], period: int) -> list[Chip]:
    """What a station brought, beside the station that it improves on."""

    def remembered(name: str) -> list[Chip]:
        """Over strings read one by one, of a usual length and of a long one."""
        words = _("strings of {length} symbols: {right} of {asked} endings right")
        return [
            _chip(name, words.format(length=length, right=endings_right(name, length), asked=STRINGS))
            for length in LENGTHS
        ]

    def largest(name: str) -> Chip:
        return _chip(name, _("{station}: c up to {size}").format(station=name, size=f"{found[name].sizes.max():,.0f}"))

    seen, cut = (int((lstm_history.spikes(period, peepholes).values > SPIKE).sum()) for peepholes in (True, False))
    in_stream = _("in the stream: {right} of {asked} endings right")
    kept_time = _("{count} spikes in {steps} steps, one every {period}")
    fewer = _("{less} fewer weights").format(less=percent(1 - weights(GRU) / weights(FORGETS)))
    told = {
        JORDAN: remembered(JORDAN),
        ELMAN: remembered(ELMAN),
        FIRST: [largest(FIRST), _chip(FIRST, in_stream.format(right=found[FIRST].right, asked=found[FIRST].asked))],
        FORGETS: [largest(FORGETS), *remembered(FORGETS)],
        PEEPS: [
            _chip(PEEPS, kept_time.format(count=seen, steps=TIMED, period=period)),
            _chip(FORGETS, _("without peepholes: {count} spikes").format(count=cut)),
        ],
        GRU: [*remembered(GRU), _chip(GRU, fewer)],
    }
    return told[station]


def _chip(station: str, text: str) -> Chip:
    return Chip(STATIONS[station].cell, text)


def measured(station: str) -> str:
    """Where the cell was published, what its numbers count, and what the networks have in common and what not."""
    cards = {name: card_of(name) for name in STATIONS}
    rates = sorted({card.learning_rate for card in cards.values()})
    steps = {f"{rate:g}": [name for name, card in cards.items() if card.learning_rate == rate] for rate in rates}
    first = next(iter(cards.values()))
    counted = _(
        "An ending: the last symbol but one of a string, which only a memory of its second tells; a guess is right in "
        "half. Strings of {lengths} symbols are {strings} each, read one by one from a fresh state; the stream has "
        "{count} symbols and never starts afresh; c is the largest of any unit in it."
    )
    if station == PEEPS:
        counted = _("The timer is one cell, built by hand and not trained; a spike is a state above {size}.")
    counted = counted.format(
        count=f"{LONG:,}", size=f"{SPIKE:g}", strings=STRINGS, lengths=_(", ").join(map(str, LENGTHS))
    )
    budgets = _(
        "All six have the same task, {units} hidden units, {updates} updates of {batch} streams and seed {seed}. Their "
        "step sizes differ ({steps}), so not all that differs is the cell. It says what these networks "
        "learnt, not what their cells can."
    )
    if len(steps) == 1:
        budgets = _(
            "All six have the same task, {units} hidden units, {updates} updates of {batch} streams, seed {seed} and "
            "step size ({steps})."
        )
    budgets = budgets.format(
        units=first.size,
        updates=first.updates,
        batch=first.batch,
        seed=first.seed,
        steps=listed({rate: _(", ").join(names) for rate, names in steps.items()}),
    )
    return sentences(f"<i>{STATIONS[station].paper}.</i>", counted, budgets)


def around() -> tuple[str, ...]:
    """What stands around these cells in textbooks, a sentence each."""
    return (
        _(
            "Jordan feeds the output back, Elman the hidden state: in the drawing, what comes in from the left at the "
            "next step. With it one symbol can act for ever (an infinite impulse response); without it, only as long "
            "as the input's window (a finite one)."
        ),
        _(
            "A recurrent network is a state machine on real numbers: with exact weights and enough time it can "
            "compute what a Turing machine can (Siegelmann and Sontag 1992). Along a tree instead of a chain, the "
            "same sharing of weights makes a recursive network."
        ),
        _(
            "1982 Hopfield, 1986 Jordan, 1990 Elman and backpropagation through time, 1997 LSTM and two directions, "
            "2000 forget gate, 2001 echo state network, 2014 GRU and attention, 2017 the Transformer without "
            "recurrence, 2024 minGRU and xLSTM bring it back."
        ),
    )
