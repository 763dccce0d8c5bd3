"""How the LSTM came to be, opened without a browser: every station, every number computed again."""

import base64
import copy
import json
import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from rnnviz.answers import answers
from rnnviz.cells import PeepholeLSTM
from rnnviz.network import Network
from rnnviz.studies import lost_and_won
from rnnviz.studies.lstm_history import EARLY, LENGTHS, PERIODS, SHOWN, STATIONS, STRINGS, endings_neither, subject_of
from rnnviz.summands import summands
from rnnviz.tasks.timer import wind
from tests.pages.history_measures import ends, largest, remembered, third_bit, weights_of
from tests.pages.visit import arrive, board, claim, land, panels, whole

PAGE = "how_the_lstm_came_to_be.py"
every_station = pytest.mark.parametrize("name", STATIONS)
early_station = pytest.mark.parametrize("name", EARLY)
newer_station = pytest.mark.parametrize("name", [name for name in STATIONS if name not in EARLY])


@pytest.fixture(scope="module")
def visit() -> AppTest:
    return arrive(PAGE)


def choose(at: AppTest, station: str = "Jordan 1986", period: int = PERIODS[0], language: str = "en") -> AppTest:
    for key, value in (("language", language), ("model", subject_of(station).model.name)):
        if at.segmented_control(key=key).value != value:
            at.segmented_control(key=key).set_value(value).run()
    if station == "Peephole 2000" and at.segmented_control(key="period").value != period:
        at.segmented_control(key="period").set_value(period).run()
    return whole(at)


@pytest.fixture(scope="module")
def look(visit: AppTest) -> Callable[..., AppTest]:
    """``look("GRU 2014")``: the page at a station as it stood when it was first shown, for tests that only read it."""

    @cache
    def look(station: str, language: str = "en") -> AppTest:
        return copy.copy(choose(visit, station=station, language=language))  # another run brings another tree

    return look


