"""Panels about the total effect of each word: how much of the state's variance hangs on it, with standard errors."""

from __future__ import annotations

import math
from collections.abc import Hashable

import numpy as np

from rnnviz import compute, figures, memory
from rnnviz.app import naming, results
from rnnviz.app.comparison import Subjects, called
from rnnviz.app.heavy_work import LINE, Bar, Work, finish, wait_for
from rnnviz.app.i18n import _
from rnnviz.app.page import percent
from rnnviz.app.panels.network_views import listed
from rnnviz.app.panels.networks_compared import ends, first_read, words
from rnnviz.app.panels.quantity_shapes import main_state
from rnnviz.app.panels.state_charts import chart, line_each
from rnnviz.app.panels.training_curves import best_constant
from rnnviz.app.results import FIRST, Layer
from rnnviz.app.stage.board import Board
from rnnviz.figures import style
from rnnviz.memory import TotalEffect
from rnnviz.subjects import Subject
from rnnviz.subjects.loaded import Reading

FORGOTTEN, HELD = 0.01, 0.5  # shares of the state's variance
HEIGHT = 160  # pixels, so that what each state depends on is seen with it


def effect(subject: Subject, of: Layer = FIRST) -> TotalEffect:
    """On the states of one layer and direction: over the task's own sequences where what is read is drawn by a rule;
    else of each word of this one sequence."""
    key = _key(subject, of)
    known = compute.STORE.held(key)
    if known is not None:
        return known
    with LINE.place(key, lambda _before: None):
        return finish(key, lambda: _work(subject, of))


def _key(subject: Subject, of: Layer) -> Hashable:
    """Whatever sequence of a rule is read: all of it is drawn."""
    return "effect", (subject.model if subject.is_example_of_a_rule() else subject), of


def _work(subject: Subject, of: Layer) -> Work[TotalEffect]:
    sequence = () if subject.is_example_of_a_rule() else (subject.input(),)
    place = {"of": main_state(results.cell_of(subject, of)), "layer": of[0], "direction": of[1]}
    return memory.total_effect_bit_by_bit(subject.network(), *subject.draws(), *sequence, **place)


def arguments(subject: Subject, of: Layer) -> str:
    """What Python gives ``memory.total_effect`` beside the network and the draws, to get the same."""
    given = "" if subject.is_example_of_a_rule() else ", subject.input()"
    cell = results.cell_of(subject, of)
    given += "" if main_state(cell) == cell.output else f", of={main_state(cell)!r}"
    alone = of == FIRST and subject.network().num_layers == 1
    return given if alone else f"{given}, layer={of[0]}, direction={of[1]!r}"


def prepare(subjects: Subjects, of: Layer = FIRST) -> None:
    """See to it that the effects are known, in turn with whatever else takes long."""
    bar, count = Bar(), len(subjects)
    for k, (name, subject) in enumerate(subjects.items()):
        text = _("{cell}: effects of {count} words").format(cell=called(name), count=len(subject.tokens))
        part = (k / count, (k + 1) / count)
        wait_for(_key(subject, of), lambda subject=subject: _work(subject, of), bar, text, part)
    bar.end()


def meaning(subjects: Subjects) -> str:
    """What is measured, in a sentence."""
    subject = next(iter(subjects.values()))
    if subject.is_example_of_a_rule():
        told = _(
            "Total effect (Sobol): the share of the state's variance that remains when all words but this one are "
            "known. ± is one standard error, over {count} pairs of the task's own sequences."
        )
    elif subject.network().embedding is not None:
        told = _(
            "Total effect (Sobol): the state's variance when this word is drawn from the vocabulary and the others "
            "stay, over its variance when all are drawn. ± is one standard error, over {count} pairs of draws."
        )
    else:
        told = _(
            "Total effect (Sobol): the state's variance when this step's numbers are drawn anew, as noise of each "
            "channel's mean and spread, over its variance when all are. ± is one standard error, over {count} pairs of "
            "draws."
        )
    counts = sorted({each.draws()[0].shape[1] for each in subjects.values()})
    return told.format(count=_(", ").join(map(str, counts)))


def numbers(subjects: Subjects, of: Layer = FIRST) -> str:
    """Of the last state the first thing's share and the sum over all that was read, each with its standard error."""
    last = ends(of)
    told = {}
    for name, subject in subjects.items():
        found = effect(subject, of)
        share = _with_error(found.effect.values[last], found.effect_error.values[last])
        whole = _with_error(found.sum.values[last[0]], found.sum_error.values[last[0]])
        told[called(name)] = _("{share}, all shares together {sum}").format(share=share, sum=whole)
    return _("Of the last state: {numbers}.").format(numbers=listed(told))


