"""Titles about one sentence: each says what the networks answer, recomputed here, and none claims what it cannot."""

import html
import itertools
import re
from functools import partial

import numpy as np
import pytest

import rnnviz
from rnnviz.answers import settling
from rnnviz.app import results
from rnnviz.app.comparison import together
from rnnviz.app.page import percent
from rnnviz.app.panels import (
    answer_claims,
    deciding,
    hold_claims,
    mechanism_claims,
    network_views,
    states_compared,
    worked_step,
)
from rnnviz.app.panels.cell_diagram import diagram, drawing_of
from rnnviz.app.results import FIRST
from rnnviz.app.stage.board import Board
from rnnviz.cells import CELLS, CLASSIC, TRIO
from rnnviz.figures import style
from rnnviz.subjects.sizes import SIZES, task
from rnnviz.trace import Signal
from tests.app.sent import unpack
from tests.intents import intents
from tests.torch_alone import shares

TEXTS = [
    *task("intents").examples[::3],
    *(sentence.text for sentence in task("intents").test_sentences[::97]),
    "zorgle frob blick",
    "?",
    "rain " * 60,
    "<b>time</b> & {answer}",
]
NAMES = [task("intents").label_text(label) for label in task("intents").labels]


def said_answers(text: str) -> list[str]:
    return re.findall("<b>(.*?)</b>", text)


def told_percents(text: str) -> list[str]:
    return re.findall(r"\(?((?:> )?[\d.]+%)", html.unescape(re.sub("<bdi>.*?</bdi>", "", text)))


@pytest.mark.parametrize(
    ("cell", "size", "weights"),
    [
        *((cell, "small", "trained") for cell in TRIO),
        ("GRU", "large", "trained"),
        *((c, "small", "fresh") for c in CLASSIC),
    ],
)
def test_the_title_of_step_through_tells_the_leading_answer_and_whether_it_is_one(cell, size, weights):
    for text in TEXTS:
        subject = intents(cell, size, text, weights, seed=5)
        said, last = answer_claims.intent(subject), shares(subject)[-1]
        assert said_answers(said) == [NAMES[last.argmax()]]
        assert told_percents(said) == []
        assert ("guess" in said) == (weights == "fresh")
        assert (" and answers: " in said) == (weights == "trained" and last.max() > 0.5)
        assert ("is not sure" in said) == (weights == "trained" and last.max() <= 0.5)
        assert cell in said
        assert not re.search("<(?!/?b>|/?bdi>)", said)


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell not in CLASSIC])
def test_of_an_untrained_newer_cell_the_title_tells_what_it_does_to_its_state_at_the_step_and_unit_shown(cell):
    subject = intents(cell, "small", TEXTS[0], "fresh", seed=5)
    layer, own = subject.trace().layer(), subject.network().layers[0][0]
    gates = {"minGRU": "z", "DeltaNet": "β", "gated DeltaNet": "α", "sLSTM": "d", "mLSTM": "d"}
    unit = mechanism_claims.telling_unit(subject)
    numbers = []
    if cell == "LRU":
        numbers = [abs(own.eigenvalues()[unit].item())]
    elif cell != "linear attention":
        last = layer[gates.get(cell, "a")].values[-1, 0]
        last = last[unit] if len(last) > 1 else last[0]
        last = 1 - last if cell == "minGRU" else np.exp(last) if cell in ("sLSTM", "mLSTM") else last
        numbers = [last.min(), last.max()] if last.ndim else [last]
    written = answer_claims.intent(subject)
    said = re.sub("<.*?>", "", written)
    assert cell in said or numbers[1:]  # a title with several numbers has no room for its name
    assert len(said) <= 68
    assert told_percents(said) == [f"{n:.1%}" if len(numbers) > 1 else percent(float(n)) for n in numbers]
    assert (f"unit {unit}" in said.lower()) == (cell in ("LRU", "RG-LRU", "minGRU", "sLSTM", "selective SSM"))
    assert answer_claims.measured(subject) == ""
    # The stage keeps every number of the title at the cursor's step and the chosen unit.
    board = Board(subject.tokens, subject.known, 1)
    told = mechanism_claims.told_numbers(subject, board)
    assert set(re.findall('data-told="(.*?)"', written)) | {"unit"} == set(told)


@pytest.mark.parametrize(("cell", "size"), list(itertools.product(TRIO, SIZES)))
def test_how_often_a_network_is_right_is_what_its_card_says_of_the_test_sentences(cell, size):
    subject = intents(cell, size)
    card = results.card(subject)
    said = answer_claims.measured(subject)
    assert f"right on {card.test_accuracy:.1%} of {card.test_answers:,} test sentences" in said
    assert f"on {card.held_out_accuracy:.1%} of those of the development templates" in said
    assert f"{card.test_accuracy:.1%} right on test sentences" in network_views.facts(subject)
    fresh = subject.with_(trained=False, seed=3)
    assert answer_claims.measured(fresh) == ""
    assert "never trained (seed 3)" in network_views.facts(fresh)


