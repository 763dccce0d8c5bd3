"""Plotly panels for the stage: figures of a subject, with their titles and what follows the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from rnnviz import figures
from rnnviz.app import naming, results
from rnnviz.app.comparison import Subjects, called
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import percent
from rnnviz.app.panels import held_runs
from rnnviz.app.panels.answers_per_step import reads_words
from rnnviz.app.panels.network_views import legends, name_and_rest
from rnnviz.app.panels.quantity_shapes import states_first, where_held
from rnnviz.app.results import Layer
from rnnviz.app.stage import alternatives
from rnnviz.app.stage.bindings import Bound
from rnnviz.app.stage.board import Board
from rnnviz.cells import GATES
from rnnviz.dynamics import principal_path, principal_plane
from rnnviz.figures import style
from rnnviz.saturation import saturation
from rnnviz.subjects import Subject


def chart(
    figure: figures.Draft, *, time: bool = True, bound: Sequence[Bound] = (), unit: int = 0, **place: object
) -> dict:
    """A figure as a panel; with ``time`` its x axis is the time step and carries the cursor. ``bound``: which of its
    numbers follow the cursor, the chosen unit or the snapshot; ``unit``: the one whose numbers it has till then."""
    spec = figure.spec()
    told = alternatives.of_figure(spec, unit if any(each.by == "unit" for each in bound) else None)
    return {"kind": "chart", "figure": spec, "time": time, "bound": bound, "alternative": told, **place}


def name_trace(figure: figures.Draft, trace: int, signal: str, **place: object) -> figures.Draft:
    """Say which numbers a trace draws: ``signal``, its name in the trace, and whose it is (``network``, ``layer``).

    With a ``label`` the stage writes the trace's value at the cursor below the chart; see assets/stage/values.js.
    """
    figure.traces[trace]["meta"] = {"signal": signal, **place}
    return figure


def picture_of(trace: Mapping) -> int:
    """On which of the pictures over one x axis a trace is drawn, 0 for the uppermost."""
    return int(trace.get("yaxis", "y").removeprefix("y") or 1) - 1


def _colors(subject: Subject) -> dict[str, str]:
    return {name: style.ROLES[quantity.role] for name, quantity in results.quantities(subject).items()}


def heatmaps(subject: Subject, of: Layer) -> list[dict]:
    """One unit × time picture per signal; none of what is one number at each step, which the lines show."""
    layer, quantities = results.layer(subject, of), results.quantities(subject)
    held = {name: where_held(where.at(batch=0)) for name, where in layer.held.items()}
    beyond_one = quantities[layer.output].bounds == (-1.0, 1.0)
    return [
        chart(
            name_trace(
                figures.heatmap.draft(
                    shown.signal,
                    subject.read().tokens,
                    time_title=_("time step"),
                    unit_title=_("unit") if shown.by_unit else _("number"),
                    outlined=held.get(shown.of),
                ),
                -1,
                shown.name,
                **({"label": _("unit")} if shown.by_unit else {}),
                **held_runs.beside(subject, shown.name),
            ),
            cursor="column",
            unitRows=shown.by_unit,
            title=f"{shown.letter} · {called}",
            caption=sentences(
                what,
                _("Only c can exceed ±1.") if shown.of == "c" and beyond_one else "",
                _("Drawn is {part}.").format(part=shown.about) if shown.about else "",
            ),
            legends=legends(shown.signal),
        )
        for shown in states_first(subject, of)
        for called, what in [name_and_rest(_(quantities[shown.of].meaning))]
        if shown.signal.values.shape[1] > 1
    ]


def beside_each_other(subject: Subject) -> int:
    """How many pictures of all steps stand in a row, with room for the words below each."""
    widest = max((sum(2 if letter > "\u2e7f" else 1 for letter in token) for token in subject.tokens), default=0)
    return 3 if subject.tokens and widest * len(subject.tokens) <= 32 else 2


def unit_lines(subject: Subject, of: Layer, unit: int) -> dict:
    """All quantities of the chosen unit over time, and what is one number for all; ``unit``: the one that is chosen at
    first."""
    colors, ghosts = _colors(subject), held_runs.ghosts(subject, of)
    drawn = [shown for shown in states_first(subject, of) if shown.by_unit or shown.signal.values.shape[1] == 1]
    before = [shown for shown in drawn if shown.name in ghosts]
    figure = figures.lines.draft(
        [
            figures.Line(
                shown.letter,
                shown.signal.values[:, unit * shown.by_unit],
                colors[shown.of],
                meta={"signal": shown.name, "label": shown.letter},
            )
            for shown in drawn
        ],
        subject.read().tokens,
        ghosts=[
            figures.Line(
                shown.name,
                ghosts[shown.name][:, unit * shown.by_unit],
                colors[shown.of],
                meta=held_runs.ghost_meta(subject, shown.name, signal=shown.name),
            )
            for shown in before
        ],
        value_title=_("value of the chosen unit"),
        time_title=_("time step"),
        height=300,
    )
    arrays = [(shown, shown.name) for shown in drawn] + [(shown, f"first:{shown.name}") for shown in before]
    return chart(
        figure,
        bound=[Bound(k, "y", array, by="unit") for k, (shown, array) in enumerate(arrays) if shown.by_unit],
        unit=unit,
        span=12,
        title=_("One unit, all its quantities"),
        caption=_("The framed row of the pictures above. Click another row to follow another unit."),
    )


def state_path(subject: Subject, of: Layer, board: Board, span: int) -> dict:
    """The state's path in two principal components, with a ring that follows the cursor."""
    output = results.layer(subject, of).output
    h = results.layer(subject, of)[output].at(batch=0)
    path, then = principal_path(h), held_runs.ghosts(subject, of).get(output)
    figure = figures.trajectory.draft(
        path.points,
        path.explained,
        subject.read().tokens,
        first=subject.read().number(0),
        ghost=None if then is None else principal_plane(h).project(replace(h, values=then)).values,
        color=style.CELLS[subject.cell],
        component_title=_("component"),
        height=380,
    )
    for trace in (-2, -1):  # the path, and the ring on it
        name_trace(figure, trace, "h:component")
    ring = len(figure.traces) - 1
    bound = [
        Bound(ring, axis, board.array(f"path:{axis}", path.points.values[:, k]), "step") for k, axis in enumerate("xy")
    ]
    title = _("The path of the state, step after step")
    title = _("The path of the state, word after word") if reads_words(subject) else title
    return chart(
        figure,
        time=False,
        bound=bound,
        span=span,
        title=title,
        caption=_("Two principal components hold {share} of {state}'s variance; the ring is the cursor.").format(
            share=percent(float(path.explained.values.sum())), state=naming.letter(subject.cell, output)
        ),
    )


