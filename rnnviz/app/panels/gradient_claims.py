"""What becomes of a gradient on its way back through time, in words: one definition for all pages about it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnviz import gradients
from rnnviz.app import state
from rnnviz.app.comparison import Subjects, called, together
from rnnviz.app.gradient_runs import exploded, reaching, retraced
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip
from rnnviz.app.panels import cells_compared
from rnnviz.app.panels.network_views import listed
from rnnviz.app.written import of_log, significant
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
        "vanishes": [_("Gradients vanish in the {cells}")],
        "survives": [
            _("Gradients survive in the {cells}"),
            _("{told}, but survive in the {cells}"),
            _("{told}, survive in the {cells}"),
        ],
        "explodes": [_("Gradients explode in the {cells}"), _("{told}, but explode in the {cells}")],
    }
    told, there = "", [fate for fate in words if fate in fates]
    for fate in there:
        first, *later = words[fate]
        text = first if not told else later[0] if fate == there[-1] else later[1]
        told = text.format(told=told, cells=together(fates[fate]))
    return told


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


def what_to_do(fresh: bool) -> str:
    """Of what networks the title speaks, for it holds of no others; and what to do next."""
    if not fresh:
        told = _("From right to left: what is left of the gradient on its way back to the first step.")
        return sentences(told, _("Press Play."))
    knobs = state.knobs()
    settings = [_("spectral radius {radius}"), _("bias {bias} on the gates that keep (f, z)")]
    settings += [_("recurrent start {start}")] if "start" in knobs.changed() else []
    settings += [_("RNN's activation {activation}")] if "activation" in knobs.changed() else []
    names = {name: _(knobs.declared()[name].options[getattr(knobs, name)]) for name in ("start", "activation")}
    told = _("Untrained networks: {settings}.").format(settings=_(", ").join(settings))
    told = told.format(radius=f"{knobs.radius:g}", bias=_signed(knobs.forget_bias), **names)
    return sentences(told, invitation())


def invitation() -> str:
    """To cross the radius at which gradients can begin to grow, from the side where it is."""
    return _("Drag the radius past 1.") if state.knobs().radius <= 1 else _("Drag the radius below 1.")


def measured(compared: Subjects, bias: float | None) -> str:
    """What the words mean, what the gates have to do with it, and of what networks and what loss the numbers are."""
    return sentences(in_words(), of_forgetting(compared, bias), cells_compared.conditions(compared))


def far_reach(sizes: Mapping[str, Signal]) -> str:
    """In which networks the last loss still reaches the first step, in words. ``sizes``: as of ``headline``."""
    if all(len(curve.values) == 1 for curve in sizes.values()):
        return _("One step: a gradient has nothing to go back through")
    reaching = [called(name) for name, curve in sizes.items() if steps_back(curve) == len(curve.values) - 1]
    if not reaching:
        cells = together([called(name) for name in sizes])
        return _("The last loss fades before the first step in the {cells}").format(cells=cells)
    told = _("In the {cells} 1% of the gradient reaches the first step")
    if len(reaching) < len(sizes):
        told = _("Only in the {cells} does 1% of the gradient reach the first step")
    return told.format(cells=together(reaching))


def steps_back(sizes: Signal) -> int:
    """The most steps back over which a loss keeps so much of its gradient that it has not vanished."""
    read = _on_its_way(sizes)
    with np.errstate(invalid="ignore"):
        there = np.flatnonzero((read[-1] - read <= DECADES) | np.isnan(read))  # NaN: it has exploded
    return len(read) - 1 - int(there[0]) if len(there) else 0


def chips(compared: Subjects, sizes: Mapping[str, Signal]) -> list[Chip]:
    """What is left at the first step, for each network. ``sizes``: as of ``headline``."""
    return [Chip(subject.cell, left(subject, name, sizes[name])) for name, subject in compared.items()]


def left(subject: Subject, name: str, sizes: Signal) -> str:
    """What is left of one network's gradient where its curve ends, at the step that is read first."""
    read = _on_its_way(sizes)
    if exploded(subject) is not None or len(read) == 1 or not np.isfinite(read).all():
        return verdict(subject, name, sizes)
    seen, steps = float(read[0] - read[-1]), len(read) - 1
    if seen > LEVEL:
        return _("{cell}: × {factor} after {steps} steps").format(cell=name, factor=of_log(seen), steps=steps)
    share = f"{10**seen:.0%}" if seen >= -DECADES else of_log(seen)
    return _("{cell}: {share} left after {steps} steps").format(cell=name, share=share, steps=steps)


def verdict(subject: Subject, name: str = "", sizes: Signal | None = None) -> str:
    """How one network's gradient fares on its way back from a loss at the end, in words. ``name``: that of its cell,
    unless given; ``sizes``: ``reaching`` of it, where it is known already."""
    step, name = exploded(subject), name or subject.cell
    if step is not None:
        return _("{cell} exploded at step {step}").format(cell=name, step=step)
    return said(name, reaching(subject) if sizes is None else sizes)


def said(cell: str, sizes: Signal) -> str:
    """What a curve of log10 sizes does, from its end back: a rate where it is long, else the factor that was seen."""
    length, there = len(sizes.values), _reached(sizes)
    if length == 1:
        return _("{cell}: one step, nothing to go back through").format(cell=cell)
    if len(there) < 2:
        return _("{cell} reaches no earlier step").format(cell=cell)
    words = _change(cell, there)
    if len(there) == length:
        return words
    return _("{change}, and reaches no further than {steps} steps").format(change=words, steps=len(there) - 1)


def _on_its_way(sizes: Signal) -> np.ndarray:
    """A curve with the step that is read last at its end."""
    return sizes.values[::-1] if sizes.direction == "backward" else sizes.values


def _reached(sizes: Signal) -> np.ndarray:
    """The part of a curve that leads without a gap to the step that is read last."""
    read = _on_its_way(sizes)
    lost = np.flatnonzero(~np.isfinite(read))
    return read[lost[-1] + 1 :] if len(lost) else read


def _rate(sizes: np.ndarray) -> gradients.Slope | None:
    """How fast a curve changes, where it is long enough to tell."""
    if len(sizes) < SHORT:
        return None
    slope = gradients.slope(Signal("size", ("time",), sizes))
    return slope if slope.steps_per_tenfold <= FAR * len(sizes) else None


def _change(cell: str, sizes: np.ndarray) -> str:
    seen = float(sizes[-1] - sizes[0])
    if (slope := _rate(sizes)) is not None:
        words = _("{cell} ÷ 10 every {steps} steps") if slope.vanishes else _("{cell} × 10 every {steps} steps")
        return words.format(cell=cell, steps=significant(slope.steps_per_tenfold, 2))
    if abs(seen) < LEVEL:
        return _("{cell} hardly changes").format(cell=cell)
    words = _("{cell} ÷ {factor} over {steps} steps") if seen > 0 else _("{cell} × {factor} over {steps} steps")
    return words.format(cell=cell, factor=significant(10 ** abs(seen)), steps=len(sizes) - 1)


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
