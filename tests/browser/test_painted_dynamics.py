"""What is painted of reservoirs and of states among fixed points is true, recomputed from weights and equations."""

import numpy as np
import pytest
import torch

from rnnviz.dynamics.capacity import RIDGE
from rnnviz.reservoir import FITTED, SHOWN, WASHOUT, Reservoir, small_pair
from rnnviz.switches import EXPLORED, Switches
from tests.browser import reference_reservoir as reference
from tests.browser.painted import check, close, opened, walk
from tests.browser.reference_networks import read, shipped

pytestmark = pytest.mark.browser

DELAY = 5


def matrices(network: torch.nn.Module) -> tuple[np.ndarray, np.ndarray]:
    weights = network.state_dict()
    return weights["layers.0.0.weight_ih"].numpy(), weights["layers.0.0.weight_hh"].numpy()


def starts(reservoir: Reservoir) -> np.ndarray:
    """Of the driven pair and of the silent one, (pair, 2, H), as the reservoir's own generator draws them."""
    drawn = 2 * torch.rand(4, reservoir.units, generator=reservoir._draw(), dtype=torch.float64) - 1
    return drawn.numpy().reshape(2, 2, -1).swapaxes(0, 1)


def reservoir_numbers() -> dict[tuple[str, str], np.ndarray]:
    """By signal and network, (T,) or (T, H)."""
    reservoir = Reservoir()
    w = matrices(reservoir.network())
    u = reservoir.input()[:SHOWN, 0].numpy()
    runs, found = {}, {}
    for name, read_, pair in zip(("driven", "silent"), (u, np.zeros_like(u)), starts(reservoir), strict=True):
        runs[name] = [reference.states(*w, read_, start) for start in pair]
        found["log10 distance", name] = reference.decades(*runs[name], np.linalg.norm(pair[0] - pair[1]))
    two = 2 * torch.rand(2, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64).numpy() - 1
    both = [reference.states(*matrices(small_pair()), np.zeros_like(u), start) for start in two]
    found["log10 distance", "pair"] = reference.decades(*both, np.linalg.norm(two[0] - two[1]))

    sequences = reservoir.sequences().numpy()
    rows = slice(WASHOUT, WASHOUT + FITTED)
    zeros = np.zeros(reservoir.units)
    h = np.concatenate([reference.states(*w, one, zeros)[rows] for one in sequences.swapaxes(0, 1)])
    wanted = np.concatenate([one[WASHOUT - DELAY : WASHOUT + FITTED - DELAY, 0] for one in sequences.swapaxes(0, 1)])
    said = reference.readout(h, wanted, RIDGE)
    found["u", ""] = np.concatenate([np.full(DELAY, np.nan), u[:-DELAY, 0]])
    for k, run in enumerate(runs["driven"]):
        found[f"u:{k}", ""] = said(run)
    return found | {("h", ""): runs["driven"][0]}


def test_the_echo_state_network_paints_the_truth(arrive):
    visitor = opened(arrive, "/echo-state-network")
    numbers = reservoir_numbers()
    looks = walk(visitor, (0, 4, 5, 60, 130))
    tolerance = {"rtol": 2e-6, "atol": 2e-6}  # the pair of units comes to rest within a few steps
    check(
        looks,
        lambda number: numbers[number.signal, number.place.get("network", "")][number.step],
        {"log10 distance", "u", "u:0", "u:1"},
        **tolerance,
    )
    for trace in looks[0].traces:
        values = numbers[trace["meta"]["signal"], trace["meta"].get("network", "")]
        painted, shown = (trace["z"], values.T) if trace["z"] else (trace["y"][:150], values[:150])
        close(painted, shown, trace["meta"], **tolerance)
    assert len(looks[0].traces) == 7


@pytest.mark.parametrize("cell", ["RNN", "LSTM"])
def test_dynamics_paints_the_truth(arrive, cell):
    visitor = opened(arrive, "/dynamics")
    if cell != "RNN":
        visitor.page.get_by_test_id("stMain").locator("button").filter(has_text=cell).first.click()
        visitor.page.wait_for_selector(f"h1:has-text('{cell}')", timeout=120_000)
        visitor.ready()
    switches, weights = Switches(cell), shipped(f"switches-{cell.lower()}")
    run = read(cell, weights, switches.input()[:, 0])
    others = switches.learnt.held_out()[0].x[:, :EXPLORED].unbind(1)
    names = ("h", "c") if cell == "LSTM" else ("h",)

    def cut(answered) -> np.ndarray:
        return np.concatenate([answered.layers[0, "forward"][name].numpy() for name in names], 1)

    path = reference.components(np.concatenate([cut(read(cell, weights, x)) for x in others]), cut(run), 3)
    looks = walk(visitor, (0, 1, 7, len(path) - 1))
    check(looks, lambda n: run.answers["p:sum"][n.step, n.index], {"y"}, atol=1e-3)
    for look in looks:
        for trace in look.traces:
            if trace["meta"]["signal"] == "y":
                close(trace["y"], run.answers["p:sum"][:, trace["meta"]["output"]].numpy(), trace["meta"], atol=1e-3)
                continue
            whole = path if len(trace["x"]) == len(path) else path[look.step : look.step + 1]
            for k, axis in enumerate("xyz"[: 3 if trace.get("z") else 2]):
                lines = [one[axis] for one in look.traces if one["meta"]["signal"] != "y" and one[axis]]
                signs = np.sign([np.dot(line, path[:, k]) for line in lines if len(line) == len(path)])
                close(np.multiply(trace[axis], signs[-1]), whole[:, k], trace["meta"], atol=2e-2)
        assert len(look.traces) == 3 + 3
