"""record(model, x) -> Trace: run the model as it is, then recover everything that its fused kernel hid."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from rnnviz.accepting import accept, one_per_step, real_steps, unpacked
from rnnviz.cells import State
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.holding import HeldLayers, Holds, place
from rnnviz.inside import inside
from rnnviz.layer_by_layer import LayerByLayer
from rnnviz.layer_traces import layer_trace, signal_of, steps_of
from rnnviz.network import Network, run_layer
from rnnviz.plain_modules import HALVES, as_plain, say
from rnnviz.refusals import Note, Refused
from rnnviz.sharing import from_torch
from rnnviz.trace import LayerTrace, Signal, Trace
from rnnviz.verifying import refuse_other_ends, refuse_other_run


def record(
    model: nn.Module,
    x: Tensor | PackedSequence,
    state: Tensor | tuple[Tensor, Tensor] | None = None,
    *,
    at: str | None = None,
    lengths: Sequence[int] | Tensor | None = None,
    tokens: Sequence[str] = (),
    hold: Holds | None = None,
    keep: Sequence[str] | None = None,
) -> Trace:
    """Run ``model`` on ``x`` and keep every gate and state of every step, layer and direction.

    ``model``: a Network, or a torch.nn.RNN, LSTM, GRU or cell. ``x``: (T, B, I),
    (B, T, I) if the module is ``batch_first``, (T, I) for a single sequence; token ids (T, B) or (T,) for a Network
    with an embedding; or any of these as torch packs them. ``state``: as torch takes it, h_0 or (h_0, c_0), each
    (L·D, B, H). ``tokens``: the text under the time axis.

    ``model`` may also be a bigger one, and ``x`` what that takes: it is run once, in eval mode, and the recurrent
    module in it that is called ``at``, or the only one, is recorded on what really came into it (``rnnviz.inside``).

    ``lengths``: for a padded batch, how many steps of each sequence are real, 1 to T, in any order. Each sequence then
    has what it has alone: a backward direction starts at its own last step, a readout at the "last" step reads its own
    one. Past its end it is NaN in every signal, for nothing happened there; what stands in the padding is never read.

    ``hold``: quantities by name that are held at a value, see ``Hold``: {"f": Hold(1.0, units=[3], steps=range(2, 5))}.
    All that is computed after them, in that step and in later ones, uses it. A layer in which something is held is run
    step by step by its cells' equations; ``LayerTrace.held`` says where.

    ``keep``: the only quantities that are kept, such as ("h",): the others are let go of after each thousand steps, so
    that a long sequence needs little more memory than what is kept of it.

    The states are bitwise what the module itself returns in the caller's grad mode: it is run once, and all gates
    follow from its states in one product. A cell that is linear in its state runs all steps at once (``Cell.scanned``):
    the same numbers but for rounding. Dropout between layers is left out, as in eval(). Sequences of unequal
    length run in groups of equal ones, where a product may round otherwise than in torch's own packed run.

    A module in half precision, on another device, compiled, scripted, dynamically quantised or under autocast is
    computed as the plain one on the CPU that it stands for, with a warning where its numbers change by that.

    Raises the errors of ``rnnviz.accepting.accept`` for a model, input or state that does not fit; Refused, a
    ValueError, for a hold on what is not there; ValueError for a quantity to keep that is not there; and RuntimeError
    where the recorded numbers are not those of the module: what the gates' equations give is compared with its states
    at every step of every layer, a scan's states likewise, and its last states with those of the layers.

    >>> import torch, rnnviz
    >>> trace = rnnviz.record(torch.nn.LSTM(8, 32, num_layers=2), torch.randn(50, 1, 8))
    >>> trace.layer(1).names
    ('i', 'f', 'g', 'o', 'c', 'h')
    >>> trace.layer(1)["f"]
    Signal('f', time=50, batch=1, unit=32, float32, value)
    """
    if torch.is_autocast_enabled("cpu"):  # left before a bigger model runs: not every processor has bfloat16 kernels
        say((Note("computed in float32, not in {part}", "mixed precision"),))
        with torch.autocast("cpu", enabled=False):
            return record(model, x, state, at=at, lengths=lengths, tokens=tokens, hold=hold, keep=keep)
    model, notes = as_plain(model)
    say(notes)
    if isinstance(model, nn.RNNCellBase):
        model = from_torch(model)
    if isinstance(model, EncoderDecoder):
        raise Refused("An encoder-decoder is two networks: record its .encoder, or take rnnviz.translating.translate.")
    if not isinstance(model, (Network, nn.RNNBase)):
        if state is not None:
            raise ValueError("the module inside starts from the state that the model gives it; leave state out")
        part = inside(model, x, at)
        say(part.notes)
        trace = record(part.model, part.x, part.state, lengths=lengths, tokens=tokens, hold=hold, keep=keep)
        if part.output is not None and not hold and not part.notes and part.output.dtype not in HALVES:
            refuse_other_run(type(model).__name__, trace.y.values, part.output.numpy())
        return trace
    if at is not None:
        raise ValueError(f"at= names a module inside of a bigger model; this {type(model).__name__} is recorded itself")
    x, lengths = unpacked(model, x, lengths)
    network, x, initial = accept(model, x, state, lengths=lengths)
    if initial and network is not model and network.readout is not None:
        raise ValueError("an LSTM with projections is recorded from zeros; leave state out")
    steps, batch = x.shape[:2]
    tokens = one_per_step(tokens, steps)
    held = place(network, hold, steps, batch)
    for cell in network.layers[0][:1]:
        unknown = [name for name in keep or () if name not in cell.quantities]
        if unknown:
            raise ValueError(f"{cell.name} has no {unknown[0]!r} to keep; it has {', '.join(cell.quantities)}")
    if lengths is None:
        return replace(_run(model, network, x, initial, held, keep), tokens=tokens)
    lengths = real_steps(lengths, steps, batch)
    groups = [[b for b in range(batch) if lengths[b] == length] for length in sorted(set(lengths))]
    runs = []
    for members in groups:
        start = initial and {name: value[:, members] for name, value in initial.items()}
        own = slice(lengths[members[0]]), members
        own_holds = {layer: holds[own] for layer, holds in held.items()}
        runs.append(_run(model, network, x[own], start, own_holds, keep))
    return replace(_together(runs, groups, steps, lengths), tokens=tokens)


def _run(
    model: nn.Module,
    network: Network,
    x: Tensor,
    initial: State | None,
    held: HeldLayers,
    keep: Sequence[str] | None,
) -> Trace:
    embedded = output = network.embed(x)
    projected = model is not network and network.readout is not None  # so its own states are not those of network
    outputs, last = ([], ()) if model is network or held or projected else _own_run(model, network, x, initial)
    layers: list[LayerTrace] = []
    for index, cells in enumerate(network.layers):
        below, sides = output, network.directions
        states = [network.initial_state(initial, index, d, embedded) for d in range(len(sides))]
        holds = [held.get((index, side)) for side in sides]
        fused = cells[0].kernel() is not None and not any(holds)
        if fused:
            output = outputs[index] if outputs else run_layer(list(cells), below, states, sides)
        with torch.no_grad():
            own = output.chunk(len(sides), -1) if fused else [None] * len(sides)
            each = list(zip(cells, sides, states, holds, own, strict=True))
            steps = [
                steps_of(cell, below, state, side == "backward", hold, h, keep) for cell, side, state, hold, h in each
            ]
            for (cell, side, state, hold, _), quantities in zip(each, steps, strict=True):
                layers.append(layer_trace(cell, index, side, quantities, state, hold, keep))
            if not fused:
                output = torch.cat([quantities[cells[0].output] for quantities in steps], -1)
    refuse_other_ends(type(model).__name__, layers, last)
    y = network.read(output)
    if projected and not held:
        with torch.no_grad():
            own = model(x.transpose(0, 1))[0].transpose(0, 1) if model.batch_first else model(x)[0]
        refuse_other_run(type(model).__name__, y.detach().numpy(), own.numpy())
    return Trace(
        x=signal_of("x", "x_t", ("time", "batch", "input"), embedded.clone()),
        layers=tuple(layers),
        y=signal_of("y", "y_t", ("time", "batch", "output")[-y.ndim :], y),
    )


def _own_run(
    module: nn.RNNBase, network: Network, x: Tensor, initial: State | None
) -> tuple[list[Tensor], tuple[Tensor, ...]]:
    """Each layer's output in ``module``'s own run of ``x`` (T, B, I), the last one being what it returns, and the last
    states that it returns, (L·D, B, H) each."""
    turned = (lambda tensor: tensor.transpose(0, 1)) if module.batch_first else (lambda tensor: tensor)
    state = None if initial is None else tuple(initial.values())
    kernel = network.layers[0][0].kernel()
    layers = LayerByLayer(type(module).__name__, kernel) if module.num_layers > 1 else None
    training = module.training
    module.training = training and not module.dropout  # dropout is left out, as in eval()
    try:
        with layers or nullcontext():
            returned, last = module(turned(x), state[0] if state and len(state) == 1 else state)
    finally:
        module.training = training
    outputs = [*(turned(output) for output in layers.outputs[:-1]), turned(returned)] if layers else [turned(returned)]
    return outputs, last if isinstance(last, tuple) else (last,)


def _together(runs: list[Trace], groups: list[list[int]], steps: int, lengths: tuple[int, ...]) -> Trace:
    """Traces of groups of sequences as one: each sequence at its place in the batch, NaN past its end."""

    def joined(parts: Sequence[Signal]) -> Signal:
        first = parts[0].values
        timed = parts[0].axes[0] == "time"
        shape = (steps,) * timed + (len(lengths), *first.shape[1 + timed :])
        values = np.full(shape, False if first.dtype == bool else np.nan, first.dtype)
        for part, members in zip(parts, groups, strict=True):
            values[(slice(len(part.values)), members) if timed else members] = part.values
        return replace(parts[0], values=values)

    layers = [
        replace(
            sides[0],
            signals=tuple(joined(parts) for parts in zip(*(side.signals for side in sides), strict=True)),
            initial={name: joined([side.initial[name] for side in sides]) for name in sides[0].initial},
            held={name: joined([side.held[name] for side in sides]) for name in sides[0].held},
            lengths=lengths,
        )
        for sides in zip(*(run.layers for run in runs), strict=True)
    ]
    x, y = joined([run.x for run in runs]), joined([run.y for run in runs])
    return Trace(x=x, layers=tuple(layers), y=y, lengths=lengths)
