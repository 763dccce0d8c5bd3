"""What is painted of reservoirs and of states among fixed points is true, recomputed from weights and equations."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from rnnviz.dynamics.capacity import RIDGE
from rnnviz.studies import echo_state_network as study
from rnnviz.studies.cell_comparison import fresh
from rnnviz.studies.echo_state_network import FITTED, SHOWN, WASHOUT
from rnnviz.studies.fixed_points import landscape
from rnnviz.studies.radius_sweep import LENGTH, RADII, SETTLING
from rnnviz.subjects import Example, Shipped, Subject
from rnnviz.tasks import FlipFlop
from tests.browser import reference_gradients as gradients
from tests.browser import reference_reservoir as reference
from tests.browser.painted import Number, check, close, opened, traces_of, walk
from tests.browser.reference_cells import CELLS, Weights
from tests.browser.reference_memory import states
from tests.browser.reference_networks import doubled, of_cell, read, shipped
from tests.reservoirs import reservoir

pytestmark = pytest.mark.browser

DELAY = 5


def matrices(network: torch.nn.Module) -> tuple[np.ndarray, np.ndarray]:
    weights = network.state_dict()
    return weights["layers.0.0.weight_ih"].numpy(), weights["layers.0.0.weight_hh"].numpy()


def starts(subject: Subject) -> np.ndarray:
    """Of the driven pair and of the silent one, (pair, 2, H), as the study's own generator draws them."""
    drawn = 2 * torch.rand(4, subject.units, generator=study.start_generator(subject), dtype=torch.float64) - 1
    return drawn.numpy().reshape(2, 2, -1).swapaxes(0, 1)


def capacities(subject: Subject, cell: str = "ESN") -> np.ndarray:
    """r² by delay of the reservoir, or of torch's own module of that cell."""
    u = study.sequences(subject)
    network = subject.network() if cell == "ESN" else study.other_cell(subject, cell).network()
    if cell == "ESN":
        zeros = np.zeros(subject.units)
        h = np.stack([reference.states(*matrices(network), one, zeros) for one in u.numpy().swapaxes(0, 1)], 1)
    else:
        h = states(cell, doubled(network.state_dict()), u).numpy()
    return reference.recovered(h, u[..., 0].numpy(), study.delays(subject), WASHOUT, RIDGE)


def readout_of(subject: Subject) -> Callable[[np.ndarray], np.ndarray]:
    """What is read off a state: the input of DELAY steps before, as fitted to the study's sequences."""
    w, zeros, sequences = matrices(subject.network()), np.zeros(subject.units), study.sequences(subject).numpy()
    rows = slice(WASHOUT, WASHOUT + FITTED)
    h = np.concatenate([reference.states(*w, one, zeros)[rows] for one in sequences.swapaxes(0, 1)])
    wanted = np.concatenate([one[WASHOUT - DELAY : WASHOUT + FITTED - DELAY, 0] for one in sequences.swapaxes(0, 1)])
    return reference.readout(h, wanted, RIDGE)


def reservoir_numbers() -> dict[tuple[str, str], np.ndarray]:
    """By signal and network, (T,) or (T, H)."""
    subject = reservoir()
    w = matrices(subject.network())
    u = study.shown_input(subject)[:SHOWN, 0].numpy()
    runs, found = {}, {}
    for name, read_, pair in zip(("driven", "silent"), (u, np.zeros_like(u)), starts(subject), strict=True):
        runs[name] = [reference.states(*w, read_, start) for start in pair]
        found["log10 distance", name] = reference.decades(*runs[name], np.linalg.norm(pair[0] - pair[1]))
    said = readout_of(subject)
    found["u", ""] = np.concatenate([np.full(DELAY, np.nan), u[:-DELAY, 0]])
    for k, run in enumerate(runs["driven"]):
        found[f"u:{k}", ""] = said(run)
    found |= {("h", str(k + 1)): run for k, run in enumerate(runs["driven"])}
    return found | {("h", ""): runs["driven"][0], ("x", ""): u[:, 0]}


def drawn_weights() -> dict[str, np.ndarray]:
    """By signal, the weights of which the strongest are drawn: (to, from), (H,) and (H,)."""
    subject, units = reservoir(), np.eye(reservoir().units)
    (into, between), said = matrices(subject.network()), readout_of(subject)
    out = said(units) - said(0 * units[0])
    return {"W:weight": between * (1 - units), "input:weight": into[:, 0], "readout:weight": out}


