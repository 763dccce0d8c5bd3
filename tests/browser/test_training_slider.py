"""The slider over training steps: what is painted at a snapshot is recomputed from its weights in the shipped file."""

import json
import re
from functools import cache
from urllib.parse import quote

import numpy as np
import pytest
from playwright.sync_api import expect
from safetensors.torch import load_file

from rnnviz.cells import TRIO
from rnnviz.studies.delayed_recall import subject_of
from rnnviz.subjects.sizes import task
from tests.browser import reference_memory as reference
from tests.browser.painted import Number, check, close, walk
from tests.browser.reference_cells import Weights
from tests.browser.reference_networks import MODELS, doubled, read, table
from tests.browser.test_painted_truth import SENTENCE, UNITS, found_in, in_drawing, in_equations

pytestmark = pytest.mark.browser

RUNS = MODELS.parent / "runs"
SLIDER = "training step"
PAINTED = in_equations("LSTM") | in_drawing("LSTM") | {"embedding"}


def weights_at(run: str, update: int) -> tuple[int, Weights]:
    """The place of a snapshot among those of a run, and the weights that the file has there."""
    told = json.loads((RUNS / f"{run}.json").read_text("utf-8"))
    place = [shot["update"] for shot in told["snapshots"]].index(update)
    tensors = load_file(RUNS / f"{run}.safetensors").items()
    return place, doubled({k.removeprefix("weights:"): v[place] for k, v in tensors if k.startswith("weights:")})


def test_keys_go_through_the_training_without_the_server_and_every_number_is_that_of_the_snapshot(arrive):
    run = "intents-lstm-small"
    visitor = arrive(f"/step-through?model=trained~{run}~1500&text={quote(SENTENCE)}")
    slider, keyboard = visitor.page.get_by_role("slider", name=SLIDER), visitor.page.keyboard
    expect(visitor.page.locator(".stage-snapshots")).to_have_count(3)
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^update 1,500 · "))
    visitor.page.wait_for_timeout(500)
    visitor.frames.clear()
    keyboard.down("Shift")
    for update in (1000, 464, 215, 100, 46):
        place, weights = weights_at(run, update)
        keyboard.down("ArrowLeft")
        expect(visitor.stage).to_have_attribute("data-snapshot", str(place))
        values = read("LSTM", weights, task("intents").encode(SENTENCE)[:, 0])
        if update in (464, 46):
            check(walk(visitor, (1, 7), UNITS), found_in(table(values)), PAINTED)
    assert visitor.frames == []
    with visitor.answered():
        keyboard.up("ArrowLeft")
        keyboard.up("Shift")
    expect(visitor.page).to_have_url(re.compile(f"model=trained~{run}~46&"))
    check(walk(visitor, (1, 7), UNITS), found_in(table(values)), PAINTED)
    visitor.go_back()
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^update 1,500 · "))


@cache
def effects(kind: str) -> np.ndarray:
    """The share of each word in the state before the first update, (step, word)."""
    _place, weights = weights_at(f"recall-{kind.lower()}-seed0", 0)
    return reference.effects(kind, weights, *subject_of(kind).draws())[0]


def test_all_networks_of_memory_decay_go_back_to_their_first_weights(arrive):
    visitor = arrive("/memory-decay?model=trained~recall-lstm-seed0~500", ready=False)
    expect(visitor.page.locator(".stage-snapshots").first).to_be_attached(timeout=90_000)
    visitor.page.get_by_role("slider", name=SLIDER).focus()
    visitor.page.keyboard.down("Home")
    expect(visitor.stage).to_have_attribute("data-snapshot", "0")

    def expected(number: Number) -> float:
        return effects(number.place["network"])[number.step, int(number.place["source"])]

    for look in walk(visitor, (13, 50), (0,)):
        painted = [number for number in look.numbers if number.signal == "effect" and number.place["source"] != "-1"]
        assert {number.place["network"] for number in painted} == set(TRIO)
        for number in painted:
            close(number.value, expected(number), number, rtol=1e-4, atol=1e-4)
        for trace in look.traces:
            if trace["meta"]["signal"] == "effect":
                close(trace["y"], effects(trace["meta"]["network"])[:, 0], trace["meta"], rtol=1e-4, atol=1e-4)


def test_a_button_leads_from_a_shipped_network_to_its_training_and_back(arrive):
    visitor = arrive("/states?model=recall-gru-seed0")
    with visitor.answered():
        visitor.page.get_by_role("button", name="See it learn").click()
    expect(visitor.page.get_by_role("slider", name=SLIDER)).to_have_attribute(
        "aria-valuetext", "update 500 · 100% right"
    )
    with visitor.answered():
        visitor.page.get_by_role("button", name="As it came out").click()
    expect(visitor.page.get_by_role("slider", name=SLIDER)).to_have_count(0)
