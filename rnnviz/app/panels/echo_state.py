"""Panels of the page on echo state networks: what a reservoir forgets, what can be read off it, what decides it."""

from __future__ import annotations

import numpy as np

from rnnviz import figures
from rnnviz.app.i18n import _
from rnnviz.app.panels import reservoir_claims
from rnnviz.app.panels.gradient_lines import POWER
from rnnviz.app.panels.network_views import legends, listed
from rnnviz.app.panels.reservoir_drawing import bounded
from rnnviz.app.panels.state_charts import chart, name_trace
from rnnviz.cells import TRIO
from rnnviz.dynamics import Echo
from rnnviz.dynamics.capacity import RIDGE
from rnnviz.figures import Eigenvalues, Line, Run, style
from rnnviz.studies import echo_state_network as study
from rnnviz.studies.echo_state_network import FITTED, RADII, SEQUENCES, SHOWN, STEPS, WASHOUT
from rnnviz.subjects import Subject
from rnnviz.trace import Signal

DASHES = ("solid", "dash", "longdash", "dashdot")  # ESN, RNN, LSTM, GRU
LANES = (0, 1, 2)  # the units whose two runs are drawn
BEGINNING = 40  # steps of them, in which one sees the two runs meet
SECOND = "#1288A8"  # the second start: of another hue than the cell's own
APART = -6  # log10 below which two states count as merged
FLOOR = -17  # log10 below which a distance is drawn at the lower edge
WILDEST = 1e6  # a readout that says more than this says nothing


def distance(subject: Subject, **place: object) -> dict:
    """How far apart two starts are, with the input and without."""
    found = reservoir_claims.seen(subject).echo
    driven, silent = (_("with input"), style.CELLS["ESN"], "solid"), (_("without input"), style.INK, "dash")
    drawn = []
    for batch, (network, (name, color, dash)) in enumerate({"driven": driven, "silent": silent}.items()):
        meta = {"signal": "log10 distance", "network": network, "label": name} | POWER
        drawn.append(Line(name, _decades(found, batch), color, dash, meta=meta))
    titles = {"value_title": _("distance ÷ initial distance"), "time_title": _("time step")}
    figure = figures.lines.draft(drawn, **titles, powers=True, height=300)
    room = {"margin": style.MARGIN | {"l": 66, "t": 34}, "yaxis": {"title": {"standoff": 9}}}
    figure.update_layout(meta={"ends": False}, **room)  # names above the lines, which have all of the width
    figures.style.mark(figure, "y", APART, _("merged"))
    for line in (line for line in drawn if np.isfinite(line.values[0])):  # from the start itself, which is no step
        look = {"color": line.color, "dash": line.dash}
        figure.add_shape(type="line", line=look, x0=0, y0=0, x1=1, y1=float(line.values[0]))
    figure.update_xaxes(range=[0, SHOWN + 0.5], tickvals=[*range(0, SHOWN + 1, 50)])
    return chart(
        figure,
        title=_("How far apart are the two states?"),
        caption=_("Step 0: the two starting states. Dotted: a millionth of their distance."),
        **place,
    )


def _decades(found: Echo, batch: int) -> np.ndarray:
    with np.errstate(all="ignore"):  # equal states have no logarithm, those of a reservoir that explodes no distance
        sizes = np.log10(found.distance.values[:SHOWN, batch] / found.start.values[batch])
    return np.where(np.isnan(sizes) | (sizes == np.inf), np.nan, np.maximum(sizes, FLOOR))


def eigenvalues(subject: Subject, **place: object) -> dict:
    found, leak = Signal("eigenvalues", ("rank",), reservoir_claims.eigenvalues(subject)), study.cell_of(subject).leak
    sets = [Eigenvalues(_("eigenvalues of W"), found, style.CELLS["ESN"])]
    if leak < 1:
        leaking = Signal("leaking", ("rank",), 1 - leak + leak * found.values)
        sets.append(Eigenvalues("(1 − α) I + α W", leaking, style.INK, hollow=True))
    figure = figures.spectrum.draft(
        sets,
        circle_title=_("unit circle"),
        real_title=_("real part"),
        imaginary_title=_("imaginary part"),
        height=300,
    )
    outside = int((np.abs(found.values) > 1 + 1e-9).sum())  # a matrix scaled to radius 1 is so but for rounding
    caption = _("ρ, the largest distance from 0: what a push grows by per step, in the long run.")
    if leak < 1:
        caption = _(
            "In the long run a small push near rest changes by a factor per step: the hollow marks' largest size."
        )
    if not study.is_linear_at_zero(subject):
        caption = _(
            "These are of the weights alone. Near rest a push also meets the slope of f, which need not be 1 here."
        )
    return chart(
        figure,
        time=False,
        title=_("{count} of {units} eigenvalues outside the circle").format(count=outside, units=subject.units),
        caption=caption,
        **place,
    )


def runs(subject: Subject, **place: object) -> dict:
    """A few units from both starts."""
    h = reservoir_claims.seen(subject).states
    lanes = LANES[: subject.units]
    shown = h.values[:, :, : len(lanes)]
    limit = float(np.quantile(np.abs(shown[np.isfinite(shown)]), 0.99)) or 1.0
    figure = figures.lanes.draft(
        [
            Run(_("start 1"), h.at(batch=0), style.CELLS["ESN"], "solid"),
            Run(_("start 2"), h.at(batch=1), SECOND, "dot"),
        ],
        lanes,
        limit=limit,
        time_title=_("time step"),
        unit_title=_("unit"),
        height=300,
    )
    figure.update_xaxes(range=[0.5, BEGINNING + 0.5], dtick=5)
    return chart(
        figure,
        time=False,
        title=_("The first {steps} steps of {count} units").format(steps=BEGINNING, count=len(lanes)),
        caption=_("Where both lines merge, the start is forgotten."),
        **place,
    )


