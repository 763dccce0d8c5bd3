"""AttentiveNetwork: a recurrent network whose readout, at every step, looks at all states of the sequence."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from rnnviz.attention import Attention, Looked, linear
from rnnviz.network import Network


class Attended(NamedTuple):
    """``states``: h, (T, B, D·H). ``looked``: what attention did for each step, with the step that asks in front:
    weights (T, T, B), context (T, B, D·H). ``output``: a score for each label at every step, (T, B, O)."""

    states: Tensor
    looked: Looked
    output: Tensor


class AttentiveNetwork(nn.Module):
    """One layer that reads token ids (T, B), and a readout at every step t of h_t and the mean c_t of all states.

    c_t = Σ_j α_tj h_j, with the weights of additive attention (Bahdanau, Cho, Bengio 2015, arXiv:1409.0473), where h_t
    asks and all h_j of the same sequence are looked at; so a network that reads one way answers with words that come
    later. ``structure`` keeps the arguments that rebuild it; ``cell_options`` as for a Network. ``generator`` draws all
    weights, in a fixed order.
    """

    def __init__(
        self,
        cell: str = "LSTM",
        input_size: int = 16,
        hidden_size: int = 16,
        *,
        vocabulary_size: int,
        output_size: int,
        bidirectional: bool = False,
        generator: torch.Generator | None = None,
        dtype: torch.dtype | None = None,
        **cell_options: Any,
    ) -> None:
        super().__init__()
        drawn: dict[str, Any] = {"generator": generator, "dtype": dtype}
        parts = {"vocabulary_size": vocabulary_size, "bidirectional": bidirectional}
        self.network = Network(cell, input_size, hidden_size, **parts, **drawn, **cell_options)
        units = hidden_size * len(self.network.directions)
        self.attention = Attention(units, units, units, **drawn)
        self.readout = linear(2 * units, output_size, **drawn)
        self.structure = {"cell": cell, "input_size": input_size, "hidden_size": hidden_size}
        self.structure |= parts | {"output_size": output_size} | cell_options

    def forward(self, x: Tensor) -> Tensor:
        """A score for each label at every step of token ids ``x`` (T, B): (T, B, O)."""
        return self.attend(x).output

    def attend(self, x: Tensor) -> Attended:
        """Likewise, with all that it is made of."""
        states = self.network(x)
        looked = self.attention(states.unsqueeze(1), states, self.attention.keys(states))
        return Attended(states, looked, self.readout(torch.cat([states, looked.context], -1)))
