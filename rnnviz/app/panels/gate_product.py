"""The product of keep gates beside the gradient that it is taken for: the pictures, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz import figures
from rnnviz.app import naming
from rnnviz.app.heavy_work import FIRST_LINE, Bar, wait_for
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip
from rnnviz.app.panels.gradient_lines import POWER
from rnnviz.app.panels.state_charts import chart
from rnnviz.app.written import of_log, significant
from rnnviz.cells import CELLS
from rnnviz.compute import computed
from rnnviz.figures import Line, style
from rnnviz.studies import gate_product as study
from rnnviz.subjects import Subject

Subjects = Mapping[str, Subject]
Words = tuple[str, ...]
Band = tuple[np.ndarray, np.ndarray] | None
HEIGHT = 284
OUTER = (0.1, 0.9)  # of the networks of all seeds, the edges of the band
EXACT = 1e-9  # a ratio so near 1 is 1 but for rounding
NEARLY = 0.02  # log10 of a factor so near 1 that the title names none

measured = computed(study.measure)


def ratio_of(subject: Subject, layer: int | None = None) -> float:
    """The product over the gradient, at the step that is read first; nan where nothing gets there."""
    return 10 ** decades_of(subject, layer)


def decades_of(subject: Subject, layer: int | None = None) -> float:
    """log10 of ``ratio_of``, which may be below all floats."""
    return float(measured(subject, layer).ratio[first_of(subject)])


def first_of(subject: Subject) -> int:
    """Where the step that is read first stands in the sequence."""
    return -1 if subject.network().directions == ("backward",) else 0


def claim(subjects: Subjects, many: np.ndarray) -> tuple[str, str, list[Chip], str]:
    """What ``page.claim`` takes; ``many``: ``study.over_seeds`` of the cell that is compared, the first of them."""
    first = next(iter(subjects))
    decades = decades_of(subjects[first])
    return share_of(first, decades), often_said(first, decades), [], measured_how(subjects[first], many)


def often_said(cell: str, decades: float) -> str:
    """Why one wants to know: what is taught of gates, and what one gets wrong of this cell who believes it."""
    told = _("Then a {cell} seems to learn farther back than it does.")
    if decades < 0:
        told = _("Then a {cell} seems to learn less far back than it does.")
    if abs(decades) < NEARLY:
        told = _("For a {cell} that is nearly so.")
    if abs(decades) < EXACT:
        told = _("For a {cell} that is so: its gates read the input alone.")
    return sentences(_("Tutorials often take one for the other."), told.format(cell=naming.cell(cell)))


def measured_how(subject: Subject, many: np.ndarray) -> str:
    """What is divided by what, and of what networks; how far apart both are in ``many`` others."""
    usual, back = float(np.median(many[:, 0])), many.shape[1] - 1
    median = _("In the median of {count} such networks they are {times} times apart.")
    if abs(usual) < EXACT:
        median = _("There is no difference in any of {count} such networks.")
    state, gate = naming.letter(subject.cell, CELLS[subject.cell].keeps.state), gate_of(subject.cell)
    return sentences(
        _(
            "The gradient at the last state {state}, multiplied unit by unit by the gate {gate} of all {steps} steps "
            "between, as a length; divided by the length of the true gradient at the first step."
        ).format(state=state, gate=gate, steps=back),
        median.format(count=len(many), times=times(abs(usual))),
        _("A GRU's gradient also comes back through the weights of its gates and of its candidate."),
        _(
            "Untrained networks of {units} units with the usual start, which leaves a GRU's gates half open. Those of "
            "“Vanishing gradients” start with their gates open: more is left."
        ).format(units=study.UNITS),
    )


def fraction(subject: Subject, layer: int | None = None) -> Chip:
    """How much of the gradient the product is, at the step that is read first."""
    told = _("{cell}: product ÷ gradient = {ratio}")
    return Chip(subject.cell, told.format(cell=naming.cell(subject.cell), ratio=written(ratio_of(subject, layer))))


def share_of(cell: str, decades: float) -> str:
    """In a title: how far off the product of a cell's gates is, by log10 of the product over the gradient."""
    if abs(decades) < EXACT:
        return _("This {cell}'s gradient is the product of its gates").format(cell=naming.cell(cell))
    if abs(decades) < NEARLY:
        return _("This {cell}'s gradient is nearly the product of its gates").format(cell=naming.cell(cell))
    told = _("The product of this {cell}'s gates is {times} times its gradient")
    if decades < 0:
        told = _("This {cell}'s gradient is {times} times the product of its gates")
    return told.format(cell=naming.cell(cell), times=times(abs(decades)))


def apart(cell: str, decades: float) -> str:
    """The title of a picture of both: whether they are one, at the step that is read first."""
    told = _("{cell}: at step 1 they are {times} times apart")
    if abs(decades) < NEARLY:
        told = _("{cell}: both lines are one") if abs(decades) < EXACT else _("{cell}: both lines are nearly one")
    return told.format(cell=naming.cell(cell), times=times(abs(decades)))


def times(decades: float) -> str:
    """A factor of at least 1, by its log10, to two digits: "1.6", "110", "2,900", "8.4×10⁷"."""
    told = of_log(decades)
    return told if "×" in told or decades < 1 else f"{float(told):,.0f}"


def written(ratio: float) -> str:
    """A share of the gradient, to two digits where it is not all of it."""
    return f"{100 if abs(ratio - 1) < EXACT else significant(100 * ratio, 2)}%"


