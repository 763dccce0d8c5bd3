"""How weights start: every choice does what its name says, is kept in the structure, and disturbs nothing else."""

import pytest
import torch

from rnnviz.cells import CELLS, Recurrent
from rnnviz.network import Network
from tests.cells.variants import close, every_cell, every_recurrent_cell

GATED = [name for name, cell in CELLS.items() if cell.keeps is not None]


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def blocks(cell):
    return cell.weight_hh.detach().split(cell.hidden_size)


def bias(cell, block: str):
    both = cell.bias_ih + cell.bias_hh if isinstance(cell, Recurrent) else cell.bias_ih
    return cell.split(both.detach())[cell.blocks.index(block)]


def kept_logit(cell):
    """How much speaks for keeping where input and state are zero: the bias of the gate that keeps, if it has one."""
    keeps = [block for block in cell.blocks if cell.quantities[block].role == "keep"]
    if isinstance(cell, Recurrent) and keeps:
        return bias(cell, keeps[0])
    with torch.no_grad():
        return torch.logit(cell.keeps.kept(cell(torch.zeros(1, cell.input_size), cell.initial_state(1)))[0])


@every_recurrent_cell
def test_each_recurrent_block_is_orthogonal_or_the_identity(name):
    for block in blocks(CELLS[name](3, 6, generator=generator(), dtype=torch.float64, recurrent="orthogonal")):
        close(block @ block.T, torch.eye(6, dtype=torch.float64))
    for block in blocks(CELLS[name](3, 6, generator=generator(), recurrent="identity")):
        assert (block == torch.eye(6)).all()


@every_recurrent_cell
@pytest.mark.parametrize("recurrent", ["default", "orthogonal", "identity"])
def test_each_recurrent_block_is_scaled_to_the_spectral_radius(name, recurrent):
    cell = CELLS[name](3, 6, generator=generator(), dtype=torch.float64, recurrent=recurrent, spectral_radius=1.3)
    for block in blocks(cell):
        assert abs(torch.linalg.eigvals(block).abs().max() - 1.3) < 1e-12


@pytest.mark.parametrize("name", GATED)
def test_a_forget_bias_is_what_speaks_for_keeping_and_changes_no_matrix(name):
    plain, cell = CELLS[name](3, 6, generator=generator()), CELLS[name](3, 6, generator=generator(), forget_bias=3.0)
    torch.testing.assert_close(kept_logit(cell), torch.full((6,), 3.0), atol=1e-5, rtol=0)
    assert sum(not torch.equal(bias(cell, block), bias(plain, block)) for block in cell.blocks) <= 1
    for one, other in zip(cell.weights(), plain.weights(), strict=True):
        assert (one.value == other.value).all()


@pytest.mark.parametrize("name", GATED)
def test_a_memory_span_gives_gates_of_all_time_scales_up_to_it(name):
    cell = CELLS[name](3, 400, generator=generator(), memory_span=50)
    lengths = kept_logit(cell).exp()
    assert 0.999 <= lengths.min() < 2
    assert 47 < lengths.max() <= 49.01
    assert abs(lengths.mean() - 25) < 3
    writes = [block for block in cell.blocks if cell.quantities[block].role == "write"]
    if isinstance(cell, Recurrent) and writes:
        torch.testing.assert_close(bias(cell, writes[0]), -kept_logit(cell), atol=1e-4, rtol=1e-4)


@every_cell
def test_without_a_choice_the_weights_are_those_of_before(name):
    one, other = (
        Network(name, 3, 4, output_size=2, generator=generator(), **o) for o in ({}, {"recurrent": "default"})
    )
    for a, b in zip(one.parameters(), other.parameters(), strict=True):
        assert (a == b).all()


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("RNN", {"recurrent": "orthogonal", "spectral_radius": 0.9}),
        ("LSTM", {"memory_span": 50}),
        ("GRU", {"forget_bias": 1}),
    ],
)
def test_the_structure_keeps_how_weights_started_and_rebuilds_them(name, start):
    network = Network(name, 3, 4, num_layers=2, bidirectional=True, generator=generator(), **start)
    assert start.items() <= network.structure.items()
    again = Network(**network.structure, generator=generator())
    for a, b in zip(network.parameters(), again.parameters(), strict=True):
        assert (a == b).all()


@pytest.mark.parametrize(
    ("name", "start", "message"),
    [
        ("RNN", {"forget_bias": 1.0}, "RNN has no gate that keeps its state"),
        ("RNN", {"memory_span": 50}, "RNN has no gate that keeps its state"),
        ("LSTM", {"forget_bias": 1.0, "bias": False}, "LSTM has no bias"),
        ("LSTM", {"forget_bias": 1.0, "memory_span": 50}, "give one of them"),
        ("GRU", {"memory_span": 2}, "more than 2 steps"),
        ("GRU", {"recurrent": "sparse"}, "default, orthogonal, identity"),
        ("GRU", {"spectral_radius": -1.0}, "at least 0"),
        ("GRU", {"spectral_radius": float("nan")}, "at least 0"),
    ],
)
def test_a_start_that_cannot_be_is_refused(name, start, message):
    with pytest.raises(ValueError, match=message):
        Network(name, 3, 4, generator=generator(), **start)
