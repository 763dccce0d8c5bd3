"""record(model, x) -> Trace: run the model as it is, then recover everything that its fused kernel hid."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from rnnviz.cells import Cell, State
from rnnviz.network import accept, unroll
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
    network, x, initial = accept(model, x, state)
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
                layers.append(_layer_trace(cell, index, network.directions[d] == "backward", below, start, h))
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
