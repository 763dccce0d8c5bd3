"""What stands around a recurrent module in a bigger model: the embedding that it reads, the head that reads its states.

Both are told by the numbers that the model's own run hands on from module to module, not by their names. The embedding
is the one whose rows come into the recurrent module as they are. The head is a chain of linear modules and known layers
between them: the first one reads the states, at every step or at the last one, and the last one gives what the model
returns, or the scores that it makes (log-)probabilities of. What the Network answers is compared with that.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from rnnviz.inside import Inside, inside, run
from rnnviz.linear_heads import is_nonlinear, is_plain
from rnnviz.network import Network, Readout
from rnnviz.plain_modules import as_plain
from rnnviz.refusals import Note, Refused
from rnnviz.sharing import surrounded
from rnnviz.torch_modules import as_network

DEEPEST = 8  # modules between the states and the answers
# By how much answers may differ from what the model returns: in units of its rounding, or where it computes in a lower
# precision than the Network, as a share of the largest.
ROUNDINGS, COARSE = 1000, 0.05


class Taken(NamedTuple):
    """``name``: of the recurrent module. ``network``: what of the model can be looked into. ``x``: what it reads, token
    ids (T, 1) or vectors (T, 1, I). ``notes``: what was compared, and what is left out."""

    name: str
    network: Network
    x: Tensor
    notes: tuple[Note, ...] = ()


class _Calls(NamedTuple):
    """Of one module, of all its calls: what it read and what it gave, a row for each step."""

    read: Tensor
    gave: Tensor


def taken_out(model: nn.Module, x: object, at: str | None = None) -> Taken:
    """The recurrent module called ``at``, or the only one, with the embedding and the head that stand around it.

    ``x``: as ``rnnviz.inside.inside`` takes it, of one sequence. A module that starts from states of the model's own
    becomes a Network that does (``own_start``). Raises the errors of ``inside`` and of ``as_network``, and ValueError
    for several sequences.
    """
    part = inside(model, x, at)
    own = model.get_submodule(part.name)
    if isinstance(own, Network):
        return Taken(part.name, own, part.x)
    vectors = _vectors(part)
    calls, returned = _calls(model, x)
    states = calls.pop(own).gave
    embedding, ids, notes = _embedding(calls, vectors)
    network = as_network(part.model)
    dtype = next(network.parameters()).dtype
    notes = [*part.notes, *notes]
    embedding = embedding and _in(embedding, dtype)
    start = [state.reshape(-1, 1, state.shape[-1]).to(dtype) for state in part.state or ()]
    start = start if any(bool(state.any()) for state in start) else []
    bare = surrounded(network, embedding, None, "last", start)
    x = vectors.unsqueeze(1).to(dtype) if embedding is None else ids
    names = {module: f"{name} ({type(module).__name__})" for name, module in model.named_modules()}
    title, left_off = type(model).__name__, None
    for chain, readout, scores in _chains(calls, states, network, returned):
        modules = [_in(module, dtype) for module in chain]
        head = nn.Sequential(*modules) if len(modules) > 1 else modules[0]
        try:
            whole = surrounded(network, embedding, head, readout, start)
        except Refused:
            parts = ", ".join(
                names[module] for module in chain if not is_plain(module, nn.Linear) and not is_nonlinear(module)
            )
            parts = parts or names[chain[-1]]  # known, but not the last layer of a head
            left_off = left_off or Note("answers left off, this part of the head is not known: {part}", parts)
            continue
        apart = _apart(whole, x, scores)
        told = f"{apart:.0e}".replace("e-0", "e-") if apart else "0"
        rounding = ROUNDINGS * torch.finfo(scores.dtype).eps if scores.dtype == dtype and not part.notes else COARSE
        if apart <= rounding * max(1.0, float(scores.abs().max())):
            checked = Note("answers checked against {part}: at most {apart} apart", title, told)
            return Taken(part.name, whole, x, (*notes, checked))
        left_off = Note("answers left off: they are {apart} apart from those of {part}", title, told)
    if left_off is None and not _gives_states(returned, states, network):
        left_off = Note("answers left off: no known head alone makes those of {part}", title)
    return Taken(part.name, bare, x, (*notes, *([left_off] if left_off else [])))


def _vectors(part: Inside) -> Tensor:
    """What comes into a module, (T, I)."""
    packed = isinstance(part.x, PackedSequence)
    read = part.x.data if packed else part.x
    axis = 0 if getattr(part.model, "batch_first", False) else 1
    count = int(part.x.batch_sizes[0]) if packed else read.shape[axis] if read.ndim == 3 else 1
    if count != 1:
        raise ValueError(f"{part.name} reads {count} sequences; a subject is about one: give an x of one")
    return _rows(read)


def _calls(model: nn.Module, x: object) -> tuple[dict[nn.Module, _Calls], list[Tensor]]:
    """What each module of the model reads and gives in one run, and what the model returns."""
    kept: dict[nn.Module, list[tuple[Tensor, Tensor]]] = {}

    def keep(module: nn.Module, given: tuple, named: Mapping[str, object], returned: object) -> None:
        read = next(_tensors((given, named)), None)
        gave = next(_tensors(returned), None)
        if read is not None and gave is not None:
            kept.setdefault(module, []).append((read.detach().clone(), gave.detach().clone()))

    returned = run(model, x, {module: keep for module in model.modules() if module is not model})
    calls = {}
    for module in filter(kept.__contains__, model.modules()):  # what holds others before those
        reads, gives = zip(*kept[module], strict=True)
        table = isinstance(module, nn.Embedding)
        rows = [[read.reshape(-1, 1) if table else _rows(read) for read in reads], [_rows(gave) for gave in gives]]
        if all(len({each.shape[1] for each in own}) == 1 for own in rows):
            calls[module] = _Calls(*map(torch.cat, rows))
    return calls, list(_tensors(returned))


def _tensors(value: object) -> Iterator[Tensor]:
    """Every tensor in what a module takes or returns, in order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, PackedSequence):
        yield value.data
    elif isinstance(value, (Mapping, Sequence)) and not isinstance(value, (str, bytes)):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _tensors(each)


