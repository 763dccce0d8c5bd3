"""What the scenes of Start here paint is true: recomputed from the weights by torch alone, scene by scene."""

import math
import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import torch
from torch import Tensor

from rnnviz.studies import first_story
from rnnviz.studies.cell_comparison import fresh
from rnnviz.subjects.sizes import task
from rnnviz.tasks.tokens import tokenize
from tests.browser import reference_gradients, reference_memory
from tests.browser.painted import NAMELESS, Number, _number, agrees
from tests.browser.reference_cells import CELLS
from tests.browser.reference_networks import Answered, doubled, of_cell, read, shipped
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

QUESTION, PAIR = first_story.QUESTION["en"], dict(zip(("arrive", "leave"), first_story.PAIR["en"], strict=True))
SHOWN = """() => [...document.querySelectorAll('.stage-frame:not([hidden]) [data-value]')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .map((one) => ({ place: { ...one.dataset }, text: one.textContent, title: '' }))"""


def painted(visitor: Visitor) -> list[Number]:
    assert not visitor.page.evaluate(NAMELESS)
    numbers = [_number(seen, 0) for seen in visitor.page.evaluate(SHOWN)]
    assert numbers
    return numbers


def check(numbers: list[Number], expected: Callable, signals: set[str], tolerance: float = 2e-5) -> None:
    """All are as expected and written as they are, none of ``signals`` is missing, and no other is there."""
    for number in numbers:
        wanted = expected(number)
        assert np.isclose(number.value, wanted, rtol=tolerance, atol=tolerance), (number, wanted)
        assert number.text == "" or agrees(number), number
    assert {number.signal for number in numbers} == signals


def scene(arrive: Callable[..., Visitor], at: int) -> Visitor:
    visitor = arrive(f"/?scene={at}", own_tab=True, ready=False)
    visitor.page.emulate_media(reduced_motion="reduce")
    visitor.go(f"/?scene={at}")
    return visitor


@cache
def reader() -> Answered:
    return read("RNN", shipped("intents-rnn-small"), task("intents").encode(QUESTION)[:, 0])


def of_reader(number: Number) -> float:
    known = reader().layers[0, "forward"] | reader().answers
    return float(known[number.signal][number.step, number.index])


def test_the_loop_and_the_tanh_paint_the_truth(arrive):
    visitor = scene(arrive, 1)
    words = visitor.page.locator(".loop-column.pressable")
    signals, units = {"h", "h:0", "h:1", "h:2", "h:sum", "p"}, reader().layers[0, "forward"]["h"].shape[1]
    for step in (0, 3):
        words.nth(step).press("Enter")
        numbers = painted(visitor)
        check(numbers, of_reader, signals)
        assert sum(number.signal == "h" for number in numbers) == units * (words.count() + 1) + 1
        dots = visitor.page.locator(".loop-curve .dot").evaluate_all(
            "all => all.map((one) => [one.dataset.unit, one.dataset.step, one.cx.baseVal.value, one.cy.baseVal.value])"
        )
        sums = {int(unit): float(reader().layers[0, "forward"]["h:sum"][step, int(unit)]) for unit, *_ in dots}
        across = np.array([[sums[int(unit)], x] for unit, _step, x, _y in dots])
        down = np.array([[math.tanh(sums[int(unit)]), y] for unit, _step, _x, y in dots])
        for places, sign in ((across, 1), (down, -1)):  # places on the drawing are linear in the numbers
            assert sign * np.corrcoef(places.T)[0, 1] > 1 - 1e-6
        assert {step_ for _unit, step_, *_ in dots} == {str(step)}


