"""Each cell against numbers computed one by one, in plain Python, from the equations of its paper."""

import cmath
from math import exp, log, sqrt, tanh

import pytest
import torch

from rnnviz.cells import CELLS
from tests.cells.variants import close, run

# Vectors are lists of floats and matrices lists of rows here: no tensor, no broadcasting, no transposition.
Vector = list[float]
Matrix = list[Vector]


def sigmoid(a: float) -> float:
    return 1 / (1 + exp(-a))


def net(weights: Matrix, incoming: Vector, unit: int) -> float:
    return sum(weights[unit][k] * value for k, value in enumerate(incoming))


class Weights:
    """A cell's parameters as lists, its blocks by their letters: ``w["f"]``, ``u["f"]``, ``b["f"]``."""

    def __init__(self, cell, letters: str) -> None:
        size, self.w, self.u, self.b, self.b_h = cell.hidden_size, {}, {}, {}, {}
        for k, letter in enumerate(letters):
            rows = slice(k * size, (k + 1) * size)
            self.w[letter], self.u[letter] = cell.weight_ih[rows].tolist(), cell.weight_hh[rows].tolist()
            self.b[letter], self.b_h[letter] = cell.bias_ih[rows].tolist(), cell.bias_hh[rows].tolist()

    def net(self, letter: str, x: Vector, fed: Vector, unit: int) -> float:
        biases = self.b[letter][unit] + self.b_h[letter][unit]
        return net(self.w[letter], x, unit) + net(self.u[letter], fed, unit) + biases


def jordan(cell, x: Vector, h: Vector, s: Vector):
    """Jordan 1986: the plan and the state units feed hidden ones, those the output, and that the state units."""
    weights, out, bias = Weights(cell, "h"), cell.weight_hy.tolist(), cell.bias_hy.tolist()
    h = [tanh(weights.net("h", x, s, unit)) for unit in range(len(h))]
    y = [sigmoid(net(out, h, unit) + bias[unit]) for unit in range(len(s))]
    return {"h": h, "y": y, "s": [cell.decay * s[unit] + y[unit] for unit in range(len(s))]}


def elman(cell, x: Vector, h: Vector):
    """Elman 1990: the context units are a copy of the hidden ones."""
    weights = Weights(cell, "h")
    return {"h": [tanh(weights.net("h", x, h, unit)) for unit in range(len(h))]}


def lstm_1997(cell, x: Vector, h: Vector, c: Vector):
    """Hochreiter and Schmidhuber 1997: the cell's own weight is 1; g squashes to (-2, 2) and h to (-1, 1)."""
    weights, units = Weights(cell, "igo"), range(len(h))
    i, o = ([sigmoid(weights.net(gate, x, h, unit)) for unit in units] for gate in "io")
    g = [4 * sigmoid(weights.net("g", x, h, unit)) - 2 for unit in units]
    c = [c[unit] + i[unit] * g[unit] for unit in units]
    return {"i": i, "g": g, "o": o, "c": c, "h": [o[unit] * (2 * sigmoid(c[unit]) - 1) for unit in units]}


def lstm(cell, x: Vector, h: Vector, c: Vector):
    """Gers, Schmidhuber and Cummins 2000, with tanh for both squashing functions as is usual since."""
    weights, units = Weights(cell, "ifgo"), range(len(h))
    i, f, o = ([sigmoid(weights.net(gate, x, h, unit)) for unit in units] for gate in "ifo")
    g = [tanh(weights.net("g", x, h, unit)) for unit in units]
    c = [f[unit] * c[unit] + i[unit] * g[unit] for unit in units]
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": [o[unit] * tanh(c[unit]) for unit in units]}


