"""Cells whose gates and candidates begin as W x + b: of the input alone, or of the input and of the state before it."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from rnnviz.cells.base import Cell, State, Term, Weight


class Affine(Cell):
    """A cell with ``weight_ih`` (blocks·H, I) and ``bias_ih`` (blocks·H,) or None.

    ``blocks`` names the quantities that their rows feed, H rows each.
    """

    blocks: ClassVar[tuple[str, ...]]

    def shapes(self) -> dict[str, tuple[int, ...]]:
        rows = len(self.blocks) * self.hidden_size
        return {"weight_ih": (rows, self.input_size), "bias_ih": (rows,)}

    def weights(self) -> tuple[Weight, ...]:
        return (Weight("weight_ih", "W_ih", self.weight_ih, "x", self.blocks),)

    def input_part(self, x_t: Tensor) -> Tensor:
        return F.linear(x_t, self.weight_ih, self.bias_ih)

    def split(self, tensor: Tensor | None) -> tuple[Tensor | None, ...]:
        """The row blocks of a weight, bias or pre-activation (blocks on the last axis), in the order of ``blocks``."""
        if tensor is None:
            return (None,) * len(self.blocks)
        return tensor.chunk(len(self.blocks), -1)

    def letter(self, block: str) -> str:
        """How the labels of weights tell the blocks apart, where there are several."""
        return block if len(self.blocks) > 1 else "h"

    @torch.no_grad()
    def set_bias(self, block: str, values: Tensor) -> None:
        """The bias of a block, all of it where there are two."""
        row = self.blocks.index(block)
        self.split(self.bias_ih)[row].copy_(values)
        if "bias_hh" in self._parameters:
            self.split(self.bias_hh)[row].zero_()

    def set_keeping(self, logit: Tensor, *, opposite: bool) -> None:
        """Of a cell that ``keeps``: keep sigma(``logit``) (H,) where input and state are zero, by the bias of the gate
        that keeps, or by the opposite one of the gate that writes where what that leaves is kept. ``opposite``: give
        the gate that writes the opposite bias in any case. ValueError without biases."""
        if self.bias_ih is None:
            raise ValueError(f"this {self.name} has no bias, so it takes neither forget_bias nor memory_span")
        gates = {self.quantities[block].role: block for block in self.blocks}
        if "keep" in gates:
            self.set_bias(gates["keep"], logit)
        if "write" in gates and (opposite or "keep" not in gates):
            self.set_bias(gates["write"], -logit)

    def affine_terms(self, x_t: Tensor, state: State) -> dict[str, tuple[Term, ...]]:
        """For each block: what it hears of the input, and its bias."""
        terms = {}
        heard = self.split(F.linear(x_t, self.weight_ih))
        for block, part, bias in zip(self.blocks, heard, self.split(self.bias_ih), strict=True):
            letter = self.letter(block)
            own = () if bias is None else (Term(f"b_{{i{letter}}}", bias.expand_as(part)),)
            terms[block] = (Term(f"W_{{i{letter}}} x_t", part, "weight_ih"), *own)
        return terms


class Recurrent(Affine):
    """A cell with torch's parameter names and shapes: ``weight_hh`` (blocks·H, H) and ``bias_hh`` (blocks·H,) as well.

    ``blocks`` is in torch's order. ``feedback`` names the state that W_hh multiplies.
    """

    feedback: ClassVar[str] = "h"

    def shapes(self) -> dict[str, tuple[int, ...]]:
        rows = len(self.blocks) * self.hidden_size
        shapes = {"weight_ih": (rows, self.input_size), "weight_hh": (rows, *self.shape(self.feedback))}
        return shapes | {"bias_ih": (rows,), "bias_hh": (rows,)}

    def weights(self) -> tuple[Weight, ...]:
        fed = f"previous:{self.feedback}"
        return (*super().weights(), Weight("weight_hh", "W_hh", self.weight_hh, fed, self.blocks))

    def kernel_weights(self) -> list[Tensor]:
        """What the fused kernel takes: two weights, and two biases where there are any."""
        weights = (self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)
        return [weight for weight in weights if weight is not None]

    def kernel_state(self, state: State) -> State:
        """The initial state as the fused kernel counts it."""
        return state

    def recover(self, x: Tensor, previous_h: Tensor, initial: State) -> dict[str, Tensor]:
        """All quantities of all steps from the states that a fused kernel returned.

        ``x``: (T, B, I); ``previous_h``: (T, B, H), the kernel's states shifted by one step. A cell whose only state is
        h needs no recurrence here: every step is evaluated at once, from the kernel's own state before it, so that
        this cannot drift from the module's trajectory however chaotic the weights are.
        """
        return self(x, {"h": previous_h})

    def preactivations(self, x: Tensor, h: Tensor) -> Tensor:
        """W_i x + b_i + W_h h + b_h of all steps at once: (T, B, I), (T, B, H) -> (blocks, T, B, H).

        Each block is contiguous, which the element-wise functions after it repay.
        """
        below, before = (v.reshape(-1, v.shape[-1]).expand(len(self.blocks), -1, -1) for v in (x, h))
        bias = self.weight_hh.new_zeros(len(self.weight_hh)) if self.bias_ih is None else self.bias_ih + self.bias_hh
        b, w, u = (v.view(len(self.blocks), self.hidden_size, -1).mT for v in (bias, self.weight_ih, self.weight_hh))
        return torch.baddbmm(b, below, w).baddbmm_(before, u).unflatten(1, h.shape[:-1])

    def recurrent_part(self, h: Tensor) -> Tensor:
        return F.linear(h, self.weight_hh, self.bias_hh)

    def affine_terms(self, x_t: Tensor, state: State) -> dict[str, tuple[Term, ...]]:
        """For each block: input part, recurrent part, and both biases as one summand (their sum is what matters)."""
        heard = self.split(F.linear(state[self.feedback], self.weight_hh))
        terms = super().affine_terms(x_t, state)
        for block, part, bias in zip(self.blocks, heard, self.split(self.bias_hh), strict=True):
            letter = self.letter(block)
            from_input, *own = terms[block]
            label = rf"W_{{h{letter}}} {self.feedback}_{{t-1}}"
            terms[block] = (from_input, Term(label, part, "weight_hh"))
            if bias is not None:
                both = Term(rf"b_{{i{letter}}} + b_{{h{letter}}}", own[0].value + bias)
                terms[block] += (both,)
        return terms
