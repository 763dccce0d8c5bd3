"""Panels about gradients through time: the sizes that reach each step, their bounds, what teaches the weights."""

from __future__ import annotations

import numpy as np

from rnnviz import figures, gradients
from rnnviz.app import naming
from rnnviz.app.comparison import Subjects, called, together
from rnnviz.app.gradient_runs import (
    curves,
    exponent,
    in_reading_order,
    is_decomposed,
    reaching_states,
    reads_forward,
    retraced,
    singular_values,
    too_large,
)
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels.network_views import missing
from rnnviz.app.panels.state_charts import chart, line_each
from rnnviz.dynamics import spectral_radius
from rnnviz.figures import Line, style
from rnnviz.figures.lines import DASHES
from rnnviz.subjects import Subject

REPEATS = 10
POWER = {"power": True}  # what is drawn is log10 of what is written


def first(subject: Subject, loss_at: str) -> str:
    return f"{float(curves(subject, loss_at)['state'].values[0]):.2f}"


def sizes(compared: Subjects, loss_at: str, repeat: bool, parts: bool = False, note: str = "") -> dict:
    """The size of the gradient at every step, a line per network. ``parts``: and one for each part of its state;
    ``repeat``: with a band over seeds, of networks that hang on one; ``note``: what else there is to say of them."""
    drawn, apart = [], have_their_own_colours(compared)
    for cell, subject in compared.items():
        bands = _bands(subject, loss_at) if repeat else {}
        found = curves(subject, loss_at)
        names = [name for name in found if name != "state"]
        shown = names[:1] if len(names) == 1 else ["state"]  # of an RNN, h is the whole state
        if parts and apart and len(names) > 1:  # what cancels out, as a stabilizer does, has no size to be drawn
            shown += [name for name in names if np.isfinite(found[name].values).any()]
        dashed = dict(zip(shown, DASHES, strict=False)) if apart else {shown[0]: None}
        for name, dash in dashed.items():
            signal = found[name]
            by = f"({', '.join(names)})" if name == "state" else naming.letter(subject.cell, name)
            label = f"{called(cell)} ∂L/∂{by}" if parts and apart else called(cell)
            meta = {"signal": signal_of(name), "network": cell, "label": label} | POWER
            drawn.append(Line(label, finite(signal.values), style.CELLS[subject.cell], dash, bands.get(name), meta))
    caption = sentences(_by_which(compared, loss_at), note or _("A straight line means the same factor at every step."))
    figure = figures.lines.draft(
        drawn,
        tokens_of(compared),
        value_title=_("size of the gradient (log scale)"),
        time_title=_("time step"),
        powers=True,
        height=400,
    )
    _tell_the_way(figure, next(iter(compared.values())), loss_at)
    figure.update_layout(meta={"ends": "first", "above": 26})  # Chinese words there are higher than others
    return chart(
        figure,
        span=12,
        title=_("How large the gradient of the loss is at each step"),
        caption=_("{caption} Bands: smallest to largest of seeds 0 to 9.").format(caption=caption)
        if repeat
        else caption,
    )


def _by_which(compared: Subjects, loss_at: str) -> str:
    """What the gradient of each network is one by: its whole state."""
    common, by = naming.common(subject.cell for subject in compared.values()), {}
    for name, subject in compared.items():
        parts = [naming.letter(common, part) for part in curves(subject, loss_at) if part != "state"]
        by.setdefault(f"({', '.join(parts)})" if len(parts) > 1 else parts[0], []).append(called(name))
    told = _("∂L/∂{state} in the {cells}")
    return _("{derivatives}.").format(
        derivatives=_(", ").join(told.format(state=state, cells=together(cells)) for state, cells in by.items())
    )


def _tell_the_way(figure: figures.Draft, subject: Subject, loss_at: str) -> None:
    """Above the curves: where the loss stands, and which way they are to be read."""
    if loss_at == "last":
        style.mark(figure, "x", subject.read().steps if reads_forward(subject) else 1, _("loss"))
    way = _("← back in time") if reads_forward(subject) else _("back in time →")
    place = {"xref": "x domain", "yref": "y domain", "x": 0.5, "y": 1, "xanchor": "center", "yanchor": "bottom"}
    figure.add_annotation(text=way, font={"size": 12}, showarrow=False, **place)


def signal_of(name: str) -> str:
    """What the curve of a gradient by a state is called."""
    return f"log10 dL/d{name}".replace("dstate", "dS")


def have_their_own_colours(compared: Subjects) -> bool:
    """Whether all cells differ; else each network has one line, of its own dash, and the parts of a state have none."""
    return len({subject.cell for subject in compared.values()}) == len(compared)


