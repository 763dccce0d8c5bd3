"""The first page's scenes about memory: what is left after fifty steps, why it fades, and what a gate is for."""

from __future__ import annotations

import numpy as np

from rnnviz.app import naming
from rnnviz.app.i18n import _
from rnnviz.app.page import percent
from rnnviz.app.panels import network_views, word_effects
from rnnviz.app.stage.board import Board
from rnnviz.figures import style
from rnnviz.studies import first_story

SHOWN_FIRST = 0.9  # the radius at which the fifth scene opens
TICKS = (-30, -10, -3, -1, 0, 1, 3, 10, 30)


def guess(board: Board) -> dict:
    """How much of the first letter is left, step by step: the reader's guess, then what is true."""
    networks, told, most = [], [], 0.0
    for cell in ("RNN", "LSTM"):
        effects = word_effects.effect(first_story.recaller(cell))
        values = effects.effect.values[:, 0]
        most = max(most, float(effects.effect_error.values[:, 0].max()))
        told.append(f"{cell} {percent(values[-1])}")
        networks.append(
            {
                "name": cell,
                "array": board.array(f"guess:{cell}", values),
                "color": style.CELLS[cell],
            }
        )
    steps = len(values)
    return {
        "kind": "guess",
        "networks": networks,
        "steps": steps,
        "ticks": [[share, percent(share)] for share in (0.0, 0.25, 0.5, 0.75, 1.0)],
        "known": {"at": 0, "share": 1.0},
        "title": _("Fifty steps later: how much of the first letter is left? Draw your guess"),
        "caption": _(
            "Two trained networks read a letter, then fifty digits. "
            "How much of their state still depends on the letter?"
        ),
        "alternative": _("What hangs on the first letter after {steps} steps: {shares}.").format(
            steps=steps, shares=_(", ").join(told)
        ),
        "words": {
            "reveal": _("Show the true curves"),
            "again": _("Guess again"),
            "hint": _("Draw on the chart by mouse or finger, or move its points with the arrow keys."),
            "drawn": _("Your guess stays in this browser. Now look."),
            "shown": _("Its total effect, from 256 pairs of sequences; one standard error is at most {error}.").format(
                error=f"{most:.1%}"
            ),
            "here": _("draw here"),
            "mine": _("your guess"),
            "steps": _("time step"),
            "axis": _("share of the state that depends on the letter"),
            "point": _("Your guess at step {t}"),
            "off": _("You were {points} points from the {network} on average."),
        },
        "deeper": {"text": _("Memory decay"), "href": "memory-decay"},
        "span": 12,
    }


def pulse(board: Board) -> dict:
    """The gradient on its way back through one chain, for a range of spectral radii."""
    sizes = first_story.pulses()
    start = first_story.RADII.index(SHOWN_FIRST)
    return {
        "kind": "pulse",
        "names": naming.letters("RNN"),
        "array": board.array("pulse", sizes),
        "radii": list(first_story.RADII),
        "steps": first_story.LENGTH,
        "start": start,
        "range": [float(sizes.max()), float(sizes.min())],
        "title": _("Why it fades: on its way back the gradient is multiplied at every link"),
        "caption": _(
            "An untrained RNN has read {steps} steps of noise. Drag the radius, and watch the gradient on its way back."
        ).format(steps=first_story.LENGTH),
        "alternative": _(
            "At a spectral radius of {radius} the gradient's size at the first step is 10 to the power of {power} of "
            "that at the last."
        ).format(radius=SHOWN_FIRST, power=f"{sizes[start, 0]:.1f}"),
        "words": {
            "radius": naming.named("RNN", _("Spectral radius of W_hh")),
            "loss": _("loss"),
            "vanishes": _("It vanishes: {factor} on the way back. What was read first teaches next to nothing."),
            "holds": _("It holds: {factor} on the way back. What was read first can be learnt from."),
            "explodes": _("It explodes: {factor} on the way back. One update can wreck the weights."),
        },
        "deeper": {"text": _("Vanishing gradients"), "href": "vanishing-gradients"},
        "span": 12,
    }


def gate(board: Board) -> dict:
    """An LSTM whose forget gate is held shut, let go, or held open."""
    subject, runs, most = first_story.recaller(), [], 1.0
    names = {"0": _("Hold f at 0"), "": _("Let go"), "1": _("Hold f at 1")}
    says = {
        "0": _("Shut: at every step c is wiped and written anew. The letter is gone, and the answer is a guess."),
        "": _("Let go, the network holds it open by itself: f is {mean} on average. The letter arrives."),
        "1": _("Open: nothing is ever forgotten. The letter arrives, and so does all else: c only piles up."),
    }
    for name, value in first_story.HOLDS.items():
        run = first_story.held(value)
        most = max(most, float(np.abs(run.c).max()))
        runs.append(
            {
                "name": f"f={name}" if name else "f",
                "label": names[name],
                "says": says[name],
                "c": board.array(f"gate:c:{name}", run.c),
                "f": board.array(f"gate:f:{name}", run.f.mean(1)),
                "p": board.array(f"gate:p:{name}", run.p),
            }
        )
    labels = network_views.label_names(subject)
    return {
        "kind": "gate",
        "runs": runs,
        "tokens": subject.tokens,
        "steps": len(subject.tokens),
        "units": subject.units,
        "labels": labels,
        "right": subject.labels.index(f"the letter {first_story.LETTER}"),
        "color": network_views.accent(subject),
        "positive": _css(style.POSITIVE),
        "negative": _css(style.NEGATIVE),
        "most": most,
        "ticks": [tick for tick in TICKS if abs(tick) <= most],
        "title": _("The way out: a gate that decides, step by step, how much of the cell state to keep"),
        "caption": _(
            "cₜ = fₜ ⊙ cₜ₋₁ + iₜ ⊙ gₜ: hold the forget gate f at 0 or 1 and watch c, a line for each unit (the axis is "
            "stretched around 0)."
        ),
        "alternative": _("With f held at 0 the letter {letter} gets {shut}, let go {free}, held at 1 {open}.").format(
            letter=first_story.LETTER,
            **{
                key: percent(first_story.held(value).p[0])
                for key, value in zip(("shut", "free", "open"), (0.0, None, 1.0), strict=True)
            },
        ),
        "words": {"gate": _("Forget gate f"), "answer": _("Which letter came first?"), "steps": _("time step")},
        "deeper": {"text": _("How the LSTM came to be"), "href": "how-the-lstm-came-to-be"},
        "span": 12,
    }


def _css(color: tuple[int, int, int]) -> str:
    return f"rgb({color[0]},{color[1]},{color[2]})"
