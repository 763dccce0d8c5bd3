"""Memory decay, from its controls down: no choice takes it down, its sentences are computed, its code is true."""

import json
import re

import pytest
import torch
from streamlit.testing.v1 import AppTest

import rnnviz
from rnnviz.cells import CELLS, TRIO
from rnnviz.memory import revealing
from rnnviz.studies.delayed_recall import KINDS, SEEDS, card_of, solved, subject_of
from rnnviz.subjects import Subject
from rnnviz.subjects.sizes import SIZES
from rnnviz.tasks.delayed_recall import LETTERS, example
from tests.pages.visit import arrive, board, follow, land, panels, shown, wanted, whole
from tests.pages.visit import claim as title_of

PAGE = "memory_decay.py"
LONGEST = " ".join(["what", "is", "the", "weather", "?"] * 40)
MEASURES = ("effect", "reveal", "ledger", "connectivity")


def link(subject: Subject, measure: str = "effect") -> dict[str, str]:
    return subject.query() | {"measure": measure}


def look(subject: Subject, measure: str = "effect", **more: str) -> AppTest:
    """A new visitor, who comes with a link to a subject; it is what they see."""
    at = land(PAGE, **link(subject, measure), **more)
    assert not at.warning
    assert shown(at) == subject
    return at


def sentence_of(at: AppTest) -> str:
    """What stands under the claim."""
    return next(found[1] for one in at.get("html") if (found := re.search("</h1><p>(.*)</p>", one.proto.body)))


def header(at: AppTest) -> dict:
    return board(at)[0]


@pytest.mark.parametrize(
    ("seed", "measure"), [*zip(SEEDS, MEASURES * 2, strict=False), (0, "ledger"), (4, "connectivity")]
)
def test_every_seed_and_every_measure_can_be_seen(seed, measure):
    assert header(look(subject_of("LSTM", seed), measure))["steps"] == 51


@pytest.mark.parametrize(("letter", "kind"), [*zip(LETTERS, KINDS, strict=True)])
def test_every_letter_and_every_kind_can_be_chosen(letter, kind):
    at = look(subject_of(kind, 0, letter))
    assert header(at)["tokens"][0] == letter
    assert header(at)["rows"][2][0]["title"] == f"One unit of the {kind}: what each word added and took away"


@pytest.mark.parametrize(("cell", "size"), [*zip(CELLS, [*SIZES] * 3, strict=False)])
def test_every_cell_and_size_reads_my_sentence(cell, size):
    subject = wanted(cell, size)
    assert header(look(subject))["units"] == subject.units


@pytest.mark.parametrize(
    ("text", "weights"),
    [(LONGEST, "trained"), (LONGEST, "fresh"), ("?", "trained"), ("zzzz", "fresh"), ("<b>明天</b> & `y`", "trained")],
)
@pytest.mark.parametrize("measure", ["ledger", "connectivity"])
def test_every_sentence_can_be_read_from_one_token_to_two_hundred(text, weights, measure):
    subject = wanted(text=text, weights=weights)
    at, steps = look(subject, measure), len(subject.tokens)
    assert header(at)["steps"] == steps
    assert title_of(at).startswith(f"At step {steps} so much of the state's variance hangs on the first word: RNN: ")
    assert "<b>" not in title_of(at)


def test_the_largest_network_and_the_longest_sentence_go_together():
    found = header(look(wanted("GRU", "large", LONGEST)))
    assert "ribbon" not in found["arrays"]
    assert found["rows"][1][0]["span"] == 12


@pytest.mark.parametrize("measure", MEASURES)
def test_the_claim_is_every_networks_total_effect_whatever_is_shown_below(measure):
    title = title_of(look(subject_of("LSTM", 2, "D"), measure))
    shares, errors = [], []
    for kind in KINDS:
        recall = subject_of(kind, 2)
        found = rnnviz.memory.total_effect(recall.network(), *recall.draws())
        shares.append(f"{kind}: {found.effect.values[-1, 0]:.1%}")
        errors.append(found.effect_error.values[-1, 0])
    start = "At step 51 so much of the state's variance hangs on the first letter"
    assert title == f"{start}: {'; '.join(shares)} (± {max(errors):.1%})"


