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
from rnnviz.app.panels.network_views import legends, name_and_rest
from rnnviz.app.results import Layer
from rnnviz.app.stage import alternatives
from rnnviz.app.stage.bindings import Bound
from rnnviz.app.stage.board import Board
from rnnviz.cells import GATES
from rnnviz.dynamics import principal_path, principal_plane
from rnnviz.figures import style
from rnnviz.saturation import saturation
from rnnviz.subjects import Subject
from rnnviz.trace import Signal


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


def states_first(subject: Subject, of: Layer) -> dict[str, Signal]:
    """Every signal of the layer as ("time", "unit"): the states, the gate that keeps them, then the others in order of
    computation."""
    layer, quantities = results.layer(subject, of), results.quantities(subject)
    order = sorted(layer.names, key=lambda name: (name not in layer.initial, quantities[name].role != "keep"))
    return {name: layer[name].at(batch=0) for name in (*layer.initial, *(n for n in order if n not in layer.initial))}


def colors_of(subject: Subject) -> dict[str, str]:
    """The colour of each quantity."""
    return {name: style.ROLES[quantity.role] for name, quantity in results.quantities(subject).items()}


def heatmaps(subject: Subject, of: Layer) -> list[dict]:
    """One unit × time picture per signal."""
    signals, quantities = states_first(subject, of), results.quantities(subject)
    held = {name: where.at(batch=0) for name, where in results.layer(subject, of).held.items()}
    return [
        chart(
            name_trace(
                figures.heatmap.draft(
                    signal,
                    subject.read().tokens,
                    time_title=_("time step"),
                    unit_title=_("unit"),
                    outlined=held.get(name),
                ),
                -1,
                name,
                label=_("unit"),
                **held_runs.beside(subject, name),
            ),
            cursor="column",
            unitRows=True,
            title=f"{naming.letter(subject.cell, name)} · {called}",
            caption=sentences(what, _("c can exceed ±1; h cannot.") if name == "c" and signal.bounds is None else ""),
            legends=legends(signal),
        )
        for name, signal in signals.items()
        for called, what in [name_and_rest(_(quantities[name].meaning))]
    ]


def beside_each_other(subject: Subject) -> int:
    """How many pictures of all steps stand in a row, with room for the words below each."""
    widest = max((sum(2 if letter > "\u2e7f" else 1 for letter in token) for token in subject.tokens), default=0)
    return 3 if subject.tokens and widest * len(subject.tokens) <= 32 else 2


def unit_lines(subject: Subject, of: Layer, unit: int) -> dict:
    """All quantities of the chosen unit over time; ``unit``: the one that is chosen at first."""
    signals, colors = states_first(subject, of), colors_of(subject)
    ghosts = held_runs.ghosts(subject, of)
    figure = figures.lines.draft(
        [
            figures.Line(shown, signal.values[:, unit], colors[name], meta={"signal": name, "label": shown})
            for name, signal in signals.items()
            for shown in [naming.letter(subject.cell, name)]
        ],
        subject.read().tokens,
        ghosts=[
            figures.Line(name, values[:, unit], colors[name], meta=held_runs.ghost_meta(subject, name, signal=name))
            for name, values in ghosts.items()
        ],
        value_title=_("value of the chosen unit"),
        time_title=_("time step"),
        height=300,
    )
    return chart(
        figure,
        bound=[
            Bound(k, "y", name, by="unit") for k, name in enumerate([*signals, *(f"first:{name}" for name in ghosts)])
        ],
        unit=unit,
        span=12,
        title=_("One unit, all its quantities"),
        caption=_("The framed row of the pictures above. Click another row to follow another unit."),
    )


def state_path(subject: Subject, of: Layer, board: Board, span: int) -> dict:
    """The state's path in two principal components, with a ring that follows the cursor."""
    h = results.layer(subject, of)["h"].at(batch=0)
    path, then = principal_path(h), held_runs.ghosts(subject, of).get("h")
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
    title = _("The path of the state, word after word")
    return chart(
        figure,
        time=False,
        bound=bound,
        span=span,
        title=title,
        caption=naming.named(
            subject.cell, _("Two principal components hold {share} of h's variance; the ring is the cursor.")
        ).format(share=percent(float(path.explained.values.sum()))),
    )


def gate_saturation(subject: Subject, of: Layer, span: int) -> dict | None:
    """How often each unit's gates are all but shut or open; None for a cell without gates."""
    quantities, colors = results.quantities(subject), colors_of(subject)
    gates = {name: s for name, s in states_first(subject, of).items() if quantities[name].role in GATES}
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
