"""What networks answer at every word of a sequence, side by side, and how often they are right on what is new."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from contextlib import suppress

import numpy as np

from rnnviz.app import results
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels.network_views import label_names
from rnnviz.app.stage.board import Board
from rnnviz.checkpoints import Card
from rnnviz.figures import style
from rnnviz.network import Network
from rnnviz.subjects import Refused, Subject, catalogue
from rnnviz.subjects.models import FAR
from rnnviz.tasks.base import UNASKED
from rnnviz.tasks.worded import WordedTask

MOST_NAMED = 8  # unknown words in a sentence


def sibling(subject: Subject, **structure: object) -> Subject | None:
    """The same with another structure; None for a network that was given, and where one that is trained has none that
    is trained as well."""
    with suppress(Refused):
        other = subject.with_(**structure)
        if other.trained == subject.trained:
            return other
    return None


def task_of(subject: Subject) -> str:
    """The name of what the network was made for; "" if nobody knows."""
    learnt = subject.load().task
    return "" if learnt is None else learnt.name


def reads_words(subject: Subject) -> bool:
    """Whether its steps are the words of a sentence, and not letters of a code, numbers or rows of a picture."""
    task = subject.load().task
    return bool(subject.tokens[0]) and (task is None or isinstance(task, WordedTask))


def alone() -> str:
    """Why a network stands beside no other."""
    return _("There is no other network of this kind to compare it with, so it stands alone.")


def way_of(network: Network) -> str:
    """The directions as the catalogue of shipped networks calls them."""
    return "two" if network.bidirectional else "one"


def ways() -> dict[str, str]:
    """The directions in words."""
    return {"one": _("one way"), "two": _("both ways")}


def counted(count: int) -> str:
    """So many layers, in words."""
    return (_("{count} layer") if count == 1 else _("{count} layers")).format(count=count)


def network_of(count: int) -> str:
    """A network by its so many layers: "layer 1" is a part of it."""
    return {
        1: _("1-layer network"),
        2: _("2-layer network"),
        3: _("3-layer network"),
        4: _("4-layer network"),
    }[count]


def trainings(subject: Subject) -> list[Card]:
    """The cards of all trainings of a shipped network's structure, by seed; () of any other network."""
    card = subject.load().provenance.card
    return [] if card is None else catalogue.trainings(catalogue.structure_of(card))


def counts(subjects: Mapping[str, Subject]) -> str:
    """How the shipped networks do on what none was trained on, over all of their trainings; or that these are not
    trained, or not known."""
    first = next(iter(subjects.values()))
    if not first.trained:
        seed = first.load().provenance.seed
        return _("Untrained weights, seed {seed}: nothing has been learnt yet.").format(seed=seed)
    cards = {name: trainings(subject) for name, subject in subjects.items()}
    if not all(cards.values()):
        return _("This network was given as it is: how often it is right is not known.")
    asked = measured(next(iter(cards.values()))[0])[0]
    what = {
        "slots": _("Right answers, measured once on {count} words of test sentences where a later word decides"),
        FAR: _("Right answers, measured once on {count} letters still to come in new sequences"),
        "neighbour_xor": _("Right answers, measured once at {count} steps of new sequences"),
    }.get(task_of(first), _("Right answers, measured once on {count} of new sequences"))
    results = _("; ").join(f"{name} {said(runs)}{_trainings(runs)}" for name, runs in cards.items())
    told = _("{what}: {results}.").format(what=what.format(count=f"{asked:,}"), results=results)
    if not first.load().task.develops:
        return told
    templates = _("On the development templates, which the training wordings were fitted to: {results}.").format(
        results=_("; ").join(f"{name} {said(runs, developed)}" for name, runs in cards.items())
    )
    return sentences(told, templates)


def _trainings(cards: list[Card]) -> str:
    return _(" ({count} trainings)").format(count=len(cards)) if len(cards) > 1 else ""


def strangers(choice: Subject) -> str:
    """A sentence that names the words which are not in the vocabulary; nothing if all are."""
    unknown = dict.fromkeys(token for token, known in zip(choice.tokens, choice.known, strict=True) if not known)
    if not unknown:
        return ""
    words = " ".join(f"<bdi>{html.escape(token)}</bdi>" for token in list(unknown)[:MOST_NAMED])
    more = "" if len(unknown) <= MOST_NAMED else " …"
    return _("Not in the vocabulary, so all read as one and the same unknown word: {words}.").format(words=words + more)


