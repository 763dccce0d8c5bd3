"""What the titles of Two directions and Deep network claim, recomputed by torch alone over many sentences and cells."""

import html
import re

import numpy as np
import pytest
import torch

from rnnviz.app.page import percent
from rnnviz.app.panels import answers_per_step, depth_claims, direction_claims, directions, layer_grid
from rnnviz.cells import CELLS, TRIO
from tests.app.sent import unpack
from tests.labellers import labeller
from tests.torch_alone import shares, torch_alone

SLOTS = labeller().load().task
TRAVEL = [
    "I would like to leave Taipei on November 2nd",
    "Tokyo is where my friend lives",
    "hello",
    "zorgle <frob>",
    "to " * 100,
    *SLOTS.examples,
    *(sentence.text for sentence in SLOTS.test_sentences[::60]),
]
ECHO = ["A D C B A D C B A D C B A D C B", "A B C", "A", "hello", "A zz B B zz A", "D " * 40]
BITS = ["0 1 1 0 1 0 0 1 1 0", "0 1 2 hello", "1", "zz", "0 1", "1 zz 0 0 1 zz 1", "0 1 " * 50]
ROLES = [SLOTS.label_text(label) for label in SLOTS.labels]
OPEN = re.compile(r"Only the two-way network is sure that (.*) is (.*)")
CHANGED = re.compile(r"Read one way, (.*) is (.*); read both ways, it is (.*)")
SURER = re.compile(r"Reading both ways is (surer|less sure) that (.*) is (.*)")
AHEAD = "Reading one way cannot see ahead; reading both ways can"
MISSED = re.compile(r"What comes after (.*) is missed even when read both ways")


def plain(text: str) -> str:
    return html.unescape(re.sub("</?(?:b|bdi)>", "", text))


def cut(two, t: int, kept: int) -> np.ndarray:
    """The shares at step t where only the first words were read."""
    embedding, recurrent, readout = torch_alone(two.model.name)
    with torch.no_grad():
        return readout(recurrent(embedding(two.input()[:kept, 0])[:, None])[0][t, 0]).softmax(-1).numpy()


@pytest.mark.parametrize("cell", TRIO)
def test_the_title_is_about_a_labelled_word_and_the_one_that_changes_most(cell):
    kinds = set()
    for text in TRAVEL:
        one, two = directions.pair(labeller(cell, text=text))
        before, after = shares(one), shares(two)
        leads, now = before.argmax(-1), after.argmax(-1)
        moved = np.abs(before - after).sum(-1) / 2
        said = plain(direction_claims.verdict(one, two))
        labelled = (now != 0) & ((moved > direction_claims.AGREE) | (now != leads))
        t = unpack(directions.board(one, two))[0]["start"]
        word, guess, answer = two.tokens[t], *(("the " if k else "") + ROLES[k] for k in (leads[t], now[t]))
        if found := OPEN.fullmatch(said):
            kind = "open"
            assert found.groups() == (word, answer)
            assert leads[t] != now[t]
            assert before[t].max() < 0.6 < 0.9 < after[t].max()
        elif found := CHANGED.fullmatch(said):
            kind = "changed"
            assert found.groups() == (word, guess, answer)
            assert guess != answer
        elif found := SURER.fullmatch(said):
            kind = "surer"
            assert found.groups()[1:] == (word, answer)
            assert leads[t] == now[t]
            assert (found[1] == "surer") == (after[t].max() > before[t].max())
        else:
            kind = "agree"
            assert said.startswith("Reading one way and ")
            assert ("no word has a label" in said) == (now == 0).all()
            assert (leads == now).all()
            assert not labelled.any()
        if kind != "agree":
            assert now[t] != 0 or not labelled.any()
            pool = labelled if labelled.any() else (leads != now) & (now == 0)
            assert moved[t] >= moved[pool].max() - 1e-5
        without = plain(direction_claims.without(one, two))
        k = direction_claims.reason(one, two)
        steps = len(two.tokens) if kind != "agree" else 0
        leads_when = [cut(two, t, kept).argmax() for kept in range(max(t + 1, steps - 100), steps)]
        others = [kept for kept, lead in enumerate(leads_when, max(t + 1, steps - 100)) if lead != now[t]]
        assert k == (others[-1] if others else None)
        if k is None:
            assert without == ""
        else:
            sides = [cut(two, t, k), cut(two, t, k + 1)]
            before_it, after_it = (f"{ROLES[p.argmax()]} {percent(float(p.max()))}" for p in sides)
            by = two.tokens[k]
            assert without == (
                f"Read both ways, {word} is {before_it} if the sentence ends before {by}, and {after_it} if it ends "
                "after it."
            )
            assert f"one way has not read {by} yet" in plain(direction_claims.sentence(one, two))
        kinds.add(kind)
    assert kinds >= {"surer", "agree"}
    assert kinds & {"open", "changed"}


@pytest.mark.parametrize("cell", TRIO)
@pytest.mark.parametrize("distance", [1, 2, 4])
def test_the_echo_is_told_at_a_letter_that_is_asked_with_its_right_answer(cell, distance):
    for text in ECHO:
        one, two = directions.pair(labeller(cell, task="echo_future", distance=distance, text=text))
        before, after = shares(one), shares(two)
        tokens, said = two.tokens, plain(direction_claims.verdict(one, two))
        comes = [tokens[t + distance] if t + distance < len(tokens) else "" for t in range(len(tokens))]
        asked = [t for t, letter in enumerate(comes) if letter in two.load().task.labels]
        if not asked:
            assert said == f"No letter comes {distance} steps after another: nothing is asked"
            continue
        if said == "Reading one way and reading both ways agree":
            assert (before.argmax(-1) == after.argmax(-1))[asked].all()
            continue
        t, moved = unpack(directions.board(one, two))[0]["start"], np.abs(before - after).sum(-1)
        assert t in asked
        assert moved[t] >= moved[asked].max() - 1e-5
        right = two.load().task.labels[after[t].argmax()] == comes[t]
        assert said == AHEAD if right else MISSED.fullmatch(said)[1] == tokens[t]


