"""A cell that is not the project's own, with states of all kinds."""

from typing import ClassVar

import torch

from rnnviz.cells import Cell, Quantity, Summands, Term, Weight


class Mixed(Cell):
    """All kinds at once: a gate that is one number, a number, complex numbers and a matrix, read as real numbers."""

    name, state, output = "mixed", ("m", "s", "C"), "y"
    quantities: ClassVar[dict[str, Quantity]] = {
        "f": Quantity("f_t", r"f_t = \sigma(W_f x_t)", "Forget gate.", (0.0, 1.0), "keep", ("1",)),
        "m": Quantity("m_t", r"m_t = f_t m_{t-1} + (1 - f_t)", "How much was added up.", None, "memory", ("1",)),
        "k": Quantity("k_t", r"k_t = W_k x_t", "Key.", None, "candidate"),
        "s": Quantity("s_t", r"s_t = 0.9 i s_{t-1} + k_t", "A quarter of a turn a step.", None, "memory", complex=True),
        "C": Quantity("C_t", r"C_t = f_t C_{t-1} + k_t k_t^\top", "What was added up.", None, "memory", ("H", "H")),
        "y": Quantity(
            "y_t", r"y_t = m_t C_t k_t + \operatorname{Re}(s_t)", "What the layer above reads.", None, "output"
        ),
    }

    def sizes(self):
        return super().sizes() | {"1": 1}

    def shapes(self):
        return {"weight_gate": (1, self.input_size), "weight_key": (self.hidden_size, self.input_size)}

    def weights(self):
        return (
            Weight("weight_gate", "W_f", self.weight_gate, "x", ("f",)),
            Weight("weight_key", "W_k", self.weight_key, "x", ("k",)),
        )

    def equations(self, x_t, state):
        f = yield "f", torch.sigmoid(x_t @ self.weight_gate.T)
        m = yield "m", f * state["m"] + (1 - f)
        k = yield "k", x_t @ self.weight_key.T
        s = yield "s", 0.9j * state["s"] + k
        memory = yield "C", f[..., None] * state["C"] + k[..., :, None] * k[..., None, :]
        yield "y", m * (memory @ k[..., None])[..., 0] + s.real

    def summands(self, x_t, state, step):
        f, m, k = step["f"], step["m"], step["k"]
        gate = Term("W_f x_t", x_t @ self.weight_gate.T, "weight_gate")
        kept = Term("f_t C_{t-1}", f[..., None] * state["C"])
        read = Term("m_t C_t k_t", m * (step["C"] @ k[..., None])[..., 0])
        return {
            "f": Summands((gate,), r"\sigma"),
            "m": Summands((Term(r"f_t m_{t-1}", f * state["m"]), Term("1 - f_t", 1 - f)), ""),
            "k": Summands((Term("W_k x_t", k, "weight_key"),), ""),
            "s": Summands((Term(r"0.9 i s_{t-1}", 0.9j * state["s"]), Term("k_t", k)), ""),
            "C": Summands((kept, Term(r"k_t k_t^\top", k[..., :, None] * k[..., None, :])), ""),
            "y": Summands((read, Term(r"\operatorname{Re}(s_t)", step["s"].real)), ""),
        }
