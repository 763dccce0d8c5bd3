"""What is said of a gradient on its way back, computed once more: by autograd, on networks unrolled by hand."""

import copy
import itertools
import math
import re

import numpy as np
import pytest
import torch

from rnnviz.app.gradient_runs import curves, reaching
from rnnviz.app.panels import gradient_lines, gradient_map
from rnnviz.app.panels.gradient_claims import SHORT, beyond_the_gates, of_forgetting, openness, said, verdict
from rnnviz.cells import NONLINEARITIES, TRIO
from rnnviz.studies.cell_comparison import UNITS, family
from rnnviz.subjects import Subject
from rnnviz.subjects.limits import MAX_BIAS
from rnnviz.trace import Signal
from tests.app.fresh_networks import cells, linear, on_noise
from tests.gradients.unrolled import STEP, derivative
from tests.intents import intents

every_cell = pytest.mark.parametrize("cell", TRIO)
NUMBER = r"([\d.]+(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)"


def value(written: str) -> float:
    return float(written.replace("×10", "e").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))


def sizes_by_autograd(subject: Subject) -> np.ndarray:
    """log10 of ||dL/dS_t||, S cut between steps, of a push of length 1 on the last h; -inf for none."""
    network, x, states = subject.network(), subject.input(), []
    cell = copy.deepcopy(network.layers[0][0]).requires_grad_(False)
    state = {name: torch.zeros(1, UNITS, dtype=torch.float64) for name in cell.state}
    for x_t in x:
        step = STEP[subject.cell](cell, x_t, state)
        state = {name: step[name].clone().requires_grad_() for name in cell.state}
        states.append(state)
    loss = states[-1]["h"].sum() / math.sqrt(UNITS)
    gradients = torch.cat([derivative(loss, [each[name] for each in states]) for name in cell.state], -1)[:, 0].numpy()
    largest = np.abs(gradients).max(1)
    with np.errstate(divide="ignore"):
        return np.log10(largest) + np.log10(np.linalg.norm(gradients / np.where(largest, largest, 1)[:, None], axis=1))


def check(words: str, cell: str, sizes: np.ndarray) -> None:
    """That ``words`` are true of the sizes."""
    assert words.startswith(cell)
    reached = np.isfinite(sizes)
    there = sizes[len(sizes) - int(np.argmin(np.append(reached[::-1], False))) :]
    if further := re.fullmatch(r"(.*), and reaches no further than (\d+) steps", words):
        words = further[1]
        assert int(further[2]) == len(there) - 1 < len(sizes) - 1
    else:
        assert len(there) == len(sizes) or words == f"{cell} reaches no earlier step"
    seen = there[-1] - there[0]
    if words == f"{cell} reaches no earlier step":
        assert len(there) == 1
    elif words == f"{cell} hardly changes":
        assert abs(10**seen - 1) < 0.013
    elif factor := re.fullmatch(rf"{cell} × {NUMBER} over (\d+) steps", words):
        assert int(factor[2]) == len(there) - 1
        assert value(factor[1]) == pytest.approx(10**-seen, rel=0.006)
    elif left := re.fullmatch(rf"{cell} keeps {NUMBER} over (\d+) steps", words):
        assert int(left[2]) == len(there) - 1
        assert value(left[1]) == pytest.approx(10**-seen, rel=0.051)
        assert seen > 0
    else:
        rate = re.fullmatch(rf"{cell} ([÷×]) 10 every {NUMBER} steps", words)
        assert rate, words
        assert len(there) >= 20
        slope = np.polyfit(np.arange(len(there)), there, 1)[0]
        assert value(rate[2]) == pytest.approx(1 / abs(slope), rel=0.051)
        assert (rate[1] == "÷") == (slope > 0)
        assert value(rate[2]) <= 1.06 * len(there)  # no rate that would take longer than was seen


LENGTHS, RADII, STARTS = (10, 20, 60), (0.0, 0.3, 0.9, 1.0, 1.5, 5.0), ("default", "orthogonal", "identity")


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
def test_every_word_about_an_rnn_is_true_at_every_setting_of_its_knobs(nonlinearity, length):
    for radius, start in itertools.product(RADII, STARTS):
        subject = on_noise("RNN", length, radius, nonlinearity, start=start, seed=length)
        check(verdict(subject), "RNN", sizes_by_autograd(subject))


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
def test_every_word_about_a_gated_cell_is_true_at_every_setting_of_its_knobs(cell, length):
    # Each length has every other pair of them, in turn.
    pairs = [*itertools.product(RADII, (-MAX_BIAS, -2.0, 0.0, 2.0, MAX_BIAS))]
    for radius, bias in pairs[LENGTHS.index(length) % 2 :: 2]:
        start = STARTS[int(radius * 10 + bias) % 3]
        subject = on_noise(cell, length, radius, forget_bias=bias, start=start, seed=3)
        check(verdict(subject), cell, sizes_by_autograd(subject))


