"""translate(model, x) -> Translation: what an encoder-decoder reads, looks at and writes, every number by its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from rnnviz.attention import Looked
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.layer_traces import layer_trace, signal_of
from rnnviz.recording import record
from rnnviz.trace import LayerTrace, Signal, Trace


@dataclass(frozen=True, eq=False)
class Translation:
    """``encoder``: the trace of what was read. ``decoder``: every quantity of its cell; its "time" is the step s of the
    answer, and its ``initial`` the state in which it starts.

    ``scores`` e and ``weights`` α: ("step", "batch", "position"), ``context`` c: ("step", "batch", "unit"); None
    without attention. ``output``: the chance of each symbol, ("step", "batch", "output"). ``read``: the symbol that
    each step read and ``written``: the one that it wrote, as ids, ("step", "batch"); what is read first has the id
    after the last.
    """

    encoder: Trace
    decoder: LayerTrace
    scores: Signal | None
    weights: Signal | None
    context: Signal | None
    output: Signal
    read: Signal
    written: Signal


@torch.no_grad()
def translate(model: EncoderDecoder, x: Tensor, *, tokens: Sequence[str] = (), end: int | None = None) -> Translation:
    """Write the answer to token ids ``x`` (T, B) or (T,), at each step the symbol of the highest score, and keep all.

    ``tokens``: the text under the encoder's time axis. ``end``: the id of the symbol after which nothing more is
    written, once every sequence has it; without it there are ``model.longest`` steps.
    """
    x = x.unsqueeze(-1) if x.ndim == 1 else x
    encoded = model.encode(x)
    previous, state, steps = model.first(x.shape[1]), encoded.last, []
    over = torch.zeros(x.shape[1], dtype=torch.bool)
    while len(steps) < model.longest and not over.all():
        steps.append(model.step(previous, state, encoded))
        previous, state = (
            steps[-1].output.argmax(-1),
            {name: steps[-1].quantities[name] for name in model.decoder.state},
        )
        over |= previous == end if end is not None else False
    quantities = {name: torch.stack([step.quantities[name] for step in steps]) for name in steps[0].quantities}
    outputs = torch.stack([step.output for step in steps])
    read = torch.stack([step.read for step in steps])
    return Translation(
        record(model.encoder, x, tokens=tokens),
        layer_trace(model.decoder, 0, "forward", quantities, encoded.last, None, None),
        *_attended([step.looked for step in steps if step.looked is not None]),
        signal_of("p", "p_t", ("step", "batch", "output"), outputs.softmax(-1), (0.0, 1.0)),
        signal_of("read", "", ("step", "batch"), read),
        signal_of("written", "", ("step", "batch"), outputs.argmax(-1)),
    )


def _attended(steps: list[Looked]) -> tuple[Signal | None, Signal | None, Signal | None]:
    """Scores, weights and contexts of all steps."""
    if not steps:
        return None, None, None
    positions = ("step", "batch", "position")
    return (
        signal_of("e", "e_{tj}", positions, torch.stack([step.scores.T for step in steps])),
        signal_of("alpha", r"\alpha_{tj}", positions, torch.stack([step.weights.T for step in steps]), (0.0, 1.0)),
        signal_of("context", "c_t", ("step", "batch", "unit"), torch.stack([step.context for step in steps])),
    )