def picture(subject: Subject, **place: object) -> dict:
    """All states from the first start."""
    within = bounded(reservoir_claims.seen(subject).states.at(batch=0))
    figure = figures.heatmap.draft(within, time_title=_("time step"), unit_title=_("unit"), height=320)
    name_trace(figure, -1, "h")
    return chart(
        figure,
        cursor="column",
        title=_("All {units} units of the reservoir").format(units=subject.units),
        caption=_("Nothing here is trained: the weights are drawn once and stay."),
        legends=legends(within),
        **place,
    )


def curves(subject: Subject, **place: object) -> dict:
    """MC_k of the reservoir and of the other cells, on one axis."""
    ours = reservoir_claims.seen(subject)
    found = {"ESN": ours.memory} | {cell: reservoir_claims.other(study.other_cell(subject, cell)) for cell in TRIO}
    sums = {cell: _sum(one.total) for cell, one in found.items()}
    drawn = [
        Line(f"{cell} Σ = {sums[cell]}", one.by_delay.values, style.CELLS[cell], dash)
        for (cell, one), dash in zip(found.items(), DASHES, strict=False)
    ]
    exact = reservoir_claims.theory(subject)
    if exact is not None:
        name = _("theory Σ = {sum}").format(sum=_sum(float(exact.by_delay.values.sum())))
        drawn.append(Line(name, exact.by_delay.values, style.INK, "dot"))
    figure = figures.lines.draft(
        drawn,
        value_range=(0.0, 1.0),
        value_title="r²(k)",
        time_title=_("delay k"),
        first=0,
        height=320,
    )
    caption = _(
        "In theory Σ r²(k) is at most N = {units}. None is trained; RNN, LSTM and GRU start as torch draws them."
    )
    caption = caption.format(units=subject.units)
    if exact is not None:
        caption = _(
            "Theory is exact; over all delays its Σ is {rank}. The measurement resolves {resolved} directions of the "
            "state; in the others it varies by less than the ridge penalty, {penalty} of a unit's mean variance."
        ).format(rank=f"{exact.total:.0f}", resolved=ours.readouts.resolved, penalty=f"{RIDGE:g}")
    return chart(
        figure,
        time=False,
        title=_("So many past inputs can be read off one state: {sums}").format(sums=listed(sums)),
        caption=caption,
        **place,
    )


def _sum(total: float) -> str:
    return f"{total:.1f}" if np.isfinite(total) else "–"


def sweep(subject: Subject, totals: np.ndarray, **place: object) -> dict:
    known = np.where(np.isfinite(totals), totals, -1)
    best = int(known.argmax())
    figure = figures.sweep.draft(
        np.array(RADII),
        totals,
        chosen=(study.radius(subject), reservoir_claims.seen(subject).memory.total),
        boundary=1.0,
        color=style.CELLS["ESN"],
        name="Σ r²(k)",
        chosen_title=_("chosen"),
        setting_title=_("spectral radius ρ"),
        value_title=_("memory capacity"),
        height=320,
    )
    title = _("Of these radii ρ = {best} remembers most: {most}; at ρ = {last} it is {least}")
    if best == len(totals) - 1:
        title = _("Of these radii the largest, ρ = {best}, remembers most: {most}")
    if known[best] < 0.05:
        title = _("With no input there is nothing to remember")
    last = f"{totals[-1]:.1f}" if np.isfinite(totals[-1]) else _("nothing")
    return chart(
        figure,
        time=False,
        title=title.format(best=f"{RADII[best]:g}", most=f"{known[best]:.1f}", least=last, last=f"{RADII[-1]:g}"),
        caption=_("{count} reservoirs of this seed, which differ in nothing but their radius.").format(
            count=len(RADII)
        ),
        **place,
    )


def reading(subject: Subject, delay: int, **place: object) -> dict:
    """One readout at work, from both starts, on steps that it was not fitted to."""
    ours = reservoir_claims.seen(subject)
    h, read = ours.states.values, ours.readouts
    u = study.shown_input(subject)[:SHOWN, 0, 0].numpy()
    wanted = np.concatenate([np.full(delay, np.nan), u[: SHOWN - delay]])
    drawn = [
        Line(f"u(t − {delay})", wanted, style.INK, "solid"),
        Line(_("read off, start 1"), _shown(read(h[:, 0], delay)), style.CELLS["ESN"], "solid"),
        Line(_("read off, start 2"), _shown(read(h[:, 1], delay)), SECOND, "dot"),
    ]
    signals = ("u", "u:0", "u:1")
    drawn = [
        line._replace(meta={"signal": signal, "label": line.name}) for line, signal in zip(drawn, signals, strict=True)
    ]
    figure = figures.lines.draft(
        drawn,
        value_range=(-1.5, 1.5),
        value_title=_("input"),
        time_title=_("time step"),
        height=280,
    )
    share = ours.memory.by_delay.values[delay]
    caption = _(
        "Only this readout is fitted, by ridge regression on {fitted} steps; r² is of {held} others, and these are "
        "others again."
    )
    return chart(
        figure,
        title=_("A readout at work: the input of {delay} steps before, r² = {share}").format(
            delay=delay, share=f"{share:.3f}" if np.isfinite(share) else "–"
        ),
        caption=caption.format(fitted=f"{FITTED * SEQUENCES:,}", held=f"{(STEPS - WASHOUT - FITTED) * SEQUENCES:,}"),
        **place,
    )


def _shown(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values) & (np.abs(values) < WILDEST), values, np.nan)
