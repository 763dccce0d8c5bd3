"""The reference: each cell's equations written out once more, unrolled step by step, every number a node of one graph.

Nothing here is the project's own but the weights. ``derivative`` asks autograd for whatever the tests compare.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from rnnviz.cells import Cell
from rnnviz.network import Network

F = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid, "identity": lambda a: 1 * a}
Quantities = dict[str, Tensor]


def jordan(cell: Cell, x: Tensor, state: Quantities) -> Quantities:
    h = torch.tanh(rows(cell, x, state["s"])[0])
    y = cell.g(h @ cell.weight_hy.T + (0 if cell.bias_hy is None else cell.bias_hy))
    return {"h": h, "y": y, "s": cell.decay * state["s"] + y}


def rnn(cell: Cell, x: Tensor, state: Quantities) -> Quantities:
    return {"h": F[cell.nonlinearity](rows(cell, x, state["h"])[0])}


def lstm_1997(cell: Cell, x: Tensor, state: Quantities) -> Quantities:
    i, g, o = rows(cell, x, state["h"])
    i, g, o = torch.sigmoid(i), 4 / (1 + torch.exp(-g)) - 2, torch.sigmoid(o)
    c = state["c"] + i * g
    return {"i": i, "g": g, "o": o, "c": c, "h": o * (2 / (1 + torch.exp(-c)) - 1)}


def lstm(cell: Cell, x: Tensor, state: Quantities) -> Quantities:
    i, f, g, o = rows(cell, x, state["h"])
    i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
    c = f * state["c"] + i * g
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": o * torch.tanh(c)}


def lstm_peephole(cell: Cell, x: Tensor, state: Quantities) -> Quantities:
    i, f, g, o = rows(cell, x, state["h"])
    p = cell.peepholes.view(3, -1)
    i, f, g = torch.sigmoid(i + p[0] * state["c"]), torch.sigmoid(f + p[1] * state["c"]), torch.tanh(g)
    c = f * state["c"] + i * g
    o = torch.sigmoid(o + p[2] * c)
    return {"i": i, "f": f, "g": g, "c": c, "o": o, "h": o * (c if cell.squashing == "identity" else torch.tanh(c))}


def esn(cell: Cell, x: Tensor, state: Quantities) -> Quantities:
    n = F[cell.nonlinearity](rows(cell, x, state["h"])[0])
    return {"n": n, "h": (1 - cell.leak) * state["h"] + cell.leak * n}


def gru(cell: Cell, x: Tensor, state: Quantities) -> Quantities:
    (ir, hr), (iz, hz), (in_, hn) = apart(cell, x, state["h"])
    r, z = torch.sigmoid(ir + hr), torch.sigmoid(iz + hz)
    n = torch.tanh(in_ + r * hn)
    return {"r": r, "z": z, "n": n, "h": (1 - z) * n + z * state["h"]}


def gru_2014(cell: Cell, x: Tensor, state: Quantities) -> Quantities:
    (ir, hr), (iz, hz), _ = apart(cell, x, state["h"])
    r, z = torch.sigmoid(ir + hr), torch.sigmoid(iz + hz)
    n = torch.tanh(sum(apart(cell, x, r * state["h"])[2]))
    return {"r": r, "z": z, "n": n, "h": (1 - z) * n + z * state["h"]}


def slstm(cell: Cell, x: Tensor, state: Quantities) -> Quantities:
    a, d, z, o = rows(cell, x, state["h"])
    d, z, o = torch.log(torch.sigmoid(d)), torch.tanh(z), torch.sigmoid(o)
    left = d + state["m"]
    m = torch.where(a > left, a, left)
    i, f = torch.exp(a - m), torch.exp(left - m)
    c, n = f * state["c"] + i * z, f * state["n"] + i
    return {"a": a, "d": d, "z": z, "o": o, "m": m, "i": i, "f": f, "c": c, "n": n, "h": o * c / n}


def mlstm(cell: Cell, x: Tensor, state: Quantities) -> Quantities:
    def summed(name: str) -> Tensor:
        bias = getattr(cell, f"bias_{name}")
        return x @ getattr(cell, f"weight_{name}").T + (0 if bias is None else bias)

    q, k, v, o, a, d = (summed(name) for name in "qkvoif")
    k, o, d = k / k.shape[-1] ** 0.5, torch.sigmoid(o), torch.log(torch.sigmoid(d))
    m = torch.maximum(d + state["m"], a)
    i, f = torch.exp(a - m), torch.exp(d + state["m"] - m)
    table = f[..., None] * state["C"] + torch.einsum("...v,...k->...vk", i * v, k)
    n = f * state["n"] + i * k
    weight = torch.maximum((n * q).sum(-1, keepdim=True).abs(), torch.exp(-m))
    found = torch.einsum("...vk,...k->...v", table, q)
    step = {"q": q, "k": k, "v": v, "o": o, "a": a, "d": d, "m": m, "i": i, "f": f, "C": table, "n": n}
    return step | {"r": found, "w": weight, "h": o * found / weight}


def min_gru(cell: Cell, x: Tensor, state: Quantities) -> Quantities:
    z, a = (x @ cell.weight_ih.T + (0 if cell.bias_ih is None else cell.bias_ih)).chunk(2, -1)
    z, n = torch.sigmoid(z), torch.where(a >= 0, a + 0.5, torch.sigmoid(a))
    return {"z": z, "n": n, "h": (1 - z) * state["h"] + z * n}


def lru(cell: Cell, x: Tensor, state: Quantities) -> Quantities:
    kept = torch.exp(torch.complex(-torch.exp(cell.nu), torch.exp(cell.theta)))
    b, c = torch.complex(cell.B_re, cell.B_im), torch.complex(cell.C_re, cell.C_im)
    h = kept * state["h"] + torch.exp(cell.gamma) * (x.to(b.dtype) @ b.T)
    return {"h": h, "y": (h @ c.T).real + x @ cell.D.T}


def rg_lru(cell: Cell, x: Tensor, state: Quantities) -> Quantities:
    r, i, u = (x @ cell.weight_ih.T + (0 if cell.bias_ih is None else cell.bias_ih)).chunk(3, -1)
    r, i = torch.sigmoid(r), torch.sigmoid(i)
    a = torch.sigmoid(cell.Lambda) ** (8 * r)
    return {"r": r, "i": i, "u": u, "a": a, "h": a * state["h"] + torch.sqrt(1 - a * a) * i * u}


def linear_attention(cell: Cell, x: Tensor, state: Quantities) -> Quantities:
    q, k, v = key_value(cell, x)
    table = state["S"] + torch.einsum("...v,...k->...vk", v, k)
    return {"q": q, "k": k, "v": v, "S": table, "h": torch.einsum("...vk,...k->...v", table, q)}


def delta_net(cell: Cell, x: Tensor, state: Quantities, decay: Tensor | float = 1.0) -> Quantities:
    q, k, v = key_value(cell, x)
    beta = cell.most * torch.sigmoid(x @ cell.weight_beta.T)
    kept = state["S"] * (decay[..., None] if torch.is_tensor(decay) else decay)
    u = beta * (v - torch.einsum("...vk,...k->...v", kept, k))
    table = kept + torch.einsum("...v,...k->...vk", u, k)
    own = {"β": beta, "u": u, "S": table, "h": torch.einsum("...vk,...k->...v", table, q)}
    return {"q": q, "k": k, "v": v} | own


def gated_delta_net(cell: Cell, x: Tensor, state: Quantities) -> Quantities:
    length = torch.nn.functional.softplus(x @ cell.weight_dt.T + cell.dt_bias, threshold=1e9)
    alpha = torch.exp(-cell.A_log.exp() * length)
    return delta_net(cell, x, state, alpha) | {"Δ": length, "α": alpha}


def selective_ssm(cell: Cell, x: Tensor, state: Quantities) -> Quantities:
    u = x @ cell.weight_u.T
    length = torch.nn.functional.softplus(u @ cell.weight_dt.T + cell.dt_bias, threshold=1e9)
    b, c, kept = u @ cell.weight_B.T, u @ cell.weight_C.T, torch.exp(-length[..., None] * cell.A_log.exp())
    h = kept * state["h"] + torch.einsum("...d,...n->...dn", length * u, b)
    return {
        "u": u,
        "Δ": length,
        "B": b,
        "C": c,
        "a": kept,
        "h": h,
        "y": torch.einsum("...dn,...n->...d", h, c) + cell.D * u,
    }


def key_value(cell: Cell, x: Tensor) -> tuple[Tensor, ...]:
    q, k, v = (x @ getattr(cell, f"weight_{name}").T for name in "qkv")
    q, k = (torch.nn.functional.silu(a) for a in (q, k))
    return q / q.norm(dim=-1, keepdim=True), k / k.norm(dim=-1, keepdim=True), v


def apart(cell: Cell, x: Tensor, h: Tensor) -> list[tuple[Tensor, Tensor]]:
    """What comes of the input and what of the state, block by block, each with its own bias."""
    blocks = []
    for k in range(len(cell.blocks)):
        cut = slice(k * cell.hidden_size, (k + 1) * cell.hidden_size)
        bias_ih, bias_hh = (0, 0) if cell.bias_ih is None else (cell.bias_ih[cut], cell.bias_hh[cut])
        blocks.append((x @ cell.weight_ih[cut].T + bias_ih, h @ cell.weight_hh[cut].T + bias_hh))
    return blocks


def rows(cell: Cell, x: Tensor, h: Tensor) -> list[Tensor]:
    return [from_x + from_h for from_x, from_h in apart(cell, x, h)]


STEP = {
    "Jordan": jordan,
    "RNN": rnn,
    "LSTM 1997": lstm_1997,
    "LSTM": lstm,
    "LSTM peephole": lstm_peephole,
    "ESN": esn,
    "GRU 2014": gru_2014,
    "GRU": gru,
    "LRU": lru,
    "RG-LRU": rg_lru,
    "sLSTM": slstm,
    "mLSTM": mlstm,
    "minGRU": min_gru,
    "selective SSM": selective_ssm,
    "linear attention": linear_attention,
    "DeltaNet": delta_net,
    "gated DeltaNet": gated_delta_net,
}


class Unrolled(NamedTuple):
    """``steps``: {(layer, direction): a dict of quantities per position}. ``starts``: each direction's first state."""

    x: list[Tensor]
    steps: dict[tuple[int, str], list[Quantities]]
    starts: dict[tuple[int, str], Quantities]
    output: Tensor
    y: Tensor


