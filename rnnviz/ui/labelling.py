"""What networks answer at every word of a sequence, side by side, and how often they are right on what was held out."""

from __future__ import annotations

from collections.abc import Mapping

from rnnviz.checkpoints import Card
from rnnviz.figures import style
from rnnviz.stack import FAR, Stack
from rnnviz.ui import cache
from rnnviz.ui.language import _
from rnnviz.ui.panels import label_names
from rnnviz.ui.stage import Board


def ways() -> dict[str, str]:
    """The directions in words."""
    return {"one": _("one way"), "two": _("both ways")}


def counted(count: int) -> str:
    """So many layers, in words."""
    return (_("{count} layer") if count == 1 else _("{count} layers")).format(count=count)


def counts(stacks: Mapping[str, Stack]) -> str:
    """How the shipped networks do on what was held out, over all of their trainings; or that these were not trained."""
    first = next(iter(stacks.values()))
    if first.weights == "fresh":
        return _("Untrained weights, seed {seed}: nothing has been learnt yet.").format(seed=first.seed)
    shares = {directions: said(stack.runs()) for directions, stack in stacks.items()}
    asked = measured(first.runs()[0])[0]
    what = {
        "slots": _("Of {count} held-out words that a later word decides, right"),
        FAR: _("Of {count} held-out letters that are still to come, right"),
        "neighbour_xor": _("Of {count} held-out bits, right"),
    }[first.task]
    results = _("; ").join(f"{ways()[directions]} {result}" for directions, result in shares.items())
    places = {"what": what.format(count=f"{asked:,}"), "results": results, "count": len(first.runs())}
    if places["count"] > 1:
        return _("{what}: {results} ({count} trainings each).").format(**places)
    return _("{what}: {results}.").format(**places)


def measured(card: Card) -> tuple[int, float]:
    """Of how many answers which share is right: of those that a later word decides, where the task has such."""
    later = card.subsets.get("later")
    return (int(later["count"]), later["accuracy"]) if later else (card.held_out_answers, card.held_out_accuracy)


def said(cards: list[Card]) -> str:
    """The share of right answers, from the worst to the best training."""
    shares = sorted(measured(card)[1] for card in cards)
    # Above 99 % the errors are counted in tenths: "100" is for those that made none.
    low, high = (f"{100 * share:.{int(0.99 < share < 1)}f}" for share in (shares[0], shares[-1]))
    return f"{low}%" if low == high else f"{low}–{high}%"


def readings(stacks: Mapping[str, Stack], made: Board, **place: object) -> dict:
    """What each network answers at every step, a row for each; with the right answer where the task has a rule."""
    first = next(iter(stacks.values()))
    rows = [
        {
            "name": name,
            "array": made.array(f"p:{name}", cache.answers(stack).values),
            "network": f"{stack.directions}:{stack.layers}",
        }
        for name, stack in stacks.items()
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


def solution(stack: Stack) -> list[int] | None:
    """The right answer at every step, -1 where none is asked for; None where no rule gives it."""
    found = stack.learnt.solution(stack.input())
    return None if found is None else [max(-1, int(y)) for y in found[:, 0]]


def label_colors(stack: Stack) -> list[str]:
    """A colour per label; grey is for the one that says that there is nothing."""
    count = len(stack.learnt.labels)
    return list(style.LABELS[:count] if quiet(stack) == 0 else style.LABELS[1 : count + 1])


def quiet(stack: Stack) -> int:
    """Which label says that there is nothing to say, -1 if none does."""
    return 0 if stack.learnt.labels[0] == "none" else -1
