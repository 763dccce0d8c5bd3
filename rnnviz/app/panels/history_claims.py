"""What the page on the history of the LSTM says of each station: its part, what that brought, and on what evidence."""

from __future__ import annotations

from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import bold
from rnnviz.app.panels.cell_milestones import ELMAN, FIRST, FORGETS, GRU, JORDAN, PEEPS, SPIKE
from rnnviz.app.panels.network_views import listed
from rnnviz.checkpoints import Card
from rnnviz.studies.lstm_history import EARLY, LENGTHS, STATIONS, STRINGS, endings_right, subject_of

DELTA, RG_LRU, SLSTM, MLSTM, MIN_GRU, GATED = tuple(STATIONS)[len(EARLY) :]


def card_of(station: str) -> Card:
    return subject_of(station).load().provenance.card


def title(station: str) -> str:
    """What a station could do, or could not: each is measured in the time line or in its own panels."""
    said = {
        JORDAN: _("1986: the network remembers nothing but its own outputs"),
        ELMAN: _("1990: the hidden state comes back, but its memory is short"),
        FIRST: _("1997: the LSTM's cell adds up without end and cannot let go"),
        FORGETS: _("2000: with a forget gate the memory lasts and can start afresh"),
        PEEPS: _("2000: gates that see their cell can keep time"),
        GRU: _("2014: the GRU remembers as well, with fewer weights"),
        DELTA: _("2021: DeltaNet writes over what a key holds, and recalls sixteen pairs"),
        RG_LRU: _("2024: the RG-LRU's gates see the input alone, and it cannot count"),
        SLSTM: _("2024: the sLSTM keeps the loop, and counts"),
        MLSTM: _("2024: the mLSTM's matrix recalls sixteen pairs, and cannot count"),
        MIN_GRU: _("2024: the minGRU needs no loop, and can no longer count"),
        GATED: _("2024: gated DeltaNet forgets again, and recalls sixteen pairs"),
    }
    return said[station]


def story(station: str) -> str:
    """Which part was added, what was given up for it, and what this task still misses."""
    origin = STATIONS[station]
    dropped = (bold(_("Given up:")), _(origin.dropped)) if origin.dropped else ()
    missing = () if _is_able(station) else (bold(_("Still missing:")), _(origin.lacks))
    return sentences(bold(_("New:")), _(origin.added), *dropped, *missing)


def _is_able(station: str) -> bool:
    """Whether it lacks nothing on this task."""
    return station in EARLY and all(endings_right(station, length) == STRINGS for length in LENGTHS)


def measured(station: str) -> str:
    """Where the cell was published, what its numbers count, and what the networks have in common and what not."""
    cards = {name: card_of(name) for name in STATIONS}
    rates = sorted({card.learning_rate for card in cards.values()})
    steps = {f"{rate:g}": [name for name, card in cards.items() if card.learning_rate == rate] for rate in rates}
    first = next(iter(cards.values()))
    counted = _(
        "Counted: the second-to-last letter of a string, which needs a memory of the second one; a guess is right in "
        "half. There are {strings} strings of {short} letters and {strings} of {long}, read one by one from a fresh "
        "state. In training strings follow one another without a reset."
    )
    if station == PEEPS:
        counted = _("The timer is one cell, built by hand and not trained; a spike is a state above {size}.")
    counted = counted.format(size=f"{SPIKE:g}", strings=STRINGS, short=LENGTHS[0], long=LENGTHS[1])
    budgets = _(
        "All {count} have the same task, one layer of {units} hidden units, {updates} updates of {batch} streams and "
        "seed {seed}. Their step sizes differ ({steps}), so not all that differs is the cell. It says what these "
        "networks learnt, not what their cells can; the newer ones are meant to be stacked."
    )
    if len(steps) == 1:
        budgets = _(
            "All {count} have the same task, one layer of {units} hidden units, {updates} updates of {batch} streams, "
            "seed {seed} and step size ({steps})."
        )
    budgets = budgets.format(
        count=len(cards),
        units=first.size,
        updates=first.updates,
        batch=first.batch,
        seed=first.seed,
        steps=listed({rate: _(", ").join(names) for rate, names in steps.items()}),
    )
    others = _("Counting bits and recalling pairs are other tasks, of other networks on one budget that was not tuned.")
    without = (_("Without, and without a loss here:"), _(STATIONS[station].lacks)) if _is_able(station) else ()
    paper = f"<i>{STATIONS[station].paper}.</i>"
    return sentences(paper, *without, counted, budgets, "" if station in EARLY else others)


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
