"""Panels of the page on how the LSTM came to be: one cell's machinery, and what its newest part is good for."""

from __future__ import annotations

import time

import streamlit as st

from rnnviz import figures
from rnnviz.app import results
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import percent
from rnnviz.app.panels import cell_diagram, network_views
from rnnviz.app.panels.cell_milestones import ELMAN, FIRST, FORGETS, GRU, JORDAN, PEEPS, SPIKE, known_bits, weights
from rnnviz.app.panels.network_views import legends, listed
from rnnviz.app.panels.state_charts import chart, name_trace
from rnnviz.app.stage.board import Board
from rnnviz.checkpoints import Card
from rnnviz.figures import Amount, Line, style
from rnnviz.studies import lstm_history
from rnnviz.studies.lstm_history import LONG, STATIONS, TIMED, LongRun, carried, subject_of

PATIENCE = 0.3  # seconds, after which a bar says how far it is


def models() -> dict[str, str]:
    """The networks to choose from, by the names of their stations."""
    return {subject_of(name).model.name: name for name in STATIONS}


def card_of(station: str) -> Card:
    return subject_of(station).load().provenance.card


def runs() -> dict[str, LongRun]:
    """What every station does with the whole stream; while that is being computed a bar says how far it is."""
    found, bar, start = {}, None, time.monotonic()
    for done, name in enumerate(STATIONS):
        if time.monotonic() - start > PATIENCE:
            text = _("Reading {count} symbols: {station}").format(count=f"{LONG:,}", station=name)
            bar = bar or st.progress(0.0)
            bar.progress(done / len(STATIONS), text=text)
        found[name] = lstm_history.long_run(name)
    if bar:
        bar.empty()
    return found


def verdict(station: str, found: dict[str, LongRun], period: int) -> str:
    """What is measured at this station."""
    name = station
    elman, jordan = (f"{known_bits(STATIONS[cell].cell):.1g}" for cell in (ELMAN, JORDAN))
    largest = {cell: found[cell].sizes.max() for cell in (FIRST, FORGETS)}
    seen, cut = (int((lstm_history.spikes(period, peepholes).values > SPIKE).sum()) for peepholes in (True, False))
    places = {
        "elman": elman,
        "jordan": jordan,
        "without": f"{largest[FIRST]:,.0f}",
        "with_gate": f"{largest[FORGETS]:,.0f}",
        "count": f"{LONG:,}",
        "seen": seen,
        "cut": cut,
        "steps": TIMED,
        "period": period,
        "less": percent(1 - weights(GRU) / weights(FORGETS)),
        "right": found[name].right,
        "asked": found[name].asked,
    }
    said = {
        ELMAN: _(
            "1990: the state is fed back. At every third bit the error is {elman}; "
            "if only answers are fed back, {jordan}"
        ),
        JORDAN: _(
            "1986: only answers are fed back. At every third bit the error is {jordan}; "
            "with the state fed back, {elman}"
        ),
        FIRST: _(
            "1997: without a forget gate the cell's state reaches {without} within {count} symbols; with it {with_gate}"
        ),
        FORGETS: _(
            "2000: with a forget gate the cell's state reaches {with_gate} within {count} symbols; without it {without}"
        ),
        PEEPS: _(
            "2000: gates that see their cell keep time. {seen} spikes in {steps} steps, one every {period}; "
            "with the peepholes cut, {cut}"
        ),
        GRU: _(
            "2014: without the cell c and one gate, {less} fewer weights than the LSTM of 2000; "
            "{right} of {asked} symbols that take a memory are right"
        ),
    }
    return said[name].format(**places)


def budgets() -> str:
    """What the networks have in common and what not, as their cards have it."""
    cards = {name: card_of(name) for name in STATIONS}
    rates = sorted({card.learning_rate for card in cards.values()})
    steps = {f"{rate:g}": [name for name, card in cards.items() if card.learning_rate == rate] for rate in rates}
    first = next(iter(cards.values()))
    said = _(
        "All six have the same task, {units} hidden units, {updates} updates of {batch} streams and seed {seed}. Their "
        "step sizes differ ({steps}), so not all that differs is the cell."
    )
    if len(steps) == 1:
        said = _(
            "All six have the same task, {units} hidden units, {updates} updates of {batch} streams, seed {seed} and "
            "step size ({steps})."
        )
    return said.format(
        units=first.size,
        updates=first.updates,
        batch=first.batch,
        seed=first.seed,
        steps=listed({rate: _(", ").join(names) for rate, names in steps.items()}),
    )


def sentence(station: str) -> str:
    """Which part was added, why, and where one can read it."""
    origin = STATIONS[station]
    return sentences(_(origin.added), _(origin.why), f"<i>{origin.paper}.</i>")


def drawing(station: str, board: Board, **place: object) -> dict:
    """The station's cell with the numbers at the cursor."""
    title = _("The cell of {station} at this symbol").format(station=station)
    caption = _("Values flow along the wires. Slide, or press ← and →.")
    return cell_diagram.diagram(subject_of(station), board, title=title, caption=caption, **place)


def expected(station: str, **place: object) -> dict:
    """The probability of each symbol to come next."""
    title, caption = _("Which symbol comes next?"), _("What this network expects after the symbol at the cursor.")
    return network_views.probabilities(subject_of(station), title=title, caption=caption, **place)


def growth(station: str, found: dict[str, LongRun], **place: object) -> dict:
    """The largest |c|, or |h| of a cell without c, along the whole stream, the station's cell before the others."""
    figure = figures.growth.draft(
        [Line(name, run.sizes, style.CELLS[STATIONS[name].cell]) for name, run in found.items()],
        chosen=station,
        value_title=_("largest size of the state"),
        time_title=_("symbols read"),
        height=300,
    )
    caption = _("Largest |c|, or |h| where there is no c. All six read the same {count} symbols in one pass.")
    return chart(
        figure,
        time=False,
        title=_("The state along one stream that never starts afresh"),
        caption=caption.format(count=f"{LONG:,}"),
        **place,
    )


def memories(station: str, found: dict[str, LongRun], **place: object) -> dict:
    """Which share of the symbols that only a memory can tell each cell got right."""
    figure = figures.tally.draft(
        [
            Amount(name, run.right / run.asked, f"{run.right} / {run.asked}", style.CELLS[STATIONS[name].cell])
            for name, run in found.items()
        ],
        chosen=station,
        mark=0.5,
        mark_title=_("a guess"),
        value_title=_("share that is right"),
        height=300,
    )
    legal = _(
        "{station} names a symbol that may come in {share} of all cases. One training each: {updates} updates, "
        "seed {seed}. It says what these networks learnt, not what their cells can."
    )
    return chart(
        figure,
        time=False,
        title=_("The symbol that only a memory of the string's beginning can tell"),
        caption=legal.format(
            station=station,
            share=percent(found[station].legal),
            updates=card_of(station).updates,
            seed=card_of(station).seed,
        ),
        **place,
    )


def states(station: str, **place: object) -> dict:
    """The state that the cell is about, unit by unit, over the symbols on the stage."""
    subject = subject_of(station)
    name = carried(subject)
    signal = results.trace(subject).layer()[name].at(batch=0)
    figure = figures.heatmap.draft(signal, subject.tokens, time_title=_("time step"), unit_title=_("unit"), height=300)
    chosen = subject.units == len(signal.values[0])
    name_trace(figure, -1, name, **({"label": _("unit")} if chosen else {}))
    return chart(
        figure,
        cursor="column",
        unitRows=chosen,
        title=f"{name} · {_(results.quantities(subject)[name].meaning)}",
        legends=legends(signal),
        **place,
    )
