"""What is no file of weights, what would run code, and what is broken: refused with a sentence, and nothing is run."""

import io
import os
import pickle
import random
import zipfile

import numpy as np
import pytest
import torch
from onnx import helper
from torch import nn

import rnnviz
from rnnviz.files import inspect, load
from rnnviz.refusals import Refused
from tests.files.models import as_npz, as_onnx, as_pt, as_safetensors, tagger
from tests.files.mutations import failures
from tests.files.onnx_cases import model

LIMIT = 2**22  # bytes that may come out of a mutated file
# RNNVIZ_MUTATIONS=10000 for as many, RNNVIZ_SEED to begin elsewhere.
COUNT, FIRST = int(os.environ.get("RNNVIZ_MUTATIONS", "200")), int(os.environ.get("RNNVIZ_SEED", "0"))


class Told:
    """Sets a flag when a pickle of it is opened."""

    opened = False

    def __reduce__(self):
        return _tell, ()


def _tell() -> None:
    Told.opened = True


def archive(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return file.getvalue()


def header(shape: str) -> bytes:
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


@pytest.mark.parametrize(
    "file",
    [
        lambda: as_pt({"rnn": Told()}),
        lambda: as_pt({"rnn": Told()}, _use_new_zipfile_serialization=False),
        lambda: as_pt(nn.LSTM(3, 4)),
        lambda: as_pt(Told()),
        lambda: pickle.dumps({"weight_ih_l0": Told()}),
        lambda: archive(
            **{
                "rnn.npy": b"\x93NUMPY\x01\x00\x3e\x00"
                + b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }      \n"
                + pickle.dumps(Told())
            }
        ),
    ],
    ids=["inside", "old format", "whole module", "alone", "pickle", "array of objects"],
)
def test_a_file_that_could_run_code_is_refused_and_runs_none(file):
    Told.opened = False
    with pytest.raises(Refused, match=r"so it is not opened.*state_dict\(\)|which are not opened"):
        load(file())
    assert not Told.opened


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (b"", r"^the file is empty\. rnnviz reads safetensors, a PyTorch state dict"),
        (b"hello", "of a kind that is not known here"),
        (archive(**{"m/constants.pkl": b"", "m/code/x.py": b""}), "TorchScript, which is a program"),
        (archive(**{"a.txt": b"", "b.npy": b""}), r"an archive of 2 files \(a.txt, b.npy\)"),
        (archive(), "rnnviz reads"),
        (as_pt({"conv.weight": torch.ones(3)}), r"without the weights of an RNN, LSTM or GRU \(conv.weight, …\)"),
        (as_pt([1, 2]), "without the weights of an RNN, LSTM or GRU .no tensors at all"),
        (as_pt(torch.ones(3)), "without the weights"),
        (as_npz({"x": torch.ones(3)})[:-30], "a broken archive"),
        (archive(**{"weight_ih_l0.npy": header("(-4, 4)")}), "broken: it begins like an .npz file"),
        (archive(**{"weight_ih_l0.npy": header("(99999999999, 4)")}), "broken: it begins like an .npz file"),
        (as_safetensors({"x": torch.ones(3)})[:-3], "broken: it begins like safetensors"),
    ],
)
def test_what_is_no_file_of_weights_is_named_with_what_would_be_read(file, message):
    with pytest.raises(Refused, match=message):
        load(file)


