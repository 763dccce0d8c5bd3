"""The views that a page puts on the stage: each function turns part of a subject into one panel of a Board."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import cache

from latex2mathml.converter import convert

from rnnviz.app import naming, page
from rnnviz.app import results as cached
from rnnviz.app.comparison import together
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import deciding, held_runs, quantity_shapes
from rnnviz.app.results import FIRST, Layer
from rnnviz.app.stage.board import Board
from rnnviz.cells import GATES
from rnnviz.figures import style
from rnnviz.subjects import Subject, needs
from rnnviz.subjects.sizes import most_units
from rnnviz.trace import Signal

MOST_BARS, LIKELIEST = 24, 12  # answers that are all shown, and of more how many


@cache
def mathml(latex: str) -> str:
    return convert(latex)


def board(subject: Subject, of: Layer = FIRST, unit: int = 0) -> Board:
    """A board with the time axis, and every signal of one layer and direction. ``unit``: that is chosen at first."""
    layer, units = cached.layer(subject, of), quantity_shapes.units_of(cached.cell_of(subject, of))
    made = Board(subject.tokens, subject.known, units, unit=unit, about={subject.cell: subject})
    register(made, subject, of)
    for name, first in layer.initial.items():
        made.array(f"initial:{name}", quantity_shapes.numbers(first.values)[0])
    if cached.answers_along(subject):
        made.array("p", cached.answers(subject).values)
    held_runs.register(made, subject, of)
    return made


def register(board: Board, subject: Subject, of: Layer, suffix: str = "") -> None:
    """Every signal of one layer and direction, what its steps began with and what they read, with a ``suffix`` where
    there are several on one board."""
    layer = cached.layer(subject, of)
    for name in layer.names:
        board.array(name + suffix, quantity_shapes.numbers(layer[name].at(batch=0).values))
    for shown in quantity_shapes.all_over_time(cached.cell_of(subject, of), layer, layer.names):
        board.array(shown.name + suffix, shown.signal.values)
    for name in layer.initial:
        board.array(f"previous:{name}{suffix}", quantity_shapes.numbers(layer.previous(name).at(batch=0).values))
    board.array(f"x{suffix}", cached.below(subject, of).at(batch=0).values)


def label_names(subject: Subject) -> list[str]:
    return [_(label) for label in subject.labels]


def missing(sentence: str, **place: object) -> dict:
    """In the place of a panel that does not apply: one sentence that says why."""
    return {"kind": "missing", "text": sentence, **place}


def strip(subject: Subject, of: Layer, **place: object) -> dict:
    """The unrolled network: tokens below, states in the middle, the answer so far above where there is one."""
    cell, answers = cached.cell_of(subject, of), {}
    limit = style.own_limit(shown := cached.layer(subject, of)[cell.output])
    hand = naming.letter(cell.name, state := quantity_shapes.main_state(cell))
    is_state, letter = cell.output in cell.state, naming.letter(cell.name, cell.output)
    each = _("state {letter}: each square a unit") if is_state else _("output {letter}: each square a unit")
    told = _("Unrolled in time: one cell hands {states} from step to step; {drawn} is drawn")
    if cached.answers_along(subject):
        labels = label_names(subject)
        guess = _("answer so far: {count} bars").format(count=len(labels))
        guess = _("answer at this step") if subject.load().answers.at == "every" else guess
        answers = {"probabilities": "p", "labels": labels, "guess": guess}
    return {
        "kind": "strip",
        "array": cell.output,
        "initial": f"initial:{state}",
        "backward": of[1] == "backward",
        **answers,
        "state": each.format(letter=letter),
        **{"start": hand + "₀", "hand": hand, "color": accent(subject)},
        **shades(shown, limit),
        "title": _("Unrolled in time: one cell hands its hidden state from step to step")
        if cell.state == (cell.output,)
        else told.format(states=together(cell.state), drawn=letter),
        "legends": legends(shown, limit, name=_("state") if is_state else _("output")),
        **held_runs.ghost(subject, of),
        **deciding.mark(subject),
        **place,
    }


def answer(subject: Subject, **place: object) -> dict:
    """The answer at each step; or in one sentence why there is none."""
    lack = needs.an_answer_so_far(subject.load(), subject.read())
    if lack is not None:
        return missing(_(lack.message), title=_("The answer"), **place)
    if subject.load().answers.at == "every":
        return probabilities(subject, title=_("The answer at this step"), **place)
    return probabilities(subject, title=_("The answer if it ended here"), **place)


def probabilities(subject: Subject, array: str = "p", **place: object) -> dict:
    labels, first = label_names(subject), held_runs.beside(subject, array)
    if len(labels) > MOST_BARS:
        few = {"kind": "likeliest", "array": array, "labels": labels, "most": LIKELIEST, "strings": {}}
        return {**few, "color": accent(subject), **place}
    return {"kind": "probabilities", "array": array, "labels": labels, "color": accent(subject), **first, **place}


def compared_answers(subjects: Mapping[str, Subject], board: Board) -> list[dict]:
    """What each network would answer at each step."""
    panels = []
    for cell, subject in subjects.items():
        array = board.array(f"p:{cell}", cached.answers(subject).values)
        held_runs.register_answers(board, subject, array)
        title = _("{cell}: the answer so far").format(cell=naming.cell(cell))
        panels.append(probabilities(subject, array, network=cell, title=title, accent=accent(subject)))
    return panels


def accent(subject: Subject) -> str:
    """The colour of the subject's cell."""
    return style.CELLS[subject.cell]


def shades(signal: Signal, limit: float | None = None) -> dict:
    return {"scale": style.scale_name(signal), "range": [-limit, limit] if limit else [*style.value_range(signal)]}


