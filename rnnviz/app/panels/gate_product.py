"""The product of keep gates beside the gradient that it is taken for: the pictures, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz import figures
from rnnviz.app import naming
from rnnviz.app.heavy_work import FIRST_LINE, Bar, wait_for
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip, percent
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
HEIGHT = 300
OUTER = (0.1, 0.9)  # of the networks of all seeds, the edges of the band
EXACT = 1e-9  # a ratio so near 1 is 1 but for rounding
LEAST = 0.01  # share that the title writes, to a whole percent

measured = computed(study.measure)


def ratio_of(subject: Subject, layer: int | None = None) -> float:
    """The product over the gradient, at the step that is read first; nan where nothing gets there."""
    return float(10 ** measured(subject, layer).ratio[first_of(subject)])


def first_of(subject: Subject) -> int:
    """Where the step that is read first stands in the sequence."""
    return -1 if subject.network().directions == ("backward",) else 0


def claim(subjects: Subjects, many: np.ndarray) -> tuple[str, str, list[Chip]]:
    """What ``page.claim`` takes; ``many``: ``study.over_seeds`` of the cell that is compared, the last of them."""
    back = many.shape[1] - 1
    told = _(
        "Choose a cell. Product of its keep gate {gate} ÷ true gradient, {steps} steps back. 100%: gates are the only "
        "way back."
    )
    last = list(subjects)[-1]
    gate = naming.plain(CELLS[last].keeps.symbol).replace("-", "−")
    chips = [fraction(subject) for subject in subjects.values()]
    median = _("median of {count} such networks: {ratio}")
    chips.append(Chip(last, median.format(count=len(many), ratio=written(middle(many)))))
    return title(subjects, many), told.format(steps=back, gate=gate), chips


def fraction(subject: Subject, layer: int | None = None) -> Chip:
    """What is divided by what, at the step that is read first."""
    found, first = measured(subject, layer), first_of(subject)
    told = _("{cell}: {product} ÷ {gradient} = {ratio}").format(
        cell=naming.cell(subject.cell),
        product=of_log(found.product[first]),
        gradient=of_log(found.exact[first]),
        ratio=written(ratio_of(subject, layer)),
    )
    return Chip(subject.cell, told)


def title(subjects: Subjects, many: np.ndarray) -> str:
    """Whether the product is the gradient, of the cell that is compared by the median over seeds."""
    return share_of(list(subjects)[-1], middle(many))


def share_of(cell: str, ratio: float) -> str:
    """In a title: which share of its gradient the gates of a cell tell."""
    if abs(ratio - 1) < EXACT:
        return _("{cell}: the product of its gates is the gradient").format(cell=naming.cell(cell))
    if ratio > 1:
        told = _("{cell}: the product of its gates is about {ratio} times the gradient")
        return told.format(cell=naming.cell(cell), ratio=significant(ratio, 2))
    if ratio < LEAST / 2:
        told = _("{cell}: the product of its gates is less than {share} of the gradient")
        return told.format(cell=naming.cell(cell), share=percent(LEAST))
    return _("{cell}: the product of its gates is only about {share} of the gradient").format(
        cell=naming.cell(cell), share=percent(ratio)
    )


def middle(many: np.ndarray) -> float:
    """The median over seeds of the product over the gradient at the first step."""
    return float(10 ** np.median(many[:, 0]))


def written(ratio: float) -> str:
    """A share of the gradient, to two digits where it is not all of it."""
    return f"{100 if abs(ratio - 1) < EXACT else significant(100 * ratio, 2)}%"


def sizes(subject: Subject, layer: int | None = None, caption: str = "", tokens: Words = (), **place: object) -> dict:
    """The exact gradient, solid, and the product of gates, dashed, of one layer, the top one unless given."""
    found, cell = measured(subject, layer), subject.cell
    of = naming.letter(cell, CELLS[cell].keeps.state)
    drawn = [
        _line(subject, label, values, signal, dash)
        for values, label, dash, signal in (
            (found.exact, f"|∂L/∂{of}|", "solid", "exact"),
            (found.product, _("product of gates"), "dash", "product"),
        )
    ]
    return chart(
        _draft(drawn, _("size of the gradient (log scale)"), tokens),
        title=_("{cell}: its gradient, and the product of its gates").format(cell=naming.cell(cell)),
        caption=sentences(_("Solid: what reaches the state, in all ways. Dashed: by gates alone."), caption),
        values="below",
        **place,
    )


def ratios(subjects: Subjects, many: np.ndarray, **place: object) -> dict:
    """Product over gradient at each step: of these networks, and of the cell that is compared over seeds."""
    *_others, last = subjects
    band = tuple(np.quantile(many, OUTER, axis=0))
    drawn = [
        _line(subject, cell, measured(subject).ratio, "ratio", "dot" if cell == last else "solid")
        for cell, subject in subjects.items()
    ]
    name = _("{cell}: median of {count}").format(cell=naming.cell(last), count=len(many))
    drawn.append(_line(subjects[last], name, np.median(many, 0), "median ratio", "solid", band, style.INK))
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


def _draft(drawn: Sequence[Line], value_title: str, tokens: Words) -> figures.Draft:
    return figures.lines.draft(
        drawn, tokens, value_title=value_title, time_title=_("time step"), powers=True, height=HEIGHT
    )


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
