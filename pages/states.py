"""States and gates: every unit at every step, as pictures on one cursor."""

from rnnviz import figures
from rnnviz.dynamics import principal_path
from rnnviz.figures import style
from rnnviz.saturation import saturation
from rnnviz.ui import cache, controls, furniture, panels
from rnnviz.ui.language import _
from rnnviz.ui.stage import stage

experiment = controls.experiment()
layer = cache.trace(experiment).layer()
signals = {name: layer[name].at(batch=0) for name in ("h", *(name for name in layer.names if name != "h"))}
meanings = cache.quantities(experiment)
gates = [figures.Gate(n, *saturation(s), style.SIGNALS[n]) for n, s in signals.items() if style.scale_name(s) == "gate"]
path = principal_path(signals["h"])
board = panels.board(experiment)
words = {"time_title": _("time step"), "unit_title": _("unit")}

furniture.claim(
    _("{cell}: {units} units read {sentence}").format(
        cell=experiment.cell, units=experiment.units, sentence=panels.quoted(experiment)
    ),
    _("Each row is a unit, each column a word. Look for rows that hold their colour: that is memory."),
)
board.row(
    panels.sentence(
        experiment, layer, span=12, title=_("The sentence, coloured by one unit"), legend=panels.legend(layer["h"])
    )
)
pictures = [
    panels.chart(
        figures.heatmap(signal, experiment.tokens, **words),
        cursor="column",
        unitRows=True,
        span=6 if len(signals) > 1 else 12,
        title=f"{name} · {_(meanings[name].meaning)}",
        legend=panels.legend(signal),
    )
    for name, signal in signals.items()
]
for k in range(0, len(pictures), 2):
    board.row(*pictures[k : k + 2])
board.row(
    panels.chart(
        figures.lines(
            [figures.Line(name, signal.values[:, 0], style.SIGNALS[name]) for name, signal in signals.items()],
            experiment.tokens,
            value_title=_("value of the chosen unit"),
            value_range=style.value_range(*signals.values()),
            time_title=words["time_title"],
            height=300,
        ),
        unitTraces=[{"trace": k, "array": name} for k, name in enumerate(signals)],
        span=12,
        title=_("One unit, all its quantities"),
        caption=_("The framed row of the pictures above. Click another row to follow another unit."),
    )
)
last_row = [
    panels.chart(
        figures.trajectory(
            path.points,
            path.explained,
            experiment.tokens,
            color=style.CELLS[experiment.cell],
            component_title=_("component"),
            height=380,
        ),
        time=False,
        tracks=[{"trace": 2, "attributes": {"x": board.array("path:x", path.points.values[:, 0]), "y": "path:y"}}],
        span=6 if gates else 12,
        title=_("The state travels: two directions explain {share} of its movement").format(
            share=f"{path.explained.values.sum():.0%}"
        ),
        caption=_("First two principal components of h over this sentence; the ring is the cursor."),
    )
]
board.array("path:y", path.points.values[:, 1])
if gates:
    last_row.append(
        panels.chart(
            figures.saturation(
                gates,
                shut_title=_("share of steps below 0.1"),
                open_title=_("share of steps above 0.9"),
                unit_title=words["unit_title"],
                height=380,
            ),
            time=False,
            span=6,
            title=_("Which gates are all but shut or open"),
            caption=_("Each dot is a unit. At the origin a gate never settles; far right it is mostly shut."),
        )
    )
board.row(*last_row)
stage("states", board)

furniture.how_to_read(
    _("Blue is positive, orange negative, green is how far a gate is open; no colour is zero."),
    _("The bar is the current word in every picture; drag it, or use the arrow keys."),
    _("A forget gate (f) or update gate (z) near 1 keeps what a unit holds; near 0 it erases."),
)
furniture.try_this(
    [
        (
            _("A long sentence, to see memory last"),
            {"text": "could you please tell me how to get to the station from here ?"},
        ),
        (_("The plain RNN has no gates"), {"cell": "RNN"}),
        (_("The GRU keeps with z instead of f"), {"cell": "GRU"}),
        (_("Untrained gates hover in the middle"), {"weights": "fresh"}),
    ]
)
furniture.show_code(
    f"""import rnnviz

layer = rnnviz.{furniture.construction(experiment)}.trace().layer()
layer.names                       # {layer.names}
rnnviz.figures.heatmap(layer["h"].at(batch=0)).show()
"""
)