def test_a_refusal_names_the_file_and_a_missing_one_is_missing(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not weights")
    with pytest.raises(Refused, match=r"^notes\.txt is of a kind"):
        rnnviz.load(path)
    with pytest.raises(Refused, match="is a folder"):
        rnnviz.load(tmp_path)
    with pytest.raises(FileNotFoundError):
        rnnviz.load(tmp_path / "lost.pt")


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.pt"
    with path.open("wb") as file:
        file.truncate(2**33)  # takes no room on the disk
    with pytest.raises(Refused, match=r"^large\.pt would take 8,192 MB of memory, the limit is 4,096 MB"):
        inspect(path)
    path.write_bytes(bytes(2000))
    with pytest.raises(Refused, match="would take 1 MB of memory, the limit is 0 MB"):
        inspect(path, limit=1000)


def test_an_archive_that_unpacks_to_more_than_the_limit_is_not_unpacked():
    bomb = archive(**{"weight_ih_l0.npy": bytes(30_000_000)})
    assert len(bomb) < LIMIT / 50
    with pytest.raises(Refused, match="would take 29 MB of memory, the limit is 4 MB"):
        inspect(bomb, limit=LIMIT)


def test_one_number_that_says_it_is_a_matrix_is_refused_before_it_is_one():
    huge = torch.ones(1).expand(400_000, 100_000)
    with pytest.raises(Refused, match="would take 305,176 MB of memory"):
        inspect(as_pt({"weight_ih_l0": huge, "weight_hh_l0": huge}))


def test_dictionaries_in_themselves_and_in_one_another_come_to_an_end():
    round_trip: dict = {"weight_ih_l0": torch.ones(4, 1), "weight_hh_l0": torch.ones(4, 1)}
    round_trip |= {"model": round_trip, "state_dict": round_trip}
    assert inspect(as_pt({"model": round_trip})).modules.keys() == {""}
    wheel: dict = {}
    wheel["model"] = wheel
    many: dict = {"x": torch.ones(1)}
    for _ in range(8):
        many = {str(n): many for n in range(50)}
    for value in (wheel, many):
        with pytest.raises(Refused, match="without the weights of an RNN"):
            inspect(as_pt(value))


def test_more_than_any_model_has_is_refused():
    many = {f"{n}.weight_{part}": torch.ones(4, 1) for n in range(65) for part in ("ih", "hh")}
    with pytest.raises(Refused, match="holds 65 recurrent modules, the limit is 64"):
        inspect(as_pt(many))
    with pytest.raises(Refused, match="holds 20,001 tensors, the limit is 20,000"):
        inspect(as_safetensors({str(n): torch.ones(1) for n in range(20_001)}))
    nodes = [helper.make_node("Identity", ["X"], [f"Y{n}"]) for n in range(10_001)]
    with pytest.raises(Refused, match="holds 10,001 nodes, the limit is 10,000"):
        inspect(model(nodes, {}, {"X": np.ones(1, np.float32)}, ["Y0"]).SerializeToString())


@pytest.mark.parametrize(
    "name", ["module." * 50_000, "_orig_mod." * 50_000, "a." * 50_000, "parametrizations." * 20_000]
)
def test_a_name_of_great_length_takes_no_time(name):
    own = {f"{name}weight_ih_l0": torch.ones(4, 1), f"{name}weight_hh_l0": torch.ones(4, 1)}
    assert len(inspect(as_safetensors(own)).modules) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rnn.weight_hh_l0": torch.ones(20, 4)}, r"rnn.weight_hh_l0 has shape \(20, 4\), .* \(4H, H\)"),
        ({"rnn.weight_hh_l0": torch.ones(20)}, r"rnn.weight_hh_l0 has shape \(20,\)"),
        ({"rnn.weight_ih_l0": torch.ones(19, 6)}, r"weight_ih_l0 has shape \(19, 6\); beside .* it must be \(20, 6\)"),
        ({"rnn.weight_ih_l0": torch.ones(20, 0)}, r"weight_ih_l0 has shape \(20, 0\)"),
        ({"rnn.bias_hh_l0": torch.ones(20, 1)}, r"bias_hh_l0 has shape \(20, 1\); .* \(20,\)"),
        ({"rnn.weight_ih_l2": torch.ones(20, 5)}, "rnn has no weight_ih for layer 1"),
        ({"rnn.weight_ih_l0_reverse": torch.ones(20, 6)}, "rnn has no weight_hh for layer 0 backward"),
        (
            {"rnn.weight_hr_l0": torch.ones(2, 5)},
            r"the projections of rnn do not fit .*\(2, 5\) and weight_hh \(20, 5\)",
        ),
        ({"rnn.bias_ih_l0": torch.full((20,), torch.nan)}, "bias_ih_l0 has 20 numbers that are not finite"),
    ],
)
def test_weights_that_do_not_fit_together_are_refused_by_name(change, message):
    found = inspect(as_pt(tagger().state_dict() | change))
    assert list(found.refused) == ["rnn"]
    assert "rnn: not read." in str(found)
    with pytest.raises(Refused, match=message):
        load(as_pt(tagger().state_dict() | change))


@pytest.mark.parametrize("name", ["embed.weight", "fc.weight", "fc.bias"])
def test_what_stands_around_is_looked_at_when_it_is_taken(name):
    own = tagger().state_dict()
    own |= {name: own[name].clone().fill_(torch.inf)}
    with pytest.raises(Refused, match=rf"{name.split('.')[0]} has numbers that are not finite"):
        load(as_pt(own))
    assert load(as_pt(own), head=False, embedding=False).readout is None


def test_a_cell_or_a_nonlinearity_that_there_is_not_is_refused():
    with pytest.raises(Refused, match="There is no cell BRNN"):
        load(as_pt(tagger().state_dict()), cell="BRNN")
    with pytest.raises(Refused, match="There is no nonlinearity sine"):
        load(as_pt(tagger().state_dict()), nonlinearity="sine")
    with pytest.raises(Refused, match="not that of GRU"):
        load(as_pt(tagger().state_dict()), cell="GRU")
    assert load(as_pt(tagger(nn.GRU).state_dict()), cell="GRU 2014").cell == "GRU 2014"


def test_mutated_files_are_read_or_refused_with_a_sentence():
    model = tagger().float()
    own = model.state_dict()
    files = {"pt": as_pt(own), "safetensors": as_safetensors(own), "npz": as_npz(own), "npz z": as_npz(own, True)}
    files["onnx"] = as_onnx(model, torch.zeros(4, 2, dtype=torch.long))
    print(f"seeds {FIRST} to {FIRST + COUNT - 1}")
    assert list(failures(files, range(FIRST, FIRST + COUNT), LIMIT)) == []


def test_mutations_are_the_same_for_a_seed_and_different_from_the_file():
    from tests.files.mutations import mutated

    file = as_npz(tagger().state_dict())
    assert mutated(file, random.Random(3)) == mutated(file, random.Random(3))
    assert len({mutated(file, random.Random(seed)) for seed in range(50)}) > 45
    assert np.mean([mutated(file, random.Random(seed)) != file for seed in range(50)]) > 0.9