@pytest.mark.parametrize(("cell", "seed"), [("LSTM", 0), ("GRU", 4), ("RNN", 3)])
def test_the_claim_stays_the_same_for_every_letter_and_nearly_for_every_training(cell, seed):
    claims = {title_of(look(subject_of(cell, seed, letter))) for letter in LETTERS}
    assert len(claims) == 1
    shares = dict(re.findall(r"(RNN|RNN, orthogonal|LSTM|GRU): ([\d.]+)%", claims.pop()))
    assert float(shares["RNN"]) == 0
    assert all(float(shares[name]) > 99 for name in shares if name != "RNN")


def test_of_a_sentence_the_claim_is_the_effect_of_drawing_its_first_word():
    title = title_of(look(wanted(text="will it rain in Taipei ?")))
    for cell in TRIO:
        read = wanted(cell, text="will it rain in Taipei ?")
        found = rnnviz.memory.total_effect(read.network(), *read.draws(), read.input())
        assert f"{cell}: {found.effect.values[-1, 0]:.1%}" in title


def test_the_sentence_says_in_how_many_seeds_each_learnt_it_and_never_that_one_cannot():
    at = arrive(PAGE)
    assert shown(at) == subject_of()
    counts = "; ".join("{} {}/{}".format(kind, *solved(kind)) for kind in KINDS)
    assert f"{card_of('LSTM').updates} updates; learnt in so many seeds: {counts}." in sentence_of(at)
    cards = [card_of(kind, seed) for kind in KINDS for seed in SEEDS]
    assert len({(card.updates, card.batch, card.task) for card in cards}) == 1
    texts = " ".join([sentence_of(at), *(block.value for block in at.markdown), json.dumps(header(at))])
    assert not re.search(r"RNNs? (cannot|can't|can not)", texts)


def test_the_terms_on_which_they_were_trained_are_those_of_the_cards():
    told = " ".join(block.value for block in arrive(PAGE).markdown)
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
    assert "not the same terms" not in " ".join(block.value for block in look(wanted()).markdown)


def test_each_measure_comes_with_its_own_sentence():
    assert len({sentence_of(look(subject_of(), measure)) for measure in MEASURES}) == len(MEASURES)


def test_the_ledger_has_no_picture_of_the_rnn_and_the_gradient_is_one_chart():
    rows = {measure: header(look(subject_of(), measure))["rows"][0] for measure in MEASURES}
    for measure in ("effect", "reveal"):
        assert [panel["array"] for panel in rows[measure]] == [f"{measure}:{kind}" for kind in KINDS]
        assert [(panel["kind"], panel["span"]) for panel in rows[measure]] == [("shares", 3)] * 4
    assert [panel["array"] for panel in rows["ledger"]] == ["ledger:LSTM", "ledger:GRU"]
    assert [panel["kind"] for panel in rows["connectivity"]] == ["chart"]
    row = header(look(wanted()))["rows"][0]
    assert [(panel["array"], panel["span"]) for panel in row] == [(f"effect:{cell}", 4) for cell in TRIO]


@pytest.mark.parametrize(
    ("subject", "read"),
    [(subject_of(), True), (wanted(), False), (rnnviz.subject("recall-gru-seed0", text="a 1 2"), False)],
)
def test_a_probe_needs_many_sequences_so_a_typed_one_has_none(subject, read):
    titles = " ".join(panel["title"] for row in header(look(subject))["rows"] for panel in row)
    assert ("can be read off the last state" in titles) == read


def test_the_page_speaks_chinese():
    at = look(subject_of(), "ledger", lang="zh")
    assert re.search("[一-鿿]", title_of(at))
    assert all(cell in title_of(at) for cell in TRIO)


# Controls and links


@pytest.fixture(scope="module")
def visit() -> AppTest:
    return arrive(PAGE)


def start(at: AppTest, subject: Subject, measure: str = "effect") -> AppTest:
    return follow(at, **link(subject, measure))


def choose(at: AppTest, key: str, value: object) -> AppTest:
    at = whole(at.segmented_control(key=key).set_value(value).run())
    assert not at.warning
    return at


