"""A cell that is not the project's own: a leaky RNN, as ``rnnviz.cells.register`` describes it."""

import torch

from rnnviz.cells import Quantity, Recurrent, Summands, Term

KEPT = 0.9


class Leaky(Recurrent):
    """h_t = 0.9 h_{t-1} + 0.1 tanh(W x_t + b + W h_{t-1} + b)."""

    name, blocks = "leaky RNN", ("n",)
    quantities = {  # noqa: RUF012
        "n": Quantity(
            "n_t",
            r"n_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})",
            "What could be written.",
            (-1.0, 1.0),
            "candidate",
        ),
        "h": Quantity("h_t", "h_t = 0.9 h_{t-1} + 0.1 n_t", "The new state.", (-1.0, 1.0), "state"),
    }

    def equations(self, x_t, state):
        n = yield "n", torch.tanh(self.input_part(x_t) + self.recurrent_part(state["h"]))
        yield "h", KEPT * state["h"] + (1 - KEPT) * n

    def summands(self, x_t, state, step):
        kept = Term("0.9 h_{t-1}", KEPT * state["h"]), Term("0.1 n_t", (1 - KEPT) * step["n"])
        return {"n": Summands(self.affine_terms(x_t, state)["n"], r"\tanh"), "h": Summands(kept, "")}
