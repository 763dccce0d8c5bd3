"""Panels about the total effect of each word: how much of the state's variance hangs on it, with standard errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from rnnviz import figures, memory
from rnnviz.experiment import Experiment
from rnnviz.figures import style
from rnnviz.memory import TotalEffect
from rnnviz.once import once
from rnnviz.recall import Recall
from rnnviz.recall import start as starts
from rnnviz.ui.charts import chart
from rnnviz.ui.furniture import percent
from rnnviz.ui.heavy_work import Bar, Results, Work
from rnnviz.ui.language import _, sentences
from rnnviz.ui.panels import listed
from rnnviz.ui.stage import Board

Source = Experiment | Recall  # a network and what it reads; hashable, so results can be kept


def called(name: str) -> str:
    """What a network is called in the visitor's language."""
    names = {
        "RNN, orthogonal": _("RNN, orthogonal"),
        "LSTM, forget bias 1": _("LSTM, forget bias 1"),
        "LSTM, forget bias 3": _("LSTM, forget bias 3"),
    }
    return names.get(name, name)


def effect(source: Source) -> TotalEffect:
    """Over the task's own sequences; for a visitor's sentence, of its words replaced by others of the vocabulary."""
    return _over_the_task(source.kind, source.seed) if isinstance(source, Recall) else _around_the_sentence(source)


@once
def _over_the_task(kind: str, seed: int) -> TotalEffect:
    """Whatever the letter: it is drawn, like the digits."""
    recall = Recall(kind, seed)
    return memory.total_effect(recall.network(), *recall.draws())


_EFFECTS: Results[TotalEffect] = Results(64)


def _work(experiment: Experiment) -> Work[TotalEffect]:
    return memory.total_effect_bit_by_bit(experiment.network(), *experiment.draws(), experiment.input())


def _around_the_sentence(experiment: Experiment) -> TotalEffect:
    return _EFFECTS.finish(experiment, lambda: _work(experiment))


def prepare(sources: Mapping[str, Source]) -> None:
    """See to it that the effects around a visitor's sentence are known, in turn with whatever else takes long."""
    bar, count = Bar(), len(sources)
    for k, (name, source) in enumerate(sources.items()):
        if isinstance(source, Experiment):
            text = _("{cell}: effects of {count} words").format(cell=called(name), count=len(source.tokens))
            part = (k / count, (k + 1) / count)
            _EFFECTS.wait_for(source, lambda source=source: _work(source), bar, text, part)
    bar.end()


def meaning(source: Source) -> str:
    """What is measured, in a sentence."""
    pairs = source.draws()[0].shape[1]
    if isinstance(source, Recall):
        told = _(
            "Total effect (Sobol): the share of the state's variance that remains when all words but this one are "
            "known. ± is one standard error, over {count} pairs of the task's own sequences."
        )
    else:
        told = _(
            "Total effect (Sobol): the state's variance when this word is drawn from the vocabulary and the others "
            "stay, over its variance when all are drawn. ± is one standard error, over {count} pairs of draws."
        )
    return told.format(count=pairs)


def headline(sources: Mapping[str, Source], steps: int) -> str:
    """How much of the last state's variance hangs on the first word, in each network, to within the largest error."""
    found = {name: effect(source) for name, source in sources.items()}
    shares = listed({called(name): _first(one) for name, one in found.items()})
    errors = [one.effect_error.values[-1, 0] for one in found.values()]
    if all(isinstance(source, Recall) for source in sources.values()):
        told = _("At step {steps} so much of the state's variance hangs on the first letter: {shares} (± {error})")
    else:
        told = _("At step {steps} so much of the state's variance hangs on the first word: {shares} (± {error})")
    error = max((error for error in errors if np.isfinite(error)), default=0.0)
    return told.format(steps=steps, shares=shares, error=f"{error:.1%}")


def _first(found: TotalEffect) -> str:
    if found.constant.values[-1]:
        return _("– (the state does not vary)")
    share = found.effect.values[-1, 0]
    return f"{share:.1%}" if np.isfinite(share) else "–"


def _with_error(share: float, error: float) -> str:
    return f"{share:.1%} ± {error:.1%}" if np.isfinite(share) else "–"


def stacked(sources: Mapping[str, Source], board: Board) -> list[dict]:
    """One picture per network: every word's effect on every state, stacked up to their sum; one scale for all."""
    found = {name: effect(source) for name, source in sources.items()}
    sums = np.concatenate([one.sum.values for one in found.values()])
    top = max(1.0, float(sums[np.isfinite(sums)].max(initial=1.0)))
    return [
        {
            "kind": "shares",
            "array": board.array(f"effect:{name}", _no_base(one.effect.values)),
            "error": board.array(f"effect:error:{name}", _no_base(one.effect_error.values)),
            "place": {"signal": "effect", "network": name},
            "top": top,
            "wheel": style.WORDS,
            "height": 240,
            "title": _("{name}: {share} at the end hangs on the first word").format(
                name=called(name), share=_with_error(one.effect.values[-1, 0], one.effect_error.values[-1, 0])
            ),
            "caption": _caption(sources[name], one),
            "span": 12 // len(found),
        }
        for name, one in found.items()
    ]


def _no_base(values: np.ndarray) -> np.ndarray:
    """With the empty column that stands in the exact parts for what no word brought."""
    return np.concatenate([np.zeros((len(values), 1)), values], 1)


def _caption(source: Source, found: TotalEffect) -> str:
    told = _("Sum over words at the end: {sum}.").format(
        sum=_with_error(found.sum.values[-1], found.sum_error.values[-1])
    )
    if isinstance(source, Recall):
        right = _("Right on {share} of held-out sequences (measured once).").format(
            share=percent(source.card.held_out_accuracy)
        )
        return sentences(told, right)
    return told


def over_time(sources: Mapping[str, Source], span: int) -> dict:
    """The first word's total effect on each state, with a band of one standard error."""
    curves = []
    for name, source in sources.items():
        found = effect(source)
        share, error = found.effect.values[:, 0], found.effect_error.values[:, 0]
        curves.append(
            figures.Line(
                called(name),
                share,
                style.CELLS[source.cell],
                band=(share - error, share + error),
                meta={"signal": "effect", "network": name, "source": 0, "label": called(name)},
            )
        )
    tokens = next(iter(sources.values())).tokens
    figure = figures.lines.draft(curves, tokens, value_title=_("share of variance"), time_title=_("time step"))
    return chart(
        figure,
        span=span,
        title=_("How much of each state's variance hangs on the first word"),
        caption=_("The band is one standard error to either side."),
    )


def summing(source: Source) -> str:
    """What the sum over words says."""
    if isinstance(source, Recall):
        return _("Above 100% the sum tells how far words act together: what hangs on several of them counts for each.")
    return _(
        "For one sentence the sum can lie on either side of 100%. Its mean over sentences cannot lie below, and lies "
        "above as far as words act together."
    )


def terms(kinds: Iterable[str]) -> str:
    """On what terms the shipped networks were trained: what they share, and in what they differ beside the cell."""
    told = []
    for kind in kinds:
        card, start = Recall(kind).card, starts(kind)
        begins = _("torch's own start")
        if "recurrent" in start:
            begins = _("orthogonal start")
        if "memory_span" in start:
            begins = _("gates start with memories of up to {span} steps").format(span=start["memory_span"])
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
