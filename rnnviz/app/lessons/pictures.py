"""What each shipped lesson shows, as a small picture that is drawn from its networks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from rnnviz.app import results
from rnnviz.app.i18n import _, by_language, language
from rnnviz.app.page import percent
from rnnviz.app.panels import direction_claims, network_views, reservoir_claims
from rnnviz.app.panels.answers_per_step import label_colors
from rnnviz.app.stage.board import Board
from rnnviz.studies import first_story
from rnnviz.subjects import Subject

RESERVOIR = "untrained~cell.ESN~size.100~task.~channels.1~bias.False~leak.1.0~spectral_radius."
RADII = (0.9, 1.5, 2.2)
EDGES = ("0.5", "1.2", "1.5")  # radii around the edge of chaos
SHOWN = 150  # steps of it
FLOOR = -12.0  # decades below which a line is cut off
SEEN = 0.02  # the share of a label from which it is drawn, and named
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def picture(word: str, board: Board) -> dict[str, object]:
    """The picture of a lesson as part of a panel, and its sentence; {} of one that does not ship. ``above`` and
    ``below`` it stands what its axes are; ``names`` stand at its lines' ends or before its bars; ``key``: what the
    colours of bars mean."""
    if word not in PICTURES:
        return {}
    drawn = PICTURES[word](board)
    return {"alternative": drawn.pop("alternative"), "picture": drawn}


def _state(board: Board) -> dict[str, object]:
    """Each step's state as squares."""
    subject = first_story.reader(language())
    states = results.layer(subject)["h"].at(batch=0).values
    told = _("The state of a plain RNN after each of {count} words, {units} numbers each.")
    told = told.format(count=len(states), units=states.shape[1])
    return {
        "squares": board.array("picture:h", states),
        "columns": subject.tokens,
        "above": _("one square per hidden unit, {units} in each state").format(units=states.shape[1]),
        "alternative": told,
    }


def _gradients(board: Board) -> dict[str, object]:
    """The gradient's size on its way back, at three spectral radii."""
    curves = [first_story.pulses()[first_story.RADII.index(radius)] for radius in RADII]
    told = _("The gradient's size at the first step as a power of ten: {values} at the spectral radii {radii}.")
    told = told.format(values=_(", ").join(f"{curve[0]:.1f}" for curve in curves), radii=_(", ").join(map(str, RADII)))
    axes = (
        _("↑ size of the gradient, {low} to {high}"),
        _("← {steps} time steps; the loss is at the right end"),
    )
    return _lines(board, "gradient", curves, axes, _radii(RADII), told) | {"ends": "left"}


def _gate(board: Board) -> dict[str, object]:
    """The largest |c| while the forget gate is held at 0, and at 1."""
    sizes = [np.abs(first_story.held(value).c).max(1) for value in (0.0, 1.0)]
    told = _("The largest number in c after the last step: {values}, with f held at 0 and at 1.")
    told = told.format(values=_(", ").join(f"{size[-1]:.1f}" for size in sizes))
    names = ["f = 0", "f = 1"]
    axes = _("↑ largest |c|, the memory, {low} to {high}"), _("{steps} time steps →")
    return _lines(board, "gate", [np.log10(size) for size in sizes], axes, names, told)


def _directions(board: Board) -> dict[str, object]:
    """The shares of the labels at the word that the second direction changes most, read one way and both ways."""
    text = by_language(en="Taipei is the city that I leave from", zh="台北是我出发的地方")
    both, _refused = Subject.from_query({"model": "slots-lstm-two-1-seed0", "text": text})
    pair = both.with_(directions="one"), both
    step = direction_claims.opened(*pair)  # as on their own page
    shares = [results.answers(subject).values[step] for subject in pair]
    told = _("The leading answer at the first word: {one} one way, {two} both ways.")
    one, two = (percent(float(share.max())) for share in shares)
    told = told.format(one=one, two=two)
    seen = np.flatnonzero(np.max(shares, 0) > SEEN)
    names, colors = network_views.label_names(both), label_colors(both)
    return {
        "bars": board.array("picture:shares", np.stack(shares)[:, seen]),
        "colors": [colors[k] for k in seen],
        "names": [_("one way"), _("both ways")],
        "above": _("“{text}”, at word {number}").format(text=text, number=step + 1),
        "below": "",
        "key": [[names[k], colors[k]] for k in seen],
        "alternative": told,
    }


def _edge(board: Board) -> dict[str, object]:
    """How far apart two states are that read the same, at three spectral radii."""
    curves = []
    for radius in EDGES:
        subject, _refused = Subject.from_query({"model": RESERVOIR + radius})
        distance = reservoir_claims.seen(subject).echo.distance.values[:SHOWN, 0]
        curves.append(np.log10(np.maximum(distance, 10**FLOOR)))
    told = _(
        "The distance of two states after {steps} steps as a power of ten: {values} at the spectral radii {radii}."
    )
    values = _(", ").join(f"{curve[-1]:.1f}" for curve in curves)
    told = told.format(steps=SHOWN, values=values, radii=_(", ").join(EDGES))
    axes = _("↑ distance of two states, {low} to {high}"), _("{steps} time steps →; drawn down to {low} only")
    return _lines(board, "distance", curves, axes, _radii(EDGES), told)


def _radii(radii: Sequence[object]) -> list[str]:
    return [_("radius {radius}").format(radius=radius) for radius in radii]


def _lines(
    board: Board, name: str, curves: list[np.ndarray], axes: tuple[str, str], names: list[str], alternative: str
) -> dict[str, object]:
    """Curves of powers of ten on one scale, which ends in whole ones; the first of ``axes`` says which."""
    above, below = axes
    low, high = math.floor(np.min(curves)), math.ceil(np.max(curves))
    return {
        "lines": [board.array(f"picture:{name}:{k}", curve) for k, curve in enumerate(curves)],
        "range": [low, high],
        "above": above.format(low=_power(low), high=_power(high)),
        "below": below.format(steps=len(curves[0]), low=_power(low)),
        "names": names,
        "alternative": alternative,
    }


def _power(exponent: int) -> str:
    return "10" + str(exponent).translate(RAISED)


PICTURES: dict[str, Callable[[Board], dict[str, object]]] = {
    "what-a-state-is": _state,
    "why-gradients-vanish": _gradients,
    "what-a-gate-is-for": _gate,
    "two-directions": _directions,
    "the-edge-of-chaos": _edge,
}
