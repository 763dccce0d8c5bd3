"""record(model, x) -> Trace: run the model as it is, then recover everything that its fused kernel hid."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from rnnviz.cells import Cell, State
from rnnviz.network import Network, from_torch, unroll
from rnnviz.trace import LayerTrace, Signal, Trace


def record(
    model: nn.Module,
    x: Tensor,
    state: Tensor | tuple[Tensor, Tensor] | None = None,
    *,
    tokens: Sequence[str] = (),
) -> Trace:
    """Run ``model`` on ``x`` and keep every gate and state of every step, layer and direction.

    ``model``: a Network, or a bare torch.nn.RNN, LSTM or GRU (float32 or float64, on the CPU). ``x``: (T, B, I),
    (B, T, I) if the module is ``batch_first``, (T, I) for a single sequence; token ids (T, B) or (T,) for a Network
    with an embedding. ``state``: as torch takes it, h_0 or (h_0, c_0), each (L·D, B, H). ``tokens``: the text under
    the time axis.

    The states are bitwise what the module itself returns in the caller's grad mode: its own kernel runs, layer by
    layer, and all gates follow from its states in one product. Dropout between layers is left out, as in eval().
    """
    network = model if isinstance(model, Network) else from_torch(model)
    batch_first = getattr(model, "batch_first", False)
    x, initial = _inputs(network, x, state, batch_first)
    if tokens and len(tokens) != x.shape[0]:
        raise ValueError(f"{len(tokens)} tokens for {x.shape[0]} time steps; give one token per step")

    embedded = network.embed(x)
    layers: list[LayerTrace] = []
    output = embedded
    for index, (below, output) in enumerate(network.run(embedded, initial)):
        with torch.no_grad():
            for d, cell in enumerate(network.layers[index]):
                start = network.initial_state(initial, index, d, embedded)
                h = output[..., d * cell.hidden_size : (d + 1) * cell.hidden_size]
                layers.append(_layer_trace(cell, index, d == 1, below, start, h))
    y = network.read(output)
    return Trace(
        x=_signal("x", "x_t", ("time", "batch", "input"), embedded.clone()),
        layers=tuple(layers),
        y=_signal("y", "y_t", ("time", "batch", "output")[-y.ndim :], y),
        tokens=tuple(tokens),
    )


def _layer_trace(cell: Cell, index: int, backward: bool, x: Tensor, start: State, h: Tensor) -> LayerTrace:
    if cell.kernel() is None:
        quantities = unroll(cell, x, start, backward)
    else:
        # A backward direction is a forward one on the flipped sequence; its signals are flipped back.
        flip = (lambda tensor: tensor.flip(0)) if backward else (lambda tensor: tensor)
        h = flip(h)
        previous = torch.cat([start["h"][None], h[:-1]])
        quantities = {name: flip(q) for name, q in cell.recover(flip(x), previous, start, h).items()}
    return LayerTrace(
        cell=cell.name,
        layer=index,
        direction="backward" if backward else "forward",
        signals=tuple(
            _signal(name, quantity.symbol, ("time", "batch", "unit"), quantities[name], quantity.bounds)
            for name, quantity in cell.quantities.items()
        ),
        initial={name: _signal(name, rf"{name}_0", ("batch", "unit"), value.clone()) for name, value in start.items()},
    )


def _signal(name: str, symbol: str, axes: tuple[str, ...], value: Tensor, bounds=None) -> Signal:
    return Signal(name, axes, value.detach().contiguous().numpy(), symbol, bounds)


def _inputs(
    network: Network, x: Tensor, state: Tensor | tuple[Tensor, Tensor] | None, batch_first: bool
) -> tuple[Tensor, State | None]:
    """``x`` as (T, B, I) or (T, B), the initial state by name; or an error that gives both shapes."""
    axes = 2 if network.embedding is not None else 3
    expected = "(T, B) token ids" if axes == 2 else f"(T, B, {network.input_size})"
    x = torch.as_tensor(x)
    unbatched = x.ndim == axes - 1
    if unbatched:
        x = x.unsqueeze(1)
    elif batch_first and x.ndim == axes:
        x = x.transpose(0, 1)
    if x.ndim != axes or x.shape[0] == 0 or x.shape[1] == 0 or (axes == 3 and x.shape[2] != network.input_size):
        raise ValueError(f"x has shape {tuple(x.shape)}; this network reads {expected} with at least one step")
    dtype = network.layers[0][0].weight_ih.dtype
    if axes == 3 and x.dtype != dtype:
        raise TypeError(f"x is {x.dtype} but the network's weights are {dtype}; convert one of them")
    if state is None:
        return x, None
    names = network.layers[0][0].state
    values = (state,) if isinstance(state, Tensor) else tuple(state)
    rows = network.num_layers * len(network.layers[0])
    shape = (rows, x.shape[1], network.hidden_size)
    values = tuple(v.unsqueeze(1) if unbatched and v.ndim == 2 else v for v in values)
    if len(values) != len(names) or any(tuple(value.shape) != shape for value in values):
        got = ", ".join(str(tuple(value.shape)) for value in values)
        raise ValueError(f"the initial state must be ({', '.join(names)}), each of shape {shape}; got {got}")
    if wrong := [value.dtype for value in values if value.dtype != dtype]:
        raise TypeError(f"the initial state is {wrong[0]} but the network's weights are {dtype}; convert one of them")
    return x, dict(zip(names, values, strict=True))
