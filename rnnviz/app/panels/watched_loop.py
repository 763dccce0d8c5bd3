"""Panels about somebody's own training loop, as ``rnnviz.watch`` saw it: its gradients, gates and clipping."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import streamlit as st

from rnnviz import figures
from rnnviz.app import naming, state
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import percent
from rnnviz.app.panels.state_charts import chart, name_trace
from rnnviz.app.widgets import bound
from rnnviz.cells import CELLS, GATES
from rnnviz.figures import Learnt, style
from rnnviz.figures.layer_gradients import limits
from rnnviz.subjects import Subject, Trained
from rnnviz.subjects.given import log_of
from rnnviz.trace import Direction, Signal
from rnnviz.watching import Log, WatchedLayer

HEIGHT = 300
NORMS = ("gradient_norm", "applied_norm")


class Seen(NamedTuple):
    """What a log told of one layer in one direction."""

    log: Log
    layers: list[WatchedLayer]
    marked: int | None  # the update that the page shows, where it shows several

    @property
    def updates(self) -> np.ndarray:
        return np.array([record.step for record in self.log])


def choose_layer(subject: Subject) -> None:
    """Which layer of a watched loop is shown, and in which direction, where there are several."""
    log = _log(subject)
    if log and len(places := _places(log)) > 1:
        told = {"forward": _("Layer {number}, left to right"), "backward": _("Layer {number}, right to left")}
        names = {_word(each): told[each[1]].format(number=each[0] + 1) for each in places}
        st.segmented_control(
            _("Your loop: the layer"),
            list(names),
            required=True,
            format_func=names.get,
            **bound("watched", _word(_chosen(log)), "default"),
        )


def opening(subject: Subject) -> str:
    """The lines of Python that watch a loop and open what was seen of it; "" for any other network."""
    if not (log := _log(subject)):
        return ""
    layer, direction = _chosen(log)
    call = log[-1].calls[-1]
    value = call.layer(layer, direction).together("h").values[0]
    task = ", task=task" if subject.load().task else ""
    return f"""with rnnviz.watch(model, snapshots=True) as log:
    ...                                # the training loop, as it stands
rnnviz.open(log{task})
last = log.of_module({call.module!r})[-1].calls[-1].layer({layer}, {direction!r})
last.together("h").values[0]           # log10 of the norm of dL/dh at the first step: {value:.4f}

"""


def _log(subject: Subject) -> Log | None:
    return log_of(subject.model.run) if isinstance(subject.model, Trained) else None


def _places(log: Log) -> list[tuple[int, Direction]]:
    return [(layer.layer, layer.direction) for layer in log[0].layers]


def _word(place: tuple[int, Direction]) -> str:
    return f"{place[0] + 1}.{place[1]}"


def _chosen(log: Log) -> tuple[int, Direction]:
    """The layer and direction that were asked for; else the top layer, from left to right where it reads so."""
    places = _places(log)
    asked = [place for place in places if _word(place) == state.knobs().watched]
    return asked[0] if asked else max(places, key=lambda place: (place[0], place[1] == "forward"))


def watched(subject: Subject) -> list[dict]:
    """All of it, [] for a network that comes from no watched loop."""
    log = _log(subject)
    if not log:
        return []
    of = _chosen(log)
    layers = [next(layer for layer in record.layers if (layer.layer, layer.direction) == of) for record in log]
    seen = Seen(log, layers, subject.model.update if len(subject.model.updates) > 1 else None)
    gates = _gates(subject, seen)
    panels = [*_reaching(subject, seen), *([gates] if gates else []), _clipping(subject, seen)]
    return [panel | {"span": 4 if len(panels) == 3 else 6} for panel in panels]


def sizes(layers: list[WatchedLayer], name: str) -> Signal:
    """log10 of ||dL/d(name)||, of all sequences together, ("update", "time"); NaN where an update's are over."""
    rows = [layer.together(name).values for layer in layers]
    values = np.full((len(rows), max(map(len, rows))), np.nan)
    for own, each in zip(values, rows, strict=True):
        own[: len(each)] = each
    return Signal(f"dL/d{name}", ("update", "time"), values, layers[0].norms[name].symbol, kind="gradient")