@cache
def word_effects() -> tuple[np.ndarray, np.ndarray]:
    """Of each word of the question, Var(h_t | the other words stay) / Var(h_t), and its standard error."""
    weights, ids = shipped("intents-rnn-small"), task("intents").encode(QUESTION)
    a, b = first_story.reader("en").draws()
    words, pairs = weights["embedding.weight"], a.shape[1]

    def states(ids: Tensor) -> Tensor:
        return reference_memory.states("RNN", weights, words[ids])

    apart = (states(a) - states(b)).square().sum(-1)
    shares, errors = [], []
    for k in range(len(ids)):
        both = ids.expand(-1, 2 * pairs).clone()
        both[k] = torch.cat([a[k], b[k]])
        h = states(both)
        moved = (h[:, :pairs] - h[:, pairs:]).square().sum(-1)
        ratio = moved.sum(1) / apart.sum(1)
        spread = (moved - ratio[:, None] * apart).square().sum(1)
        shares.append(ratio)
        errors.append((spread * pairs / (pairs - 1)).sqrt() / apart.sum(1))
    return torch.stack(shares, 1).numpy(), torch.stack(errors, 1).numpy()


def test_the_discs_paint_the_truth(arrive):
    effects, errors = word_effects()
    tables = {"effect": effects, "effect:error": errors, "effect:share": effects / effects.sum(1, keepdims=True)}

    def expected(number: Number) -> float:
        if number.signal == "p":
            return of_reader(number)
        return float(tables[number.signal][number.step, int(number.place["source"])])

    visitor = scene(arrive, 2)
    columns = visitor.page.locator(".mixture-column")
    for step in (1, columns.count() - 1):
        columns.nth(step).press("Enter")
        numbers = painted(visitor)
        check(numbers, expected, {"p", *tables}, 2e-4)
        told = {int(number.place["source"]) for number in numbers if number.signal == "effect"}
        assert told == set(range(step + 1))


@cache
def occurrences() -> dict[str, np.ndarray]:
    """How often each word of the training sentences has each role."""
    learnt, found = task("slots"), {}
    for sentence in learnt.training_sentences:
        for word, role in zip(tokenize(sentence.text), sentence.roles, strict=True):
            found.setdefault(word.lower(), np.zeros(len(learnt.labels)))[learnt.labels.index(role)] += 1
    return found


def test_words_in_order_and_alone_paint_the_truth(arrive):
    visitor = scene(arrive, 3)
    weights, learnt = shipped("slots-rnn-one-1-seed0"), task("slots")
    shuffle = visitor.page.locator(".order .scene-button").first
    for order in range(3):
        if order:
            shuffle.click()
        shown = visitor.page.locator(".order-words").evaluate_all(
            "rows => rows.map((row) => [...row.querySelectorAll('.order-word')].map((one) => one.textContent))"
        )
        answers, right = {}, {}
        for name, words in zip(PAIR, shown, strict=True):
            assert sorted(words) == sorted(tokenize(PAIR[name]))
            answers[name] = read("RNN", weights, learnt.encode(" ".join(words))[:, 0]).answers["p"]
            right[name] = read("RNN", weights, learnt.encode(PAIR[name])[:, 0]).answers["p"]

        def expected(number: Number, answers=answers) -> float:
            name = number.place["network"]
            if number.signal == "p":
                return float(answers[name][number.step, number.index])
            counts = occurrences()[tokenize(PAIR[name])[number.step].lower()]
            return float(counts[number.index] / counts.sum())

        check(painted(visitor), expected, {"p", "alone"})
        changed = 0
        for name, words in zip(PAIR, shown, strict=True):
            leading = dict(zip(tokenize(PAIR[name]), right[name].argmax(1).tolist(), strict=True))
            changed += sum(
                leading[word] != now for word, now in zip(words, answers[name].argmax(1).tolist(), strict=True)
            )
        said = visitor.page.locator(".order-said").inner_text()
        assert order == 0 or re.findall(r"\d+", said) == [str(changed), str(sum(map(len, shown)))]


