"""An LSTM with projections (proj_size; Sak et al. 2014, arXiv:1402.1128) as one without: the same gates and cells.

It shows W_hr m_t where another one shows m_t = o_t * tanh(c_t). What reads that is a product with a matrix again, so
W_hr can be multiplied into it: W_hh W_hr of the same layer, W_ih W_hr of the one above. The h of the LSTM without
projections is m.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor


def unprojected(layers: Sequence[Mapping[str, Tensor]], sides: int) -> tuple[list[dict[str, Tensor]], Tensor]:
    """The weights without projections, and what makes of the top layer's states (D·H) those projected (D·P).

    ``layers``: ``weight_ih`` (4H, I), ``weight_hh`` (4H, P), ``weight_hr`` (P, H) and any biases, layer by layer and
    forward before backward, ``sides`` directions of each. Raises ValueError where their shapes do not fit.
    """
    without: list[dict[str, Tensor]] = []
    below: Tensor | None = None
    for start in range(0, len(layers), sides):
        own = layers[start : start + sides]
        for weights in own:
            rows, size = weights["weight_hr"].shape[::-1]
            if weights["weight_hh"].shape != (4 * rows, size):
                raise ValueError(
                    f"weight_hr has shape {(size, rows)} and weight_hh {tuple(weights['weight_hh'].shape)}; with "
                    "projections these must be (P, H) and (4H, P)"
                )
            new = {name: value for name, value in weights.items() if name != "weight_hr"}
            new["weight_hh"] = _product(weights["weight_hh"], weights["weight_hr"])
            if below is not None:
                new["weight_ih"] = _product(weights["weight_ih"], below)
            without.append(new)
        below = torch.block_diag(*(weights["weight_hr"] for weights in own))
    return without, below


def _product(weight: Tensor, projection: Tensor) -> Tensor:
    """Rounded once."""
    if weight.shape[1:] != projection.shape[:1]:
        raise ValueError(f"a weight of shape {tuple(weight.shape)} reads {len(projection)} projected states")
    return (weight.double() @ projection.double()).to(weight.dtype)
