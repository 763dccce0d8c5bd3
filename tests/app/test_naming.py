"""The textbook's names: each equation that is shown in them still gives the traced numbers, and PyTorch's stay."""

import pytest
import torch

from pages import PAGES
from pages.knobs import FRESH
from rnnviz.app import naming
from rnnviz.app.i18n import one_language
from rnnviz.cells import CELLS
from tests.cells.latex import evaluate, read_equation, values_of
from tests.cells.variants import GATE_ORDER, close, every_variant, run


@pytest.fixture
def of_pytorch(monkeypatch):
    monkeypatch.setattr(naming, "is_pytorch", lambda: True)


def in_the_textbook(cell: torch.nn.Module, values: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Values by PyTorch's LaTeX under the names of S = f(U X + W S), by hand."""
    name, known = cell.name, dict(values)
    for key, value in values.items():
        if key.startswith(("W_{i", "W_{h", "b_{i")) and not key.endswith("y}"):
            source, block = key[3], key[4]
            below = {"h": "", "n": "_h"}.get(block, f"_{block}")
            letter = {"W_{i": "W_{in}" if name == "ESN" else "U", "W_{h": "W", "b_{i": "b"}[key[:4]]
            if letter != "b":
                known[letter + below] = value
            elif not (name == "GRU" and block == "n"):
                known["b" + below] = value + values.get(f"b_{{h{block}}}", 0)
            assert source in "ih"
    if name == "Jordan":
        known |= {"V_y": values["W_{hy}"], "b_y": values["b_{hy}"]}
    if name == "RNN":
        known |= {"S_t": values["h_t"], "S_{t-1}": values["h_{t-1}"], "X_t": values["x_t"]}
        for old in ("h_t", "h_{t-1}", "x_t"):
            del known[old]
    if "n_t" in known and naming.of(name).candidate:
        known[r"\tilde{h}_t"] = known.pop("n_t")
    return known


@every_variant
def test_every_equation_in_the_textbooks_names_gives_the_traced_value(name, options, rng):
    drawn = run(name, rng, steps=9, batch=2, width=3, hidden=4, **options)
    (trace,) = drawn.trace.layers
    cell = drawn.network.layers[0][0]
    known = {"x_t": drawn.layer_input(0)} | {f"{s.name}_t": torch.tensor(s.values) for s in trace.signals}
    known |= {f"{each}_{{t-1}}": torch.tensor(trace.previous(each).values) for each in cell.state}
    values = in_the_textbook(cell, values_of(cell, GATE_ORDER[name], known))
    for key, quantity in cell.quantities.items():
        left, right = read_equation(naming.named(name, quantity.equation))
        close(values[left], evaluate(right, values))
        close(values[left], known[f"{key}_t"])


@pytest.mark.parametrize(
    ("cell", "text", "shown"),
    [
        ("RNN", "W_hh h_t−1", "W S_t−1"),
        ("RNN", "W_ih x_t", "U X_t"),
        ("RNN", r"b_{ih} + b_{hh}", "b"),
        ("RNN", "{cell}: {units} units of h", "{cell}: {units} units of S"),
        ("RNN", "状态 h 与 h′", "状态 S 与 S′"),
        ("RNN", "what each hidden state shows, exactly", "what each hidden state shows, exactly"),
        ("LSTM", r"W_{hi} h_{t-1}", "W_i h_{t-1}"),
        ("LSTM", "c_t−1", "c_t−1"),
        ("GRU", "n_t", "h̃_t"),
        ("GRU", "W_hn", "W_h"),
        ("GRU", r"b_{in}", r"b_{in}"),
        ("GRU 2014", r"b_{in} + W_{hn} (r_t \odot h_{t-1}) + b_{hn}", r"W_h (r_t \odot h_{t-1}) + b_h"),
        ("ESN", "W_ih", "W_in"),
        ("", "the term for W_hh of h", "the term for W of h"),
    ],
)
def test_what_is_said_of_a_cell_is_in_its_textbooks_names(cell, text, shown):
    assert naming.named(cell, text) == shown


@pytest.mark.parametrize("cell", CELLS)
def test_pytorchs_names_are_those_of_the_code(cell, of_pytorch):
    for quantity in CELLS[cell](2, 3).quantities.values():
        assert naming.named(cell, quantity.equation) == quantity.equation
    assert [naming.letter(cell, name) for name in "hxnc"] == list("hxnc")


def test_the_names_are_written_beside_each_other():
    pairs = naming.pairs("RNN")
    assert pairs.startswith("S = h, X = x, U = weight_ih, W = weight_hh, V = readout.weight")
    assert "h̃ = n" in naming.pairs("GRU")
    assert "S = " not in naming.pairs("LSTM")


def test_all_pages_share_the_choice_and_no_suggestion_about_fresh_networks_takes_it_back():
    assert {page.knobs.owner("names") for page in PAGES} == {"Knobs"}
    assert "names" not in FRESH


def test_of_a_cell_of_ones_own_a_candidate_n_keeps_its_letter():
    assert naming.named("leaky RNN", r"n_t = \tanh(W_{ih} x_t)") == r"n_t = \tanh(U x_t)"


@pytest.mark.parametrize("cell", CELLS)
def test_beside_each_other_stand_only_names_of_weights_that_the_cell_has(cell):
    has = CELLS[cell](2, 3).shapes()
    names = {pair.split(" = ")[1] for pair in naming.pairs(cell).split(", ")}
    assert {name for name in names if name.startswith("weight_")} <= set(has)
    assert "readout.weight" in names


def test_a_cells_name_is_said_in_the_readers_language_and_stays_as_it_is_in_links():
    with one_language("zh"):
        assert naming.cell("linear attention") == "线性注意力"
        assert naming.cell("LSTM") == "LSTM"
    with one_language("en"):
        assert naming.cell("linear attention") == "linear attention"
    assert set(naming.CELL_NAMES) <= set(CELLS)
