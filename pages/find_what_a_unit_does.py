"""Find what a unit does: the sentences that excite it, its words, and where else the network was in a like state."""

import streamlit as st

from rnnviz.app import controls, page, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import alike_places, unit_claims, unit_code, unit_search, unit_strips
from rnnviz.app.stage.board import Board, show

subject = state.subject()
claim = page.place_of_claim()
unit_search.choose(subject)
found = unit_search.seen(subject)
unit = unit_search.unit(subject, found)
with claim:
    page.claim(
        unit_claims.title(subject, found, unit),
        unit_claims.told(subject, found, unit),
        measured=unit_claims.measured(subject, found, unit),
    )


def build() -> Board:
    board = Board([], [], units=1, about={subject.cell: subject})
    board.row(unit_strips.finder(subject, found, unit, board, span=12))
    return board


def build_alike() -> Board:
    board = Board([], [], units=1, about={subject.cell: subject})
    board.row(alike_places.alike(subject, found, unit, board, span=12))
    return board


show(build)
with st.container(horizontal=True, vertical_alignment="bottom"):
    controls.knob("end")
    controls.knob("threshold")
show(build_alike, part="alike")
page.below(
    read=[
        _("Each strip is a sentence; its label stands at its end. Your own sentence stands below them."),
        _("Bars are means over all places of a word; a long whisker means that the word alone does not decide."),
        _("A unit that tells one label well need not be the only one: other units can carry the same."),
    ],
    suggestions=[*unit_claims.others(subject, found, unit), *unit_claims.networks()],
    code=unit_code.code(subject, found, unit),
)