def lstm_peephole(cell, x: Vector, h: Vector, c: Vector):
    """Gers and Schmidhuber 2000: i and f look at the cell before the step, o at the cell after it."""
    weights, units, size = Weights(cell, "ifgo"), range(len(h)), len(h)
    p = {gate: cell.peepholes.tolist()[k * size : (k + 1) * size] for k, gate in enumerate("ifo")}
    i, f = ([sigmoid(weights.net(gate, x, h, unit) + p[gate][unit] * c[unit]) for unit in units] for gate in "if")
    g = [tanh(weights.net("g", x, h, unit)) for unit in units]
    new = [f[unit] * c[unit] + i[unit] * g[unit] for unit in units]
    o = [sigmoid(weights.net("o", x, h, unit) + p["o"][unit] * new[unit]) for unit in units]
    return {"i": i, "f": f, "g": g, "o": o, "c": new, "h": [o[unit] * tanh(new[unit]) for unit in units]}


def echo_state(cell, x: Vector, h: Vector):
    """Jaeger 2001, with the leaking rate of Lukoševičius 2012."""
    weights, units = Weights(cell, "n"), range(len(h))
    n = [tanh(weights.net("n", x, h, unit)) for unit in units]
    return {"n": n, "h": [(1 - cell.leak) * h[unit] + cell.leak * n[unit] for unit in units]}


def gru_2014(cell, x: Vector, h: Vector):
    """Cho et al. 2014: the candidate sees the old state through the reset gate; z keeps."""
    weights, units = Weights(cell, "rzn"), range(len(h))
    r, z = ([sigmoid(weights.net(gate, x, h, unit)) for unit in units] for gate in "rz")
    reset = [r[unit] * h[unit] for unit in units]
    n = [tanh(weights.net("n", x, reset, unit)) for unit in units]
    return {"r": r, "z": z, "n": n, "h": [z[unit] * h[unit] + (1 - z[unit]) * n[unit] for unit in units]}


def gru(cell, x: Vector, h: Vector):
    """The other form: the reset gate weighs what the recurrent weights, with their bias, make of the old state."""
    weights, units = Weights(cell, "rzn"), range(len(h))
    r, z = ([sigmoid(weights.net(gate, x, h, unit)) for unit in units] for gate in "rz")
    n = []
    for unit in units:
        recurrent = net(weights.u["n"], h, unit) + weights.b_h["n"][unit]
        n.append(tanh(net(weights.w["n"], x, unit) + weights.b["n"][unit] + r[unit] * recurrent))
    return {"r": r, "z": z, "n": n, "h": [z[unit] * h[unit] + (1 - z[unit]) * n[unit] for unit in units]}


def slstm(cell, x: Vector, h: Vector, c: Vector, n: Vector, m: Vector):
    """Beck et al. 2024, equations 8 to 18, where a and d are the logarithms of the gates."""
    weights, units = Weights(cell, "ifzo"), range(len(h))
    a, net_f, net_z, net_o = ([weights.net(block, x, h, unit) for unit in units] for block in "ifzo")
    d, z, o = [-log(1 + exp(-v)) for v in net_f], [tanh(v) for v in net_z], [sigmoid(v) for v in net_o]
    left = [d[unit] + m[unit] for unit in units]
    m = [max(left[unit], a[unit]) for unit in units]
    i, f = [exp(a[unit] - m[unit]) for unit in units], [exp(left[unit] - m[unit]) for unit in units]
    c = [f[unit] * c[unit] + i[unit] * z[unit] for unit in units]
    n = [f[unit] * n[unit] + i[unit] for unit in units]
    h = [o[unit] * c[unit] / n[unit] for unit in units]
    return {"a": a, "d": d, "z": z, "o": o, "m": m, "i": i, "f": f, "c": c, "n": n, "h": h}


