"""Panels about the total effect of each word: how much of the state's variance hangs on it, with standard errors."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np

from rnnviz import figures, memory
from rnnviz.cells import TRIO
from rnnviz.figures import style
from rnnviz.memory import TotalEffect
from rnnviz.refusals import Refused
from rnnviz.studies.delayed_recall import KINDS, beside, card_of, reads_letters, solved, start, was_trained
from rnnviz.subjects import Subject
from rnnviz.ui import panels
from rnnviz.ui.charts import chart
from rnnviz.ui.furniture import percent
from rnnviz.ui.heavy_work import LINE, Bar, Results, Work
from rnnviz.ui.language import _, sentences
from rnnviz.ui.panels import listed
from rnnviz.ui.stage import Board

Subjects = Mapping[str, Subject]  # by the name under which each is shown
_EFFECTS: Results[TotalEffect] = Results(64)


def called(name: str) -> str:
    """What a network is called in the visitor's language."""
    names = {
        "RNN, orthogonal": _("RNN, orthogonal"),
        "LSTM, forget bias 1": _("LSTM, forget bias 1"),
        "LSTM, forget bias 3": _("LSTM, forget bias 3"),
    }
    return names.get(name, name)


def compared(subject: Subject) -> dict[str, Subject]:
    """What a subject is shown beside: the four kinds that learnt to recall; else the cells of TRIO and its own, all
    trained or none; itself alone where no network of another cell is known."""
    if was_trained(subject):
        return beside(subject)
    try:
        others = subject.vary(cell=[*TRIO, *({subject.cell} - set(TRIO))]) | {subject.cell: subject}
    except Refused:
        return {subject.cell: subject}
    return {cell: other for cell, other in others.items() if other.trained == subject.trained}


def conditions(subjects: Subjects) -> str:
    """What makes the comparison fair, and which part of a larger network is looked at."""
    first = next(iter(subjects.values()))
    network, told = first.network(), ""
    if was_trained(first):
        counts = _("; ").join("{} {}/{}".format(called(kind), *solved(kind)) for kind in subjects)
        told = _("One task, {count} updates; learnt in so many seeds: {counts}.").format(
            count=first.load().provenance.card.updates, counts=counts
        )
    elif len(subjects) > 1:
        told = panels.fairness(subjects)
    layers, both = network.num_layers, network.bidirectional
    return sentences(
        told,
        _("Of its {count} layers this is the top one.").format(count=layers) if layers > 1 else "",
        _("Of its two directions this is the one from left to right.") if both else "",
        _("Below it both directions have read everything, so that later words count too.")
        if both and layers > 1
        else "",
        "" if network.embedding is not None else _("It reads vectors: a word here is what it reads in one step."),
    )


def words(subjects: Subjects) -> tuple[str, ...]:
    """What stands under the time axis: the tokens, else the number of each step."""
    reading = next(iter(subjects.values())).read()
    return reading.tokens or tuple(str(k + 1) for k in range(reading.steps))


def effect(subject: Subject) -> TotalEffect:
    """Over the task's own sequences where what is read is drawn by a rule; else of each word of this one sequence."""
    known = _EFFECTS.get(_key(subject))
    if known is not None:
        return known
    with LINE.place(_key(subject), lambda _before: None):
        return _EFFECTS.finish(_key(subject), lambda: _work(subject))


def _key(subject: Subject) -> Hashable:
    """Whatever sequence of a rule is read: all of it is drawn."""
    return subject.model if subject.is_example_of_a_rule() else subject


def _work(subject: Subject) -> Work[TotalEffect]:
    sequence = () if subject.is_example_of_a_rule() else (subject.input(),)
    return memory.total_effect_bit_by_bit(subject.network(), *subject.draws(), *sequence)


def prepare(subjects: Subjects) -> None:
    """See to it that the effects are known, in turn with whatever else takes long."""
    bar, count = Bar(), len(subjects)
    for k, (name, subject) in enumerate(subjects.items()):
        text = _("{cell}: effects of {count} words").format(cell=called(name), count=len(subject.tokens))
        part = (k / count, (k + 1) / count)
        _EFFECTS.wait_for(_key(subject), lambda subject=subject: _work(subject), bar, text, part)
    bar.end()


def meaning(subject: Subject) -> str:
    """What is measured, in a sentence."""
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
    return told.format(count=subject.draws()[0].shape[1])


