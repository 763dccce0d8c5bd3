"""All states of s_t = a_t s_{t-1} + b_t where a_t, kept, and b_t, written, are known of every step beforehand.

Two steps after one another are one of the same form, (a, b) after (a', b') is (a a', a b' + b), and it does not matter
which two are put together first. So T steps need not take T rounds: doubling takes log2 T, each over all steps at once,
and pieces of about sqrt(T) steps take 2 sqrt(T), the steps of all pieces side by side and then one piece after another
(Blelloch 1990, "Prefix sums and their applications"). All of them are exact but for rounding.

``kept``, ``written``: (T, ...), real or complex; ``kept`` may have axes of 1 or fewer axes behind that of time.
``start``: the state before the first step, (...). Each returns the states (T, ...), for autograd to differentiate.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from rnnviz.cells.base import Cell, State

# So many units of rounding, and one for each step that adds to a state, are no difference.
ROUNDINGS = 1000
# Below so many steps the loop takes no longer; above it, what keeps more than so much could grow beyond all digits
# before it cancels.
FEW, MOST_KEPT = 32, 1.001


def loop(kept: Tensor, written: Tensor, start: Tensor) -> Tensor:
    """Step after step."""
    state, states = start, []
    for a, b in zip(kept.unbind(), written.unbind(), strict=True):
        state = torch.addcmul(b, a, state)
        states.append(state)
    return torch.stack(states)


def doubling(kept: Tensor, written: Tensor, start: Tensor) -> Tensor:
    """Each step is put together with the one before it, then with the two before these, then four, eight, ..."""
    written = torch.cat([torch.addcmul(written[:1], kept[:1], start), written[1:]])
    reach = 1
    while reach < len(written):
        joined = torch.addcmul(written[reach:], kept[reach:], written[:-reach])
        kept = torch.cat([kept[:reach], kept[reach:] * kept[:-reach]])
        written = torch.cat([written[:reach], joined])
        reach *= 2
    return written


def chunks(kept: Tensor, written: Tensor, start: Tensor) -> Tensor:
    """Pieces of ``chunk_size`` steps: each by itself from zero, then what each hands to the next one."""
    length, size = len(written), chunk_size(len(written))
    whole = length // size * size
    kept_in, written_in = (part[:whole].unflatten(0, (-1, size)) for part in (kept, written))
    own, through = [written_in[:, 0]], [kept_in[:, 0]]  # of each step in its piece, for all pieces at once
    for k in range(1, size):
        own.append(torch.addcmul(written_in[:, k], kept_in[:, k], own[-1]))
        through.append(kept_in[:, k] * through[-1])
    handed = [start]
    for end, factor in zip(own[-1].unbind(), through[-1].unbind(), strict=True):
        handed.append(torch.addcmul(end, factor, handed[-1]))
    states = torch.addcmul(torch.stack(own, 1), torch.stack(through, 1), torch.stack(handed[:-1])[:, None])
    rest = loop(kept[whole:], written[whole:], handed[-1]) if whole < length else written[:0]
    return torch.cat([states.flatten(0, 1), rest])


def chunk_size(length: int) -> int:
    """Steps of a piece, about as many as there are pieces."""
    return max(1, math.isqrt(length))


def rounds(length: int) -> dict[str, int]:
    """How many rounds, one after another, each way takes for so many steps from a state of zero."""
    size = chunk_size(length)
    return {
        "loop": length - 1,
        "doubling": (length - 1).bit_length(),
        "chunks": size - 1 + length // size - 1 + length % size,
    }


def scan(kept: Tensor, written: Tensor, start: Tensor) -> Tensor:
    """The states (T, ...) in the least time that loses no digits: by ``chunks``; by the ``loop`` where there are few
    steps, where something grows, or where a number is not finite."""
    dtype = torch.result_type(kept, written)
    with torch.no_grad():
        cut = (
            len(written) >= FEW
            and largest(kept) <= MOST_KEPT
            and all(map(math.isfinite, map(largest, (written, start))))
        )
    kept = kept.to(dtype).expand(len(written), *torch.broadcast_shapes(kept.shape[1:], written.shape[1:]))
    written, start = written.to(dtype).expand_as(kept), start.to(dtype)
    return (chunks if cut else loop)(kept, written, start)


def largest(values: Tensor) -> float:
    """The largest size of any number, without a copy of them where they are real; nan where one is."""
    if values.is_complex():
        return float(values.abs().max())
    least, most = values.aminmax()
    return float(torch.maximum(-least, most))


def scanned_states(cell: Cell, x: Tensor, state: State) -> State | None:
    """Every state of every step of a cell that is ``scanned``, (T, B, *shape); None of another one."""
    steps = cell.scanned(x) if len(x) > 1 else None
    return steps and {name: scan(*steps[name], state[name]) for name in cell.state}


def all_steps(cell: Cell, x: Tensor, state: State) -> State | None:
    """What ``cell`` computes of every step, all at once, (T, B, *shape) each; None where it has to be stepped through.

    RuntimeError where the states that its ``scanned`` gives do not follow from one another by its equations.
    """
    states = scanned_states(cell, x, state)
    if states is None:
        return None
    steps = cell(x, {name: torch.cat([state[name][None], value[:-1]]) for name, value in states.items()})
    for name, value in states.items():
        _refuse_other(cell.name, name, steps[name].detach(), value.detach())
    return steps


def _refuse_other(cell: str, name: str, by_equation: Tensor, scanned: Tensor) -> None:
    apart, size = (_largest_number(values) for values in (by_equation - scanned, scanned))
    allowed = torch.finfo(scanned.dtype).eps * (ROUNDINGS + len(scanned)) * max(1.0, size)
    if apart > allowed:
        raise RuntimeError(
            f"{name} of {cell} differs by {apart:.2g} between its scanned() and its equations(); rounding explains "
            f"{allowed:.1g}. What is kept of {name}, and what is written to it, must add up to what equations() yields"
        )


def _largest_number(values: Tensor) -> float:
    """The same of those that are finite."""
    size = largest(values)
    return size if math.isfinite(size) else float(values.abs().nan_to_num(0.0, 0.0, 0.0).max())
