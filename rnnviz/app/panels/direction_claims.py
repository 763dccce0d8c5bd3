"""What the page on two directions says: what the second direction changes, and at which word."""

from __future__ import annotations

import html

import numpy as np
import torch

from rnnviz.app import naming, results
from rnnviz.app.i18n import _, by_language, sentences
from rnnviz.app.page import bold, percent
from rnnviz.app.panels.answers_per_step import alone, quiet, solution, strangers, task_of, ways
from rnnviz.app.panels.network_views import label_names
from rnnviz.compute import computed
from rnnviz.subjects import Subject
from rnnviz.subjects.models import FAR

AGREE = 0.05  # a smaller change of shares is none worth a title
UNSURE, SURE = 0.6, 0.9  # below and above which a leading answer's share leaves a word open and settles it
MOST_CUT = 100  # words that are cut off at most, to find the one that decides


def named(one: Subject | None, two: Subject) -> dict[str, Subject]:
    """Two networks by what they do in words."""
    return {name: subject for name, subject in zip(ways().values(), (one, two), strict=True) if subject is not None}


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
        return _("This {cell} reads from both sides").format(cell=naming.cell(two.cell))
    if not two.trained:
        return _("Before training, reading one way and reading both ways are guesses")
    t = told(one, two)
    if t is None:
        return _unchanged(two)
    before, after = (results.answers(subject).values[t] for subject in (one, two))
    guess, answer = int(before.argmax()), int(after.argmax())
    if task_of(two) == FAR:
        if answer == solution(two)[t]:
            return _("Reading one way cannot see ahead; reading both ways can")
        said = _("What comes after {word} is missed even when read both ways")
    elif guess == answer:
        surer = after[answer] > before[answer]
        said = (
            _("Reading both ways is surer that {word} is {answer}")
            if surer
            else _("Reading both ways is less sure that {word} is {answer}")
        )
    elif before[guess] < UNSURE and after[answer] > SURE:
        said = _("Only the two-way network is sure that {word} is {answer}")
    else:
        said = _("Read one way, {word} is {guess}; read both ways, it is {answer}")
    guess, answer = (_called(two, k) for k in (guess, answer))
    return said.format(word=_isolated(two.tokens[t]), guess=guess, answer=answer)


def _called(two: Subject, label: int) -> str:
    """A label in a sentence, with an article where it is a noun."""
    name = bold(label_names(two)[label])
    return by_language(en=f"the {name}", zh=name) if task_of(two) == "slots" and label != quiet(two) else name


def _unchanged(two: Subject) -> str:
    """The title where both ways agree, or nothing is asked."""
    if task_of(two) == FAR and not any(answer >= 0 for answer in solution(two)):
        said = _("No letter comes {distance} steps after another: nothing is asked")
        return said.format(distance=two.load().task.distance)
    if (results.answers(two).values.argmax(-1) == quiet(two)).all():
        return _("Reading one way and both ways agree: no word has a label")
    return _("Reading one way and reading both ways agree")


@computed
def reason(one: Subject | None, two: Subject) -> int | None:
    """The later word at which the answer at the title's word is decided: from it on, wherever the sequence is cut off,
    that answer leads as it does at the end. None if it leads from its own word on, or for MOST_CUT words and more."""
    t = told(one, two) if one is not None and two.trained else None
    steps = len(two.tokens)
    if t is None:
        return None
    final = results.answers(two).values[t].argmax()
    for kept in range(steps - 1, max(t, steps - 1 - MOST_CUT), -1):  # so many words are read
        if _cut(two, t, kept).argmax() != final:
            return kept
    return None


@torch.no_grad()
def _cut(two: Subject, t: int, kept: int) -> np.ndarray:
    """The shares of the answers at step ``t`` of the first ``kept`` words alone, (answers,)."""
    return torch.softmax(two.network()(two.input()[:kept])[t, 0], -1).numpy()


def without(one: Subject | None, two: Subject) -> str:
    """The answer at the title's word if the sentence ended before the word that decides it, and after it."""
    k = reason(one, two)
    if k is None:
        return ""
    t, names = told(one, two), label_names(two)
    before, after = (
        f"{html.escape(names[int(p.argmax())])} {percent(float(p.max()))}"
        for p in (_cut(two, t, k), _cut(two, t, k + 1))
    )
    return _(
        "Read both ways, {word} is {before} if the sentence ends before {by}, and {after} if it ends after it."
    ).format(word=_isolated(two.tokens[t]), by=_isolated(two.tokens[k]), before=before, after=after)


def sentence(one: Subject | None, two: Subject) -> str:
    """What each has read where the page opens, and what to do; then the words that the network does not know."""
    at, steps, by = opened(one, two), len(two.tokens), reason(one, two)
    if at is None:
        said = _("h→ reads from the left, h← from the right. Press Play to follow both.")
    elif by is not None:
        said = _("At {word}, one way has not read {by} yet; both ways has read every word. Press Play.")
        said = said.format(word=_isolated(two.tokens[at]), by=_isolated(two.tokens[by]))
    else:
        said = _("At {word}, one way has read {read} of {steps} words, both ways all of them. Press Play to follow.")
        if task_of(two) == FAR:
            said = _(
                "At {word}, one way has read {read} of {steps} letters, both ways all of them. Press Play to follow."
            )
        elif all(len(token) == 1 for token in two.tokens):
            said = _(
                "At {word}, one way has read {read} of {steps} characters, both ways all of them. Press Play to follow."
            )
        said = said.format(word=_isolated(two.tokens[at]), read=at + 1, steps=steps)
    return sentences(said, strangers(two))


def _isolated(token: str) -> str:
    return f"<bdi>{html.escape(token)}</bdi>"


def marks(one: Subject | None, two: Subject) -> str:
    """What the marks on the answers mean, or why there is nothing to compare."""
    if one is None:
        return alone()
    if solution(two) is None:
        return _("Framed: the two disagree. Click a word to stand there.")
    return _("✓ right, ✗ and red: wrong. Click a column to stand there.")
