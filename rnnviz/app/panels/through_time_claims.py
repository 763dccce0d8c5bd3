"""What backpropagation through time says of a network, in words computed from its numbers."""

from __future__ import annotations

import html

import numpy as np

from rnnviz.app import naming, results
from rnnviz.app.gradient_runs import clipping, exploded, norms, recurrent, taken_apart, term_sizes
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip, percent
from rnnviz.app.panels.network_views import label_names
from rnnviz.app.written import significant
from rnnviz.subjects import Subject

FEW = 7  # factors that fit beside one another


def claim(subject: Subject, truncate: int) -> str:
    """How the error goes back, and how far it gets."""
    weight, steps = recurrent(subject), subject.read().steps
    letter = naming.plain(naming.weight(subject.cell, weight))
    if (step := exploded(subject)) is not None:
        return _("{cell} exploded at step {step}").format(cell=subject.cell, step=step)
    if steps == 1:
        return _("One step: the error has no earlier step to travel to")
    if not _is_counted(subject):
        return _("Nothing that can be counted reaches {letter}").format(letter=letter)
    if truncate and truncate < steps:
        return _("Cut off: the error goes back through {count} of {steps} steps").format(count=truncate, steps=steps)
    if reached := int(np.argmax(norms(taken_apart(subject, 0).states.values) > 0)):
        told = _("The error fades to nothing: it reaches {count} of {steps} steps")
        return told.format(count=steps - reached, steps=steps)
    if weight != "weight_hh":
        return _("The error travels back from state to state at every step")
    return _("The error travels back through {letter} at every step").format(letter=letter)


def _is_counted(subject: Subject) -> bool:
    """Whether the gradient of the recurrent weights is neither nothing nor infinite."""
    whole, sizes = taken_apart(subject, 0).gradients()[recurrent(subject)], term_sizes(subject, 0)
    return bool(whole.any()) and bool(np.isfinite(sizes).all())


def sentence(subject: Subject, truncate: int, clip: float) -> str:
    """What to do, and what clipping has done."""
    if subject.read().steps == 1:
        return _("Let it read more than one step, and the error travels.")
    told = _("Press Play: each step back multiplies the error by a matrix; its size changes by these factors.")
    return sentences(told, clipped(subject, truncate, clip))


def chips(subject: Subject, truncate: int) -> list[Chip]:
    """What the steps back multiply the error by, one by one where they are few, and together; and which steps teach the
    recurrent weights, or how far off the gradient is that was cut off."""
    if exploded(subject) is not None or subject.read().steps == 1 or not _is_counted(subject):
        return []
    sizes = norms(taken_apart(subject, truncate).states.values)
    there = sizes[np.argmax(sizes > 0) :]
    told = []
    if len(there) > 1 and np.isfinite(there).all():
        factors = there[-2::-1] / there[:0:-1]
        if len(factors) <= FEW:
            listed = _(", ").join(f"× {significant(factor)}" for factor in factors)
            told.append(_("each step back: {factors}").format(factors=listed))
        told.append(_("in all × {factor}").format(factor=significant(there[0] / there[-1])))
    return [Chip(subject.cell, text) for text in (*told, _taught(subject, truncate))]


def _taught(subject: Subject, truncate: int) -> str:
    """From how many steps half of the gradient of the recurrent weights comes; or how far off a truncated one is."""
    weight = recurrent(subject)
    letter = naming.plain(naming.weight(subject.cell, weight))
    sizes = term_sizes(subject, 0)
    if truncate and truncate < len(sizes):
        whole, cut = (taken_apart(subject, steps).gradients()[weight] for steps in (0, truncate))
        error = float(np.linalg.norm(whole - cut) / np.linalg.norm(whole))
        return _("∂L/∂{letter} is off by {share}").format(letter=letter, share=percent(error))
    shares = np.cumsum(sizes[::-1]) / sizes.sum()
    count = int(np.argmax(shares >= 0.5)) + 1
    told = _("{share} of ∂L/∂{letter} comes from the last {count} of {steps} steps")
    if count == 1:
        told = _("{share} of ∂L/∂{letter} comes from the last of {steps} steps")
    share = percent(float(shares[count - 1]))
    return told.format(share=share, letter=letter, count=count, steps=len(sizes))


def measured(subject: Subject, truncate: int, clip: float) -> str:
    """Which loss it is, how large the gradient of the recurrent weights is, and how shares are counted."""
    factor, _norm = clipping(subject, truncate, clip)
    weight = recurrent(subject)
    size = float(np.linalg.norm(taken_apart(subject, truncate).gradients()[weight])) * factor
    told = _(
        "The size of a gradient is the root of the sum of the squares of its numbers: that of ∂L/∂{letter} is {size}."
    )
    letter = naming.plain(naming.weight(subject.cell, weight))
    return sentences(_loss(subject), told.format(letter=letter, size=significant(size)), _counted(subject, truncate))


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


def _counted(subject: Subject, truncate: int) -> str:
    if truncate and truncate < subject.read().steps:
        return _("Off by: the size of the difference to the full gradient, as a share of that.")
    return _("The gradient of weights is a sum of one term for each step; the share is that of their sizes.")


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
