"""The pages on gradients through time, on networks for which fresh ones on noise cannot stand: each is shown itself."""

import re

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz import gradients
from rnnviz.app import gradient_runs
from rnnviz.cells import CELLS
from rnnviz.studies.cell_comparison import family
from rnnviz.subjects import Subject
from tests.app.sent import lines
from tests.pages.gradient_pages import told
from tests.pages.test_any_network import given
from tests.pages.test_gradient_pages import check_code
from tests.pages.visit import board, claim, land, panels, whole

PAGES = VANISHING, MAP = ("vanishing_gradients.py", "gradient_map.py")


def networks() -> dict[str, Subject]:
    return given() | {
        "backward": rnnviz.subject("untrained", directions="backward", text="what time is it ?"),
        "backward on noise": on_noise("RNN", 40, directions="backward"),
        "one step": on_noise("GRU", 1),
        "large": on_noise("LSTM", 30, size="100"),
        **{f"{cell} on noise": on_noise(cell, 25) for cell in CELLS},
    }


def on_noise(cell: str, length: int, **structure: str) -> Subject:
    return rnnviz.subject("untrained", cell=cell, task="", noise=1, length=length, **structure)


def layer_of(subject: Subject) -> dict:
    return {"layer": subject.network().num_layers - 1, "direction": subject.network().directions[0]}


@pytest.mark.parametrize(("place", "name"), [*enumerate(networks())])
@pytest.mark.parametrize("page", PAGES)
def test_it_is_shown_with_its_family_in_either_language_or_the_page_says_what_it_needs(page, place, name):
    subject = networks()[name]
    for language in ("en", "zh") if subject.cell == "LSTM" else (("en", "zh")[(place + (page == MAP)) % 2],):
        at = land(page, **subject.query(), lang=language)
        if page == MAP and name == "once, both ways":
            assert len(at.warning) == 1
            continue
        assert not at.warning
        assert not {"reads", "start", "activation"} & {group.key for group in at.button_group}
        header, _arrays = board(at)
        assert header["steps"] == subject.read().steps
        networks_shown = {
            trace["meta"]["network"]
            for panel in panels(header, "chart")
            for trace in panel["figure"]["data"]
            if "meta" in trace
        }
        assert networks_shown == set(family(subject))
    if subject.code() != "rnnviz.subject(model=network, x=x)" and not at.warning:
        check_code(page, at.code[0].value)


@pytest.mark.parametrize("name", sorted(set(networks()) - {"one step"}))
def test_its_lines_are_the_gradients_of_its_top_layer(name):
    subject = networks()[name]
    network, x = subject.network(), subject.input()
    header, arrays = board(land(VANISHING, **subject.query(), parts="True"))
    sizes, *of_jacobians, teaching = panels(header, "chart")
    curves = gradients.gradient_curves(network, x, subject.objective, **layer_of(subject))
    for state in set(curves) - {"state"}:
        letter = "S" if (subject.cell, state) == ("RNN", "h") else state  # a plain RNN's state in textbooks
        exact, name = curves[state].values[:, 0], f"{subject.cell} ∂L/∂{letter}"
        if np.isneginf(exact).all():  # exactly zero everywhere, which a log scale does not show
            assert name not in lines(sizes)
            continue
        drawn = lines(sizes)[name]
        np.testing.assert_allclose(drawn, np.where(np.isfinite(exact), exact, np.nan), atol=1e-6)
    if not gradient_runs.is_decomposed(subject):
        assert f"sigma:{subject.cell}" not in arrays
        assert all("Jacobians are taken apart of up to" in panel["text"] for panel in panels(header, "missing"))
        return
    _spectrum, bounds = of_jacobians
    jacobians = gradients.step_jacobians(network, x)
    values = gradients.singular_values(jacobians).values[-1]
    drawn = 10 ** arrays[f"sigma:{subject.cell}"].reshape(subject.read().steps, -1)[-1]
    np.testing.assert_allclose(drawn, np.where(values < 1e-12, np.nan, values), rtol=1e-4)
    drawn = lines(bounds)["product of largest singular values"]
    np.testing.assert_allclose(drawn, gradients.norm_bound(jacobians).values, atol=1e-6)
    last = 0 if subject.network().directions == ("backward",) else -1
    true = lines(bounds)["true gradient"]
    assert true[last] == drawn[last] == 0
    assert (drawn >= true - 1e-9).all()
    if subject.cell in lines(teaching):
        by_step = gradients.weight_gradients_by_step(network, x, subject.objective, **layer_of(subject))
        exact = by_step.norms["weight_hh"].values
        expected = np.where(np.isfinite(exact), exact, np.nan)
        np.testing.assert_allclose(lines(teaching)[subject.cell], expected, atol=1e-6)


