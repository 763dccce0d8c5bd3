"""The stabilised cells as they are before anything is rescaled: the numbers that a step would have without m.

Beck et al. (2024), arXiv:2405.04517, write the sLSTM (equations 8 to 14) and the mLSTM (19 to 27) in this form first:
f = σ(...), i = exp(...). What is computed is exp(−m) of it, in every state and gate, so that no exponential overflows.
h is the same in both. Without an overflow the numbers here are exact.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import torch

from rnnviz.cells.diagram import WIDE, Box, Diagram, Operation, Wire, Word
from rnnviz.cells.mlstm import TABLE

Values = TypeVar("Values", np.ndarray, torch.Tensor)

NOW = frozenset({"i", "c", "C", "n", "r", "w"})  # of which exp(−m_t) is computed

DIAGRAMS: dict[str, Diagram] = {
    "sLSTM": Diagram(
        boxes=(
            Box("previous:c", "c_t−1", (64, 44), "state", size=WIDE),
            Box("previous:n", "n_t−1", (64, 124), "state", size=WIDE),
            Box("previous:h", "h_t−1", (64, 312), "state", size=WIDE),
            Box("x", "x_t", (64, 394), "input", size=WIDE),
            Box("f", "f_t", (225, 312), "gate", "σ", WIDE),
            Box("i", "i_t", (385, 312), "gate", "exp", WIDE),
            Box("z", "z_t", (545, 312), "gate", "tanh", WIDE),
            Box("o", "o_t", (790, 312), "gate", "σ", WIDE),
            Box("c", "c_t", (956, 44), "state", size=WIDE),
            Box("n", "n_t", (956, 124), "state", size=WIDE),
            Box("h", "h_t", (956, 204), "state", size=WIDE),
        ),
        operations=(
            Operation("×", (225, 44)),
            Operation("+", (545, 44)),
            Operation("×", (545, 204)),
            Operation("÷", (690, 204)),
            Operation("×", (790, 204)),
            Operation("×", (225, 124)),
            Operation("+", (385, 124)),
        ),
        wires=(
            Wire(((126, 394), (790, 394), (790, 348)), 0),
            Wire(((126, 312), (150, 312), (150, 394)), 0, arrow=False),
            *(Wire(((x, 394), (x, 348)), 0) for x in (225, 385, 545)),
            Wire(((225, 276), (225, 142)), 1),
            Wire(((225, 160), (169, 160), (169, 84), (225, 84), (225, 62)), 1),
            Wire(((385, 276), (385, 142)), 1),
            Wire(((385, 204), (527, 204)), 1),
            Wire(((545, 276), (545, 222)), 1),
            *(Wire(((126, y), (207, y)), 1) for y in (44, 124)),
            Wire(((243, 44), (527, 44)), 2),
            Wire(((545, 186), (545, 62)), 2),
            Wire(((243, 124), (367, 124)), 2),
            Wire(((563, 44), (894, 44)), 3),
            Wire(((690, 44), (690, 186)), 3),
            Wire(((403, 124), (894, 124)), 3),
            Wire(((640, 124), (640, 204), (672, 204)), 3),
            Wire(((708, 204), (772, 204)), 4),
            Wire(((790, 276), (790, 222)), 4),
            Wire(((808, 204), (894, 204)), 5),
        ),
        frame=(138, 4, 744, 428),
        size=(1020, 436),
        words=(Word("kept", (234, 236)), Word("written", (554, 152)), Word("mean", (712, 194))),
    ),
    "mLSTM": Diagram(
        boxes=(
            Box("previous:C", "C_t−1", (64, 56), "state", size=TABLE),
            Box("previous:n", "n_t−1", (64, 152), "state", size=WIDE),
            Box("x", "x_t", (64, 452), "input", size=WIDE),
            Box("f", "f_t", (206, 380), "gate", "σ", WIDE),
            Box("i", "i_t", (337, 380), "gate", "exp", WIDE),
            Box("k", "k_t", (468, 380), "gate", "1/√K", WIDE),
            Box("v", "v_t", (599, 380), "gate", size=WIDE),
            Box("q", "q_t", (730, 380), "gate", size=WIDE),
            Box("o", "o_t", (895, 380), "gate", "σ", WIDE),
            Box("C:1", "i v kᵀ", (599, 236), "gate", size=TABLE, sides=("v", "k")),
            Box("r", "r_t", (730, 214), "gate", size=WIDE),
            Box("w", "w_t", (816, 298), "gate", size=WIDE),
            Box("C", "C_t", (1036, 56), "state", size=TABLE),
            Box("n", "n_t", (1036, 152), "state", size=WIDE),
            Box("h", "h_t", (1036, 230), "state", size=WIDE),
        ),
        operations=(
            Operation("×", (206, 56)),
            Operation("+", (599, 56)),
            Operation("×", (206, 152)),
            Operation("+", (468, 152)),
            Operation("×", (468, 236)),
            Operation("÷", (834, 214)),
            Operation("×", (895, 214)),
        ),
        wires=(
            Wire(((126, 452), (895, 452), (895, 416)), 0),
            *(Wire(((x, 452), (x, 416)), 0) for x in (206, 337, 468, 599, 730)),
            Wire(((206, 344), (206, 170)), 1),
            Wire(((206, 188), (158, 188), (158, 104), (206, 104), (206, 74)), 1),
            Wire(((337, 344), (337, 236), (450, 236)), 1),
            Wire(((468, 344), (468, 254)), 1),
            *(Wire(((126, y), (188, y)), 1) for y in (56, 152)),
            Wire(((224, 56), (581, 56)), 2),
            Wire(((224, 152), (450, 152)), 2),
            Wire(((468, 218), (468, 170)), 2),
            Wire(((486, 236), (537, 236)), 2),
            Wire(((599, 344), (599, 286)), 2),
            Wire(((599, 186), (599, 74)), 3),
            *(Wire(points, 4) for points in (((617, 56), (974, 56)), ((486, 152), (974, 152)))),
            Wire(((730, 344), (730, 250)), 4),
            Wire(((730, 298), (754, 298)), 4),
            Wire(((730, 56), (730, 178)), 4),
            Wire(((935, 152), (935, 298), (878, 298)), 4),
            Wire(((792, 214), (816, 214)), 5),
            Wire(((834, 262), (834, 232)), 5),
            Wire(((852, 214), (877, 214)), 6),
            Wire(((895, 344), (895, 232)), 6),
            Wire(((913, 214), (974, 214)), 7),
        ),
        frame=(138, 4, 824, 488),
        size=(1100, 496),
        words=(Word("kept", (215, 290)), Word("written", (608, 128))),
    ),
}


def unscaled(name: str, values: Values, m: Values, before: Values) -> Values:
    """A quantity, a state before the step ("previous:c") or a summand ("C:1") without the scale that it is computed in.

    ``values`` (..., H), or (..., H, K) of a matrix; ``m`` and ``before``, of this step and of the one before, (..., H)
    or (..., 1). What is not scaled is returned as it is.
    """
    state, _colon, detail = name.partition(":")
    if state == "f":
        shift = m - before
    elif state == "previous":
        shift = before if detail in NOW else None
    else:
        shift = m if state in NOW else None
    if shift is None:
        return values
    scale = np.exp(shift) if isinstance(shift, np.ndarray) else torch.exp(shift)
    return values * (scale[..., None] if values.ndim > scale.ndim else scale)
