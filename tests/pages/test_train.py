"""The page Train: alive at first, a run that can be watched, stopped and looked at, and what cannot be trained."""

import time
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from pages.lab_knobs import Train
from rnnviz.app import training_jobs
from rnnviz.app.panels import training_live, training_settings
from rnnviz.app.training_jobs import workers
from rnnviz.studies.delayed_recall import card_of
from rnnviz.subjects.address_words import from_word
from rnnviz.subjects.kept import on_behalf_of
from rnnviz.subjects.shipped_runs import run
from rnnviz.subjects.sizes import task
from tests.app.jobs import Local
from tests.pages.test_training_steps import snapshots
from tests.pages.visit import board, chips, claim, follow, land, panels, sentence, tell, whole

PAGE = "train.py"
SMALL = {"learns": "parity", "cells": "RNN.GRU", "updates": "50", "units": "8", "batch": "8"}


@pytest.fixture(autouse=True)
def local(monkeypatch):
    monkeypatch.setattr(workers, "take", Local)
    monkeypatch.setattr(workers, "prepare", lambda: None)
    monkeypatch.setattr(training_jobs, "prepare", lambda: None)
    yield
    for owner in list(training_jobs._jobs):
        training_jobs.release(owner)


def settings_of(query: dict[str, str]) -> dict[str, object]:
    found, wrong = Train.from_query(query)
    assert not wrong
    return found.changed()


def ended(at):
    """The page once its job has ended."""
    owner = at.session_state["owner"]
    until = time.monotonic() + 60
    while training_jobs.latest(owner).state != "ended":
        assert time.monotonic() < until
        time.sleep(0.02)
    return whole(at.run())


def traces(at) -> dict[str, list[dict]]:
    return {panel["title"]: panel["figure"]["data"] for panel in panels(board(at)[0], "chart")}


def test_it_opens_with_the_shipped_runs_and_tells_what_they_came_to():
    at = land(PAGE)
    assert claim(at) == "Learnt within 500 updates: LSTM and GRU. Still guessing: RNN"
    last = {name: run(f"recall-{name.lower()}-seed0").snapshots[500].accuracy for name in ("RNN", "LSTM", "GRU")}
    assert not chips(at)  # the slider tells them
    assert board(at)[0]["snapshots"][-1] == "update 500 · RNN {RNN:.0%} · LSTM {LSTM:.0%} · GRU {GRU:.0%}".format(
        **last
    )
    assert "A recorded run" in sentence(at)
    span = card_of("GRU").network["memory_span"]
    assert f"LSTM and GRU started with gates set to remember up to {span} steps." in sentence(at)
    assert len(traces(at)) == 5
    header = board(at)[0]
    assert header["snapshots"][14] == "update 75 · RNN 23% · LSTM 77% · GRU 100%"
    updates = list(run("recall-lstm-seed0").snapshots)
    along = {panel["title"]: panel.get("along") for panel in panels(header, "chart")}
    assert [title for title, places in along.items() if places != updates] == ["How far back the gradient reaches"]
    assert training_jobs.latest(at.session_state["owner"]) is None


def test_a_press_trains_what_is_chosen_and_its_networks_open_on_other_pages():
    at = land(PAGE)
    chosen = {("Train", name): value for name, value in settings_of(SMALL).items()}
    at.session_state["knobs"] = at.session_state["knobs"] | chosen
    whole(at.button(key="button-train").click().run())
    at = ended(at)
    (job,) = [training_jobs.latest(at.session_state["owner"])]
    assert [course.cell for course in job.courses] == ["RNN", "GRU"]
    assert [course.updates for course in job.courses] == [50, 50]
    assert all(course.cell in board(at)[0]["snapshots"][-1] for course in job.courses)
    assert "50 updates" in claim(at)
    assert "Open a network" in sentence(at)
    word = f"trained~{job.courses[1].kept}~50"
    assert from_word(job.courses[1].model).cell == "GRU"
    at.query_params.clear()
    at.query_params["model"] = word
    at = whole(at.switch_page("step_through.py").run())
    assert not at.warning
    assert at.session_state["subjects"]["step-through"].model.updates[-1] == 50
    at.query_params.clear()
    at = whole(at.switch_page(PAGE).run())
    assert board(at)[0]["snapshots"][-1].startswith("update 50 ")


