"""What a newer cell does to its state at each step: the claim of one that was never trained."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnviz.app import naming, results, state, subject_picker
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import percent
from rnnviz.app.panels.quantity_shapes import kind_of, main_state
from rnnviz.cells import CLASSIC, Cell
from rnnviz.studies import lost_and_won as study
from rnnviz.subjects import Subject


class Does(NamedTuple):
    """``title``: with the places {cell}, {share} and {state}. ``share``: of the state, the median over units and steps
    of ``letter``; without one there is no such number. ``rescaled``: the letter of the gate that a drawing shows in its
    stead, "" where it shows that one."""

    title: str
    share: float = 0.0
    letter: str = ""
    rescaled: str = ""


def is_told(subject: Subject) -> bool:
    """Whether the cell is what a page about this network tells of: its answers are those of no training, and it is none
    of the cells that are known from textbooks."""
    return not subject.trained and subject.cell not in CLASSIC and _does(subject) is not None


def title(subject: Subject) -> str:
    """What it does to its state, in words and with the number that it has in this network."""
    does, kept = _does(subject), _("matrix") if is_table(subject) else _("state")
    return does.title.format(cell=naming.cell(subject.cell), share=percent(does.share), state=kept)


def measured(subject: Subject) -> str:
    """Of what the number is."""
    does = _does(subject)
    if not does.letter:
        return ""
    told = _("{share}: the median of {letter} over all units and steps of this untrained network.")
    other = _(
        "The drawing's {gate} is {letter} rescaled by m, which only keeps the numbers in range and cancels out of h."
    )
    letter = naming.named(subject.cell, does.letter)
    return sentences(
        told.format(share=percent(does.share), letter=letter),
        other.format(gate=does.rescaled, letter=letter) if does.rescaled else "",
    )


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


def _does(subject: Subject) -> Does | None:
    """None for a cell of which nothing is known here."""
    cell, layer = subject.network().layers[0][0], results.trace(subject).layers[0]
    roles = {quantity.role: name for name, quantity in cell.quantities.items()}
    if "log keep" in roles:
        # A stabilised state is exp(−m) of the true one: its gate rescales it as well as it keeps.
        log = roles["log keep"]
        return Does(_keeps(), float(np.median(np.exp(layer[log].values))), f"exp({log})", roles["keep"])
    if cell.keeps is not None:
        kept = cell.keeps.kept({name: layer[name].values for name in layer.names})
        return Does(_keeps(), float(np.median(kept)), naming.plain(cell.keeps.symbol))
    if "keep" in roles:
        return Does(_keeps(), float(np.median(layer[roles["keep"]].values)), roles["keep"])
    if (own := _turned(cell)) is not None:
        return Does(_("In a typical step the {cell} turns its state and keeps {share}"), own, "|λ|")
    if "write" in roles and "key" in roles:
        told = _("The {cell} typically replaces {share} of what its key finds")
        return Does(told, float(np.median(layer[roles["write"]].values)), roles["write"])
    if "key" in roles:
        return Does(_("At each step {cell} only adds to its matrix"))
    return None


def _keeps() -> str:
    return _("In a typical step the {cell} keeps {share} of its {state}")


def _turned(cell: Cell) -> float | None:
    """The median size of the complex numbers that multiply its state; None for a cell that has none."""
    own = cell.eigenvalues() if hasattr(cell, "eigenvalues") else None
    return None if own is None else float(np.median(np.abs(own.detach().numpy())))
