"""Panels about memory: what of each word is still in the state, by measures that answer different questions."""

from __future__ import annotations

import numpy as np
import torch

from rnnviz import memory
from rnnviz.app import results
from rnnviz.app.comparison import Subjects, called
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import percent
from rnnviz.app.panels import network_views, word_effects
from rnnviz.app.panels.networks_compared import ends, first_read, words
from rnnviz.app.panels.quantity_shapes import counted, main_state
from rnnviz.app.panels.state_charts import chart, line_each
from rnnviz.app.results import FIRST, Layer
from rnnviz.app.stage.board import Board
from rnnviz.compute import computed
from rnnviz.figures import style
from rnnviz.memory import Reveal
from rnnviz.subjects import Subject
from rnnviz.trace import Signal

LARGEST_RIBBON = 400_000  # numbers


@computed
def taken_apart(subject: Subject, of: Layer = FIRST) -> tuple[Reveal, Signal | None]:
    """The state in exact parts, and of them each unit's half-life, None where the parts are too many. The contributions
    are kept only where a ribbon of them is small enough to be drawn."""
    state = main_state(results.cell_of(subject, of))
    parts = memory.reveal(subject.network(), subject.input(), of=state, layer=of[0], direction=of[1])
    if parts.contributions is None:
        return parts, None
    half_lives = memory.half_life_of(parts, of[1])
    large = parts.contributions.values.size > LARGEST_RIBBON
    return parts._replace(contributions=None) if large else parts, half_lives


def revealed(subject: Subject, of: Layer = FIRST) -> Reveal:
    return taken_apart(subject, of)[0]


def colours(measure: str) -> str:
    """What the colours of the first row stand for."""
    each = _("What is read first is orange; later steps are blue, the later the darker.")
    grey = {
        "reveal": _("Grey is what start and biases give when the network reads zeros."),
        "ledger": _("Grey is what is left of the initial state."),
    }
    kept = _("A colour that stays a thick band is kept; one that thins out is forgotten.")
    return sentences(each, grey.get(measure, ""), kept)


