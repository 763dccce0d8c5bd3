"""A page's knobs: declared once, and from each field follow its limits, its text in the address and its refusals."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages import PAGES
from pages.knobs import OneLayer
from rnnviz.app.knobs import Knobs, number, option, several, switch
from rnnviz.app.state import _OF_A_SUBJECT
from rnnviz.refusals import Refused
from rnnviz.subjects import old_links


@dataclass(frozen=True)
class Shared(Knobs):
    radius: float = number(0.9, "Radius", 0.0, 3.0, 0.01)


@dataclass(frozen=True)
class Mine(Shared):
    measure: str = option("effect", "Measure", {"effect": "Effect", "ledger": "Ledger"})
    steps: int = number(30, "Steps", 1, 200, 1)
    repeat: bool = switch(False, "Repeat")
    cells: tuple[str, ...] = several(("RNN",), "Cells", ("RNN", "LSTM", "GRU 2014"), most=2)


@dataclass(frozen=True)
class Other(Shared):
    pass


mine = st.builds(
    Mine,
    radius=st.floats(0, 3),
    measure=st.sampled_from(["effect", "ledger"]),
    steps=st.integers(1, 200),
    repeat=st.booleans(),
    cells=st.lists(st.sampled_from(["RNN", "LSTM", "GRU 2014"]), min_size=1, max_size=2, unique=True).map(tuple),
)


@given(mine)
def test_knobs_come_back_from_their_query_to_the_last_digit(knobs):
    query = knobs.query()
    assert all(isinstance(value, str) for value in query.values())
    assert Mine.from_query(query) == (knobs, [])
    assert set(query) == set(knobs.changed())


def test_the_defaults_need_no_query():
    assert Mine().query() == {}
    assert Mine.from_query({}) == (Mine(), [])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"radius": 3.5}, "radius must be from 0.0 to 3.0."),
        ({"radius": float("nan")}, "radius must be from 0.0 to 3.0."),
        ({"radius": "x"}, "radius must be from"),
        ({"steps": 0}, "steps must be from 1 to 200."),
        ({"steps": 2.5}, "steps must be from 1 to 200."),
        ({"steps": True}, "steps must be from 1 to 200."),
        ({"measure": "magic"}, "There is no measure magic. Choose one of: effect, ledger."),
        ({"repeat": "yes"}, "There is no repeat yes."),
        ({"cells": ()}, "Choose at least one, and at most 2."),
        ({"cells": ("RNN", "LSTM", "GRU 2014")}, "Choose at least one, and at most 2."),
        ({"cells": ("lstm",)}, "There is no cells lstm."),
    ],
)
def test_a_value_that_its_field_does_not_allow_is_refused(change, said):
    with pytest.raises(Refused) as refused:
        Mine().with_(**change)
    assert said in str(refused.value)


def test_what_is_good_in_a_query_is_kept_and_what_is_not_is_reported():
    query = {"radius": "1.25", "steps": "١٢", "measure": "ledger", "repeat": "maybe", "cells": "LSTM.LSTM", "x": "1"}
    knobs, refused = Mine.from_query(query)
    assert knobs == Mine(radius=1.25, measure="ledger", cells=("LSTM",))
    assert [str(refusal).split(".")[0] for refusal in refused] == [
        "steps must be from 1 to 200",
        "There is no repeat maybe",
    ]


@given(st.dictionaries(st.sampled_from(list(Mine.defaults())), st.text(max_size=30)))
def test_whatever_a_query_says_there_are_knobs_and_a_sentence_for_each_refusal(query):
    knobs, refused = Mine.from_query(query)
    assert Mine.from_query(knobs.query()) == (knobs, [])
    assert all(len(str(refusal)) < 200 for refusal in refused)


def test_pages_that_inherit_a_knob_share_it():
    assert Mine.owner("radius") == Other.owner("radius") == "Shared"
    assert Mine.owner("steps") == "Mine"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.file)
def test_no_knob_has_a_name_that_means_something_else_in_an_address(page):
    taken = {*_OF_A_SUBJECT, *old_links.NAMES, "lang", "step", "unit", "layer", "direction"}
    assert not taken & (set(page.knobs.defaults()) - set(OneLayer.defaults()))
