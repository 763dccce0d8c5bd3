"""Networks as they are before training: one for the task that it is to learn, or an encoder-decoder for a task whose
answer is a sequence of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from rnnviz.cells import CELLS
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.network import Network
from rnnviz.refusals import Refused
from rnnviz.subjects.sizes import EMBEDDING, units_of
from rnnviz.tasks import Task, TranslationTask

if TYPE_CHECKING:
    from rnnviz.subjects.models import Untrained


def drawn(model: Untrained, learnt: Task | None, seed: int) -> Network | EncoderDecoder:
    """The network of ``model``, whose task ``learnt`` is, with weights that hang on ``seed``."""
    generator = torch.Generator().manual_seed(seed)
    units = units_of(model.cell, model.size, model.task)
    structure: dict[str, object] = {"bidirectional": model.directions == "two"} | dict(model.options)
    structure |= {} if learnt is None else {"output_size": learnt.output_size}
    tokens = learnt is not None and learnt.inputs == "tokens"
    structure |= {"vocabulary_size": learnt.input_size} if tokens else {}
    if isinstance(learnt, TranslationTask):
        structure |= {"longest": learnt.longest, "attention": model.attention}
        return EncoderDecoder(model.cell, EMBEDDING, units, generator=generator, **structure)
    inputs = EMBEDDING if tokens else model.channels if learnt is None else learnt.input_size
    return Network(
        model.cell,
        inputs,
        units,
        num_layers=model.layers,
        backward=model.directions == "backward",
        generator=generator,
        dtype=None if learnt is not None else torch.float64,
        **({} if learnt is None else {"readout": learnt.readout}),
        **structure,
    )


def refuse_parts(cell: str, layers: int, directions: str) -> None:
    """Raise Refused for parts that no encoder-decoder has."""
    kind = CELLS[cell]
    if "h" not in kind.state or kind.not_a_vector(kind.state):
        raise Refused("A {cell} has no state that an encoder could hand on. Choose another cell.", cell=cell)
    if layers != 1 or directions == "backward":
        raise Refused("An encoder-decoder has one layer, which reads one way or both ways. Choose these.")