def test_a_change_of_settings_alone_trains_nothing():
    at = land(PAGE)
    whole(at.selectbox(key="updates").select(50).run())
    assert at.session_state["page"].address == "train"
    assert training_jobs.latest(at.session_state["owner"]) is None


def test_a_run_that_ends_while_the_page_is_drawn_leaves_no_button_to_stop_it(monkeypatch):
    at, drawn, seen = ended(land(PAGE, **SMALL)), training_settings.draw, []

    def draw(job) -> bool:
        seen.append(job)
        return drawn(SimpleNamespace(state="running") if len(seen) == 1 else job)

    monkeypatch.setattr(training_settings, "draw", draw)
    at = whole(at.run())
    assert len(seen) == 2
    assert [button.key for button in at.button if button.key in ("button-train", "button-stop")] == ["button-train"]


def test_a_link_of_other_settings_trains_them_and_says_them_again():
    at = ended(land(PAGE, **SMALL))
    assert at.session_state["page"].knobs(**settings_of(SMALL)).query() == SMALL  # what a link says of them
    job = training_jobs.latest(at.session_state["owner"])
    asked = training_settings.asked(Train(**settings_of(SMALL)))
    assert [(course.model, course.recipe) for course in job.courses] == asked
    loss = traces(at)["Loss: what training makes small"]
    assert [trace["name"] for trace in loss if trace.get("name")] == ["RNN", "GRU"]
    at = follow(at, **SMALL | {"draw": "1"})
    assert "other settings than you chose" in sentence(at)


def test_a_run_that_has_ended_goes_on_from_the_snapshot_that_is_chosen():
    at = ended(land(PAGE, **SMALL | {"schedule": "constant"}))
    first = training_jobs.latest(at.session_state["owner"])
    assert at.button(key="button-go-on").label == "Go on to 100 updates"
    at = whole(at.selectbox(key="since").select(18).run())
    assert at.button(key="button-go-on").label == "Go on to 50 updates"
    whole(at.button(key="button-go-on").click().run())
    at = ended(at)
    again = training_jobs.latest(at.session_state["owner"])
    assert [course.start.update for course in again.courses] == [18, 18]
    assert [course.kept for course in again.courses] == [course.kept for course in first.courses]
    whole(at.button(key="button-go-on").click().run())
    at = ended(at)
    assert board(at)[0]["snapshots"][-1].startswith("update 100 ")
    assert at.session_state["page"].knobs(**settings_of(SMALL | {"updates": "100"})).updates == 100
    whole(at.multiselect(key="cells").set_value(["LSTM"]).run())
    assert "button-go-on" not in [button.key for button in at.button]


