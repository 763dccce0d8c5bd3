"""How far back?: what is told is measured on the networks; one more can be trained while one waits, and opened."""

import base64
import html
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

import rnnviz
from rnnviz.app import sweep_runs
from rnnviz.app.panels import published_experiments
from rnnviz.studies import how_far_back as study
from rnnviz.studies.published import EXPERIMENTS, came_out
from rnnviz.subjects import Subject
from rnnviz.sweeps.table import grouped
from rnnviz.training import accuracy
from tests.pages.visit import board, land

PAGE = "how_far_back.py"
QUICK = {"train": "True", "kinds": "lstm-5", "run_seed": "7", "trained_at": "20"}


def tables(at: AppTest) -> list[str]:
    return [element.body for element in at.get("html") if 'class="runs"' in element.body]


def subjects(table: str) -> list[Subject]:
    """What its links open."""
    found = []
    for address in re.findall(r'href="([^"]*)"', table):
        split = urlsplit(html.unescape(address))
        assert split.path == "memory-decay"
        subject, refused = Subject.from_query({name: value for name, (value,) in parse_qs(split.query).items()})
        assert not refused
        found.append(subject)
    return found


@pytest.fixture(scope="module")
def at() -> AppTest:
    return land(PAGE)


@pytest.fixture(scope="module")
def all_kinds() -> AppTest:
    return land(PAGE, kinds=".".join(study.KINDS), trained_at="50")


def told(at: AppTest) -> str:
    """The title."""
    claim = next(element.body for element in at.get("html") if 'class="claim"' in element.body)
    return html.unescape(re.sub("<[^>]*>", "", re.search("<h1>(.*?)</h1>", claim)[1]))


def test_six_kinds_are_shown_until_others_are_asked_for(at):
    assert list(traces(at, "seeds")) == ["lstm-0", "lstm-1", "lstm-5", "chrono", "gru", "rnn"]


def test_the_dots_are_what_each_training_answers_at_its_own_delay_and_at_another_and_their_links_open_it(all_kinds):
    header, arrays = board(all_kinds)
    ((panel,), _curves) = header["rows"]
    assert [column["key"] for column in panel["columns"]] == ["50", "100"]
    assert [row["key"] for row in panel["rows"]] == list(study.KINDS)
    shares = sweep_runs.measured(50)
    for k, kind in enumerate(study.KINDS):
        for column, opens in zip(panel["columns"], panel["rows"][k]["opens"], strict=True):
            place = study.asked(50).index(int(column["key"]))
            here = np.reshape(arrays[column["array"]], (len(study.KINDS), -1))[k]
            np.testing.assert_allclose(here[:-1], shares[kind][:, place], atol=1e-6)
            assert np.isnan(here[-1])  # nothing was trained just now
            assert opens[3] == f"memory-decay?{urlencode(study.shipped(kind, 50, 3).query())}"


def test_the_other_delay_is_the_one_at_which_an_answer_that_was_only_timed_is_wrong():
    ((panel,), _curves) = board(land(PAGE, kinds="orthogonal"))[0]["rows"]
    assert [column["key"] for column in panel["columns"]] == ["20", "22"]


def test_the_picture_shows_every_seed_as_it_answers_now(all_kinds):
    drawn = traces(all_kinds, "seeds")
    assert list(drawn) == list(study.KINDS)
    delays = study.asked(50)
    for kind in ("orthogonal", "lstm-1"):
        values = np.reshape(drawn[kind], (len(study.SEEDS), len(delays)))
        network = study.shipped(kind, 50, 3).network()
        for k in (0, 5, len(delays) - 1):
            assert values[3, k] == accuracy(network, rnnviz.TASKS["recall"](delays[k]).held_out())


def traces(at: AppTest, of: str) -> dict[str, np.ndarray]:
    """The values of the dots ("seeds") or rings ("extra") of the picture, by network."""
    (_dots, (panel,)) = board(at)[0]["rows"]
    drawn = [trace for trace in panel["figure"]["data"] if (trace.get("meta") or {}).get("of") == of]
    packed = {trace["meta"]["network"]: trace["y"] for trace in drawn}
    return {name: np.frombuffer(base64.b64decode(y["bdata"]), y["dtype"]) for name, y in packed.items()}


def test_the_title_says_with_which_forget_bias_every_training_keeps_the_letter_and_with_which_none(at):
    shares = sweep_runs.measured(20)
    place = study.asked(20).index(20)
    solved = [int((shares[kind][:, place] >= 0.95).sum()) for kind in ("lstm-0", "lstm-1", "lstm-5")]
    assert solved == [0, 0, 5]
    assert all((shares[kind][:, study.asked(20).index(100)] >= 0.95).all() for kind in ("lstm-5",))
    assert told(at) == "Start the gate wide open: trained at 20 steps, the LSTM recalls 100"


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ({"kinds": "rnn.orthogonal"}, "Right after 50 steps, wrong after 52: orthogonal RNN (median)"),
        (
            {"kinds": "lstm-1.chrono.gru"},
            "Only the LSTM (chrono start) keeps the letter for 50 steps in most trainings",
        ),
        ({"kinds": "rnn.gru"}, "None of these kinds keeps the letter for 50 steps in most trainings"),
        (
            {"kinds": "lstm-5.chrono.gru", "trained_at": "20"},
            "3 of 3 kinds shown keep the letter for 20 steps in most trainings",
        ),
        ({"kinds": "gru"}, "GRU (usual start): 0 of 5 trainings keep the letter for 50 steps"),
        (
            {"kinds": "lstm-0.lstm-1.lstm-5"},
            "Start the forget gate wide open, and the LSTM recalls 50 steps back",
        ),
    ],
    ids=lambda part: part.get("kinds") if isinstance(part, dict) else "",
)
def test_the_title_is_of_the_kinds_that_are_shown(query, title):
    assert told(land(PAGE, **{"trained_at": "50"} | query)) == title


