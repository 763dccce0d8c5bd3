"""The title of the page of states names a unit whose colour it really keeps, or none."""

import re

import numpy as np
import pytest

import rnnviz
from rnnviz.app.panels import state_claims
from rnnviz.app.results import FIRST
from rnnviz.cells import CELLS, TRIO
from rnnviz.subjects.sizes import task
from tests.intents import intents

KEPT = re.compile(
    "Unit ([0-9]+) of the (.*) turns (positive|negative) .(?:blue|orange). at <bdi>(.*)</bdi> and stays so"
)


@pytest.mark.parametrize("cell", TRIO)
def test_the_unit_of_the_title_keeps_its_sign_from_its_word_on(cell):
    for text in task("intents").examples:
        subject = intents(cell, text=text)
        named = KEPT.fullmatch(state_claims.title(subject, FIRST))
        if len(subject.tokens) < 3:
            assert named is None
            continue
        unit, of, turns, word = named.groups()
        states = subject.trace().layer()["h"].values[:, 0, int(unit)]
        step = state_claims.kept(subject, FIRST).step
        assert (of, subject.tokens[step]) == (cell, word)
        assert (np.sign(states[step:]) == (1 if turns == "positive" else -1)).all()
        assert abs(states[step:]).min() >= state_claims.SEEN
        assert abs(states[step] - (states[step - 1] if step else 0)) >= state_claims.SEEN


@pytest.mark.parametrize("cell", CELLS)
def test_the_title_names_the_cell_and_nothing_a_visitor_typed_becomes_markup(cell):
    for text in ("<b>time</b> & {answer}", "?", "zorgle <i> zorgle zorgle"):
        said = state_claims.title(intents(cell, text=text, weights="fresh", seed=5), FIRST)
        assert cell in said
        assert not re.search("<(?!/?bdi>)", said)


def test_a_layer_that_reads_backward_keeps_a_value_towards_the_first_step():
    subject = rnnviz.subject("slots-lstm-two-1-seed0", text="Taipei is the city that I leave from")
    change = state_claims.kept(subject, (0, "backward"))
    states = subject.trace().layer(0, "backward")["h"].values[: change.step + 1, 0, change.unit]
    assert (np.sign(states) == np.sign(change.value)).all()
    assert change.step >= 2
