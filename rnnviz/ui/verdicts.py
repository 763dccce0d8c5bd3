"""What becomes of a gradient on its way back through time, in words: one definition for all pages about it."""

from __future__ import annotations

import numpy as np

from rnnviz import gradients
from rnnviz.race import Answer
from rnnviz.trace import Signal
from rnnviz.ui.backward import reaching
from rnnviz.ui.language import _
from rnnviz.ui.retraced import Runner, exploded, retraced

SHORT = 20  # steps; on fewer a rate would be an extrapolation
FAR = 5  # and so would one be that takes more than so many times the steps that were seen
LEVEL = 0.005  # log10 of a change that two digits do not show


def verdict(runner: Runner, sizes: Signal | None = None) -> str:
    """How one network's gradient fares on its way back from a loss at the end, in words; ``sizes``: ``reaching`` of it,
    where it is known already."""
    step = exploded(runner)
    if step is not None:
        return _("{cell} exploded at step {step}").format(cell=runner.cell, step=step)
    return said(runner.cell, reaching(runner) if sizes is None else sizes)


def said(cell: str, sizes: Signal) -> str:
    """What a curve of log10 sizes does, from its end back: a rate where it is long, else the factor that was seen."""
    length = len(sizes.values)
    if length == 1:
        return _("{cell}: one step, nothing to go back through").format(cell=cell)
    lost = np.flatnonzero(~np.isfinite(sizes.values))
    there = sizes.values[lost[-1] + 1 :] if len(lost) else sizes.values
    if len(there) < 2:
        return _("{cell} reaches no earlier step").format(cell=cell)
    words = _change(cell, there)
    if len(there) == length:
        return words
    return _("{change}, and reaches no further than {steps} steps").format(change=words, steps=len(there) - 1)


def _change(cell: str, sizes: np.ndarray) -> str:
    slope = gradients.slope(Signal("size", ("time",), sizes))
    steps, seen = slope.steps_per_tenfold, float(sizes[-1] - sizes[0])
    if len(sizes) >= SHORT and steps <= FAR * len(sizes):
        words = _("{cell} ÷ 10 every {steps} steps") if slope.vanishes else _("{cell} × 10 every {steps} steps")
        return words.format(cell=cell, steps=f"{steps:.3g}" if steps < 1000 else f"{steps:.0f}")
    if abs(seen) < LEVEL:
        return _("{cell} hardly changes").format(cell=cell)
    words = _("{cell} ÷ {factor} over {steps} steps") if seen > 0 else _("{cell} × {factor} over {steps} steps")
    return words.format(cell=cell, factor=f"{10 ** abs(seen):.3g}", steps=len(sizes) - 1)


def of_forgetting(runner: Runner) -> str:
    """What the LSTM's forget gate has to do with its gradient, in a sentence. ``runner``: that of any cell.

    Of a race: by the bias of that gate, as chosen and another; 0 is where torch starts, 2 where this page does.
    """
    if isinstance(runner, Answer):
        share = openness(Answer(runner.experiment.with_(cell="LSTM")))
        return _("The LSTM's forget gate is open by {share} on average.").format(share=f"{share:.2f}")
    other = 0.0 if runner.forget_bias > 0 else 2.0
    biases = sorted({runner.forget_bias, other}, reverse=True)
    races = [runner.with_(cell="LSTM", forget_bias=bias, loss="last") for bias in biases]
    told = _("The LSTM by the bias of its forget gate: {openings}.")
    more, less = (float(np.subtract(*reaching(race).values[[-1, 0]])) for race in races)  # decades lost on the way back
    if less > max(1.0, more):
        told = _("An LSTM keeps its gradient only if its forget gate stays open: {openings}.")
    name = _("bias {bias} (open by {share})")
    names = [name.format(bias=_signed(race.forget_bias), share=f"{openness(race):.2f}") for race in races]
    sizes = [reaching(race) for race in races]
    return told.format(openings=_("; ").join(map(said, names, sizes)))


def _signed(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def openness(runner: Runner) -> float:
    """The mean of the forget gate over steps and units."""
    return retraced(runner).openness
