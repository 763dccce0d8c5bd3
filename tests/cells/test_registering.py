"""A cell of one's own: every analysis agrees with autograd over its loop, pages show it, mistakes are told."""

import textwrap

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz import piping
from rnnviz.cells import CELLS, GRU, Cell, Recurrent, Summands, register
from rnnviz.dynamics import fixed_points, visited_states
from rnnviz.gradients import gradient_curves, gradient_matrix, step_jacobians
from rnnviz.memory import reveal, total_effect
from rnnviz.refusals import Refused
from rnnviz.summands import summands
from tests.cells.own_cells import KEPT, Leaky
from tests.cells.variants import close, normal
from tests.pages.visit import board, claim, land, panels


@pytest.fixture(autouse=True)
def known(monkeypatch):
    """Registered, and forgotten after the test."""
    monkeypatch.setitem(CELLS, Leaky.name, Leaky)
    register(Leaky)


@pytest.fixture
def network(rng) -> rnnviz.Network:
    return rnnviz.Network("leaky RNN", 3, 4, output_size=2, generator=rng, dtype=torch.float64)


def loop(network, x, held: int | None = None) -> list[torch.Tensor]:
    """The states by hand, from torch alone. ``held``: the unit whose candidate is 0.5."""
    own, h, states = dict(network.layers[0][0].named_parameters()), torch.zeros(1, 4, dtype=torch.float64), []
    for x_t in x:
        n = x_t @ own["weight_ih"].T + own["bias_ih"] + h @ own["weight_hh"].T + own["bias_hh"]
        n = n.tanh()
        if held is not None:
            n = torch.where(torch.arange(4) == held, 0.5, n)
        h = KEPT * h + (1 - KEPT) * n
        states.append(h)
    return states


def test_every_analysis_agrees_with_autograd_over_the_loop(network, rng):
    x = normal(rng, 7, 1, 3)
    states = loop(network, x)
    layer = rnnviz.record(network, x).layer()
    close(layer["h"].values, torch.stack(states).detach())
    held = rnnviz.record(network, x, hold={"n": rnnviz.Hold(0.5, units=[1])}).layer()
    close(held["h"].values, torch.stack(loop(network, x, held=1)).detach())
    for name, parts in summands(network, rnnviz.record(network, x), 0).items():
        whole = sum(term.values for term in parts.terms)
        np.testing.assert_allclose(np.tanh(whole) if name == "n" else whole, layer[name].values, atol=1e-12)
    gradients = torch.stack(torch.autograd.grad(network.readout(states[-1]).sum(), states, retain_graph=True))
    close(rnnviz.backpropagate(network, x, lambda y: y.sum()).layer()["h"].values, gradients)
    sizes = gradients[:, 0].norm(dim=-1).log10()
    close(gradient_curves(network, x, lambda y: y.sum())["h"].values[:, 0], sizes)
    assert gradient_matrix(network, x).values.shape == (7, 7)
    jacobian = torch.stack([torch.autograd.grad(row, states[2], retain_graph=True)[0][0] for row in states[3][0]])
    close(step_jacobians(network, x).values[3], jacobian)
    assert reveal(network, x).base.values.shape[-1] == 4
    assert total_effect(network, normal(rng, 7, 8, 3), normal(rng, 7, 8, 3)).effect.values.shape == (7, 7)
    resting = fixed_points(network, x[0, 0], visited_states(network, x), generator=rng, starts=16)
    for state in torch.tensor(resting.points.values):
        step = network.layers[0][0](x[0], {"h": state[None]})
        close(step["h"][0].detach(), state, 1e-6)


@pytest.mark.parametrize("page", ["your_model.py", "step_through.py", "states.py", "vanishing_gradients.py"])
def test_pages_show_it_as_the_app_is_sent_it(network, rng, page):
    x = normal(rng, 7, 1, 3)
    subject = piping.unpacked(piping.packed(rnnviz.subject(network, x)))
    at = land(page, **subject.query())
    assert not at.warning
    assert claim(at)
    header, arrays = board(at)
    if page == "step_through.py":
        close(arrays["h"].reshape(7, 4), torch.cat(loop(network, x)).detach().float(), 1e-6)
        assert not panels(header, "diagram")  # it has none


def test_the_recipe_is_such_a_cell(network, rng):
    code = textwrap.dedent(register.__doc__.split("::\n")[1].split("    ``equations``")[0])
    exec(code, {"__name__": "recipe"})
    x = normal(rng, 7, 1, 3)
    own = rnnviz.Network("leaky RNN", 3, 4, output_size=2, dtype=torch.float64)
    assert type(own.layers[0][0]).__module__ == "recipe"
    own.load_state_dict(network.state_dict())
    close(own(x).detach(), network(x).detach())


class Nameless(Recurrent):
    blocks = ("h",)
    quantities = Leaky.quantities

    def equations(self, x_t, state):
        yield "h", torch.tanh(self.input_part(x_t))


def variant(**changes: object) -> type[Cell]:
    return type("Mine", (Leaky,), changes)


def equations(self, x_t, state):
    yield "h", state["h"]


def misfed(self, x_t, state, step):
    return dict.fromkeys(step, Summands(self.affine_terms(x_t, state)["h"], ""))


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (Nameless, r"the cell Nameless lacks name, summands\(\); help"),
        (variant(name="LSTM"), "the name 'LSTM' is taken by a cell of rnnviz; give Mine another one"),
        (variant(name="a~b"), "a name is a text of 1 to 30 characters"),
        (variant(name="mine", equations=equations), "the equations of Mine yield h; its quantities are n, h"),
        (variant(name="mine", state=("h", "c")), "the quantities of Mine lack c: its state and its output"),
        (
            variant(name="mine", blocks=("h",), summands=misfed),
            "n of Mine has a summand of weight_ih, whose rows feed",
        ),
        (variant(name="mine", summands=lambda *_: {}), "the summands of Mine are of none; its quantities are n, h"),
    ],
)
def test_what_is_wrong_with_a_cell_is_said(cell, told):
    with pytest.raises(ValueError, match=told):
        register(cell)
    assert CELLS["LSTM"].__name__ == "LSTM"
    assert "mine" not in CELLS


@pytest.mark.parametrize("value", ["LSTM", torch.nn.LSTM, GRU(2, 2)])
def test_what_is_no_class_of_a_cell_is_refused(value):
    with pytest.raises(TypeError, match="a cell is a class made from"):
        register(value)


def test_a_cell_that_the_server_cannot_import_is_not_opened(monkeypatch):
    monkeypatch.setattr(Leaky, "__module__", "__main__")
    with pytest.raises(Refused, match="Write the class into a module of its own"):
        rnnviz.open(rnnviz.Network("leaky RNN", 3, 4), block=False)