@pytest.mark.parametrize("cell", CELLS)
def test_untrained_networks_claim_no_label(cell):
    for task, texts in (("slots", TRAVEL[:5]), ("echo_future", ECHO)):
        for text in texts:
            one, two = directions.pair(labeller(cell, task=task, text=text, weights="fresh", seed=4))
            said = direction_claims.verdict(one, two)
            assert said == "Before training, reading one way and reading both ways are guesses"
            assert "<b>" not in said


@pytest.mark.parametrize(
    ("cell", "layers", "directions"), [("RNN", 1, "two"), ("LSTM", 2, "one"), ("GRU", 4, "two"), ("RNN", 4, "two")]
)
def test_the_deep_title_counts_the_right_answers_that_are_shown(cell, layers, directions):
    more = max(2, layers)
    for text in BITS:
        subject = labeller(cell, directions, layers, "neighbour_xor", text)
        bits = [int(token) if token in ("0", "1") else None for token in subject.tokens]
        asked = [t for t in range(1, len(bits) - 1) if None not in (bits[t - 1], bits[t + 1])]
        said = plain(depth_claims.verdict(subject))
        sheet = layer_grid.grid(subject, layer_grid.board(subject))
        rows = {sheet[row]["name"]: sheet[row]["right"] for row in ("other", "answers")}
        assert not depth_claims.chips(subject)
        if not asked:
            assert said == "Nothing is asked: no bit stands between two known bits"
            assert not any(rows.values())
            continue
        one, many = (
            sum(shares(subject.with_(layers=count))[t].argmax() == (bits[t - 1] ^ bits[t + 1]) for t in asked)
            for count in (1, more)
        )
        count, name = len(asked), {2: "two layers", 4: "four layers"}[more]
        each = {"1-layer network": one, f"{more}-layer network": many}
        assert rows == {network: f"{right} of {count} right" for network, right in each.items()}
        if said == f"One layer and {name} are right about every bit":
            assert one == many == count
        else:
            first, second = (
                "all bits"
                if right == count
                else "half the bits"
                if 2 * right == count
                else "no bit"
                if right == 0
                else f"{'less' if 2 * right < count else 'more'} than half the bits"
                for right in (one, many)
            )
            assert said == f"One layer is right on {first}, {name} on {second}"
        alone = [shares(subject.with_(layers=1))[t].argmax() for t in asked]
        if len(set(alone)) == 1 and one < count:
            assert f"One layer says “{subject.labels[alone[0]]}” every time" in depth_claims.sentence(subject)
        else:
            assert f"{count} of {len(bits)} bits stand between two others" in depth_claims.sentence(subject)


@pytest.mark.parametrize("cell", TRIO)
def test_the_deep_title_counts_the_labels_that_depth_changes(cell):
    changed = 0
    for text in TRAVEL:
        subject = labeller(cell, "two", 3, "slots", text)
        one, many = (shares(subject.with_(layers=count)).argmax(-1) for count in (1, 3))
        said = plain(depth_claims.verdict(subject))
        if (one == many).all():
            assert said == "One layer and three layers label every word alike"
            continue
        changed += 1
        word, old, new = re.fullmatch(r"One layer takes (\S+) for (.*), three layers for (.*)", said).groups()
        assert any(subject.tokens[t] == word and (ROLES[one[t]], ROLES[many[t]]) == (old, new) for t in range(len(one)))
    assert changed


@pytest.mark.parametrize(
    ("text", "task", "unknown"),
    [
        ("0 1 2 hello", "neighbour_xor", ["2", "hello"]),
        ("0 1 1", "neighbour_xor", []),
        ("leave on November 2nd", "slots", ["November", "2nd"]),
        ("A <x> B", "echo_future", ["&lt;", "x", "&gt;"]),
    ],
)
def test_unknown_words_are_named_below_the_title(text, task, unknown):
    for weights in ("trained", "fresh"):
        subject = labeller(task=task, text=text, weights=weights)
        said = depth_claims.sentence(subject)
        assert re.findall("<bdi>(.*?)</bdi>", said) == unknown


@pytest.mark.parametrize("cell", TRIO)
def test_the_sentence_below_tells_test_and_development_apart(cell):
    subjects = direction_claims.named(*directions.pair(labeller(cell)))
    said = answers_per_step.counts(subjects)
    tested, _, developed = said.partition("On the development templates")
    assert "1,666 words of test sentences" in tested
    for name, subject in subjects.items():
        for part, field in ((tested, "test_subsets"), (developed, "subsets")):
            found = [getattr(card, field)["later"]["accuracy"] for card in answers_per_step.trainings(subject)]
            low, high = re.search(rf"{name} ([\d.]+)(?:–([\d.]+))?%", part).groups()
            assert abs(float(low) - 100 * min(found)) <= 0.51
            assert abs(float(high or low) - 100 * max(found)) <= 0.51
    assert "development" not in answers_per_step.counts({"one way": labeller(cell, "one", task="echo_future")})
