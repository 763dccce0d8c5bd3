"""What the page on two directions says: what the second direction changes, and at which word."""

from __future__ import annotations

import html

import numpy as np

from rnnviz.app import results
from rnnviz.app.i18n import _
from rnnviz.app.page import bold, percent
from rnnviz.app.panels.answers_per_step import alone, quiet, solution, task_of
from rnnviz.app.panels.network_views import label_names, listed, quoted
from rnnviz.subjects import Subject
from rnnviz.subjects.models import FAR

AGREE = 0.05  # a smaller change of shares is none worth a title
MOST_WORDS = 6  # of one label that a title tells


def change(one: Subject, two: Subject) -> np.ndarray:
    """How far the second direction moves each step's answer (T,): the total variation between both shares, 0 to 1."""
    return np.abs(results.answers(two).values - results.answers(one).values).sum(-1) / 2


def told(one: Subject, two: Subject) -> int | None:
    """The step that the title is about, None where the second direction changes nothing worth a title.

    Of the words that are labelled when read both ways, the one whose answer changes most; if none of those changes, of
    the words that are labelled when read one way only. Where a rule asks, as in the echo, of the steps at which an
    answer is asked. A change is another leading answer, or one of more than AGREE.
    """
    before, after = (results.answers(subject).values.argmax(-1) for subject in (one, two))
    labelled, right = [after != quiet(two), before != quiet(two)], solution(two)
    parts = labelled if right is None else [np.array(right) >= 0]
    moved = change(one, two)
    worth = (moved > AGREE) | (before != after)
    for part in parts:
        if (part & worth).any():
            return int(np.where(part & worth, moved, -1.0).argmax())
    return None


def opened(one: Subject | None, two: Subject) -> int | None:
    """Where the page opens: at the title's word, without one at the step that changes most."""
    if one is None:
        return None
    step = told(one, two)
    return int(change(one, two).argmax()) if step is None else step


def verdict(one: Subject | None, two: Subject) -> str:
    """What the second direction changes, at the word that it changes most; or that it changes nothing."""
    if one is None:
        return _("The {cell} reads {text} from both sides").format(cell=two.cell, text=quoted(two))
    names, t = label_names(two), told(one, two)
    before, after = results.answers(one).values, results.answers(two).values
    if not two.trained:
        return _("Before training, the {cell} guesses, one way and both ways: it is never surer than {share}").format(
            cell=two.cell, share=percent(float(max(before.max(), after.max())))
        )
    if t is None:
        return _unchanged(two)
    guess, answer = int(before[t].argmax()), int(after[t].argmax())
    places = {
        "word": _isolated(two.tokens[t]),
        "guess": bold(names[guess]),
        "answer": bold(names[answer]),
        "one": percent(float(before[t, guess])),
        "other": percent(float(before[t, answer])),
        "two": percent(float(after[t, answer])),
    }
    if task_of(two) == FAR:
        places["distance"] = two.load().task.distance
        places["right"] = bold(names[solution(two)[t]])
        said = _(
            "{distance} steps after {word} comes {right}. Read one way: {guess} ({one}). Both ways: {answer} ({two})"
        )
    elif guess != answer:
        said = _("One way, {word} is {guess} ({one}) or {answer} ({other}); both ways it is {answer} ({two})")
    else:
        said = _("{word}: {answer}, {one} sure when read one way, {two} both ways")
    return said.format(**places)


def _unchanged(two: Subject) -> str:
    """The title where both ways agree, or nothing is asked."""
    answers, names = results.answers(two).values.argmax(-1), label_names(two)
    places = {"text": quoted(two)}
    if task_of(two) == FAR:
        places["distance"] = two.load().task.distance
        asked = any(answer >= 0 for answer in solution(two))
        said = (
            _("One way and both ways give the same answer wherever one is asked in {text}")
            if asked
            else _("No letter comes {distance} steps after any word of {text}: nothing is asked")
        )
    elif (answers == quiet(two)).all():
        said = _("One way and both ways agree: no word of {text} gets a label")
    else:
        said = _("One way and both ways agree on every word of {text}. {labels}")
        words = {
            names[label]: " ".join(_isolated(two.tokens[t]) for t in np.flatnonzero(answers == label)[:MOST_WORDS])
            for label in dict.fromkeys(answers.tolist())
            if label != quiet(two)
        }
        places["labels"] = listed({bold(label): said for label, said in words.items()})
    return said.format(**places)


def _isolated(token: str) -> str:
    return f"<bdi>{html.escape(token)}</bdi>"


def marks(one: Subject | None, two: Subject) -> str:
    """What the marks on the answers mean, or why there is nothing to compare."""
    if one is None:
        return alone()
    if solution(two) is None:
        return _("Framed: the two disagree; – is none of these. Click a word to stand there.")
    return _("✓ right, ✗ and red: wrong. Click a column to stand there.")
