"""The one place that takes what a caller gives: a model, an input, an initial state, lengths, tokens, a loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from rnnviz.cells import State
from rnnviz.network import Network
from rnnviz.plain_modules import HALVES
from rnnviz.torch_modules import as_network

States = Tensor | tuple[Tensor, ...] | None


def accept(
    model: nn.Module,
    x: Tensor | PackedSequence,
    state: States = None,
    *,
    lengths: Sequence[int] | Tensor | None = None,
) -> tuple[Network, Tensor, State | None]:
    """What every analysis begins with: the model as a Network, its input time first, its initial state by name.

    ``model``: a Network, or a torch.nn.RNN, LSTM or GRU. ``x``: (T, B, I), (B, T, I) if the module is ``batch_first``,
    (T, I) for a single sequence; token ids (T, B) or (T,) for a Network with an embedding; a tensor, a numpy array, or
    sequences of one length as torch packs them. ``state``: as torch takes it, or None. ``lengths``: for a caller that
    leaves the padding away, how long each sequence is; token ids past it are not looked at.

    Raises TypeError for a model that cannot be looked into (see ``as_network``) and for what is no number or of another
    precision; ValueError with both shapes for what does not fit, for token ids that are not in the vocabulary, and for
    packed sequences of unequal lengths, of which only ``record`` and what takes ``batch`` can make sense.
    """
    network = as_network(model)
    x, unequal = unpacked(model, x)
    if unequal is not None:
        raise ValueError(
            f"this packed batch has sequences of unequal lengths, {_few(unequal)}, which end at different steps; give "
            "one sequence at a time, without its padding, or use record, which takes lengths"
        )
    tokens = network.embedding is not None
    axes = 2 if tokens else 3
    layout = "(B, T" if getattr(model, "batch_first", False) else "(T, B"
    expected = "(T, B) token ids" if tokens else f"{layout}, {network.input_size})"
    x = as_numbers("x", x, expected)
    alone = x.ndim == axes - 1
    if alone:
        x = x.unsqueeze(1)
    elif getattr(model, "batch_first", False) and x.ndim == axes:
        x = x.transpose(0, 1)
    if x.ndim != axes or x.shape[0] == 0 or x.shape[1] == 0 or (axes == 3 and x.shape[2] != network.input_size):
        raise ValueError(f"x has shape {tuple(x.shape)}; this network reads {expected} with at least one step")
    dtype = next(network.layers[0].parameters()).dtype
    if tokens:
        x = _token_ids(x, network.embedding.num_embeddings, lengths)
    elif x.dtype in HALVES:  # no digit is lost
        x = x.to(dtype)
    elif x.dtype != dtype:
        raise TypeError(f"x is {x.dtype} but the network's weights are {dtype}; convert one of them")
    return network, x, None if state is None else _by_name(network, state, x.shape[1], alone, dtype)


def as_numbers(what: str, value: object, expected: str) -> Tensor:
    """A tensor on the CPU of what is one, an array or nested lists; else a TypeError that names ``what``."""
    if not isinstance(value, Tensor):
        if value is None or isinstance(value, (str, bytes, dict)):
            text = " (text becomes token ids with task.encode)" if isinstance(value, str) else ""
            raise TypeError(f"{what} is {_short(value)}; give a tensor {expected}{text}")
        try:
            value = torch.as_tensor(value if isinstance(value, (list, tuple)) else np.array(value, order="C"))
        except (TypeError, ValueError, RuntimeError) as wrong:
            raise TypeError(f"{what} is {_short(value)}, not numbers of one shape; give a tensor {expected}") from wrong
    if value.device.type != "meta":
        value = value.cpu()
    if value.device.type != "cpu" or value.layout != torch.strided or value.is_nested:
        raise TypeError(f"{what} is a tensor on {value.device}, {value.layout}; give a plain {expected} on the CPU")
    return value


def unpacked(
    model: nn.Module, x: Tensor | PackedSequence, lengths: Sequence[int] | Tensor | None = None
) -> tuple[Tensor, Sequence[int] | Tensor | None]:
    """``x`` padded, in the layout of the model, and how long each sequence is; None where all are as long as x."""
    if not isinstance(x, PackedSequence):
        return x, lengths
    if lengths is not None:
        raise ValueError("a packed sequence brings its own lengths; leave lengths out")
    x, lengths = pad_packed_sequence(x, batch_first=getattr(model, "batch_first", False))
    return x, None if bool((lengths == lengths[0]).all()) else lengths


def unbatched(model: nn.Module, x: Tensor | PackedSequence) -> bool:
    """Whether the model would return its states without a batch axis, as torch.nn does for (T, I)."""
    return isinstance(model, nn.RNNBase) and not isinstance(x, PackedSequence) and np.ndim(x) == 2


def sequence_of(model: nn.Module, x: Tensor | PackedSequence, state: States, batch: int) -> tuple[Tensor, States, int]:
    """For an analysis of one sequence: ``x`` and ``state``, and which of their sequences is the one.

    Out of packed sequences of unequal lengths it is taken out and stands alone, as long as it is.
    """
    x, lengths = unpacked(model, x)
    count = None if lengths is None else len(lengths)
    if isinstance(batch, bool) or not isinstance(batch, (int, np.integer)):
        raise TypeError(f"batch is {_short(batch)}; it is the number of a sequence, from 0")
    if count is None:
        return x, state, batch
    if not -count <= batch < count:
        raise ValueError(f"there is no sequence {batch} in a batch of {count}")
    own = slice(batch % count, batch % count + 1)
    alone = x[own, : lengths[batch]] if getattr(model, "batch_first", False) else x[: lengths[batch], own]
    if state is not None:
        state = tuple(value[:, own] for value in ((state,) if isinstance(state, Tensor) else state))
    return alone, state, 0


def real_steps(lengths: Sequence[int] | Tensor, steps: int, batch: int) -> tuple[int, ...]:
    """One whole number from 1 to ``steps`` per sequence, or a ValueError that says which is not."""
    try:
        values = np.atleast_1d(np.asarray(lengths))
    except ValueError:  # rows of unequal length
        values = np.array([None])
    if values.dtype.kind not in "iuf" or values.ndim != 1 or (values != np.floor(values)).any():
        raise ValueError(f"lengths are {lengths!r}; give one whole number of steps per sequence")
    if len(values) != batch:
        raise ValueError(f"lengths are given for {len(values)} of {batch} sequences; give one length per sequence")
    for b, length in enumerate(values):
        if not 1 <= length <= steps:
            raise ValueError(f"sequence {b} has length {length}; with x of {steps} steps it must be 1 to {steps}")
    return tuple(int(length) for length in values)


def one_per_step(tokens: Sequence[str] | None, steps: int) -> tuple[str, ...]:
    """The text under the time axis, or () for none; ValueError unless there is one token per step."""
    tokens = () if tokens is None else tuple(tokens)
    if tokens and len(tokens) != steps:
        raise ValueError(f"{len(tokens)} tokens for {steps} time steps; give one token per step")
    return tokens


def refuse_unless_function(loss: Callable[[Tensor], Tensor]) -> None:
    """TypeError for a loss that is not a function."""
    if not callable(loss):
        raise TypeError(
            f"the loss is {_short(loss)}; give a function of the output that returns one number, such as "
            "lambda y: y[-1].sum()"
        )


def _token_ids(x: Tensor, rows: int, lengths: Sequence[int] | Tensor | None) -> Tensor:
    if x.is_floating_point() or x.is_complex() or x.dtype == torch.bool:
        raise TypeError(f"x is {x.dtype}, but this network reads token ids, from 0 to {rows - 1}; use x.long()")
    x = x.long()
    outside = (x < 0) | (x >= rows)
    if lengths is not None:
        outside &= torch.arange(len(x))[:, None] < torch.tensor(real_steps(lengths, *x.shape))
    if outside.any():
        t, b = outside.nonzero()[0].tolist()
        raise ValueError(
            f"x has the token id {int(x[t, b])} at step {t} of sequence {b}; the vocabulary has ids 0 to {rows - 1}"
        )
    return x


def _by_name(network: Network, state: States, batch: int, alone: bool, dtype: torch.dtype) -> State:
    cell = network.layers[0][0]
    names = cell.state
    rows = network.num_layers * len(network.layers[0])
    zeros = cell.initial_state(batch)
    shapes = [(rows, *zeros[name].shape) for name in names]
    each = f"each of shape {shapes[0]}" if len(set(shapes)) == 1 else f"of shapes {', '.join(map(str, shapes))}"
    wanted = f"({', '.join(names)}), {each}"
    if not isinstance(state, (Tensor, np.ndarray, tuple, list)):
        raise TypeError(f"the initial state is {_short(state)}; it must be {wanted}")
    values = (state,) if isinstance(state, (Tensor, np.ndarray)) else tuple(state)
    values = tuple(as_numbers("the initial state", value, wanted) for value in values)
    values = tuple(v.unsqueeze(1) if alone and v.ndim == 2 else v for v in values)
    if [tuple(value.shape) for value in values] != shapes:
        got = ", ".join(str(tuple(value.shape)) for value in values)
        raise ValueError(f"the initial state must be {wanted}; got {got}")
    values = tuple(value.to(dtype) if value.dtype in HALVES else value for value in values)
    for name, value in zip(names, values, strict=True):
        if value.dtype != zeros[name].dtype:
            what = f"its {name} is {zeros[name].dtype}" if value.is_complex() != zeros[name].is_complex() else ""
            what = what or f"the network's weights are {dtype}"
            raise TypeError(f"the initial state is {value.dtype} but {what}; convert one of them")
    return dict(zip(names, values, strict=True))


def _few(lengths: Sequence[int] | Tensor) -> str:
    shown = [str(int(length)) for length in lengths[:6]]
    return ", ".join(shown) + (", …" if len(lengths) > 6 else "")


def _short(value: object) -> str:
    """A value as a sentence names it: its type, and itself where that is short."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    shown = repr(value)
    return shown if len(shown) <= 40 else f"a {type(value).__name__}"