def test_the_true_curves_and_the_distance_of_a_guess_are_true(arrive):
    visitor = scene(arrive, 4)
    page = visitor.page
    page.locator(".guess-point[tabindex='0']").press("PageUp")
    guesses = [int(one.get_attribute("aria-valuenow")) / 100 for one in page.locator(".guess-point").all()]
    page.locator(".guess .scene-button").click()
    curves = {}
    for cell in ("RNN", "LSTM"):
        weights = shipped(f"recall-{cell.lower()}-seed0")
        curves[cell] = reference_memory.effects(cell, weights, *first_story.recaller(cell).draws())[0]
    steps = len(curves["RNN"])
    guessed = np.interp(np.arange(steps), np.linspace(0, steps - 1, len(guesses)), guesses)

    def expected(number: Number) -> float:
        curve = curves[number.place["network"]][:, 0]
        return float(np.abs(curve - guessed).mean() if number.signal == "guess:off" else curve[number.step])

    numbers = painted(visitor)
    for number in numbers:
        assert np.isclose(number.value, expected(number), atol=2e-4), (number, expected(number))
        shown = number.text.replace("%", "")
        assert not shown or shown == f"{100 * number.value:.0f}"
    assert {number.signal for number in numbers} == {"effect", "guess:off"}
    for cell, path in zip(curves, page.locator(".guess-truth").all(), strict=True):
        points = np.array(re.findall(r"([\d.]+),([\d.]+)", path.get_attribute("d")), dtype=float)
        assert len(points) == steps
        assert -np.corrcoef(points[:, 1], curves[cell][:, 0])[0, 1] > 1 - 1e-4 or cell == "LSTM"


def test_the_pulse_paints_the_true_gradient_at_every_radius(arrive):
    visitor = scene(arrive, 5)
    slider = visitor.page.locator(".pulse input")
    for chosen in (4, 0, 25):
        slider.fill(str(chosen))
        radius = first_story.RADII[chosen]
        subject = fresh("RNN", first_story.LENGTH, first_story.PULSE_SEED, spectral_radius=radius)
        weights = doubled(subject.network().state_dict())
        recurrent = of_cell(weights)["weight_hh"]
        assert float(torch.linalg.eigvals(recurrent).abs().max()) == pytest.approx(radius, rel=1e-5)
        sizes = reference_gradients.curves("RNN", of_cell(weights), subject.input()[:, 0].double())["h"]
        sizes = sizes - sizes[-1]
        numbers = painted(visitor)
        for number in numbers:
            known = {"radius": radius, "log10 dL/dh": sizes[number.step]}
            if number.signal == "factor":
                known["factor"] = 10 ** (sizes[number.step] - sizes[number.step + 1])
                assert number.text == f"×{number.value:.2f}"
            assert np.isclose(number.value, known[number.signal], rtol=1e-4, atol=1e-4), (number, known)
        assert sum(number.signal == "factor" for number in numbers) == first_story.LENGTH - 1
        told = visitor.page.locator(".pulse-verdict b").inner_text()
        sign, figure, power = re.fullmatch(r"([×÷]) ([\d.,]+)(?:×10([⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", told).groups()
        power = int("".join(str("⁰¹²³⁴⁵⁶⁷⁸⁹".index(digit)) for digit in power or "⁰"))
        size = math.log10(float(figure.replace(",", ""))) + power
        assert np.isclose(size if sign == "×" else -size, sizes[0], atol=0.03)


def test_the_held_gate_paints_the_truth(arrive):
    visitor = scene(arrive, 6)
    weights, subject = shipped("recall-lstm-seed0"), first_story.recaller()
    step_of, names = CELLS["LSTM"]
    for button, value in enumerate(first_story.HOLDS.values()):
        visitor.page.locator(".gate-hold").nth(button).click()
        state = {name: torch.zeros(subject.units, dtype=torch.float64) for name in names}
        gates = []
        for x_t in weights["embedding.weight"][subject.input()[:, 0]]:
            step = step_of(of_cell(weights), x_t, state)
            if value is not None:
                c = value * state["c"] + step["i"] * step["g"]
                step |= {"f": torch.full_like(c, value), "c": c, "h": step["o"] * torch.tanh(c)}
            state = {name: step[name] for name in names}
            gates.append(step["f"].mean())
        p = (weights["readout.weight"] @ state["h"] + weights["readout.bias"]).softmax(-1)

        def expected(number: Number, gates=gates, c=state["c"], p=p) -> float:
            known = {"c": c, "p": p, "f:average": [sum(gates) / len(gates)], "f:mean": gates}
            return float(known[number.signal][number.step if number.signal == "f:mean" else number.index])

        numbers = painted(visitor)
        check(numbers, expected, {"c", "p", "f:mean"} | ({"f:average"} if value is None else set()), 1e-4)
        assert sum(number.signal == "c" for number in numbers) == subject.units
