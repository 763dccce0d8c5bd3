"""Every cell from its paper, step by step in float64: all quantities, their summands, and what a step started from.

Written for the tests alone and of torch's functions alone, so that what the pages paint is held against something that
shares no line with them. Differentiable: gradients are autograd's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

Weights = dict[str, Tensor]
Values = dict[str, Tensor]


def elman(w: Weights, x: Tensor, state: Values, f: Callable[[Tensor], Tensor] = torch.tanh) -> Values:
    """Elman 1990, and torch.nn.RNN."""
    step = affine(w, x, state["h"], ("h",))
    return step | {"h": f(step["h:sum"])}


def lstm(w: Weights, x: Tensor, state: Values) -> Values:
    """Gers, Schmidhuber and Cummins 2000, and torch.nn.LSTM."""
    step = affine(w, x, state["h"], ("i", "f", "g", "o"))
    step |= {name: torch.sigmoid(step[f"{name}:sum"]) for name in ("i", "f", "o")}
    step["g"] = torch.tanh(step["g:sum"])
    step |= {"c:0": step["f"] * state["c"], "c:1": step["i"] * step["g"]}
    step["c"] = step["c:0"] + step["c:1"]
    step["h"] = step["h:0"] = step["o"] * torch.tanh(step["c"])
    return step


def lstm_1997(w: Weights, x: Tensor, state: Values) -> Values:
    """Hochreiter and Schmidhuber 1997."""
    step = affine(w, x, state["h"], ("i", "g", "o"))
    step |= {name: torch.sigmoid(step[f"{name}:sum"]) for name in ("i", "o")}
    step["g"] = 4 * torch.sigmoid(step["g:sum"]) - 2
    step |= {"c:0": state["c"], "c:1": step["i"] * step["g"]}
    step["c"] = step["c:0"] + step["c:1"]
    step["h"] = step["h:0"] = step["o"] * (2 * torch.sigmoid(step["c"]) - 1)
    return step


def peephole(w: Weights, x: Tensor, state: Values) -> Values:
    """Gers and Schmidhuber 2000: i and f see the old cell, o the new one."""
    step = affine(w, x, state["h"], ("i", "f", "g", "o"))
    seen = dict(zip("ifo", w["peepholes"].chunk(3), strict=True))

    def look(gate: str, c: Tensor) -> None:
        step[f"{gate}:3"] = seen[gate] * c
        step[f"{gate}:sum"] = step[f"{gate}:sum"] + step[f"{gate}:3"]
        step[gate] = torch.sigmoid(step[f"{gate}:sum"])

    look("i", state["c"])
    look("f", state["c"])
    step["g"] = torch.tanh(step["g:sum"])
    step |= {"c:0": step["f"] * state["c"], "c:1": step["i"] * step["g"]}
    step["c"] = step["c:0"] + step["c:1"]
    look("o", step["c"])
    step["h"] = step["h:0"] = step["o"] * torch.tanh(step["c"])
    return step


def gru(w: Weights, x: Tensor, state: Values) -> Values:
    """torch.nn.GRU: the reset gate acts on what W_hn and its bias make of the old state."""
    step = affine(w, x, state["h"], ("r", "z", "n"))
    r, z = (torch.sigmoid(step[f"{name}:sum"]) for name in "rz")
    heard = step["n:1"] + w["bias_hh"].chunk(3)[2]
    step |= {"r": r, "z": z, "n:1": w["bias_ih"].chunk(3)[2], "n:2": r * heard}
    return blended(step, state)


def gru_2014(w: Weights, x: Tensor, state: Values) -> Values:
    """Cho et al. 2014: the reset gate acts on the old state itself."""
    step = affine(w, x, state["h"], ("r", "z", "n"))
    r, z = (torch.sigmoid(step[f"{name}:sum"]) for name in "rz")
    step |= {"r": r, "z": z, "n:1": w["weight_hh"].chunk(3)[2] @ (r * state["h"])}
    return blended(step, state)


def blended(step: Values, state: Values) -> Values:
    step["n:sum"] = step["n:0"] + step["n:1"] + step["n:2"]
    step["n"] = torch.tanh(step["n:sum"])
    step |= {"h:0": (1 - step["z"]) * step["n"], "h:1": step["z"] * state["h"]}
    return step | {"h": step["h:0"] + step["h:1"]}


def jordan(w: Weights, x: Tensor, state: Values, decay: float = 0.5) -> Values:
    """Jordan 1986: only the output is fed back, into state units that fade."""
    step = affine(w, x, state["s"], ("h",))
    step["h"] = torch.tanh(step["h:sum"])
    step |= {"y:0": w["weight_hy"] @ step["h"], "y:1": w["bias_hy"]}
    step["y:sum"] = step["y:0"] + step["y:1"]
    step["y"] = torch.sigmoid(step["y:sum"])
    step |= {"s:0": decay * state["s"], "s:1": step["y"]}
    return step | {"s": step["s:0"] + step["s:1"]}


def echo_state(w: Weights, x: Tensor, state: Values, leak: float = 0.5, f=torch.tanh) -> Values:
    """Jaeger 2001, with leaky units."""
    step = affine(w, x, state["h"], ("n",))
    step["n"] = f(step["n:sum"])
    step |= {"h:0": (1 - leak) * state["h"], "h:1": leak * step["n"]}
    return step | {"h": step["h:0"] + step["h:1"]}


def slstm(w: Weights, x: Tensor, state: Values) -> Values:
    """Beck et al. 2024, stabilised: a and d are the logarithms of the gates."""
    step = affine(w, x, state["h"], ("i", "f", "z", "o"))
    for block, name in {"i": "a", "f": "d"}.items():
        step |= {f"{name}:{k}": step.pop(f"{block}:{k}") for k in (0, 1, 2, "sum")}
    step |= {"a": step["a:sum"], "d": torch.log(torch.sigmoid(step["d:sum"]))}
    step |= {"z": torch.tanh(step["z:sum"]), "o": torch.sigmoid(step["o:sum"])}
    left = step["d"] + state["m"]
    step["m"] = step["m:0"] = torch.maximum(left, step["a"])
    step |= {"i:0": step["a"] - step["m"], "f:0": left - step["m"]}
    step |= {"i": torch.exp(step["i:0"]), "f": torch.exp(step["f:0"])}
    step |= {"c:0": step["f"] * state["c"], "c:1": step["i"] * step["z"]}
    step |= {"n:0": step["f"] * state["n"], "n:1": step["i"]}
    step |= {"c": step["c:0"] + step["c:1"], "n": step["n:0"] + step["n:1"]}
    step["h"] = step["h:0"] = step["o"] * step["c"] / step["n"]
    return step


def mlstm(w: Weights, x: Tensor, state: Values) -> Values:
    """Beck et al. 2024, stabilised, of a table of values under keys."""
    step = {}
    for name, quantity in zip("qkvoif", "qkvoad", strict=True):
        step |= {f"{quantity}:0": w[f"weight_{name}"] @ x, f"{quantity}:1": w[f"bias_{name}"]}
        step[quantity] = step[f"{quantity}:sum"] = step[f"{quantity}:0"] + step[f"{quantity}:1"]
    step["k"] = step["k:sum"] / len(step["k"]) ** 0.5
    step |= {"o": torch.sigmoid(step["o:sum"]), "d": torch.log(torch.sigmoid(step["d:sum"]))}
    left = step["d"] + state["m"]
    step["m"] = step["m:0"] = torch.maximum(left, step["a"])
    step |= {"i:0": step["a"] - step["m"], "f:0": left - step["m"]}
    step |= {"i": torch.exp(step["i:0"]), "f": torch.exp(step["f:0"])}
    step |= {"C:0": step["f"] * state["C"], "C:1": torch.outer(step["i"] * step["v"], step["k"])}
    step |= {"n:0": step["f"] * state["n"], "n:1": step["i"] * step["k"]}
    step |= {"C": step["C:0"] + step["C:1"], "n": step["n:0"] + step["n:1"]}
    step["r"] = step["r:0"] = step["C"] @ step["q"]
    step["w"] = step["w:0"] = torch.maximum((step["n"] @ step["q"]).abs(), torch.exp(-step["m"]))
    step["h"] = step["h:0"] = step["o"] * step["r"] / step["w"]
    return step


def min_gru(w: Weights, x: Tensor, state: Values) -> Values:
    """Feng et al. 2024: gate and candidate hear the input alone; z writes."""
    parts = (w["weight_ih"] @ x, w["bias_ih"])
    step = {f"{name}:{k}": part.chunk(2)[b] for b, name in enumerate("zn") for k, part in enumerate(parts)}
    step |= {f"{name}:sum": step[f"{name}:0"] + step[f"{name}:1"] for name in "zn"}
    step["z"], a = torch.sigmoid(step["z:sum"]), step["n:sum"]
    step["n"] = torch.where(a >= 0, a + 0.5, torch.sigmoid(a))
    step |= {"h:0": (1 - step["z"]) * state["h"], "h:1": step["z"] * step["n"]}
    return step | {"h": step["h:0"] + step["h:1"]}


def lru(w: Weights, x: Tensor, state: Values) -> Values:
    """Orvieto et al. 2023."""
    own = torch.exp(torch.complex(-torch.exp(w["nu"]), torch.exp(w["theta"])))
    turned = own * state["h"]
    b, c = (torch.complex(w[f"{letter}_re"], w[f"{letter}_im"]) for letter in "BC")
    step = {"h:0": turned, "h:1": torch.exp(w["gamma"]) * (b @ x.to(b.dtype))}
    step["h"] = step["h:0"] + step["h:1"]
    step |= {"y:0": (c @ step["h"]).real, "y:1": w["D"] @ x, "λ": own, "exp γ": torch.exp(w["gamma"])}
    return step | {"y": step["y:0"] + step["y:1"]}


def rg_lru(w: Weights, x: Tensor, state: Values) -> Values:
    """De et al. 2024: what is kept is a number of each unit's own, to a power that the input chooses."""
    parts = (w["weight_ih"] @ x, w["bias_ih"])
    step = {f"{name}:{k}": part.chunk(3)[b] for b, name in enumerate("riu") for k, part in enumerate(parts)}
    step |= {f"{name}:sum": step[f"{name}:0"] + step[f"{name}:1"] for name in "riu"}
    step |= {"r": torch.sigmoid(step["r:sum"]), "i": torch.sigmoid(step["i:sum"]), "u": step["u:sum"]}
    step["a"] = step["a:0"] = torch.sigmoid(w["Lambda"]) ** (8 * step["r"])
    step |= {"h:0": step["a"] * state["h"], "h:1": torch.sqrt(1 - step["a"] ** 2) * step["i"] * step["u"]}
    return step | {"h": step["h:0"] + step["h:1"]}