def mlstm(cell, x: Vector, table: Matrix, n: Vector, m: Vector):
    """Beck et al. 2024, equations 19 to 27, where a and d are the logarithms of the gates."""

    def summed(name: str) -> Vector:
        rows, bias = getattr(cell, f"weight_{name}").tolist(), getattr(cell, f"bias_{name}").tolist()
        return [net(rows, x, row) + bias[row] for row in range(len(rows))]

    q, k, v, a = summed("q"), [value / sqrt(len(n)) for value in summed("k")], summed("v"), summed("i")
    o, d = [sigmoid(value) for value in summed("o")], [-log(1 + exp(-value)) for value in summed("f")]
    new_m = [max(d[0] + m[0], a[0])]
    i, f = [exp(a[0] - new_m[0])], [exp(d[0] + m[0] - new_m[0])]
    table = [[f[0] * old + i[0] * v[r] * k[c] for c, old in enumerate(row)] for r, row in enumerate(table)]
    n = [f[0] * old + i[0] * k[c] for c, old in enumerate(n)]
    weight = max(abs(net([n], q, 0)), exp(-new_m[0]))
    found = [net(table, q, r) for r in range(len(table))]
    h = [o[r] * found[r] / weight for r in range(len(table))]
    own = {"q": q, "k": k, "v": v, "o": o, "a": a, "d": d}
    return own | {"m": new_m, "i": i, "f": f, "C": table, "n": n, "r": found, "w": [weight], "h": h}


def min_gru(cell, x: Vector, h: Vector):
    """Feng et al. 2024: gate and candidate of the input alone, g above zero, and z writes."""
    size, w, b = cell.hidden_size, cell.weight_ih.tolist(), cell.bias_ih.tolist()
    z = [sigmoid(net(w, x, unit) + b[unit]) for unit in range(size)]
    a = [net(w, x, size + unit) + b[size + unit] for unit in range(size)]
    n = [value + 0.5 if value >= 0 else sigmoid(value) for value in a]
    return {"z": z, "n": n, "h": [(1 - z[unit]) * h[unit] + z[unit] * n[unit] for unit in range(size)]}


def lru(cell, x: Vector, h: list[complex]):
    """Orvieto et al. 2023: complex numbers, one by one."""
    lists = {name: value.tolist() for name, value in cell.named_parameters()}
    b, c = (
        [
            [complex(*pair) for pair in zip(*rows, strict=True)]
            for rows in zip(lists[f"{letter}_re"], lists[f"{letter}_im"], strict=True)
        ]
        for letter in "BC"
    )
    units = range(len(h))
    turned = [cmath.exp(complex(-exp(lists["nu"][unit]), exp(lists["theta"][unit]))) * h[unit] for unit in units]
    h = [turned[unit] + exp(lists["gamma"][unit]) * net(b, x, unit) for unit in units]
    return {"h": h, "y": [net(c, h, unit).real + net(lists["D"], x, unit) for unit in units]}


def rg_lru(cell, x: Vector, h: Vector):
    """De et al. 2024, equations 1 to 4, of u, which the linear layer before the unit makes of x."""
    size, w, b = cell.hidden_size, cell.weight_ih.tolist(), cell.bias_ih.tolist()
    r, i, u = ([net(w, x, k * size + unit) + b[k * size + unit] for unit in range(size)] for k in range(3))
    r, i = [sigmoid(value) for value in r], [sigmoid(value) for value in i]
    a = [sigmoid(log_odds) ** (8 * r[unit]) for unit, log_odds in enumerate(cell.Lambda.tolist())]
    h = [a[unit] * h[unit] + sqrt(1 - a[unit] ** 2) * (i[unit] * u[unit]) for unit in range(size)]
    return {"r": r, "i": i, "u": u, "a": a, "h": h}


def unit(a: Vector) -> Vector:
    """SiLU, then length 1."""
    heard = [value * sigmoid(value) for value in a]
    length = sum(value * value for value in heard) ** 0.5
    return [value / length for value in heard]


def key_value(cell, x: Vector) -> tuple[Vector, Vector, Vector]:
    q, k, v = (
        [net(w, x, row) for row in range(len(w))] for w in (getattr(cell, f"weight_{n}").tolist() for n in "qkv")
    )
    return unit(q), unit(k), v


def linear_attention(cell, x: Vector, table: Matrix):
    """Katharopoulos et al. 2020 without the normaliser."""
    q, k, v = key_value(cell, x)
    table = [[old + v[i] * k[j] for j, old in enumerate(row)] for i, row in enumerate(table)]
    return {"q": q, "k": k, "v": v, "S": table, "h": [net(table, q, i) for i in range(len(v))]}


