"""Panels of the page on a matrix as memory: three rules of writing beside each other, and a network's own table."""

from __future__ import annotations

import numpy as np

from rnnviz import figures
from rnnviz.app import results, state
from rnnviz.app.i18n import _
from rnnviz.app.panels.matrix_claims import SIGNS, Told
from rnnviz.app.panels.network_views import mathml
from rnnviz.app.panels.state_charts import chart
from rnnviz.app.stage.board import Board
from rnnviz.cells import CELLS
from rnnviz.figures import Line, style
from rnnviz.studies.key_value_memory import SIMILARITIES, keys, wanted
from rnnviz.studies.operations import KEYS, MOST, VALUES, Operation
from rnnviz.subjects import Subject


def label(operation: Operation) -> str:
    if operation.value == "":
        return _("ask {key}").format(key=operation.key)
    if operation.value == "0":
        return _("erase {key}").format(key=operation.key)
    return f"{operation.key} → {SIGNS[operation.value]}"


def rules(told: Told, board: Board) -> dict:
    """The three tables under one cursor."""
    names = {
        "linear attention": (_("Plain addition"), _("Adds every value, whatever stands there.")),
        "DeltaNet": (_("Delta rule"), _("Reads first, then adds what is missing.")),
        "gated DeltaNet": (_("Delta rule with decay"), _("As before, and the whole table fades.")),
    }
    knobs = state.knobs()
    letters = {
        "linear attention": _("k: the key, v: its value"),
        "DeltaNet": _("β = {share}: how much of a value is replaced").format(share=f"{knobs.share:g}"),
        "gated DeltaNet": _("α = {share}: how much of the table is kept").format(share=f"{knobs.kept:g}"),
    }
    shown = []
    for cell, story in told.stories.items():
        quantities = CELLS[cell].quantities
        letter = "u" if "u" in quantities else "v"
        for part in ("table", "added", "found", "error"):
            values = getattr(story, part)
            board.array(f"{cell}:{part}", values.reshape(-1, *values.shape[2:]))
        shown.append(
            {
                "cell": cell,
                "name": names[cell][0],
                "words": names[cell][1],
                "color": style.CELLS[cell],
                "letter": letter,
                "letters": letters[cell],
                "equations": [mathml(quantities[name].equation) for name in ("u", "S") if name in quantities],
            }
        )
    vectors = keys(SIMILARITIES).numpy()
    board.array("keys", vectors.reshape(-1, vectors.shape[-1]))
    board.array("wanted", wanted(told.operations))
    most = max(1.0, *(float(np.abs(story.table).max()) for story in told.stories.values()))
    return {
        "kind": "key_value",
        "span": 12,
        "title": _("One matrix, three rules of writing"),
        "caption": _(
            "Letters are keys, ① to ④ values. Left: what is added to the key's column. Right: what it reads; dashed: "
            "what it should."
        ),
        "legends": [{"name": "S", "scale": "state", "low": -most, "high": most}],
        "alternative": _("Three matrices of {count} by {count} numbers; below each, what every key reads.").format(
            count=len(VALUES)
        ),
        "keys": KEYS,
        "values": VALUES,
        "signs": list(SIGNS.values()),
        "length": vectors.shape[-1],
        "operations": [operation._asdict() | {"text": label(operation)} for operation in told.operations],
        "similarities": SIMILARITIES,
        "at": told.at,
        "most": MOST,
        "rules": shown,
        "range": [-most, most],
        "words": {
            "operations": _("Operations, one after another"),
            "edit": _("This step"),
            "key": _("Key"),
            "value": _("Its value"),
            "erase": _("erase"),
            "ask": _("only ask"),
            "add": _("Add a step"),
            "more_steps": _("+ step"),
            "fewer_steps": _("− step"),
            "remove": _("Remove this step"),
            "alike": _("Keys"),
            "apart": _("orthogonal"),
            "same": _("alike"),
            "of_key": _("key {key}"),
            "added": _("added"),
            "read": _("read"),
            "reads": _("{key} reads"),
            "right": _("reads {found}, as it should"),
            "wrong": _("reads {found}, not {wanted}"),
            "never": _("nothing written yet"),
            "nothing": _("nothing"),
            "two": _("{one} and {other} at once"),
            "more": _(" …"),
            "puts": _("puts {value} in"),
            "takes": _("takes {value} out"),
            "leaves": _("changes nothing"),
            "error": _("error"),
        },
    }


def table(subject: Subject, board: Board) -> dict:
    """The state of a network's first layer at the cursor's step."""
    layer = results.layer(subject)
    cell = subject.network().layers[0][0]
    added = "u" if "u" in layer else "v"
    arrays = {"key": "k", "added": added, "table": "S", "read": "h"}
    for name in {*arrays.values(), *("β" if "β" in layer else ""), *("α" if "α" in layer else "")}:
        board.array(name, layer[name].at(batch=0).values)
    gates = {"β": _("β, how much is replaced:"), "α": _("α, how much is kept:")}
    most = style.value_range(layer["S"])[1]
    rows, columns = cell.shape("S")
    return {
        "kind": "table",
        "span": 6,
        "title": _("Its table: {rows} numbers for each of {columns} directions of a key").format(
            rows=rows, columns=columns
        ),
        "caption": _("Above: the key of the word. Left: what is added. Right: what the word's query reads."),
        "alternative": _("A matrix of {rows} by {columns} numbers, with the key above it.").format(
            rows=rows, columns=columns
        ),
        "network": subject.cell,
        "arrays": arrays,
        "rows": rows,
        "columns": columns,
        "range": [-most, most],
        "scale": float(max(1.0, *(np.abs(layer[name].values).max() for name in (added, "h")))),
        "words": {"key": "k", "added": added, "letter": added, "read": "h"},
        "gates": [{"name": name, "letter": name, "text": f"{text} "} for name, text in gates.items() if name in layer],
        "legends": [{"name": "S", "scale": "state", "low": -most, "high": most}],
    }


def over_time(subject: Subject) -> dict:
    """How much each word replaces and keeps; of a cell without gates how large the table becomes."""
    layer = results.layer(subject)
    drawn = []
    for name, label_ in (("β", _("β: how much is replaced")), ("α", _("α: how much is kept"))):
        if name in layer:
            values = layer[name].at(batch=0).values[:, 0]
            role = results.quantities(subject)[name].role
            drawn.append(Line(label_, values, style.ROLES[role], "solid", meta={"signal": name, "label": name}))
    if not drawn:
        size = np.linalg.norm(layer["S"].at(batch=0).values, axis=(1, 2))
        drawn = [Line(_("size of the table"), size, style.INK, "solid", meta={"signal": "size", "label": "S"})]
    limits = None if "β" not in layer else (0.0, max(1.0, float(layer["β"].bounds[1])))
    figure = figures.lines.draft(
        drawn, value_range=limits, value_title=_("value"), time_title=_("time step"), height=300
    )
    return chart(
        figure,
        title=_("What each word does to it"),
        caption=_("Nothing is ever taken away: only the size tells.")
        if "β" not in layer
        else _("Gates, one number each."),
        span=6,
    )