def linear_attention(w: Weights, x: Tensor, state: Values) -> Values:
    """Katharopoulos et al. 2020, without the normaliser."""
    step = key_value(w, x)
    step |= {"S:0": state["S"], "S:1": torch.outer(step["v"], step["k"])}
    return step | read_out(step)


def delta_net(w: Weights, x: Tensor, state: Values, decay: Tensor | float = 1.0, most: float = 1.0) -> Values:
    """Yang et al. 2024. ``most``: 2 where eigenvalues may be negative, as in Grazzi et al. 2024."""
    step = key_value(w, x)
    step["β:0"] = step["β:sum"] = w["weight_beta"] @ x
    step["β"] = most * torch.sigmoid(step["β:sum"])
    step |= {"u:0": step["β"] * step["v"], "u:1": -step["β"] * decay * (state["S"] @ step["k"])}
    step["u"] = step["u:0"] + step["u:1"]
    step |= {"S:0": decay * state["S"], "S:1": torch.outer(step["u"], step["k"])}
    return step | read_out(step)


def gated_delta_net(w: Weights, x: Tensor, state: Values) -> Values:
    """Yang, Kautz and Hatamizadeh 2024, eq. 10."""
    length = {"Δ:0": w["weight_dt"] @ x, "Δ:1": w["dt_bias"]}
    length["Δ:sum"] = length["Δ:0"] + length["Δ:1"]
    length["Δ"] = torch.nn.functional.softplus(length["Δ:sum"])
    length["α:0"] = length["α:sum"] = -w["A_log"].exp() * length["Δ"]
    length["α"] = length["α:0"].exp()
    return delta_net(w, x, state, length["α"]) | length


