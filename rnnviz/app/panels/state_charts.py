"""Plotly panels for the stage: figures of a subject, with their titles and what follows the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz import figures
from rnnviz.answers import settling
from rnnviz.app import results
from rnnviz.app.comparison import Subjects, called
from rnnviz.app.i18n import _
from rnnviz.app.page import percent
from rnnviz.app.panels.network_views import facts, label_names, legends, listed
from rnnviz.app.results import Layer
from rnnviz.app.stage import alternatives
from rnnviz.app.stage.bindings import Bound
from rnnviz.app.stage.board import Board
from rnnviz.cells import GATES
from rnnviz.dynamics import principal_path, state_change
from rnnviz.figures import style
from rnnviz.saturation import saturation
from rnnviz.subjects import Subject
from rnnviz.trace import Signal


def chart(figure: figures.Draft, *, time: bool = True, bound: Sequence[Bound] = (), **place: object) -> dict:
    """A figure as a panel; with ``time`` its x axis is the time step and carries the cursor. ``bound``: which of its
    numbers follow the cursor, the chosen unit or the snapshot."""
    spec = figure.spec()
    told = alternatives.of_figure(spec, one_unit=any(each.by == "unit" for each in bound))
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
    """Every signal of the layer as ("time", "unit"): the states, then the gates in order of computation."""
    layer = results.layer(subject, of)
    states = list(layer.initial)
    return {name: layer[name].at(batch=0) for name in (*states, *(n for n in layer.names if n not in states))}


def colors_of(subject: Subject) -> dict[str, str]:
    """The colour of each quantity."""
    return {name: style.ROLES[quantity.role] for name, quantity in results.quantities(subject).items()}


def heatmaps(subject: Subject, of: Layer) -> list[dict]:
    """One unit × time picture per signal."""
    signals, quantities = states_first(subject, of), results.quantities(subject)
    return [
        chart(
            name_trace(
                figures.heatmap.draft(signal, subject.read().tokens, time_title=_("time step"), unit_title=_("unit")),
                -1,
                name,
                label=_("unit"),
            ),
            cursor="column",
            unitRows=True,
            title=f"{name} · {_(quantities[name].meaning)}",
            legends=legends(signal),
        )
        for name, signal in signals.items()
    ]


def unit_lines(subject: Subject, of: Layer) -> dict:
    """All quantities of the chosen unit over time."""
    signals, colors = states_first(subject, of), colors_of(subject)
    figure = figures.lines.draft(
        [
            figures.Line(name, signal.values[:, 0], colors[name], meta={"signal": name, "label": name})
            for name, signal in signals.items()
        ],
        subject.read().tokens,
        value_title=_("value of the chosen unit"),
        time_title=_("time step"),
        height=300,
    )
    return chart(
        figure,
        bound=[Bound(k, "y", name, by="unit") for k, name in enumerate(signals)],
        span=12,
        title=_("One unit, all its quantities"),
        caption=_("The framed row of the pictures above. Click another row to follow another unit."),
    )


def state_path(subject: Subject, of: Layer, board: Board, span: int) -> dict:
    """The state's path in two principal components, with a ring that follows the cursor."""
    path = principal_path(results.layer(subject, of)["h"].at(batch=0))
    bound = [
        Bound(2, axis, board.array(f"path:{axis}", path.points.values[:, k]), "step") for k, axis in enumerate("xy")
    ]
    figure = figures.trajectory.draft(
        path.points,
        path.explained,
        subject.read().tokens,
        color=style.CELLS[subject.cell],
        component_title=_("component"),
        height=380,
    )
    for trace in (1, 2):  # the path, and the ring on it
        name_trace(figure, trace, "h:component")
    title = _("The state travels: two directions hold {share} of its variance")
    return chart(
        figure,
        time=False,
        bound=bound,
        span=span,
        title=title.format(share=percent(float(path.explained.values.sum()))),
        caption=_("First two principal components of h over this sentence; the ring is the cursor."),
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


def compared_states(subjects: Subjects) -> list[dict]:
    """h of each cell, all in one colour range."""
    states = {cell: results.trace(subject).layer()["h"].at(batch=0) for cell, subject in subjects.items()}
    low, high = style.value_range(*states.values())
    return [
        chart(
            name_trace(
                figures.heatmap.draft(
                    state,
                    subjects[cell].tokens,
                    value_range=(low, high),
                    height=300,
                    time_title=_("time step"),
                    unit_title=_("unit"),
                ),
                -1,
                "h",
                network=cell,
            ),
            cursor="column",
            title=_("{cell}: {units} units of h").format(cell=cell, units=subjects[cell].units),
            caption=facts(subjects[cell]),
            accent=style.CELLS[subjects[cell].cell],
            legends=[{"scale": "state", "low": low, "high": high}],
        )
        for cell, state in states.items()
    ]


def compared_chances(subjects: Subjects, answer: int, span: int) -> dict:
    """The probability of one answer after each word, a line per cell."""
    curves = {cell: results.answers(subject).values[:, answer] for cell, subject in subjects.items()}
    name = label_names(next(iter(subjects.values())))[answer]
    settled = {cell: _settled(subject) for cell, subject in subjects.items()}
    axes = {"value_range": (0.0, 1.0), "value_title": _("probability")}
    return chart(
        line_each(subjects, curves, {"signal": "p", "output": answer}, _tokens(subjects), **axes),
        span=span,
        title=_("Each network's final answer leads with more than half from here to the end: {steps}").format(
            steps=listed(settled)
        ),
        caption=_("Probability of “{answer}” if the sentence ended at that word.").format(answer=name),
    )


def _settled(subject: Subject) -> str:
    """From which step on the network's own final answer is settled, and which one it is."""
    step, last = settling(results.answers(subject)), int(results.answers(subject).values[-1].argmax())
    if step is None:
        return _("nowhere")
    return _("step {step} ({answer})").format(step=step + 1, answer=label_names(subject)[last])


def compared_changes(subjects: Subjects, span: int) -> dict:
    """How far each word moves the state, a line per cell."""
    tokens = _tokens(subjects)
    curves = {
        cell: state_change(results.trace(subject).layer()).at(batch=0).values for cell, subject in subjects.items()
    }
    farthest = {cell: tokens[values.argmax()] for cell, values in curves.items()}
    return chart(
        line_each(subjects, curves, {"signal": "h:change"}, tokens, value_title=_("change of h (RMS over units)")),
        span=span,
        title=_("The word that moves the state most: {words}").format(words=listed(farthest)),
        caption=_("Root mean square of h_t − h_t−1 over the units, so that sizes can be compared."),
    )


def _tokens(subjects: Subjects) -> tuple[str, ...]:
    return next(iter(subjects.values())).tokens


def line_each(
    subjects: Subjects,
    curves: Mapping[str, np.ndarray],
    meta: Mapping[str, object],
    tokens: tuple[str, ...] = (),
    *,
    label: str = "{name}",
    bands: Mapping[str, tuple[np.ndarray, np.ndarray]] | None = None,
    **axes: object,
) -> figures.Draft:
    """A line for each network of a comparison, in the colour of its cell. ``meta``: which numbers these are (see
    ``name_trace``); ``label``: what stands before a line's value at the cursor. ``axes``: as in ``figures.lines``."""
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
    return figures.lines.draft(drawn, tokens, **{"time_title": _("time step")} | axes)