def test_unknown_words_are_named_once_and_as_text():
    said = answer_claims.invitation(intents(text="play zorgle <i> zorgle"))
    assert re.findall("<bdi>(.*?)</bdi>", said) == ["zorgle", "&lt;", "&gt;"]
    assert "Not in the vocabulary" not in answer_claims.invitation(intents())
    many = answer_claims.invitation(intents(text=" ".join(f"zorgle{k}" for k in range(30))))
    assert len(re.findall("<bdi>", many)) == 8
    assert "…" in many


COMPARED = [TRIO, ("RNN", "Jordan"), ("LSTM",), ("ESN",), ("ESN", "Jordan"), tuple(CELLS)]


@pytest.mark.parametrize("cells", COMPARED, ids=" ".join)
@pytest.mark.parametrize("weights", ["trained", "fresh"])
def test_the_title_of_side_by_side_tells_what_each_answers_and_which_only_guess(cells, weights):
    for text in TEXTS[::2]:
        chosen = intents(text=text, weights=weights, seed=2 if weights == "fresh" else 0)
        subjects = {cell: chosen.with_(cell=cell) for cell in cells}
        last = {cell: shares(subject)[-1] for cell, subject in subjects.items()}
        trained = [cell for cell in cells if cell in TRIO and weights == "trained"]
        guessing = [cell for cell in cells if cell not in trained]
        said, fold = answer_claims.comparison(subjects), answer_claims.how_compared(subjects)
        answers = {cell: NAMES[last[cell].argmax()] for cell in cells}
        told = {chip.text for chip in hold_claims.chips(subjects)}
        assert told == {f"{cell}: {answers[cell]} {percent(float(last[cell].max()))}" for cell in cells}
        assert told_percents(said) == []
        assert all(network_views.facts(subject) in fold for subject in subjects.values())
        wanted = {answers[cell] for cell in trained}
        assert ("Never trained" in said) == (not trained)
        assert (" agree on " in said) == (len(trained) > 1 and len(wanted) == 1)
        assert all(cell in said for cell in trained)
        if len(wanted) == 1:
            assert said_answers(said) == [*wanted]
        guessing = guessing if trained else []
        guessed = f"Never trained, so only a guess: {together(guessing)}. " if guessing else ""
        assert answer_claims.who_changes(subjects).startswith(f"{guessed}Each word changes the state")


def test_a_network_drops_an_answer_where_it_led_and_the_others_keep_it():
    text = "tell Anna that it is sunny today"
    subjects = {cell: intents(cell, text=text) for cell in TRIO}
    assert answer_claims.comparison(subjects) == (
        "At <bdi>today</bdi> the RNN drops “send a message”, unlike LSTM and GRU"
    )
    message, found = NAMES.index("send a message"), {cell: shares(subject) for cell, subject in subjects.items()}
    assert (found["RNN"].argmax(1) == message).tolist() == [False, True, True, True, True, True, False]
    assert all((found[cell][1:, message] > 0.5).all() for cell in ("LSTM", "GRU"))
    # One that never had it disagrees, and drops nothing.
    others = {cell: intents(cell, text="please let me know if I need my umbrella this morning!") for cell in TRIO}
    assert " disagree on " in answer_claims.comparison(others)


@pytest.mark.parametrize(
    ("text", "right"),
    [("I want you to translate how are you", "translate"), ("韩语怎么说听音乐", "translate"), ("hello Berta", None)],
)
def test_the_right_answer_is_said_of_a_sentence_of_the_task_and_claimed_of_no_other(text, right):
    subjects = {cell: intents(cell, text=text) for cell in TRIO}
    panel = states_compared.compared_readings(subjects, subjects["LSTM"], Board(subjects["LSTM"].tokens, (), 1))
    *before, last = panel["solution"]
    assert set(before) <= {None}
    assert ("right" in panel["title"] + panel["caption"]) == (right is not None)
    assert last == (None if right is None else NAMES.index(right))
    blue = NAMES.index(right) if right else int(shares(subjects["LSTM"])[-1].argmax())
    assert [k for k, color in enumerate(panel["colors"]) if color == style.FOLLOWED] == [blue]


@pytest.mark.parametrize("cells", COMPARED, ids=" ".join)
def test_each_network_of_a_comparison_is_labelled_with_what_it_is(cells):
    subjects = {cell: intents().with_(cell=cell) for cell in cells}
    for cell, panel in zip(cells, states_compared.compared_states(subjects), strict=True):
        assert panel["title"] == f"{cell}: {subjects[cell].units} hidden units"
    said = network_views.fairness(subjects)
    assert ("rained, with the same task" in said or "Same task" in said) == any(cell in TRIO for cell in cells)
    assert ("ever trained" in said) == any(cell not in TRIO for cell in cells)


