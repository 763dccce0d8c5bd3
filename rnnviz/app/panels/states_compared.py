"""Networks side by side: what each one's state does, and what it answers, under one cursor."""

from __future__ import annotations

import numpy as np

from rnnviz import figures
from rnnviz.app import naming, results
from rnnviz.app.comparison import Subjects
from rnnviz.app.i18n import _
from rnnviz.app.panels import held_runs
from rnnviz.app.panels.deciding import decides
from rnnviz.app.panels.network_views import facts, label_names, listed
from rnnviz.app.panels.state_charts import chart, line_each, name_trace
from rnnviz.app.results import Changed
from rnnviz.dynamics import state_change
from rnnviz.figures import style
from rnnviz.subjects import Subject


def compared_states(subjects: Subjects) -> list[dict]:
    """h of each cell, all in one colour range."""
    layers = {cell: results.layer(subject) for cell, subject in subjects.items()}
    states = {cell: layer["h"].at(batch=0) for cell, layer in layers.items()}
    held = {cell: layer.held["h"].at(batch=0) for cell, layer in layers.items() if "h" in layer.held}
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
                    outlined=held.get(cell),
                ),
                -1,
                "h",
                network=cell,
            ),
            cursor="column",
            title=naming.named(subjects[cell].cell, _("{cell}: {units} units of h")).format(
                cell=cell, units=subjects[cell].units
            ),
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
    ghosts = {
        cell: held_runs.beside_each_step(subject, results.answers(subject.first()).values[:, answer])
        for cell, subject in subjects.items()
        if isinstance(subject, Changed)
    }
    axes = {"value_range": (0.0, 1.0), "value_title": _("probability"), "ghosts": ghosts}
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
    step, last = decides(subject), int(results.answers(subject).values[-1].argmax())
    if step is None:
        return _("nowhere")
    return _("step {step} ({answer})").format(step=step + 1, answer=label_names(subject)[last])


def compared_changes(subjects: Subjects, span: int) -> dict:
    """How far each word moves the state, a line per cell."""
    tokens = _tokens(subjects)
    curves = {cell: _change_of(subject) for cell, subject in subjects.items()}
    ghosts = {
        cell: held_runs.beside_each_step(subject, _change_of(subject.first()))
        for cell, subject in subjects.items()
        if isinstance(subject, Changed)
    }
    of = naming.common(subject.cell for subject in subjects.values())
    shown = naming.named(of, _("change of h (RMS over units)"))
    farthest = {cell: tokens[values.argmax()] for cell, values in curves.items()}
    return chart(
        line_each(subjects, curves, {"signal": "h:change"}, tokens, ghosts=ghosts, value_title=shown),
        span=span,
        title=_("The word that moves the state most: {words}").format(words=listed(farthest)),
        caption=naming.named(of, _("Root mean square of h_t − h_t−1 over the units, so that sizes can be compared.")),
    )


def _change_of(subject: Subject) -> np.ndarray:
    return state_change(results.trace(subject).layer()).at(batch=0).values


def _tokens(subjects: Subjects) -> tuple[str, ...]:
    return next(iter(subjects.values())).tokens
