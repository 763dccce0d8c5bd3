"""A hold that a visitor sets by hand: what is painted then is what an unrolled run of torch makes of it."""

import re

import pytest
import torch
from playwright.sync_api import expect

from rnnviz.subjects.sizes import task
from tests.browser.painted import walk
from tests.browser.reference_networks import of_cell, shipped

pytestmark = pytest.mark.browser
TEXT = "what time is it ?"


def held_by_hand() -> dict[str, torch.Tensor]:
    """The shipped LSTM on ``TEXT`` with f at 1 in unit 0: its quantities (T, H), and what it answers (T, labels)."""
    weights = shipped("intents-lstm-small")
    own, x = of_cell(weights), weights["embedding.weight"][task("intents").encode(TEXT)[:, 0]]
    h = c = x.new_zeros(own["weight_hh"].shape[1])
    steps = []
    for x_t in x:
        rows = own["weight_ih"] @ x_t + own["bias_ih"] + own["weight_hh"] @ h + own["bias_hh"]
        i, f, g, o = rows.chunk(4)
        f = torch.sigmoid(f)
        f[0] = 1
        c = f * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        steps.append({"f": f, "c": c, "h": h})
    values = {name: torch.stack([step[name] for step in steps]) for name in "fch"}
    scores = values["h"] @ weights["readout.weight"].T + weights["readout.bias"]
    return values | {"p": scores.softmax(-1)}


def test_a_gate_that_is_held_by_hand_paints_the_changed_run_and_can_be_let_go(visitor):
    first = visitor.claim.inner_text()
    visitor.page.get_by_role("button", name="Freeze a gate or state").click()
    inside = visitor.page.locator("[data-testid=stPopoverBody]")
    for option in ("1", "one unit"):
        with visitor.answered():
            inside.get_by_role("radio", name=option, exact=True).click()
    with visitor.answered():
        inside.get_by_role("button", name="Freeze: f = 1, unit 0, all steps").click()
    expect(visitor.page).to_have_url(re.compile("hold=f_1.0_u0"))
    expect(visitor.claim).to_contain_text("With f = 1, unit 0 held: the LSTM")
    visitor.press("Escape")
    wanted = held_by_hand()
    for look in walk(visitor, (1, 4), (0, 5)):
        painted = {(n.signal, n.index): n for n in look.numbers if n.step == look.step}
        for name in "fch":
            number = painted[name, look.unit]
            assert number.value == pytest.approx(float(wanted[name][look.step, look.unit]), abs=2e-5)
        leading = int(wanted["p"][look.step].argmax())
        assert painted["p", leading].value == pytest.approx(float(wanted["p"][look.step, leading]), abs=2e-5)
        # The sum that would have given the gate is not painted as if it had.
        assert (("f:sum", look.unit) in painted) == (look.unit == 5)
    with visitor.answered():
        visitor.page.locator(".st-key-hold input").press("Backspace")
    expect(visitor.claim).to_have_text(re.compile(re.escape(first.splitlines()[0])))
