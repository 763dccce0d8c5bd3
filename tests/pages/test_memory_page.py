"""Memory decay: no choice takes it down, and its sentences are computed."""

import json
import re
from itertools import cycle

import numpy as np
import pytest

import rnnviz
from rnnviz.app.panels.quantity_shapes import main_state
from rnnviz.cells import CELLS, TRIO
from rnnviz.cells.coordinates import count
from rnnviz.studies.delayed_recall import KINDS, SEEDS, card_of, solved, subject_of
from rnnviz.tasks.delayed_recall import LETTERS
from tests.intents import intents
from tests.pages.memory_page import MEASURES, PAGE, TITLES, header, kept, look, written
from tests.pages.visit import arrive, chips, shown
from tests.pages.visit import claim as title_of
from tests.pages.visit import sentence as sentence_of

LONGEST = " ".join(["what", "is", "the", "weather", "?"] * 40)


@pytest.mark.parametrize(("seed", "measure"), [*zip(SEEDS, MEASURES * 2, strict=False)])
def test_every_seed_and_every_measure_can_be_seen(seed, measure):
    assert header(look(subject_of("LSTM", seed), measure))["steps"] == 51


@pytest.mark.parametrize(("letter", "kind"), [*zip(LETTERS, KINDS, strict=True)])
def test_every_letter_and_every_kind_can_be_chosen(letter, kind):
    at = look(subject_of(kind, 0, letter))
    assert header(at)["tokens"][0] == letter
    assert header(at)["rows"][4][0]["title"] == f"One unit of the {kind}: what each step added and took away"


@pytest.mark.parametrize(("cell", "size"), [*zip(CELLS, cycle(("small", "medium")), strict=False), ("LSTM", "large")])
def test_every_cell_and_size_reads_my_sentence(cell, size):
    subject = intents(cell, size)
    built = subject.network().layers[0][0]
    assert header(look(subject))["units"] == count(built, main_state(built))


@pytest.mark.parametrize(
    ("text", "weights", "measure"),
    [
        (LONGEST, "trained", "ledger"),
        (LONGEST, "fresh", "connectivity"),
        ("?", "trained", "connectivity"),
        ("zzzz", "fresh", "ledger"),
        ("<b>明天</b> & `y`", "trained", "connectivity"),
    ],
)
def test_every_sentence_can_be_read_from_one_token_to_two_hundred(text, weights, measure):
    subject = intents(text=text, weights=weights)
    at, steps = look(subject, measure), len(subject.tokens)
    assert header(at)["steps"] == steps
    assert title_of(at).startswith(f"{TITLES[measure]}the first word")
    assert "<b>" not in title_of(at)


def test_the_largest_network_and_the_longest_sentence_go_together():
    found = header(look(intents("GRU", "large", LONGEST)))
    assert "ribbon" not in found["arrays"]
    assert not any(panel.get("array") == "ribbon" for row in found["rows"] for panel in row)


def test_the_claim_is_every_networks_total_effect():
    at, shares = look(subject_of("LSTM", 2, "D")), {}
    for kind in TRIO:
        recall = subject_of(kind, 2)
        found = rnnviz.memory.total_effect(recall.network(), *recall.draws())
        shares[kind] = found.effect.values[-1, 0]
        error = found.effect_error.values[-1, 0]
        assert f"{kind}: {shares[kind]:.1%} ± {error:.1%}, all shares together" in sentence_of(at)
    assert kept(at) == pytest.approx(shares)
    assert not chips(at)
    assert shares["RNN"] < 0.01 < 0.5 < min(shares[kind] for kind in TRIO if kind != "RNN")
    assert title_of(at) == "The RNN did not learn to keep the first letter; the others did"
    right = header(at)["rows"][0][1]
    assert list(right["figure"]["data"][0]["text"]) == [f"{card_of(kind, 2).held_out_accuracy:.0%}" for kind in TRIO]
    (mark,) = (each["text"] for each in right["figure"]["layout"]["annotations"])
    answers = np.concatenate([batch.y.flatten() for batch in subject_of("RNN", 2).load().task.held_out()])
    assert mark == f"guessing {np.bincount(answers).max() / len(answers):.0%}"


def first_share_by(measure, subject):
    """The first word's share in one network, from the library alone."""
    network, x = subject.network(), subject.input()
    if measure == "reveal":
        return rnnviz.memory.reveal(network, x).shares.values[-1, 0, 0]
    if measure == "connectivity":
        pushes = rnnviz.memory.connectivity(network, x).values[:, 0]
        return pushes[0] / pushes.sum()
    kept = rnnviz.memory.ledger(rnnviz.record(network, x))
    entries = np.abs(kept.entries.at(batch=0).values[-1]).sum(-1)
    return entries[0] / (entries.sum() + np.abs(kept.opening.at(batch=0).values[-1]).sum())


@pytest.mark.parametrize("measure", ["reveal", "ledger", "connectivity"])
def test_the_claim_of_another_measure_is_every_networks_first_share_or_why_it_has_none(measure):
    at, told = look(subject_of("LSTM", 2, "D"), measure), []
    for kind in TRIO:
        gateless = measure == "ledger" and kind == "RNN"
        share = (
            "– (no gate keeps its state)" if gateless else written(first_share_by(measure, subject_of(kind, 2, "D")))
        )
        told.append(f"{kind} {share}")
    assert chips(at) == "; ".join(told)
    assert title_of(at).startswith(f"{TITLES[measure]}the first letter")