def legends(signal: Signal, limit: float | None = None, **named: str) -> list[dict]:
    low, high = shades(signal, limit)["range"]
    return [{**named, "scale": style.scale_name(signal), "low": low, "high": high}]


def sentence(subject: Subject, of: Layer, **place: object) -> dict:
    """The tokens on the colour of one unit, for any of the layer's signals."""
    cell, layer = cached.cell_of(subject, of), cached.layer(subject, of)
    signals = [
        {
            "letter": shown.letter,
            "array": shown.name,
            "name": " · ".join(filter(None, [name_and_rest(_(cell.quantities[shown.of].meaning))[0], shown.about])),
            "meaning": _(cell.quantities[shown.of].meaning),
            "color": style.ROLES[cell.quantities[shown.of].role],
            **shades(shown.signal),
        }
        for shown in quantity_shapes.all_over_time(cell, layer, quantity_shapes.by_role(cell, layer))
        if shown.by_unit
    ]
    mean = _("The mean of a gate shows what it lets in, keeps or shows, as one highlights words in a text.")
    gated = any(cell.quantities[name].role in GATES for name in layer.names)
    return {
        "kind": "sentence",
        "signals": signals,
        "mean": {"name": _("mean of all units"), "meaning": mean if gated else ""},
        **place,
    }


def name_and_rest(meaning: str) -> tuple[str, str]:
    """What a quantity is called and what it does, of its meaning, which says both: "Forget gate: how much of …"."""
    name, *rest = map(str.strip, re.split("[:：]", meaning, maxsplit=1))
    return name, "".join(text[:1].upper() + text[1:] for text in rest)


def quoted(subject: Subject, most: int = 60) -> str:
    """The sentence as safe HTML, cut to a title's length, isolated so that right-to-left text keeps to itself. Of
    vectors, how many there are."""
    if not subject.text:
        steps, _batch, *count = subject.input().shape
        if subject.read().of:
            return _("a long sequence")
        told = _("{steps} steps of {count} numbers") if count else _("{steps} steps of one token each")
        return told.format(steps=steps, count=sum(count))
    text = page.readable(subject.text)
    text = text if len(text) <= most else text[: most - 1] + "…"
    return f"<bdi>{html.escape(text)}</bdi>"


def word_at(subject: Subject, step: int) -> str:
    """The word of a step, as safe HTML; its number where nothing is read in words."""
    word = page.readable(subject.tokens[step])
    return f"<bdi>{html.escape(word)}</bdi>" if word else _("step {step}").format(step=subject.read().number(step))


def fairness(subjects: Mapping[str, Subject]) -> str:
    """What is equal in a comparison, and what is not."""
    first = next(iter(subjects.values()))
    if not cached.differ_in_cells_alone(subjects):
        return _("These networks may differ in more than their cell: in how they were trained, started or built.")
    if not cached.has_fair_size(first):
        return _("The size is a number of hidden units here, so that the numbers of weights differ.")
    trained = [name for name, subject in subjects.items() if subject.trained]
    others = [name for name in subjects if name not in trained]
    told = _("Same task, seed, number of updates and step size.") if trained else _("Never trained: same seed.")
    if len({cached.card(subjects[name]).learning_rate for name in trained}) > 1:
        told = _("Same task, seed and number of updates, each cell at its own step size.")
    but = _("Not so {others}: never trained, seed {seed}.")
    but = but.format(others=_(", ").join(others), seed=cached.seed_of(first)) if trained and others else ""
    return sentences(told, but, numbers_of_weights(subjects))


def numbers_of_weights(subjects: Mapping[str, Subject]) -> str:
    """How far networks of one size differ in their numbers of weights; and which may not have as many units."""
    few = {cell: subject.units for cell, subject in subjects.items() if subject.units == most_units(subject.cell)}
    counts = {cell: weights(subject) for cell, subject in subjects.items() if cell not in few}
    told = _("All have the LSTM's number of weights to within three per cent.")
    usual = weights(next(iter(subjects.values())).with_(cell="LSTM"))
    if any(abs(count - usual) > 0.03 * usual for count in counts.values()):
        least, most = (f"{end(counts.values()):,}" for end in (min, max))
        told = _("They have from {least} to {most} weights.").format(least=least, most=most)
    units = _(", ").join(map(str, dict.fromkeys(few.values())))
    fewer = _("Fewer for {cells}, which stops at {units} units.").format(cells=_(", ").join(few), units=units)
    return sentences(told, fewer if few else "")


def weights(subject: Subject) -> int:
    return sum(parameter.numel() for parameter in subject.network().parameters())


def facts(subject: Subject) -> str:
    """What one network of a comparison is: how many parameters, and how well it learnt."""
    count = weights(subject)
    if not subject.trained:
        return _("{count} parameters, never trained (seed {seed})").format(
            count=f"{count:,}", seed=cached.seed_of(subject)
        )
    if (card := cached.card(subject)) is None:  # a run of the visitor's own
        return _("{count} parameters, trained here").format(count=f"{count:,}")
    if card.test_accuracy is None:
        return _("{count} parameters, trained; measured once, {share} right on held-out sequences").format(
            count=f"{count:,}", share=f"{card.held_out_accuracy:.1%}"
        )
    return _(
        "{count} parameters, trained; measured once, {share} right on test sentences ({developed} on development ones)"
    ).format(count=f"{count:,}", share=f"{card.test_accuracy:.1%}", developed=f"{card.held_out_accuracy:.1%}")


def listed(decisions: Mapping[str, str]) -> str:
    return _("; ").join(
        _("{cell}: {answer}").format(cell=naming.cell(cell), answer=answer) for cell, answer in decisions.items()
    )
