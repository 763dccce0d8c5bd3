"""What is painted is true: every number of these pages, recomputed from the weights and the papers' equations alone."""

from functools import cache
from urllib.parse import quote

import numpy as np
import pytest
import torch

import rnnviz
from pages import PAGES
from rnnviz.cells import CLASSIC
from rnnviz.studies.lstm_history import STATIONS, station_of, subject_of
from rnnviz.subjects import Subject
from rnnviz.subjects.address_words import to_word
from rnnviz.subjects.sizes import task
from tests.browser.painted import Number, check, close, opened, traces_of, walk
from tests.browser.reference_cells import CELLS, run
from tests.browser.reference_networks import SIDES, Answered, doubled, of_cell, read, shipped, table
from tests.browser.reference_reservoir import components

pytestmark = pytest.mark.browser

SENTENCE = "please book a table for two at noon"
STEPS, UNITS = (0, 1, 4, 7), (0, 5)
# The gates and candidates of each cell, whose summands stand in the equations, and its states with theirs.
SUMS = {"RNN": {"h": 3}, "LSTM": dict.fromkeys("ifgo", 3) | {"c": 2, "h": 1}, "GRU": dict.fromkeys("rzn", 3) | {"h": 2}}
SUMS |= {"ESN": {"n": 3, "h": 2}, "LSTM 1997": dict.fromkeys("igo", 3) | {"c": 2, "h": 1}, "GRU 2014": SUMS["GRU"]}
SUMS |= {"LSTM peephole": dict.fromkeys("ifo", 4) | {"g": 3, "c": 2, "h": 1}, "Jordan": {"h": 3, "y": 2, "s": 2}}
SUMS |= {"minGRU": dict.fromkeys("zn", 2) | {"h": 2}}
SUMS |= {"LRU": {"h": 2, "y": 2}}
SUMS |= {"RG-LRU": dict.fromkeys("riu", 2) | {"a": 1, "h": 2}}
SUMS |= {"sLSTM": dict.fromkeys("adzo", 3) | dict.fromkeys("mifh", 1) | dict.fromkeys("cn", 2)}
SUMS |= {"mLSTM": dict.fromkeys("voad", 2) | dict.fromkeys("mifrwh", 1), "linear attention": dict.fromkeys("vh", 1)}
SUMS |= {"DeltaNet": dict.fromkeys("vβh", 1) | {"u": 2}, "selective SSM": {"u": 1, "Δ": 2, "y": 2}}
SUMS |= {"DeltaNet β < 2": SUMS["DeltaNet"], "gated DeltaNet": SUMS["DeltaNet"] | {"Δ": 2, "α": 1}}
# Vectors that stand along the columns of a matrix: how long they are is written, each square says its number.
VECTORS = {"mLSTM": ("q", "k", "n", "previous:n"), "selective SSM": ("B", "C"), "linear attention": ("q", "k")}
VECTORS |= dict.fromkeys(("DeltaNet", "DeltaNet β < 2", "gated DeltaNet"), ("q", "k"))
PLAIN = {"c", "s", *(f"h:{cell}" for cell in SUMS if cell not in ("RNN", "Jordan"))}  # without a non-linearity
PLAIN |= {"y:LRU", "u:RG-LRU", "a:sLSTM", "n:sLSTM", "v:mLSTM", "a:mLSTM", "y:selective SSM"}
PLAIN |= {f"u:{cell}" for cell in SUMS if "DeltaNet" in cell}
COVERED = {"step_through", "states", "side_by_side", "how_the_lstm_came_to_be"}
ELSEWHERE = {"start", "vanishing_gradients", "gradient_map", "memory_decay", "two_directions", "deep_network"}
ELSEWHERE |= {"train"}
ELSEWHERE |= {"how_far_back", "a_batch", "forecast"}
ELSEWHERE |= {"backpropagation_through_time", "echo_state_network", "dynamics", "lessons", "your_model", "write"}
ELSEWHERE |= {"translate", "the_return_of_recurrence"}
ELSEWHERE |= {"eigenvalue_compass", "the_gate_product"}
ELSEWHERE |= {"a_matrix_as_memory"}
ELSEWHERE |= {"loop_and_tree", "find_what_a_unit_does"}


def test_every_page_is_held_against_the_truth():
    assert {page.file.removesuffix(".py") for page in PAGES} == COVERED | ELSEWHERE


