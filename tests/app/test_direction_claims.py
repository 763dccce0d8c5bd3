"""What the titles of Two directions and Deep network claim, recomputed by torch alone over many sentences and cells."""

import html
import re

import numpy as np
import pytest

from rnnviz.app.page import percent
from rnnviz.app.panels import answers_per_step, direction_claims, directions, layer_grid
from rnnviz.cells import CELLS, TRIO
from rnnviz.subjects import Subject
from tests.app.sent import unpack
from tests.labellers import labeller
from tests.torch_alone import shares

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
CHANGED = re.compile(r"One way, (.*) is (.*) \((.*)\) or (.*) \((.*)\); both ways it is (.*) \((.*)\)")
SURER = re.compile(r"(.*): (.*), (.*) sure when read one way, (.*) both ways")
ECHOED = re.compile(r"(\d) steps after (.*) comes (.*)\. Read one way: (.*) \((.*)\)\. Both ways: (.*) \((.*)\)")


def plain(text: str) -> str:
    return html.unescape(re.sub("</?(?:b|bdi)>", "", text))


def told_steps(two: Subject, word: str, numbers: list[tuple[np.ndarray, str]]) -> list[int]:
    """The steps at which that word stands and all those shares are what the title says."""
    return [
        t for t, token in enumerate(two.tokens) if token == word and all(percent(float(p[t])) == s for p, s in numbers)
    ]


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
        if found := CHANGED.fullmatch(said):
            word, guess, first, answer, other, again, last = found.groups()
            a, b = ROLES.index(guess), ROLES.index(answer)
            assert (again, a != b) == (answer, True)
            steps = told_steps(two, word, [(before[:, a], first), (before[:, b], other), (after[:, b], last)])
            steps = [t for t in steps if leads[t] == a and now[t] == b]
            assert steps
        elif found := SURER.fullmatch(said):
            word, answer, first, last = found.groups()
            a = ROLES.index(answer)
            steps = told_steps(two, word, [(before[:, a], first), (after[:, a], last)])
            steps = [t for t in steps if leads[t] == now[t] == a != 0 and moved[t] > direction_claims.AGREE]
            assert steps
        else:
            steps = []
            assert said.startswith("One way and both ways agree")
            assert (leads == now).all()
            assert not labelled.any()
            for label in range(1, len(ROLES)):
                assert (f"{ROLES[label]}: " in said) == bool((now == label).any())
        if steps:
            assert all(now[t] != 0 for t in steps) or not labelled.any()
            pool = labelled if labelled.any() else (leads != now) & (now == 0)
            assert any(moved[t] >= moved[pool].max() - 1e-5 for t in steps)
            assert unpack(directions.board(one, two))[0]["start"] in steps
        kinds.add("CHANGED" if CHANGED.fullmatch(said) else "SURER" if SURER.fullmatch(said) else "agree")
    assert kinds == {"CHANGED", "SURER", "agree"}


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
            assert said == f"No letter comes {distance} steps after any word of {text.strip()}: nothing is asked"
            continue
        if said.startswith("One way and both ways give the same answer"):
            assert (before.argmax(-1) == after.argmax(-1))[asked].all()
            continue
        far, word, right, guess, first, answer, last = ECHOED.fullmatch(said).groups()
        assert int(far) == distance
        moved = np.abs(before - after).sum(-1)
        t = max(asked, key=lambda step: moved[step])
        found = [k for k in asked if tokens[k] == word and comes[k] == right and moved[k] >= moved[t] - 1e-5]
        assert any(
            two.load().task.labels[before[k].argmax()] == guess
            and two.load().task.labels[after[k].argmax()] == answer
            and (percent(float(before[k].max())), percent(float(after[k].max()))) == (first, last)
            for k in found
        )


@pytest.mark.parametrize("cell", CELLS)
def test_untrained_networks_claim_no_label(cell):
    for task, texts in (("slots", TRAVEL[:5]), ("echo_future", ECHO)):
        for text in texts:
            one, two = directions.pair(labeller(cell, task=task, text=text, weights="fresh", seed=4))
            said = direction_claims.verdict(one, two)
            assert "guesses" in said
            assert percent(float(max(shares(one).max(), shares(two).max()))) in html.unescape(said)
            assert "<b>" not in said


@pytest.mark.parametrize("cell", TRIO)
@pytest.mark.parametrize("layers", [1, 2, 4])
@pytest.mark.parametrize("directions", ["one", "two"])
def test_the_deep_title_counts_the_right_answers_that_are_shown(cell, layers, directions):
    more = max(2, layers)
    for text in BITS:
        subject = labeller(cell, directions, layers, "neighbour_xor", text)
        bits = [int(token) if token in ("0", "1") else None for token in subject.tokens]
        asked = [t for t in range(1, len(bits) - 1) if None not in (bits[t - 1], bits[t + 1])]
        said = plain(layer_grid.verdict(subject))
        assert "%" not in said
        if not asked:
            assert said.startswith("No step of")
            continue
        right = [
            sum(shares(subject.with_(layers=count))[t].argmax() == (bits[t - 1] ^ bits[t + 1]) for t in asked)
            for count in (1, more)
        ]
        assert said.startswith(f"Do a bit's two neighbours differ? Of {len(asked)} bits of ")
        assert f"one layer is right about {right[0]}, {more} layers about {right[1]}, " in said
        assert said.endswith("both ways" if directions == "two" else "one way")


@pytest.mark.parametrize("cell", TRIO)
def test_the_deep_title_counts_the_labels_that_depth_changes(cell):
    changed = 0
    for text in TRAVEL:
        subject = labeller(cell, "two", 3, "slots", text)
        one, many = (shares(subject.with_(layers=count)).argmax(-1) for count in (1, 3))
        said, count = plain(layer_grid.verdict(subject)), int((one != many).sum())
        if not count:
            assert said.startswith("One layer and 3 layers label every word of ")
            continue
        changed += 1
        assert said.startswith(f"3 layers label {count} of {len(one)} words of ")
        word, old, new = re.search(r"\. (\S+): (.*) → (.*)$", said).groups()
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
        said = answers_per_step.counts({"one": labeller(task=task, text=text, weights=weights)})
        assert re.findall("<bdi>(.*?)</bdi>", said) == unknown


@pytest.mark.parametrize("cell", TRIO)
def test_the_sentence_below_tells_test_and_development_apart(cell):
    subjects = directions.named(*directions.pair(labeller(cell)))
    said = answers_per_step.counts(subjects)
    tested, _, developed = said.partition(" On the development templates")
    assert "1,666 words of test sentences" in tested
    for name, subject in subjects.items():
        for part, field in ((tested, "test_subsets"), (developed, "subsets")):
            found = [getattr(card, field)["later"]["accuracy"] for card in answers_per_step.trainings(subject)]
            low, high = re.search(rf"{name} ([\d.]+)(?:–([\d.]+))?%", part).groups()
            assert abs(float(low) - 100 * min(found)) <= 0.51
            assert abs(float(high or low) - 100 * max(found)) <= 0.51
    assert "development" not in answers_per_step.counts({"one way": labeller(cell, "one", task="echo_future")})
