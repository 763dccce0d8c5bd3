"""backpropagate(model, x, loss) -> Trace: the total derivative of a loss by everything that the network computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from rnnviz.accepting import one_per_step, unbatched
from rnnviz.cells.coordinates import told
from rnnviz.gradients.following import Run, follow
from rnnviz.gradients.sizes import log_norms, norm_signal
from rnnviz.gradients.sweeping import Reached, arriving_from, layers_down
from rnnviz.holding import Holds
from rnnviz.trace import Direction, LayerTrace, Signal, Trace

Loss = Callable[[Tensor], Tensor]


def backpropagate(
    model: nn.Module,
    x: Tensor,
    loss: Loss,
    state: Tensor | tuple[Tensor, ...] | None = None,
    *,
    tokens: Sequence[str] = (),
    hold: Holds | None = None,
) -> Trace:
    """Differentiate a loss by every quantity of every step, layer and direction, in one sweep back through time.

    ``model``, ``x``, ``state``, ``tokens``, ``hold``: as in ``record``; what is held has a derivative, and none flows
    back from it. ``loss``: a function of what the model returns, giving one number. Of a torch.nn module that is its
    top states alone, (T, B, D·H) or laid out as the module lays them out (``batch_first``, unbatched), and not the pair
    (output, state); a Network returns its readout. For instance ``lambda y: y[-1].sum()``. A ``LossWarning`` where only
    the first step, or only the second, of a torch.nn module is reached, as by a loss for the pair; two steps or more,
    the last one, both directions, and a Network, which returns no pair, are never warned of.

    Returns a Trace with the names and axes of ``record``'s, ``kind="gradient"``, float64. Each entry is the *total*
    derivative, autograd's: what ``.grad`` holds on a network unrolled step by step. ``x`` is the gradient by the
    (embedded) input, ``initial`` of each layer that by its initial state, ``y`` that by the output.

    Works under ``torch.no_grad`` and leaves no ``.grad`` on the model. Sizes beyond float64 end as inf or 0;
    ``gradient_curves`` goes beyond them. Raises the errors of ``record`` for its input, and ValueError for a loss that
    is not one number or does not depend on the output.

    >>> import torch, rnnviz
    >>> gradient = rnnviz.backpropagate(torch.nn.GRU(4, 16), torch.randn(30, 1, 4), lambda y: y[-1].sum())
    >>> gradient.layer()["h"]
    Signal('h', time=30, batch=1, unit=16, float64, gradient)
    >>> gradient.layer()["h"].values[-1].sum()  # what the loss itself asks of the last state
    np.float64(16.0)
    """
    with torch.inference_mode(False):
        run = follow(model, x, state, hold)
        tokens = one_per_step(tokens, len(run.output))
        arriving, dy = arriving_from(run, model, loss, unbatched(model, x))
        layers: list[LayerTrace] = []
        for layer in layers_down(run, arriving):
            layers[:0] = [_layer_trace(one) for one in layer]
            dx = sum(one.scaled("x") for one in layer)
    return Trace(
        x=_signal("x", "x_t", ("time", "batch", "input"), dx),
        layers=tuple(layers),
        y=_signal("y", "y_t", ("time", "batch", "output")[-dy.ndim :], dy),
        tokens=tokens,
    )


def gradient_curves(
    model: nn.Module,
    x: Tensor,
    loss: Loss,
    state: Tensor | tuple[Tensor, ...] | None = None,
    *,
    layer: int | None = None,
    direction: Direction = "forward",
) -> dict[str, Signal]:
    """log10 of the norm over units of dL/dh_t, and dL/dc_t, for one layer: {"h": ("time", "batch"), "c": ...}.

    What ``gradient_norms`` gives for ``backpropagate``, at a part of the cost, and beyond the range of float64: the
    sweep carries an exponent of its own, so that a gradient of 1e-500 is a point on the curve and not a zero.
    ``layer``: the top one unless given. Other arguments and errors as in ``backpropagate``; total derivatives.

    And "state": the gradient by the cut state, all that a step hands to the next as one vector, which is the same as
    "h" where h is all. Nothing else passes from step to step, so this is the size that fades or grows on the way back.
    """
    with torch.inference_mode(False):
        return curves_of(reached(model, x, loss, state, layer, direction))


def curves_of(one: Reached) -> dict[str, Signal]:
    """log10 of the norm over units of what reaches each state, {state: ("time", "batch")}; and "state", all of them."""
    states, quantities = one.states, one.steps.cell.quantities
    curves = {name: _curve(one, name, states[name], quantities[name].symbol) for name in told(one.steps.cell)}
    return curves | {"state": state_curve(one)}


def state_curve(one: Reached) -> Signal:
    """Of ``curves_of`` the one of the whole state alone."""
    values = [one.flow.values[name] for name in told(one.steps.cell)]
    return _curve(one, "state", torch.cat(values, -1), "S_t")


def _curve(one: Reached, name: str, gradient: Tensor, symbol: str) -> Signal:
    exponents = one.in_sequence_order(one.flow.exponents).numpy()
    sizes = log_norms(one.in_sequence_order(gradient).detach().numpy(), exponents)
    return norm_signal(name, ("time", "batch"), sizes, _symbol(symbol), one.steps.direction)


def reached(
    model: nn.Module,
    x: Tensor,
    loss: Loss,
    state: Tensor | tuple[Tensor, ...] | None,
    layer: int | None,
    direction: Direction,
    run: Run | None = None,
) -> Reached:
    """Sweep back as far as one layer and direction; arguments as in ``gradient_curves``.

    ``run``: what ``follow`` makes of the model, x and state, where it is known already.
    """
    run = run or follow(model, x, state)
    sides = [steps.direction for steps in run.layers[0]]
    layer = len(run.layers) - 1 if layer is None else layer
    if not 0 <= layer < len(run.layers) or direction not in sides:
        raise ValueError(
            f"there is no layer ({layer}, {direction!r}); layers are 0 to {len(run.layers) - 1}, "
            f"directions {', '.join(sides)}"
        )
    arriving, _ = arriving_from(run, model, loss, unbatched(model, x))
    downwards = layers_down(run, arriving)
    return next(both for both in downwards if both[0].steps.layer == layer)[sides.index(direction)]


def _layer_trace(one: Reached) -> LayerTrace:
    steps = one.steps
    first = -1 if steps.direction == "backward" else 0
    return LayerTrace(
        cell=steps.cell.name,
        layer=steps.layer,
        direction=steps.direction,
        signals=tuple(
            replace(
                _signal(name, quantity.symbol, ("time", "batch", *quantity.axes), one.scaled(name)),
                direction=steps.direction,
            )
            for name, quantity in steps.cell.quantities.items()
        ),
        initial={
            name: _signal(
                name, rf"{name}_0", ("batch", *steps.cell.quantities[name].axes), one.scaled(f"previous {name}")[first]
            )
            for name in steps.cell.state
        },
        output=steps.cell.output,
    )


def _symbol(of: str) -> str:
    return rf"\partial L / \partial {of}"


def _signal(name: str, symbol: str, axes: tuple[str, ...], value: Tensor) -> Signal:
    return Signal(name, axes, value.detach().contiguous().numpy(), _symbol(symbol), kind="gradient")