def test_the_echo_state_network_paints_the_truth(arrive):
    visitor = opened(arrive, "/echo-state-network")
    numbers, weights = reservoir_numbers(), drawn_weights()

    def expected(number: Number) -> float:
        if number.signal in weights:
            place = ("to", "from") if "to" in number.place else ("unit",)
            return weights[number.signal][tuple(int(number.place[name]) for name in place)]
        values = numbers[number.signal, number.place.get("network", "")][number.step]
        return values[number.index] if "unit" in number.place else values

    looks = walk(visitor, (0, 4, 5, 60, 130))
    tolerance = {"rtol": 2e-6, "atol": 2e-6}
    check(looks, expected, {"log10 distance", "x", "h", "u", "u:0", "u:1", *weights}, **tolerance)
    for signal, count in zip(weights, (40, 8, 8), strict=True):  # no weight that is not drawn is stronger
        drawn = [abs(number.value) for number in looks[0].numbers if number.signal == signal]
        np.testing.assert_allclose(np.sort(drawn), np.sort(np.abs(weights[signal]).ravel())[-count:], rtol=1e-4)
    for trace in looks[0].traces:
        values = numbers[trace["meta"]["signal"], trace["meta"].get("network", "")]
        painted, shown = (trace["z"], values.T) if trace["z"] else (trace["y"][:150], values[:150])
        close(painted, shown, trace["meta"], **tolerance)
    assert len(looks[0].traces) == 6
    subject, curves = reservoir(), traces_of(visitor, 5)
    assert len(curves) == 4
    for cell in ("ESN", "RNN", "LSTM", "GRU"):
        shares = capacities(subject, cell)
        close(curves[f"{cell} Σ = {shares.sum():.1f}"]["y"], shares, cell, atol=1e-4)
    totals, chosen = (traces_of(visitor, 6)[name] for name in ("Σ r²(k)", "chosen"))
    for place in (2, 7):
        radius = totals["x"][place]
        total = capacities(subject.with_(spectral_radius=float(radius))).sum()
        close(totals["y"][place], total, f"radius {radius}", atol=1e-2)
        if radius == 1.2:
            close(np.concatenate([chosen["x"], chosen["y"]]), np.array([radius, total]), "chosen", atol=1e-2)
    marks = traces_of(visitor, 2)["eigenvalues of W"]
    eigenvalues = np.linalg.eigvals(matrices(subject.network())[1])
    apart = np.abs(eigenvalues[:, None] - (marks["x"] + 1j * marks["y"]))
    assert len(marks["x"]) == len(eigenvalues)
    assert max(apart.min(0).max(), apart.min(1).max()) < 1e-5


def check_rests(visitor, cell: str, weights: Weights, place, signs: np.ndarray) -> None:
    """Each mark of a fixed point stands where one does, in the legend of so many unstable directions."""
    w = of_cell(weights)
    step_of, names = CELLS[cell]
    silence = torch.zeros(w["weight_ih"].shape[1], dtype=torch.float64)

    def advance(before: torch.Tensor) -> torch.Tensor:
        step = step_of(w, silence, dict(zip(names, before.chunk(len(names)), strict=True)))
        return torch.cat([step[name] for name in names])

    points = torch.from_numpy(
        np.array(
            landscape(Subject(Shipped(f"switches-{cell.lower()}"), Example(1128))).found.points.values, dtype=float
        )
    )
    on_plane: dict[str, list[np.ndarray]] = {}
    in_space: dict[str, list[np.ndarray]] = {}
    for point in points:
        assert (advance(point) - point).abs().max() < 1e-5
        growing = int((torch.linalg.eigvals(torch.func.jacrev(advance)(point)).abs() > 1).sum())
        name = f"{growing} way{'s' * (growing > 1)} unstable" if growing else "stable"
        on_plane.setdefault(name, []).append(point.numpy())
        if not growing:
            in_space.setdefault("resting point", []).append(point.numpy())
    for chart, axes, kinds in ((0, "xyz", in_space), (2, "xy", on_plane)):
        marks = traces_of(visitor, chart)
        for name, here in kinds.items():
            painted = np.stack([marks[f"{name} ({len(here)})"][axis] for axis in axes], 1)
            expected = place(np.array(here))[:, : len(axes)] * signs[: len(axes)]
            close(painted, expected, (name, axes), atol=2e-2)


def check_exponents(visitor) -> None:
    """Of a few of the networks: the exponent across, the slope of the gradient up, both natural logs per step.

    None with a positive exponent: there float32 and float64 follow different paths.
    """
    marks = traces_of(visitor, 3)
    for cell, at in (("RNN", 1), ("RNN", 3), ("LSTM", 3), ("GRU", 3)):
        subject = fresh(cell, LENGTH, spectral_radius=RADII[at], forget_bias=0.0)
        w, x = of_cell(doubled(subject.network().state_dict())), subject.input()[:, 0].double()
        exponent = gradients.growth(gradients.jacobians(cell, w, x), SETTLING) * np.log(10)
        slope = gradients.fall(cell, w, x) * np.log(10)
        close([marks[cell]["x"][at], marks[cell]["y"][at]], np.array([exponent, slope]), (cell, at), atol=1e-4)
    close(marks["RNN by radius alone"]["x"], np.log(RADII), "radius", atol=1e-6)


@pytest.mark.parametrize("cell", ["RNN", "LSTM"])
def test_dynamics_paints_the_truth(arrive, cell):
    visitor = opened(arrive, f"/dynamics?model=switches-{cell.lower()}")
    visitor.open_the_code()
    expect(visitor.page.get_by_test_id("stCode")).to_contain_text(f"switches-{cell.lower()}")
    weights, task = shipped(f"switches-{cell.lower()}"), FlipFlop()
    run = read(cell, weights, task.batch(1, torch.Generator().manual_seed(1128)).x[:, 0])
    others = task.held_out()[0].x[:, :16].unbind(1)
    names = ("h", "c") if cell == "LSTM" else ("h",)

    def cut(answered) -> np.ndarray:
        return np.concatenate([answered.layers[0, "forward"][name].numpy() for name in names], 1)

    cloud = np.concatenate([cut(read(cell, weights, x)) for x in others])
    path = reference.components(cloud, cut(run), 3)
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
    line = next(one for one in looks[0].traces if one["meta"]["signal"] != "y" and one["z"])
    signs = np.sign([np.dot(line[axis], path[:, k]) for k, axis in enumerate("xyz")])
    check_rests(visitor, cell, weights, lambda points: reference.components(cloud, points, 3), signs)
    if cell == "RNN":  # the same on every cell's page
        check_exponents(visitor)
