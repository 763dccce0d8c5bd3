"""The page on backpropagation through time: what it says, what it is sent, and the networks that it cannot show."""

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.gradients import gradient_curves, through_time, weight_gradients_by_step
from tests.pages.visit import arrive, board, chips, claim, land, panels, sentence, shown

PAGE = "backpropagation_through_time.py"
RNN = rnnviz.subject("intents-rnn-small", text="set my alarm to midnight for me thanks")


def sizes() -> np.ndarray:
    norms = weight_gradients_by_step(RNN.network(), RNN.input(), RNN.objective).norms["weight_hh"]
    return 10**norms.values


def factors() -> np.ndarray:
    found = gradient_curves(RNN.network(), RNN.input(), RNN.objective)["state"].values[::-1, 0]
    return 10 ** np.diff(found)


def test_opens_on_the_plain_rnn_with_its_factors_their_product_and_the_last_steps_that_make_most_of_the_gradient():
    at, found = arrive(PAGE), sizes()
    shares = np.cumsum(found[::-1]) / found.sum()
    assert shares[1] < 0.8 <= shares[2]
    assert shown(at) == RNN
    assert (factors().cumprod() > 1).any()
    left = f"{100 * factors().prod():.2g}%"
    assert claim(at) == f"The gradient first grows, then fades: {left} is left at <bdi>set</bdi>"
    assert not chips(at)
    last, *_others, second, first = (f"{factor:.2f}" for factor in factors())
    (way,) = panels(board(at)[0], "way_back")
    steps = through_time(RNN.network(), RNN.input(), RNN.objective).states.values
    assert board(at)[0]["unit"] == np.abs(steps).sum(0).argmax()
    assert way["product"] == f"{100 * factors().prod():.2g}% ≈ {first} × {second} × … × {last}"
    (chart,) = (each for each in panels(board(at)[0], "chart") if each["title"] == "How much each step adds")
    assert f"The last 3 of 8 steps have {shares[2]:.0%} of the summed sizes of all terms." in chart["caption"]
    whole = weight_gradients_by_step(RNN.network(), RNN.input(), RNN.objective).sums["weight_hh"].values
    assert f"that of ∂L/∂W is {np.linalg.norm(whole):#.3g}." in sentence(at)
    assert "“set an alarm” (85%)" in sentence(at)


def test_a_chinese_reader_opens_on_a_chinese_sentence():
    at = land(PAGE, lang="zh")
    assert board(at)[0]["tokens"] == list("外面天气怎么样了")
    assert all(board(at)[0]["known"])


@pytest.mark.parametrize("truncate", [1, 3])
def test_truncation_says_how_far_off_the_gradient_is(truncate):
    at = land(PAGE, **RNN.query(), truncate=str(truncate))
    whole, cut = (
        through_time(RNN.network(), RNN.input(), RNN.objective, truncate=steps).gradients()["weight_hh"]
        for steps in (None, truncate)
    )
    assert claim(at) == f"Cut off: the gradient goes back through {truncate} of 8 steps"
    assert chips(at).endswith(f"is off by {np.linalg.norm(whole - cut) / np.linalg.norm(whole):.0%}")
    header, arrays = board(at)
    assert panels(header, "way_back")[0]["cut"] == [True] * (8 - truncate) + [False] * truncate
    terms = arrays["term:weight_hh"].reshape(8, -1)
    assert not terms[: 8 - truncate].any()
    np.testing.assert_allclose(terms.sum(0), cut.ravel(), rtol=1e-5, atol=1e-7)


def test_truncation_beyond_the_first_step_changes_nothing():
    assert claim(land(PAGE, **RNN.query(), truncate="10")) == claim(land(PAGE, **RNN.query()))


@pytest.mark.parametrize(("limit", "told"), [("10.0", "changes nothing"), ("0.001", "to 0.001: each is multiplied by")])
def test_clipping_says_what_it_does(limit, told):
    at = land(PAGE, **RNN.query(), clip=limit)
    assert told in sentence(at)
    weights = [*RNN.network().layers[0].parameters(), *RNN.network().readout.parameters()]
    unclipped = through_time(RNN.network(), RNN.input(), RNN.objective).gradients()
    copies = [torch.zeros_like(value, dtype=torch.float64).requires_grad_() for value in weights]
    for copy, gradient in zip(copies, unclipped.values(), strict=True):
        copy.grad = torch.from_numpy(gradient.copy())
    torch.nn.utils.clip_grad_norm_(copies, float(limit))
    _header, arrays = board(at)
    clipped = {name: copy.grad for name, copy in zip(unclipped, copies, strict=True)}
    for name in ("weight_ih", "weight_hh", "readout.weight"):
        found = arrays[f"term:{name}"].reshape(8, -1).sum(0)
        np.testing.assert_allclose(found, clipped[name].numpy().ravel(), rtol=1e-4, atol=1e-9)


def test_the_stage_plays_from_the_loss_back():
    header, _arrays = board(arrive(PAGE))
    assert header["backwards"]
    assert header["start"] == 0  # where it ends, with all drawn
    assert header["strings"]["step"] == "{back} of {most} steps back"


def test_one_step_has_nothing_to_go_back_through():
    at = land(PAGE, model="intents-rnn-small", text="hello")
    assert claim(at).startswith("One step:")
    (note,) = panels(board(at)[0], "missing")
    assert "no Jacobian" in note["text"]


def test_a_network_whose_terms_are_too_many_is_refused_with_their_number():
    at = land(PAGE, model="untrained~cell.LSTM~size.320", text="what time is it ?")
    (warning,) = at.warning
    assert "term for every weight" in warning.value


def test_a_gradient_beyond_what_the_stage_holds_is_drawn_as_infinite():
    word = "untrained~cell.RNN~size.8~task.~nonlinearity.relu~spectral_radius.5.0"
    at = land(PAGE, model=word, noise="1", length="200")
    assert not at.warning
    assert claim(at) == "The gradient grows on its way back to the first step"
    assert np.isinf(board(at)[1]["|dL/dS|:share"]).any()


@pytest.mark.parametrize("truncate", ["0", "2"])
def test_the_shown_code_gives_the_numbers_beside_it(truncate):
    code = land(PAGE, **RNN.query(), truncate=truncate).code[0].value
    names: dict[str, object] = {}
    exec(code, names)
    *_, shape, size = code.strip().splitlines()
    assert str(eval(shape.partition("#")[0], names)) == shape.partition("# ")[2]
    assert f"{eval(size.partition('#')[0], names):.3g}" == size.partition("# ")[2]


def test_a_gradient_that_neither_fades_nor_grows_is_said_to_travel():
    at = land(PAGE, model="intents-rnn-small", text="what day is it ?")
    assert claim(at) == "The gradient travels back through W at every step"


def test_steps_beyond_the_sentence_are_not_offered_to_truncate_at():
    at = land(PAGE, model="intents-rnn-small", text="what day is it ?")
    (control,) = (each for each in at.get("button_group") if each.label == "The gradient goes back through")
    assert control.options == ["all steps", "1", "2", "3"]
