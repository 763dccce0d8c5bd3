"""Paper and code: each number of the ledger from a formula of its own."""

import math

import pytest
import torch

from rnnviz.studies import paper_and_code as study


def test_z_keeps_in_one_cell_what_it_writes_in_the_other():
    found = study.kept_by_z()
    assert (found.one, found.other) == pytest.approx((0.1, 0.9), abs=1e-12)


def test_a_resumed_run_is_the_same_and_the_packages_is_off_by_half_of_what_it_keeps():
    found = study.resumed()
    assert found.one == 0.0
    # g adds 1/2 to a state, of which the next step keeps f / (f + i): a little less than all where f is large.
    f, i, _ = torch.randn(3, study.STEPS, study.UNITS, generator=study.generator(), dtype=torch.float64).sigmoid()
    kept = (f / (f + i))[study.STEPS // 2]
    assert found.other == pytest.approx(kept.max().item() / 2, rel=1e-9)


def test_time_constants_are_those_of_the_middle_of_each_range():
    found = study.time_constant()
    assert found.one == pytest.approx(-1 / math.log(0.9495), rel=0.06)
    middle = math.sqrt((0.9**2 + 0.999**2) / 2)  # its square is drawn
    assert found.other == pytest.approx(-1 / (8 * math.log(middle)), rel=0.06)


def test_the_first_step_writes_the_root_of_what_is_not_kept():
    found = study.first_step()
    assert found.other == 1.0
    # Half open on average, a gate keeps about a⁴: the root of 1 − a⁸, of a⁸ from 0.9 to 0.999.
    assert math.sqrt(1 - 0.999) < found.one < math.sqrt(1 - 0.9)


def test_a_forget_gate_of_torch_starts_half_open():
    found = study.forget_gate()
    assert found.one == pytest.approx(1 / (1 + math.exp(-1)), abs=1e-12)
    gates = torch.nn.LSTM(1, study.UNITS).bias_ih_l0.chunk(4)[1] + torch.nn.LSTM(1, study.UNITS).bias_hh_l0.chunk(4)[1]
    assert found.other == pytest.approx(gates.sigmoid().mean().item(), abs=0.01)


def test_the_reset_gate_acts_before_or_behind_its_matrix():
    cell = study.CELLS["GRU"](1, study.MANY, generator=study.generator(), dtype=torch.float64)
    module = torch.nn.GRU(1, study.MANY, dtype=torch.float64)
    module.load_state_dict({f"{name}_l0": value for name, value in cell.named_parameters()})
    x = torch.randn(study.STEPS, 1, 1, generator=study.generator(), dtype=torch.float64)
    h = torch.zeros(study.MANY, dtype=torch.float64)
    w, b = cell.weight_hh.chunk(3), cell.bias_hh.chunk(3)
    for x_t in x:
        ir, iz, i_n = (cell.weight_ih @ x_t[0] + cell.bias_ih).chunk(3)
        r, z = torch.sigmoid(ir + w[0] @ h + b[0]), torch.sigmoid(iz + w[1] @ h + b[1])
        h = (1 - z) * torch.tanh(i_n + w[2] @ (r * h) + b[2]) + z * h
    apart = (module(x)[0][-1, 0] - h).abs().max().item()
    assert study.reset().other == pytest.approx(apart, rel=1e-9)


def test_a_value_is_read_back_whole_or_a_quarter_of_it():
    found = study.read_back()
    assert (found.one, found.other) == pytest.approx((1.0, 0.25), abs=1e-12)


def test_short_keys_stored_tables_and_held_inputs_differ_as_formulas_say():
    found = study.key_length()
    assert (found.one, found.other) == pytest.approx((1.0, math.sqrt(0.5)), rel=1e-9)
    found = study.divisor()
    assert found.one < 1e-12 < 1e-3 < found.other
    assert study.written_by_hold().one == pytest.approx((1 - math.exp(-1.6)) / 1.6, rel=1e-9)