@pytest.mark.parametrize("name", ["backward", "backward on noise", "once", "labels", "numbers"])
def test_the_row_of_the_last_loss_is_the_curve_of_the_other_page(name):
    subject = networks()[name]
    at = land(MAP, **subject.query())
    header, arrays = board(at)
    steps = header["steps"]
    rows = arrays[f"reach:{subject.cell}"].reshape(steps, steps)
    curve = gradients.gradient_curves(subject.network(), subject.input(), subject.objective, **layer_of(subject))
    backward = subject.network().directions == ("backward",)
    np.testing.assert_allclose(rows[0 if backward else -1], curve["state"].values[:, 0], atol=1e-4)


def test_a_network_that_reads_from_the_end_fares_as_its_mirror_image():
    x = torch.randn(30, 1, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    backward = rnnviz.Network("RNN", 3, 16, nonlinearity="relu", backward=True, dtype=torch.float64)
    forward = rnnviz.Network("RNN", 3, 16, nonlinearity="relu", dtype=torch.float64)
    backward.load_state_dict(forward.state_dict())
    subjects = rnnviz.subject(forward, x), rnnviz.subject(backward, x.flip(0))
    for page in PAGES:
        one, other = (land(page, **subject.query()) for subject in subjects)
        assert (claim(one), told(one)) == (claim(other), told(other))


def test_what_is_picked_is_what_is_read():
    for page in PAGES:
        at = land(page)
        assert at.segmented_control(key="reads").value == "noise"
        at = whole(at.selectbox(key="model").set_value("slots-gru-one-1-seed0").run())
        assert at.segmented_control(key="reads").value == "own"
        assert "slots-gru-one-1-seed0" in at.code[0].value
        at = whole(at.segmented_control(key="reads").set_value("noise").run())
        assert at.selectbox(key="model").value == ""  # the page names no network that it does not show
        assert "text" not in [field.key for field in at.text_input]
        at = whole(at.selectbox(key="model").set_value("slots-gru-one-1-seed0").run())
        at = whole(at.text_input(key="text").set_value("from Paris to Rome").run())
        assert board(at)[0]["tokens"] == ["from", "Paris", "to", "Rome"]
        at = whole(at.button(key="button-try-0").click().run())
        assert at.segmented_control(key="reads").value == "noise"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "no readout",
            "Where there are several layers, the top one is shown. Where there are two directions, the one that reads "
            "from left to right",
        ),
        ("noise", "Where there are several layers, the top one is shown."),
        ("no readout", "Only this network: none of another cell is known that was trained like it."),
    ],
)
@pytest.mark.parametrize("page", PAGES)
def test_a_sentence_says_what_is_not_shown(page, name, told):
    at = land(page, **networks()[name].query())
    assert any(told in block.proto.body for block in at.get("html"))


@pytest.mark.parametrize(("cell", "gate"), [("GRU", "z"), ("LSTM peephole", "f"), ("RNN", None)])
def test_how_much_of_its_state_it_keeps_is_told_where_it_has_a_gate_for_that(cell, gate):
    subject = on_noise(cell, 25)
    bodies = [block.proto.body for block in land(VANISHING, **subject.query()).get("html")]
    told = [
        match
        for body in bodies
        if (match := re.search(rf"is kept from step to step, on average:.* {cell}: (\d\.\d+)", body))
    ]
    assert len(told) == (gate is not None)
    if gate is not None:
        kept = float(subject.trace().layer()[gate].values.mean())
        assert float(told[0][1]) == pytest.approx(kept, abs=0.0051)


def test_of_a_network_that_learns_and_has_no_recurrent_matrix_all_but_its_terms_are_shown():
    run = rnnviz.train(rnnviz.subject("untrained", cell="minGRU", size="6", task="parity"), rnnviz.Recipe(2, 4))
    assert len(list(run)) == 2
    at = land("vanishing_gradients.py", **rnnviz.subject(run, update=2).query())
    titles = [panel["title"] for panel in panels(board(at)[0], "chart")]
    assert titles
    assert "Which moment teaches the weights" not in titles
