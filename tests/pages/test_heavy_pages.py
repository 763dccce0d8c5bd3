"""A long sentence on Vanishing gradients: waits in line, shows the same numbers, stops when nobody waits for it."""

from collections.abc import Iterator

import numpy as np
import pytest
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

from rnnviz import compute, gradients
from rnnviz.app import gradient_runs, heavy_work
from tests.pages.visit import arrive, board

PAGE = "vanishing_gradients.py"


@pytest.fixture
def everything_is_heavy(monkeypatch):
    """Every computation waits for a place and shows a bar, and nothing is known yet."""
    monkeypatch.setattr(gradient_runs, "LIGHT", 0.0)
    monkeypatch.setattr(compute, "STORE", compute.Store())
    monkeypatch.setattr(heavy_work, "PATIENCE", 0.0)
    monkeypatch.setattr(heavy_work, "EVERY", 0.0)


@pytest.mark.usefixtures("everything_is_heavy")
def test_what_waited_in_line_is_what_is_shown(monkeypatch):
    places, place = [], heavy_work.Line.place
    monkeypatch.setattr(heavy_work.Line, "place", lambda line, key, wait: places.append(key) or place(line, key, wait))
    header, arrays = board(arrive(PAGE))
    places = [key for key in places if key[0] == "singular values"]  # the first page may have waited before
    assert [subject.cell for _name, subject in places] == ["RNN", "LSTM", "GRU"]
    assert header["steps"] == places[0][1].read().steps
    for _name, subject in places:
        exact = np.log10(gradients.singular_values(gradients.step_jacobians(subject.network(), subject.input())).values)
        sent = arrays[f"sigma:{subject.cell}"].reshape(header["steps"], -1)
        np.testing.assert_allclose(sent, np.where(exact < -12, np.nan, exact), atol=1e-5)


@pytest.mark.usefixtures("everything_is_heavy")
def test_a_visitor_who_turns_away_ends_the_computation(monkeypatch):
    """Streamlit hears of another choice while the third of a hundred Jacobians is decomposed."""
    begun, whole, contexts, place = [], gradients.jacobian_blocks, [], heavy_work.Line.place

    def met(line: heavy_work.Line, key: object, wait: object) -> object:
        contexts.append(get_script_run_ctx())
        return place(line, key, wait)

    def counted(*arguments: object, **known: object) -> Iterator:
        begun.append(0)
        number = len(begun) - 1
        for part in whole(*arguments, at_once=1, **known):
            begun[number] += 1
            if begun == [3]:
                context = contexts[-1]
                context.script_requests.request_rerun(RerunData(page_script_hash=context.page_script_hash))
            yield part

    monkeypatch.setattr(gradients, "jacobian_blocks", counted)
    monkeypatch.setattr(heavy_work.Line, "place", met)
    at = arrive(PAGE)
    length = board(at)[0]["steps"]
    # The run that was given up went no further; the one that followed began anew and came to its end.
    assert begun == [3, *[length] * 3, length]  # and once more for the exponent of the one that bounds are drawn of
    assert not heavy_work.LINE._inside
    assert not heavy_work.LINE._waiting
    assert len(at.get("bidi_component")) == 1