def headline(subjects: Subjects) -> str:
    """How much of the last state's variance hangs on the first word, in each network, to within the largest error."""
    known = {name: effect(subject) for name, subject in subjects.items()}
    shares = listed({called(name): _first(effects) for name, effects in known.items()})
    errors = [effects.effect_error.values[-1, 0] for effects in known.values()]
    if all(reads_letters(subject) and subject.is_example_of_a_rule() for subject in subjects.values()):
        told = _("At step {steps} so much of the state's variance hangs on the first letter: {shares} (± {error})")
    else:
        told = _("At step {steps} so much of the state's variance hangs on the first word: {shares} (± {error})")
    error = max((error for error in errors if np.isfinite(error)), default=0.0)
    return told.format(steps=len(words(subjects)), shares=shares, error=f"{error:.1%}")


def _first(effects: TotalEffect) -> str:
    if effects.constant.values[-1]:
        return _("– (the state does not vary)")
    share = effects.effect.values[-1, 0]
    return f"{share:.1%}" if np.isfinite(share) else "–"


def _with_error(share: float, error: float) -> str:
    return f"{share:.1%} ± {error:.1%}" if np.isfinite(share) else "–"


def stacked(subjects: Subjects, board: Board) -> list[dict]:
    """One picture per network: every word's effect on every state, stacked up to their sum; one scale for all."""
    known = {name: effect(subject) for name, subject in subjects.items()}
    sums = np.concatenate([effects.sum.values for effects in known.values()])
    top = max(1.0, float(sums[np.isfinite(sums)].max(initial=1.0)))
    return [
        {
            "kind": "shares",
            "array": board.array(f"effect:{name}", _no_base(effects.effect.values)),
            "error": board.array(f"effect:error:{name}", _no_base(effects.effect_error.values)),
            "place": {"signal": "effect", "network": name},
            "top": top,
            "wheel": style.WORDS,
            "height": 240,
            "title": _("{name}: {share} at the end hangs on the first word").format(
                name=called(name), share=_with_error(effects.effect.values[-1, 0], effects.effect_error.values[-1, 0])
            ),
            "caption": _caption(subjects[name], effects),
            "span": 12 // len(known),
        }
        for name, effects in known.items()
    ]


def _no_base(values: np.ndarray) -> np.ndarray:
    """With the empty column that stands in the exact parts for what no word brought."""
    return np.concatenate([np.zeros((len(values), 1)), values], 1)


def _caption(subject: Subject, effects: TotalEffect) -> str:
    told = _("Sum over words at the end: {sum}.").format(
        sum=_with_error(effects.sum.values[-1], effects.sum_error.values[-1])
    )
    card = subject.load().provenance.card
    if card is None or not subject.is_example_of_a_rule():
        return told
    right = _("Right on {share} of held-out sequences (measured once).").format(share=percent(card.held_out_accuracy))
    return sentences(told, right)


def over_time(subjects: Subjects, span: int) -> dict:
    """The first word's total effect on each state, with a band of one standard error."""
    curves = []
    for name, subject in subjects.items():
        share, error = effect(subject).effect.values[:, 0], effect(subject).effect_error.values[:, 0]
        curves.append(
            figures.Line(
                called(name),
                share,
                style.CELLS[subject.cell],
                band=(share - error, share + error),
                meta={"signal": "effect", "network": name, "source": 0, "label": called(name)},
            )
        )
    figure = figures.lines.draft(curves, words(subjects), value_title=_("share of variance"), time_title=_("time step"))
    return chart(
        figure,
        span=span,
        title=_("How much of each state's variance hangs on the first word"),
        caption=_("The band is one standard error to either side."),
    )


def summing(subject: Subject) -> str:
    """What the sum over words says."""
    if subject.is_example_of_a_rule():
        return _("Above 100% the sum tells how far words act together: what hangs on several of them counts for each.")
    return _(
        "For one sentence the sum can lie on either side of 100%. Its mean over sentences cannot lie below, and lies "
        "above as far as words act together."
    )


def terms() -> str:
    """On what terms the four kinds were trained: what they share, and in what they differ beside the cell."""
    told = []
    for kind in KINDS:
        card, begun = card_of(kind), start(kind)
        begins = _("torch's own start")
        if "recurrent" in begun:
            begins = _("orthogonal start")
        if "memory_span" in begun:
            begins = _("gates start with memories of up to {span} steps").format(span=begun["memory_span"])
        facts = _("{units} units, {weights} weights, step size {rate}, {start}")
        told.append(
            _("{cell}: {answer}").format(
                cell=called(kind),
                answer=facts.format(
                    units=card.network["hidden_size"],
                    weights=f"{card.parameters:,}",
                    rate=card.learning_rate,
                    start=begins,
                ),
            )
        )
    return _("Same task, updates and batches, but not the same terms. {facts}.").format(facts=_("; ").join(told))
