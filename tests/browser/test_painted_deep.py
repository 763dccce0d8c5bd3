"""What is painted of networks of two directions and of several layers is true, recomputed from their weights alone."""

from urllib.parse import quote

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from rnnviz.checkpoints import ATTENTIVE
from rnnviz.subjects import attentive
from rnnviz.subjects.sizes import task
from tests.browser import reference_gradients as reference
from tests.browser.painted import Look, Number, check, close, opened, walk
from tests.browser.reference_networks import SIDES, read, shipped
from tests.browser.test_painted_truth import in_equations

pytestmark = pytest.mark.browser

TRAVEL = "I would like to leave Taipei on November 2nd"
BITS = "0 1 1 0 1 0 0 1"
MERGES = {"sum": torch.add, "mean": lambda a, b: (a + b) / 2, "product": torch.mul}


@torch.no_grad()
def attended(ids: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Weights (T, T) and chances (T, O) of the network that reads one way with attention, by torch alone."""
    stored = load_file(ATTENTIVE / f"{attentive.NAME}.safetensors")
    weights = {name: value.double() for name, value in stored.items()}
    units = weights["network.layers.0.0.weight_hh"].shape[1]
    reading = torch.nn.LSTM(weights["network.embedding.weight"].shape[1], units, dtype=torch.float64)
    parts = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    reading.load_state_dict({f"{part}_l0": weights[f"network.layers.0.0.{part}"] for part in parts})
    h, _last = reading(weights["network.embedding.weight"][ids])
    shares, chances = [], []
    for t in range(len(ids)):
        query = weights["attention.query.weight"] @ h[t]
        keys = [weights["attention.key.weight"] @ h_j + weights["attention.key.bias"] for h_j in h]
        scores = torch.stack([weights["attention.score.weight"][0] @ torch.tanh(query + key) for key in keys])
        shares.append(scores.softmax(0))
        context = sum(share * h_j for share, h_j in zip(shares[-1], h, strict=True))
        shown = torch.cat([h[t], context])
        chances.append((weights["readout.weight"] @ shown + weights["readout.bias"]).softmax(0))
    return torch.stack(shares).numpy(), torch.stack(chances).numpy()


def without_bars(look: Look) -> Look:
    """Without the numbers that are the height of a bar and not written."""
    return look._replace(numbers=[number for number in look.numbers if number.signal != "alpha" or number.text])


@pytest.mark.parametrize("cell", ["LSTM", "RNN"])
def test_two_directions_paints_the_truth(arrive, cell):
    visitor = opened(arrive, f"/two-directions?task=slots&cell={cell}&text={quote(TRAVEL)}")
    ids = task("slots").encode(TRAVEL)[:, 0]
    weights = {ways: shipped(f"slots-{cell.lower()}-{ways}-1-seed0") for ways in ("one", "two")}
    values = {ways: read(cell, weights[ways], ids) for ways in weights}
    hangs, two = reference.answers_hang_on(cell, weights["two"], ids), values["two"]
    h = [two.layers[0, side]["h"] for side in SIDES]
    looked, chances = attended(ids)
    merged = {f"h:{name}": merge(*h) for name, merge in MERGES.items()}

    def expected(number: Number) -> float:
        side = number.place.get("direction", "")
        if "|" in number.signal:  # in the equations, which are there for both directions
            name, _bar, ending = number.signal.partition("|")
            side, _colon, of_sum = ending.partition(":")
            return two.layers[0, side][f"{name}:sum" if of_sum else name][number.step, number.index]
        if number.signal in hangs:
            return hangs[number.signal][side][number.step, number.step]
        if number.signal == "alpha":
            return looked[number.step, int(number.place["position"])]
        if number.place.get("network") == "attentive":
            return chances[number.step, number.index]
        if number.signal == "p" and "network" in number.place:
            return values[number.place["network"].partition(":")[0]].answers["p"][number.step, number.index]
        here = merged | two.answers | ({"h": two.layers[0, side]["h"]} if side else {})
        return here[number.signal][number.step, number.index]

    told = {signal.partition(":sum") for signal in in_equations(cell) if not signal.startswith("p")}
    both = {f"{name}|{side}{of_sum}" for name, of_sum, _rest in told for side in SIDES}
    signals = {"p", "alpha", "p:0", "p:1", "p:2", "p:sum", "h", *hangs, *both}
    steps = (0, 1, 5, len(ids) - 1)
    looks = walk(visitor, steps, (0, 7))
    for look in looks:
        bars = [number for number in look.numbers if number.signal == "alpha" and not number.text]
        close([number.value for number in bars], looked[look.step], "alpha")
    check(map(without_bars, looks), expected, signals)
    for look in looks:
        for trace in look.traces:
            signal, side = trace["meta"]["signal"], trace["meta"]["direction"]
            wanted = two.layers[0, side]["h"].T.numpy() if trace["z"] else hangs[signal][side][look.step]
            close(trace["z"] or trace["y"], wanted, trace["meta"])
        assert len(look.traces) == 2 + 3 * 2
    for name in MERGES:
        visitor.page.locator(".stage-sides .sentence-signals button", has_text=name).click()
        check(map(without_bars, walk(visitor, steps[1:3], (7,))), expected, signals | {f"h:{name}"})


@pytest.mark.parametrize(("cell", "ways"), [("LSTM", "two"), ("GRU", "one")])
def test_a_deep_network_paints_the_truth(arrive, cell, ways):
    visitor = opened(arrive, f"/states?cell={cell}")  # a unit that is chosen on one page is that of the next
    visitor.page.locator(".unit-chooser input").first.fill("4")
    visitor.page.locator(".unit-chooser input").first.press("Enter")
    visitor.at_unit(4)
    visitor.choose_page("Deep network")
    visitor.page.wait_for_selector(".stage-grid")
    words = {"one": "one way", "two": "both ways"}[ways]
    if visitor.chosen("directions") != words:
        visitor.choose("directions", words)
    visitor.type_sentence(BITS)
    visitor.page.wait_for_function(f"document.querySelectorAll('.readings-column').length === {len(BITS.split())}")
    visitor.ready()
    ids = task("neighbour_xor").encode(BITS)[:, 0]
    weights = {k: shipped(f"neighbour-xor-{cell.lower()}-{ways}-{k}-seed0") for k in range(1, 5)}
    deep = {k: read(cell, weights[k], ids) for k in weights}
    shown, gradients = deep[2], reference.by_layer(cell, weights[2], ids, len(ids) // 2)

    def expected(number: Number) -> float:
        layer, side = (number.place.get(name, "") for name in ("layer", "direction"))
        if number.signal == "log10 dL/dh":
            return gradients[side][int(layer), number.step]
        if layer:
            return shown.layers[int(layer), side][number.signal][number.step, number.index]
        network = number.place.get("network", f"{ways}:2")
        assert network.startswith(ways)
        return deep[int(network.partition(":")[2])].answers["p"][number.step, number.index]

    own = {"LSTM": {"h", "i", "f", "g", "o", "c"}, "GRU": {"h", "r", "z", "n"}}[cell]
    tabs = visitor.page.locator(".grid-name")
    assert tabs.count() == 2 * (1 + (ways == "two"))
    for tab in range(tabs.count()):
        tabs.nth(tab).click()
        looks = walk(visitor, (0, 3, len(ids) - 1))
        check(looks, expected, {"p", "log10 dL/dh", *own})
        shown_h = [number for number in looks[0].numbers if number.signal == "h"]
        assert [number.index for number in shown_h] == [4]
        layer, side = 1 - tab // (1 + (ways == "two")), SIDES[::-1][tab % 2] if ways == "two" else "forward"
        assert (shown_h[0].place["layer"], shown_h[0].place["direction"]) == (str(layer), side)
    for trace in looks[0].traces:
        meta = trace["meta"]
        if meta["signal"] == "h":
            close(trace["z"], shown.layers[meta["layer"], meta["direction"]]["h"].T.numpy(), meta)
        else:
            close(trace["customdata"], gradients[meta["direction"]], meta)
    assert len(looks[0].traces) == 3 * (1 + (ways == "two"))
