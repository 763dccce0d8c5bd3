"""What becomes of a gradient on its way back through time, in words: one definition for all pages about it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from rnnviz import gradients
from rnnviz.app import naming, state
from rnnviz.app.comparison import Subjects, called, together
from rnnviz.app.gradient_runs import exploded, reaching, retraced
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip
from rnnviz.app.panels import cells_compared
from rnnviz.app.panels.network_views import listed
from rnnviz.app.written import of_log, significant
from rnnviz.subjects import Subject
from rnnviz.trace import Signal

SHORT = 20  # steps; on fewer a rate would be an extrapolation, as one for more steps than were seen
LEVEL = 0.005  # log10 of a change that two digits do not show
MOSTLY = 0.6  # of the way open, or shut, by its bias: a gate
SEEN = 0.2  # log10 of what is seen as a bend of a curve
DECADES = 2  # of which a gradient that has vanished has lost more, and one that has exploded gained


def headline(compared: Subjects, sizes: Mapping[str, Signal]) -> str:
    """Which networks' gradient reaches the first step that is read, in words, and whether they are trained, where that
    is the same of all. ``sizes``: ``reaching`` of each, by name."""
    if all(len(curve.values) == 1 for curve in sizes.values()):
        return _("One step: a gradient has nothing to go back through")
    fates: dict[str, list[str]] = {}
    for name, curve in sizes.items():
        fates.setdefault(_fate(_on_its_way(curve)), []).append(called(name))
    words = {
        "vanishes": [_("Gradients vanish in the {cells}")],
        "survives": [
            _("Gradients survive in the {cells}"),
            _("{told}, survive in the {cells}"),
        ],
        "explodes": [_("Gradients explode in the {cells}"), _("{told}, explode in the {cells}")],
    }
    kinds = {subject.trained for subject in compared.values()}
    kind = "{cells}" if len(kinds) > 1 else _("trained {cells}") if True in kinds else _("untrained {cells}")
    told = ""
    for fate in (fate for fate in words if fate in fates):
        cells = together(fates[fate])
        told = words[fate][bool(told)].format(told=told, cells=cells if told else kind.format(cells=cells))
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


def what_to_do(compared: Subjects, fresh: bool) -> str:
    """Of what networks the title speaks, for it holds of no others; and what to do next."""
    if not fresh:
        told = _("From right to left: what is left of the gradient on its way back to the first step.")
        return sentences(told, _("Press Replay."))
    knobs = state.knobs()
    settings = [_opened_by(knobs.forget_bias)]
    settings += [_("recurrent start {start}")] if "start" in knobs.changed() else []
    settings += [_("RNN's activation {activation}")] if "activation" in knobs.changed() else []
    names = {name: _(knobs.declared()[name].options[getattr(knobs, name)]) for name in ("start", "activation")}
    told = _("Untrained networks: {settings}.").format(settings=_(", ").join(settings))
    return sentences(told.format(**names), _undone(compared) or invitation())


def _undone(compared: Subjects) -> str:
    """That the LSTM owes its gradient to the bias of its forget gate, where it does; "" elsewhere."""
    lstm = compared.get("LSTM")
    if lstm is None or state.knobs().forget_bias <= 0:
        return ""
    fates = [_fate(_on_its_way(reaching(each))) for each in (lstm, lstm.with_(forget_bias=0.0))]
    return _("At bias 0 the LSTM's gradients vanish too.") if fates == ["survives", "vanishes"] else ""


def _opened_by(bias: float) -> str:
    """How far the gates that keep the state are open, by their bias alone."""
    share = 1 / (1 + math.exp(-bias))
    if share > MOSTLY:
        return _("gates f and z start mostly open")
    return _("gates f and z start mostly shut") if share < 1 - MOSTLY else _("gates f and z start half open")


def invitation() -> str:
    """To cross the radius at which gradients can begin to grow, from the side where it is."""
    return _("Drag the radius past 1.") if state.knobs().radius <= 1 else _("Drag the radius below 1.")


def measured(compared: Subjects, bias: float | None) -> str:
    """What the words mean, what the gates have to do with it, and of what networks and what loss the numbers are."""
    start = "" if bias is None else _("The gates that keep, the LSTM's f and the GRU's z, start with the bias {bias}.")
    gates = start.format(bias=_signed(bias or 0.0))
    return sentences(in_words(), gates, of_forgetting(compared, bias), cells_compared.conditions(compared))


def beyond_the_gates(compared: Subjects) -> str:
    """Why an LSTM keeps more of its gradient than its forget gates do; else that these are not what is drawn."""
    usual = _("The product of forget gates is not what is drawn: these are derivatives of the whole network.")
    subject = compared.get("LSTM")
    read = np.array([0.0]) if subject is None else _on_its_way(reaching(subject))
    if subject is None or len(read) < SHORT or not np.isfinite(read).all():
        return usual
    share, steps, seen = openness(subject), len(read) - 1, float(read[0] - read[-1])
    alone = steps * math.log10(share)
    if not max(alone + 1, -DECADES) < seen <= 0:
        return usual
    told = _(
        "Forget gates of {share} alone would leave {alone} after {steps} steps. The LSTM keeps {left}: c also comes "
        "back to itself through h and the gates."
    ).format(share=f"{share:.2f}", alone=of_log(alone), steps=steps, left=of_log(seen))
    bends = _(
        "Its curve drops at the loss, which reaches c only through the output gate, and rises at the first steps, "
        "where c is small and tanh steep."
    )
    lowest = int(read.argmin())
    return sentences(told, bends if read[-1] - read[-2] > SEEN and read[0] - read[lowest] > SEEN / 2 else "")


def steps_back(sizes: Signal) -> int:
    """The most steps back over which a loss keeps so much of its gradient that it has not vanished."""
    read = _on_its_way(sizes)
    with np.errstate(invalid="ignore"):
        there = np.flatnonzero((read[-1] - read <= DECADES) | np.isnan(read))  # NaN: it has exploded
    return len(read) - 1 - int(there[0]) if len(there) else 0


def chips(compared: Subjects, sizes: Mapping[str, Signal]) -> list[Chip]:
    """How fast each network's gradient changes, all in one unit: the factor of a step, where there are enough of them;
    what is left at the first step stands at its curve. ``sizes``: as of ``headline``."""
    curves = {name: _on_its_way(sizes[name]) for name in compared}
    if all(len(read) > SHORT and np.isfinite(read).all() for read in curves.values()):
        told = _("{cell} × {factor} a step on average")
        said = {name: told.format(cell=naming.cell(name), factor=a_step(read)) for name, read in curves.items()}
    else:
        as_rate = all(_rate(_reached(sizes[name])) is not None for name in compared)
        said = {name: verdict(subject, name, sizes[name], as_rate) for name, subject in compared.items()}
    return [Chip(subject.cell, said[name]) for name, subject in compared.items()]


def a_step(read: np.ndarray) -> str:
    """The mean factor of a step back. ``read``: log10 of a gradient's size at each, the last is the loss's."""
    return of_log(float(read[0] - read[-1]) / (len(read) - 1), 3)


def verdict(subject: Subject, name: str = "", sizes: Signal | None = None, as_rate: bool = True) -> str:
    """How one network's gradient fares on its way back from a loss at the end, in words. ``name``: that of its cell,
    unless given; ``sizes``: ``reaching`` of it, where it is known already; ``as_rate``: whether it may be a rate."""
    step, name = exploded(subject), name or subject.cell
    if step is not None:
        return _("{cell} exploded at step {step}").format(cell=naming.cell(name), step=step)
    return said(name, reaching(subject) if sizes is None else sizes, as_rate)


def said(cell: str, sizes: Signal, as_rate: bool = True) -> str:
    """What a curve of log10 sizes does, from its end back: a rate where it is long, else the factor that was seen."""
    length, there = len(sizes.values), _reached(sizes)
    if length == 1:
        return _("{cell}: one step, nothing to go back through").format(cell=naming.cell(cell))
    if len(there) < 2:
        return _("{cell} reaches no earlier step").format(cell=naming.cell(cell))
    words = _change(cell, there, as_rate)
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
    return slope if slope.steps_per_tenfold <= len(sizes) else None


def _change(cell: str, sizes: np.ndarray, as_rate: bool) -> str:
    seen = float(sizes[-1] - sizes[0])
    if as_rate and (slope := _rate(sizes)) is not None:
        words = _("{cell} ÷ 10 every {steps} steps") if slope.vanishes else _("{cell} × 10 every {steps} steps")
        return words.format(cell=naming.cell(cell), steps=significant(slope.steps_per_tenfold, 2))
    if abs(seen) < LEVEL:
        return _("{cell} hardly changes").format(cell=naming.cell(cell))
    words = _("{cell} keeps {left} over {steps} steps") if seen > 0 else _("{cell} × {factor} over {steps} steps")
    places = {"left": of_log(-seen), "factor": significant(10 ** abs(seen)), "steps": len(sizes) - 1}
    return words.format(cell=naming.cell(cell), **places)


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
