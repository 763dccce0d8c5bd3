"""What a newer cell does to its state at each step: the claim of one that was never trained."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnviz.app import naming, results, state, subject_picker
from rnnviz.app.i18n import _, sentences
from rnnviz.app.knobs import to_translate as __
from rnnviz.app.page import percent
from rnnviz.app.panels.quantity_shapes import kind_of, main_state
from rnnviz.app.results import FIRST, Layer
from rnnviz.app.stage.board import Board
from rnnviz.cells import CLASSIC
from rnnviz.studies import lost_and_won as study
from rnnviz.subjects import Subject


class Does(NamedTuple):
    """``title``: with the places {cell}, {unit}, {count} and those of ``numbers``, which are numbers of each unit at
    each step: (steps, units), or (steps, 1) of all units together, by name with the form in which it is written.
    ``count``: how many numbers a unit has."""

    title: str
    numbers: dict[str, tuple[str, np.ndarray]]
    count: int = 1


# What a newer cell does otherwise than the textbook's RNN, in a sentence.
IDEAS: dict[str, str] = {
    "DeltaNet": __("Its memory S is a table: what key k finds there moves β of the way to value v."),
    "gated DeltaNet": __("Its memory S is a table: it fades; what key k finds there moves β of the way to v."),
    "linear attention": __("Its memory S is a table: each value is added under its key, and nothing fades."),
    "LRU": __("Each state is a complex number; its own fixed λ shrinks and turns it. No gate, no tanh."),
    "RG-LRU": __("Unit by unit, without W and tanh: the input alone decides how much is kept."),
    "minGRU": __("A GRU whose gate z hears the input alone, so that all steps can run at once."),
    "mLSTM": __("Its memory C is a table: values v are written under keys k, and a query q reads it."),
    "sLSTM": __("An LSTM whose input gate i has no upper limit; h shows c / n, a weighted mean."),
    "selective SSM": __("The input chooses the step length Δ, B and C: how much is kept, written and read."),
}


def is_told(subject: Subject) -> bool:
    """Whether the cell is what a page about this network tells of: its answers are those of no training, and it is none
    of the cells that are known from textbooks."""
    return not subject.trained and subject.cell not in CLASSIC and _does(subject, _read_first(subject)) is not None


def title(subject: Subject) -> str:
    """What it does to its state, in words and with the numbers of the last step, which the stage keeps at the cursor's
    and at the chosen unit, as HTML."""
    of = _read_first(subject)
    does, unit = _does(subject, of), telling_unit(subject, of)
    shown = {name: _at_last(form, values, unit) for name, (form, values) in does.numbers.items()} | {"unit": str(unit)}
    places = {name: f'<span data-told="{name}">{told}</span>' for name, told in shown.items()}
    return does.title.format(cell=naming.cell(subject.cell), count=does.count, **places)


def idea(subject: Subject) -> str:
    """The sentence under the title."""
    own = _(IDEAS[subject.cell]) if subject.cell in IDEAS else ""
    return sentences(own, _("Untrained: its weights are random."))


def told_numbers(subject: Subject, board: Board, of: Layer = FIRST) -> dict[str, dict[str, str]]:
    """The numbers of the title, put on the board, for the stage: by name, in which form each is written."""
    told = {"unit": {"form": "unit"}}
    for name, (form, values) in _does(subject, of).numbers.items():
        told[name] = {"form": form, "array": board.array(f"told:{name}", values)}
        told[name] |= {"words": turned()} if form == "turn" else {}
    return told


def turned() -> list[str]:
    """What is said of an angle below 0, and of any other, in the plane of complex numbers."""
    return [_("{angle} clockwise"), _("{angle} anticlockwise")]


def telling_unit(subject: Subject, of: Layer = FIRST) -> int:
    """The unit that a page opens with: in which, after the last step, both summands of what the cell adds up are as
    large as in no other; of a single summand, the largest."""
    parts, cell = results.parts(subject, of), results.cell_of(subject, of)
    memory = main_state(cell)
    sums = [name for name in (memory, "u", cell.output) if name in parts and len(parts[name].terms) > 1]
    by_unit = [name for name in sums if kind_of(cell, name) in ("units", "complex")] or [cell.output]
    terms = [np.abs(term.values[-1, 0]) for term in parts[by_unit[0]].terms]
    return int(np.minimum.reduce(terms).argmax())


def _at_last(form: str, values: np.ndarray, unit: int) -> str:
    """As the stage writes it."""
    value = float(values[-1, unit if values.shape[1] > 1 else 0])
    if form == "turn":
        return turned()[value >= 0].format(angle=f"{abs(round(value))}°")
    return percent(value) if form == "percent" else f"{value:.1%}"


def is_table(subject: Subject) -> bool:
    """Whether what goes on from step to step is a matrix that is no hidden state."""
    cell = subject.network().layers[0][0]
    name = main_state(cell)
    return name != cell.output and name != "h" and kind_of(cell, name) == "matrix"


def trained_elsewhere(subject: Subject) -> list[tuple[str, dict[str, object]]]:
    """Suggestions that open shipped networks of the cell of one that was never trained: where there are such, all that
    it does is chance."""
    kinds = [kind for kind, built in study.KINDS.items() if built.cell == subject.cell]
    if subject.trained or not kinds:
        return []
    titles = {
        "counting": _("See a {cell} that was trained: to count"),
        "recall": _("See a {cell} that was trained: to recall"),
    }
    return [
        (titles[trial].format(cell=naming.cell(subject.cell)), study.shipped(kinds[0], trial, seed).query())
        for trial in study.TRIALS
        for seed in study.seeds(kinds[0], trial)[:1]
    ]


def offer_trained(subject: Subject) -> None:
    """Among the page's tools a button that opens a shipped network of a cell that was never trained: the last of
    ``trained_elsewhere`` where the cell looks things up, else the first."""
    others = trained_elsewhere(subject)
    if others:
        query = others[-1 if is_table(subject) else 0][1]
        label = _("See it trained")
        subject_picker.tools().button(label, icon=":material/model_training:", on_click=state.choose, kwargs=query)


def _read_first(subject: Subject) -> Layer:
    return 0, subject.network().directions[0]


def _does(subject: Subject, of: Layer) -> Does | None:
    """None for a cell of which nothing is known here."""
    cell, layer = results.cell_of(subject, of), results.layer(subject, of)
    roles = {quantity.role: name for name, quantity in cell.quantities.items()}
    own = _("At this step the {cell} keeps {share} of unit {unit}'s memory")
    whole = _("At this step the {cell} keeps {share} of its whole memory")
    if "log keep" in roles:
        # A stabilised state is exp(−m) of the true one: its gate rescales it as well as it keeps.
        kept = np.exp(layer[roles["log keep"]].at(batch=0).values)
        return Does(whole if kept.shape[-1] == 1 else own, {"share": ("percent", kept)})
    if cell.keeps is not None:
        kept = cell.keeps.kept({name: layer[name].at(batch=0).values for name in layer.names})
        return Does(own, {"share": ("percent", kept)})
    if "keep" in roles and (kept := layer[roles["keep"]].at(batch=0).values).ndim == 3:
        numbers = {"least": ("tenths", kept.min(-1)), "most": ("tenths", kept.max(-1))}
        told = _("Unit {unit} keeps {least} to {most} of its {count} numbers, each its own share")
        return Does(told, numbers, kept.shape[-1])
    if "keep" in roles:
        return Does(whole, {"share": ("percent", kept)})
    if hasattr(cell, "eigenvalues"):
        turning = np.broadcast_to(cell.eigenvalues().detach().numpy(), (len(subject.tokens), subject.units))
        numbers = {"share": ("percent", np.abs(turning)), "turn": ("turn", np.degrees(np.angle(turning)))}
        return Does(_("Each step the {cell} keeps {share} of unit {unit}'s h, turned {turn}"), numbers)
    if "write" in roles and "key" in roles:
        replaced = layer[roles["write"]].at(batch=0).values
        return Does(
            _("At this step the {cell} replaces {share} of what its key finds"), {"share": ("percent", replaced)}
        )
    if "key" in roles:
        return Does(_("At each step {cell} only adds to its matrix"), {})
    return None
