"""What the views of a held run show of the first one, which ran without the hold, and what in them is held."""

from __future__ import annotations

import numpy as np

from rnnviz.app import results
from rnnviz.app.i18n import _
from rnnviz.app.results import Held, Layer
from rnnviz.app.stage.board import Board
from rnnviz.subjects import Subject

SEEN = 5e-4  # a state differs where its three digits may; less is also the rounding of another kernel


def register(board: Board, subject: Subject, of: Layer) -> None:
    """The numbers of the first run, and where something is held; nothing of a run that is not held."""
    if not isinstance(subject, Held):
        return
    first = subject.let_go()
    for signal in results.layer(first, of).signals:
        board.array(f"first:{signal.name}", signal.at(batch=0).values)
    for name, where in results.layer(subject, of).held.items():
        board.array(f"held:{name}", where.at(batch=0).values)
    if results.answers_along(first):
        board.array("first:p", results.answers(first).values)


def differs(subject: Held, of: Layer) -> np.ndarray:
    """At which steps the state is another one than in the first run, (steps,)."""
    now, then = (results.layer(each, of)["h"].at(batch=0).values for each in (subject, subject.let_go()))
    return ~np.isclose(now, then, rtol=0, atol=SEEN, equal_nan=True).all(-1)


def ghost(subject: Subject, of: Layer) -> dict:
    """What the strip shows of the first run beside a held one."""
    if not isinstance(subject, Held):
        return {}
    answers = {"first": "first:p"} if results.answers_along(subject) else {}
    differing = {"steps": differs(subject, of).tolist(), "word": _("The state differs from the run without a hold.")}
    return {**answers, "was": _("without a hold"), "differing": differing}


def beside(subject: Subject, name: str) -> dict:
    """What stands below a chart of the quantity ``name`` at the cursor: its value in the first run."""
    return {"first": f"first:{name}", "was": _("without a hold")} if isinstance(subject, Held) else {}


def mark(subject: Subject, of: Layer, name: str, key: str = "held") -> dict:
    """For what draws the quantity ``name``: where it is held, and what it was in the first run; by ``key``."""
    if name not in results.layer(subject, of).held:
        return {}
    words = {"word": _("held"), "was": _("without a hold")}
    return {key: {"where": f"held:{name}", "first": f"first:{name}", **words}}
