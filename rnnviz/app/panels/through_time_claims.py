"""What backpropagation through time says of a network, in words computed from its numbers."""

from __future__ import annotations

import html

import numpy as np

from rnnviz.app import naming, results
from rnnviz.app.gradient_runs import clipping, exploded, recurrent, taken_apart, term_sizes
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip, percent
from rnnviz.app.panels.network_views import label_names
from rnnviz.subjects import Subject


def claim(subject: Subject, truncate: int) -> str:
    """From how many steps the gradient of the recurrent weights comes; or how far off a truncated one is."""
    letter = naming.plain(naming.weight(subject.cell, recurrent(subject)))
    if (step := exploded(subject)) is not None:
        return _("{cell} exploded at step {step}").format(cell=subject.cell, step=step)
    whole, sizes = taken_apart(subject, 0).gradients()[recurrent(subject)], term_sizes(subject, 0)
    if len(sizes) == 1:
        return _("One step: nothing to go back through, ∂L/∂{letter} is its term alone").format(letter=letter)
    if not whole.any() or not np.isfinite(sizes).all():
        return _("Nothing that can be counted reaches {letter}").format(letter=letter)
    if truncate and truncate < len(sizes):
        cut = taken_apart(subject, truncate).gradients()[recurrent(subject)]
        error = float(np.linalg.norm(whole - cut) / np.linalg.norm(whole))
        told = _("Cut off after {count} steps, ∂L/∂{letter} is off by {share}")
        if truncate == 1:
            told = _("Cut off after one step, ∂L/∂{letter} is off by {share}")
        return told.format(count=truncate, letter=letter, share=percent(error))
    shares = np.cumsum(sizes[::-1]) / sizes.sum()
    count = int(np.argmax(shares >= 0.5)) + 1
    told = _("{share} of ∂L/∂{letter} comes from the last {count} of {steps} steps")
    if count == 1:
        told = _("{share} of ∂L/∂{letter} comes from the last of {steps} steps")
    share = percent(float(shares[count - 1]))
    return told.format(share=share, letter=letter, count=count, steps=len(sizes))


def chips(subject: Subject, truncate: int, clip: float) -> list[Chip]:
    """The size of the gradient that the claim is about, as it stands after truncation and clipping."""
    factor, _norm = clipping(subject, truncate, clip)
    letter = naming.plain(naming.weight(subject.cell, recurrent(subject)))
    size = float(np.linalg.norm(taken_apart(subject, truncate).gradients()[recurrent(subject)])) * factor
    return [Chip(subject.cell, f"{subject.cell} ‖∂L/∂{letter}‖ = {size:.3g}")]


def conditions(subject: Subject, truncate: int, clip: float) -> str:
    """Which loss it is, how shares are counted, and what clipping does."""
    return sentences(_loss(subject), _counted(subject, truncate), clipped(subject, truncate, clip))


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
    return _("Shares are those of the sizes of the steps' terms.")


def clipped(subject: Subject, truncate: int, clip: float) -> str:
    """What clipping leaves of the gradients of the layer and its readout; "" without it."""
    factor, norm = clipping(subject, truncate, clip)
    if not clip:
        return ""
    if factor == 1:
        told = _("Clipping at {limit} changes nothing: all gradients together have the norm {norm}.")
        return told.format(limit=f"{clip:g}", norm=f"{norm:.3g}")
    told = _("Clipping shortens all gradients from the norm {norm} to {limit}: each is multiplied by {factor}.")
    return told.format(limit=f"{clip:g}", norm=f"{norm:.3g}", factor=f"{factor:.3g}")