@pytest.mark.parametrize("radius", [0.3, 0.9, 5.0])
@pytest.mark.parametrize("bias", [-2.0, 0.0, 1.0, 2.0])
@pytest.mark.parametrize("length", [10, 60])
def test_the_sentence_about_the_forget_gate_has_the_numbers_of_two_networks_and_claims_what_they_show(
    radius, bias, length
):
    told = of_forgetting(cells(length=length, radius=radius, forget_bias=bias), bias)
    lead, openings = re.fullmatch(r"(.*): (bias .*)\.", told).groups()
    lost = []
    for words, at in zip(openings.split("; "), sorted({bias, 0.0 if bias > 0 else 2.0})[::-1], strict=True):
        subject = on_noise("LSTM", length, radius, forget_bias=at)
        forget = []
        cell, state = (
            subject.network().layers[0][0],
            {name: torch.zeros(1, UNITS, dtype=torch.float64) for name in "hc"},
        )
        for x_t in subject.input():
            state = STEP["LSTM"](cell, x_t, state)
            forget.append(float(state["f"].detach().mean()))
        name = f"bias {at:g} (open by {np.mean(forget):.2f})".replace("-", "−")
        assert words.startswith(name)
        sizes = sizes_by_autograd(subject)
        check(words.replace(name, "LSTM"), "LSTM", sizes)
        lost.append(sizes[-1] - sizes[0])
    shown = lost[1] > 1 and lost[1] > lost[0]  # the less open one loses more than a tenth, and more than the other
    assert lead.startswith("An LSTM keeps its gradient only if" if shown else "The LSTM by the bias of")


def test_at_the_pages_own_start_an_open_gate_keeps_and_torchs_own_bias_fades_faster_than_the_rnn():
    told = of_forgetting(cells(length=100), 2.0)
    lost, faded = map(float, re.search(rf"keeps {NUMBER} over 99 steps; .* ÷ 10 every {NUMBER} steps", told).groups())
    rnn = float(re.search(rf"every {NUMBER} steps", verdict(on_noise("RNN")))[1])
    assert 1 / lost < 10 < 10 ** (99 / rnn)
    assert faded < rnn
    assert told.startswith("An LSTM keeps its gradient only if its forget gate stays open: bias 2 (open by 0.88) keeps")


@pytest.mark.parametrize("weights", ["trained", "fresh"])
def test_of_a_sentence_it_is_said_how_open_the_gate_is(weights):
    lstm = intents("LSTM", weights=weights)
    told = of_forgetting(family(intents("GRU", weights=weights)), None)
    gru = openness(intents("GRU", weights=weights))
    kept = f"LSTM: {openness(lstm):.2f}; GRU: {gru:.2f}"
    assert told == f"So much of the state is kept from step to step, on average: {kept}."


@every_cell
@pytest.mark.parametrize("knobs", [{}, {"radius": 0.0}, {"length": 10}, {"radius": 1.5, "seed": 4}])
def test_the_last_row_of_the_map_is_the_curve_that_the_words_are_about(cell, knobs):
    subject = on_noise(cell, **{"length": 40} | knobs)
    np.testing.assert_allclose(gradient_map.matrix(subject).values[-1], reaching(subject).values, atol=1e-6)
    np.testing.assert_allclose(reaching(subject).values, sizes_by_autograd(subject), atol=1e-6)


@every_cell
@pytest.mark.parametrize("weights", ["trained", "fresh"])
def test_so_it_is_for_a_sentence_whose_loss_is_that_of_its_final_answer_at_each_step(cell, weights):
    answer = intents(cell, text="what is the weather in Taipei tomorrow ?", weights=weights)
    found, network, x = gradient_map.matrix(answer).values, copy.deepcopy(answer.network()), answer.input()
    np.testing.assert_allclose(found[-1], reaching(answer).values, atol=1e-9)
    final = network(x).argmax(-1)
    for t in (0, 3, len(x) - 1):  # a sentence that ends there, with the same answer asked for
        with torch.enable_grad():
            cell_ = network.double().layers[0][0]
            state = {name: torch.zeros(1, cell_.hidden_size, dtype=torch.float64) for name in cell_.state}
            states = []
            for x_t in network.embed(x)[: t + 1]:
                step = STEP[cell](cell_, x_t, state)
                state = {name: step[name].clone().requires_grad_() for name in cell_.state}
                states.append(state)
            loss = -network.readout(state["h"]).log_softmax(-1)[0, final]
            parts = [derivative(loss.sum(), [each[name] for each in states]) for name in cell_.state]
        expected = np.log10(np.linalg.norm(torch.cat(parts, -1)[:, 0].numpy(), axis=1))
        np.testing.assert_allclose(found[t, : t + 1], expected, atol=1e-3)  # the networks themselves are float32


