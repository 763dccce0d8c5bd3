"""Networks side by side: what each one's state does, and what it answers, under one cursor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnviz import figures
from rnnviz.app import naming, results
from rnnviz.app.comparison import Subjects, called, together
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import held_runs
from rnnviz.app.panels.answers_per_step import readings, reads_words, right_answer
from rnnviz.app.panels.network_views import label_names, listed
from rnnviz.app.panels.state_charts import chart, line_each, name_trace
from rnnviz.app.results import Changed
from rnnviz.app.stage.board import Board
from rnnviz.cells import CELLS, CLASSIC
from rnnviz.dynamics import state_change
from rnnviz.figures import style
from rnnviz.subjects import Subject
from rnnviz.subjects.cell_needs import a_keep_gate


def family(chosen: Subject, compared: Sequence[str]) -> Subjects:
    """The cells to compare, and of the newer cells the chosen one beside them; it alone where there are none, and where
    it was trained by the visitor. Those that are shipped trained stay trained beside one that is not."""
    if not chosen.model.structured:
        return {chosen.cell: chosen}
    shown = [*compared, *([chosen.cell] if chosen.cell not in CLASSIC or not compared else [])]
    return chosen.vary(cell=[cell for cell in CELLS if cell in shown])


def asked(chosen: Subject) -> int:
    """The answer that is followed: the right one where it is known, else what ``chosen`` answers in the end."""
    right = right_answer(chosen)
    return int(results.answers(chosen).values[-1].argmax()) if right is None else right


def compared_readings(subjects: Subjects, chosen: Subject, board: Board, **place: object) -> dict:
    """What each network answers after each word, below it what it answered in the run before a change."""
    answer, right = asked(chosen), right_answer(chosen)
    names = label_names(chosen)
    told = _("Green: the right answer; grey: any other. The bar under each answer shows how sure the network is.")
    if right is None:
        told = _("Green: “{answer}”; grey: any other. The bar under each answer shows how sure the network is.")
    panel = readings(subjects, board, caption=told.format(answer=names[answer]), **place)
    rows = []
    for row, subject in zip(panel["rows"], subjects.values(), strict=True):
        rows.append(row | {"network": row["name"], "color": style.CELLS[subject.cell]})
        if isinstance(subject, Changed):
            held_runs.register_answers(board, subject, row["array"])
            first = {"array": f"first:{row['array']}", "signal": "first:p", "detail": held_runs.was(subject)}
            rows.append(rows[-1] | first)
    title = _("The answer so far, word by word") if reads_words(chosen) else _("The answer so far, step by step")
    if right is not None:
        told = _("The answer so far, step by step: “{answer}” is right")
        told = _("The answer so far, word by word: “{answer}” is right") if reads_words(chosen) else told
        title = told.format(answer=names[right])
    # Before the end of a sentence nobody asks, and so no answer is right or wrong there.
    solution = [None] * (chosen.read().steps - 1) + [right]
    colors = [style.FOLLOWED if label == answer else style.LABELS[0] for label in range(len(names))]
    return panel | {"title": title, "rows": rows, "colors": colors, "solution": solution}


def states_before(subjects: Subjects) -> list[dict]:
    """The states of those that are changed, in the run before that."""
    changed = {name: subject for name, subject in subjects.items() if isinstance(subject, Changed)}
    panels = compared_states({name: subject.first() for name, subject in changed.items()}, "first:")
    for panel, subject in zip(panels, changed.values(), strict=True):
        panel["title"] = _("{picture}, {was}").format(picture=panel["title"], was=held_runs.was(subject))
    return panels


def compared_states(subjects: Subjects, run: str = "") -> list[dict]:
    """What is read above each cell, all in one colour range; ``run``: before its name on the page, whose it is."""
    layers = {cell: results.layer(subject) for cell, subject in subjects.items()}
    states = {cell: layer[layer.output].at(batch=0) for cell, layer in layers.items()}
    held = {cell: layer.held[layer.output].at(batch=0) for cell, layer in layers.items() if layer.output in layer.held}
    low, high = style.value_range(*states.values())
    return [
        chart(
            name_trace(
                figures.heatmap.draft(
                    state,
                    subjects[cell].read().tokens,
                    value_range=(low, high),
                    height=300,
                    time_title=_("time step"),
                    unit_title=_("unit"),
                    outlined=held.get(cell),
                ),
                -1,
                run + state.name,
                network=cell,
            ),
            cursor="column",
            title=_("{cell}: {units} hidden units").format(cell=naming.cell(cell), units=subjects[cell].units),
            accent=style.CELLS[subjects[cell].cell],
            legends=[{"scale": "state", "low": low, "high": high}],
        )
        for cell, state in states.items()
    ]


def compared_chances(subjects: Subjects, chosen: Subject, span: int) -> dict:
    """The probability of the answer of ``chosen`` after each word, a line per cell."""
    answer = asked(chosen)
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
        caption=_("Its probability if the sentence ended at that word.")
        if reads_words(chosen)
        else _("Its probability if the sequence ended at that step."),
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
    shown = naming.named(of, _("change of h"))
    in_words = reads_words(next(iter(subjects.values())))
    words = tokens if in_words else [str(step + 1) for step in range(len(next(iter(curves.values()))))]
    farthest = {cell: words[values.argmax()] for cell, values in curves.items()}
    told = _("The farthest: {words}.") if in_words else _("The farthest at these steps: {words}.")
    by_word: dict[str, list[str]] = {}
    for cell, word in farthest.items():
        by_word.setdefault(word, []).append(called(cell))
    told = told.format(words=listed({together(cells): word for word, cells in by_word.items()}))
    if len(subjects) > 1 and len(set(farthest.values())) == 1:
        told = {
            2: _("Both change most at “{word}”."),
            3: _("All three change most at “{word}”."),
        }.get(len(subjects), _("All {count} change most at “{word}”."))
        told = told if in_words else _("Every network changes most at step {word}.")
        told = told.format(count=len(subjects), word=next(iter(farthest.values())))
    return chart(
        line_each(subjects, curves, {"signal": "h:change"}, tokens, ghosts=ghosts, value_title=shown),
        span=span,
        title=_("How far each word moves the state") if in_words else _("How far each step moves the state"),
        caption=sentences(told, _("Root mean square over the units.")),
    )


def compared_gates(subjects: Subjects) -> list[dict]:
    """How much of its state each network keeps at each step by a gate, a line per cell that has one."""
    gated = {name: subject for name, subject in subjects.items() if a_keep_gate(subject.load(), subject.read()) is None}
    if not gated:
        return []
    curves = {name: _kept_by(subject) for name, subject in gated.items()}
    ghosts = {
        name: held_runs.beside_each_step(subject, _kept_by(subject.first()))
        for name, subject in gated.items()
        if isinstance(subject, Changed)
    }
    axes = {"value_range": (0.0, 1.0), "value_title": _("share kept"), "ghosts": ghosts}
    axes["height"] = 200
    gates = {subject.cell: naming.plain(CELLS[subject.cell].keeps.symbol) for subject in gated.values()}
    told = _("The mean over the units of the gate that keeps. {gates}.").format(gates=listed(gates))
    without = [name for name in subjects if name not in gated]
    return [
        chart(
            line_each(gated, curves, {"signal": "kept"}, _tokens(subjects), **axes),
            span=12,
            title=_("How much of its state each network keeps at a step"),
            caption=sentences(told, _("None in {names}.").format(names=together(without)) if without else ""),
        )
    ]


def _kept_by(subject: Subject) -> np.ndarray:
    """The mean over the units of the gate that keeps, (steps,)."""
    layer = results.layer(subject)
    kept = CELLS[subject.cell].keeps.kept({name: layer[name].values for name in layer.names})
    return np.asarray(kept).reshape(len(kept), -1).mean(1)


def _change_of(subject: Subject) -> np.ndarray:
    return state_change(results.trace(subject).layer()).at(batch=0).values


def _tokens(subjects: Subjects) -> tuple[str, ...]:
    return next(iter(subjects.values())).read().tokens