@pytest.mark.parametrize(("cell", "seed"), [("LSTM", 0), ("GRU", 4), ("RNN", 3)])
def test_the_claim_stays_the_same_for_every_letter_and_nearly_for_every_training(cell, seed):
    claims = [kept(look(subject_of(cell, seed, letter))) for letter in LETTERS]
    assert all(claim == claims[0] for claim in claims)
    assert list(claims[0]) == list(TRIO)
    assert claims[0].pop("RNN") < 0.005
    assert min(claims[0].values()) > 0.995


def test_of_a_sentence_the_claim_is_the_effect_of_drawing_its_first_word():
    shares = kept(look(intents(text="will it rain in Taipei ?")))
    for cell in TRIO:
        read = intents(cell, text="will it rain in Taipei ?")
        found = rnnviz.memory.total_effect(read.network(), *read.draws(), read.input())
        assert shares[cell] == pytest.approx(found.effect.values[-1, 0])


def test_the_sentence_says_in_how_many_seeds_each_learnt_it_and_never_that_one_cannot():
    at = arrive(PAGE)
    assert shown(at) == subject_of()
    counts = "; ".join(f"{kind}: {solved(kind)[0]}" for kind in TRIO)
    told = (
        f"trained {len(SEEDS)} times, {card_of('LSTM').updates} updates each, and learnt the task so often: {counts}."
    )
    assert told in sentence_of(at)
    cards = [card_of(kind, seed) for kind in TRIO for seed in SEEDS]
    assert len({(card.updates, card.batch, card.task) for card in cards}) == 1
    texts = " ".join([sentence_of(at), *(block.value for block in at.markdown), json.dumps(header(at))])
    assert not re.search(r"RNNs? (cannot|can't|can not)", texts)


def test_the_terms_on_which_they_were_trained_are_those_of_the_cards():
    marked = " ".join(block.value for block in look(subject_of("orthogonal RNN")).markdown)
    told = re.sub("<[^>]*>", "", marked)  # without the marks of terms
    assert "Same task, updates and batches, but not the same terms." in told
    for kind in KINDS:
        card = card_of(kind)
        assert (
            f"{kind}: {card.network['hidden_size']} units, {card.parameters:,} weights, step size {card.learning_rate}"
            in told
        )
        assert len({(one.parameters, one.learning_rate) for one in (card_of(kind, seed) for seed in SEEDS)}) == 1
    assert told.count(f"gates start with memories of up to {card_of('GRU').network['memory_span']} steps") == 2
    assert told.count("orthogonal start") == 1
    assert "not the same terms" not in " ".join(block.value for block in look(intents()).markdown)


def test_each_measure_comes_with_its_own_sentence():
    assert len({sentence_of(look(subject_of(), measure)) for measure in MEASURES}) == len(MEASURES)


def test_the_ledger_has_no_picture_of_the_rnn_and_the_gradient_is_one_chart():
    rows = {}
    for measure in MEASURES:
        above, *shown_rows = header(look(subject_of(), measure))["rows"]
        rows[measure] = above if measure == "connectivity" else shown_rows[measure == "effect"]
    for measure in ("effect", "reveal"):
        assert [panel["array"] for panel in rows[measure]] == [f"{measure}:{kind}" for kind in TRIO]
        assert [(panel["kind"], panel["span"]) for panel in rows[measure]] == [("shares", 4)] * 3
    assert [panel["array"] for panel in rows["ledger"]] == ["ledger:LSTM", "ledger:GRU"]
    assert [panel["kind"] for panel in rows["connectivity"]] == ["chart"]
    row = header(look(intents()))["rows"][2]
    assert [(panel["array"], panel["span"]) for panel in row] == [(f"effect:{cell}", 4) for cell in TRIO]


@pytest.mark.parametrize(
    ("subject", "read"),
    [(subject_of(), True), (intents(), False), (rnnviz.subject("recall-gru-seed0", text="a 1 2"), False)],
)
def test_a_probe_needs_many_sequences_so_a_typed_one_has_none(subject, read):
    titles = " ".join(panel["title"] for row in header(look(subject))["rows"] for panel in row)
    assert ("readout tell the letter" in titles) == read


@pytest.mark.parametrize("measure", MEASURES)
def test_the_page_speaks_chinese(measure):
    at = look(subject_of(), measure, lang="zh")
    assert re.search("[一-鿿]", title_of(at))
    assert all(cell in chips(at) for cell in TRIO) != (measure == "effect")
    assert ("RNN 没学会记住开头的字母" in title_of(at)) == (measure == "effect")
    assert ("（没有保留状态的门）" in chips(at)) == (measure == "ledger")


def test_examples_of_unequal_length_are_measured_around_the_one_that_is_read():
    at = look(rnnviz.subject("sounds-rnn", example=2))
    assert header(at)["steps"] == rnnviz.subject("sounds-rnn", example=2).read().steps