def selective_ssm(w: Weights, x: Tensor, state: Values) -> Values:
    """Gu and Dao 2023, algorithm 2."""
    u = w["weight_u"] @ x
    step = {"u": u, "u:0": u} | {f"{name}:0": w[f"weight_{name}"] @ u for name in "BC"}
    step |= {name: step[f"{name}:0"] for name in "BC"}
    step |= {"Δ:0": w["weight_dt"] @ u, "Δ:1": w["dt_bias"], "Δ:sum": w["weight_dt"] @ u + w["dt_bias"]}
    step["Δ"] = torch.nn.functional.softplus(step["Δ:sum"])
    step["a:0"] = step["a:sum"] = -step["Δ"][:, None] * w["A_log"].exp()
    step["a"] = step["a:0"].exp()
    step |= {"h:0": step["a"] * state["h"], "h:1": torch.outer(step["Δ"] * u, step["B"])}
    step["h"] = step["h:0"] + step["h:1"]
    step |= {"y:0": step["h"] @ step["C"], "y:1": w["D"] * u}
    return step | {"y": step["y:0"] + step["y:1"]}


def key_value(w: Weights, x: Tensor) -> Values:
    step = {f"{name}:{part}": w[f"weight_{name}"] @ x for name in "qkv" for part in ("0", "sum")}
    for name in "qk":
        heard = step[f"{name}:sum"] * torch.sigmoid(step[f"{name}:sum"])
        step[name] = heard / heard.norm()
    return step | {"v": step["v:sum"]}