def test_the_controls_of_the_page_choose_the_subject_and_the_address_says_it(visit):
    at = start(visit, subject_of("RNN, orthogonal", 1, "B"))
    for key, value, expected in (
        ("text:letter", example("C"), subject_of("RNN, orthogonal", 1, "C")),
        ("seed", 4, subject_of("RNN, orthogonal", 4, "C")),
        ("cell", "GRU", subject_of("GRU", 4, "C")),
        ("measure", "ledger", subject_of("GRU", 4, "C")),
    ):
        assert shown(choose(at, key, value)) == expected
    query = {name: value[0] if isinstance(value, list) else value for name, value in at.query_params.items()}
    assert query["model"] == "recall-gru-seed4"
    assert query["measure"] == "ledger"
    other = land(PAGE, **query)
    assert shown(other) == shown(at)
    assert header(other)["rows"] == header(at)["rows"]


def test_letters_and_my_sentence_are_one_choice_and_each_comes_back():
    at = look(wanted("GRU", text="will it rain ?"))
    assert shown(choose(at, "task", "recall")) == subject_of("GRU")
    choose(at, "text:letter", example("D"))
    assert shown(choose(at, "task", "intents")) == wanted("GRU", text="will it rain ?")
    assert shown(choose(at, "task", "recall")) == subject_of("GRU", 0, "D")


def test_an_untrained_network_reads_letters_too_beside_its_like():
    at = choose(look(wanted("ESN")), "task", "recall")
    assert not shown(at).trained
    assert all(f"{cell}: " in title_of(at) for cell in (*TRIO, "ESN"))
    assert "learnt in so many seeds" not in sentence_of(at)
    assert {each.key for each in at.segmented_control} >= {"text:letter", "measure"}
    assert shown(choose(at, "cell", "LSTM")) == subject_of()


def test_a_letter_of_ones_own_is_a_choice_like_the_others(visit):
    at = start(visit, rnnviz.subject("recall-lstm-seed0", text="b 1 2 3"))
    assert at.segmented_control(key="text:letter").options == [*LETTERS, "my own"]
    assert shown(choose(at, "text:letter", example("B"))) == subject_of("LSTM", 0, "B")
    assert at.segmented_control(key="text:letter").options == list(LETTERS)


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        ({"cell": "GRU"}, subject_of("GRU")),
        ({"text": "what time is it ?"}, wanted()),
        ({"cell": "RNN", "size": "medium", "text": "will it rain ?"}, wanted("RNN", "medium", "will it rain ?")),
        ({"weights": "fresh", "seed": "7", "text": "hello"}, wanted(weights="fresh", seed=7, text="hello")),
        ({"text": example("C")}, subject_of(letter="C")),
        ({"model": "recall-gru-seed2"}, subject_of("GRU", 2)),
    ],
)
def test_links_open_what_they_name(query, subject):
    at = land(PAGE, **query)
    assert shown(at) == subject
    assert not at.warning


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"measure": "weight"}, "There is no ` measure ` ` weight `"),
        ({"text": " "}, "There is nothing to read yet"),
        ({"model": "recall-gru-seed9"}, "No network called"),
        ({"model": "untrained~cell.LSTM~task.", "noise": "1", "length": "201"}, "` 201 ` steps"),
    ],
)
def test_a_link_to_what_cannot_be_shown_says_why_and_the_page_opens_as_usual(query, said):
    at = land(PAGE, **query)
    assert said in at.warning[0].value
    assert "the first letter: RNN: 0.0%; RNN, orthogonal: 100.0%; LSTM: 100.0%" in title_of(at)


# Other subjects


def brought(kind: type[torch.nn.Module], *sizes: int, steps: int, **more: object) -> Subject:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        return rnnviz.subject(kind(*sizes, **more), torch.randn(steps, sizes[0]))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    ("subject", "lacks"),
    [
        (brought(torch.nn.RNN, 3, 5, steps=12), {"ledger": "no ledger", "connectivity": "Without a readout"}),
        (brought(torch.nn.GRU, 2, 4, steps=1), {"connectivity": "Without a readout"}),
        (
            brought(torch.nn.LSTM, 3, 6, steps=9, num_layers=2, bidirectional=True),
            {"connectivity": "Without a readout"},
        ),
        (rnnviz.subject("slots-gru-two-2-seed0"), {}),
        (rnnviz.subject("switches-lstm", example=1128), {}),
        (
            rnnviz.subject("untrained", task="", cell="minGRU", noise=1, length=20),
            {"connectivity": "Without a readout"},
        ),
    ],
    ids=["given", "one step", "deep, both ways", "slots", "vectors of a task", "noise"],
)
def test_any_network_is_shown_with_a_sentence_where_a_panel_does_not_apply(subject, lacks, measure):
    at = look(subject, measure)
    steps = subject.read().steps
    assert title_of(at).startswith(f"At step {steps} so much of the state's variance hangs on the first word: ")
    missing = panels(header(at), "missing")
    assert len(missing) == (measure in lacks)
    assert all(lacks[measure] in panel["text"] for panel in missing)
    assert len(header(at)["tokens"]) == steps
    assert all(header(at)["tokens"]), "a step without a word has its number"


