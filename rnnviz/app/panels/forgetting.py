"""Panels about how what was read is lost: to a readout, unit by unit, after a change of one word, before training."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from rnnviz import figures, memory
from rnnviz.app import naming, results
from rnnviz.app.comparison import Subjects, called
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import word_effects
from rnnviz.app.panels.memory_shares import taken_apart
from rnnviz.app.panels.network_views import missing
from rnnviz.app.panels.networks_compared import ends, first_read, words
from rnnviz.app.panels.quantity_shapes import counted, main_state
from rnnviz.app.panels.state_charts import chart, line_each
from rnnviz.app.results import FIRST, Layer
from rnnviz.cells import CELLS
from rnnviz.compute import computed, once
from rnnviz.figures import style
from rnnviz.recording import record
from rnnviz.studies.delayed_recall import reads_letters
from rnnviz.subjects import Model, Subject
from rnnviz.subjects.models import load
from rnnviz.trace import Signal

PROBED = 512  # sequences
FAINT, CLEAR = 0.02, 0.9  # shares: of the state that depends on the letter, and of letters that are told


@once
def untrained() -> dict[str, Signal]:
    return memory.untrained()


@computed
def apart(subject: Subject, of: Layer = FIRST) -> Signal:
    """‖h_t − h'_t‖, ("time",), with another word in the place of the one that is read first."""
    x = subject.input()
    changed = x.clone()
    changed[ends(of)[1]] = another(subject, ends(of)[1])
    found = memory.divergence(subject.network(), x, changed, layer=of[0], direction=of[1])
    return found[main_state(results.cell_of(subject, of))].at(batch=0)


def another(subject: Subject, step: int) -> Tensor:
    """What else could be read at a step, shaped as that step: of a task's own sequences the next token that they have
    there; in a sentence the unknown word, 0, or for it a known one; of vectors one that is drawn."""
    now = subject.input()[step]
    if subject.network().embedding is None:
        return subject.draws()[0][step, :1]
    if subject.is_example_of_a_rule():
        possible = subject.draws()[0][step].unique()
        return possible[(possible <= now).sum() % len(possible)]
    return (now == 0).long() % subject.network().embedding.num_embeddings


@computed
def first_word_read(model: Model, of: Layer = FIRST) -> Signal:
    """How well the first symbol can be read off the state by a linear map, ("time",), over held-out sequences."""
    loaded = load(model)
    x = loaded.task.batch(PROBED, torch.Generator().manual_seed(loaded.provenance.seed)).x
    with torch.no_grad():
        layer = record(loaded.network, x).layer(*of)
    states = layer[main_state(CELLS[layer.cell])]
    rows = [counted(each) for each in states.values]  # of each step all numbers of every sequence
    states = replace(states, values=np.stack(rows), axes=("time", "batch", "unit"))
    return memory.probe(states, x[:1].expand_as(x)).score.at(source=0)


def can_be_probed(subjects: Subjects) -> bool:
    """Whether all read a letter to remember, so that it can be asked of their states."""
    return all(reads_letters(subject) and subject.is_example_of_a_rule() for subject in subjects.values())


def probes(subjects: Subjects, span: int, of: Layer = FIRST) -> dict:
    """How well the first letter can be read off each state."""
    scores = {name: first_word_read(subject.model, of).values for name, subject in subjects.items()}
    curves = [figures.Line(called(name), score, style.CELLS[subjects[name].cell]) for name, score in scores.items()]
    chance = 1 / len(next(iter(subjects.values())).labels)
    small = (word_effects.effect(subject, of).effect.values[:, ends(of)[1]] < FAINT for subject in subjects.values())
    read_though_faint = any((score[faint] > CLEAR).any() for score, faint in zip(scores.values(), small, strict=True))
    figure = figures.lines.draft(
        curves, words(subjects), value_range=(0, 1), value_title=_("accuracy"), time_title=_("time step")
    )
    figure.update_yaxes(tickformat=".0%")
    style.mark(figure, "y", chance)
    place = {"xref": "x domain", "x": 0.01, "xanchor": "left", "y": chance, "yanchor": "bottom"}
    figure.add_annotation(text=_("guessing"), font={"size": 12}, showarrow=False, **place)
    return chart(
        figure,
        span=span,
        title=_("Can a linear readout tell the letter?"),
        caption=sentences(
            _("Accuracy on new sequences, from the state alone."),
            _("Even a share under 2% can still be read out.") if read_though_faint else "",
        ),
    )


def divergences(subjects: Subjects, span: int, of: Layer = FIRST) -> dict:
    """‖h_t − h'_t‖ when only the first word is another one."""
    curves = {name: apart(subject, of).values for name, subject in subjects.items()}
    caption = _("Euclidean norm of h − h′; it becomes another one that the network knows or does not know.")
    if next(iter(subjects.values())).network().embedding is None:
        caption = _("Euclidean norm of h − h′; its numbers become others, drawn like them.")
    others = {subject.cell: main_state(CELLS[subject.cell]) for subject in subjects.values()}
    told = [f"{letter} ({cell})" for cell, letter in others.items() if letter != "h"]
    caption = sentences(caption, _("Instead of h: {states}.").format(states=_(", ").join(told)) if told else "")
    return chart(
        line_each(subjects, curves, {"signal": "h:divergence"}, words(subjects), value_title=_("distance of states")),
        span=span,
        title=_("Change {first}: how far apart do the states stay?").format(first=first_read(subjects, of)),
        caption=naming.named(naming.common(subject.cell for subject in subjects.values()), caption),
    )


def half_life_rows(subjects: Subjects, span: int, of: Layer = FIRST) -> dict:
    """When half of what a unit was given is gone."""
    known = {name: taken_apart(subject, of)[1] for name, subject in subjects.items()}
    if None in known.values():
        return missing(_("These are too many steps and units for the half-life of each unit to be known."), span=span)
    rows = [figures.Row(called(name), lives, style.CELLS[subjects[name].cell]) for name, lives in known.items()]
    return chart(
        figures.half_lives.draft(rows, longest=len(words(subjects)), title=_("steps until half is gone")),
        time=False,
        span=span,
        title=_("How long each unit holds what it is given"),
        caption=_(
            "Each dot is a unit; by its exact parts, averaged over all that is read. Parts are added oldest first, "
            "against zero vectors."
        ),
    )


def honesty(span: int = 12) -> dict:
    """Untrained networks: what the cell remembers by itself, and what is owed to how its weights start."""
    palette = (style.CELLS["RNN"], style.CELLS["RNN"], style.CELLS["GRU"], *[style.CELLS["LSTM"]] * 3)
    curves = [
        figures.Line(called(name), np.where(signal.values > 1e-9, signal.values, np.nan), shade)
        for (name, signal), shade in zip(untrained().items(), palette, strict=True)
    ]
    figure = figures.lines.draft(
        curves,
        value_title=_("share of variance"),
        time_title=_("age of the word in steps"),
        log=True,
        first=0,
        height=320,
    )
    return chart(
        figure,
        time=False,
        span=span,
        title=_("Before training an LSTM forgets like an RNN; how the weights start decides"),
        caption=_(
            "Total effect of each word on the last state of untrained networks, mean of 3 seeds, computed here: a "
            "forget bias of 3 flattens the curve, and so does an orthogonal start of a plain RNN."
        ),
    )