def test_the_title_counts_where_a_forget_bias_decides_it_only_at_times(monkeypatch):
    shares = {kind: values.copy() for kind, values in sweep_runs.measured(50).items()}
    shares["lstm-1"][:2], shares["lstm-5"][4] = 1.0, 0.25
    monkeypatch.setattr(sweep_runs, "measured", lambda delay: shares)
    query = {"trained_at": "50", "kinds": "lstm-1.lstm-5"}
    assert (
        told(land(PAGE, **query))
        == "The letter is kept for 50 steps by 2 of 5 at forget bias 1, 4 of 5 at forget bias 5"
    )


def test_how_a_forget_gate_starts_is_the_sigmoid_of_its_bias(at):
    read = next(element.value for element in at.markdown if "Forget gates" in element.value)
    text = re.sub("<[^>]*>", "", read)
    for bias in (1.0, 5.0):
        share = torch.tensor(bias, dtype=torch.float64).sigmoid()
        steps = next(n for n in range(1, 200) if share**n < 0.5)  # the first at which less than half is left
        assert f"{share:.1%}" in text
        assert re.search(rf"in ({steps - 1}|{steps}) steps", text)


def test_every_seed_opens_as_a_network_on_another_page(all_kinds):
    opened = subjects(tables(all_kinds)[0])
    assert len(opened) == len(study.KINDS) * len(study.SEEDS)
    assert opened[7] == study.shipped("orthogonal", 50, 2)
    other = land("memory_decay.py", **opened[-1].query())
    assert not other.exception
    assert not other.warning
    assert other.session_state["subjects"]["memory-decay"] == opened[-1]


def test_one_more_is_trained_as_rnnviz_trains_it_and_opens_too():
    at = land(PAGE, **QUICK)
    assert not at.exception
    training = rnnviz.train(study.fresh("lstm-5", 20, 7), study.recipe("lstm-5"), task=study.learnt(20))
    for progress in training:
        if progress.update % 25 == 0 and accuracy(training.network, study.sequences(20)) >= 0.95:
            break
    rings = traces(at, "extra")["lstm-5"]
    assert rings.tolist() == [study.right(training.network, delay) for delay in study.asked(20)]
    assert f"solved after {progress.update} updates" in tables(at)[0]
    assert len(subjects(tables(at)[0])) == len(study.SEEDS) + 1


def test_a_published_experiment_is_trained_now_and_told_as_solved_x_of_y(monkeypatch):
    small = sweep_runs.EXPERIMENTS["xor"]()
    rows = {name: small.rows[name] for name in ("RNN, 1 layer, both ways", "RNN, 2 layers, both ways")}
    recipe = rnnviz.Recipe(75, 64)
    monkeypatch.setitem(sweep_runs.EXPERIMENTS, "xor", lambda: small._replace(rows=rows, recipe=recipe))
    monkeypatch.setattr(published_experiments, "came_out", lambda name: [])
    at = land(PAGE, experiment="xor", kinds="lstm-5")
    assert not at.exception
    cells = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", tables(at)[-1].partition("<tbody>")[2])
    assert cells[:2] == ["RNN, 1 layer, both ways", "0 of 1"]
    assert cells[5:7] == ["RNN, 2 layers, both ways", "1 of 1"]


def test_every_published_experiment_has_a_row_that_trains_it_and_says_what_came_out_once(at):
    rows = tables(at)[1].partition("<tbody>")[2].split("</tr>")[:-1]
    assert len(rows) == len(EXPERIMENTS)
    for name, row in zip(EXPERIMENTS, rows, strict=True):
        address = html.unescape(re.search(r'href="([^"]*)"', row)[1])
        assert parse_qs(urlsplit(address).query)["experiment"] == [name]
        told = html.unescape(row)
        assert f"{EXPERIMENTS[name]().source} · up to" in told
        for group in grouped(came_out(name)):
            assert f"{group.name}: {group.solved} of {group.runs}" in told.replace("clipped at norm 1", "clipped at 1")


@pytest.mark.parametrize(
    "query",
    [
        {"kinds": "lstm-9"},
        {"kinds": ""},
        {"run_seed": "10000"},
        {"run_rate": "1e9"},
        {"trained_at": "51"},
        {"experiment": "<script>"},
        {"train": "yes"},
    ],
    ids=lambda query: "-".join(next(iter(query.items()))),
)
def test_an_address_that_asks_for_what_cannot_be_is_refused_in_a_sentence(query):
    at = land(PAGE, **query)
    assert not at.exception
    assert len(at.warning) == 1
    assert torch.is_tensor(study.shipped("gru", 50, 0).input())