def path_and_gates(subject: Subject, of: Layer, board: Board) -> list[dict]:
    """The state's path, beside it the gates of a cell that has some."""
    gates = gate_saturation(subject, of, span=6)
    return [state_path(subject, of, board, span=6 if gates else 12), *([gates] if gates else [])]


def gate_saturation(subject: Subject, of: Layer, span: int) -> dict | None:
    """How often each unit's gates are all but shut or open; None for a cell without gates."""
    quantities, colors = results.quantities(subject), _colors(subject)
    gates = {
        shown.name: shown.signal
        for shown in states_first(subject, of)
        if quantities[shown.of].role in GATES and shown.signal.bounds == (0.0, 1.0)
    }
    if not gates:
        return None
    figure = figures.saturation.draft(
        [figures.Gate(name, *saturation(signal), colors[name]) for name, signal in gates.items()],
        shut_title=_("share of steps below 0.1"),
        open_title=_("share of steps above 0.9"),
        unit_title=_("unit"),
        height=380,
    )
    return chart(
        figure,
        time=False,
        span=span,
        title=_("Which gates are all but shut or open"),
        caption=_(
            "Each mark is one or more units. At the origin a gate is never nearly open or shut; far right it is mostly "
            "shut."
        ),
    )


def line_each(
    subjects: Subjects,
    curves: Mapping[str, np.ndarray],
    meta: Mapping[str, object],
    tokens: tuple[str, ...] = (),
    *,
    ghosts: Mapping[str, np.ndarray] | None = None,
    label: str = "{name}",
    bands: Mapping[str, tuple[np.ndarray, np.ndarray]] | None = None,
    **axes: object,
) -> figures.Draft:
    """A line for each network of a comparison, in the colour of its cell. ``meta``: which numbers these are (see
    ``name_trace``); ``ghosts``: those of the first runs of networks that are changed; ``label``: what stands before a
    line's value at the cursor. ``axes``: as in ``figures.lines``."""
    drawn = [
        figures.Line(
            called(name),
            values,
            style.CELLS[subjects[name].cell],
            band=(bands or {}).get(name),
            meta={**meta, "network": name, "label": label.format(name=called(name))},
        )
        for name, values in curves.items()
    ]
    before = [
        figures.Line(
            called(name),
            values,
            style.CELLS[subjects[name].cell],
            meta=held_runs.ghost_meta(subjects[name], called(name), **meta, network=name),
        )
        for name, values in (ghosts or {}).items()
    ]
    return figures.lines.draft(drawn, tokens, ghosts=before, **{"time_title": _("time step")} | axes)
