"""What backpropagation through time says of a network, in words computed from its numbers."""

from __future__ import annotations

import html

import numpy as np

from rnnviz.app import naming, results
from rnnviz.app.gradient_runs import clipping, exploded, letter_of, norms, recurrent, taken_apart, term_sizes
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip, percent
from rnnviz.app.panels.network_views import label_names, word_at
from rnnviz.app.written import significant
from rnnviz.subjects import Subject

FADED = 0.1  # of what there was at the loss; what grew is more than its inverse
GREW = 1.05  # times that: what a bar is seen to rise to before it fades


def claim(subject: Subject, truncate: int) -> str:
    """How the gradient goes back, and how far it gets."""
    weight, steps = recurrent(subject), subject.read().steps
    letter = naming.plain(letter_of(subject))
    if (step := exploded(subject)) is not None:
        return _("{cell} exploded at step {step}").format(cell=naming.cell(subject.cell), step=step)
    if steps == 1:
        return _("One step: the gradient has no earlier step to travel to")
    if not _is_counted(subject):
        return _("Nothing that can be counted reaches {letter}").format(letter=letter)
    if truncate and truncate < steps:
        return _("Cut off: the gradient goes back through {count} of {steps} steps").format(count=truncate, steps=steps)
    sizes = norms(taken_apart(subject, 0).states.values)
    if reached := int(np.argmax(sizes > 0)):
        told = _("The gradient fades to nothing: it reaches {count} of {steps} steps")
        return told.format(count=steps - reached, steps=steps)
    if (left := float(sizes[0] / sizes[-1])) < FADED:
        told = _("The gradient fades on its way back: {share} is left at {word}")
        if sizes.max() > GREW * sizes[-1]:
            told = _("The gradient first grows, then fades: {share} is left at {word}")
        return told.format(share=portion(left), word=word_at(subject, 0))
    if left > 1 / FADED:
        return _("The gradient grows on its way back to the first step")
    if weight != "weight_hh":
        return _("The gradient travels back from state to state at every step")
    return _("The gradient travels back through {letter} at every step").format(letter=letter)


def portion(share: float) -> str:
    """In percent, with two digits where it is small."""
    return f"{share:.0%}" if share >= 0.1 else f"{100 * share:.2g}%" if share >= 1e-4 else significant(share, 2)


def _is_counted(subject: Subject) -> bool:
    """Whether the gradient of the recurrent weights is neither nothing nor infinite."""
    whole, sizes = taken_apart(subject, 0).gradients()[recurrent(subject)], term_sizes(subject, 0)
    return bool(whole.any()) and bool(np.isfinite(sizes).all())


def sentence(subject: Subject, truncate: int, clip: float) -> str:
    """What to do, and what clipping has done."""
    if subject.read().steps == 1:
        return _("Let it read more than one step, and the gradient travels.")
    told = _("Press Replay: the gradient goes back from the loss, and each step multiplies it by a matrix.")
    return sentences(told, clipped(subject, truncate, clip))


def chips(subject: Subject, truncate: int) -> list[Chip]:
    """How far off the gradient of the recurrent weights is, where it was cut off: no picture shows that."""
    steps = subject.read().steps
    if not 0 < truncate < steps or exploded(subject) is not None or not _is_counted(subject):
        return []
    weight = recurrent(subject)
    whole, cut = (taken_apart(subject, back).gradients()[weight] for back in (0, truncate))
    error = float(np.linalg.norm(whole - cut) / np.linalg.norm(whole))
    told = _("∂L/∂{letter} is off by {share}")
    return [Chip(subject.cell, told.format(letter=naming.plain(letter_of(subject)), share=percent(error)))]


def measured(subject: Subject, truncate: int, clip: float) -> str:
    """Which loss it is, how large the gradient of the recurrent weights is, and what the words mean."""
    factor, _norm = clipping(subject, truncate, clip)
    weight = recurrent(subject)
    norm = float(np.linalg.norm(taken_apart(subject, truncate).gradients()[weight])) * factor
    told = _(
        "The size of a gradient is the root of the sum of the squares of its numbers: that of ∂L/∂{letter} is {size}."
    )
    letter = naming.plain(letter_of(subject))
    fades = _("It fades: less than a tenth of its size at the loss is left; it grows: more than ten times that.")
    size = told.format(letter=letter, size=significant(norm))
    off = _("Off by: the size of the difference to the full gradient, as a share of that.")
    return sentences(_loss(subject), size, fades, off if 0 < truncate < subject.read().steps else "")


def _loss(subject: Subject) -> str:
    answers = subject.load().answers
    if answers is None or answers.kind != "classes":
        return _("L is a push along all outputs alike at the last step.")
    if not results.answers_along(subject):
        return _("L is −log of the leading answer's share at the last step.")
    shares = results.answers(subject).values[-1]
    told = _("L is −log of the share of its own answer at the end, “{answer}” ({share}).")
    answer = html.escape(label_names(subject)[int(shares.argmax())])
    return told.format(answer=answer, share=percent(float(shares.max())))


def norm_now(subject: Subject, truncate: int) -> str:
    """What a limit to clip at can be held against."""
    return _("The norm of all gradients together is {norm}.").format(
        norm=significant(clipping(subject, truncate, 0.0)[1])
    )


def clipped(subject: Subject, truncate: int, clip: float) -> str:
    """What clipping leaves of the gradients of the layer and its readout; "" without it."""
    factor, norm = clipping(subject, truncate, clip)
    if not clip:
        return ""
    if factor == 1:
        told = _("Clipping at {limit} changes nothing: all gradients together have the norm {norm}.")
        return told.format(limit=f"{clip:g}", norm=significant(norm))
    told = _("Clipping shortens all gradients from the norm {norm} to {limit}: each is multiplied by {factor}.")
    return told.format(limit=f"{clip:g}", norm=significant(norm), factor=significant(factor))