def read_out(step: Values) -> Values:
    table = step["S:0"] + step["S:1"]
    return {"S": table, "h": table @ step["q"], "h:0": table @ step["q"]}


def affine(w: Weights, x: Tensor, fed: Tensor, blocks: tuple[str, ...]) -> Values:
    """For each block of rows: input part, recurrent part and both biases, and their sum."""
    parts = (w["weight_ih"] @ x, w["weight_hh"] @ fed)
    parts += (w["bias_ih"] + w["bias_hh"],) if "bias_ih" in w else ()
    split = [part.chunk(len(blocks)) for part in parts]
    step = {f"{name}:{k}": part[b] for b, name in enumerate(blocks) for k, part in enumerate(split)}
    return step | {f"{name}:sum": sum(part[b] for part in split) for b, name in enumerate(blocks)}


# The cell, and the states that a step starts from.
CELLS: dict[str, tuple[Callable[..., Values], tuple[str, ...]]] = {
    "RNN": (elman, ("h",)),
    "LSTM": (lstm, ("h", "c")),
    "LSTM 1997": (lstm_1997, ("h", "c")),
    "LSTM peephole": (peephole, ("h", "c")),
    "GRU": (gru, ("h",)),
    "GRU 2014": (gru_2014, ("h",)),
    "Jordan": (jordan, ("s",)),
    "ESN": (echo_state, ("h",)),
    "LRU": (lru, ("h",)),
    "RG-LRU": (rg_lru, ("h",)),
    "sLSTM": (slstm, ("h", "c", "n", "m")),
    "mLSTM": (mlstm, ("C", "n", "m")),
    "minGRU": (min_gru, ("h",)),
    "selective SSM": (selective_ssm, ("h",)),
    "linear attention": (linear_attention, ("S",)),
    "DeltaNet": (delta_net, ("S",)),
    "DeltaNet β < 2": (partial(delta_net, most=2.0), ("S",)),
    "gated DeltaNet": (gated_delta_net, ("S",)),
}


# What the layer above reads, where it is another one than h.
OUTPUTS = {"LRU": "y", "selective SSM": "y"}


def zeros(w: Weights, name: str = "h") -> Tensor:
    """A state at the start, by its name."""
    if "weight_k" in w:
        keys, values = len(w["weight_k"]), len(w["weight_v"])
        return w["weight_k"].new_zeros({"n": (keys,), "m": (1,)}.get(name, (values, keys)))
    if "A_log" in w:
        return torch.zeros_like(w["A_log"])
    if "nu" in w:
        return torch.zeros(len(w["nu"]), dtype=w["nu"].dtype.to_complex())
    if "Lambda" in w:
        return torch.zeros_like(w["Lambda"])
    units = w["weight_hh"].shape[1] if "weight_hh" in w else len(w["weight_ih"]) // 2
    return w["weight_ih"].new_zeros(units)


def unroll(cell: str, w: Weights, x: Tensor, *, backward: bool = False) -> list[Values]:
    """Every step over ``x`` (T, I) from a start of zeros, in sequence order, with the ``previous:`` states of each.

    The tensors are the nodes of autograd's graph, so that a gradient can be asked for by any of them.
    """
    step_of, names = CELLS[cell]
    state = {name: zeros(w, name) for name in names}
    steps = []
    for x_t in x.flip(0) if backward else x:
        step = step_of(w, x_t, state)
        steps.append({f"previous:{name}": value for name, value in state.items()} | step)
        state = {name: step[name] for name in names}
    return steps[::-1] if backward else steps


def stacked(steps: list[Values]) -> Values:
    """Each quantity over all steps, (T, width)."""
    return {name: torch.stack([step[name] for step in steps]) for name in steps[0]}


def run(cell: str, w: Weights, x: Tensor) -> Values:
    return stacked(unroll(cell, w, x))