def _rows(value: Tensor) -> Tensor:
    """Of one sequence, a row for each step."""
    return value.reshape(-1, value.shape[-1] if value.ndim else 1)


def _embedding(
    calls: Mapping[nn.Module, _Calls], vectors: Tensor
) -> tuple[nn.Embedding | None, Tensor | None, list[Note]]:
    """The embedding whose rows are the ``vectors`` (T, I), the ids (T, 1) of these; or a note that there is another."""
    tables = {module: own for module, own in calls.items() if isinstance(module, nn.Embedding)}
    for module, own in tables.items():
        if is_plain(module, nn.Embedding) and module.max_norm is None and _same(own.gave, vectors):
            return module, own.read, []
    changed = Note("shown from the vectors that come in: something changes those of the embedding")
    return None, None, [changed] if tables else []


def _chains(
    calls: Mapping[nn.Module, _Calls], states: Tensor, network: Network, returned: Sequence[Tensor]
) -> Iterator[tuple[tuple[nn.Module, ...], Readout, Tensor]]:
    """Modules that make what is returned of the states, where the first of them reads, and the scores of the last."""
    for readout, values in (("last", _last(states, network)), ("every", states)):
        for chain, scores in _onward(values, calls, returned, ()):
            yield chain, readout, scores


def _onward(
    values: Tensor, calls: Mapping[nn.Module, _Calls], returned: Sequence[Tensor], before: tuple[nn.Module, ...]
) -> Iterator[tuple[tuple[nn.Module, ...], Tensor]]:
    # A ReLU that here changes nothing would elsewhere: what may be one of the chain is, before a chain without it.
    for module, own in sorted(calls.items(), key=lambda item: not is_nonlinear(item[0])):
        unchanged = _same(own.gave, own.read) and not is_nonlinear(module)
        if module in before or unchanged or not _same(own.read, values):
            continue
        if any(_answers(own.gave, each) for each in returned):
            yield (*before, module), own.gave
        if len(before) < DEEPEST:
            yield from _onward(own.gave, calls, returned, (*before, module))


def _answers(scores: Tensor, returned: Tensor) -> bool:
    """Whether ``returned`` are the scores (steps, O), or their (log-)probabilities, in any order of axes."""
    if scores.numel() != returned.numel():
        return False
    flat = returned.reshape(-1)
    if torch.equal(flat, scores.reshape(-1)) or torch.equal(flat, scores.t().reshape(-1)):
        return True
    shares = (scores.log_softmax(-1), scores.softmax(-1)) if scores.shape[-1] > 1 else ()
    return any(torch.allclose(flat.to(each.dtype), each.reshape(-1), rtol=1e-5, atol=1e-6) for each in shares)


def _gives_states(returned: Sequence[Tensor], states: Tensor, network: Network) -> bool:
    """Whether the model itself gives no answers, but the states."""
    own = (states, _last(states, network))
    return any(torch.equal(returned[0].reshape(-1), each.reshape(-1)) for each in own) if returned else True


def _last(states: Tensor, network: Network) -> Tensor:
    """Of ``states`` (T, D·H) those at the last step that each direction reads, (1, D·H)."""
    sides = zip(states.chunk(len(network.directions), -1), network.directions, strict=True)
    return torch.cat([own[:1] if side == "backward" else own[-1:] for own, side in sides], -1)


@torch.no_grad()
def _apart(network: Network, x: Tensor, scores: Tensor) -> float:
    return float((network(x).reshape(-1) - scores.reshape(-1)).abs().max())


def _in(module: nn.Module, dtype: torch.dtype) -> nn.Module:
    """The module itself, or a plain copy with weights of another type."""
    module, _notes = as_plain(module)
    return module if all(weight.dtype == dtype for weight in module.parameters()) else copy.deepcopy(module).to(dtype)


def _same(values: Tensor, others: Tensor) -> bool:
    return values.dtype == others.dtype and torch.equal(values, others)
