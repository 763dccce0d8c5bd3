"""Memory decay, from its controls down: no choice takes it down, its sentences are computed, its code is true."""

import json
import re
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import rnnviz
from rnnviz.cells import CELLS, TRIO
from rnnviz.experiment import SIZES, Experiment
from rnnviz.recall import KINDS, SEEDS, Recall, solved
from rnnviz.tasks.delayed_recall import LETTERS

FRAME = Path(__file__).resolve().parents[2] / "pages" / "frame.py"
PAGE = "memory_decay.py"
LONGEST = " ".join(["what", "is", "the", "weather", "?"] * 40)
MEASURES = ("effect", "reveal", "ledger", "connectivity")
START = {
    "reads": "recall",
    "measure": "effect",
    "recall_seed": 0,
    "letter": "A",
    "cell": "LSTM",
    "size": "small",
    "text": "what time is it ?",
    "weights": "trained",
    "language": "en",
}


@pytest.fixture(scope="module")
def visit() -> AppTest:
    return AppTest.from_file(str(FRAME), default_timeout=90).run().switch_page(PAGE).run()


@pytest.fixture
def choose(visit: AppTest) -> Callable[..., AppTest]:
    """Set controls, all others as at first, and run the page; nothing may go wrong."""

    def choose(**changes: object) -> AppTest:
        chosen = {**START, **changes}
        for name, value in chosen.items():
            visit.session_state[name] = value
        shared = {name: chosen[name] for name in ("cell", "size", "text", "weights")}
        visit.session_state["experiment"] = Experiment(**shared)
        visit.session_state["chosen"] = True  # as after a control was used: else an older address is gone back to
        return whole(visit.run())

    return choose


def whole(at: AppTest) -> AppTest:
    assert not at.exception, [error.value for error in at.exception]
    assert len(at.get("bidi_component")) == 1
    return at


