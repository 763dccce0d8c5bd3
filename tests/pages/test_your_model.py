"""The page of a visitor's own network: every accepted form, what it reads, whose it is, and what is refused."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from pages import PAGES
from rnnviz.app import visits
from rnnviz.subjects import given, limits
from tests.files.models import Tagger, as_npz, as_onnx, as_pt, as_safetensors, tagger
from tests.pages.visit import board, chips, claim, follow, land, sentence, shown, whole

UNITS = 5


def upload(at: AppTest, name: str, content: bytes, place: int = 0) -> AppTest:
    at.file_uploader[place].set_value((name, content, "application/octet-stream"))
    return whole(at.run())


def dropped(content: bytes, name: str = "model.bin") -> AppTest:
    return upload(land("your_model.py"), name, content)


def said(at: AppTest) -> str:
    """The page's first refusal, without the marks of what is quoted in it."""
    return at.warning[0].value.replace("` ", "").replace(" `", "")


def bare(kind: type[nn.RNNBase], **options: object) -> nn.RNNBase:
    torch.manual_seed(4)
    return kind(3, UNITS, **options).eval()


def painted(at: AppTest) -> np.ndarray:
    """The hidden states that the stage was sent, (T, H)."""
    header, arrays = board(at)
    return arrays["h"].reshape(len(header["tokens"]), -1)


def own(at: AppTest, model: nn.Module) -> np.ndarray:
    """The same from torch's own module, the forward direction of its first layer's stack of one."""
    x = shown(at).input()
    rnn = model.rnn if isinstance(model, Tagger) else model
    with torch.no_grad():
        read = model.embed(x) if isinstance(model, Tagger) else x.to(next(model.parameters()).dtype)
        return rnn(read)[0][:, 0, : rnn.hidden_size].numpy()


MODELS = {
    "LSTM": lambda: tagger(nn.LSTM),
    "GRU": lambda: tagger(nn.GRU),
    "RNN": lambda: tagger(nn.RNN),
    "both ways": lambda: tagger(nn.LSTM, bidirectional=True),
    "no head": lambda: bare(nn.GRU),
    "vectors": lambda: bare(nn.LSTM, bias=False),
}
FORMS = {
    "state dict": lambda model: as_pt(model.state_dict()),
    "checkpoint": lambda model: as_pt({"epoch": 2, "model_state_dict": model.state_dict()}),
    "safetensors": lambda model: as_safetensors(model.state_dict()),
    "npz": lambda model: as_npz(model.state_dict()),
}


def holds(at: AppTest, model: nn.Module) -> None:
    assert not at.warning
    np.testing.assert_allclose(painted(at), own(at, model), atol=2e-6)


@pytest.mark.parametrize("kind", MODELS)
def test_what_is_painted_of_a_dropped_file_is_what_torch_computes(kind):
    model = MODELS[kind]()
    at = dropped(as_pt(model.state_dict()))
    holds(at, model)
    assert "matches torch.nn." in chips(at)


@pytest.mark.parametrize("form", FORMS)
def test_the_content_decides_what_a_file_is_and_not_its_name(form):
    model = tagger(nn.LSTM)
    holds(dropped(FORMS[form](model), "notes.txt"), model)


def test_an_onnx_file_is_read_as_torch_wrote_it():
    model = tagger(nn.GRU).float()
    holds(dropped(as_onnx(model, torch.zeros(6, 1, dtype=torch.long), {0: "time"}), "model.onnx"), model)


OPENING = [page for page in PAGES if page.opens and not page.own_subject]


@pytest.mark.parametrize(("place", "kind"), [*enumerate(MODELS)])
def test_every_page_opens_on_it_or_says_what_it_lacks(place, kind):
    """On half of these models each: what a page makes of any network has tests of its own."""
    at = dropped(as_pt(MODELS[kind]().state_dict()))
    digest = shown(at).model.digest
    for page in OPENING[place % 2 :: 2]:
        at = whole(at.switch_page(page.file).run())
        assert claim(at)
        is_shown = getattr(shown(at).model, "digest", "") == digest
        assert is_shown != bool(at.warning), page.title


def test_before_a_file_is_dropped_an_example_stands_in_its_place():
    at = land("your_model.py")
    assert "Until then you see an example" in sentence(at)
    assert any("The example: a small LSTM" in each.value for each in at.markdown)
    assert any(each.value.endswith("rnnviz.open(model, x)") for each in at.code)
    assert not at.warning


def test_who_has_no_file_takes_one_that_goes_the_same_way():
    at = land("your_model.py")
    at.button("button-example-file").click()
    whole(at.run())
    assert "intents-gru-small.safetensors" in claim(at)
    assert "matches torch.nn.GRU" in chips(at)
    assert not at.warning


# What it reads


def test_it_reads_typed_token_ids():
    model = tagger(nn.LSTM)
    at = dropped(as_pt(model.state_dict()))
    at = whole(at.button_group[0].set_value("ids").run()) if at.button_group else at
    at = whole(next(field for field in at.text_input if "Token ids" in field.label).set_value("1 2 10 0").run())
    assert shown(at).input()[:, 0].tolist() == [1, 2, 10, 0]
    holds(at, model)
    at = whole(next(field for field in at.text_input if "Token ids" in field.label).set_value("1 2 11").run())
    assert "whole numbers from 0 to" in at.warning[0].value


