"""``rnnviz.show``: a stage without a server, for whatever ``rnnviz.subject`` takes."""

import logging

import pytest
import torch

import rnnviz
from rnnviz.app.i18n import one_language
from rnnviz.app.stage.overview import overview
from rnnviz.subjects import subject, windows
from tests.app.test_board import unpack
from tests.app.test_offline import NASTY, parts


def header_of(picture) -> dict:
    return unpack(parts(picture.html)["board-0"])[0]


def test_it_shows_a_module_on_its_input_and_complains_of_nothing(caplog):
    x = torch.randn(6, 1, 4)
    with caplog.at_level(logging.WARNING):
        picture = rnnviz.show(torch.nn.GRU(4, 5, num_layers=2, bidirectional=True), x, layer=1, direction="backward")
    assert not caplog.records
    header, arrays, _start = unpack(parts(picture.html)["board-0"])
    assert header["steps"] == 6
    assert arrays["h"].shape == (6 * 5,)
    assert picture.title == "GRU, 6 steps"


def test_it_shows_a_subject_as_it_is():
    subject = rnnviz.subject("intents-lstm-small", text="what time is it ?")
    picture = rnnviz.show(subject)
    assert header_of(picture)["tokens"] == ["what", "time", "is", "it", "?"]
    assert picture.title == "LSTM: what time is it ?"
    assert picture.html == rnnviz.show(text="what time is it ?").html


def test_it_speaks_the_language_that_is_asked_for():
    picture = rnnviz.show(language="zh")
    assert header_of(picture)["language"] == "zh"
    assert '<html lang="zh">' in picture.html
    with pytest.raises(ValueError, match="unknown language 'fr'; there are en, zh"):
        rnnviz.show(language="fr")


def test_a_cell_of_a_notebook_is_a_frame_and_a_file_is_the_document_in_it(tmp_path):
    picture = rnnviz.show(text=NASTY, height=500)
    cell = picture._repr_html_()
    assert cell.count("<") == cell.count("</iframe>") + 1 == 2
    assert "height: 500px" in cell
    picture.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text("utf-8") == picture.html
    assert "alert(1)</script>" not in picture.html


def test_what_cannot_be_shown_is_refused_with_the_way_out():
    with pytest.raises(TypeError, match=r"give what was recorded, show\(model, x\)"):
        rnnviz.show(rnnviz.record(torch.nn.LSTM(4, 8), torch.randn(5, 1, 4)))
    with pytest.raises(KeyError, match=r"no layer \(1, 'forward'\)"):
        rnnviz.show(torch.nn.LSTM(4, 8), torch.randn(5, 1, 4), layer=1)


def test_of_a_long_sequence_a_window_is_shown_with_the_line_of_all_of_it():
    shown = subject(torch.nn.LSTM(4, 8), torch.randn(2_000, 1, 4), window=1_000)
    with one_language("en"):
        told = overview(shown)
    assert (told["first"], told["of"], told["shown"]) == (1_000, 2_000, "steps 1,001 to 1,200")
    assert max(told["high"]) == pytest.approx(windows.run(shown.model, shown.sequence).sizes.max(), abs=1e-4)
    assert rnnviz.show(shown).title == "LSTM, 200 steps"