def unroll(network: Network, x: Tensor, state: tuple[Tensor, ...] | None = None, *, cut: str | None = None) -> Unrolled:
    """``x``: (T, B, I). ``cut``: a state through which nothing flows from one step to the next."""
    inputs = [x_t.detach().clone().requires_grad_() for x_t in x]
    below, steps, starts = inputs, {}, {}
    for layer, cells in enumerate(network.layers):
        sides = []
        for d, cell in enumerate(cells):
            key = layer, ("forward", "backward")[d]
            row = layer * len(cells) + d
            starts[key] = {
                name: (cell.initial_state(x.shape[1])[name] if state is None else state[k][row])
                .detach()
                .clone()
                .requires_grad_()
                for k, name in enumerate(cell.state)
            }
            now, taken = dict(starts[key]), {}
            for t in reversed(range(len(x))) if d else range(len(x)):
                taken[t] = STEP[cell.name](cell, below[t], now)
                now = {name: taken[t][name].detach() if name == cut else taken[t][name] for name in cell.state}
            steps[key] = [taken[t] for t in range(len(x))]
            sides.append(steps[key])
        below = [torch.cat([side[t][cells[0].output] for side in sides], -1) for t in range(len(x))]
    output = torch.stack(below)
    return Unrolled(inputs, steps, starts, output, network.read(output))


def derivative(value: Tensor, by: list[Tensor]) -> Tensor:
    """d value / d each of ``by``, stacked; zeros where there is no way."""
    gradients = torch.autograd.grad(value, by, retain_graph=True, allow_unused=True, materialize_grads=True)
    return torch.stack(gradients)


Loss = Callable[[Tensor], Tensor]


def mixed(y: Tensor) -> Tensor:
    """A loss that reads every output at every step, no two alike."""
    weights = torch.linspace(-1, 1, y.numel(), dtype=y.dtype).view_as(y)
    return (torch.sin(y + weights) * weights).sum()