def in_words(compared: Subjects) -> str:
    """What the lines of one network are."""
    if have_their_own_colours(compared):
        return _("A line is the gradient by the whole state, of an LSTM (h, c); More settings shows h and c apart.")
    return _("A line is the gradient by the whole state, of an LSTM (h, c); a colour is a cell, a dash one network.")


def tokens_of(compared: Subjects) -> tuple[str, ...]:
    """The text under the time axis, () of noise: all read the same."""
    return next(iter(compared.values())).read().tokens


def _bands(subject: Subject, loss_at: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    runs = [curves(subject.with_(seed=seed, noise=seed), loss_at) for seed in range(REPEATS)]
    stacked = {name: np.stack([finite(run[name].values) for run in runs]) for name in runs[0]}
    return {
        name: (np.nanmin(rows, 0), np.nanmax(rows, 0))
        for name, rows in stacked.items()
        if not np.isnan(rows).all(0).any()
    }


def finite(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), values, np.nan)


def bounds(subject: Subject, span: int, name: str = "") -> dict:
    """The gradient of a loss at the end, beside what theory says of it."""
    if not is_decomposed(subject):
        return missing(too_large([subject]), title=_("What theory says of the gradient"), span=span)
    true = finite(in_reading_order(subject, reaching_states(subject)))
    true = true - (true[-1] if np.isfinite(true[-1]) else 0.0)
    bound = in_reading_order(subject, gradients.norm_bound(singular_values(subject)).values)
    steps, color = len(true), style.CELLS[subject.cell]
    back = np.arange(steps - 1, -1, -1)
    with np.errstate(invalid="ignore"):  # 0 times -inf: where nothing passes there is no slope
        predicted = finite(exponent(subject) * back)
    drawn = [
        Line(_("true gradient"), true, color, "solid"),
        Line(_("slope of the Lyapunov exponent"), predicted, style.INK, "dash"),
        Line(_("product of largest singular values"), finite(bound), "#B07A10", "dot"),
    ]
    if subject.cell == "RNN":
        network = subject.network()
        limit = gradients.pascanu_bound(network, steps).values
        drawn.append(Line(_("Pascanu's bound"), finite(limit), "#4F81A8", "dashdot"))
        with np.errstate(all="ignore"):  # the radius may be zero
            radius = np.log10(spectral_radius(network.layers[-1][0].weight_hh))
            alone = np.where(back > 0, radius * back, 0.0)
        drawn.append(Line(_("spectral radius alone"), finite(alone), "#98705F", "longdash"))
    signals = ("true", "exponent", "product", "pascanu", "radius")
    drawn = [
        line._replace(
            values=in_reading_order(subject, line.values),
            meta={"signal": f"bound:{signal}", "network": name or subject.cell, "label": line.name} | POWER,
        )
        for line, signal in zip(drawn, signals, strict=False)
    ]
    figure = figures.lines.draft(
        drawn,
        subject.read().tokens,
        value_title=_("relative to the last step (log scale)"),
        time_title=_("time step"),
        powers=True,
        height=300,
    )
    above, start = bound[0] - true[0], subject.read().number(in_reading_order(subject, np.arange(steps))[0])
    title = _("{cell}: at step {step} the bound is {decades} decades above the gradient")
    if not np.isfinite(above):
        title, above = _("{cell}: nothing reaches step {step}"), 0.0
    return chart(
        figure,
        span=span,
        title=title.format(cell=name or subject.cell, step=start, decades=f"{above:.1f}"),
        caption=_(
            "Loss at the end. A bound below 1 proves vanishing, above 1 nothing; the exponent predicts the slope of "
            "long runs."
        ),
    )


def teaching(compared: Subjects, loss_at: str, span: int) -> list[dict]:
    """Which moment teaches the weights: each step's part of dL/dW_hh; nothing where no cell has one."""
    lessons = {cell: retraced(subject, loss_at).recurrent for cell, subject in compared.items()}
    curves = {cell: finite(lesson.values) for cell, lesson in lessons.items() if lesson is not None}
    without = [cell for cell, lesson in lessons.items() if lesson is None]
    if not curves:
        return []
    caption = _("The gradient of W_hh is a sum over steps; this is the size of each step's term.")
    if without:
        caption = sentences(caption, _("{cell} has no W_hh.").format(cell=_(", ").join(without)))
    caption = naming.named(naming.common(subject.cell for subject in compared.values()), caption)
    figure = line_each(
        compared,
        curves,
        {"signal": "log10 dL/dweight_hh"} | POWER,
        tokens_of(compared),
        value_title=_("size of its term (log scale)"),
        powers=True,
        height=300,
    )
    return [chart(figure, span=span, title=_("Which moment teaches the weights"), caption=caption)]
