"""The product of keep gates beside the gradient that it is taken for: the pictures, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnviz import figures
from rnnviz.app import naming
from rnnviz.app.heavy_work import FIRST_LINE, Bar, wait_for
from rnnviz.app.i18n import _
from rnnviz.app.page import Chip, percent
from rnnviz.app.panels.gradient_lines import POWER
from rnnviz.app.panels.state_charts import chart
from rnnviz.app.written import significant
from rnnviz.cells import CELLS
from rnnviz.compute import computed
from rnnviz.figures import Line, style
from rnnviz.studies import gate_product as study
from rnnviz.subjects import Subject

Subjects = Mapping[str, Subject]
HEIGHT = 340
EXACT = 1e-9  # a ratio so near 1 is 1 but for rounding
LEAST = 0.01  # share that the title writes, to a whole percent

measured = computed(study.measure)


def ratio_of(subject: Subject, layer: int | None = None) -> float:
    """The product over the gradient, at the step that is read first; nan where nothing gets there."""
    first = -1 if subject.network().directions == ("backward",) else 0
    return float(10 ** measured(subject, layer).ratio[first])


def claim(subjects: Subjects, many: np.ndarray) -> tuple[str, str, list[Chip]]:
    """What ``page.claim`` takes; ``many``: ``study.over_seeds`` of the cell that is compared, the last of them."""
    back = many.shape[1] - 1
    told = _(
        "Textbooks draw what is left of a gradient as the product of the gates that keep. Here both are computed, "
        "{steps} steps back: if they were the same, each dashed line would lie on the solid one."
    )
    chips = [
        Chip(cell, _("{cell} drawn below: {ratio} of its gradient").format(cell=cell, ratio=written(ratio_of(subject))))
        for cell, subject in subjects.items()
    ]
    last = list(subjects)[-1]
    median = _("{cell}, median of {count} networks: {ratio}")
    chips.append(Chip(last, median.format(cell=last, count=len(many), ratio=written(middle(many)))))
    return title(subjects, many), told.format(steps=back), chips


def title(subjects: Subjects, many: np.ndarray) -> str:
    """Whether the product is the gradient, of the cell that is compared by the median over seeds."""
    return share_of(list(subjects)[-1], middle(many))


def share_of(cell: str, ratio: float) -> str:
    """In a title: which share of its gradient the gates of a cell tell."""
    if abs(ratio - 1) < EXACT:
        return _("{cell}: the product of its gates is the gradient").format(cell=cell)
    if ratio > 1:
        told = _("{cell}: the product of its gates is about {ratio} times the gradient")
        return told.format(cell=cell, ratio=significant(ratio, 2))
    if ratio < LEAST / 2:
        told = _("{cell}: the product of its gates is less than {share} of the gradient")
        return told.format(cell=cell, share=percent(LEAST))
    return _("{cell}: the product of its gates is only about {share} of the gradient").format(
        cell=cell, share=percent(ratio)
    )


def middle(many: np.ndarray) -> float:
    """The median over seeds of the product over the gradient at the first step."""
    return float(10 ** np.median(many[:, 0]))


def written(ratio: float) -> str:
    """A share of the gradient, to two digits where it is not all of it."""
    return f"{100 if abs(ratio - 1) < EXACT else significant(100 * ratio, 2)}%"


def sizes(subjects: Subjects, **place: object) -> dict:
    """The exact gradient, solid, and the product of gates, dashed, of each cell."""
    drawn = []
    for cell, subject in subjects.items():
        found, of = measured(subject), naming.letter(cell, CELLS[cell].keeps.state)
        for values, name, dash, signal in (
            (found.exact, _("{cell}: |∂L/∂{state}|"), "solid", "exact"),
            (found.product, _("{cell}: product of gates"), "dash", "product"),
        ):
            label = name.format(cell=cell, state=of)
            meta = {"signal": signal, "network": cell, "label": label} | POWER
            drawn.append(Line(label, finite(values), style.CELLS[cell], dash, meta=meta))
    figure = figures.lines.draft(
        drawn,
        value_title=_("size of the gradient (log scale)"),
        time_title=_("time step"),
        powers=True,
        height=HEIGHT,
    )
    return chart(
        figure,
        title=_("From the last step back to the first"),
        caption=_(
            "A push of length 1 on the last output. Solid: what reaches the state, in all ways. Dashed: by gates alone."
        ),
        values="below",
        **place,
    )


def ratios(subjects: Subjects, many: np.ndarray, **place: object) -> dict:
    """Product over gradient at each step: of these networks, and of the cell that is compared over seeds."""
    *_others, last = subjects
    band = tuple(np.quantile(many, (0.1, 0.9), axis=0))
    drawn = [
        Line(
            cell,
            finite(measured(subject).ratio),
            style.CELLS[cell],
            "dot" if cell == last else "solid",
            meta={"signal": "ratio", "network": cell, "label": cell} | POWER,
        )
        for cell, subject in subjects.items()
    ]
    name = _("{cell}: median of {count}").format(cell=last, count=len(many))
    meta = {"signal": "median ratio", "network": last, "label": name} | POWER
    drawn.append(Line(name, finite(np.median(many, 0)), style.CELLS[last], "solid", band, meta))
    figure = figures.lines.draft(
        drawn,
        value_title=_("product ÷ gradient (log scale)"),
        time_title=_("time step"),
        powers=True,
        height=HEIGHT,
    )
    return chart(
        figure,
        title=_("How much of the gradient the gates tell"),
        caption=_("1 = all of it. Dotted: this network. Band: eight of ten of {count} seeds.").format(count=len(many)),
        values="below",
        **place,
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