def test_encoder_decoders_are_trained_side_by_side_and_seen_on_translate():
    query = {"learns": "dates", "updates": "50", "units": "8", "batch": "8"}
    query |= {"teacher_forcing": "0.5", "through": "20", "dropout": "0.2", "keeps": "3"}
    at = ended(land(PAGE, **query))
    assert dict(at.query_params) == query
    first, second = training_jobs.latest(at.session_state["owner"]).courses
    for course in (first, second):
        recipe, model = course.recipe, from_word(course.model)
        assert (recipe.teacher_forcing, recipe.truncate, recipe.dropout) == (0.5, 20, 0.2)
        assert dict(model.options) == {"forget_bias": 3.0}
    assert [from_word(course.model).attention for course in (first, second)] == [True, False]
    assert claim(at) == "After 50 updates: not learnt yet"
    assert board(at)[0]["snapshots"][-1] == "update 50 · GRU (attention) 0% · GRU (one vector) 0%"
    assert list(traces(at)) == [
        "Right answers on new sequences",
        "Loss: what training makes small",
        "How far into the text the gradient reaches",
        "How open the gates are that keep the state",
        "How large the gradient is",
    ]
    sizes = np.hypot(*(10**side.gradient.values for side in second.snapshots[-1].layers))
    drawn = board(at)[1]["reaching:GRU (one vector)"].reshape(len(second.snapshots), -1)[-1]
    np.testing.assert_allclose(drawn, np.clip(sizes / sizes.max(), 1e-12, 1), rtol=1e-5)
    links = [link.proto for link in at.get("page_link") if link.proto.label == "Translate"]
    assert [link.query_string for link in links] == [f"run={course.kept}~50" for course in (first, second)]
    names = [slider.label for slider in at.slider]
    assert "Teacher forcing" in names
    assert {"through", "dropout", "keeps"} <= {group.key for group in at.button_group}
    assert "truncate=20, dropout=0.2" in at.code[0].value
    space: dict = {}
    exec(at.code[0].value.replace("updates=50", "updates=1"), space)
    assert list(space["subjects"]) == ["GRU (attention)", "GRU (one vector)"]

    at.query_params.clear()
    at.query_params["run"] = f"{first.kept}~50"
    at = whole(at.switch_page("translate.py").run())
    header, arrays = board(at)
    updates = header["training"]["updates"]
    assert (updates, header["training"]["live"], header["steps"]) == (
        [shot.update for shot in first.snapshots],
        True,
        11,
    )
    with torch.no_grad(), on_behalf_of(at.session_state["owner"]):
        network = first.trained.load().network
        scores = network(task("dates").encode("Saturday the third of May 2025"))
    assert arrays["p"].reshape(11, -1) == pytest.approx(scores.softmax(-1)[:, 0].numpy(), abs=1e-5)
    boards = snapshots(at)
    assert set(boards) == set(range(len(updates)))
    space = {}
    exec(at.code[0].value, space)
    assert f"# {space['result'].written}" in at.code[0].value
    at = tell(at, "knob", {"name": "update", "value": updates[4]})
    assert dict(at.query_params) == {"run": f"{first.kept}~{updates[4]}"}
    after, numbers = board(at)
    own, values = boards[4]
    assert (own["rows"], own["tokens"]) == (after["rows"], after["tokens"])
    assert values["alpha"].tobytes() == numbers["alpha"].tobytes()
    assert f"after {updates[4]} updates" in sentence(at)
    at = whole(at.selectbox(key="run").select(f"{second.kept}~50").run())
    assert "alpha" not in board(at)[1]
    at = whole(at.button(key="button-shipped").click().run())
    assert not at.query_params
    assert board(at)[0]["training"] is None

    at.query_params["model"] = f"trained~{first.kept}~50"
    at = whole(at.switch_page("states.py").run())
    (warning,) = at.warning
    assert "It can be seen on Translate alone" in warning.value


def test_a_learning_rate_far_too_large_is_told_with_the_update_and_the_step():
    query = {"learns": "flip_flop", "cells": "LSTM", "optimizer": "sgd", "clipping": "none", "rate": "1000000000.0"}
    at = ended(land(PAGE, **query | {"updates": "50", "batch": "8", "units": "8"}))
    (course,) = training_jobs.latest(at.session_state["owner"]).courses
    assert claim(at) == f"Exploded at update {course.explosion.update}, time step {course.explosion.step}: LSTM"
    assert any("Choose a smaller learning rate" in warning.value for warning in at.warning)
    assert course.updates == course.explosion.update - 1


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"learns": "nothing"}, "There is no “Task” (` learns `) ` nothing `. Choose one of"),
        ({"updates": "0"}, " 0 `. Choose one of"),
        ({"rate": "nan"}, "nan `. Choose one of"),
        ({"cells": ""}, "Choose at least one"),
        ({"cells": "RNN.LSTM.GRU.Jordan"}, "at most"),
        ({"draw": "99999"}, "“Seed” (` draw `) must be from"),
        ({"teacher_forcing": "1.5"}, "“Teacher forcing” (` teacher_forcing `) must be from"),
        ({"translators": ""}, "Choose at least one"),
        ({"since": "99999"}, "“Go on from update” (` since `) must be from"),
    ],
)
def test_a_link_that_cannot_be_trained_is_refused_with_a_sentence_and_the_page_is_as_it_opens(query, said):
    at = land(PAGE, **query)
    assert training_jobs.latest(at.session_state["owner"]) is None
    assert "Still guessing: RNN" in claim(at)
    (warning,) = at.warning
    assert said in warning.value


def test_a_suggestion_trains_what_it_says():
    at = land(PAGE)
    (button,) = [button for button in at.button if button.label == "A learning rate of 10⁹"]
    whole(button.click().run())
    at = ended(at)
    assert claim(at) == "Exploded, the first at update 3, time step 50: RNN, LSTM and GRU"
    assert training_live.courses(at.session_state["owner"])[0].recipe.learning_rate == 1e9
