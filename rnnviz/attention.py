"""Additive attention: which of the states of a sequence to look at, asked anew at every step of another network.

Bahdanau, Cho, Bengio 2015, Neural machine translation by jointly learning to align and translate, arXiv:1409.0473.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn


class Looked(NamedTuple):
    """``scores`` e and ``weights`` α, (..., T, B) each; ``context`` c, (..., B, M)."""

    scores: Tensor
    weights: Tensor
    context: Tensor


class Attention(nn.Module):
    """e_j = vᵀ tanh(W s_{t-1} + U h_j + b), α = softmax(e) over j, c = Σ_j α_j h_j.

    ``query_size``: the length of s, ``memory_size``: of each h_j, ``hidden_size``: of what is in the tanh.
    """

    def __init__(
        self,
        query_size: int,
        memory_size: int,
        hidden_size: int,
        *,
        generator: torch.Generator | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.query = linear(query_size, hidden_size, bias=False, generator=generator, dtype=dtype)
        self.key = linear(memory_size, hidden_size, generator=generator, dtype=dtype)
        self.score = linear(hidden_size, 1, bias=False, generator=generator, dtype=dtype)

    def keys(self, memory: Tensor) -> Tensor:
        """U h_j + b of all states ``memory`` (T, B, M): (T, B, A), the same at every step."""
        return self.key(memory)

    def forward(self, query: Tensor, memory: Tensor, keys: Tensor) -> Looked:
        """``query``: s_{t-1} (B, Q), or several at once (S, 1, B, Q); ``memory``: (T, B, M); ``keys``: what ``keys``
        makes of it."""
        scores = self.score(torch.tanh(self.query(query) + keys)).squeeze(-1)
        weights = scores.softmax(-2)
        return Looked(scores, weights, (weights.unsqueeze(-1) * memory).sum(-3))


def linear(
    inputs: int,
    outputs: int,
    *,
    bias: bool = True,
    generator: torch.Generator | None = None,
    dtype: torch.dtype | None = None,
) -> nn.Linear:
    """A linear layer that starts as torch's do, U(-1/sqrt(inputs), 1/sqrt(inputs)), drawn from ``generator``."""
    layer = nn.utils.skip_init(nn.Linear, inputs, outputs, bias=bias, dtype=dtype)
    for parameter in layer.parameters():
        nn.init.uniform_(parameter, -(inputs**-0.5), inputs**-0.5, generator=generator)
    return layer