def test_the_weights_of_all_cells_are_within_three_per_cent_of_an_lstms_or_said_to_be_fewer():
    for size in SIZES:
        counts = {}
        for cell in CELLS:
            named = intents(cell, size, weights="fresh").network().named_parameters()
            counts[cell] = sum(weight.numel() for name, weight in named if not name.startswith("embedding"))
        said = network_views.fairness({cell: intents(cell, size, weights="fresh") for cell in CELLS})
        fewer = [cell for cell, count in counts.items() if abs(count / counts["LSTM"] - 1) > 0.03]
        assert all(counts[cell] < counts["LSTM"] for cell in fewer)
        words = f" Fewer for {', '.join(fewer)}, which stops at "
        assert words in said if fewer else "Fewer" not in said


@pytest.mark.parametrize("weights", ["trained", "fresh"])
def test_an_answer_is_settled_where_it_leads_with_more_than_half_to_the_end(weights):
    for text in TEXTS:
        subjects = {cell: intents(cell, text=text, weights=weights) for cell in TRIO}
        for subject in subjects.values():
            found = shares(subject)
            final, step = found[-1].argmax(), len(found)
            while step and found[step - 1, final] > 0.5:
                step -= 1
            settled = step < len(found)
            assert deciding.decides(subject) == (step if settled else None)
            assert bool(deciding.mark(subject)) == settled


def test_a_network_that_answers_every_word_decides_at_none():
    assert deciding.mark(rnnviz.subject("slots-lstm-one-1-seed0", text="I leave Taipei")) == {}


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        ([[0.6, 0.4], [0.7, 0.3]], 0),
        ([[0.4, 0.6], [0.7, 0.3]], 1),
        ([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3]], 2),
        ([[0.3, 0.2, 0.5], [0.4, 0.3, 0.3]], None),
        ([[0.5, 0.5]], None),
        ([[0.9, 0.1], [np.nan, np.nan], [0.9, 0.1]], 2),
        ([[np.nan, np.nan]], None),
    ],
)
def test_settling_asks_for_a_majority_that_is_kept(rows, first):
    assert settling(Signal("p", ("time", "output"), np.array(rows))) == first


@pytest.mark.parametrize("cell", ["sLSTM", "mLSTM", "selective SSM"])
def test_of_an_untrained_newer_cell_its_idea_is_told_and_where_a_trained_one_is(cell):
    subject = intents(cell, "small", "what time is it ?", "fresh", seed=5)
    said = answer_claims.invitation(subject)
    assert said.endswith("Untrained: its weights are random.")
    assert ("memory C is a table" in said) == (cell == "mLSTM")
    opened = [rnnviz.subject(**changes) for _text, changes in mechanism_claims.trained_elsewhere(subject)]
    assert {other.cell for other in opened} == {cell}
    assert all(other.trained for other in opened)


@pytest.mark.parametrize("cell", ["sLSTM", "mLSTM"])
def test_without_m_a_stabilised_cell_is_the_plain_one(cell):
    """What is drawn of it computes itself, from the sums that it hears alone: f = σ(...), i = exp(...), and no m."""
    subject = intents(cell, "small", "what time is it ?", "fresh", seed=5)
    layer, board = subject.trace().layer(), network_views.board(subject)
    shown = {box["signal"]: box["array"] for box in diagram(subject, board, drawn=drawing_of(subject))["boxes"]}
    arrays = unpack(board)[1]
    drawn = {name: arrays[array].astype(float) for name, array in shown.items()}
    worked_step.worked(subject, above := network_views.board(subject), FIRST)
    above = unpack(above)[1]
    a, d = (layer[name].values[:, 0].astype(float) for name in "ad")
    f, i = np.exp(d), np.exp(a)
    close = partial(np.testing.assert_allclose, rtol=1e-4, atol=1e-5)
    close(drawn["f"], f)
    close(drawn["i"], i)
    memory = "C" if cell == "mLSTM" else "c"
    if cell == "mLSTM":
        v, k, q, o = (layer[name].values[:, 0].astype(float) for name in "vkqo")
        written, weights = np.einsum("th,tk->thk", i * v, k).reshape(len(v), -1), i * k
    else:
        written, weights = i * layer["z"].values[:, 0], i
    state, norm = np.zeros(written.shape[1]), np.zeros(weights.shape[1])
    for t in range(len(f)):
        close(drawn[f"previous:{memory}"][t], state)
        state, norm = f[t] * state + written[t], f[t] * norm + weights[t]
        close(drawn[memory][t], state)
        close(drawn["n"][t], norm)
        if cell == "mLSTM":  # what it reads and divides by stands above the drawing
            read = state.reshape(v.shape[1], -1) @ q[t]
            close(above["unscaled:r"][t], read)
            close(above["|n q|"][t], abs(norm @ q[t]))
            close(above["unscaled:w"][t], max(abs(norm @ q[t]), 1))
            close(drawn["h"][t], o[t] * read / max(abs(norm @ q[t]), 1))
        else:
            close(drawn["h"][t], layer["o"].values[t, 0] * state / norm)