@pytest.mark.parametrize("radius", [0.05, 0.3, 0.9, 0.99, 1.05, 1.5, 3.0, 5.0])
@pytest.mark.parametrize("length", [SHORT, 30, 300])
def test_a_linear_orthogonal_rnn_changes_tenfold_in_exactly_one_over_the_logarithm_of_its_radius(radius, length):
    words, steps = verdict(linear(radius, length=length)), 1 / abs(math.log10(radius))
    sign = "÷" if radius < 1 else "×"
    if steps <= length:
        told, right = re.fullmatch(rf"RNN {sign} 10 every {NUMBER} steps", words), steps
    else:
        told = re.fullmatch(rf"RNN {'keeps' if radius < 1 else '×'} {NUMBER} over {length - 1} steps", words)
        right = radius ** (length - 1)
    assert value(told[1]) == pytest.approx(right, rel=0.05)


@pytest.mark.parametrize("start", ["orthogonal", "identity"])
@pytest.mark.parametrize("length", [2, SHORT - 1, SHORT, 500])
def test_a_linear_rnn_of_radius_one_hardly_changes(start, length):
    assert verdict(linear(1.0, start=start, length=length)) == "RNN hardly changes"


@pytest.mark.parametrize("radius", [0.05, 0.5, 0.9, 1.6, 5.0])
@pytest.mark.parametrize("length", [2, 3, 5, SHORT - 1])
def test_of_a_short_run_only_the_factor_that_was_seen_is_told(radius, length):
    found = re.fullmatch(rf"RNN (keeps|×) {NUMBER} over {length - 1} steps", verdict(linear(radius, length=length)))
    assert value(found[2]) == pytest.approx(radius ** (length - 1), rel=0.051 if radius < 1 else 0.005)
    assert (found[1] == "keeps") == (radius < 1)


def test_only_the_steps_that_something_reaches_are_counted():
    sizes = np.full(60, -np.inf)
    sizes[-3:] = [-2.0, -1.0, 0.0]
    signal = Signal("h", ("time",), sizes, kind="gradient")
    assert said("GRU", signal) == "GRU keeps 0.010 over 2 steps, and reaches no further than 2 steps"
    sizes[-30:] = np.linspace(-2.9, 0, 30)
    assert said("GRU", signal) == "GRU ÷ 10 every 10 steps, and reaches no further than 29 steps"


def test_an_lstm_of_radius_zero_still_has_its_way_through_c():
    subject = on_noise("LSTM", radius=0.0, length=60)
    assert not np.isfinite(curves(subject)["h"].values[:-1]).any()
    assert re.fullmatch(rf"LSTM ÷ 10 every {NUMBER} steps", verdict(subject))
    assert "nothing reaches" not in gradient_lines.bounds(subject, span=6)["title"]
    assert verdict(subject.with_(cell="RNN")) == "RNN reaches no earlier step"


@every_cell
def test_one_word_has_a_gradient_but_no_slope(cell):
    assert verdict(intents(cell, text="play")) == f"{cell}: one step, nothing to go back through"


@every_cell
@pytest.mark.parametrize("bias", [-MAX_BIAS, -2.0, 2.0, MAX_BIAS])
def test_a_number_of_steps_is_written_out_in_digits(cell, bias):
    assert "e+" not in verdict(on_noise(cell, 500, 0.9, forget_bias=bias))


def test_that_an_lstm_keeps_more_than_its_forget_gates_is_told_where_it_does():
    subject = on_noise("LSTM", 100, 0.9, forget_bias=2.0)
    sizes, gates = sizes_by_autograd(subject), subject.trace().layers[0]["f"].values
    told = beyond_the_gates({"LSTM": subject})
    alone, left = (value(number) for number in re.search(rf"leave {NUMBER} .* keeps {NUMBER}:", told).groups())
    assert alone == pytest.approx(gates.mean() ** 99, rel=0.5)  # of a mean that is written in two digits
    assert left == pytest.approx(10 ** (sizes[0] - sizes[-1]), rel=0.06)
    assert "drops at the loss" in told
    shut = on_noise("LSTM", 100, 0.9, forget_bias=-4.0)
    assert beyond_the_gates({"LSTM": shut}) == beyond_the_gates({}) != told
