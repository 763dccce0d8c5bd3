"""Files of Keras: each network computes what the model does that they were written from. Keras runs on torch here."""

import io
import json
import os
import warnings
import zipfile

import numpy as np
import pytest
import torch

from rnnviz.files import inspect, load
from rnnviz.refusals import Refused
from tests.cells.variants import close
from tests.files.mutations import failures
from tests.files.test_refused_files import COUNT, FIRST, LIMIT

h5py = pytest.importorskip("h5py", reason="the optional package that reads the files")
os.environ.setdefault("KERAS_BACKEND", "torch")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    keras = pytest.importorskip("keras", reason="what writes the files, for tests alone")

pytestmark = pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")  # of Keras itself
L = keras.layers
IDS = np.array([[3, 10, 1, 7, 5]])
VECTORS = np.random.default_rng(0).normal(size=(1, 5, 4)).astype(np.float32)
FORMS = pytest.mark.parametrize("suffix", ["keras", "h5"])


def model(*layers, vectors: bool = False):
    """Every weight drawn, so that biases are seen too."""
    start = keras.Input((None, 4)) if vectors else keras.Input((None,), dtype="int32")
    own = keras.Sequential([start, *layers])
    draw = np.random.default_rng(1)
    for weight in own.weights:
        if "seed" not in weight.path:
            weight.assign(draw.normal(size=weight.shape) / 2)
    return own


def saved(own, path, suffix: str) -> bytes:
    file = path / f"model.{suffix}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras about its older format
        own.save(file)
    return file.read_bytes()


def answers(own, x) -> torch.Tensor:
    return torch.as_tensor(own(x)).detach()


CASES = {
    "LSTM": lambda: (L.LSTM(6), L.Dense(3)),
    "GRU": lambda: (L.GRU(6), L.Dense(3)),
    "GRU, reset before": lambda: (L.GRU(6, reset_after=False), L.Dense(3)),
    "RNN": lambda: (L.SimpleRNN(6), L.Dense(3)),
    "RNN, relu": lambda: (L.SimpleRNN(6, activation="relu"), L.Dense(3)),
    "every step": lambda: (L.LSTM(6, return_sequences=True), L.TimeDistributed(L.Dense(3))),
    "layers": lambda: (L.GRU(6, return_sequences=True), L.Dropout(0.5), L.GRU(6), L.Dropout(0.5), L.Dense(3)),
    "both ways": lambda: (L.Bidirectional(L.LSTM(6)), L.Dense(3)),
    "both ways, every step": lambda: (L.Bidirectional(L.GRU(6, return_sequences=True)), L.Dense(3)),
    "both ways, layers": lambda: (
        L.Bidirectional(L.LSTM(6, return_sequences=True)),
        L.Bidirectional(L.LSTM(6)),
        L.Dense(3, use_bias=False),
    ),
    "from the end": lambda: (L.LSTM(6, go_backwards=True), L.Dense(3)),
    "no biases": lambda: (L.GRU(6, use_bias=False), L.Dense(3)),
    "dropout": lambda: (L.LSTM(6, dropout=0.2, recurrent_dropout=0.2), L.Dense(3)),
}


@pytest.mark.parametrize(("vectors", "suffix"), [(False, "keras"), (True, "h5")])
@pytest.mark.parametrize("case", CASES)
def test_it_computes_what_the_model_does(case, suffix, vectors, tmp_path):
    own = model(*(() if vectors else (L.Embedding(11, 4),)), *CASES[case](), vectors=vectors)
    network = load(saved(own, tmp_path, suffix))
    x = torch.from_numpy(VECTORS).transpose(0, 1) if vectors else torch.from_numpy(IDS).T
    expected = answers(own, VECTORS if vectors else IDS)
    close(network(x).reshape(expected.shape), expected, 1e-5)
    assert network.num_layers == 1 + ("layers" in case)


@FORMS
def test_scores_are_read_where_the_model_gives_probabilities(suffix, tmp_path):
    for last in ((L.Dense(3, activation="softmax"),), (L.Dense(3), L.Softmax())):
        own = model(L.Embedding(11, 4), L.LSTM(6), *last)
        close(load(saved(own, tmp_path, suffix))(torch.from_numpy(IDS).T).softmax(-1), answers(own, IDS), 1e-5)


@FORMS
def test_layers_of_other_sizes_are_networks_apart(suffix, tmp_path):
    own = model(L.Embedding(11, 4), L.LSTM(6, return_sequences=True, name="low"), L.LSTM(5, name="top"), L.Dense(3))
    found = inspect(saved(own, tmp_path, suffix))
    assert list(found.modules) == ["low", "top"]
    assert found.modules["low"].embeddings.sure
    assert found.modules["low"].heads.sure is None
    assert found.modules["top"].heads.sure


