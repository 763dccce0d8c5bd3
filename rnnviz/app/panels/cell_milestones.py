"""What the newest part of each station's cell is good for: one panel per kind of evidence."""

from __future__ import annotations

from rnnviz import figures
from rnnviz.app.i18n import _
from rnnviz.app.page import percent
from rnnviz.app.panels.state_charts import chart
from rnnviz.figures import Amount, Line, style
from rnnviz.studies import lstm_history
from rnnviz.studies.lstm_history import EARLY, STATIONS, LongRun, subject_of

JORDAN, ELMAN, FIRST, FORGETS, PEEPS, GRU = EARLY
SPIKE = 0.5  # h above this is one: it comes to 0.76, and is else zero to the last digit


def effect(station: str, found: dict[str, LongRun], period: int, **place: object) -> dict:
    """What the part of this station is good for."""
    show = {ELMAN: xor, JORDAN: xor, FIRST: first_symbols, FORGETS: first_symbols, PEEPS: timer, GRU: sizes}
    return show[station](station, found, period, **place)


def xor(station: str, found: dict[str, LongRun], period: int, **place: object) -> dict:
    """Elman's stream of bits: the error of each predicted bit, of his network and of Jordan's."""
    cells = {name: STATIONS[name].cell for name in (ELMAN, JORDAN)}
    figure = figures.lines.draft(
        [Line(name, lstm_history.xor_errors(cell), style.CELLS[cell]) for name, cell in cells.items()],
        value_range=(0.0, 0.6),
        value_title=_("error (root mean square)"),
        time_title=_("bit of the stream"),
        first=2,
        height=300,
    )
    figure.update_xaxes(dtick=3, tick0=0)
    caption = _(
        "Every third bit is the XOR of the two before it; an error of 0.5 is a guess. Both have {units} units and the "
        "same training; Jordan's network has only its answers fed back."
    )
    return chart(
        figure,
        time=False,
        title=_("Elman's own test: every third bit can be known"),
        caption=caption.format(units=lstm_history.XOR_UNITS),
        **place,
    )


def first_symbols(station: str, found: dict[str, LongRun], period: int, **place: object) -> dict:
    """The two cells' states over the symbols on the stage, on an axis without logarithms."""
    figure = figures.lines.draft(
        [
            Line(
                name,
                found[name].sizes[: len(subject_of(station).tokens)],
                style.CELLS[STATIONS[name].cell],
                meta={"signal": "max |c|", "network": name, "label": name},
            )
            for name in (FIRST, FORGETS)
        ],
        subject_of(station).tokens,
        value_title=_("largest |c| of any unit"),
        time_title=_("time step"),
        height=300,
    )
    return chart(
        figure,
        title=_("It begins at once: the first {count} symbols").format(count=len(subject_of(station).tokens)),
        caption=_("What the cell of 1997 writes stays. Nobody tells it that a string is over."),
        **place,
    )


def timer(station: str, found: dict[str, LongRun], period: int, **place: object) -> dict:
    """The hand-built timer with its peepholes and without."""
    runs = {_("with peepholes"): True, _("peepholes cut"): False}
    colors = (style.CELLS[STATIONS[station].cell], style.INK)
    states = [lstm_history.spikes(period, peepholes).values[:, 0] for peepholes in runs.values()]
    seen, cut = (int((each > SPIKE).sum()) for each in states)
    figure = figures.lines.draft(
        [Line(name, each, color) for name, each, color in zip(runs, states, colors, strict=True)],
        value_range=(0.0, 1.0),
        value_title=_("state h"),
        time_title=_("time step"),
        height=300,
    )
    return chart(
        figure,
        time=False,
        title=_("One cell, nothing to read, a spike every {period} steps").format(period=period),
        caption=_(
            "{seen} spikes in {steps} steps; with peepholes cut: {cut}. Built by hand, not trained: a trained "
            "advantage of peepholes did not show in our budget. Each step writes 1/{period}; the gates see when it is "
            "full."
        ).format(seen=seen, cut=cut, steps=lstm_history.TIMED, period=period),
        **place,
    )


def sizes(station: str, found: dict[str, LongRun], period: int, **place: object) -> dict:
    """How many weights each station's cell has."""
    figure = figures.tally.draft(
        [Amount(name, weights(name), f"{weights(name):,}", style.CELLS[STATIONS[name].cell]) for name in EARLY],
        chosen=station,
        value_title=_("weights and biases of the cell"),
        height=300,
    )
    return chart(
        figure,
        time=False,
        title=_("What each part costs, with {units} units in every cell").format(units=lstm_history.UNITS),
        caption=_(
            "The GRU has {less} fewer than the LSTM: a block is one gate or candidate; it has three, the LSTM four."
        ).format(less=percent(1 - weights(GRU) / weights(FORGETS))),
        **place,
    )


def weights(name: str) -> int:
    """How many numbers a station's cell has learnt, without embedding and readout."""
    return sum(parameter.numel() for parameter in subject_of(name).network().layers[0][0].parameters())