def _with_error(share: float, error: float) -> str:
    return f"{share:.1%} ± {error:.1%}" if np.isfinite(share) else "–"


def kept(subjects: Subjects, of: Layer = FIRST) -> list[dict]:
    """What of every state is due to the thing that is read first, a line per network; and where it is known beside it
    how often each is right."""
    at, texts, first = ends(of)[1], words(subjects), first_read(subjects, of)
    curves = {name: effect(subject, of).effect.values[:, at] for name, subject in subjects.items()}
    drawn = {"signal": "effect", "source": at % len(texts), "percent": True}
    scale = {"value_range": (0.0, 1.0), "value_title": _("share of the state"), "height": HEIGHT}
    figure = line_each(subjects, curves, drawn, texts, **scale)
    figure.update_yaxes(tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
    told, answered = (
        _("Share of the state's variance, over many sequences, that comes from {first}.").format(first=first),
        right(subjects),
    )
    if (count := len(texts)) > style.WORDED:
        every = 10 * math.ceil(count / 100)
        figure.update_xaxes(tickvals=[1, *range(every, count - every // 2 + 1, every), count])
    title = _("How much of each state still comes from {first}").format(first=first)
    return [chart(figure, span=8 if answered else 12, title=title, caption=told), *answered]


def stacked(subjects: Subjects, board: Board, of: Layer = FIRST) -> list[dict]:
    """One picture per network: every word's effect on every state, stacked up to their sum; one scale for all."""
    known = {name: effect(subject, of) for name, subject in subjects.items()}
    sums = np.concatenate([effects.sum.values for effects in known.values()])
    top = max(1.0, float(sums[np.isfinite(sums)].max(initial=1.0)))
    return [
        {
            "array": board.array(f"effect:{name}", _no_base(effects.effect.values)),
            "place": {"signal": "effect", "network": name},
            "top": top,
            "title": _until_when(called(name), effects.effect.values[:, ends(of)[1]], subjects[name].read(), of),
        }
        for name, effects in known.items()
    ]


def _until_when(name: str, share: np.ndarray, reading: Reading, of: Layer) -> str:
    """A title: how long a network keeps what it reads first. ``share``: of each state, ("time",)."""
    read = share if of[1] == "forward" else share[::-1]
    if not np.isfinite(read[-1]):
        return name
    if read[-1] < FORGOTTEN:
        kept = np.flatnonzero(read >= FORGOTTEN)
        gone = int(kept[-1]) + 1 if len(kept) else 0
        step = reading.number(gone if of[1] == "forward" else reading.steps - 1 - gone)
        return _("{cell}: gone by step {step}").format(cell=naming.cell(name), step=step)
    told = _("{cell}: kept to the end") if read[-1] > HELD else _("{cell}: kept in part")
    return told.format(cell=naming.cell(name))


def _no_base(values: np.ndarray) -> np.ndarray:
    """With the empty column that stands in the exact parts for what no word brought."""
    return np.concatenate([np.zeros((len(values), 1)), values], 1)


def right(subjects: Subjects) -> list[dict]:
    """How often the networks are right on the task's own sequences, beside who always gives the same answer. None where
    it was not measured of all."""
    shares = {name: _accuracy(subject) for name, subject in subjects.items()}
    if any(share is None for share in shares.values()):
        return []
    amounts = [
        figures.Amount(called(name), share, percent(share), style.CELLS[subjects[name].cell])
        for name, share in shares.items()
    ]
    blind = best_constant(next(iter(subjects.values())).query()["model"])
    figure = figures.tally.draft(
        amounts,
        mark=blind,
        mark_title=_("guessing {share}").format(share=percent(blind)),
        value_title=_("right answers"),
        height=HEIGHT,
    )
    figure.update_xaxes(tickformat=".0%", tickvals=[0, 0.5, 1])
    caption = _("On sequences that are never trained on.")
    return [chart(figure, time=False, span=4, title=_("How often each answers right"), caption=caption)]


def _accuracy(subject: Subject) -> float | None:
    card = subject.load().provenance.card
    return None if card is None or not subject.is_example_of_a_rule() else card.held_out_accuracy


def guesses(subject: Subject) -> bool:
    """Whether a trained network is right no more often than guessing would be, within three standard errors."""
    share = _accuracy(subject)
    if share is None:
        return False
    chance = 1 / len(subject.labels)
    return share - chance < 3 * math.sqrt(chance * (1 - chance) / subject.load().provenance.card.held_out_answers)


def summing(subject: Subject) -> str:
    """What the sum over words says."""
    if subject.is_example_of_a_rule():
        return _("Above 100% the sum tells how far words act together: what hangs on several of them counts for each.")
    return _(
        "For one sentence the sum can lie on either side of 100%. Its mean over sentences cannot lie below, and lies "
        "above as far as words act together."
    )
