"""Your model: a network that the visitor brings, and where to see it."""

from pages import PAGES
from rnnviz.app import controls, page, results, state
from rnnviz.app.i18n import _
from rnnviz.app.own_model import choosing
from rnnviz.app.panels import network_views, own_model, state_claims
from rnnviz.app.stage.board import Board, show
from rnnviz.subjects import Subject

subject = state.subject()
of = state.layer(), state.direction()
brought = choosing.shown(subject)

own_model.claim(subject)
own_model.entrance()
own_model.drawing(subject)
with controls.line():
    choosing.choose_input()
    if brought is not None:
        choosing.choose_parts(brought)
controls.choose_layer()


def build(subject: Subject) -> Board:
    kept = state_claims.kept(subject, of)
    board = network_views.board(subject, of, 0 if kept is None else kept.unit)
    board.row(own_model.states(subject, of, kept))
    return board


layer = results.layer(subject, of)
show(build, about=(subject,))
own_model.links(PAGES, subject)
own_model.elsewhere(PAGES, subject)
page.below(
    read=[
        _("A row that keeps its colour over many steps keeps what it has read; one that flickers follows its input."),
        _("Blue is positive, orange negative; no colour is zero. Click a row to follow one unit."),
        _("Your file is read in this session alone, never written to disk, and gone when you close the page."),
    ],
    suggestions=[],
    code=f"""import rnnviz

subject = {subject.code()}
subject.trace().layer({page.place(of)})["{layer.output}"].values[-1, 0, 0]   # {layer[layer.output].values[-1, 0, 0]!s}
""",
)
