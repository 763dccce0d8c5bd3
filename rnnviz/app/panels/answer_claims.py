"""The titles of the pages about one sentence: what the networks shown answer, and whether that is more than a guess."""

from __future__ import annotations

import html
from collections.abc import Mapping

from rnnviz.app import results
from rnnviz.app.i18n import _
from rnnviz.app.page import bold, percent
from rnnviz.app.panels import network_views
from rnnviz.app.panels.answers_per_step import counted, strangers
from rnnviz.subjects import Subject

# What a link below a page sets, so that it shows what it says whatever network was looked at.
INTENTS = {"task": "intents", "layers": 1, "directions": "one"}
MAJORITY = 0.5  # an answer with a larger share leads all others together


def intent(experiment: Subject) -> str:
    """What the network makes of the sentence: it finds an intent, leans to one, or guesses if it was never trained."""
    if not _sorts(experiment):
        return _("The {cell} reads {sentence}, one step after another").format(
            cell=experiment.cell, sentence=network_views.quoted(experiment)
        )
    if not experiment.trained:
        said = _("Never trained, the {cell} can only guess at {sentence}: {answer} ({share})")
    elif results.answers(experiment).values[-1].max() > MAJORITY and _finds_intents(experiment):
        said = _("The {cell} reads {sentence} and finds the intent: {answer} ({share})")
    elif results.answers(experiment).values[-1].max() > MAJORITY:
        said = _("The {cell} reads {sentence} and answers: {answer} ({share})")
    else:
        said = _("The {cell} reads {sentence} and is not sure: {answer} leads with {share}")
    answer, share = _decision(experiment)
    return said.format(cell=experiment.cell, sentence=network_views.quoted(experiment), answer=answer, share=share)


def _sorts(experiment: Subject) -> bool:
    """Whether it gives the whole sequence one answer, and could do so after every step."""
    return results.answers_along(experiment) and experiment.load().answers.at == "last"


def sorting(experiment: Subject) -> str:
    """What the network is for, how often it is right, and which words it does not know."""
    if not _sorts(experiment):
        layers, ways = experiment.network().num_layers, len(experiment.network().directions)
        said = (
            _("{layers}, {units} units in each direction. Press ▶ to watch its state change.")
            if ways > 1
            else (_("{layers} of {units} units. Press ▶ to watch its state change."))
        )
        return said.format(layers=counted(layers), units=experiment.units) + strangers(experiment)
    count = results.answers(experiment).values.shape[-1]
    if _finds_intents(experiment):
        said = _(
            "It sorts a sentence into {count} intents, reading one word per step. Press ▶ to watch its state change."
        )
    else:
        said = _("It gives one of {count} answers, reading one token per step. Press ▶ to watch its state change.")
    return said.format(count=count) + measured(experiment) + strangers(experiment)


def above_each_state(subject: Subject) -> str:
    """What stands above each state of the unrolled network."""
    if not results.answers_along(subject):
        return _("Each state is made of the one before it and of what comes in at its step.")
    if subject.load().answers.at == "every":
        return _("Above each state stands the answer that the network gives at that step.")
    return _("Above each state stands the answer that the network would give if the sentence ended there.")


def answer_in_code(subject: Subject) -> str:
    """The lines of code that give the last answer, with what it is."""
    if not results.answers_along(subject):
        return ""
    last = int(results.answers(subject).values[-1].argmax())
    at = "[-1]" if subject.load().answers.at == "every" else ""
    return f"trace.y.values{at}.argmax()           # {last}: {subject.labels[last]}\n"


def measured(experiment: Subject) -> str:
    """How often a trained network is right on sentences that nobody tuned to, and on those of the development part."""
    card = results.card(experiment) if experiment.trained else None
    if card is None:
        return ""
    if card.test_accuracy is None:
        return _(" Right on {share} of {count} held-out answers, measured once.").format(
            share=f"{card.held_out_accuracy:.1%}", count=f"{card.held_out_answers:,}"
        )
    return _(
        " Right on {share} of {count} test sentences, measured once ({developed} on development templates)."
    ).format(
        share=f"{card.test_accuracy:.1%}", count=f"{card.test_answers:,}", developed=f"{card.held_out_accuracy:.1%}"
    )


def comparison(experiments: Mapping[str, Subject]) -> str:
    """What the cells answer: the trained ones agree or not, the others guess."""
    trained = {cell: experiment for cell, experiment in experiments.items() if experiment.trained}
    guessing = {cell: experiment for cell, experiment in experiments.items() if cell not in trained}
    text = network_views.quoted(next(iter(experiments.values())))
    if not trained:
        return _("Never trained, the cells can only guess at {sentence}: {answers}").format(
            sentence=text, answers=_listed(guessing)
        )
    decisions = {cell: _decision(experiment)[0] for cell, experiment in trained.items()}
    places = {"cells": _(", ").join(trained), "sentence": text, "answers": _listed(trained)}
    if len(trained) == 1:
        said = _("{cells} reads {sentence}: {answers}")
    elif len(set(decisions.values())) == 1:
        least = min(float(results.answers(experiment).values[-1].max()) for experiment in trained.values())
        places |= {"answers": next(iter(decisions.values())), "least": html.escape(percent(least))}
        said = _("{cells} agree on {sentence}: {answers} (the least sure: {least})")
    else:
        said = _("{cells} disagree on {sentence}: {answers}")
    told = said.format(**places)
    if guessing:
        told += _(". Never trained, so only guesses: {answers}").format(answers=_listed(guessing))
    return told


def conditions(experiments: Mapping[str, Subject]) -> str:
    """What is equal in a comparison of cells, what is not, and which words they do not know."""
    first = next(iter(experiments.values()))
    trained = [cell for cell, experiment in experiments.items() if experiment.trained]
    others = [cell for cell in experiments if cell not in trained]
    if trained and others and results.has_fair_size(first) and results.differ_in_cells_alone(experiments):
        said = _(
            "{trained}: trained, with the same task, seed, number of updates and step size. {others}: never trained, "
            "seed {seed}. All have the LSTM's number of weights to within three per cent."
        ).format(
            trained=_(", ").join(trained), others=_(", ").join(others), seed=results.seed_of(experiments[others[0]])
        )
        said += network_views.outgrown(experiments)
    else:
        said = network_views.fairness(experiments)
    return said + strangers(first)


def _finds_intents(experiment: Subject) -> bool:
    learnt = experiment.load().task
    return learnt is not None and learnt.name == "intents"


def _decision(experiment: Subject) -> tuple[str, str]:
    """The leading answer after the last word, and its share."""
    last = results.answers(experiment).values[-1]
    return bold(network_views.label_names(experiment)[last.argmax()]), html.escape(percent(float(last.max())))


def _listed(experiments: Mapping[str, Subject]) -> str:
    return network_views.listed({cell: "{} ({})".format(*_decision(each)) for cell, each in experiments.items()})