def measured(card: Card) -> tuple[int, float]:
    """Of how many answers which share is right, on what nothing was tuned to: test sentences, where the task has such.
    Of those alone that a later word decides, where it has such."""
    if card.test_accuracy is None:
        return developed(card)
    later = card.test_subsets.get("later")
    return (int(later["count"]), later["accuracy"]) if later else (card.test_answers, card.test_accuracy)


def developed(card: Card) -> tuple[int, float]:
    """Likewise on the part that was held out while the task was made."""
    later = card.subsets.get("later")
    return (int(later["count"]), later["accuracy"]) if later else (card.held_out_answers, card.held_out_accuracy)


def said(cards: list[Card], part: Callable[[Card], tuple[int, float]] = measured) -> str:
    """The share of right answers on a part, from the worst to the best training."""
    shares = sorted(part(card)[1] for card in cards)
    # Above 99 % the errors are counted in tenths: "100" is for those that made none.
    low, high = (f"{100 * share:.{int(0.99 < share < 1)}f}" for share in (shares[0], shares[-1]))
    return f"{low}%" if low == high else f"{low}–{high}%"


def readings(subjects: Mapping[str, Subject], board: Board, **place: object) -> dict:
    """What each network answers at every step, a row for each; with the right answer where the task has a rule."""
    first = next(iter(subjects.values()))
    rows = [
        {
            "name": name,
            "array": board.array(f"p:{name}", results.answers(subject).values),
            "network": f"{way_of(subject.network())}:{subject.network().num_layers}",
        }
        for name, subject in subjects.items()
    ]
    return {
        "kind": "readings",
        "rows": rows,
        "labels": label_names(first),
        "colors": label_colors(first),
        "quiet": quiet(first),
        "solution": solution(first),
        "strings": {"solution": _("right answer")},
        "least": 96 if quiet(first) == 0 else 56,
        **place,
    }


def candidates(subjects: Mapping[str, Subject], board: Board, **place: object) -> dict:
    """What each network answers at the cursor, a bar for every answer, and what it has read by then."""
    panel = readings(subjects, board)
    for row, subject in zip(panel["rows"], subjects.values(), strict=True):
        row["sees_all"] = subject.network().bidirectional
    words = {"read": _("has read {t} of {steps}"), "later": _("dashed: still to come")}
    return {**panel, "kind": "candidates", "strings": words, **place}


def solution(subject: Subject) -> list[int] | None:
    """The right answer at every step, -1 where none is asked for; None where no rule gives it."""
    found = subject.read().solution
    at_each = found is not None and found.shape == (subject.read().steps, 1)
    return [max(-1, int(y)) for y in found[:, 0]] if at_each else None


def asked(subject: Subject) -> np.ndarray:
    """At which steps a right answer is known, (T,)."""
    return np.array(solution(subject)) >= 0


def count_right(subject: Subject, other: Subject) -> int:
    """About how many of these steps another network, which reads the same, is right."""
    right = results.answers(other).values.argmax(-1) == np.array(solution(subject))
    return int(right[asked(subject)].sum())


def right_answer(subject: Subject) -> int | None:
    """Which answer is right at the end of a sentence that the task itself words, or of a sequence that it has a rule
    for; None of any other, of which nobody knows."""
    loaded = subject.load()
    if loaded.answers.at != "last":
        return None
    if isinstance(loaded.task, WordedTask):
        sentence = loaded.task.sentence(subject.tokens)
        return None if sentence is None else loaded.task.labels.index(sentence.label)
    found = subject.read().solution
    return None if found is None or found.item() == UNASKED else int(found)


def label_colors(subject: Subject) -> list[str]:
    """A colour per label; grey is for the one that says that there is nothing."""
    inks = style.LABELS if quiet(subject) == 0 else style.LABELS[1:]
    return [inks[k % len(inks)] for k in range(len(subject.labels))]


def quiet(subject: Subject) -> int:
    """Which label says that there is nothing to say, -1 if none does."""
    return 0 if subject.load().answers.labels[0] == "none" else -1
