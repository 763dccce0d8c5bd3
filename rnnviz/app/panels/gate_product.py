"""The product of keep gates beside the gradient that it is taken for: the pictures, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnviz import figures
from rnnviz.app import naming
from rnnviz.app.heavy_work import LINE, Bar, wait_for
from rnnviz.app.i18n import _
from rnnviz.app.page import Chip
from rnnviz.app.panels.gradient_lines import POWER
from rnnviz.app.panels.state_charts import chart
from rnnviz.app.written import significant
from rnnviz.cells import CELLS
from rnnviz.compute import computed
from rnnviz.figures import Line, style
from rnnviz.studies import gate_product as study
from rnnviz.studies.gate_product import REFERENCE
from rnnviz.subjects import Subject

Subjects = Mapping[str, Subject]
EXACT = 1e-9  # a ratio so near 1 is 1 but for rounding

measured = computed(study.measure)


def ratio_of(subject: Subject) -> float:
    """The product over the gradient, at the first step."""
    return float(10 ** measured(subject).ratio[0])


def claim(subjects: Subjects) -> tuple[str, str, list[Chip]]:
    """What ``page.claim`` takes."""
    back = len(measured(subjects[REFERENCE]).exact) - 1
    told = _(
        "Textbooks draw what is left of a gradient as the product of the gates that keep. Here both are computed, "
        "{steps} steps back: the dashed line should lie on the solid one."
    )
    chips = [
        Chip(cell, _("{cell}: product ÷ gradient = {ratio}").format(cell=cell, ratio=written(ratio_of(subject))))
        for cell, subject in subjects.items()
    ]
    return title(subjects), told.format(steps=back), chips


def title(subjects: Subjects) -> str:
    ratios = {cell: ratio_of(subject) for cell, subject in subjects.items()}
    exact = [cell for cell, ratio in ratios.items() if abs(ratio - 1) < EXACT]
    others = {cell: ratio for cell, ratio in ratios.items() if cell not in exact}
    if not others:
        return _("The keep gates multiply to the gradient: {cells}").format(cells=_(", ").join(exact))
    (other, ratio), *_more = others.items()
    return _("{cell}: the keep gates multiply to the gradient. {other}: to {ratio} of it").format(
        cell=_(", ").join(exact), other=other, ratio=written(ratio)
    )


def written(ratio: float) -> str:
    return "1.000" if abs(ratio - 1) < EXACT else significant(ratio, 2)


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
        height=380,
    )
    return chart(
        figure,
        title=_("From the last step back to the first"),
        caption=_("A push of length 1 on the last output. Solid: what reaches the state, in all ways."),
        **place,
    )


def ratios(subjects: Subjects, **place: object) -> dict:
    """Product over gradient at each step."""
    drawn = [
        Line(
            cell,
            finite(measured(subject).ratio),
            style.CELLS[cell],
            "solid",
            meta={"signal": "ratio", "network": cell, "label": cell} | POWER,
        )
        for cell, subject in subjects.items()
    ]
    figure = figures.lines.draft(
        drawn,
        value_title=_("product ÷ gradient (log scale)"),
        time_title=_("time step"),
        powers=True,
        height=380,
    )
    return chart(
        figure,
        title=_("What the picture sees of the gradient"),
        caption=_("1 = all of it. Below 1 the gates alone say too little, above 1 too much."),
        **place,
    )


def over_seeds(subjects: Subjects) -> dict[str, np.ndarray]:
    """``study.over_seeds`` of each cell, with a progress bar where it takes long."""
    bar, found = Bar(), {}
    steps = len(measured(subjects[REFERENCE]).exact) - 1
    for k, cell in enumerate(subjects):
        part = (k / len(subjects), (k + 1) / len(subjects))
        found[cell] = wait_for(
            ("gate product", cell, steps),
            lambda cell=cell: study.over_seeds(cell, steps),
            bar,
            _("Measuring {count} networks").format(count=len(study.SEEDS)),
            part,
            LINE,
        )
    bar.end()
    return found


def seeds(found: Mapping[str, np.ndarray], **place: object) -> dict:
    """The ratio of many seeds: their median, and between which values four of five lie."""
    medians = {cell: np.median(values, 0) for cell, values in found.items()}
    drawn = [
        Line(
            _("{cell}: {ratio}").format(cell=cell, ratio=written(float(10 ** medians[cell][0]))),
            finite(medians[cell]),
            style.CELLS[cell],
            "solid",
            band=tuple(np.quantile(values, (0.1, 0.9), axis=0)),
            meta={"signal": "median ratio", "network": cell},
        )
        for cell, values in found.items()
    ]
    figure = figures.lines.draft(
        drawn,
        value_title=_("product ÷ gradient (log scale)"),
        time_title=_("time step"),
        powers=True,
        height=320,
    )
    told = _("; ").join(
        _("{cell}: {answer}").format(cell=cell, answer=written(float(10 ** median[0])))
        for cell, median in medians.items()
    )
    return chart(
        figure,
        time=False,
        title=_("{count} untrained networks of each cell, product ÷ gradient at step 1: median {told}").format(
            count=len(study.SEEDS), told=told
        ),
        caption=_("Line: the median of the seeds. Band: from the tenth to the ninetieth of a hundred."),
        **place,
    )


def finite(values: np.ndarray) -> np.ndarray:
    """A line stops where there is no number."""
    return np.where(np.isfinite(values), values, np.nan)
