"""The stabilised cells as they are before anything is rescaled: the numbers that a step would have without m.

Beck et al. (2024), arXiv:2405.04517, write the sLSTM (equations 8 to 14) and the mLSTM (19 to 27) in this form first:
f = σ(...), i = exp(...). What is computed is exp(−m) of it, in every state and gate, so that no exponential overflows.
h is the same in both. Without an overflow the numbers here are exact.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import torch

from rnnviz.cells.diagram import LOW, WIDE, Band, Box, Diagram, Operation, Wire, Word

Values = TypeVar("Values", np.ndarray, torch.Tensor)

NARROW = (96, 72)  # width and height of a box of one number
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
    # What the normalizer is made of is told by a word, so that the table and what is read from it stand out.
    "mLSTM": Diagram(
        boxes=(
            Box("previous:C", "C_t−1", (58, 52), "state", size=LOW),
            Box("x", "x_t", (58, 334), "input"),
            Box("f", "f_t", (184, 294), "gate", "σ", NARROW),
            Box("i", "i_t", (290, 294), "gate", "exp", NARROW),
            Box("k", "k_t", (404, 294), "gate", "1/√K"),
            Box("v", "v_t", (526, 294), "gate"),
            Box("q", "q_t", (664, 294), "gate"),
            Box("n", "n_t", (790, 294), "state", quiet=True),
            Box("o", "o_t", (916, 294), "gate", "σ"),
            Box("C:1", "i v kᵀ", (526, 156), "gate", size=LOW, sides=("v", "k")),
            Box("C", "C_t", (1048, 52), "state", size=LOW),
            Box("h", "h_t", (1048, 160), "state"),
        ),
        operations=(
            Operation("×", (184, 52)),
            Operation("+", (526, 52)),
            Operation("×", (404, 156)),
            Operation("·", (664, 160)),
            Operation("÷", (790, 160)),
            Operation("w", (790, 222), quiet=True),
            Operation("×", (916, 160)),
        ),
        wires=(
            Wire(((114, 352), (916, 352), (916, 330)), 0),
            *(Wire(((x, 352), (x, 330)), 0) for x in (184, 290, 404, 526, 664)),
            Wire(((184, 258), (184, 70)), 1),
            Wire(((290, 258), (290, 156), (386, 156)), 1),
            Wire(((404, 258), (404, 174)), 1),
            Wire(((114, 52), (166, 52)), 1),
            Wire(((202, 52), (508, 52)), 2),
            Wire(((422, 156), (470, 156)), 2),
            Wire(((526, 258), (526, 202)), 2),
            Wire(((526, 110), (526, 70)), 3),
            Wire(((544, 52), (992, 52)), 4),
            Wire(((664, 258), (664, 178)), 4),
            Wire(((664, 52), (664, 142)), 4),
            Wire(((664, 222), (772, 222)), 4, quiet=True),
            Wire(((790, 258), (790, 240)), 4, quiet=True),
            Wire(((682, 160), (772, 160)), 5),
            Wire(((790, 204), (790, 178)), 5, quiet=True),
            Wire(((808, 160), (898, 160)), 6),
            Wire(((916, 258), (916, 178)), 6),
            Wire(((934, 160), (992, 160)), 7),
        ),
        frame=(124, 2, 862, 370),
        size=(1106, 378),
        words=(
            Word("kept", (193, 150)),
            Word("written", (535, 92)),
            Word("found", (692, 150)),
            Word("normalized", (812, 150)),
            Word("n = f n + i k", (746, 345)),
        ),
        bands=(Band("write", (130, 8, 464, 358)), Band("read", (600, 8, 380, 358))),
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
