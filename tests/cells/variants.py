"""Every cell in every variant, and the torch modules they must agree with. A new cell in CELLS joins all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from rnnviz.cells import CELLS, NONLINEARITIES, Cell, Recurrent
from rnnviz.cells.coordinates import flat
from rnnviz.network import Network
from rnnviz.recording import record
from rnnviz.trace import Trace

OPTIONS = {
    "Jordan": [{}, {"output": "tanh", "outputs": 2, "decay": 0.0}, {"output": "identity"}],
    "RNN": [{"nonlinearity": name} for name in NONLINEARITIES],
    "LSTM peephole": [{}, {"squashing": "identity"}],
    "ESN": [{}, {"nonlinearity": "identity", "leak": 1.0, "density": 0.5}],
    # With two numbers a key comes near its bounds in every direction.
    "linear attention": [{"keys": 2}],
    "selective SSM": [{"numbers": 3}],
    "mLSTM": [{"keys": 2}],
    "DeltaNet": [{"keys": 2}, {"keys": 3, "negative_eigenvalues": True}],
    "gated DeltaNet": [{"keys": 2}],
}
TRIO = ("RNN", "LSTM", "GRU")
VARIANTS = [(name, options) for name in CELLS for options in OPTIONS.get(name, [{}])]
every_variant = pytest.mark.parametrize(
    ("name", "options"), VARIANTS, ids=[" ".join([name, *map(str, options.values())]) for name, options in VARIANTS]
)
every_cell = pytest.mark.parametrize("name", CELLS)


def _with(
    first: Sequence[tuple], names: Sequence[str], others: str, choices: Sequence, some: int
) -> pytest.MarkDecorator:
    rows = []
    for place, row in enumerate(first):
        whole = row[0] in TRIO and not any(row[0] == before[0] for before in first[:place])
        few = choices if whole else [choices[(some * place + k) % len(choices)] for k in range(min(some, len(choices)))]
        rows += [(*row, *(choice if isinstance(choice, tuple) else (choice,))) for choice in few]
    told = [" ".join(str(each) for each in row if each != {}) for row in rows]
    return pytest.mark.parametrize((*names, *others.split()), rows, ids=told)


def every_variant_with(others: str, choices: Sequence, some: int = 1) -> pytest.MarkDecorator:
    """RNN, LSTM and GRU with each of the ``choices``, every other variant with ``some`` of them, each with the next:
    so each choice meets many cells, and a new cell adds a few tests and no product. ``others``: what they are
    values of, as the test calls it."""
    return _with(VARIANTS, ("name", "options"), others, choices, some)


def every_cell_with(others: str, choices: Sequence, some: int = 1) -> pytest.MarkDecorator:
    """As ``every_variant_with``, of every cell."""
    return _with([(name,) for name in CELLS], ("name",), others, choices, some)


every_recurrent_cell = pytest.mark.parametrize(
    "name", [name for name, cell in CELLS.items() if issubclass(cell, Recurrent)]
)

# The rows of weight_ih and weight_hh, as the documentation of torch.nn gives them; the other cells follow their kin.
GATE_ORDER = {
    "Jordan": "h",
    "RNN": "h",
    "LSTM 1997": "igo",
    "LSTM": "ifgo",
    "LSTM peephole": "ifgo",
    "ESN": "h",
    "GRU 2014": "rzn",
    "GRU": "rzn",
    "LRU": "",
    "RG-LRU": "riu",
    "sLSTM": "ifzo",
    "mLSTM": "",
    "minGRU": "zn",
    "linear attention": "",
    "selective SSM": "",
    "DeltaNet": "",
    "gated DeltaNet": "",
}

MODULES = [(nn.RNN, {"nonlinearity": "tanh"}), (nn.RNN, {"nonlinearity": "relu"}), (nn.LSTM, {}), (nn.GRU, {})]
every_module = pytest.mark.parametrize(
    ("kind", "options"), MODULES, ids=[" ".join([kind.__name__, *options.values()]) for kind, options in MODULES]
)


def normal(rng: torch.Generator, *shape: int, dtype=torch.float64) -> Tensor:
    return torch.randn(*shape, generator=rng, dtype=dtype)


def as_row(cell: Cell, name: str, values: np.ndarray | Tensor) -> np.ndarray:
    """A quantity (..., *shape) as the numbers (..., N) by which it is differentiated."""
    return flat(cell, name, values if isinstance(values, Tensor) else torch.tensor(values)).numpy()


def build(kind: type[nn.Module], rng: torch.Generator, *sizes: int, dtype=torch.float64, **options) -> nn.Module:
    """A torch module with weights drawn from ``rng`` as torch itself would: U(-1/sqrt(H), 1/sqrt(H))."""
    module = kind(*sizes, dtype=dtype, **options)
    for parameter in module.parameters():
        nn.init.uniform_(parameter, -(module.hidden_size**-0.5), module.hidden_size**-0.5, generator=rng)
    return module


def start(model: nn.Module, batch: int, rng: torch.Generator) -> tuple[Tensor, ...]:
    """A random initial state of a Network or a torch module: one tensor (L·D, B, *shape) per state."""
    if isinstance(model, Network):
        one = list(model.layers[0][0].initial_state(batch).values())
    else:
        real = next(model.parameters())
        one = [real.new_zeros(batch, model.hidden_size) for _ in CELLS[type(model).__name__].state]
    rows = model.num_layers * (2 if model.bidirectional else 1)
    return tuple(normal(rng, rows, *zeros.shape, dtype=zeros.dtype) for zeros in one)


def as_torch_takes_it(state: tuple[Tensor, ...]) -> Tensor | tuple[Tensor, ...]:
    return state if len(state) > 1 else state[0]


def scale_recurrence(model: nn.Module, radius: float) -> None:
    """Scale the recurrent weights so that each block's spectral radius is ``radius``; above 1.5 or so, it is chaos."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "weight_hh" in name:
                for block in weight.split(weight.shape[1]):
                    block *= radius / torch.linalg.eigvals(block).abs().max()


