"""A cell's drawing shows every quantity, and what flows along its wires computes the cell."""

from itertools import pairwise
from math import hypot, prod

import torch

from rnnviz.cells import CELLS, Box
from tests.cells.latex import FUNCTIONS
from tests.cells.variants import close, every_cell, every_variant, every_variant_with, normal

HALF_ROUND = 24


def half_of(part) -> tuple[float, float]:
    """Half the width and height of what is drawn, of a box with the gap that a wire leaves before it."""
    return (part.size[0] / 2 + 2, part.size[1] / 2 + 2) if isinstance(part, Box) else (HALF_ROUND, HALF_ROUND)


def touches(part, point) -> bool:
    """Whether ``point`` is at the rim of a box or an operation (or inside it)."""
    dx, dy = abs(part.at[0] - point[0]), abs(part.at[1] - point[1])
    half = half_of(part)
    return (dx <= half[0] and dy <= half[1]) if isinstance(part, Box) else hypot(dx, dy) <= HALF_ROUND


def on_wire(wire, point) -> bool:
    return any(
        min(a[0], b[0]) <= point[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= point[1] <= max(a[1], b[1])
        for a, b in pairwise(wire.points)
    )


def parts(diagram):
    return [*diagram.boxes, *diagram.operations]


def part_at(diagram, point):
    return next((part for part in parts(diagram) if touches(part, point)), None)


def source(diagram, wire):
    """The box or operation that a wire comes from, along the wire it branches off if it does."""
    part = part_at(diagram, wire.points[0])
    if part is not None:
        return part
    trunk = next(other for other in diagram.wires if other is not wire and on_wire(other, wire.points[0]))
    return source(diagram, trunk)


def incoming(diagram, part):
    return [wire for wire in diagram.wires if touches(part, wire.points[-1])]


@every_variant_with("bias", [True, False])
def test_every_box_shows_a_signal_that_exists(name, options, bias):
    cell = CELLS[name](3, 4, bias=bias, **options)
    state = cell.initial_state(2)
    step = cell(torch.zeros(2, 3), state)
    terms = {key: len(parts.terms) for key, parts in cell.summands(torch.zeros(2, 3), state, step).items()}
    existing = {"x", *step, *(f"previous:{key}" for key in cell.state)}
    existing |= {f"{key}:{k}" for key, count in terms.items() for k in [*range(count), "sum"]}
    assert {box.signal for box in cell.diagram.boxes} <= existing


def read_by(name):
    """The states that a step of this cell starts from: a change of any other one changes nothing."""
    cell = CELLS[name](3, 4, generator=torch.Generator().manual_seed(0))
    state = cell.initial_state(1)
    before = cell(torch.ones(1, 3), state)
    for key in cell.state:
        after = cell(torch.ones(1, 3), state | {key: state[key] + 1})
        if any(not torch.equal(before[quantity], after[quantity]) for quantity in before):
            yield key


@every_cell
def test_every_quantity_input_and_state_that_is_read_has_exactly_one_box(name):
    cell = CELLS[name]
    shown = [box.signal for box in cell.diagram.boxes]
    assert len(set(shown)) == len(shown)
    assert {"x", *cell.quantities, *(f"previous:{key}" for key in read_by(name))} <= set(shown)


def activations(name):
    cell = CELLS[name](3, 4)
    x, state = torch.zeros(1, 3), cell.initial_state(1)
    return {key: part.activation for key, part in cell.summands(x, state, cell(x, state)).items()}


@every_cell
def test_the_label_and_activation_of_a_box_are_those_of_its_quantity(name):
    cell = CELLS[name]
    for box in cell.diagram.boxes:
        if box.signal in cell.quantities:
            assert box.label == cell.quantities[box.signal].symbol
            if box.kind == "gate":
                words = {"": "", r"\sigma": "σ", r"\tanh": "tanh", r"4 \sigma - 2": "4σ−2", r"\exp": "exp"}
                words |= {r"\ln \sigma": "ln σ", r"\operatorname{scaled}": "1/√K"}
                words |= {rf"\operatorname{{{word}}}": word for word in ("g", "unit", "softplus")}
                assert box.activation == words[activations(name)[box.signal]]
        elif box.signal.startswith("previous:"):
            assert box.label == f"{box.signal[-1]}_t−1"


@every_cell
def test_everything_lies_within_the_view_and_nothing_overlaps(name):
    diagram = CELLS[name].diagram
    width, height = diagram.size
    x, y, w, h = diagram.frame
    assert 0 <= x < x + w <= width
    assert 0 <= y < y + h <= height
    for part in parts(diagram):
        half = half_of(part)
        assert half[0] <= part.at[0] <= width - half[0]
        assert half[1] <= part.at[1] <= height - half[1]
        assert [other for other in parts(diagram) if touches(other, part.at)] == [part]
    for wire in diagram.wires:
        assert all(0 <= px <= width and 0 <= py <= height for px, py in wire.points)


@every_cell
def test_wires_run_straight_and_join_boxes_operations_or_other_wires(name):
    diagram = CELLS[name].diagram
    for wire in diagram.wires:
        assert len(wire.points) >= 2
        for a, b in pairwise(wire.points):
            assert (a[0] == b[0]) != (a[1] == b[1])
        others = [other for other in diagram.wires if other is not wire]
        assert part_at(diagram, wire.points[0]) or any(on_wire(other, wire.points[0]) for other in others)
        end = part_at(diagram, wire.points[-1])
        assert (end is not None) == wire.arrow
        assert end or any(on_wire(other, wire.points[-1]) for other in others)


@every_cell
def test_no_wire_runs_behind_a_box_or_an_operation_on_its_way(name):
    diagram = CELLS[name].diagram
    for wire in diagram.wires:
        ends = [part_at(diagram, wire.points[0]), part_at(diagram, wire.points[-1])]
        for part in parts(diagram):
            half = half_of(part)
            crossed = [
                all(
                    min(a[axis], b[axis]) <= part.at[axis] + half[axis]
                    and max(a[axis], b[axis]) >= part.at[axis] - half[axis]
                    for axis in (0, 1)
                )
                for a, b in pairwise(wire.points)
            ]
            assert part in ends or not any(crossed)


@every_cell
def test_every_box_and_operation_is_connected(name):
    diagram = CELLS[name].diagram
    sources = [source(diagram, wire) for wire in diagram.wires]
    for part in parts(diagram):
        given = isinstance(part, Box) and (part.kind == "input" or part.signal.startswith("previous:"))
        assert bool(incoming(diagram, part)) != given
        if not (isinstance(part, Box) and part.signal in (*CELLS[name].state, CELLS[name].output)):
            assert part in sources


@every_cell
def test_wires_light_up_in_the_order_of_computation(name):
    diagram = CELLS[name].diagram
    assert {wire.order for wire in diagram.wires} == set(range(1 + max(wire.order for wire in diagram.wires)))
    for wire in diagram.wires:
        assert all(earlier.order < wire.order for earlier in incoming(diagram, source(diagram, wire)))


def times(*factors):
    """Element by element; of a single number and a matrix, all of it."""
    most = max(factor.ndim for factor in factors)
    return prod(factor[..., None] if factor.ndim < most else factor for factor in factors)


@every_variant
def test_what_flows_along_the_wires_is_what_the_cell_computes(name, options, rng):
    cell = CELLS[name](3, 4, bias=False, generator=rng, dtype=torch.float64, **options)
    x, state = (
        normal(rng, 2, 3),
        {key: normal(rng, *zero.shape, dtype=zero.dtype) for key, zero in cell.initial_state(2).items()},
    )
    with torch.no_grad():
        step = cell(x, state)
        parts = cell.summands(x, state, step)
    known = {f"previous:{key}": value for key, value in state.items()} | {"x": x}
    known |= {f"{key}:{k}": term.value for key, (terms, _) in parts.items() for k, term in enumerate(terms)}
    known |= {box.signal: step[box.signal] for box in cell.diagram.boxes if box.kind == "gate" and box.signal in step}
    activation = parts["h"].activation

    def value(part):
        if isinstance(part, Box) and part.signal in known:
            return known[part.signal]
        inputs = [value(source(cell.diagram, wire)) for wire in incoming(cell.diagram, part)]
        if isinstance(part, Box):
            (inputs,) = inputs
            return inputs
        operation = {
            "+": lambda *a: sum(a),
            "×": times,
            "1−": lambda a: 1 - a,
            "λ": lambda a: cell.eigenvalues() * a,
            "B": lambda a: torch.complex(a @ cell.B_re.T, a @ cell.B_im.T),
            "exp γ": lambda a: torch.exp(cell.gamma) * a,
            "C": lambda a: a @ torch.complex(cell.C_re, cell.C_im).T,
            "Re": lambda a: a.real,
            "D": lambda a: cell.D * a if cell.D.ndim == 1 else a @ cell.D.T,
            "1−a²": lambda a: 1 - a**2,
            "√": torch.sqrt,
            "−": lambda a, b: a - b,
            "⊗": lambda column, row: torch.einsum("bi,bj->bij", column, row),
            "·": lambda a, b: torch.einsum("bij,bj->bi", *sorted((a, b), key=lambda value: -value.ndim)),
            "tanh": torch.tanh,
            "÷": lambda a, b: a / b,
            "|·|": lambda a, b: (a * b).sum(-1, keepdim=True).abs(),
            "e⁻ᵐ": lambda a: torch.exp(-a),
            "max": torch.maximum,
            "2σ−1": lambda a: 2 / (1 + torch.exp(-a)) - 1,
            "μ": lambda a: cell.decay * a,
            "α": lambda a: cell.leak * a,
            "1−α": lambda a: (1 - cell.leak) * a,
            "f": lambda a: FUNCTIONS[activation](a) if activation else a,
        }[part.symbol]
        return operation(*inputs)

    for box in cell.diagram.boxes:
        if box.kind == "state" and box.signal in step:
            close(value(box), step[box.signal])
