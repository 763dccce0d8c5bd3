"""Memory decay of any network, layer and direction, and its code: it runs and gives the number beside it."""

import re

import pytest
import torch

import rnnviz
from rnnviz.memory import revealing
from rnnviz.studies.delayed_recall import subject_of
from tests.intents import intents
from tests.pages.memory_page import MEASURES, TITLES, brought, header, look
from tests.pages.visit import chips, panels
from tests.pages.visit import claim as title_of
from tests.pages.visit import sentence as sentence_of

NO_NUMBER = {"ledger": "– (no gate keeps its state)", "connectivity": "– (no readout)"}


@pytest.mark.parametrize(
    ("measures", "subject", "lacks"),
    [
        (MEASURES, brought(torch.nn.RNN, 3, 5, steps=12), {"ledger": "no ledger", "connectivity": "Without a readout"}),
        (("effect", "connectivity"), brought(torch.nn.GRU, 2, 4, steps=1), {"connectivity": "Without a readout"}),
        (
            ("reveal", "connectivity"),
            brought(torch.nn.LSTM, 3, 6, steps=9, num_layers=2, bidirectional=True),
            {"connectivity": "Without a readout"},
        ),
        (("ledger", "connectivity"), rnnviz.subject("slots-gru-two-2-seed0"), {}),
        (("effect", "connectivity"), rnnviz.subject("switches-lstm", example=1128), {}),
        (
            ("reveal", "ledger"),
            rnnviz.subject("untrained", task="", cell="minGRU", noise=1, length=20),
            {"connectivity": "Without a readout"},
        ),
    ],
    ids=["given", "one step", "deep, both ways", "slots", "vectors of a task", "noise"],
)
def test_any_network_is_shown_with_a_sentence_where_a_panel_does_not_apply(measures, subject, lacks):
    steps = subject.read().steps
    for measure in measures:
        at = look(subject, measure)
        assert title_of(at).startswith(TITLES.get(measure, ""))
        assert all(NO_NUMBER.get(measure, "–") in chip for chip in chips(at).split("; ")) == (measure in lacks)
        missing = panels(header(at), "missing")
        assert len(missing) == (measure in lacks)
        assert all(lacks[measure] in panel["text"] for panel in missing)
        assert header(at)["tokens"] == list(subject.read().tokens or [""] * steps), "numbers are the stage's to write"


def test_of_more_steps_than_it_takes_apart_it_shows_a_window_that_other_pages_need_not():
    at = look(rnnviz.subject("untrained", task="", cell="GRU", noise=0, length=300, window=150))
    assert not at.warning
    assert (len(header(at)["tokens"]), header(at)["window"]["first"]) == (200, 100)
    runs_and_gives_its_number(at.code[0].value)
    at.switch_page("states.py").run()
    assert (len(header(at)["tokens"]), header(at)["window"]) == (300, None)


@pytest.mark.parametrize(("layer", "direction"), [(1, "forward"), (2, "forward"), (2, "backward")])
def test_any_layer_and_direction_can_be_seen_and_its_code_gives_its_number(layer, direction):
    at = look(
        rnnviz.subject("slots-gru-two-2-seed0", text="from Taipei to Tainan"), layer=str(layer), direction=direction
    )
    assert at.segmented_control(key="layer").value == layer
    assert f"Where there are several layers, number {layer} is shown." in sentence_of(at)
    assert at.segmented_control(key="task").options == ["a letter, then digits", "my sentence", "its own task"]
    assert ("the last word" if direction == "backward" else "the first word") in title_of(at)
    runs_and_gives_its_number(at.code[0].value)


def test_a_network_that_reads_backward_alone_ends_at_step_1():
    at = look(rnnviz.subject("untrained", cell="GRU", directions="backward", text="play some music"), "reveal")
    assert title_of(at) == f"{TITLES['reveal']}the last word?"
    assert "it begins with the last step and ends at step 1" in sentence_of(at)
    runs_and_gives_its_number(at.code[0].value)


def test_where_the_parts_are_too_many_to_be_kept_there_is_no_half_life_and_no_ribbon(monkeypatch):
    monkeypatch.setattr(revealing, "LARGEST", 300)
    found = header(look(brought(torch.nn.GRU, 3, 5, steps=8), "reveal"))
    assert [panel["kind"] for panel in found["rows"][2]] == ["missing"]
    assert "half-life" in found["rows"][2][0]["text"]
    assert "reveal:GRU" in found["arrays"]


@pytest.mark.parametrize(
    "subject",
    [
        subject_of(),
        subject_of("orthogonal RNN", 4, "C"),
        intents("GRU", "medium"),
        intents(weights="fresh", text='it\'s "quoted" \\ 明天'),
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