def _reaching(subject: Subject, seen: Seen) -> list[dict]:
    """A picture for each state, all in the same colours."""
    reached = {name: sizes(seen.layers, name) for name in seen.layers[0].norms}
    low, high = limits(np.concatenate([each.values for each in reached.values()]))
    return [
        chart(
            name_trace(
                figures.over_updates.draft(
                    each,
                    seen.updates.tolist(),
                    value_range=(low, high),
                    marked=seen.marked,
                    time_title=_("time step"),
                    update_title=_("updates"),
                    height=HEIGHT,
                ),
                -1,
                f"watched:log10 {each.name}",
            ),
            time=each.values.shape[1] == len(subject.tokens),
            cursor="column",
            title=_("Your loop: ∂L/∂{state} at each step, update after update").format(
                state=naming.letter(subject.cell, name)
            ),
            caption=_(
                "Each row is an update that was looked at, later ones above. Of {count} sequences together."
            ).format(count=seen.layers[0].norms[name].values.shape[1]),
            legends=[{"scale": "gradient", "low": low, "high": high, "power": True, "below": True}],
        )
        for name, each in reached.items()
    ]


def _gates(subject: Subject, seen: Seen) -> dict | None:
    """How open each gate was on the mean; None for a cell without gates."""
    entries = {name: entry for name, entry in CELLS[subject.cell].quantities.items() if name in seen.layers[0].gates}
    entries = {name: entry for name, entry in entries.items() if entry.role in GATES}
    if not entries:
        return None
    curves = [
        Learnt(
            naming.letter(subject.cell, name),
            seen.updates,
            np.array([layer.gates[name].values.mean() for layer in seen.layers]),
            style.ROLES[entry.role],
        )
        for name, entry in entries.items()
    ]
    figure = _marked(_over(curves, percent=True, value_title=_("how open")), seen, entries)
    last = seen.layers[-1]
    wide = _(", ").join([f"{naming.letter(subject.cell, name)} {percent(last.open[name])}" for name in entries])
    shut = _(", ").join([f"{naming.letter(subject.cell, name)} {percent(last.shut[name])}" for name in entries])
    return chart(
        figure,
        time=False,
        title=_("Your loop: how open the gates are"),
        caption=sentences(
            _("Mean over steps, units and sequences."),
            _("At the last look above 0.9: {wide}; below 0.1: {shut}.").format(wide=wide, shut=shut),
        ),
    )


def _clipping(subject: Subject, seen: Seen) -> dict:
    norms, applied = (np.array([getattr(record, name) for record in seen.log]) for name in NORMS)
    clipped = np.array([record.clipped for record in seen.log])
    drawn = [Learnt(_("as computed"), seen.updates, norms, style.CELLS[subject.cell])]
    told = _("Nothing was clipped at the {count} updates that were looked at.")
    if clipped.any():
        drawn.append(Learnt(_("clipped to"), seen.updates, np.where(clipped, applied, np.nan), style.HELD))
        told = _("Clipped at {clipped} of the {count} updates that were looked at.")
    return chart(
        _marked(_over(drawn, log=True, value_title=_("norm of the gradient")), seen, NORMS),
        time=False,
        title=_("Your loop: how large the gradient is, and its clipping"),
        caption=sentences(_("Of all weights together."), told.format(clipped=clipped.sum(), count=len(clipped))),
    )


def _over(curves: list[Learnt], **look: object) -> figures.Draft:
    return figures.learning.draft(curves, update_title=_("updates"), height=HEIGHT, **look)


def _marked(figure: figures.Draft, seen: Seen, names: Iterable[str]) -> figures.Draft:
    """With a line at the update that the page shows; each trace says whose numbers it draws."""
    for k, name in zip(range(len(figure.traces)), names, strict=False):
        name_trace(figure, k, f"watched:{name}")
    if seen.marked is not None:
        style.mark(figure, "x", seen.marked)
    return figure
