"""Panels of backpropagation through time: the gradient's way back, step by step, in the network's top layer."""

from __future__ import annotations

import numpy as np

from rnnviz.app import naming, results
from rnnviz.app.gradient_runs import counted_back, loss_of, norms, taken_apart
from rnnviz.app.i18n import _
from rnnviz.app.panels import head_views
from rnnviz.app.panels.network_views import accent, label_names, mathml
from rnnviz.app.panels.quantity_shapes import counted
from rnnviz.app.panels.through_time_claims import portion
from rnnviz.app.results import Layer
from rnnviz.app.stage.board import Board
from rnnviz.app.written import significant
from rnnviz.cells import coordinates
from rnnviz.figures import style
from rnnviz.subjects import Subject

MOST_OUTPUTS = 4  # in the table beside the loss
MOST_FACTORS = 4  # in the product below the bars, before some are left out
STEEPNESS = {"tanh": "1 - {s}_t^2", "sigmoid": "{s}_t (1 - {s}_t)", "relu": "[{s}_t > 0]", "identity": "1"}


def top(subject: Subject) -> Layer:
    return subject.network().num_layers - 1, "forward"


def board(subject: Subject, truncate: int) -> Board:
    """With the states, the gradients that reach them, and both parts of these."""
    layer, found = results.layer(subject, top(subject)), taken_apart(subject, truncate)
    cell = results.cell_of(subject, top(subject))
    states = [counted(layer[name].at(batch=0).values) for name in coordinates.told(cell)]
    pulled = int(np.nan_to_num(np.abs(found.states.values)).sum(0).argmax())  # the unit whose way back is best seen
    of = {"counts": counted_back(), "about": {subject.cell: subject}, "unit": pulled}
    board = Board(subject.tokens, subject.known, found.states.values.shape[1], start=0, backwards=True, **of)
    board.array("S", np.concatenate(states, 1))
    board.array("dL/dS", found.states.values)
    board.array("dL/dS:0", found.direct.values)
    board.array("dL/dS:1", found.later.values)
    sizes = norms(found.states.values)
    with np.errstate(all="ignore"):
        board.array("|dL/dS|:share", (sizes / sizes[-1])[:, None])
        board.array("|dL/dS|:factor", np.append(sizes[:-1] / sizes[1:], np.nan)[:, None])
    board.array("L", np.array([[loss_of(subject)]]))
    board.array("dL/dO", found.scores.values)
    return board


def letters(subject: Subject) -> tuple[str, str]:
    """In LaTeX: what a step hands on, the scores that the head makes of it."""
    names, states = naming.of(subject.cell), results.cell_of(subject, top(subject)).state
    return names.state if states == ("h",) else "S", names.scores


def way_back(subject: Subject, board: Board, truncate: int, **place: object) -> dict:
    """The unrolled chain, the gradient that reaches each state, and the loss where it starts."""
    found, columns = taken_apart(subject, truncate), []
    if results.answers_along(subject):
        board.array("p", results.answers(subject).values)
        columns = [{"label": _("answer {letter}").format(letter=naming.of(subject.cell).answer), "array": "p"}]
    s, o = letters(subject)
    labels = label_names(subject) or [f"{o}{k}" for k in range(found.scores.values.shape[1])]
    own = int(results.answers(subject).values[-1].argmax()) if columns else -1
    of_classes = bool(columns) and subject.load().answers.kind == "classes"
    pull = np.abs(np.nan_to_num(found.scores.values[-1]))
    layer = results.layer(subject, top(subject))
    steps = len(found.states.values)
    later = "" if steps == 1 else r"J_{t+1}^\top \cdots J_{T}^\top"
    at_last = head_views.entrance(subject, "T")
    sizes, limits = norms(found.states.values), around_zero(found.states.values)
    with np.errstate(all="ignore"):
        shares = sizes / sizes[-1]
    names = {"scores": naming.plain(o), "answer": naming.plain(naming.of(subject.cell).answer)}
    return {
        "kind": "way_back",
        "title": _("Each step back multiplies the gradient by a matrix, the Jacobian J"),
        "caption": _(
            "A square is a hidden unit; a faint one is near zero, on one scale for all steps. "
            "The framed unit is followed below."
        ),
        "formulas": [
            mathml(rf"\partial L / \partial {s}_t = {later} {at_last} \partial L / \partial {o}_T"),
            mathml(rf"J_t = \partial {s}_t / \partial {s}_{{t-1}}" + _jacobian(subject)),
            *map(mathml, head_views.slope(subject)),
        ],
        "states": "S",
        "gradients": "dL/dS",
        "shares": "|dL/dS|:share",
        "most": float(np.max(shares, where=np.isfinite(shares), initial=0.0)) or 1.0,
        "factors": "|dL/dS|:factor",
        "loss": "L",
        "product": _product(sizes),
        "range": list(style.value_range(layer[layer.output])),
        "legends": [
            {"scale": "state", "low": low, "high": high, "name": name}
            for name, (low, high) in ((s, style.value_range(layer[layer.output])), (f"∂L/∂{s}", limits))
        ],
        "alternative": _(
            "A chain of {steps} steps. From right to left the size of the gradient goes from {last} to {first}."
        ).format(steps=steps, last=_said(found.states.values[-1]), first=_said(found.states.values[0])),
        "gradientRange": limits,
        "cut": [bool(not row.any()) for row in found.states.values],
        "columns": [*columns, {"label": f"∂L/∂{o}", "array": "dL/dO"}],
        "outputs": [
            {"index": int(k), "label": labels[k], "own": int(k) == own}
            for k in np.argsort(-pull, kind="stable")[:MOST_OUTPUTS]
        ],
        "rest": _("… and {count} more").format(count=len(labels) - MOST_OUTPUTS) if len(labels) > MOST_OUTPUTS else "",
        "target": _("Target: the network's own answer, “{answer}”").format(answer=labels[own]) if of_classes else "",
        "key": _("{scores}: score before softmax, {answer} = softmax({scores})").format(**names) if of_classes else "",
        "color": accent(subject),
        "strings": {
            "word": _("word"),
            "state": _("state {letter}").format(letter=s),
            "gradient": _("gradient {letter}").format(letter=f"∂L/\u2060∂{s}"),
            "factor": _("gradient's size"),
            "size": _("its size (norm): 100% at the loss"),
            "start": _("from loss"),
            "loss": _loss_named(subject, labels[own] if of_classes else ""),
        },
        **place,
    }