class Run(NamedTuple):
    """A network, what it was given, and its trace."""

    network: Network
    x: Tensor
    state: tuple[Tensor, ...] | None
    trace: Trace

    def layer_input(self, layer: int) -> Tensor:
        """What layer ``layer`` saw: (T, B, I)."""
        if layer == 0:
            return torch.tensor(self.trace.x.values)
        below = [torch.tensor(trace[trace.output].values) for trace in self.trace.layers if trace.layer == layer - 1]
        return torch.cat(below, -1)


def run(
    name: str,
    rng: torch.Generator,
    steps=7,
    batch=2,
    width=3,
    hidden=4,
    *,
    with_state=True,
    scale=1.0,
    constants=True,
    **options,
) -> Run:
    """A float64 Network of cell ``name``, its weights times ``scale``, recorded on an input from ``rng``.

    ``constants``: whether what is no matrix, such as a bias, is scaled as well.
    """
    network = Network(name, width, hidden, generator=rng, dtype=torch.float64, **options)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter *= scale if constants or parameter.ndim > 1 else 1
    x = normal(rng, steps, batch, width)
    state = start(network, batch, rng) if with_state else None
    return Run(network, x, state, record(network, x, state and as_torch_takes_it(state)))


@st.composite
def runs(draw: st.DrawFn, scales: tuple[float, ...] = (1.0, 2.0)) -> Run:
    """Any variant, any small size, one or two directions, with and without bias and initial state; float64."""
    name, options = draw(st.sampled_from(VARIANTS))
    sizes = [draw(st.integers(1, largest)) for largest in (8, 3, 5, 6)]
    rng = torch.Generator().manual_seed(draw(st.integers(0, 2**32 - 1)))
    return run(
        name,
        rng,
        *sizes,
        num_layers=draw(st.integers(1, 3)),
        bidirectional=draw(st.booleans()),
        bias=draw(st.booleans()),
        with_state=draw(st.booleans()),
        scale=draw(st.sampled_from(scales)),
        **options,
    )


def close(actual: Tensor | np.ndarray, expected: Tensor | np.ndarray, tolerance: float = 1e-12) -> None:
    """Equal to ``tolerance``, absolutely and relatively, with equal shapes and dtypes; a traced array is read-only."""
    a, b = (torch.tensor(value) if isinstance(value, np.ndarray) else value for value in (actual, expected))
    torch.testing.assert_close(a, b, rtol=tolerance, atol=tolerance)
