"""Panels of the page Translate: what is read, what is written, what the one looks at of the other, and all states."""

from __future__ import annotations

import itertools

import numpy as np

from rnnviz import figures
from rnnviz.app import state
from rnnviz.app.i18n import _, by_language
from rnnviz.app.panels.network_views import legends, shades
from rnnviz.app.panels.state_charts import chart, name_trace
from rnnviz.app.stage.bindings import Bound
from rnnviz.app.stage.board import Board
from rnnviz.checkpoints import Card
from rnnviz.figures import style
from rnnviz.subjects import Trained, translators
from rnnviz.subjects.translators import Translated
from rnnviz.tasks.dates import BANDS
from rnnviz.trace import Signal

CELL = "GRU"
CLEARLY = 0.05  # a difference of shares that is told
MONTH = 6  # the step at which the month is written to the end, from 0
ROWS, MANY = {"few": 15, "many": 11}, 40  # pixels of a character in a picture, up to so many and beyond


def usual() -> str:
    """What the page opens with."""
    return by_language(en="Saturday the third of May 2025", zh="二〇二五年五月三日星期六")


def text() -> str:
    """What is read."""
    return usual() if state.knobs().date is None else state.knobs().date


def shown(sees: str | None = None) -> Translated:
    """What the chosen shipped network makes of it, or the one that ``sees`` so."""
    return translators.translated(text(), sees or state.knobs().sees, state.knobs().forced)


def of_run(model: Trained) -> Translated:
    """What the network of a run makes of it."""
    return translators.translated_by(model, text())


def card(sees: str) -> Card:
    """That of the network that sees so, trained as is chosen."""
    return translators.card(sees, state.knobs().forced)


def symbols(result: Translated) -> list[str]:
    """What was written at each step; the end in words."""
    return [names()[k] for k in result.translation.written.at(batch=0).values.tolist()]


def names() -> list[str]:
    *figures_, _end = translators.task().labels
    return [*figures_, _("end")]


def rows(result: Translated, shipped: bool) -> Board:
    """All pictures; the time axis is what is written."""
    sheet = board(result)
    sheet.row(alignment(result, span=8), answer(result, span=4))
    attends = result.translation.weights is not None
    pictures = [weights(result, span=6)] if attends else []
    sheet.row(*pictures, decoder(result, span=6 if attends else 12))
    sheet.row(encoder(result, sheet, span=7 if shipped else 12), *([by_length(span=5)] if shipped else []))
    return sheet


def board(result: Translated) -> Board:
    """The time axis, and the numbers that follow it."""
    written = symbols(result)
    board = Board(written, [True] * len(written), units=1, start=min(MONTH, len(written) - 1))
    run = result.translation
    board.array("p", run.output.at(batch=0).values)
    board.array("h", run.decoder["h"].at(batch=0).values)
    board.array("start", run.decoder.initial["h"].at(batch=0).values)
    if run.weights is not None:
        board.array("alpha", run.weights.at(batch=0).values)
    return board


def alignment(result: Translated, **place: object) -> dict:
    """What is read above what is written, and between them all that the decoder gets of it."""
    attends = result.translation.weights is not None
    right = None if result.day is None else [*result.day.text, _("end")]
    units = result.translation.decoder.initial["h"].values.shape[-1]
    return {
        "kind": "alignment",
        "tokens": result.tokens,
        "known": result.known,
        "written": symbols(result),
        "right": right,
        "weights": "alpha" if attends else None,
        "start": "start",
        "color": style.CELLS[result.cell],
        **shades(result.translation.decoder["h"]),
        "strings": {
            "unknown": _("It has never met this character."),
            "vector": _("one vector of {count} numbers").format(count=units),
        },
        "title": _("What the decoder looks at while it writes")
        if attends
        else _("All that is handed on is one vector"),
        "caption": _("Bars and strong lines: the weights α of the step at the cursor. They sum to 100%.")
        if attends
        else _("The last state of either direction, side by side, is what the decoder starts in."),
        "alternative": described(result),
        **place,
    }


def described(result: Translated) -> str:
    """The picture for who does not see it."""
    return _("{text} is read, {written} is written.").format(text=result.text, written=result.written)


def answer(result: Translated, **place: object) -> dict:
    title = _("Which symbol it writes at this step")
    return {
        "kind": "probabilities",
        "array": "p",
        "labels": names(),
        "symbols": True,
        "color": style.CELLS[result.cell],
        "title": title,
        "caption": _("The decoder writes the likeliest one and reads it at the next step."),
        **place,
    }