@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
def test_the_equations_of_the_papers_are_those_of_torch(cell):
    weights = of_cell(shipped(f"intents-{cell.lower()}-small"))
    module = getattr(torch.nn, cell)(16, weights["weight_hh"].shape[1]).double()
    module.load_state_dict({f"{name}_l0": value for name, value in weights.items()})
    x = torch.randn(9, 16, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    torch.testing.assert_close(run(cell, weights, x)["h"], module(x)[0], atol=1e-12, rtol=0)


@cache
def answered(cell: str, text: str = SENTENCE, size: str = "small") -> Answered:
    sequence = task("intents").encode(text)[:, 0]
    return read(cell, shipped(f"intents-{cell.lower()}-{size}"), sequence)


def found_in(numbers: dict) -> callable:
    """What a painted number should be, by its name in the trace, its owner, its step and its unit or answer."""

    def expected(number: Number) -> float:
        if (name := number.signal.removesuffix(":size")) != number.signal:
            return numbers["", "", ""][name].shape[1]
        value = numbers[number.owner][number.signal][number.step, number.index]
        part = number.place.get("part")  # of a complex number
        value = value[int(number.place["column"])] if "column" in number.place else value
        return value.real if part == "re" else value.imag if part == "im" else value

    return expected


def in_equations(cell: str) -> set[str]:
    """What the equations of a cell and its readout name: quantities, summands, and sums before a non-linearity."""
    several = {name for name, count in SUMS[cell].items() if count > 1}
    sums = {f"{name}:sum" for name in several if not {name, f"{name}:{cell}"} & PLAIN}
    return {*SUMS[cell], *sums, *(f"{name}:{k}" for name, count in SUMS[cell].items() for k in range(count))} | {
        "p", "p:0", "p:1", "p:sum",
    }  # fmt: skip


def in_drawing(cell: str) -> set[str]:
    summed = {"h:0", "h:1", "h:2"} | ({"h:sum"} if cell == "RNN" else set())
    own = summed if cell in ("RNN", "Jordan") else set()
    own |= {"λ", "exp γ"} if cell == "LRU" else set()  # what each unit is multiplied by at every step
    sizes = {f"{name}:size" for name in ("x", *VECTORS.get(cell, ()))}
    before = {f"previous:{name}" for name in CELLS[cell][1] if name in SUMS[cell]}
    return sizes | own | before | {*SUMS[cell]} | ({"previous:h"} if "LSTM" in cell and cell != "mLSTM" else set())


@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
def test_step_through_paints_the_truth_and_marks_where_it_decides(arrive, cell):
    visitor = opened(arrive, f"/step-through?cell={cell}&text={quote(SENTENCE)}")
    looks = walk(visitor, STEPS, UNITS)
    values = answered(cell)
    check(looks, found_in(table(values)), in_equations(cell) | in_drawing(cell) | {"embedding"})
    leading = values.answers["p"].argmax(1)
    for look in looks:
        strip = [n for n in look.numbers if n.signal == "p" and "step" not in n.place and len(n.place) == 1]
        assert {n.index for n in look.numbers if n.signal == "p:sum"} == {int(leading[look.step])}
        assert len(strip) == len(STEPS) * 2 + 8 + 1
    check_where_it_decides(visitor, cell, SENTENCE)
    visitor.type_sentence("what time is it ?")
    check_where_it_decides(visitor, cell, "what time is it ?")


def check_where_it_decides(visitor, cell: str, text: str) -> None:
    shares = answered(cell, text).answers["p"]
    leads = (shares[:, shares[-1].argmax()] > 0.5).tolist()
    first = len(leads) - leads[::-1].index(False) if False in leads else 0
    marked = visitor.page.locator(".strip-column:not(.start)").evaluate_all(
        "columns => columns.map((column) => column.querySelector('.strip-decided')?.textContent ?? '')"
    )
    wanted = ["over 50% from here on" if k == first else "" for k in range(len(leads))]
    assert marked == wanted
    assert leads[-1]


@pytest.mark.parametrize(("cell", "layer", "side"), [("LSTM", 1, "backward"), ("GRU", 2, "forward")])
def test_step_through_and_states_paint_the_layer_and_direction_that_are_chosen(arrive, cell, layer, side):
    bits, name = "0 1 1 0 1 0 0 1", f"neighbour-xor-{cell.lower()}-two-3-seed0"
    link = f"?model={name}&text={quote(bits)}&layer={layer + 1}&direction={side}"
    values = read(cell, shipped(name), task("neighbour_xor").encode(bits)[:, 0])
    below = torch.cat([values.layers[layer - 1, other]["h"] for other in SIDES], 1)
    numbers = {("", "", ""): values.layers[layer, side] | values.answers | {"x": below, "embedding": values.x}}
    looks = walk(opened(arrive, f"/step-through{link}"), STEPS, UNITS)
    check(looks, found_in(numbers), in_equations(cell) | in_drawing(cell) | {"p:2", "embedding"})
    looks = walk(opened(arrive, f"/states{link}"), STEPS, UNITS)
    check(looks, found_in(numbers), set(SUMS[cell]))


@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
def test_states_paints_the_truth_and_the_mean_of_all_units(arrive, cell):
    visitor = opened(arrive, f"/states?cell={cell}&text={quote(SENTENCE)}")
    looks = walk(visitor, STEPS, UNITS)
    values, names = answered(cell), set(SUMS[cell])
    check(looks, found_in(table(values)), names)
    for signal in sorted(names):
        visitor.page.locator(f".sentence-signals [data-array={signal}]").click()
        (look,) = walk(visitor, STEPS[1:2], UNITS[1:])
        check([look], found_in(table(values)), names)
        assert sum(n.signal == signal for n in look.numbers) >= len(values.x)
    path = components(*[values.layers[0, "forward"]["h"].numpy()] * 2, 2)
    for look in looks:
        *_, whole, ring = (trace for trace in look.traces if trace["meta"]["signal"] == "h:component")
        for trace, wanted in ((whole, path), (ring, path[look.step : look.step + 1])):
            for k, axis in enumerate("xy"):
                sign = np.sign(np.dot(whole[axis], path[:, k]))
                close(np.multiply(trace[axis], sign), wanted[:, k], trace["meta"])
    named = [trace for trace in looks[-1].traces if trace["meta"]["signal"] in names]
    for trace in named:
        drawn = values.layers[0, "forward"][trace["meta"]["signal"]]
        wanted = drawn.T if trace["z"] else drawn[:, looks[-1].unit]
        close(trace["z"] or trace["y"], wanted.numpy(), trace["meta"])
    assert len(named) == 2 * len(names)
    gates = names & set("iforz")
    shares = traces_of(visitor, len(names) + 2) if gates else {}
    for gate in gates:
        opening = values.layers[0, "forward"][gate].numpy()
        places = {(np.mean(unit < 0.1), np.mean(unit > 0.9)) for unit in opening.T}
        close(sorted(zip(shares[gate]["x"], shares[gate]["y"], strict=True)), np.array(sorted(places)), gate)
    visitor.page.locator(".sentence-mean").click()  # of the signal that was chosen last
    numbers = table(values)
    numbers["", "", ""][f"{signal}:mean"] = values.layers[0, "forward"][signal].mean(1, keepdim=True)
    looks = walk(visitor, STEPS, UNITS)
    check(looks, found_in(numbers), {f"{signal}:mean", *names})
    assert sum(number.signal == f"{signal}:mean" for number in looks[0].numbers) == len(values.x)


def test_side_by_side_paints_the_truth(arrive):
    looks = walk(opened(arrive, f"/side-by-side?text={quote(SENTENCE)}&cell=GRU"), STEPS)
    numbers, final = {}, int(answered("GRU").answers["p"][-1].argmax())
    for cell in ("RNN", "LSTM", "GRU"):
        found = table(answered(cell), cell)
        h = found[cell, "", ""]["h"]
        moved = torch.diff(h, dim=0, prepend=h.new_zeros(1, h.shape[1])).square().mean(1).sqrt()
        found[cell, "", ""]["h:change"] = moved[:, None]
        if gate := {"LSTM": "f", "GRU": "z"}.get(cell):
            found[cell, "", ""]["kept"] = found[cell, "", ""][gate].mean(1, keepdim=True)
        numbers |= found
    check(looks, found_in(numbers), {"p", "h:change", "kept"})
    for trace in looks[0].traces:
        meta = trace["meta"]
        values = numbers[meta["network"], "", ""][meta["signal"]]
        wanted = values.T if trace["z"] else values[:, final if meta["signal"] == "p" else 0]
        close(trace["z"] or trace["y"], wanted.numpy(), meta)
    assert len(looks[0].traces) == 11


def test_every_station_paints_the_truth(arrive):
    visitor = opened(arrive, "/how-the-lstm-came-to-be?model=lineage-continual-reber-jordan")
    for station in STATIONS:
        if station != next(iter(STATIONS)):  # with which the page opens
            visitor.press_button("Next cell")
        visitor.page.wait_for_selector(f"h3:has-text('The cell of {station}')")
        check_station(visitor, subject_of(station))


def check_station(visitor, chosen: Subject) -> None:
    looks = walk(visitor, (0, 1, 17, 39) if chosen.cell in CLASSIC else (17, 39), (0, 6))
    numbers = table(read(chosen.cell, shipped(chosen.model.name), chosen.input()[:, 0]))
    signals = in_equations(chosen.cell) | in_drawing(chosen.cell)
    compared = (
        {"LSTM 1997": "lstm-1997", "LSTM 2000": "lstm"} if station_of(chosen) in ("LSTM 1997", "LSTM 2000") else {}
    )
    for name, file in compared.items():
        other = read(subject_of(name).cell, shipped(f"lineage-continual-reber-{file}"), chosen.input()[:, 0])
        numbers[name, "", ""] = {"max |c|": other.layers[0, "forward"]["c"].abs().amax(1)[:, None]}
        signals |= {"max |c|"}
    check(looks, found_in(numbers), signals)
    for trace in looks[0].traces:
        meta = trace["meta"]
        drawn = numbers[meta.get("network", ""), "", ""][meta["signal"]]
        close(trace["z"] or trace["y"], np.asarray(drawn.T if trace["z"] else drawn), meta)


# The other cells are stations, whose drawings and equations are those of Step through.
ALONE = ("LSTM", "ESN", "LRU", "sLSTM", "linear attention", "selective SSM", "DeltaNet β < 2")


def test_every_cell_is_painted_at_a_station_or_untrained():
    alone = {cell.partition(" β")[0] for cell in ALONE}
    assert {*rnnviz.cells.CELLS} == {"RNN", "LSTM", "GRU"} | {subject_of(name).cell for name in STATIONS} | alone


@pytest.mark.parametrize("cell", ALONE)
def test_an_untrained_cell_paints_the_truth(arrive, cell):
    name, _space, limit = cell.partition(" β")
    # Where its gates start open, an sLSTM writes less than all at some steps; a cell without such gates takes no span.
    start = {"memory_span": 3.0, "negative_eigenvalues": bool(limit)}
    chosen = rnnviz.subject("untrained", cell=name, seed=3, text=SENTENCE, **start)
    visitor = opened(arrive, f"/step-through?model={to_word(chosen.model)}&text={quote(SENTENCE)}")
    values = read(cell, doubled(chosen.network().state_dict()), chosen.input()[:, 0])
    numbers = table(values)
    numbers["", "", ""] |= (own := of_worked_step(name, numbers["", "", ""], chosen))
    wanted = in_equations(cell) | in_drawing(cell) | {"embedding", *own}
    check(walk(visitor, STEPS[:2], UNITS), found_in(numbers), wanted, cell)


def of_worked_step(cell: str, at: dict[str, torch.Tensor], chosen: Subject) -> dict[str, torch.Tensor]:
    """What the equations above a drawing, or one without the scale of m, show beside the quantities of the trace."""
    if cell == "sLSTM":
        now, before = torch.exp(at["m"]), torch.exp(at["previous:m"])
        scales = {"f": now / before, "previous:c": before, "previous:n": before} | dict.fromkeys("icn", now)
        return {f"unscaled:{name}": at[name] * scale for name, scale in scales.items()}
    if cell == "LRU":
        own = chosen.network().layers[0][0].eigenvalues().detach().abs()
        return {"size of λ": own.expand(len(at["y"]), -1)}
    rows = ("h", "previous:h", "a", "B") if cell == "selective SSM" else ("S", "previous:S", "k")
    own = {name: at[name] for name in rows if name in at}
    if cell == "selective SSM":
        constants = {name: each.detach() for name, each in chosen.network().layers[0][0].constants().items()}
        below, skip = (constants[name].expand(len(at["y"]), *constants[name].shape) for name in "AD")
        own |= {"A": below, "D": skip}
    if cell == "DeltaNet":
        own["found"] = torch.einsum("thk,tk->th", at["previous:S"], at["k"])
    return own
