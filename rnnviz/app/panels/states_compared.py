"""Networks side by side: what each one's state does, and what it answers, under one cursor."""

from __future__ import annotations

import numpy as np

from rnnviz import figures
from rnnviz.app import naming, results
from rnnviz.app.comparison import Subjects
from rnnviz.app.i18n import _
from rnnviz.app.panels import deciding, held_runs
from rnnviz.app.panels.answers_per_step import readings
from rnnviz.app.panels.network_views import label_names, listed
from rnnviz.app.panels.state_charts import chart, line_each, name_trace
from rnnviz.app.results import Changed
from rnnviz.app.stage.board import Board
from rnnviz.dynamics import state_change
from rnnviz.figures import style
from rnnviz.subjects import Subject


def compared_readings(subjects: Subjects, board: Board, **place: object) -> dict:
    """What each network answers after each word, below it what it answered in the run before a change."""
    shares = np.stack([results.answers(subject).values for subject in subjects.values()])
    differ = (shares.argmax(2) != shares[0].argmax(1)).any(0) & (shares.max((0, 2)) > 0.5)
    told = {
        "caption": _(
            "Framed: a network that is sure of another answer. A cell is filled as far as the network is sure."
        )
    }
    told = told if differ.any() else {"caption": _("A cell is filled as far as the network is sure.")}
    panel, rows = readings(subjects, board, title=_("The answer so far, word by word"), **told, **place), []
    for row, subject in zip(panel["rows"], subjects.values(), strict=True):
        rows.append(
            row | {"network": row["name"], "detail": deciding.told(subject), "color": style.CELLS[subject.cell]}
        )
        if isinstance(subject, Changed):
            held_runs.register_answers(board, subject, row["array"])
            first = {"array": f"first:{row['array']}", "signal": "first:p", "detail": held_runs.was(subject)}
            rows.append(rows[-1] | first)
    return panel | {"rows": rows, "colors": _inks(subjects)}


def _inks(subjects: Subjects) -> list[str]:
    """A colour for each label, the answers that lead most often first: there are fewer colours than labels."""
    leading = np.concatenate([results.answers(subject).values.argmax(1) for subject in subjects.values()])
    places = np.argsort(-np.bincount(leading, minlength=len(next(iter(subjects.values())).labels)), kind="stable")
    return [style.LABELS[1:][place % len(style.LABELS[1:])] for place in np.argsort(places).tolist()]


def states_before(subjects: Subjects) -> list[dict]:
    """The states of those that are changed, in the run before that."""
    changed = {name: subject for name, subject in subjects.items() if isinstance(subject, Changed)}
    panels = compared_states({name: subject.first() for name, subject in changed.items()}, "first:h")
    for panel, subject in zip(panels, changed.values(), strict=True):
        panel["title"] = _("{picture}, {was}").format(picture=panel["title"], was=held_runs.was(subject))
    return panels


def compared_states(subjects: Subjects, signal: str = "h") -> list[dict]:
    """h of each cell, all in one colour range; ``signal``: its name on the page."""
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
                signal,
                network=cell,
            ),
            cursor="column",
            title=_("{cell}: {units} hidden units").format(cell=cell, units=subjects[cell].units),
            accent=style.CELLS[subjects[cell].cell],
            legends=[{"scale": "state", "low": low, "high": high}],
        )
        for cell, state in states.items()
    ]


def compared_chances(subjects: Subjects, chosen: Subject, span: int) -> dict:
    """The probability of the answer of ``chosen`` after each word, a line per cell."""
    answer = int(results.answers(chosen).values[-1].argmax())
    curves = {cell: results.answers(subject).values[:, answer] for cell, subject in subjects.items()}
    name = label_names(next(iter(subjects.values())))[answer]
    ghosts = {
        cell: held_runs.beside_each_step(subject, results.answers(subject.first()).values[:, answer])
        for cell, subject in subjects.items()
        if isinstance(subject, Changed)
    }
    axes = {"value_range": (0.0, 1.0), "value_title": _("probability"), "ghosts": ghosts}
    return chart(
        line_each(subjects, curves, {"signal": "p", "output": answer}, _tokens(subjects), **axes),
        span=span,
        title=_("How sure each network is of “{answer}”").format(answer=name),
        caption=_("Its probability if the sentence ended at that word."),
    )


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
    shown = naming.named(of, _("change of h (RMS)"))
    farthest = {cell: tokens[values.argmax()] for cell, values in curves.items()}
    told = _("The farthest: {words}.").format(words=listed(farthest))
    if len(subjects) > 1 and len(set(farthest.values())) == 1:
        told = _("All {count} change most at “{word}”.").format(count=len(subjects), word=next(iter(farthest.values())))
    return chart(
        line_each(subjects, curves, {"signal": "h:change"}, tokens, ghosts=ghosts, value_title=shown),
        span=span,
        title=_("How far each word moves the state"),
        caption=told,
    )


def _change_of(subject: Subject) -> np.ndarray:
    return state_change(results.trace(subject).layer()).at(batch=0).values


def _tokens(subjects: Subjects) -> tuple[str, ...]:
    return next(iter(subjects.values())).tokens