def delta_net(cell, x: Vector, table: Matrix, decay: float = 1.0):
    """Yang et al. 2024, as printed: S_t = α S_{t-1} (I − β k kᵀ) + β v kᵀ, by the matrix that S is multiplied with."""
    q, k, v = key_value(cell, x)
    beta = cell.most * sigmoid(net(cell.weight_beta.tolist(), x, 0))
    keys = range(len(k))
    turned = [[decay * ((i == j) - beta * k[i] * k[j]) for j in keys] for i in keys]
    new = [[sum(row[m] * turned[m][j] for m in keys) + beta * v[i] * k[j] for j in keys] for i, row in enumerate(table)]
    u = [beta * (v[i] - decay * net(table, k, i)) for i in range(len(v))]
    return {"q": q, "k": k, "v": v, "β": [beta], "u": u, "S": new, "h": [net(new, q, i) for i in range(len(v))]}


def gated_delta_net(cell, x: Vector, table: Matrix):
    """Yang, Kautz and Hatamizadeh 2024, eq. 10, with the decay of Mamba2."""
    length = log(1 + exp(net(cell.weight_dt.tolist(), x, 0) + cell.dt_bias.item()))
    alpha = exp(-exp(cell.A_log.item()) * length)
    return delta_net(cell, x, table, alpha) | {"Δ": [length], "α": [alpha]}


def selective_ssm(cell, x: Vector, state: Matrix):
    """Gu and Dao 2023, algorithm 2: A by zero-order hold, B by Euler."""
    u = [net(cell.weight_u.tolist(), x, i) for i in range(cell.hidden_size)]
    b, c = ([net(weight.tolist(), u, n) for n in range(cell.numbers)] for weight in (cell.weight_B, cell.weight_C))
    bias, rows = cell.dt_bias.tolist(), cell.weight_dt.tolist()
    length = [log(1 + exp(net(rows, u, i) + bias[i])) for i in range(len(u))]
    kept = [[exp(-exp(rate) * length[i]) for rate in row] for i, row in enumerate(cell.A_log.tolist())]
    h = [[kept[i][n] * old + length[i] * b[n] * u[i] for n, old in enumerate(row)] for i, row in enumerate(state)]
    y = [net(h, c, i) + cell.D.tolist()[i] * u[i] for i in range(len(u))]
    return {"u": u, "Δ": length, "B": b, "C": c, "a": kept, "h": h, "y": y}


PAPERS = {
    "Jordan": jordan,
    "RNN": elman,
    "LSTM 1997": lstm_1997,
    "LSTM": lstm,
    "LSTM peephole": lstm_peephole,
    "ESN": echo_state,
    "GRU 2014": gru_2014,
    "GRU": gru,
    "linear attention": linear_attention,
    "LRU": lru,
    "selective SSM": selective_ssm,
    "RG-LRU": rg_lru,
    "sLSTM": slstm,
    "mLSTM": mlstm,
    "DeltaNet": delta_net,
    "minGRU": min_gru,
    "gated DeltaNet": gated_delta_net,
}


def test_every_cell_has_its_paper():
    assert list(PAPERS) == list(CELLS)


@pytest.mark.parametrize("name", PAPERS)
def test_every_number_is_the_one_that_the_papers_equations_give(name, rng):
    drawn = run(name, rng, steps=12, batch=1, width=3, hidden=4, scale=1.5)
    trace, cell = drawn.trace.layer(), drawn.network.layers[0][0]
    state = [value[0, 0].tolist() for value in drawn.state]
    for t in range(12):
        step = PAPERS[name](cell, drawn.x[t, 0].tolist(), *state)
        assert set(step) == set(trace.names)
        for quantity, expected in step.items():
            close(
                torch.tensor(trace[quantity].values[t, 0]),
                torch.tensor(
                    expected, dtype=torch.float64 if cell.quantities[quantity].complex is False else torch.complex128
                ),
            )
        state = [step[quantity] for quantity in cell.state]