def test_it_reads_a_table_of_numbers_and_says_which_width_it_needs():
    model = bare(nn.LSTM)
    at = dropped(as_pt(model.state_dict()))
    at = whole(at.button_group[0].set_value("file").run())
    at = upload(at, "walk.csv", b"a,b,c\n1,2,3\n0.5,0,-1\n", place=1)
    assert shown(at).input()[:, 0].tolist() == [[1, 2, 3], [0.5, 0, -1]]
    holds(at, model)
    at = upload(at, "walk.csv", b"1,2\n3,4\n", place=1)
    assert "2" in at.warning[0].value
    assert "3" in at.warning[0].value


def test_it_reads_a_text_with_its_vocabulary():
    model = tagger(nn.LSTM)
    at = dropped(as_pt(model.state_dict()))
    at = whole(at.button_group[0].set_value("text").run())
    at = upload(at, "vocabulary.txt", b"<unk>\nwhat\ntime\nis\nit\n?\n", place=1)
    at = whole(next(field for field in at.text_input if field.key == "text").set_value("what time is it now ?").run())
    assert shown(at).input()[:, 0].tolist() == [1, 2, 3, 4, 0, 5]
    assert shown(at).known == (True, True, True, True, False, True)
    holds(at, model)


def test_of_several_modules_one_is_chosen():
    torch.manual_seed(1)
    models = nn.ModuleDict({"encoder": nn.LSTM(3, 6), "decoder": nn.GRU(3, 4)})
    at = dropped(as_pt(models.state_dict()))
    assert shown(at).cell == "LSTM"
    at = whole(next(box for box in at.selectbox if box.label == "Module").set_value("decoder").run())
    assert shown(at).cell == "GRU"
    np.testing.assert_allclose(painted(at), own(at, models["decoder"]), atol=2e-6)


# Whose it is


def test_it_is_in_no_other_session_and_gone_with_its_own():
    at = dropped(as_pt(tagger(nn.GRU, seed=99).state_dict()))
    query, digest = shown(at).query(), shown(at).model.digest
    other = land("states.py", **query)
    assert "Bring it again" in other.warning[0].value
    assert getattr(shown(other).model, "digest", "") != digest
    assert given.network_of(digest).network.cell == "GRU"
    given.release(at.session_state[visits._OWNER])
    with pytest.raises(given.Refused):
        given.network_of(digest)
    assert "Bring it again" in follow(at, **query | {"length": "7"}).warning[0].value


# Refusals


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\x80\x04\x95os.system", "can run code"),
        (b"PK\x03\x04 broken", "a broken archive"),
        (b"hello, what am I?", "of a kind that is not known here"),
        (as_pt({"weight": torch.zeros(3, 3)}), "without the weights of an RNN, LSTM or GRU"),
        (as_pt(nn.LSTM(2, 2).double().state_dict() | {"weight_hh_l0": torch.full((8, 2), torch.nan)}), "not finite"),
    ],
    ids=["empty", "pickle", "archive", "text", "no module", "NaN"],
)
def test_a_file_that_cannot_be_read_is_refused_by_its_name_and_the_example_stays(content, told):
    at = dropped(content, "mine<b>.pt")
    assert told in said(at)
    assert "mine<b>.pt" in said(at)
    assert "Until then you see an example" in sentence(at)
    assert any("The example: a small LSTM" in each.value for each in at.markdown)
    assert any(each.value.endswith("rnnviz.open(model, x)") for each in at.code)


def test_who_brought_a_network_that_gave_way_to_those_of_others_is_told_so(monkeypatch):
    at = dropped(as_pt(bare(nn.GRU).state_dict()))
    mine = shown(at).model.digest
    monkeypatch.setattr("rnnviz.subjects.kept.MOST_OF_ALL_BYTES", 1)
    given.keep_network(nn.GRU(2, 2), "newer", owner="another")
    given.keep_file(b"", owner="another")
    at.switch_page("states.py")
    assert "until they leave or many others come. Bring it again." in said(whole(at.run()))
    at.switch_page("your_model.py")
    at = whole(at.run())
    assert getattr(shown(at).model, "digest", "") != mine
    assert not at.exception
    given.release("another")


def test_a_network_of_too_many_weights_is_refused(monkeypatch):
    monkeypatch.setattr("rnnviz.app.own_model.brought.MAX_WEIGHTS", 50)
    assert "has 150 weights; up to 50" in said(dropped(as_pt(bare(nn.GRU).state_dict())))


def test_a_sequence_of_too_many_steps_is_refused():
    at = dropped(as_pt(bare(nn.LSTM).state_dict()))
    at = whole(at.button_group[0].set_value("file").run())
    array = io.BytesIO()
    np.save(array, np.zeros((limits.MAX_STEPS + 1, 3)))
    assert "100,001 steps, the limit is 100,000" in said(upload(at, "long.npy", array.getvalue(), place=1))
