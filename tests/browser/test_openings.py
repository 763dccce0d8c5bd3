"""What a click opens below an equation: products, a curve, all scores; each number recomputed from the weights."""

import pytest

from rnnviz.subjects.sizes import task
from tests.browser.painted import Number, check, opened, walk
from tests.browser.reference_networks import SIDES, of_cell, read, shipped, table
from tests.browser.test_painted_truth import answered, found_in, in_drawing, in_equations

pytestmark = pytest.mark.browser

SENTENCE = "please book a table for two at noon"
STEPS, UNITS = (1, 4), (0, 5)


def open_part(visitor, row: str, part: str) -> None:
    """Open a part of the row of equations whose first symbol is ``row``: "term 0", or its function."""
    index = {"i": 0, "f": 1, "g": 2, "o": 3, "p": -1, "h": 0, "n": 2}[row]
    rows = visitor.page.locator(".equation")
    place = rows.nth(index % rows.count())
    kind, _space, number = part.partition(" ")
    place.locator({"term": ".term", "function": ".through"}[kind]).nth(int(number or 0)).click()
    assert place.locator(".opened").count() == 1
    assert visitor.page.locator(".opened").count() == 1


def with_products(values, array: str, weight, vector, numbers: dict):
    """What is expected of the products too: of ``weight`` (rows, columns) times ``vector`` (steps, columns)."""
    plain = found_in(numbers)

    def expected(number: Number) -> float:
        source = int(number.place.get("source", -1))
        if number.signal == f"{array}:weight":
            return weight[number.index, source]
        if number.signal == f"{array}:product":
            return weight[number.index, source] * vector[number.step, source]
        return plain(number)

    return expected


# By cell: the row and the place of a summand, the block of its matrix, that matrix and the vector.
SUMMANDS = {
    "RNN": [("h", 1, 0, "weight_hh", "previous:h")],
    "LSTM": [("f", 0, 1, "weight_ih", "x"), ("o", 1, 3, "weight_hh", "previous:h")],
    "GRU": [("n", 0, 2, "weight_ih", "x")],
}


@pytest.mark.parametrize("cell", SUMMANDS)
def test_a_summand_is_the_sum_of_the_products_that_it_opens_and_so_is_the_leading_score(arrive, cell):
    visitor = opened(arrive, f"/step-through?cell={cell}&text={SENTENCE}")
    values, weights = answered(cell, SENTENCE), shipped(f"intents-{cell.lower()}-small")
    numbers, states = table(values), values.layers[0, "forward"]
    matrices = of_cell(weights)
    units = matrices["weight_hh"].shape[1]
    for row, term, block, name, factor in [*SUMMANDS[cell], ("p", 0, 0, "readout.weight", "h")]:
        open_part(visitor, row, f"term {term}")
        matrix = weights[name] if row == "p" else matrices[name].split(units)[block]
        vector = values.x if factor == "x" else states[factor]
        array = f"{row}:{term}"
        seen = walk(visitor, STEPS, UNITS)
        signals = in_equations(cell) | in_drawing(cell) | {"embedding", f"{array}:weight", f"{array}:product", factor}
        check(seen, with_products(values, array, matrix, vector, numbers), signals)
        for look in seen if row != "p" else ():
            products = [n.value for n in look.numbers if n.signal == f"{array}:product"]
            assert len(products) == matrix.shape[1]
            assert sum(products) == pytest.approx(numbers["", "", ""][array][look.step, look.unit].item(), abs=1e-4)


def test_the_score_of_one_direction_opens_into_its_products(arrive):
    text, name = "Taipei is the city that I leave from", "slots-lstm-two-1-seed0"
    visitor = opened(arrive, f"/step-through?model={name}&text={text}&direction=backward")
    visitor.page.locator(".equation").last.locator("button.term").click()
    values, weights = read("LSTM", shipped(name), task("slots").encode(text)[:, 0]), shipped(name)
    backward = values.layers[0, SIDES[1]]
    units = backward["h"].shape[1]
    numbers = {("", "", ""): backward | values.answers | {"x": values.x, "embedding": values.x}}
    expected = with_products(values, "p:1", weights["readout.weight"][:, units:], backward["h"], numbers)
    signals = in_equations("LSTM") | in_drawing("LSTM") | {"embedding", "p:1:weight", "p:1:product", "p:2"}
    check(walk(visitor, STEPS, UNITS), expected, signals)


def test_softmax_opens_into_all_scores(arrive):
    visitor = opened(arrive, f"/step-through?cell=GRU&text={SENTENCE}")
    open_part(visitor, "p", "function")
    numbers = table(answered("GRU", SENTENCE))
    powers = numbers["", "", ""]["p:sum"].exp()
    numbers["", "", ""] |= {"p:exp": powers, "p:exp:all": powers.sum(1, keepdim=True)}
    signals = in_equations("GRU") | in_drawing("GRU") | {"embedding", "p:exp", "p:exp:all"}
    looks = walk(visitor, STEPS)
    check(looks, found_in(numbers), signals, rtol=1e-4)
    assert all(sum(n.signal == "p:exp" for n in look.numbers) == 8 for look in looks)


def test_a_function_opens_into_its_curve_and_the_keyboard_closes_it(arrive):
    visitor = opened(arrive, f"/step-through?cell=LSTM&text={SENTENCE}")
    button = visitor.page.locator(".equation").nth(1).locator("button.through")
    button.focus()
    visitor.page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    visitor.page.wait_for_selector(".opened circle.dot")
    looks = walk(visitor, STEPS, UNITS)
    check(looks, found_in(table(answered("LSTM", SENTENCE))), in_equations("LSTM") | in_drawing("LSTM") | {"embedding"})
    dots = "dots => dots.map((dot) => [dot.dataset.unit, dot.getAttribute('cx'), dot.getAttribute('cy')].map(Number))"
    places = sorted(visitor.page.locator(".opened .dot").evaluate_all(dots))
    sums = answered("LSTM", SENTENCE).layers[0, "forward"]["f:sum"][STEPS[-1]].tolist()
    assert [unit for unit, *_ in places] == list(range(len(sums)))
    in_order = sorted(range(len(sums)), key=sums.__getitem__)
    assert [unit for unit, *_ in sorted(places, key=lambda place: place[1])] == in_order
    assert [unit for unit, *_ in sorted(places, key=lambda place: -place[2])] == in_order  # σ grows
    button.focus()
    visitor.page.keyboard.press("Escape")
    assert visitor.page.locator(".opened").count() == 0
    assert button.get_attribute("aria-expanded") == "false"
