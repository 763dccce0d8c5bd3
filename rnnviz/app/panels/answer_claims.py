"""The titles of the pages about one sentence: what the networks shown answer, and whether that is more than a guess."""

from __future__ import annotations

import html
from collections.abc import Mapping

import numpy as np

from rnnviz.app import naming, results
from rnnviz.app.comparison import together
from rnnviz.app.i18n import _, by_language, sentences
from rnnviz.app.page import bold, percent
from rnnviz.app.panels import learning_claims, mechanism_claims, network_views
from rnnviz.app.panels.answers_per_step import counted, reads_words, strangers
from rnnviz.app.panels.quantity_shapes import main_state
from rnnviz.cells import CELLS, CLASSIC
from rnnviz.refusals import Refused
from rnnviz.subjects import Subject, Trained

# What a link below a page sets, so that it shows what it says whatever network was looked at.
INTENTS = {"task": "intents", "layers": 1, "directions": "one"}
MAJORITY = 0.5  # an answer with a larger share leads all others together
HARDLY = 0.05  # of an untrained network: no share of an answer changes by as much while it reads


def long_sentence() -> str:
    """One for a suggestion below a page, to see when a network makes up its mind."""
    return by_language(
        en="could you please tell me how to get to the train station from here ?",
        zh="今天天气真好，请问从这里去火车站怎么走",
    )


def reads(subject: Subject, text: str) -> dict[str, object]:
    """What a link sets so that ``text`` is read: of a network that reads no sentences, another task with it."""
    return {"text": text} if subject.typed is not None and reads_words(subject) else INTENTS | {"text": text}


def in_two_languages() -> dict[str, object]:
    """What a link sets to read one question after the other, which means the same."""
    here, there = "what time is it ?", "现在几点"
    before, text = by_language(en=here, zh=there), by_language(en=there, zh=here)
    return INTENTS | {"text": text, "before": (before,), "hold": ()}


def of_a_family(subject: Subject) -> list[tuple[str, dict[str, object]]]:
    """What links set that choose all networks of a comparison anew, where they can be."""
    if not subject.model.structured:
        return []
    return [
        (_("More units for all"), {"size": "medium", "beside": ()}),
        (_("All of them before training"), {"trained": False, "beside": ()}),
    ]


def foreign_sentence() -> str:
    """One in the language that the page is not in: the same networks read both."""
    return by_language(en="明天台北会下雨吗", zh="what time is it ?")


def intent(subject: Subject) -> str:
    """What the network makes of the sentence: an answer, one that leads, or a guess if it was never trained; of a newer
    cell that was not, what it does."""
    if mechanism_claims.is_told(subject):
        return mechanism_claims.title(subject)
    if not _sorts(subject):
        said = _("The {cell} reads {sentence}, one step after another")
    elif not subject.trained:
        said = _("Never trained, the {cell} can only guess at {sentence}: {answer}, by chance")
    elif results.answers(subject).values[-1].max() > MAJORITY:
        said = _("The {cell} reads {sentence} and answers: {answer}")
    else:
        said = _("The {cell} reads {sentence} and is not sure: {answer} leads")
    answer = bold(leading(subject)[0]) if _sorts(subject) else ""
    return said.format(cell=naming.cell(subject.cell), sentence=network_views.quoted(subject), answer=answer)


def _sorts(subject: Subject) -> bool:
    """Whether it gives the whole sequence one answer, and could do so after every step."""
    return results.answers_along(subject) and subject.load().answers.at == "last"


def _hardly_moves(subject: Subject) -> bool:
    shares = results.answers(subject).values
    return len(shares) > 1 and float(np.ptp(shares, axis=0).max()) < HARDLY


def _ends(subject: Subject) -> tuple[str, str]:
    """The least and the largest share of any answer at any step, in as many digits as tell them apart."""
    shares = results.answers(subject).values
    ends = float(shares.min()), float(shares.max())
    digits = next((count for count in (0, 1, 2) if len({f"{end:.{count}%}" for end in ends}) > 1), 3)
    return f"{ends[0]:.{digits}%}", f"{ends[1]:.{digits}%}"


def _memory(subject: Subject) -> str:
    """What goes on from step to step, by its name and letter: a hidden state, or a matrix that is none."""
    cell = subject.network().layers[0][0]
    told = _("the matrix memory {state}") if mechanism_claims.is_table(subject) else _("the hidden state {state}")
    return told.format(state=naming.letter(cell.name, main_state(cell)))


def invitation(subject: Subject) -> str:
    """What to do on the page of one run, and which words the network does not know."""
    if _sorts(subject):
        own, of_rnn = naming.letter(subject.cell, main_state(CELLS[subject.cell])), naming.letter("RNN", "h")
        said = _("Press Replay: each step changes {memory}, and with it the answer.")
        if reads_words(subject):
            said = _("Press Replay: each word changes {memory}, and with it the answer.")
        least = most = ""
        if mechanism_claims.is_told(subject):
            return mechanism_claims.idea(subject) + strangers(subject)
        if not subject.trained and _hardly_moves(subject):
            said = _("Each word changes {memory}. Untrained: all answers stay between {least} and {most}.")
            least, most = _ends(subject)
        elif subject.cell in CLASSIC and own != of_rnn and reads_words(subject):
            said = _(
                "Press Replay: each word changes the hidden state {state} (the RNN's {of_rnn}), and with it the answer."
            )
        places = {"memory": _memory(subject)}
        places |= {"state": own, "of_rnn": of_rnn, "least": least, "most": most}
        return said.format(**places) + strangers(subject)
    layers, ways = subject.network().num_layers, len(subject.network().directions)
    said = (
        _("{layers}, {units} units in each direction. Press Replay to watch its state change.")
        if ways > 1
        else (_("{layers} of {units} units. Press Replay to watch its state change."))
    )
    return said.format(layers=counted(layers), units=subject.units) + strangers(subject)


