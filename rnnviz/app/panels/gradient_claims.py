"""What becomes of a gradient on its way back through time, in words: one definition for all pages about it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnviz import gradients
from rnnviz.app.comparison import Subjects, called, together
from rnnviz.app.gradient_runs import exploded, reaching, retraced
from rnnviz.app.i18n import _
from rnnviz.app.page import Chip
from rnnviz.app.panels.network_views import listed
from rnnviz.subjects import Subject
from rnnviz.trace import Signal

SHORT = 20  # steps; on fewer a rate would be an extrapolation
FAR = 5  # and so would one be that takes more than so many times the steps that were seen
LEVEL = 0.005  # log10 of a change that two digits do not show
DECADES = 2  # of which a gradient that has vanished has lost more, and one that has exploded gained


def headline(sizes: Mapping[str, Signal]) -> str:
    """Which networks' gradient reaches the first step that is read, in words. ``sizes``: ``reaching`` of each, by
    name."""
    if all(len(curve.values) == 1 for curve in sizes.values()):
        return _("One step: a gradient has nothing to go back through")
    fates: dict[str, list[str]] = {}
    for name, curve in sizes.items():
        fates.setdefault(_fate(_on_its_way(curve)), []).append(called(name))
    words = {
        "vanishes": _("vanishes in {cells}"),
        "survives": _("survives in {cells}"),
        "explodes": _("explodes in {cells}"),
    }
    told = [text.format(cells=together(fates[fate])) for fate, text in words.items() if fate in fates]
    return _("The gradient {fates}").format(fates=_("; ").join(told))


def _fate(read: np.ndarray) -> str:
    """What has become of a gradient at the first step. ``read``: log10 of its size at each, the last is the loss's."""
    if not np.isfinite(read[0]):
        return "explodes" if np.isnan(read[0]) or read[0] > 0 else "vanishes"
    lost = float(read[-1] - read[0])
    return "vanishes" if lost >= DECADES else "explodes" if lost <= -DECADES else "survives"


def in_words() -> str:
    """What the headline calls vanishing and exploding."""
    return _(
        "It vanishes: less than 1% of the last step's gradient is left at the first. It explodes: more than 100 times "
        "as much. In between it survives."
    )


def chips(compared: Subjects, sizes: Mapping[str, Signal]) -> list[Chip]:
    """How fast, for each network. ``sizes``: as of ``headline``."""
    return [Chip(subject.cell, verdict(subject, name, sizes[name])) for name, subject in compared.items()]


def verdict(subject: Subject, name: str = "", sizes: Signal | None = None) -> str:
    """How one network's gradient fares on its way back from a loss at the end, in words. ``name``: that of its cell,
    unless given; ``sizes``: ``reaching`` of it, where it is known already."""
    step, name = exploded(subject), name or subject.cell
    if step is not None:
        return _("{cell} exploded at step {step}").format(cell=name, step=step)
    return said(name, reaching(subject) if sizes is None else sizes)


def said(cell: str, sizes: Signal) -> str:
    """What a curve of log10 sizes does, from its end back: a rate where it is long, else the factor that was seen."""
    read = _on_its_way(sizes)
    length = len(read)
    if length == 1:
        return _("{cell}: one step, nothing to go back through").format(cell=cell)
    lost = np.flatnonzero(~np.isfinite(read))
    there = read[lost[-1] + 1 :] if len(lost) else read
    if len(there) < 2:
        return _("{cell} reaches no earlier step").format(cell=cell)
    words = _change(cell, there)
    if len(there) == length:
        return words
    return _("{change}, and reaches no further than {steps} steps").format(change=words, steps=len(there) - 1)


def _on_its_way(sizes: Signal) -> np.ndarray:
    """A curve with the step that is read last at its end."""
    return sizes.values[::-1] if sizes.direction == "backward" else sizes.values


def _change(cell: str, sizes: np.ndarray) -> str:
    slope = gradients.slope(Signal("size", ("time",), sizes))
    steps, seen = slope.steps_per_tenfold, float(sizes[-1] - sizes[0])
    if len(sizes) >= SHORT and steps <= FAR * len(sizes):
        words = _("{cell} ÷ 10 every {steps} steps") if slope.vanishes else _("{cell} × 10 every {steps} steps")
        return words.format(cell=cell, steps=_two_digits(steps))
    if abs(seen) < LEVEL:
        return _("{cell} hardly changes").format(cell=cell)
    words = _("{cell} ÷ {factor} over {steps} steps") if seen > 0 else _("{cell} × {factor} over {steps} steps")
    return words.format(cell=cell, factor=f"{10 ** abs(seen):.3g}", steps=len(sizes) - 1)


def _two_digits(value: float) -> str:
    return f"{float(f'{value:.2g}'):g}"  # written out: 220, and not 2.2e+02


def of_forgetting(compared: Subjects, bias: float | None) -> str:
    """What the gates that keep the state have to do with the gradient, in a sentence; "" where there is no such gate.
    ``bias``: of that of the LSTM, as chosen for fresh networks.

    Of these: by the bias, as chosen and another; 0 is where torch starts, 2 where this page does.
    """
    if bias is None:
        shares = {name: openness(subject) for name, subject in compared.items()}
        kept = {name: f"{share:.2f}" for name, share in shares.items() if not np.isnan(share)}
        told = _("So much of the state is kept from step to step, on average: {shares}.")
        return told.format(shares=listed(kept)) if kept else ""
    biases = sorted({bias, 0.0 if bias > 0 else 2.0}, reverse=True)
    subjects = [compared["LSTM"].with_(forget_bias=each) for each in biases]
    told = _("The LSTM by the bias of its forget gate: {openings}.")
    more, less = (float(np.subtract(*reaching(each).values[[-1, 0]])) for each in subjects)  # decades lost on the way
    if less > max(1.0, more):
        told = _("An LSTM keeps its gradient only if its forget gate stays open: {openings}.")
    name = _("bias {bias} (open by {share})")
    names = [
        name.format(bias=_signed(each), share=f"{openness(subject):.2f}")
        for each, subject in zip(biases, subjects, strict=True)
    ]
    return told.format(openings=_("; ").join(map(said, names, map(reaching, subjects))))


def _signed(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def openness(subject: Subject) -> float:
    """The mean over steps and units of what the forget gate, or its like, keeps; NaN for a cell without one."""
    return retraced(subject, "last").openness
