"""What happens to the answer, or to the state, when a word is pushed a little or replaced."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from rnnviz.accepting import accept
from rnnviz.budget import refuse_beyond
from rnnviz.cells.coordinates import flat, told
from rnnviz.memory.revealing import choose
from rnnviz.network import Network, recover
from rnnviz.trace import Direction, Signal


def connectivity(model: nn.Module, x: Tensor, of: int | None = None, *, at: int = -1) -> Signal:
    """The Euclidean norm of the gradient of one output with respect to each embedded input, ("time", "batch").

    ``of``: a class of a Network with a readout (its logit), else a unit of the top layer's output; by default the one
    that is largest for each sequence. ``at``: the step that is read, the last one unless the network is read at every
    step. Madsen (2019, Distill, "Visualizing memorization in RNNs") draws memory this way.

    **It lies on a saturated LSTM**: where gates stand near 0 or 1 a small push changes nothing, however much the
    answer depends on that word. A network that answers from its first word alone can put nearly all of its
    connectivity on the last one. Show it beside ``reveal``, and do not call it memory.
    """
    network, x, _ = accept(model, x)
    with torch.enable_grad():
        embedded = network.embed(x).detach().requires_grad_()
        *_, (_, output) = network.run(embedded)
        y = network.read(output)
        if y.ndim == 3:
            if not -len(y) <= at < len(y):
                raise ValueError(f"there is no step {at} in a sequence of {len(y)}")
            y = y[at]
        elif at != -1:
            raise ValueError("this network is read at its last step only, so `at` must stay -1")
        if of is not None and not 0 <= of < y.shape[1]:
            raise ValueError(f"there is no output {of}; they are 0 to {y.shape[1] - 1}")
        chosen = y.argmax(1, keepdim=True) if of is None else torch.full((len(y), 1), of)
        # Sequences of a batch never mix, so one pass serves them all.
        (gradient,) = torch.autograd.grad(y.gather(1, chosen).sum(), embedded)
    norm = torch.linalg.vector_norm(gradient, dim=-1)
    return Signal("connectivity", ("time", "batch"), norm.numpy(), r"\|\partial y / \partial x_t\|", kind="gradient")


@torch.no_grad()
def divergence(
    model: nn.Module,
    x: Tensor,
    changed: Tensor,
    *,
    state: Tensor | tuple[Tensor, ...] | None = None,
    layer: int | None = None,
    direction: Direction = "forward",
) -> dict[str, Signal]:
    """Run ``x``, run ``changed``, and measure how far apart the states are: {"h": ("time", "batch"), "c": ...}.

    ``changed``: as ``x``, of the same shape, usually with one step replaced. The Euclidean norm of h_t - h'_t, and of
    each other state of the cell, over all its numbers. Exactly zero before the first change in reading order. Both
    runs take the same path through the code, so a difference is one of the input and never of rounding. ``layer``: the
    top one unless given.
    """
    network, x, initial = accept(model, x, state)
    _, changed, _ = accept(model, changed)
    if x.shape != changed.shape:
        raise ValueError(f"the two inputs have shapes {tuple(x.shape)} and {tuple(changed.shape)}; make them one")
    layer = network.num_layers - 1 if layer is None else layer
    cell, _ = choose(network, layer, direction)
    runs = [states(network, network.embed(one), initial, layer, direction) for one in (x, changed)]
    return {
        name: Signal(
            f"divergence of {name}",
            ("time", "batch"),
            torch.linalg.vector_norm(flat(cell, name, runs[0][name] - runs[1][name]), dim=-1).numpy(),
            rf"\|{name}_t - {name}'_t\|",
        )
        for name in told(cell)
    }


@torch.no_grad()
def answer_losses(
    network: Network, x: Tensor, of: Sequence[int] | None = None, *, by: int = 0
) -> dict[Direction, Signal]:
    """What the answer at every step loses when one word is replaced, through each direction: ("answer_time", "time").

    Row t, column k: how much the score (logit) of class ``of[t]``, by default the one that leads at t, falls when token
    k becomes token ``by`` (0, the unknown one). The score is linear in the two top states, so that the falls through
    "forward" and "backward" add up to that of the score, exactly. Occlusion (Zeiler and Fergus 2014, arXiv:1311.2901):
    unlike a gradient it also sees what a saturated answer hangs on.

    ``x``: token ids (T,) or (T, 1). Raises ValueError for a network that is not read at every step, or reads no tokens.
    """
    network, x, _ = accept(network, x)
    if network.readout is None or network.read_at != "every" or network.embedding is None:
        raise ValueError("answer_losses needs a network of tokens with a readout at every step")
    if network.front is not None and network.bidirectional:
        raise ValueError("this head is not linear: what a score loses is no sum over the two directions")
    length, units = len(x), network.hidden_size
    numbers = length * (length + 1) * (network.input_size + len(network.directions) * units * network.num_layers)
    what = f"to replace each of {length:,} words in a run of its own"
    refuse_beyond(4 * numbers, what, "give it a part of the text")
    lanes = x[:, :1].repeat(1, length + 1)  # the last lane stays as it is
    lanes.diagonal().fill_(by)
    *_below, (_, output) = network.run(network.embed(lanes))
    sides, seen = network.directions, network.into_readout(output)
    whole = seen[:, -1:]
    chosen = network.readout(whole[:, 0]).argmax(-1) if of is None else torch.as_tensor(of)
    weights = network.readout.weight[chosen]  # (T, D·H)
    falls = (weights[:, None] * (whole - seen[:, :-1])).unflatten(-1, (len(sides), -1)).sum(-1)
    return {
        side: Signal("fall", ("answer_time", "time"), falls[..., k].contiguous().numpy(), r"\Delta\,\mathrm{score}_t")
        for k, side in enumerate(sides)
    }


def states(network: Network, x: Tensor, initial, layer: int, direction: Direction) -> dict[str, Tensor]:
    """Every quantity of one layer and direction, of all steps: (T, B, *shape) each."""
    below, output = next(itertools.islice(network.run(x, initial), layer, None))
    side = network.directions.index(direction)
    start, h = network.initial_state(initial, layer, side, x), output.chunk(len(network.directions), -1)[side]
    return recover(network.layers[layer][side], below, start, h, direction == "backward")