def above_each_state(subject: Subject) -> str:
    """What stands above each state of the unrolled network."""
    if not results.answers_along(subject):
        return _("Each state is made of the one before it and of what comes in at its step.")
    in_words = reads_words(subject)
    if subject.load().answers.at == "every":
        along = _("Above each state stands the answer that the network gives at that step.")
        names = _("A label for each word is also how names of people and places are found.")
        return sentences(along, names if in_words else "")
    if not in_words:
        return _("Above each state stands the answer that the network would give if the sequence ended there.")
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
    card = results.card(subject) if subject.trained and _sorts(subject) else None
    if card is None:
        return ""
    places = {"answers": len(subject.labels), "share": f"{card.held_out_accuracy:.1%}"}
    if card.test_accuracy is None:
        return _("It gives one of {answers} answers, right on {share} of {count} held-out ones, measured once.").format(
            count=f"{card.held_out_answers:,}", **places
        )
    return _(
        "It gives one of {answers} answers, right on {tested} of {count} test sentences, measured once, and on {share} "
        "of those of the development templates, which the training wordings were fitted to."
    ).format(tested=f"{card.test_accuracy:.1%}", count=f"{card.test_answers:,}", **places)


def comparison(subjects: Mapping[str, Subject]) -> str:
    """Whether the trained networks agree, or which of them gives up what the others keep; the others only guess."""
    trained = _trained(subjects)
    text = network_views.quoted(next(iter(subjects.values())))
    if not trained:
        told = _("Never trained, {networks} can only guess at {sentence}")
        return told.format(networks=together(list(subjects)), sentence=text)
    if len(trained) == 1:
        return intent(*trained.values())
    names, answers = together(list(trained)), {leading(subject)[0] for subject in trained.values()}
    if len(answers) == 1:
        return _("{networks} agree on {sentence}: {answer}").format(
            networks=names, sentence=text, answer=bold(*answers)
        )
    if (dropped := _dropped(trained)) is None:
        return _("{networks} disagree on {sentence}").format(networks=names, sentence=text)
    name, step, answer = dropped
    places = {"network": name, "answer": html.escape(network_views.label_names(trained[name])[answer])}
    others = together([other for other in trained if other != name])
    word, tokens = network_views.word_at(trained[name], step), trained[name].tokens
    if tokens[step] in tokens[:step] and tokens[step] not in tokens[step + 1 :]:
        word = _("the last {word}").format(word=word)
    return _("At {word} the {network} drops “{answer}”, unlike {others}").format(word=word, others=others, **places)


def _dropped(subjects: Mapping[str, Subject]) -> tuple[str, int, int] | None:
    """Which network leaves the answer of all others, after it had led there with more than half: its name, the step
    from 0, and the answer; None if none does."""
    shares = {name: results.answers(subject).values for name, subject in subjects.items()}
    for name, own in shares.items():
        others = [values for other, values in shares.items() if other != name]
        answer = int(others[0][-1].argmax())
        (led,) = np.nonzero(own.argmax(1) == answer)
        had = (own[led, answer] > MAJORITY).any()
        if own[-1].argmax() != answer and had and all((v[led[-1] :].argmax(1) == answer).all() for v in others):
            return name, int(led[-1]) + 1, answer
    return None


def who_changes(subjects: Mapping[str, Subject]) -> str:
    """Which networks were never trained, beside others that were; what to do; and which words are not known."""
    trained, guess = _trained(subjects), ""
    if trained and len(trained) < len(subjects):
        fresh = [name for name in subjects if name not in trained]
        guess = _("Never trained, so only a guess: {networks}.").format(networks=together(fresh))
    first = next(iter(subjects.values()))
    rows = _("Each word changes the state, so a later word can undo an earlier answer. Press Replay.")
    if not reads_words(first):
        rows = _("Each step changes the state, so a later step can undo an earlier answer. Press Replay.")
    return sentences(guess, rows) + strangers(first)


def how_compared(subjects: Mapping[str, Subject]) -> str:
    """What is equal in a comparison, how often each is right, and why one sentence decides nothing."""
    each = network_views.listed({name: network_views.facts(subject) for name, subject in subjects.items()})
    chosen = _("This page opens with a sentence on which the networks differ: it shows how, not which cell is better.")
    moved = _("How far a step moves the state: the root mean square of the change of its units.")
    learn = all(isinstance(subject.model, Trained) for subject in subjects.values())
    chosen = "" if learn else chosen
    return sentences(learning_claims.fairness(subjects), _("{sentence}.").format(sentence=each), chosen, moved)


def _trained(subjects: Mapping[str, Subject]) -> dict[str, Subject]:
    return {name: subject for name, subject in subjects.items() if subject.trained}


def refuse_other_labels(chosen: Subject, other: Subject) -> None:
    """Raise Refused for a network whose answers are others than those of the chosen one."""
    if other.labels != chosen.labels:
        raise Refused("It does not give the answers of the network above.")


def leading(subject: Subject) -> tuple[str, str]:
    """The leading answer after the last word, and its share."""
    last = results.answers(subject).values[-1]
    return network_views.label_names(subject)[last.argmax()], percent(float(last.max()))