def measured(measure: str, subjects: Subjects, board: Board, of: Layer = FIRST) -> list[list[dict]]:
    """Rows: what a measure says of all that was read in each network, under one key to the colours."""
    if measure == "connectivity":
        return [[connectivities(subjects, span=12)]]
    pictures = (
        word_effects.stacked(subjects, board, of) if measure == "effect" else shares(subjects, board, measure, of)
    )
    if not pictures:
        lack = _("Without a gate that keeps the state there is no ledger of what is kept.")
        return [[network_views.missing(lack, span=12)]]
    first = ends(of)[1] % len(board.tokens)
    key = {
        "kind": "wheel",
        "first": first,
        "ages": style.AGES,
        "base": pictures[0].get("base"),
        "span": 12,
        "title": _titles(measure).format(first=first_read(subjects, of)),
        "strings": {
            "first": first_read(subjects, of),
            "next": _("later steps: step {step}").format(step=_second(subjects, of)),
            "last": _("last step"),
        },
    }
    strings = _strings(subjects, of, _("share of the state")) | {"later": _("later steps")}
    same = {"kind": "shares", "first": first, "ages": style.AGES, "strings": strings, "span": 12 // len(pictures)}
    same |= {"height": 180 if measure == "effect" else 270, "backward": of[1] == "backward"}
    rows = [[key], [same | {"title": called(each["place"]["network"])} | each for each in pictures]]
    return [word_effects.kept(subjects, of), *rows] if measure == "effect" else rows


def _strings(subjects: Subjects, of: Layer, value: str) -> dict[str, str]:
    """The words in a picture; ``value``: what it draws."""
    step = _("step {step} “{word}”") if next(iter(subjects.values())).read().tokens else _("step {step}")
    return {"first": first_read(subjects, of), "step": step, "value": value, "time": _("time step")}


def _second(subjects: Subjects, of: Layer) -> int:
    """The number of the step that is read after the first."""
    reading = next(iter(subjects.values())).read()
    return reading.number(1 if of[1] == "forward" else reading.steps - 2)


def _titles(measure: str) -> str:
    return {
        "effect": _("What each state depends on"),
        "reveal": _("How much of the state is exactly due to {first}"),
        "ledger": _("How much of the memory was written at {first}"),
    }[measure]


def shares(subjects: Subjects, board: Board, measure: str, of: Layer = FIRST) -> list[dict]:
    """One picture per network: each word's part of the state, stacked over time, the base in grey. None of a network
    without a gate where a ledger is asked for."""
    pictures = []
    for name, subject in subjects.items():
        parts = ledger_parts(subject, of) if measure == "ledger" else reveal_parts(subject, of)
        if parts is None:
            continue
        base, caption = _("start, biases and reading zeros"), _caution(subject, of)
        if measure == "ledger":
            last, first = ends(of)
            written = parts[last, 1:]
            steps = _half_written(written if first == 0 else written[::-1])
            base = _("the initial state")
            caption = _("Half of what stands there at the end was written in the last {steps} steps.").format(
                steps=steps
            )
        pictures.append(
            {
                "array": board.array(f"{measure}:{name}", parts),
                "place": {"signal": measure, "network": name},
                "base": base,
                "caption": sentences(_answer(subject), caption),
            }
        )
    return pictures


def _half_written(entries: np.ndarray) -> int:
    """How many of the last steps wrote half of what ``entries`` ("source",) add up to."""
    return int(np.searchsorted(np.cumsum(entries[::-1]), entries.sum() / 2)) + 1


def _answer(subject: Subject) -> str:
    """What the network says at the end, so that a share can be held against what it knows."""
    answers = subject.load().answers
    if answers is None or answers.kind != "classes":
        return ""
    with torch.no_grad():
        scores = subject.network()(subject.input())
    chances = torch.softmax(scores[-1, 0] if answers.at == "every" else scores[0], -1)
    label = network_views.label_names(subject)[int(chances.argmax())]
    return _("It answers {answer} ({share}).").format(answer=label, share=percent(float(chances.max())))


def reveal_parts(subject: Subject, of: Layer) -> np.ndarray:
    """The exact parts of each state, ("time", 1 + words), the base first."""
    parts = revealed(subject, of)
    return np.concatenate([parts.base_share.at(batch=0).values[:, None], parts.shares.at(batch=0).values], 1)


def ledger_parts(subject: Subject, of: Layer) -> np.ndarray | None:
    """What was written when, of each state, ("time", 1 + steps), the initial state first; None without a gate."""
    try:
        entries = memory.ledger(results.trace(subject), *of)
    except ValueError:  # a cell without a gate that keeps
        return None
    sizes = np.abs(entries.entries.at(batch=0).values).sum(-1)
    opening = np.abs(entries.opening.at(batch=0).values).sum(-1)
    parts = np.concatenate([opening[:, None], sizes], 1)
    return parts / np.maximum(parts.sum(1, keepdims=True), np.finfo(np.float32).tiny)


def _caution(subject: Subject, of: Layer) -> str:
    """What the reader must know of how much the parts undo one another."""
    parts = revealed(subject, of)
    careful = _("Careful: the parts largely undo one another (up to {factor} times the state), shares say little.")
    usual = _("Added up without their signs the parts are up to {factor} times the state.")
    told = careful if parts.misleading.values.any() else usual
    return told.format(factor=f"{float(parts.cancellation.values.max()):.1f}")


def ribbon(name: str, subject: Subject, board: Board, of: Layer = FIRST) -> dict | None:
    """One unit's value as what each word added and took away; None if it is too much for a browser."""
    known = revealed(subject, of)
    if known.contributions is None:
        return None
    parts = np.concatenate([known.base.at(batch=0).values[:, None], known.contributions.at(batch=0).values], 1)
    state = main_state(results.cell_of(subject, of))
    return {
        "kind": "shares",
        "signed": True,
        "array": board.array("ribbon", parts),
        "place": {"signal": "ribbon", "network": name},
        "value": board.array("ribbon:h", counted(results.layer(subject, of)[state].at(batch=0).values)),
        "units": parts.shape[2],
        "base": _("start, biases and reading zeros"),
        "ages": style.AGES,
        "first": ends(of)[1] % known.shares.shape[1],
        "strings": _strings({name: subject}, of, _("value of the unit")),
        "height": 260,
        "span": 12,
        "title": _("One unit of the {name}: what each step added and took away").format(name=called(name)),
        "caption": _(
            "The line is the unit's value, the sum of all ribbons. Added oldest first, against zero vectors; "
            "another order gives other ribbons."
        ),
    }


def gradient_parts(subject: Subject) -> np.ndarray:
    """Each word's share of the sizes of the answer's gradients, ("time",)."""
    size = memory.connectivity(subject.network(), subject.input()).at(batch=0).values
    return size / max(float(size.sum()), np.finfo(np.float32).tiny)


def connectivities(subjects: Subjects, span: int) -> dict:
    """The gradient of the final answer's score with respect to each word, as a share."""
    if any(subject.load().answers is None for subject in subjects.values()):
        return network_views.missing(_("Without a readout there is no answer that a push could move."), span=span)
    curves = {name: gradient_parts(subject) for name, subject in subjects.items()}
    drawn = {"signal": "connectivity", "percent": True}
    figure = line_each(subjects, curves, drawn, words(subjects), value_title=_("share of gradient norm"))
    figure.update_yaxes(tickformat=".0%")
    return chart(
        figure,
        span=span,
        title=_("How much a small change at each step would move the answer"),
        caption=_("A gradient is not memory: on saturated gates it can point at the last step whatever the net knows."),
    )
