"""One trained model as a dropped file, by rnnviz.open, in a notebook and as a saved page: all show its numbers.

Its answers too, but for the file: of weights alone nobody knows what stands between them, here a LayerNorm.
"""

import io
import itertools
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import torch
from playwright.sync_api import Browser, Frame, Page
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

import rnnviz
from tests.browser.files import save
from tests.browser.painted import wait, walk
from tests.browser.test_your_model import drop, ids
from tests.browser.visitor import READY, Visitor

pytestmark = pytest.mark.browser

SEQUENCE = [5, 1, 4, 2, 7, 3]
QUANTITIES = set("ifgoch")
LAYERS, UNITS = 2, 10
EVERY_ANSWER = list(itertools.product(range(len(SEQUENCE)), range(2)))


class Classifier(nn.Module):
    """Whether the first token is one of the last four, told after the last one."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(8, 6)
        self.drop = nn.Dropout(0.1)
        self.rnn = nn.LSTM(6, UNITS, num_layers=LAYERS, dropout=0.1, batch_first=True)
        self.norm = nn.LayerNorm(UNITS)
        self.head = nn.Linear(UNITS, 2)

    def forward(self, tokens: Tensor) -> Tensor:
        states, _last = self.rnn(self.drop(self.embed(tokens)))
        return self.head(self.norm(states[:, -1]))


@pytest.fixture(scope="module")
def model() -> Classifier:
    """Trained until it knows."""
    torch.manual_seed(0)
    model = Classifier()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _update in range(200):
        tokens = torch.randint(8, (64, len(SEQUENCE)))
        loss = cross_entropy(model(tokens), (tokens[:, 0] >= 4).long())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.1
    return model.eval()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """Without a network."""
    context = browser.new_context(offline=True, locale="en-US")
    yield context.new_page()
    context.close()


def painted(page: Page | Frame) -> dict[tuple, float]:
    """What stands in the cell: every quantity of every step and unit that is painted; and the answers' shares."""
    looks = walk(SimpleNamespace(page=page), range(len(SEQUENCE)))
    numbers = [number for look in looks for number in look.numbers]
    numbers = [n for n in numbers if n.signal == "p" or (n.signal in QUANTITIES and "unit" in n.place)]
    return {(number.signal, number.step, number.index): number.value for number in numbers}


def answers(shown: dict[tuple, float]) -> dict[tuple[int, int], float]:
    """Taken out of what is painted, by step and class."""
    return {(step, index): shown.pop((name, step, index)) for name, step, index in list(shown) if name == "p"}


def in_frame(tab: Page, cell: str) -> dict[tuple, float]:
    tab.set_content(f"<!doctype html><body>{cell}")
    (frame,) = (frame for frame in tab.frames if frame.parent_frame)
    frame.wait_for_function(READY)
    return painted(frame)


@torch.no_grad()
def of_torch(model: Classifier) -> list[Tensor]:
    """The states of each layer, (T, H), as torch.nn.LSTM returns them."""
    states, own = model.embed(torch.tensor([SEQUENCE])), []
    for layer in range(LAYERS):
        alone = nn.LSTM(states.shape[-1], UNITS, batch_first=True)
        alone.load_state_dict(
            {f"{name[:-1]}0": w for name, w in model.rnn.named_parameters() if name[-1] == str(layer)}
        )
        states, _last = alone(states)
        own.append(states[0])
    torch.testing.assert_close(states, model.rnn(model.embed(torch.tensor([SEQUENCE])))[0])
    return own


def step_through(visitor: Visitor) -> None:
    with visitor.answered():
        visitor.page.locator(".st-key-see-it-on").get_by_role("link", name="Step through", exact=True).click()
    wait(visitor)


def test_a_file_an_open_app_a_notebook_and_a_saved_page_show_the_numbers_of_the_model(arrive, tab, tmp_path, model):
    file, tokens = io.BytesIO(), torch.tensor([SEQUENCE])
    torch.save(model.state_dict(), file)
    by_file = arrive("/your-model")
    drop(by_file, file.getvalue(), "classifier.pt")
    ids(by_file, " ".join(map(str, SEQUENCE)))
    step_through(by_file)
    with rnnviz.open(model, tokens, browser=False, block=False) as server:
        by_open = arrive("/your-model", server=SimpleNamespace(url=server.url.removesuffix("/your-model")))
        step_through(by_open)
        states = of_torch(model)
        shares = model.head(model.norm(states[-1])).softmax(-1).detach()
        for layer, own in enumerate(states):
            for visitor in (by_file, by_open) if layer else ():
                visitor.choose("layer", str(layer + 1))
            numbers = {"file": painted(by_file.page), "open": painted(by_open.page)}
            numbers["notebook"] = in_frame(tab, rnnviz.show(model, tokens, layer=layer)._repr_html_())
            tab.goto(save(by_open, tmp_path).as_uri())
            tab.wait_for_function(READY)
            numbers["saved"] = painted(tab)
            for way, shown in numbers.items():
                answered = answers(shown)
                wanted = {} if way == "file" else {place: float(shares[place]) for place in EVERY_ANSWER}
                assert answered == pytest.approx(wanted, abs=2e-5), (layer, way)
                assert shown == pytest.approx(numbers["file"], abs=2e-5), (layer, way)
            assert {name for name, *_place in shown} == QUANTITIES
            painted_states = {(step, unit): value for (name, step, unit), value in shown.items() if name == "h"}
            assert {step for step, _unit in painted_states} == set(range(len(SEQUENCE)))
            for place, value in painted_states.items():
                assert value == pytest.approx(float(own[place]), abs=2e-5), (layer, *place)
        by_open.page.goto("about:blank")
