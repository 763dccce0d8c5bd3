"""The numbers that right answers are computed from, each by the name that a lesson's file calls it.

A measure asks the same functions that the pages draw from, so that the reveal shows what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from rnnviz import gradients
from rnnviz.app import gradient_runs, holding, results
from rnnviz.app.knobs import Knobs
from rnnviz.app.panels import cells_compared, reservoir_claims, word_effects
from rnnviz.app.panels.answers_per_step import solution
from rnnviz.studies import echo_state_network as reservoirs
from rnnviz.subjects import Subject

Value = float | str | np.ndarray


def measured(name: str, subject: Subject, knobs: Knobs, changes: Mapping[str, object]) -> Value:
    """A measure of what a page with this ``subject`` and these ``knobs`` shows, with ``changes`` as ``Subject.with_``
    takes them: of fresh networks the cell alone. Raises Refused for changes that cannot be."""
    return MEASURES[name](measured_on(subject, knobs, changes))


def measured_on(subject: Subject, knobs: Knobs, changes: Mapping[str, object]) -> Subject:
    """Of which subject that is, held as the page holds it."""
    if cells_compared.stands_for(subject, knobs):
        return cells_compared.fresh_network(changes.get("cell", subject.cell), knobs)
    subject = subject.with_(**changes) if changes else subject
    return holding.held(subject, knobs) if hasattr(knobs, "hold") else subject


def state_size(subject: Subject) -> float:
    """How many numbers go from one step to the next."""
    layers = subject.network().layers
    return float(sum(cell.width(name) for layer in layers for cell in layer for name in cell.state))


def largest_state(subject: Subject) -> float:
    """The largest |h| of any unit at any step."""
    return max(float(np.abs(layer["h"].values).max()) for layer in results.trace(subject).layers)


def change_by_order(subject: Subject) -> float:
    """How far the last state is from the one after the same words in reverse, in lengths of the last state."""
    forward = results.trace(subject).layer()["h"].values[-1, 0]
    words = " ".join(reversed(subject.tokens))
    backward = results.trace(subject.with_(text=words)).layer()["h"].values[-1, 0]
    return float(np.linalg.norm(forward - backward) / np.linalg.norm(forward))


def answer(subject: Subject) -> str:
    """The label that leads after the last step, in English."""
    return subject.labels[int(results.answers(subject).values[-1].argmax())]


def first_answer(subject: Subject) -> str:
    """The label that leads at the first step, in English."""
    return subject.labels[int(results.answers(subject).values[0].argmax())]


def answer_share(subject: Subject) -> float:
    """The probability of the label that leads after the last step, in per cent."""
    return 100 * float(results.answers(subject).values[-1].max())


def first_share(subject: Subject) -> float:
    """The probability of the label that leads at the first step, in per cent."""
    return 100 * float(results.answers(subject).values[0].max())


def right_share(subject: Subject) -> float:
    """At how many of the steps at which an answer is asked the one that leads is right, in per cent; NaN where nobody
    knows what is right."""
    right = np.array(solution(subject) or ())
    asked = right >= 0
    return 100 * float((results.answers(subject).values.argmax(-1) == right)[asked].mean()) if asked.any() else np.nan


def share_of_free_answer(subject: Subject) -> float:
    """The probability after the last step of the label that leads if nothing is held, in per cent."""
    free = results.answers(Subject(subject.model, subject.sequence)).values[-1]
    return 100 * float(results.answers(subject).values[-1, free.argmax()])


def words_changed(subject: Subject) -> float:
    """At how many words another label leads if the same kind of network reads one way only."""
    both, one = (results.answers(subject.with_(directions=name)).values.argmax(-1) for name in ("two", "one"))
    return float((both != one).sum())


def first_word_left(subject: Subject) -> np.ndarray:
    """The share of the state's variance that hangs on the first word, in per cent, ("time",)."""
    return 100 * word_effects.effect(subject).effect.values[:, 0]


def first_word_left_at_end(subject: Subject) -> float:
    return float(first_word_left(subject)[-1])


def gradient(subject: Subject) -> np.ndarray:
    """log10 of the size of dL/dS_t over its size at the last step, ("time",)."""
    sizes = gradient_runs.reaching(subject).values
    return sizes - sizes[-1]


def gradient_at_start(subject: Subject) -> float:
    """The same at the first step."""
    return float(gradient(subject)[0])


def steps_per_tenfold(subject: Subject) -> float:
    """Over how many steps the gradient falls to a tenth, or grows tenfold."""
    return gradients.slope(gradient_runs.reaching(subject)).steps_per_tenfold


def gate_mean(subject: Subject) -> float:
    """The mean over steps and units of what the forget gate, or its like, keeps."""
    return gradient_runs.retraced(subject, "last").openness


def last_state_size(subject: Subject) -> float:
    """The largest entry of the whole state after the last step."""
    last = results.trace(subject).layers[-1]
    names = results.cell_of(subject).state
    return max(float(np.abs(last[name].values[-1]).max()) for name in names)


def starts_meet(subject: Subject) -> float:
    """After how many steps two different starts of a reservoir under one input are one state; infinite if never in
    1,000 steps."""
    echo = reservoir_claims.seen(subject).echo
    met = reservoirs.met(echo.distance.values[:, 0], float(echo.start.values[0]))
    return float("inf") if met is None else float(met)


def memory_capacity(subject: Subject) -> float:
    """How many past inputs a linear readout recovers from a reservoir."""
    return reservoir_claims.seen(subject).memory.total


def best_radius(subject: Subject) -> float:
    """The spectral radius at which this reservoir recovers most past inputs."""
    return reservoirs.RADII[int(reservoir_claims.swept(subject).argmax())]


MEASURES: dict[str, Callable[[Subject], Value]] = {
    function.__name__: function
    for function in (
        state_size,
        largest_state,
        change_by_order,
        answer,
        first_answer,
        first_share,
        right_share,
        share_of_free_answer,
        answer_share,
        words_changed,
        first_word_left,
        first_word_left_at_end,
        gradient,
        gradient_at_start,
        steps_per_tenfold,
        gate_mean,
        last_state_size,
        starts_meet,
        memory_capacity,
        best_radius,
    )
}