@FORMS
def test_branches_and_heads_that_are_not_linear_are_left_out_and_said(suffix, tmp_path):
    x = keras.Input((None,), dtype="int32")
    states = L.GRU(6, name="rnn", return_sequences=True)(L.Embedding(11, 4, mask_zero=True, name="table")(x))
    own = keras.Model(x, L.Dense(3)(L.LayerNormalization()(states)))
    found = inspect(saved(own, tmp_path, suffix))
    assert str(found.modules["rnn"]).splitlines()[1:] == [
        "    embedding: table (11 × 4)",
        "    what Keras masks (steps of token id 0, or of zeros) is read here like any other step",
        "    not read, above it: LayerNormalization",
    ]
    two = L.Embedding(11, 4)(x)
    own = keras.Model(x, L.Dense(3)(L.Concatenate()([L.LSTM(6, name="one")(two), L.LSTM(6, name="other")(two)])))
    found = inspect(saved(own, tmp_path, suffix))
    assert list(found.modules) == ["one", "other"]
    assert found.modules["one"].embeddings.sure
    assert found.modules["one"].heads.sure is None


@FORMS
@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (
            lambda: L.LSTM(6, name="odd", recurrent_activation="relu"),
            "odd has the activations 'tanh' and 'relu'",
        ),
        (lambda: L.GRU(6, name="odd", activation="relu"), "odd has the activations 'relu' and 'sigmoid'"),
        (lambda: L.Bidirectional(L.LSTM(6), merge_mode="sum", name="odd"), "odd merges its directions by 'sum'"),
        (lambda: L.RNN(L.LSTMCell(6), name="odd"), "odd is a RNN; SimpleRNN, LSTM, GRU are read"),
    ],
)
def test_what_no_cell_computes_is_refused_by_name(layer, message, suffix, tmp_path):
    found = inspect(saved(model(L.Embedding(11, 4), layer(), L.Dense(3)), tmp_path, suffix))
    assert found.modules == {}
    with pytest.raises(Refused, match=message):
        raise found.refused["odd"]


def test_a_layer_with_code_is_not_run(tmp_path):
    ran = []
    own = model(L.Embedding(11, 4), L.LSTM(6), L.Lambda(lambda x: ran.append(1) or x, output_shape=(6,)), L.Dense(3))
    ran.clear()
    found = inspect(saved(own, tmp_path, "keras"))
    assert ran == []
    assert "not read, above it: Lambda" in str(found)


def test_weights_alone_and_models_without_a_recurrent_layer_are_named(tmp_path):
    own = model(L.Embedding(11, 4), L.LSTM(6))
    own.save_weights(tmp_path / "own.weights.h5")
    with pytest.raises(Refused, match=r"own.weights.h5 is an HDF5 file without the layers of a Keras model"):
        load(tmp_path / "own.weights.h5")
    with pytest.raises(Refused, match="a Keras file without a layer SimpleRNN, LSTM, GRU; it has Dense"):
        load(saved(model(L.Dense(3), vectors=True), tmp_path, "keras"))


def in_h5(data: bytes, change) -> bytes:
    file = io.BytesIO(data)
    with h5py.File(file, "r+") as weights:
        change(weights["model_weights/lstm/sequential/lstm/lstm_cell"])
    return file.getvalue()


def other_file(cell, path) -> None:
    del cell["kernel"]
    cell["kernel"] = h5py.ExternalLink(str(path), "secret")


def other_bytes(cell, path) -> None:
    del cell["kernel"]
    cell.create_dataset("kernel", (4, 24), "f4", external=[(str(path), 0, h5py.h5f.UNLIMITED)])


def huge(cell, path) -> None:
    del cell["kernel"]
    cell.create_dataset("kernel", (2**24, 2**20), "f4", compression="gzip")


@pytest.mark.parametrize(
    ("change", "message"),
    [(other_file, "not there as plain"), (other_bytes, "not there as plain"), (huge, "more than the limit")],
)
def test_nothing_but_the_file_itself_is_read_and_no_more_than_the_limit(change, message, tmp_path):
    secret = tmp_path / "secret"
    with h5py.File(secret, "w") as other:
        other["secret"] = np.ones((4, 24), "f4")
    keras.utils.clear_session()
    own = keras.Sequential([keras.Input((None, 4)), L.LSTM(6, name="lstm")], name="sequential")
    file = in_h5(saved(own, tmp_path, "h5"), lambda cell: change(cell, secret))
    with pytest.raises(Refused, match=message):
        load(file)


def test_a_list_of_layers_that_is_broken_is_refused(tmp_path):
    file = saved(model(L.LSTM(6), vectors=True), tmp_path, "keras")
    for config in (b"", b"[" * 100_000, b"{}", b'{"config": 3}', json.dumps({"config": {"layers": [{}]}}).encode()):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(file)) as archive, zipfile.ZipFile(out, "w") as copy:
            for name in archive.namelist():
                copy.writestr(name, config if name == "config.json" else archive.read(name))
        with pytest.raises(Refused, match="broken: it begins like a Keras file"):
            load(out.getvalue())


def test_mutated_files_are_read_or_refused_with_a_sentence(tmp_path):
    own = model(L.Embedding(11, 4), L.Bidirectional(L.GRU(6)), L.Dense(3))
    files = {suffix: saved(own, tmp_path, suffix) for suffix in ("keras", "h5")}
    print(f"seeds {FIRST} to {FIRST + COUNT - 1}")
    some = max(20, COUNT // 10)  # each has a process of its own
    assert list(failures(files, range(FIRST, FIRST + some), LIMIT)) == []
