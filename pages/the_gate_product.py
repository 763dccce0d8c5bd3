"""The gate product: the schematic picture of a gradient through time, beside the gradient."""

from rnnviz.app import controls, gradient_runs, page, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import gate_product, own_gates
from rnnviz.app.stage.board import Board, show
from rnnviz.studies.gate_product import REFERENCE, subject_of
from rnnviz.subjects import Subject

knobs, claim, own = state.knobs(), page.place_of_claim(), own_gates.is_chosen()
subjects, layer = {state.subject().cell: state.subject()}, state.layer() if own else None
if own:
    own_gates.choose()
else:
    with controls.line(labelled=False):
        controls.knob("beside", labelled=False)
    with controls.more_settings():
        controls.knob("steps")
        controls.knob("draw")
    subjects = {cell: subject_of(cell, knobs.draw, knobs.steps) for cell in dict.fromkeys([knobs.beside, REFERENCE])}
    many = gate_product.over_seeds(subjects[knobs.beside])
subject = next(iter(subjects.values()))
with claim:
    page.claim(*(own_gates.claim(subject, layer) if own else gate_product.claim(subjects, many)))


def build(subject: Subject) -> Board:
    if own:
        return own_gates.board(subject, layer)
    opens = {"start": 0, "backwards": True, "counts": gradient_runs.counted_back()}
    board = Board([""] * (knobs.steps + 1), [True] * (knobs.steps + 1), 1, about=subjects, **opens)
    board.row(*gate_product.both(subjects))
    board.row(gate_product.ratios(subjects, many, span=12))
    return board


show(build, about=(subject,))
page.below(
    read=[
        _("Neither gate nor candidate of a minGRU hears the old state: its gates are the only way back."),
        _("A GRU's state also reaches the next one through its gates and its candidate: ways that no keep gate tells."),
        _("GRU 2014 resets the old state before its weights, the GRU of PyTorch after them."),
        _("Both lines begin at the last step, where nothing has been multiplied yet. Units are taken one by one."),
    ],
    suggestions=[
        (_("An LSTM, by its cell state c"), {"reads": "noise", "beside": "LSTM"} | own_gates.back()),
        (_("An RG-LRU: gates that hear the input alone"), {"reads": "noise", "beside": "RG-LRU"} | own_gates.back()),
        (_("A GRU over 100 steps"), {"reads": "noise", "beside": "GRU", "steps": 100} | own_gates.back()),
        (_("A trained LSTM on my own sentence"), {"reads": "own"} | own_gates.back()),
    ],
    code=f"""import rnnviz
from rnnviz.studies.gate_product import measure

subject = {subject.code()}
# Product over gradient at the step that is read first.
10 ** measure(subject, {layer}).ratio[{gate_product.first_of(subject)}]   # {gate_product.ratio_of(subject, layer):#.6g}
""",
    cell=subject.cell,
)
