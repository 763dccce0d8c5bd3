"""The cells: one family per file. CELLS is the table that every control, page and parametrised test reads; ``register``
adds a cell of one's own."""

from rnnviz.cells.affine import Affine, Recurrent
from rnnviz.cells.base import GATES, Cell, Keeping, Quantity, Role, Slopes, State, Summands, Term, Weight
from rnnviz.cells.delta_net import DeltaNet
from rnnviz.cells.derivatives import ExactSlopes
from rnnviz.cells.diagram import Box, Diagram, Operation, Wire
from rnnviz.cells.echo_state import EchoState
from rnnviz.cells.elman import NONLINEARITIES, Elman
from rnnviz.cells.gated_delta_net import GatedDeltaNet
from rnnviz.cells.gru import GRU, GRU2014
from rnnviz.cells.held import Held
from rnnviz.cells.initialisation import RECURRENT
from rnnviz.cells.jordan import Jordan
from rnnviz.cells.linear_attention import LinearAttention
from rnnviz.cells.lru import LRU
from rnnviz.cells.lstm import LSTM
from rnnviz.cells.lstm_1997 import LSTM1997
from rnnviz.cells.lstm_peephole import PeepholeLSTM
from rnnviz.cells.min_gru import MinGRU
from rnnviz.cells.mlstm import MLSTM
from rnnviz.cells.registering import is_shipped, register
from rnnviz.cells.rg_lru import RGLRU
from rnnviz.cells.selective_ssm import SelectiveSSM
from rnnviz.cells.slstm import SLSTM

# In the order of history.
CELLS: dict[str, type[Cell]] = {
    cell.name: cell
    for cell in (
        Jordan,
        Elman,
        LSTM1997,
        LSTM,
        PeepholeLSTM,
        EchoState,
        GRU2014,
        GRU,
        LinearAttention,
        LRU,
        SelectiveSSM,
        RGLRU,
        SLSTM,
        MLSTM,
        DeltaNet,
        MinGRU,
        GatedDeltaNet,
    )
}
# Those of the textbooks; all others are newer than the transformer, and offered apart from them.
CLASSIC = ("Jordan", "RNN", "LSTM 1997", "LSTM", "LSTM peephole", "ESN", "GRU 2014", "GRU")
# Those that pages put side by side, and of which trained networks are shipped.
TRIO = ("RNN", "LSTM", "GRU")

__all__ = [
    "CELLS",
    "CLASSIC",
    "GATES",
    "GRU",
    "GRU2014",
    "LRU",
    "LSTM",
    "LSTM1997",
    "MLSTM",
    "NONLINEARITIES",
    "RECURRENT",
    "RGLRU",
    "SLSTM",
    "TRIO",
    "Affine",
    "Box",
    "Cell",
    "DeltaNet",
    "Diagram",
    "EchoState",
    "Elman",
    "ExactSlopes",
    "GatedDeltaNet",
    "Held",
    "Jordan",
    "Keeping",
    "LinearAttention",
    "MinGRU",
    "Operation",
    "PeepholeLSTM",
    "Quantity",
    "Recurrent",
    "Role",
    "SelectiveSSM",
    "Slopes",
    "State",
    "Summands",
    "Term",
    "Weight",
    "Wire",
    "is_shipped",
    "register",
]