def _product(sizes: np.ndarray) -> str:
    """What is left at the first step as a product of the factors, in the order of the picture; "" without one."""
    if len(sizes) < 3 or not np.isfinite(sizes).all() or not sizes.all():
        return ""
    factors = [significant(factor, 2 if factor < 1 else 3) for factor in sizes[:-1] / sizes[1:]]
    if len(factors) > MOST_FACTORS:
        factors = [*factors[:2], "…", factors[-1]]
    return f"{portion(float(sizes[0] / sizes[-1]))} ≈ {' × '.join(factors)}"


def _loss_named(subject: Subject, answer: str) -> str:
    """What the loss is called. ``answer``: of classes, the one that it is about."""
    named = _("loss L = −log {letter}({answer})") if answer else _("loss L")
    return named.format(letter=naming.plain(naming.of(subject.cell).answer), answer=answer)


def _jacobian(subject: Subject) -> str:
    """How the Jacobian of a plain RNN is written, in LaTeX; of other cells it has no one formula."""
    cell = results.cell_of(subject, top(subject))
    if cell.name != "RNN":
        return ""
    names = naming.of("RNN")
    return rf" = \operatorname{{diag}}({STEEPNESS[cell.nonlinearity].format(s=names.state)})\, {names.recurrent}"


def recursion(subject: Subject, board: Board, truncate: int, **place: object) -> dict:
    """One unit's dL/dS_t in its two parts; and of a plain RNN what passes on through f."""
    found, cell = taken_apart(subject, truncate), results.cell_of(subject, top(subject))
    limit = max(around_zero(found.direct.values)[1], around_zero(found.later.values)[1])
    s, o = letters(subject)
    direct = rf"{head_views.entrance(subject, 't')} \partial L / \partial {o}_t".strip()
    later = rf"J_{{t+1}}^\top \partial L / \partial {s}_{{t+1}}"
    rows = [
        {
            "array": "dL/dS",
            "equation": mathml(rf"\partial L / \partial {s}_t = {direct} + {later}"),
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
        steep = rf"\odot\, ({STEEPNESS[cell.nonlinearity].format(s=s)})"
        rows.append(
            {
                "array": "dL/da",
                "equation": mathml(rf"\delta_t = \partial L / \partial {s}_t {steep}"),
                "meaning": naming.named(
                    cell.name, _("Through f to the sum a_t = W_ih x_t + W_hh h_t−1 + b, and from there to the weights.")
                ),
                "activation": mathml(steep),
                "terms": [{"label": mathml(rf"\partial L / \partial {s}_t"), "array": "dL/dS"}],
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
        else "",
        "rows": [row | shade for row in rows],
        "limit": limit,
        "precise": True,
        **place,
    }


def _said(gradient: np.ndarray) -> str:
    return significant(np.linalg.norm(gradient))


def around_zero(values: np.ndarray) -> list[float]:
    most = float(np.abs(values[np.isfinite(values)]).max(initial=0.0)) or 1.0
    return [-most, most]
