"""How the LSTM came to be: what each year could remember, and the panel of the next symbol."""

import pytest
from streamlit.testing.v1 import AppTest

from rnnviz import record
from rnnviz.studies.lstm_history import LENGTHS, STATIONS, STRINGS, subject_of
from tests.pages.history_measures import ends, strings_that_end
from tests.pages.visit import arrive, board, panels


@pytest.fixture(scope="module")
def visit() -> AppTest:
    return arrive("how_the_lstm_came_to_be.py")


def test_at_each_year_stand_its_scores_what_it_added_and_why_they_are_so_where_that_is_a_surprise(visit):
    for name, option in zip(STATIONS, visit.segmented_control(key="model").options, strict=True):
        scores = " ".join(
            "*> 99%*" if STRINGS > n > 0.995 * STRINGS else f"*{(100 * n + STRINGS // 2) // STRINGS}%*"
            for n in ends(name)
        )
        origin = STATIONS[name]
        known_as = "peepholes" if name == "Peephole 2000" else name[:-5]
        named = origin.why or ("other letters" if any(2 * n < 0.9 * STRINGS for n in ends(name)) else "")
        why = f" :orange[{named}]" if named else ""
        said = f"{scores} **{origin.year}** **{known_as}** :blue[{origin.part}]{why}"
        assert said == (option if isinstance(option, str) else option.content)


def test_the_panel_of_the_next_symbol_frames_the_letter_that_comes_back(visit):
    header, _arrays = board(visit)
    (panel,) = panels(header, "next_symbol")
    asked = [t for t, one in enumerate(panel["remembered"]) if one]
    assert header["start"] == asked[-1]
    for t in asked:
        begin = panel["begins"][t]
        assert panel["came"][begin] == "B"
        assert panel["came"][begin + 1] == panel["came"][t + 1]
    for t, may_come in enumerate(panel["mayCome"]):
        assert may_come["BTPSXVE".index(panel["came"][t + 1])]


def test_the_unit_that_is_framed_tells_the_second_letter_alone_and_its_gate_keeps_it_where_the_page_opens(visit):
    header, arrays = board(visit)
    strings = strings_that_end(LENGTHS[0])
    layer = record(subject_of("LSTM 2000").network(), strings[:-2] + 1).layer()
    one, other = (layer["c"].values[-1, strings[1] == letter, header["unit"]] for letter in strings[1].unique())
    assert max(one) < min(other) or max(other) < min(one)
    assert arrays["f"].reshape(header["steps"], -1)[header["start"], header["unit"]] > 0.9
