"""What a file holds: its recurrent modules, what stands before and after each, and the Network that each of them is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

import torch
from torch import Tensor, nn

from rnnviz.network import Network, Readout
from rnnviz.refusals import Refused

T = TypeVar("T")


class Linear(NamedTuple):
    """``weight``: (O, D·H); ``bias``: (O,) or None. ``at``: "last" or "every", where the file tells."""

    weight: Tensor
    bias: Tensor | None
    at: Readout | None = None


@dataclass(frozen=True)
class Fitting(Generic[T]):
    """What of a file may stand before or after a module. ``what``: how its argument of ``load`` is called.

    ``values``: all that fit by their shape, by name. ``sure``: the one that is taken unless another one is named.
    ``doubt``: why none is, though there are some.
    """

    what: str
    values: Mapping[str, T] = field(default_factory=dict)
    sure: str | None = None
    doubt: str = ""

    def chosen(self, file: str, module: str, name: str | bool | None) -> T | None:
        """The one called ``name``; the sure one for None, none for False. Raises Refused."""
        if name is False or (name is None and self.sure is None and not self.doubt):
            return None
        name = self.sure if name is None else name
        if name in self.values:
            value = self.values[name]
            parts = [part for part in (value[:2] if isinstance(value, tuple) else [value]) if part is not None]
            if not all(bool(torch.isfinite(part).all()) for part in parts):
                raise Refused("{file}: {name} has numbers that are not finite.", file=file, name=name)
            return value
        raise Refused(
            "{file}: which {what} belongs to {module} must be said ({doubt}): {what}= one of {choices}, or False.",
            file=file,
            what=self.what,
            module=module or "the module",
            doubt=self.doubt or f"not {name!r}",
            choices=", ".join(map(repr, self.values)) or "nothing that fits",
        )

    def __str__(self) -> str:
        rows = {name: value[0] if isinstance(value, tuple) else value for name, value in self.values.items()}
        shapes = {name: f"{name} ({len(rows[name]):,} × {rows[name].shape[1]:,})" for name in rows}
        if self.sure is not None:
            return f"{self.what}: {shapes[self.sure]}"
        return f"{self.what}: to be chosen, {self.doubt}: {', '.join(shapes.values())}" if self.doubt else ""


@dataclass(frozen=True, eq=False)
class Recurrence:
    """One recurrent module of a file, and the Network that it is.

    ``structure``: the arguments of that Network. ``weights``: by our cells' names, layer by layer and forward before
    backward. ``projection``: what the module makes of its states before it shows them, (D·P, D·H), if anything.
    ``notes``: what was changed in reading it, or cannot be told. Of an .onnx file, ``operators``: their
    names, from the bottom up; ``start``: the initial states that stand in the file, (L·D, B, H) each, B = 1 where all
    sequences start alike; ``lengths``: those that do, as ``record`` takes them; ``fed``: which of the operators' inputs
    "initial_h", "initial_c" and "sequence_lens" do not, so that a run gives them to ``record`` beside x.
    """

    name: str
    structure: Mapping[str, Any]
    weights: tuple[dict[str, nn.Parameter | None], ...]
    embeddings: Fitting[Tensor] = field(default_factory=lambda: Fitting("embedding"))
    heads: Fitting[Linear] = field(default_factory=lambda: Fitting("head"))
    projection: Tensor | None = None
    notes: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    start: Mapping[str, Tensor] = field(default_factory=dict)
    lengths: tuple[int, ...] | None = None
    fed: tuple[str, ...] = ()

    @property
    def shown(self) -> int:
        """How many numbers it shows at every step, of both directions where there are two."""
        states = self.structure["hidden_size"] * (1 + self.structure["bidirectional"])
        return states if self.projection is None else len(self.projection)

    @property
    def state(self) -> tuple[Tensor, ...] | None:
        """The initial state that stands in the file for each sequence of a batch apart, as ``record`` takes it."""
        return tuple(self.start.values()) if self.start and not self._alike else None

    @property
    def _alike(self) -> bool:
        return all(value.shape[1] == 1 for value in self.start.values())

    @property
    def network(self) -> Network:
        """As ``built``, with the embedding and the head that are sure."""
        return self.built(self.embeddings.values.get(self.embeddings.sure), self.heads.values.get(self.heads.sure))

    @torch.no_grad()
    def built(self, embedding: Tensor | None, head: Linear | None, readout: Readout | None = None) -> Network:
        """The Network in eval mode, with the file's very weights. ``readout``: where the head reads, "last" unless the
        file tells. An initial state that all sequences share is its own (``Network.own_start``)."""
        dtype = self.weights[0]["weight_ih"].dtype
        if self.projection is not None:  # a head reads the projected states; without one they are what is shown
            bias = None if head is None else head.bias
            weight = self.projection if head is None else head.weight.to(dtype) @ self.projection
            head = Linear(weight, bias, "every" if head is None else head.at)
        network = Network(
            shared=self.weights,
            dtype=dtype,
            vocabulary_size=None if embedding is None else len(embedding),
            output_size=None if head is None else len(head.weight),
            readout=readout or (head and head.at) or "last",
            own_start=bool(self.start) and self._alike,
            generator=torch.Generator(),  # of weights that are not kept, so that no other random number hangs on it
            **self.structure,
        ).eval()
        if network.embedding is not None:
            network.embedding.weight = nn.Parameter(embedding.to(dtype))
        if network.readout is not None:
            bias = head.weight.new_zeros(len(head.weight)) if head.bias is None else head.bias
            network.readout.weight, network.readout.bias = (nn.Parameter(v.to(dtype)) for v in (head.weight, bias))
        if network.own_start:
            for name, value in self.start.items():
                getattr(network, f"start_{name}").copy_(value[:, 0])
        return network

    def __str__(self) -> str:
        own = self.structure
        layers, bias = own.get("num_layers", 1), "" if own.get("bias", True) else ", no biases"
        ways = "both ways" if own.get("bidirectional") else "from the end" if own.get("backward") else "one way"
        dtype = str(self.weights[0]["weight_ih"].dtype).removeprefix("torch.")
        cell = own["cell"] + (f" ({own['nonlinearity']})" if "nonlinearity" in own else "")
        count = sum(value.numel() for values in self.weights for value in values.values() if value is not None)
        first = f"{self.name or '(at the top)'}: {cell}, {layers} layer{'s'[: layers > 1]}, {ways}, "
        first += f"{own['input_size']:,} → {own['hidden_size']:,} units{bias}, {count:,} weights, {dtype}"
        return "\n    ".join([first, *filter(None, (str(self.embeddings), str(self.heads))), *self.notes])


@dataclass(frozen=True, eq=False)
class Inventory:
    """What a file holds. ``kind``: what the file is. ``modules``: the recurrent modules that can be read, by name.

    ``refused``: those that cannot, with the sentence that says why and what to do.
    """

    file: str
    kind: str
    modules: Mapping[str, Recurrence]
    refused: Mapping[str, Refused] = field(default_factory=dict)

    def module(self, at: str | None = None) -> Recurrence:
        """The module called ``at``, or the only one. Raises Refused."""
        if at is None and len(self.modules) + len(self.refused) == 1:
            at = next(iter((*self.modules, *self.refused)))
        if at in self.refused:
            raise self.refused[at]
        if at in self.modules:
            return self.modules[at]
        choices = ", ".join(repr(name) for name in (*self.modules, *self.refused))
        if at is None:
            raise Refused(
                "{file} has several recurrent modules. Say at= one of {choices}.", file=self.file, choices=choices
            )
        raise Refused(
            "{file} has no recurrent module {at}. Say at= one of {choices}.",
            file=self.file,
            at=repr(at),
            choices=choices,
        )

    def __str__(self) -> str:
        found = [str(module) for module in self.modules.values()]
        found += [f"{name or '(at the top)'}: not read. {why}" for name, why in self.refused.items()]
        return "\n  ".join([f"{self.file}: {self.kind}", *found])
