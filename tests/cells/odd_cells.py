"""Cells whose states are no vectors of real numbers, for the tests of what takes any state."""

import torch
from torch import Tensor

from rnnviz.cells import Cell, Quantity, Summands, Term, Weight
from rnnviz.network import Network


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


def network(name: str, rng, **options) -> Network:
    return Network(name, 3, 4, generator=rng, dtype=torch.float64, **options)


def initial(model: Network, batch: int) -> Tensor:
    """A state unlike zero for every layer and direction."""
    (name,) = model.layers[0][0].state
    zeros = model.layers[0][0].initial_state(batch)[name]
    rows = model.num_layers * len(model.directions)
    return torch.linspace(-1, 1, rows * zeros.numel()).view(rows, *zeros.shape).to(zeros.dtype)
