"""Networks of one's choice beside the subject: one control on four pages, true names, titles and numbers."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

import rnnviz
from rnnviz import gradients, memory
from rnnviz.app import training_jobs
from rnnviz.app.comparison import apart
from rnnviz.app.page import percent
from rnnviz.figures import style
from rnnviz.subjects import Subject
from rnnviz.subjects.address_words import from_word, to_word
from rnnviz.subjects.given import run_of
from tests.app.sent import numbers
from tests.pages.gradient_pages import told
from tests.pages.memory_page import kept
from tests.pages.visit import board, chips, claim, follow, land, panels, tell, whole

SIDE, VANISHING, MAP, MEMORY = "side_by_side.py", "vanishing_gradients.py", "gradient_map.py", "memory_decay.py"
every_page = pytest.mark.parametrize("page", [SIDE, VANISHING, MAP, MEMORY])
LARGE, GRU = "intents-lstm-large", "intents-gru-medium"
OPEN = {"model": "intents-lstm-small", "text": "play some music", "reads": "own"}
NAMES = ["LSTM (small)", "LSTM (large)", "GRU (medium)"]


def link(*beside: str, **query: str) -> dict[str, str]:
    return OPEN | query | {"beside": "~~".join(beside)}


def networks_shown(page_board: dict) -> list[str]:
    traces = [trace for panel in panels(page_board, "chart") for trace in panel["figure"]["data"]]
    return list(dict.fromkeys(trace["meta"]["network"] for trace in traces if "network" in (trace.get("meta") or {})))


def said_above(at: AppTest) -> str:
    """The claim, its numbers, and the names in the first picture."""
    return " ".join([claim(at), chips(at), *networks_shown(board(at)[0])])


@every_page
def test_networks_of_ones_choice_are_compared_and_their_link_brings_them_back(page):
    at = land(page, **OPEN)
    at.multiselect(key="beside").set_value([LARGE, GRU])
    at = whole(at.run())
    assert not at.warning
    assert all(name in said_above(at) for name in NAMES)
    assert networks_shown(board(at)[0])[:3] == NAMES
    query = {name: value[0] if isinstance(value, list) else value for name, value in at.query_params.items()}
    assert query["beside"] == f"{LARGE}~~{GRU}"
    again = land(page, **query)
    assert claim(again) == claim(at)
    assert board(again)[0]["rows"] == board(at)[0]["rows"]
    at.multiselect(key="beside").set_value([])
    at = whole(at.run())
    assert all(cell in said_above(at) for cell in ("RNN", "LSTM", "GRU"))
    assert "large" not in claim(at)


@every_page
@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ("intents-lstm-tiny", "No network called"),
        ("<script>", "No network called"),
        ("switches-rnn", "This network reads vectors"),
        ("echo-future-4-lstm-one-1-seed0", ""),
        ("~~".join([LARGE, GRU, "intents-rnn-small", "intents-gru-small"]), "Choose at most ` 3 `"),
    ],
)
def test_a_network_that_cannot_stand_beside_is_left_out_with_a_sentence(page, beside, said):
    at = land(page, **link(beside))
    assert said in at.warning[0].value
    assert "LSTM" in said_above(at)
    assert len(panels(board(at)[0], "chart")) > 1


@pytest.mark.parametrize(
    ("page", "query", "said"),
    [
        (SIDE, link("slots-lstm-one-1-seed0"), "does not give the answers of the network above"),
        (MEMORY, link("slots-lstm-one-1-seed0", model="slots-lstm-one-2-seed0", layer="2"), "no layer like"),
        (MEMORY, {"model": "recall-lstm-seed0", "beside": "intents-lstm-small"}, "It learnt another task"),
        (
            VANISHING,
            {
                "model": "untrained~cell.RNN~task.~channels.3",
                "noise": "0",
                "beside": "untrained~cell.GRU~task.~channels.4",
            },
            "It does not read the same as the network above",
        ),
    ],
)
def test_each_page_says_what_else_must_agree(page, query, said):
    assert said in land(page, **query).warning[0].value


def test_two_networks_of_one_cell_have_one_colour_two_dashes_and_two_names():
    at = land(VANISHING, **link(LARGE))
    sizes, spectrum, bounds, teaching = panels(board(at)[0], "chart")
    for panel in (sizes, spectrum, teaching):
        traces = panel["figure"]["data"]
        assert len(traces) == 2, "of a state only the whole is drawn, for a dash is a network here"
        assert {trace["line"]["color"] for trace in traces} == {style.CELLS["LSTM"]}
        assert len({trace["line"]["dash"] for trace in traces}) == 2
        assert [trace["meta"]["network"] for trace in traces] == ["LSTM (small)", "LSTM (large)"]
    assert bounds["title"].startswith("LSTM (small): ")
    assert "a dash one network" in " ".join(block.value for block in at.markdown)


def test_the_lines_are_the_gradients_of_the_networks_that_they_are_named_for():
    header, arrays = board(land(VANISHING, **link(LARGE, GRU)))
    for name, word in zip(NAMES, ("intents-lstm-small", LARGE, GRU), strict=True):
        subject = rnnviz.subject(word, text=OPEN["text"])
        curves = gradients.gradient_curves(subject.network(), subject.input(), subject.objective)
        traces = [t for t in panels(header, "chart")[0]["figure"]["data"] if t["meta"]["network"] == name]
        np.testing.assert_allclose(numbers(traces[0]["y"]), curves["state"].values[:, 0], atol=1e-5)
        assert f"sigma:{name}" in arrays


def test_sentences_are_read_by_networks_of_other_tasks_and_the_effects_are_their_own():
    at = land(MEMORY, **link("slots-gru-one-1-seed0"))
    assert "slots-gru-one-1-seed0" in at.multiselect(key="beside").value
    for name, word in (("LSTM (intents)", "intents-lstm-small"), ("GRU (travel)", "slots-gru-one-1-seed0")):
        subject = rnnviz.subject(word, text=OPEN["text"])
        effect = memory.total_effect(subject.network(), *subject.draws(), subject.input()).effect
        assert kept(at)[name] == pytest.approx(effect.values[-1, 0])


def test_of_networks_that_recall_it_is_only_said_of_all_four_kinds_how_many_seeds_learnt_it():
    usual = {"model": "recall-lstm-seed0"}
    assert any("learnt the task so often" in block.proto.body for block in land(MEMORY, **usual).get("html"))
    at = land(MEMORY, **usual, beside="recall-lstm-seed3~~recall-rnn-orthogonal-seed0")
    assert not at.warning
    assert not any("learnt the task so often" in block.proto.body for block in at.get("html"))
    assert {"LSTM (training 4)", "RNN (orthogonal start)"} < set(kept(at))


@every_page
def test_a_claim_about_a_cell_is_made_only_where_it_is_shown(page):
    at = land(page, **link("intents-gru-small", model="intents-gru-large", lang="en"))
    shown = claim(at) + " ".join(block.proto.body for block in at.get("html"))
    assert not re.search(r"\bRNN\b|\bThe LSTM\b|\bAn LSTM keeps", shown)


@pytest.mark.parametrize("page", [VANISHING, MAP, MEMORY])
def test_a_network_that_was_given_stands_beside_fresh_ones_of_its_size(page):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        given = rnnviz.subject(torch.nn.GRU(4, 8), torch.randn(20, 1, 4))
    at = land(page, **given.query())
    words = at.multiselect(key="beside").options
    assert len(words) > 3
    at = follow(
        at, **given.query(), beside=to_word(given.with_(model="untrained~cell.LSTM~size.8~task.~channels.4").model)
    )
    assert not at.warning
    assert "GRU (your own)" in claim(at)
    assert "LSTM (" in claim(at)


def test_a_choice_goes_along_from_one_page_on_gradients_to_the_other():
    at = land(VANISHING, **link(LARGE))
    at.query_params.clear()
    at = whole(at.switch_page(MAP).run())
    other = land(MAP, **link(LARGE))
    assert (claim(at), told(at)) == (claim(other), told(other))


def test_names_say_in_what_networks_differ_and_no_two_are_alike():
    def named(*words: str) -> list[str]:
        return apart(map(from_word, words))

    assert named("intents-rnn-small", "intents-lstm-small") == ["RNN", "LSTM"]
    assert named("recall-lstm-seed0", "recall-lstm-seed2") == ["LSTM", "LSTM (training 3)"]
    assert named("intents-gru-small", "slots-gru-two-1-seed0") == ["GRU (intents)", "GRU (travel, both ways)"]
    fresh = [f"untrained~cell.RNN~spectral_radius.{radius}" for radius in (0.5, 0.9)]
    assert named(*fresh) == ["RNN", "RNN (2)"]
    assert named() == []


def test_what_is_compared_reads_exactly_the_same():
    subject = Subject.from_query({"model": "untrained~cell.RNN~task.", "noise": "3", "length": "12"})[0]
    at = land(MAP, **subject.query(), beside="untrained~cell.GRU~task.~size.32")
    assert not at.warning
    assert networks_shown(board(at)[0])[0].startswith("RNN")


def test_what_the_visitor_trained_can_be_put_beside_a_shipped_network(monkeypatch):
    shipped = rnnviz.subject("recall-lstm-seed0")
    training = rnnviz.train(shipped.with_(trained=False), rnnviz.Recipe(3, 8))
    list(training)
    own = rnnviz.subject(training)
    job = SimpleNamespace(courses=[SimpleNamespace(trained=own.model), SimpleNamespace(trained=None)])
    monkeypatch.setattr(training_jobs, "of_owner", lambda owner: [job])
    at = land(SIDE, model="recall-lstm-seed0")
    assert any("after 3 updates" in option for option in at.multiselect(key="beside").options)
    at.multiselect(key="beside").set_value([to_word(own.model)])
    at = whole(at.run())
    assert [each.value for each in at.warning] == []
    assert any("after 3 updates" in name for name in networks_shown(board(at)[0]))
    titles = [panel.get("title", "") for row in board(at)[0]["rows"] for panel in row]
    assert "How far each step moves the state" in titles  # what is read here are no words
    elsewhere = land(SIDE, **OPEN).multiselect(key="beside").options
    assert not any("after 3 updates" in option for option in elsewhere)  # it learnt another task


def test_what_the_visitor_trained_together_stands_side_by_side_and_goes_through_its_training_together(monkeypatch):
    runs = []
    for cell in ("RNN", "LSTM"):
        training = rnnviz.train(rnnviz.subject("untrained", cell=cell, size="8", task="recall"), rnnviz.Recipe(10, 8))
        list(training)
        runs.append(rnnviz.subject(training).model)
    job = SimpleNamespace(courses=[SimpleNamespace(trained=run) for run in runs])
    monkeypatch.setattr(training_jobs, "of_owner", lambda owner: [job])
    chosen = runs[1]
    at = land(SIDE, model=to_word(chosen))
    assert not at.warning
    assert not [each for each in at.multiselect if each.key == "compared"]
    header = board(at)[0]
    assert networks_shown(header) == ["LSTM", "RNN"]
    shares = {run.cell: run_of(run.run).snapshots[0].accuracy for run in runs}
    told = " · ".join(["update 0", *(f"{cell} {percent(shares[cell])}" for cell in ("LSTM", "RNN"))])
    assert header["training"]["labels"][0] == told
    assert header["training"]["live"]
    assert header["rows"][0][0]["title"].endswith("“the letter A” is right")
    claims = {}
    for update in (10, 0):
        at = tell(at, "knob", {"name": "update", "value": update})
        claims[update] = claim(at)
        assert chips(at).count(f"after {update} updates") == 2
    assert claims[0] == "After 0 updates: no better than always the same answer"
    kept = [panel for row in board(at)[0]["rows"] for panel in row if "keeps" in panel.get("title", "")]
    assert len(kept) == 1
    assert "None in RNN." in kept[0]["caption"]
    names = at.selectbox(key="model").options  # each run as it is seen, before all that is shipped
    assert names[0].startswith("LSTM · first letter") or names[0].startswith("first letter")
    assert names[1] == "RNN · first letter · after 10 updates"
    monkeypatch.setattr(training_jobs, "of_owner", lambda owner: [])
    at = land(SIDE, model=to_word(chosen))
    assert not at.warning
    assert networks_shown(board(at)[0]) == ["LSTM"]