@pytest.mark.parametrize(("layer", "direction"), [(1, "forward"), (2, "forward"), (2, "backward")])
def test_any_layer_and_direction_can_be_seen_and_its_code_gives_its_number(layer, direction):
    at = look(
        rnnviz.subject("slots-gru-two-2-seed0", text="from Taipei to Tainan"), layer=str(layer), direction=direction
    )
    assert at.segmented_control(key="layer").value == layer
    assert f"Of its 2 layers this is number {layer}." in sentence_of(at)
    assert at.segmented_control(key="task").options == ["a letter, then digits", "my sentence", "its own task"]
    assert title_of(at).startswith("At step 1 so" if direction == "backward" else "At step 4 so")
    runs_and_gives_its_number(at.code[0].value)


def test_a_network_that_reads_backward_alone_ends_at_step_1():
    at = look(rnnviz.subject("untrained", cell="GRU", directions="backward", text="play some music"), "reveal")
    assert title_of(at).startswith("At step 1 so much of the state's variance hangs on the first word: ")
    assert "its first word is the last one" in sentence_of(at)
    runs_and_gives_its_number(at.code[0].value)


def test_where_the_parts_are_too_many_to_be_kept_there_is_no_half_life_and_no_ribbon(monkeypatch):
    monkeypatch.setattr(revealing, "LARGEST", 300)
    found = header(look(brought(torch.nn.GRU, 3, 5, steps=8), "reveal"))
    assert [panel["kind"] for panel in found["rows"][2]] == ["missing"]
    assert "half-life" in found["rows"][2][0]["text"]
    assert "reveal:GRU" in found["arrays"]


# What stands below

LETTER = subject_of("GRU", 3, "C")
SUGGESTED = (
    (wanted("GRU"), "effect"),
    (subject_of("GRU", 2, "C"), "effect"),
    (LETTER, "reveal"),
    (LETTER, "ledger"),
    (LETTER, "connectivity"),
)


@pytest.mark.parametrize("k", range(5))
def test_a_suggestion_sets_its_controls_wherever_one_comes_from(k, visit):
    at = whole(start(visit, LETTER).button(key=f"try-{k}").click().run())
    expected, measure = SUGGESTED[k]
    assert shown(at).model == expected.model
    assert k == 0 or shown(at) == expected
    assert at.session_state["knobs"]["MemoryDecay", "measure"] == measure
    for elsewhere in (wanted("ESN"), brought(torch.nn.RNN, 3, 5, steps=4)):
        at = whole(start(visit, elsewhere).button(key=f"try-{k}").click().run())
        assert not at.warning
        assert shown(at).load().task.name == ("intents" if k == 0 else "recall")
        assert k == 0 or shown(at).trained


@pytest.mark.parametrize(
    "subject",
    [
        subject_of(),
        subject_of("RNN, orthogonal", 4, "C"),
        wanted("GRU", "medium"),
        wanted(weights="fresh", text='it\'s "quoted" \\ 明天'),
        rnnviz.subject("slots-lstm-two-2-seed0", text="from taipei"),
        rnnviz.subject("switches-gru", example=1128),
    ],
)
def test_the_code_runs_and_gives_the_number_beside_it(subject):
    runs_and_gives_its_number(look(subject).code[0].value)


def runs_and_gives_its_number(code: str) -> None:
    space: dict[str, object] = {}
    exec(code, space)
    expression, number = re.search(r"^(effects\S+(?: .*\])?)\s+# ([\d.]+)$", code, re.MULTILINE).groups()
    assert f"{eval(expression, space):.4f}" == number
