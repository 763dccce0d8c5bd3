"""The gate product: the schematic picture of a gradient through time, beside the gradient."""

from rnnviz.app import controls, page, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import gate_product
from rnnviz.app.stage.board import Board, show
from rnnviz.studies.gate_product import REFERENCE, subject_of

knobs, claim = state.knobs(), page.place_of_claim()
with controls.line():
    controls.knob("beside", labelled=False)
    controls.knob("steps", labelled=False)
with controls.more_settings():
    controls.knob("draw")
subjects = {cell: subject_of(cell, knobs.draw, knobs.steps) for cell in dict.fromkeys([REFERENCE, knobs.beside])}
many = gate_product.over_seeds(subjects[knobs.beside])
with claim:
    page.claim(*gate_product.claim(subjects, many))


def build() -> Board:
    count = knobs.steps + 1
    board = Board([""] * count, [True] * count, units=1, start=0, backwards=True, about=subjects)
    board.row(gate_product.sizes(subjects, span=7), gate_product.ratios(subjects, many, span=5))
    return board


show(build)
page.below(
    read=[
        _("Neither gate nor candidate of a minGRU hears the old state: its gates are the only way back."),
        _("A GRU's state also reaches the next one through its gates and its candidate: ways that no keep gate tells."),
        _("Both lines begin at the last step, where nothing has been multiplied yet. Units are taken one by one."),
    ],
    suggestions=[
        (_("An LSTM, by its cell state c"), {"beside": "LSTM"}),
        (_("An RG-LRU: gates that hear the input alone"), {"beside": "RG-LRU"}),
        (_("A GRU over 100 steps"), {"beside": "GRU", "steps": 100}),
    ],
    code=f"""import rnnviz
from rnnviz.studies.gate_product import measure

subject = {subjects[knobs.beside].code()}
10 ** measure(subject).ratio[0]   # {gate_product.ratio_of(subjects[knobs.beside]):.4g}
""",
    cell=knobs.beside,
)
