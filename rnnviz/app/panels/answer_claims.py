"""The titles of the pages about one sentence: what the networks shown answer, and whether that is more than a guess."""

from __future__ import annotations

import html
from collections.abc import Mapping

from rnnviz.app import results
from rnnviz.app.i18n import _, by_language, sentences
from rnnviz.app.page import bold, percent
from rnnviz.app.panels import network_views
from rnnviz.app.panels.answers_per_step import counted, strangers
from rnnviz.refusals import Refused
from rnnviz.subjects import Subject

# What a link below a page sets, so that it shows what it says whatever network was looked at.
INTENTS = {"task": "intents", "layers": 1, "directions": "one"}
MAJORITY = 0.5  # an answer with a larger share leads all others together


def long_sentence() -> str:
    """One for a suggestion below a page, to see when a network makes up its mind."""
    return by_language(
        en="could you please tell me how to get to the train station from here ?",
        zh="今天天气真好，请问从这里去火车站怎么走",
    )


def foreign_sentence() -> str:
    """One in the language that the page is not in: the same networks read both."""
    return by_language(en="明天台北会下雨吗", zh="what time is it ?")


def intent(subject: Subject) -> str:
    """What the network makes of the sentence: it finds an intent, leans to one, or guesses if it was never trained."""
    if not _sorts(subject):
        return _("The {cell} reads {sentence}, one step after another").format(
            cell=subject.cell, sentence=network_views.quoted(subject)
        )
    if not subject.trained:
        said = _("Never trained, the {cell} can only guess at {sentence}: {answer} ({share})")
    elif results.answers(subject).values[-1].max() > MAJORITY and _finds_intents(subject):
        said = _("The {cell} reads {sentence} and finds the intent: {answer} ({share})")
    elif results.answers(subject).values[-1].max() > MAJORITY:
        said = _("The {cell} reads {sentence} and answers: {answer} ({share})")
    else:
        said = _("The {cell} reads {sentence} and is not sure: {answer} leads with {share}")
    answer, share = decision(subject)
    return said.format(cell=subject.cell, sentence=network_views.quoted(subject), answer=answer, share=share)


def _sorts(subject: Subject) -> bool:
    """Whether it gives the whole sequence one answer, and could do so after every step."""
    return results.answers_along(subject) and subject.load().answers.at == "last"


def sorting(subject: Subject) -> str:
    """What the network is for, how often it is right, and which words it does not know."""
    if not _sorts(subject):
        layers, ways = subject.network().num_layers, len(subject.network().directions)
        said = (
            _("{layers}, {units} units in each direction. Press ▶ to watch its state change.")
            if ways > 1
            else (_("{layers} of {units} units. Press ▶ to watch its state change."))
        )
        return said.format(layers=counted(layers), units=subject.units) + strangers(subject)
    count = results.answers(subject).values.shape[-1]
    if _finds_intents(subject):
        said = _(
            "It sorts a sentence into {count} intents, reading one word per step. Press ▶ to watch its state change."
        )
    else:
        said = _("It gives one of {count} answers, reading one token per step. Press ▶ to watch its state change.")
    return said.format(count=count) + measured(subject) + strangers(subject)


def above_each_state(subject: Subject) -> str:
    """What stands above each state of the unrolled network."""
    if not results.answers_along(subject):
        return _("Each state is made of the one before it and of what comes in at its step.")
    if subject.load().answers.at == "every":
        along = _("Above each state stands the answer that the network gives at that step.")
        return sentences(along, _("A label for each word is also how names of people and places are found."))
    so_far = _("Above each state stands the answer that the network would give if the sentence ended there.")
    return sentences(so_far, _("One answer for all words is also how a review is called good or bad."))


def answer_in_code(subject: Subject) -> str:
    """The lines of code that give the last answer, with what it is."""
    if not results.answers_along(subject):
        return ""
    last = int(results.answers(subject).values[-1].argmax())
    at = "[-1]" if subject.load().answers.at == "every" else ""
    return f"trace.y.values{at}.argmax()           # {last}: {_(subject.labels[last])}\n"


def measured(subject: Subject) -> str:
    """How often a trained network is right on sentences that nobody tuned to, and on those of the development part."""
    card = results.card(subject) if subject.trained else None
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


def comparison(subjects: Mapping[str, Subject]) -> str:
    """What the cells answer: the trained ones agree or not, the others guess."""
    trained = {cell: subject for cell, subject in subjects.items() if subject.trained}
    guessing = {cell: subject for cell, subject in subjects.items() if cell not in trained}
    text = network_views.quoted(next(iter(subjects.values())))
    if not trained:
        return _("Never trained, the cells can only guess at {sentence}: {answers}").format(
            sentence=text, answers=_listed(guessing)
        )
    decisions = {cell: decision(subject)[0] for cell, subject in trained.items()}
    places = {"cells": _(", ").join(trained), "sentence": text, "answers": _listed(trained)}
    if len(trained) == 1:
        said = _("{cells} reads {sentence}: {answers}")
    elif len(set(decisions.values())) == 1:
        least = min(float(results.answers(subject).values[-1].max()) for subject in trained.values())
        places |= {"answers": next(iter(decisions.values())), "least": html.escape(percent(least))}
        said = _("{cells} agree on {sentence}: {answers} (the least sure: {least})")
    else:
        said = _("{cells} disagree on {sentence}: {answers}")
    told = said.format(**places)
    if guessing:
        told += _(". Never trained, so only guesses: {answers}").format(answers=_listed(guessing))
    return told


def refuse_other_labels(chosen: Subject, other: Subject) -> None:
    """Raise Refused for a network whose answers are others than those of the chosen one."""
    if other.labels != chosen.labels:
        raise Refused("It does not give the answers of the network above.")


def _finds_intents(subject: Subject) -> bool:
    learnt = subject.load().task
    return learnt is not None and learnt.name == "intents"


def decision(subject: Subject) -> tuple[str, str]:
    """The leading answer after the last word, and its share."""
    last = results.answers(subject).values[-1]
    return bold(network_views.label_names(subject)[last.argmax()]), html.escape(percent(float(last.max())))


def _listed(subjects: Mapping[str, Subject]) -> str:
    said = _("{answer} ({share})")
    decided = {cell: decision(subject) for cell, subject in subjects.items()}
    return network_views.listed({cell: said.format(answer=a, share=share) for cell, (a, share) in decided.items()})