def numbers(values: object) -> np.ndarray:
    """What Plotly was sent: a list, or bytes of a type."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), np.dtype(values["dtype"])).astype(float)
    return np.array(values, dtype=float)


def said(at: AppTest) -> str:
    """All that the claim says, what is folded too, without its marks of terms."""
    return re.sub("<[^>]+>", "", next(one.proto.body for one in at.get("html") if "<h1>" in one.proto.body))


def evidence(at: AppTest) -> str:
    """What stands under the chart of what the newest part is good for."""
    return panels(board(at)[0], "chart")[1]["caption"]


def test_what_the_titles_say_is_measured():
    right = {name: remembered(name)[0] / remembered(name)[1] for name in EARLY}
    usual, long = ({name: ends(name)[k] / STRINGS for name in EARLY} for k in range(2))
    assert right["Jordan 1986"] < 0.6  # "nothing but its own outputs": a guess is a half
    assert usual["Jordan 1986"] < 0.6
    assert right["Elman 1990"] > 0.99  # "the hidden state comes back, but its memory is short"
    assert usual["Elman 1990"] > 0.99
    assert long["Elman 1990"] < 0.6
    assert usual["LSTM 2000"] == long["LSTM 2000"] == 1  # "the memory lasts"
    assert usual["GRU 2014"] == long["GRU 2014"] == 1
    assert third_bit("Jordan") > 0.4 > 0.1 > third_bit("RNN")
    assert right["LSTM 1997"] < 0.6  # "adds up without end and cannot let go"
    assert largest("LSTM 1997") > 100 * largest("LSTM 2000")  # "can start afresh"
    assert right["LSTM 2000"] <= right["GRU 2014"]  # "remembers as well, with fewer weights"
    assert weights_of("GRU 2014") < weights_of("LSTM 2000")


def test_who_is_right_less_often_than_a_guess_names_another_letter_and_the_legend_says_so(visit):
    for name in STATIONS:
        for length, right in zip(LENGTHS, ends(name), strict=True):
            assert right > 0.45 * STRINGS or endings_neither(name, length) > 0.1 * STRINGS
    legend = next(one.proto.body for one in choose(visit).get("html") if "bars-legend" in one.proto.body)
    assert "guessing T or P: 50%" in legend


@pytest.mark.parametrize("period", PERIODS)
def test_the_spikes_are_counted_of_a_timer_wound_anew(visit, period):
    counts = []
    for peepholes in (True, False):
        network = Network("LSTM peephole", 1, 1, generator=torch.Generator().manual_seed(9))
        cell = network.layers[0][0]
        assert isinstance(cell, PeepholeLSTM)
        wind(cell, period)
        with torch.no_grad():
            if not peepholes:
                cell.peepholes.zero_()
            counts.append(int((network(torch.zeros(60, 1, 1)) > 0.5).sum()))
    shown = evidence(choose(visit, station="Peephole 2000", period=period))
    assert shown.startswith(f"{counts[0]} spikes in 60 steps; with peepholes cut: {counts[1]}.")
    assert counts == [60 // period, 0]


def test_the_page_says_that_the_timer_was_built_by_hand_and_why(look):
    texts = json.dumps(board(look("Peephole 2000"))[0])
    assert "Built by hand, not trained" in texts
    assert "did not show in our budget" in texts


def test_the_weights_of_the_gru_are_compared_with_the_lstms(look):
    shown = evidence(look("GRU 2014"))
    assert f"{1 - weights_of('GRU 2014') / weights_of('LSTM 2000'):.0%} fewer" in shown
    drawn = panels(board(look("GRU 2014"))[0], "chart")[1]["figure"]["data"][0]
    assert dict(zip(drawn["y"], numbers(drawn["x"]), strict=True))["GRU 2014"] == weights_of("GRU 2014")


@every_station
def test_what_a_station_added_is_marked_in_its_drawing(look, name):
    (drawing,) = panels(board(look(name))[0], "diagram")
    assert tuple(box["signal"] for box in drawing["boxes"] if box["new"]) == tuple(
        box["signal"] for box in drawing["boxes"] if box["signal"] in STATIONS[name].new
    )
    assert {box["signal"] for box in drawing["boxes"]} >= set(STATIONS[name].new)
    wires = sum(wire["new"] for wire in drawing["wires"])
    assert wires == {"LSTM 2000": 4, "Peephole 2000": 3}.get(name, 0)


def test_previous_and_next_walk_along_the_stations_in_the_order_of_history(visit):
    years = [origin.year for origin in STATIONS.values()]
    assert years == sorted(years)
    at = choose(visit)
    assert at.button(key="button-station-left").disabled
    for name in [*STATIONS][1:]:
        whole(at.button(key="button-station-right").click().run())
        assert at.segmented_control(key="model").value == subject_of(name).model.name
    assert at.button(key="button-station-right").disabled
    whole(at.button(key="button-station-left").click().run())
    assert at.segmented_control(key="model").value == subject_of([*STATIONS][-2]).model.name


@every_station
def test_every_station_shows_its_drawing_its_equations_and_its_expectations(look, name):
    station = subject_of(name)
    header, arrays = board(look(name))
    network, trace = station.network(), station.trace()
    assert header["tokens"] == list(station.tokens)
    assert header["steps"] == SHOWN
    assert len(panels(header, "diagram")) == 1
    rows = panels(header, "equations")[0]["rows"]
    cell = network.layers[0][0]
    assert [row["array"] for row in rows] == [*cell.quantities, "p"]
    for quantity, parts in summands(network, trace).items():
        for term in parts.terms:
            np.testing.assert_allclose(arrays[term.name], term.values.ravel(), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(arrays[quantity], trace.layer()[quantity].values.ravel(), rtol=1e-6)
    np.testing.assert_allclose(arrays["p"], answers(network, trace).values.ravel(), atol=1e-6)
    widths = {signal.values.shape[-1] for signal in trace.layer().signals} - {
        1
    }  # one gate for all units is none of them
    assert header["units"] == min(widths)


@early_station
def test_every_early_station_stands_among_all_others_in_size_and_in_memory(look, name):
    charts = panels(board(look(name))[0], "chart")
    growth, memories = charts[0]["figure"]["data"], charts[-1]
    assert [line["name"] for line in growth] == list(EARLY)
    assert max(growth, key=lambda line: line["line"]["width"])["name"] == name
    assert all(len(numbers(line["x"])) <= 500 for line in growth)
    bars = memories["figure"]["data"][0]
    texts = dict(zip(bars["y"], bars["text"], strict=True))
    right, asked = remembered(name)
    assert texts[name] == f"{right} / {asked}"
    assert "not what their cells can" in said(look(name))


@newer_station
def test_a_newer_station_shows_what_its_cell_counts_and_recalls_as_measured_anew(look, name):
    charts = panels(board(look(name))[0], "chart")
    cell, found = STATIONS[name].cell, {}
    (kind,) = (kind for kind, built in lost_and_won.KINDS.items() if built.cell == cell and not built.options)
    for trial, asked, panel in (("counting", 256, charts[0]), ("recall", 16, charts[1])):
        assert panel["title"].startswith("Another task")
        networks = [lost_and_won.shipped(kind, trial, seed).network() for seed in lost_and_won.seeds(kind, trial)]
        found[trial] = np.mean([lost_and_won.right(network, trial, asked) for network in networks])
        bars = panel["figure"]["data"][0]
        assert dict(zip(bars["y"], numbers(bars["x"]), strict=True))[cell] == pytest.approx(found[trial])
    said = claim(look(name))
    assert ("count" in said) == (name not in ("DeltaNet 2021", "gated DeltaNet 2024"))
    if "count" in said:
        assert found["counting"] > 0.99 if name == "sLSTM 2024" else found["counting"] < 0.6
    if "recalls sixteen" in said:
        assert found["recall"] > 0.9


def test_the_effect_that_is_shown_changes_with_the_station(look):
    titles = {name: panels(board(look(name))[0], "chart")[1]["title"] for name in EARLY}
    assert titles["Elman 1990"] == titles["Jordan 1986"]
    assert titles["LSTM 1997"] == titles["LSTM 2000"]
    assert len(set(titles.values())) == 4


@every_station
def test_each_station_says_what_was_added_and_where_it_was_published(look, name):
    words, origin = said(look(name)), STATIONS[name]
    assert all(text in words for text in (origin.added, origin.dropped, origin.lacks, origin.paper))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"model": "intents-lstm-small"}, "This page tells of twelve shipped networks"),
        ({"model": "lineage-continual-reber-gru"}, "No network called"),
        ({"period": "11"}, "There is no “The timer counts to” (` period `) ` 11 `. Choose one of: ` 10, 5, 25 `"),
        ({"period": "<b>`soon`</b>"}, "There is no “The timer counts to” (` period `)"),
    ],
)
def test_a_link_to_what_there_is_not_says_so_and_the_page_opens_as_usual(query, said):
    at = land(PAGE, **query)
    (warning,) = at.warning
    assert warning.value.startswith(said)
    assert claim(at).startswith("2000: with")


def test_the_timers_period_is_in_the_address_and_a_link_brings_it_back(visit):
    at = choose(visit, station="Peephole 2000", period=25)
    query = {name: at.query_params[name] for name in ("model", "period")}
    again = land(PAGE, **{name: value[0] if isinstance(value, list) else value for name, value in query.items()})
    assert claim(again) == claim(at)
    assert evidence(again).startswith("2 spikes in 60 steps")


@pytest.mark.parametrize(
    ("k", "changes"),
    [
        (0, {"station": "LSTM 1997"}),
        (1, {"station": "LSTM 2000"}),
        (2, {"station": "Peephole 2000", "period": 25}),
        (3, {"station": "GRU 2014"}),
        (4, {"station": "mLSTM 2024"}),
    ],
)
def test_a_suggestion_sets_its_controls(visit, k, changes):
    at = whole(choose(visit).button(key=f"button-try-{k}").click().run())
    assert at.segmented_control(key="model").value == subject_of(changes["station"]).model.name
    assert at.segmented_control(key="period").value == changes["period"] if "period" in changes else True
    assert claim(at)[:4] == changes["station"][-4:]


@every_station
def test_the_code_runs_and_gives_the_number_beside_it(look, name):
    code = look(name).code[0].value
    space: dict[str, object] = {}
    exec(code, space)
    expression, number = re.search(r"^(lstm_history\S.*?)\s+# (\d+)$", code, re.MULTILINE).groups()
    assert str(eval(expression, space)) == number


@every_station
def test_every_station_speaks_chinese(look, name):
    at = look(name, "zh")
    assert re.search("[一-鿿]", claim(at))
    for panel in (panel for row in board(at)[0]["rows"] for panel in row):
        assert re.search("[一-鿿]", panel["title"]), panel["title"]


def test_the_page_tells_every_step_size_and_not_that_only_the_cell_differs(visit):
    read = said(choose(visit))
    cards = {name: subject_of(name).load().provenance.card for name in STATIONS}
    for rate in {card.learning_rate for card in cards.values()}:
        names = re.search(rf"[( ]{rate:g}: ([^;)]*)", read)[1].split(", ")
        assert names == [name for name, card in cards.items() if card.learning_rate == rate]
    (updates,), (seed,) = ({getattr(card, name) for card in cards.values()} for name in ("updates", "seed"))
    assert f"{updates} updates" in read
    assert f"seed {seed}" in read
    assert "what differs is the cell" not in read