def board(at: AppTest) -> dict:
    """The header of what the stage was sent, as strict JSON."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"the header holds {constant}, which is not JSON")

    raw = at.get("bidi_component")[0].proto.bytes
    (size,) = struct.unpack_from("<I", raw)
    return json.loads(raw[4 : 4 + size].decode(), parse_constant=refuse)


def said(at: AppTest) -> tuple[str, str]:
    """The claim and the sentence under it."""
    return next(
        found.groups() for html in at.get("html") if (found := re.search("<h1>(.*)</h1><p>(.*)</p>", html.proto.body))
    )


def source(at: AppTest) -> Recall | Experiment:
    shown = re.search(r"^source = (.*)$", at.code[0].value, re.MULTILINE)[1]
    return eval(shown, {"rnnviz": rnnviz, "Recall": Recall})


@pytest.mark.parametrize(
    ("seed", "measure"), [*zip(SEEDS, MEASURES * 2, strict=False), (0, "ledger"), (4, "connectivity")]
)
def test_every_seed_and_every_measure_can_be_seen(seed, measure, choose):
    at = choose(recall_seed=seed, measure=measure)
    assert source(at) == Recall("LSTM", seed, "A")
    assert board(at)["steps"] == 51


@pytest.mark.parametrize(("letter", "cell"), [*zip(LETTERS, [*TRIO, "RNN"], strict=True)])
def test_every_letter_and_every_cell_can_be_chosen(letter, cell, choose):
    at = choose(letter=letter, cell=cell)
    assert source(at) == Recall(cell, 0, letter)
    assert board(at)["tokens"][0] == letter


@pytest.mark.parametrize(("cell", "size"), [*zip(CELLS, [*SIZES] * 3, strict=False)])
def test_every_cell_and_size_reads_my_sentence(cell, size, choose):
    at = choose(reads="text", cell=cell, size=size)
    assert source(at) == Experiment(cell, size)
    assert board(at)["units"] == Experiment(cell, size).units


@pytest.mark.parametrize(
    ("text", "weights"),
    [(LONGEST, "trained"), (LONGEST, "fresh"), ("?", "trained"), ("zzzz", "fresh"), ("<b>明天</b> & `y`", "trained")],
)
@pytest.mark.parametrize("measure", ["ledger", "connectivity"])
def test_every_sentence_can_be_read_from_one_token_to_two_hundred(text, weights, measure, choose):
    at = choose(reads="text", text=text, weights=weights, measure=measure)
    steps = len(Experiment(text=text).tokens)
    assert board(at)["steps"] == steps
    assert said(at)[0].startswith(f"At step {steps} so much of the state's variance hangs on the first word: RNN: ")
    assert "<b>" not in said(at)[0]


def test_the_largest_network_and_the_longest_sentence_go_together(choose):
    header = board(choose(reads="text", text=LONGEST, size="large", cell="GRU"))
    assert "ribbon" not in header["arrays"]
    assert header["rows"][1][0]["span"] == 12


@pytest.mark.parametrize("measure", MEASURES)
def test_the_claim_is_every_networks_total_effect_whatever_is_shown_below(measure, choose):
    title, _sentence = said(choose(recall_seed=2, letter="D", measure=measure))
    shares, errors = [], []
    for kind in KINDS:
        recall = Recall(kind, 2)
        found = rnnviz.memory.total_effect(recall.network(), *recall.draws())
        shares.append(f"{kind}: {found.effect.values[-1, 0]:.1%}")
        errors.append(found.effect_error.values[-1, 0])
    start = "At step 51 so much of the state's variance hangs on the first letter"
    assert title == f"{start}: {'; '.join(shares)} (± {max(errors):.1%})"


@pytest.mark.parametrize(("cell", "seed"), [("LSTM", 0), ("GRU", 4), ("RNN", 3)])
def test_the_claim_stays_the_same_for_every_letter_and_nearly_for_every_training(cell, seed, choose):
    claims = {said(choose(cell=cell, recall_seed=seed, letter=letter))[0] for letter in LETTERS}
    assert len(claims) == 1
    shown = dict(re.findall(r"(RNN|RNN, orthogonal|LSTM|GRU): ([\d.]+)%", claims.pop()))
    assert float(shown["RNN"]) == 0
    assert all(float(shown[name]) > 99 for name in shown if name != "RNN")


def test_of_a_sentence_the_claim_is_the_effect_of_drawing_its_first_word(choose):
    title, _sentence = said(choose(reads="text", text="will it rain in Taipei ?"))
    for cell in TRIO:
        read = Experiment(cell, text="will it rain in Taipei ?")
        found = rnnviz.memory.total_effect(read.network(), *read.draws(), read.input())
        assert f"{cell}: {found.effect.values[-1, 0]:.1%}" in title


def test_the_sentence_says_in_how_many_seeds_each_learnt_it_and_never_that_one_cannot(choose):
    at = choose()
    _title, sentence = said(at)
    counts = "; ".join("{} {}/{}".format(kind, *solved(kind)) for kind in KINDS)
    assert f"{Recall().card.updates} updates; learnt in so many seeds: {counts}." in sentence
    cards = [Recall(kind, seed).card for kind in KINDS for seed in SEEDS]
    assert len({(card.updates, card.batch, card.task) for card in cards}) == 1
    texts = " ".join([sentence, *(block.value for block in at.markdown), json.dumps(board(at))])
    assert not re.search(r"RNNs? (cannot|can't|can not)", texts)


def test_the_terms_on_which_they_were_trained_are_those_of_the_cards(choose):
    told = " ".join(block.value for block in choose().markdown)
    assert "Same task, updates and batches, but not the same terms." in told
    for kind in KINDS:
        card = Recall(kind).card
        assert (
            f"{kind}: {card.network['hidden_size']} units, {card.parameters:,} weights, step size {card.learning_rate}"
            in told
        )
        assert len({(one.parameters, one.learning_rate) for one in (Recall(kind, seed).card for seed in SEEDS)}) == 1
    assert told.count(f"gates start with memories of up to {Recall('GRU').card.network['memory_span']} steps") == 2
    assert told.count("orthogonal start") == 1
    assert "not the same terms" not in " ".join(block.value for block in choose(reads="text").markdown)


def test_each_measure_comes_with_its_own_sentence(choose):
    assert len({said(choose(measure=measure))[1] for measure in MEASURES}) == len(MEASURES)


def test_the_ledger_has_no_picture_of_the_rnn_and_the_gradient_is_one_chart(choose):
    rows = {measure: board(choose(measure=measure))["rows"][0] for measure in MEASURES}
    for measure in ("effect", "reveal"):
        assert [panel["array"] for panel in rows[measure]] == [f"{measure}:{kind}" for kind in KINDS]
        assert [(panel["kind"], panel["span"]) for panel in rows[measure]] == [("shares", 3)] * 4
    assert [panel["array"] for panel in rows["ledger"]] == ["ledger:LSTM", "ledger:GRU"]
    assert [panel["kind"] for panel in rows["connectivity"]] == ["chart"]
    sentence = board(choose(reads="text"))["rows"][0]
    assert [(panel["array"], panel["span"]) for panel in sentence] == [(f"effect:{cell}", 4) for cell in TRIO]


def test_a_probe_needs_many_sequences_so_my_sentence_has_none(choose):
    titles = {
        reads: " ".join(panel["title"] for row in board(choose(reads=reads))["rows"] for panel in row)
        for reads in ("recall", "text")
    }
    assert "can be read off the last state" in titles["recall"]
    assert "can be read off" not in titles["text"]


def test_the_page_speaks_chinese(choose):
    at = choose(language="zh", measure="ledger")
    assert re.search("[一-鿿]", said(at)[0])
    assert all(cell in said(at)[0] for cell in TRIO)


SUGGESTED = (
    {"reads": "text"},
    {"reads": "recall", "recall_seed": 2},
    {"reads": "recall", "measure": "reveal"},
    {"reads": "recall", "measure": "ledger"},
    {"reads": "recall", "measure": "connectivity"},
)


@pytest.mark.parametrize("k", range(5))
def test_a_suggestion_sets_its_controls_wherever_one_comes_from(k, choose):
    elsewhere = "recall" if SUGGESTED[k]["reads"] == "text" else "text"
    at = whole(choose(reads=elsewhere).button(key=f"try-{k}").click().run())
    for key, value in SUGGESTED[k].items():
        assert at.session_state[key] == value
    assert isinstance(source(at), Experiment if SUGGESTED[k]["reads"] == "text" else Recall)
    if k == 1:
        assert source(at).seed == 2


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"cell": "RNN", "recall_seed": 4, "letter": "C"},
        {"reads": "text", "cell": "GRU", "size": "medium"},
        {"reads": "text", "weights": "fresh", "text": 'it\'s "quoted" \\ 明天'},
    ],
)
def test_the_code_runs_and_gives_the_number_beside_it(choices, choose):
    code = choose(**choices).code[0].value
    space: dict[str, object] = {}
    exec(code, space)
    expression, number = re.search(r"^(found\S+(?: .*\])?)\s+# ([\d.]+)$", code, re.MULTILINE).groups()
    assert f"{eval(expression, space):.4f}" == number
