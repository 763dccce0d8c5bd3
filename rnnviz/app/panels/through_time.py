"""Panels of backpropagation through time: the gradient's way back, step by step, in the network's top layer."""

from __future__ import annotations

import numpy as np

from rnnviz.app import results
from rnnviz.app.gradient_runs import loss_of, norms, taken_apart
from rnnviz.app.i18n import _
from rnnviz.app.panels.network_views import accent, label_names, mathml
from rnnviz.app.results import Layer
from rnnviz.app.stage.board import Board
from rnnviz.figures import style
from rnnviz.subjects import Subject

MOST_OUTPUTS = 5  # in the table beside the loss
STEEPNESS = {"tanh": "1 - S_t^2", "sigmoid": "S_t (1 - S_t)", "relu": "[S_t > 0]", "identity": "1"}


def top(subject: Subject) -> Layer:
    return subject.network().num_layers - 1, "forward"


def board(subject: Subject, truncate: int) -> Board:
    """With the states, the gradients that reach them, and both parts of these."""
    layer, found = results.layer(subject, top(subject)), taken_apart(subject, truncate)
    states = [layer[name].at(batch=0).values for name in layer.initial]
    board = Board(subject.tokens, subject.known, found.states.values.shape[1], backwards=True)
    board.array("S", np.concatenate(states, 1))
    board.array("dL/dS", found.states.values)
    board.array("dL/dS:0", found.direct.values)
    board.array("dL/dS:1", found.later.values)
    sizes = norms(found.states.values)
    board.array("|dL/dS|", sizes[:, None])
    with np.errstate(all="ignore"):
        board.array("|dL/dS|:factor", np.append(sizes[:-1] / sizes[1:], np.nan)[:, None])
    board.array("L", np.array([[loss_of(subject)]]))
    board.array("dL/dO", found.scores.values)
    return board


def way_back(subject: Subject, board: Board, truncate: int, **place: object) -> dict:
    """The unrolled chain, the gradient that reaches each state, and the loss where it starts."""
    found, columns = taken_apart(subject, truncate), []
    if results.answers_along(subject):
        board.array("p", results.answers(subject).values)
        columns = [{"label": "p", "array": "p"}]
    labels = label_names(subject) or [f"O{k}" for k in range(found.scores.values.shape[1])]
    pull = np.abs(np.nan_to_num(found.scores.values[-1]))
    state = results.layer(subject, top(subject))["h"]
    steps = len(found.states.values)
    later = "" if steps == 1 else r"J_{t+1}^\top \cdots J_{T}^\top"
    return {
        "kind": "way_back",
        "title": _("The gradient's way back: one Jacobian for each step"),
        "caption": _("J is the derivative of a state by the one before; under each state the size of what reaches it."),
        "formula": mathml(
            r"\partial L / \partial S_t = " + later + r" V^\top \partial L / \partial O_T"
            r",\qquad J_t = \partial S_t / \partial S_{t-1}" + _jacobian(subject)
        ),
        "states": "S",
        "gradients": "dL/dS",
        "sizes": "|dL/dS|",
        "factors": "|dL/dS|:factor",
        "loss": "L",
        "entrance": mathml("1" if subject.network().readout is None else r"V^\top"),
        "range": list(style.value_range(state)),
        "sizeRange": _decades(norms(found.states.values)),
        "alternative": _(
            "A chain of {steps} steps. From right to left the size of the gradient goes from {last} to {first}."
        ).format(steps=steps, last=_said(found.states.values[-1]), first=_said(found.states.values[0])),
        "gradientRange": around_zero(found.states.values),
        "cut": [bool(not row.any()) for row in found.states.values],
        "columns": [*columns, {"label": "∂L/∂O", "array": "dL/dO"}],
        "outputs": [{"index": int(k), "label": labels[k]} for k in np.argsort(-pull, kind="stable")[:MOST_OUTPUTS]],
        "color": accent(subject),
        "strings": {
            "word": _("word"),
            "state": _("state S_t"),
            "gradient": "∂L/∂S_t",
            "size": _("its size"),
            "loss": _("loss"),
        },
        **place,
    }


def _jacobian(subject: Subject) -> str:
    """How the Jacobian of a plain RNN is written, in LaTeX; of other cells it has no one formula."""
    cell = results.cell_of(subject, top(subject))
    if cell.name != "RNN":
        return ""
    return rf" = \operatorname{{diag}}({STEEPNESS[cell.nonlinearity]})\, W"


def recursion(subject: Subject, board: Board, truncate: int, **place: object) -> dict:
    """One unit's dL/dS_t in its two parts; and of a plain RNN what passes on through f."""
    found, cell = taken_apart(subject, truncate), results.cell_of(subject, top(subject))
    limit = max(around_zero(found.direct.values)[1], around_zero(found.later.values)[1])
    direct = r"V^\top \partial L / \partial O_t"
    if subject.network().readout is None:
        direct = r"\partial L / \partial O_t"
    later = r"J_{t+1}^\top \partial L / \partial S_{t+1}"
    rows = [
        {
            "array": "dL/dS",
            "equation": mathml(rf"\partial L / \partial S_t = {direct} + {later}"),
            "meaning": _("What the loss says of this state at once, and what comes back through the next step."),
            "activation": "",
            "terms": [
                {"label": mathml(direct), "array": "dL/dS:0"},
                {"label": mathml(later), "array": "dL/dS:1"},
            ],
        }
    ]
    if found.sums is not None:
        board.array("dL/da", found.sums.values)
        steep = rf"\odot\, ({STEEPNESS[cell.nonlinearity]})"
        rows.append(
            {
                "array": "dL/da",
                "equation": mathml(rf"\delta_t = \partial L / \partial S_t {steep}"),
                "meaning": _("Through f to the sum a_t = U X_t + W S_t−1 + b, and from there to the weights."),
                "activation": mathml(steep),
                "terms": [{"label": mathml(r"\partial L / \partial S_t"), "array": "dL/dS"}],
            }
        )
    shade = {"color": style.ROLES["state"], "scale": "state", "range": [-limit, limit]}
    several = len(cell.state) > 1
    return {
        "kind": "equations",
        "title": _("The same for one unit, with this step's numbers"),
        "caption": _("S is all that a step hands on: first the units of {first}, then those of {second}.").format(
            first=cell.state[0], second=_(", ").join(cell.state[1:])
        )
        if several
        else _("S is h; U = W_ih, W = W_hh, and V is the readout's matrix."),
        "rows": [row | shade for row in rows],
        "limit": limit,
        "precise": True,
        **place,
    }


def _decades(sizes: np.ndarray) -> list[float]:
    """The range of colours for log10 of ``sizes``: the least of them is still seen."""
    logs = np.log10(sizes[(sizes > 0) & np.isfinite(sizes)])
    low, high = (float(logs.min()), float(logs.max())) if len(logs) else (-1.0, 0.0)
    return [low - 0.25 * max(high - low, 1.0), max(high, low + 1e-6)]


def _said(gradient: np.ndarray) -> str:
    return f"{np.linalg.norm(gradient):.3g}"


def around_zero(values: np.ndarray) -> list[float]:
    most = float(np.abs(values[np.isfinite(values)]).max(initial=0.0)) or 1.0
    return [-most, most]