def both(subjects: Subjects) -> list[dict]:
    """The pictures of the reference and of the cell that is compared, side by side over the same sizes."""
    values = [line for subject in subjects.values() for line in measured(subject)[:2]]
    least = min(float(np.min(line, where=np.isfinite(line), initial=0.0)) for line in values)
    most = max(float(np.max(line, where=np.isfinite(line), initial=0.0)) for line in values)
    panels, kept = [], _("Dashed: {product}, the part kept.")
    for cell, subject in subjects.items():
        decades, gate = decades_of(subject), naming.plain(CELLS[cell].keeps.symbol).replace("-", "−")
        heard = _("Its gates read the old state too, so there are more ways back.")
        if abs(decades) < EXACT:
            heard = _("Its gates read the input alone, so there is no other way back.")
        if cell == study.REFERENCE:
            heard = _("A simpler GRU: its gate reads the input alone, so there is no other way back.")
        panels.append(
            sizes(
                subject,
                title=apart(cell, decades),
                caption=sentences(kept.format(product=f"{gate} · {gate} · … · {gate}"), heard),
                value_range=(least - 0.5, most + 0.5),
                span=12 // len(subjects),
            )
        )
    return panels


def gate_of(cell: str) -> str:
    return naming.plain(CELLS[cell].keeps.symbol).replace("-", "−").strip("()")


def sizes(
    subject: Subject,
    layer: int | None = None,
    tokens: Words = (),
    value_range: tuple[float, float] | None = None,
    **place: object,
) -> dict:
    """The exact gradient, solid, and the product of gates, dashed, of one layer, the top one unless given."""
    found, cell = measured(subject, layer), subject.cell
    of = naming.letter(cell, CELLS[cell].keeps.state)
    drawn = [
        _line(subject, label, values, signal, dash, color=color)
        for values, label, dash, signal, color in (
            (found.exact, _("true gradient |∂L/∂{state}|").format(state=of), "solid", "exact", ""),
            (found.product, _("product of its gates"), "dash", "product", style.ROLES["keep"]),
        )
    ]
    draft = _draft(drawn, _("size of the gradient (log scale)"), tokens, value_range)
    return chart(draft, values="below", **place)


def alone(subject: Subject, layer: int, where: str, tokens: Words, **place: object) -> dict:
    """The picture of one layer of a network of the visitor's choice."""
    return sizes(
        subject,
        layer,
        tokens,
        title=_("What is left of the gradient of the {cell}, step by step back").format(cell=naming.cell(subject.cell)),
        caption=sentences(_("Solid: what reaches the state, in all ways. Dashed: through the gates alone."), where),
        **place,
    )


def ratios(subjects: Subjects, many: np.ndarray, **place: object) -> dict:
    """Product over gradient at each step: of these networks, and of the cell that is compared over seeds."""
    compared = next(iter(subjects))
    band = tuple(np.quantile(many, OUTER, axis=0))
    drawn = [
        _line(subject, cell, measured(subject).ratio, "ratio", "dot" if cell == compared else "solid")
        for cell, subject in subjects.items()
    ]
    name = _("{cell}: median of {count}").format(cell=naming.cell(compared), count=len(many))
    drawn.append(_line(subjects[compared], name, np.median(many, 0), "median ratio", "solid", band, style.INK))
    within = round((OUTER[1] - OUTER[0]) * len(many))
    told = _("Dotted: this network. Band: the middle {within} of {count} seeds.").format(within=within, count=len(many))
    return _quotient(drawn, told, **place)


def ratio(subject: Subject, layer: int, tokens: Words, **place: object) -> dict:
    """Product over gradient at each step of one layer."""
    return _quotient([_line(subject, subject.cell, measured(subject, layer).ratio, "ratio")], "", tokens, **place)


def _quotient(drawn: Sequence[Line], caption: str, tokens: Words = (), **place: object) -> dict:
    return chart(
        _draft(drawn, _("product ÷ gradient (log scale)"), tokens),
        title=_("Product ÷ gradient"),
        caption=sentences(_("1: the gates tell all of it."), caption),
        values="below",
        **place,
    )


def _line(
    subject: Subject,
    label: str,
    values: np.ndarray,
    signal: str,
    dash: str | None = None,
    band: Band = None,
    color: str = "",
) -> Line:
    meta = {"signal": signal, "network": subject.cell, "label": label} | POWER
    return Line(label, finite(values), color or style.CELLS[subject.cell], dash, band, meta)


def _draft(
    drawn: Sequence[Line], value_title: str, tokens: Words, value_range: tuple[float, float] | None = None
) -> figures.Draft:
    places = {"value_title": value_title, "time_title": _("time step"), "value_range": value_range}
    return figures.lines.draft(drawn, tokens, **places, powers=True, height=HEIGHT)


def over_seeds(subject: Subject) -> np.ndarray:
    """``study.over_seeds`` of this cell, computed once for all visitors, with a progress bar where it takes long."""
    bar, steps = Bar(), len(measured(subject).exact) - 1
    text = _("Measuring {count} networks").format(count=len(study.SEEDS))
    key = ("gate product", subject.cell, steps)
    found = wait_for(key, lambda: study.over_seeds(subject.cell, steps), bar, text, line=FIRST_LINE)
    bar.end()
    return found


def finite(values: np.ndarray) -> np.ndarray:
    """A line stops where there is no number."""
    return np.where(np.isfinite(values), values, np.nan)
