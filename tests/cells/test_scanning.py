"""Sequences of cells that are linear in their state, run without stepping through them."""

import pytest
import torch
from torch import Tensor

from rnnviz.cells import CELLS, MinGRU, register, scanning
from rnnviz.network import Network, unroll
from rnnviz.recording import record
from tests.cells.variants import close, normal

# Of what is kept and written, after the axis of time.
SHAPES = {"vectors": ((2, 3), (2, 3)), "matrices": ((2, 3, 4), (2, 3, 4)), "the same for all": ((1, 3), (2, 3))}


def steps(shape: str, length: int, rng: torch.Generator, dtype=torch.float64) -> tuple[Tensor, Tensor, Tensor]:
    kept, written = SHAPES[shape]
    angle = torch.rand(length, *kept, generator=rng, dtype=torch.float64) * 6
    size = torch.rand(length, *kept, generator=rng, dtype=torch.float64)
    a = torch.polar(size, angle) if dtype.is_complex else size * angle.cos()
    return a, normal(rng, length, *written, dtype=dtype), normal(rng, *written, dtype=dtype)


def by_hand(kept: Tensor, written: Tensor, start: Tensor) -> Tensor:
    states = [start]
    for t in range(len(written)):
        states.append(kept[t] * states[-1] + written[t])
    return torch.stack(states[1:])


@pytest.mark.parametrize("length", [1, 2, 3, 31, 64, 1000])
@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_way_gives_the_states_of_the_recurrence(shape, dtype, length, rng):
    kept, written, start = steps(shape, length, rng, dtype)
    expected = by_hand(kept, written, start)
    for way in (scanning.loop, scanning.doubling, scanning.chunks, scanning.scan):
        close(way(kept, written, start), expected)


@pytest.mark.parametrize("way", [scanning.doubling, scanning.chunks])
def test_a_gradient_passes_through_a_scan_as_through_the_recurrence(way, rng):
    given = [value.requires_grad_() for value in steps("vectors", 40, rng)]
    push = normal(rng, 40, 2, 3)
    own, expected = (torch.autograd.grad((push * run(*given)).sum(), given) for run in (way, by_hand))
    for gradient, right in zip(own, expected, strict=True):
        close(gradient, right)


def test_what_never_changes_may_be_given_once(rng):
    kept, written, start = steps("vectors", 50, rng)
    close(scanning.scan(kept[:1], written, start), by_hand(kept[:1].expand_as(kept), written, start))


@pytest.mark.parametrize("factor", [0.0, 1e-200, 3.0, float("inf")])
def test_states_that_vanish_or_explode_are_those_of_the_recurrence(factor, rng):
    kept, written, start = steps("vectors", 400, rng)
    kept[17], written[100:] = factor, 0.0
    kept[200:, 1] = 1.0 if factor <= 1 else factor
    torch.testing.assert_close(
        scanning.scan(kept, written, start), by_hand(kept, written, start), equal_nan=True, rtol=1e-12, atol=1e-300
    )


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("name", CELLS)
def test_a_long_sequence_is_what_its_steps_give_one_by_one(name, backward, rng):
    """Of cells with ``scanned``; stepping is all that the others do."""
    network, x = Network(name, 3, 4, backward=backward, generator=rng, dtype=torch.float64), normal(rng, 90, 2, 3)
    cell = network.layers[0][0]
    if cell.scanned(x) is None:
        assert name != "minGRU"
        return
    state = {key: normal(rng, 2, *cell.shape(key), dtype=value.dtype) for key, value in cell.initial_state(2).items()}
    recorded, before = unroll(cell, x, state, backward), state
    for t in reversed(range(90)) if backward else range(90):
        step = cell(x[t], before)
        before = {key: step[key] for key in cell.state}
        for key, value in step.items():
            close(recorded[key][t], value)


def test_rounds_are_counted():
    assert scanning.rounds(1000) == {"loop": 999, "doubling": 10, "chunks": 30 + 31 + 8}
    assert scanning.rounds(16) == {"loop": 15, "doubling": 4, "chunks": 3 + 3}
    assert scanning.rounds(1) == {"loop": 0, "doubling": 0, "chunks": 0}


class Wrong(MinGRU):
    name = "wrong"

    def scanned(self, x):
        (kept, written) = super().scanned(x)["h"]
        return {"h": (kept, 1.001 * written)}


def test_a_scan_that_is_not_what_the_equations_say_is_refused(rng, monkeypatch):
    monkeypatch.setitem(CELLS, "wrong", Wrong)
    with pytest.raises(RuntimeError, match=r"h of wrong differs by .* between its scanned\(\) and its equations\(\)"):
        record(Network("wrong", 3, 4, generator=rng), normal(rng, 5, 1, 3, dtype=torch.float32))
    monkeypatch.delitem(CELLS, "wrong")
    with pytest.raises(ValueError, match=r"of Wrong: h of wrong differs by"):
        register(Wrong)