def weights(result: Translated, **place: object) -> dict:
    """All weights of all steps: a column for each symbol that is written, a row for each character that is read."""
    alpha = result.translation.weights.at(batch=0)
    signal = Signal("alpha", ("time", "unit"), alpha.values, alpha.symbol, alpha.bounds)
    figure = figures.heatmap.draft(
        signal,
        tuple(symbols(result)),
        time_title=_("symbol written"),
        unit_title=_("character read"),
        height=tall(result),
    )
    figure.update_yaxes(**character_ticks(result.tokens, first=0))
    told = _("A column for each symbol that is written; each sums to 100%.")
    return _columns(figure, signal, title=_("All weights, step by step"), caption=told, **place)


def _columns(figure: figures.Draft, signal: Signal, **said: object) -> dict:
    """A picture with a column for each symbol that is written."""
    return chart(name_trace(figure, -1, signal.name), cursor="column", legends=legends(signal), **said)


def tall(result: Translated) -> int:
    """Pixels of a picture with a row for each character."""
    count = len(result.tokens)
    return max(300, 90 + count * (ROWS["few"] if count <= MANY else ROWS["many"]))


def character_ticks(tokens: tuple[str, ...], first: int) -> dict:
    """An axis that names its places, counted from ``first``, by what is read."""
    shown = ["␣" if token == " " else style.plain(token) for token in tokens]
    places = list(range(first, first + len(tokens)))
    return {"tickmode": "array", "tickvals": places, "ticktext": shown, "tickfont": {"size": 11}, "tickangle": 0}


def decoder(result: Translated, **place: object) -> dict:
    h = result.translation.decoder["h"].at(batch=0)
    figure = figures.heatmap.draft(
        h,
        tuple(symbols(result)),
        time_title=_("symbol written"),
        unit_title=_("unit"),
        height=300 if result.translation.weights is None else tall(result),
    )
    told = _("One column for each symbol that is written.")
    return _columns(figure, h, title=_("States of the decoder"), caption=told, **place)


def encoder(result: Translated, board: Board, **place: object) -> dict:
    """Both directions' states of what was read; a mark stands where the step at the cursor looks most."""
    trace = result.translation.encoder
    h = trace.merged().at(batch=0)
    figure = figures.heatmap.draft(h, time_title=_("character read"), unit_title=_("unit"), height=300)
    figure.update_xaxes(**character_ticks(result.tokens, first=1))
    bound, caption = [], _("Upper half: h→, which reads from left to right; lower half: h←, from right to left.")
    if result.translation.weights is not None:
        most = result.translation.weights.at(batch=0).values.argmax(-1) + 1.0
        figure.add_scatter(
            x=most[:1],
            y=np.array([-3.0]),
            mode="markers",
            marker={"symbol": "triangle-down", "size": 13, "color": style.CELLS[result.cell]},
            showlegend=False,
            hoverinfo="skip",
        )
        mark = len(figure.traces) - 1
        figure.update_yaxes(range=[h.values.shape[1] - 0.5, -6])
        name_trace(figure, mark, "most")
        bound = [Bound(mark, "x", board.array("most", most[:, None]), "step")]
        caption = _("Upper half: h→; lower half: h←. The triangle: where the step at the cursor looks most.")
    name_trace(figure, 0, "encoder:h")
    return chart(
        figure, time=False, bound=bound, title=_("States of the encoder"), caption=caption, legends=legends(h), **place
    )


def by_length(**place: object) -> dict:
    """How often each network is right on held-out days, by the length of the text."""
    names = {
        "attention": _("with attention"),
        "vector": _("one vector"),
        "longer": _("one vector, trained longer"),
    }
    inks = {"attention": style.CELLS[CELL], "vector": style.INK, "longer": style.INK}
    shares = {sees: [part["accuracy"] for part in card(sees).subsets.values()] for sees in names}
    now, forced = state.knobs().sees, state.knobs().forced
    other = [part["accuracy"] for part in translators.card(now, not forced).subsets.values()]
    said = _("{network}, without teacher forcing") if forced else _("{network}, with teacher forcing")
    lines = [figures.Line(names[sees], np.array(values), inks[sees]) for sees, values in shares.items()]
    figure = figures.lines.draft(
        [*lines, figures.Line(said.format(network=names[now]), np.array(other), style.FOLLOWED)],
        value_range=(0, 1),
        value_title=_("dates right"),
        time_title=_("characters read"),
        height=300,
    )
    ticks = [f"{low + 1}–{high}" for low, high in itertools.pairwise((0, *BANDS))]
    figure.update_xaxes(tickmode="array", tickvals=list(range(1, len(BANDS) + 1)), ticktext=ticks, tickangle=0)
    figure.update_yaxes(tickformat=".0%")
    worse = shares["vector"][0] - shares["vector"][-1] > CLEARLY
    return chart(
        figure,
        time=False,
        title=_("The longer the text, the less often one vector is enough")
        if worse
        else _("With one vector, what counts here is the training, not the length"),
        caption=_("Measured once, on days that no network was trained on."),
        **place,
    )
