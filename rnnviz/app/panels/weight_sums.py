"""Panels of the gradients of weights as sums over time: what each step adds, from the end back."""

from __future__ import annotations

import numpy as np

from rnnviz import figures, gradients
from rnnviz.app import naming, results
from rnnviz.app.gradient_runs import clipping, letter_of, norms, taken_apart, term_sizes
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import percent
from rnnviz.app.panels.gradient_lines import POWER
from rnnviz.app.panels.network_views import accent, mathml, missing
from rnnviz.app.panels.state_charts import chart
from rnnviz.app.panels.through_time import around_zero, top
from rnnviz.app.stage.board import Board
from rnnviz.figures import Line, style
from rnnviz.head_layers import in_latex
from rnnviz.subjects import Subject

MOST_IN_JACOBIANS = 2**20  # numbers that all of them together may have to be drawn
MOST = 0.8  # of all terms' sizes: the last steps that bring so much are told, if they are few


def sums(subject: Subject, board: Board, truncate: int, clip: float, **place: object) -> dict:
    """dL/dW, dL/dU and dL/dV, filled from the end back to the cursor, and the Jacobian that the gradient passes."""
    found, (factor, _norm) = taken_apart(subject, truncate), clipping(subject, truncate, clip)
    cell, shown = results.cell_of(subject, top(subject)), []
    for name in [*(weight.name for weight in cell.weights()), "readout.weight"]:
        if name not in found.terms:
            continue
        terms = found.terms[name].values * factor
        sizes = {"termSizes": norms(terms), "sumSizes": norms(np.cumsum(terms[::-1], 0)[::-1])}
        symbol = rf"\partial L / \partial {letter_of(subject, name)}"
        shown.append(
            _matrix(board, f"term:{name}", terms, name, symbol, _meaning(name))
            | {kind: board.array(f"|{kind[:-5]}|:{name}", values[:, None]) for kind, values in sizes.items()}
        )
    return {
        "kind": "weight_sums",
        "title": _("Every step adds its term: the gradients of the weights fill up from the end"),
        "caption": _("The weights are shared by all steps, so their gradient is the sum of what each step asks for."),
        "formula": mathml(_sums_in_latex(subject)),
        "matrices": shown,
        "strings": {"sum": _("sum so far"), "term": _("this step")},
        **place,
    }


def _sums_in_latex(subject: Subject) -> str:
    """The sums over time, of a plain RNN with the products that their terms are."""
    if results.cell_of(subject, top(subject)).name != "RNN":
        letter = letter_of(subject)
        return rf"\partial L / \partial {letter} = \sum_t \partial_t L / \partial {letter}"
    n = naming.of("RNN")
    terms = [(n.recurrent, r"\delta_t", f"{n.state}_{{t-1}}"), (n.from_input, r"\delta_t", f"{n.input}_t")]
    front = subject.network().front
    if subject.network().readout is not None:
        terms.append((n.readout, rf"\partial L / \partial {n.scores}_t", in_latex(front, f"{n.state}_t")))
    return r",\quad ".join(
        rf"\partial L / \partial {of} = \sum_t {left} \, {{{right}}}^\top" for of, left, right in terms
    )


def _meaning(name: str) -> str:
    if name == "readout.weight":
        return _("Only the steps with a loss add to it.")
    if name == "weight_hh":
        return _("The first step adds nothing where it starts from a state of zeros.")
    return ""


def _matrix(board: Board, array: str, values: np.ndarray, name: str, symbol: str, meaning: str) -> dict:
    _steps, rows, columns = values.shape
    most = around_zero(values)
    return {
        "array": board.array(array, values),
        "name": name,
        "symbol": mathml(symbol),
        "shape": f"{rows} × {columns}",
        "rows": rows,
        "columns": columns,
        "range": most,
        "blocks": [],
        "meaning": meaning,
    }


def jacobian(subject: Subject, board: Board, **place: object) -> dict:
    """J_{t+1}, what the gradient of the cursor's step has just come through; none at the last step."""
    steps, size = subject.read().steps, taken_apart(subject, 0).states.values.shape[1]
    title = _("What a step back multiplies by")
    if steps == 1:
        return missing(_("One step has no Jacobian between two states."), title=title, **place)
    if steps * size**2 > MOST_IN_JACOBIANS:
        told = _("Jacobians of {size} × {size} numbers at {steps} steps are too many to send.")
        return missing(told.format(size=size, steps=steps), title=title, **place)
    jacobians = gradients.step_jacobians(subject.network(), subject.input())
    values, largest = jacobians.values[1:], gradients.singular_values(jacobians).values[1:, 0]
    after = np.concatenate([values, np.zeros_like(values[:1])])
    board.array("sigma", np.append(largest, np.nan)[:, None])
    meaning = _("The gradient has just come through it; its size here is the largest singular value.")
    shown = _matrix(board, "J", after, _("Jacobian"), "J_{t+1}", meaning) | {"termSizes": "sigma"}
    strings = {"term": _("this step")}
    return {"kind": "weight_sums", "title": title, "matrices": [shown], "strings": strings, **place}


def lessons(subject: Subject, truncate: int, clip: float, **place: object) -> dict:
    """The size of each step's term; what truncation cuts off in grey."""
    factor, _norm = clipping(subject, truncate, clip)
    letter = naming.plain(letter_of(subject))
    whole, kept = term_sizes(subject, 0), term_sizes(subject, truncate) * factor
    drawn = [Line(_("this step's term in ∂L/∂{letter}").format(letter=letter), _logs(kept), accent(subject), "solid")]
    meta = [{"signal": "log10 term", "label": drawn[0].name} | POWER]
    if not np.array_equal(whole, kept):
        drawn.append(Line(_("untruncated, unclipped"), _logs(whole), style.INK, "dot"))
        meta.append({"signal": "log10 term:whole", "label": drawn[1].name} | POWER)
    figure = figures.lines.draft(
        [line._replace(meta=meta) for line, meta in zip(drawn, meta, strict=True)],
        subject.read().tokens,
        value_title=_("size of its term (log scale)"),
        time_title=_("time step"),
        powers=True,
        height=260,
    )
    return chart(
        figure,
        title=_("How much each step adds"),
        caption=sentences(_latest(whole), _("A gap is a term that is zero.")),
        **place,
    )


def _latest(sizes: np.ndarray) -> str:
    """From how few of the last steps most of the terms' sizes come, "" if they are not few."""
    if not sizes.any() or not np.isfinite(sizes).all():
        return ""
    shares = np.cumsum(sizes[::-1]) / sizes.sum()
    count = int(np.argmax(shares >= MOST)) + 1
    if 2 * count >= len(sizes):
        return ""
    told = _("The last {count} of {steps} steps have {share} of the summed sizes of all terms.")
    if count == 1:
        told = _("The last of {steps} steps has {share} of the summed sizes of all terms.")
    return told.format(count=count, steps=len(sizes), share=percent(float(shares[count - 1])))


def _logs(sizes: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        logs = np.log10(sizes)
    return np.where(np.isfinite(logs), logs, np.nan)
