"""Cells whose states are no vectors of real numbers: what can work does, and what cannot says so."""

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import Tensor

from rnnviz import figures
from rnnviz.cells import CELLS, Cell, Quantity, Summands, Term, Weight
from rnnviz.dynamics import visited_states
from rnnviz.gradients import backpropagate, gradient_matrix, step_jacobians
from rnnviz.memory import divergence, half_life, reveal
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.summands import summands
from tests.cells.variants import close, normal
from tests.pages.visit import FRAME


class Rotating(Cell):
    """A linear cell with one complex number per unit, as of diagonal state space models; real is what is read."""

    name, state, output = "rotating", ("s",), "y"
    quantities = {  # noqa: RUF012
        "s": Quantity("s_t", r"s_t = \lambda \odot s_{t-1} + B x_t", "A phase per unit.", None, "memory", complex=True),
        "y": Quantity("y_t", r"y_t = \operatorname{Re}(s_t)", "Its real part.", None, "output"),
    }

    def shapes(self):
        return {"angle": (self.hidden_size,), "weight_in": (self.hidden_size, self.input_size)}

    def weights(self):
        return (Weight("weight_in", "B", self.weight_in, "x", ("s",)),)

    def parts(self, x_t: Tensor, state: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        kept = torch.polar(torch.full_like(self.angle, 0.9), self.angle) * state["s"]
        return kept, (x_t @ self.weight_in.T).to(kept.dtype)

    def equations(self, x_t, state):
        s = yield "s", sum(self.parts(x_t, state))
        yield "y", s.real

    def summands(self, x_t, state, step):
        kept, written = self.parts(x_t, state)
        terms = Term(r"\lambda \odot s_{t-1}", kept), Term("B x_t", written)
        real = Term(r"\operatorname{Re}(s_t)", step["s"].real)
        return {"s": Summands(terms, ""), "y": Summands((real,), "")}


class Outer(Cell):
    """A matrix that adds up outer products of keys and values, read by the key: linear attention as a recurrence."""

    name, state = "outer", ("C",)
    quantities = {  # noqa: RUF012
        "k": Quantity("k_t", r"k_t = W_k x_t", "Key.", None, "candidate"),
        "C": Quantity("C_t", r"C_t = C_{t-1} + k_t k_t^\top", "What was added up.", None, "memory", ("H", "H")),
        "h": Quantity("h_t", r"h_t = C_t k_t", "What the key finds.", None, "state"),
    }

    def shapes(self):
        return {"weight_key": (self.hidden_size, self.input_size)}

    def weights(self):
        return (Weight("weight_key", "W_k", self.weight_key, "x", ("k",)),)

    def equations(self, x_t, state):
        k = yield "k", x_t @ self.weight_key.T
        memory = yield "C", state["C"] + k[..., :, None] * k[..., None, :]
        yield "h", (memory @ k[..., None])[..., 0]

    def summands(self, x_t, state, step):
        k = step["k"]
        written = Term(r"k_t k_t^\top", k[..., :, None] * k[..., None, :])
        return {
            "k": Summands((Term("W_k x_t", k),), ""),
            "C": Summands((Term("C_{t-1}", state["C"]), written), ""),
            "h": Summands((Term("C_t k_t", step["h"]),), ""),
        }


ODD = {"rotating": Rotating, "outer": Outer}
both = pytest.mark.parametrize("name", ODD)


@pytest.fixture(autouse=True)
def known(monkeypatch):
    for name, cell in ODD.items():
        monkeypatch.setitem(CELLS, name, cell)


def network(name: str, rng, **options) -> Network:
    return Network(name, 3, 4, generator=rng, dtype=torch.float64, **options)


def initial(model: Network, batch: int) -> Tensor:
    """A state unlike zero for every layer and direction."""
    (name,) = model.layers[0][0].state
    zeros = model.layers[0][0].initial_state(batch)[name]
    rows = model.num_layers * len(model.directions)
    return torch.linspace(-1, 1, rows * zeros.numel()).view(rows, *zeros.shape).to(zeros.dtype)


@both
def test_every_state_is_recorded_in_its_own_shape_and_dtype_and_each_step_replays(name, rng):
    model, x = network(name, rng, num_layers=2, bidirectional=True), normal(rng, 6, 2, 3)
    trace = record(model, x, initial(model, 2))
    for layer in trace.layers:
        cell = model.layers[layer.layer][layer.direction == "backward"]
        (state,) = cell.state
        assert layer[state].values.shape == (6, 2, *cell.shape(state))
        assert layer[state].axes[2:] == (("row", "column") if name == "outer" else ("unit",))
        assert np.iscomplexobj(layer[state].values) == cell.quantities[state].complex
        below = torch.tensor(trace.x.values if layer.layer == 0 else trace.merged(0).values)
        step = cell(below, {state: torch.tensor(layer.previous(state).values)})
        for signal in layer.signals:
            close(step[signal.name].detach(), torch.tensor(signal.values))
    np.testing.assert_array_equal(trace.merged(1).values, trace.y.values)


@both
@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_every_quantity_is_the_sum_of_its_summands(name, direction, rng):
    model, x = network(name, rng, num_layers=2, bidirectional=True), normal(rng, 6, 2, 3)
    trace = record(model, x, initial(model, 2))
    for quantity, parts in summands(model, trace, 1, direction).items():
        whole = trace.layer(1, direction)[quantity]
        assert {term.axes for term in parts.terms} == {whole.axes}
        np.testing.assert_allclose(sum(term.values for term in parts.terms), whole.values, atol=1e-12)


@both
def test_sequences_of_unequal_length_are_what_they_are_alone(name, rng):
    model, x = network(name, rng), normal(rng, 6, 2, 3)
    layer = record(model, x, lengths=[4, 6]).layer()
    for b, length in enumerate((4, 6)):
        alone = record(model, x[:length, b : b + 1]).layer()
        for signal in alone.signals:
            np.testing.assert_allclose(layer[signal.name].values[:length, b], signal.values[:, 0], atol=1e-12)
        assert np.isnan(layer["C" if name == "outer" else "s"].values[length:, b]).all()


def test_a_diagonal_cell_gives_the_sum_of_its_inputs_through_powers_of_its_numbers(rng):
    model, x = network("rotating", rng), normal(rng, 9, 1, 3)
    cell = model.layers[0][0]
    factor = 0.9 * torch.exp(1j * cell.angle.detach())
    expected = sum(factor ** (8 - k) * (cell.weight_in.detach() @ x[k, 0]) for k in range(9))
    close(record(model, x).layer()["s"].values[-1, 0], expected)


@both
@pytest.mark.parametrize(
    "ask",
    [
        lambda model, x: backpropagate(model, x, lambda y: y.sum()),
        gradient_matrix,
        step_jacobians,
        visited_states,
        lambda model, x: reveal(model, x),
        half_life,
        lambda model, x: divergence(model, x, x),
    ],
    ids=["backpropagate", "gradient_matrix", "step_jacobians", "visited_states", "reveal", "half_life", "divergence"],
)
def test_what_is_there_for_vectors_alone_says_so(name, ask, rng):
    what = {"rotating": "s of rotating is complex", "outer": r"C of outer is of shape \(H, H\)"}[name]
    with pytest.raises(ValueError, match=rf"states that are vectors of real numbers; {what}$"):
        ask(network(name, rng), normal(rng, 5, 1, 3))


def test_a_state_of_another_shape_or_kind_is_refused_with_what_is_wanted(rng):
    x = normal(rng, 5, 2, 3)
    with pytest.raises(ValueError, match=r"must be \(C\), each of shape \(1, 2, 4, 4\); got \(1, 2, 4\)"):
        record(network("outer", rng), x, torch.zeros(1, 2, 4, dtype=torch.float64))
    with pytest.raises(TypeError, match=r"is torch.float64 but its s is torch.complex128"):
        record(network("rotating", rng), x, torch.zeros(1, 2, 4, dtype=torch.float64))


def test_a_picture_of_units_takes_no_matrix_and_no_complex_number(rng):
    x = normal(rng, 5, 1, 3)
    with pytest.raises(ValueError, match=r"heatmap draws axes \('time', 'unit'\), not \('time', 'row', 'column'\)"):
        figures.heatmap(record(network("outer", rng), x).layer()["C"].at(batch=0))
    with pytest.raises(ValueError, match="heatmap draws real numbers; s is complex"):
        figures.heatmap(record(network("rotating", rng), x).layer()["s"].at(batch=0))


@both
@pytest.mark.parametrize("page", ["step_through.py", "states.py", "vanishing_gradients.py", "two_directions.py"])
def test_a_page_says_that_it_cannot_show_such_a_cell(name, page):
    at = AppTest.from_file(str(FRAME), default_timeout=90)
    at.query_params["cell"] = name
    at.run()
    at.switch_page(page).run()
    assert not at.exception
    odd = "C_t" if name == "outer" else "s_t"
    assert f"` {odd} ` of the ` {name} ` is none" in at.warning[0].value
    assert len(at.get("bidi_component")) == 1  # the page shows what it opens with
