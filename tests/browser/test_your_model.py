"""A file is dropped in a real browser; what is then painted is what torch.nn computes from the same weights."""

import io
import re

import pytest
import torch
from playwright.sync_api import expect
from torch import nn

from tests.browser.painted import agrees, opened, wait, walk

pytestmark = pytest.mark.browser

UNITS = (0, 4)


class Tagger(nn.Module):
    """An embedding, an LSTM, a head at every step, below a prefix of their own."""

    def __init__(self, kind: type[nn.RNNBase], **options: object) -> None:
        super().__init__()
        self.embed = nn.Embedding(11, 6)
        self.encoder = nn.ModuleDict({"rnn": kind(6, 5, **options)})
        self.head = nn.Linear(5 * (1 + self.encoder["rnn"].bidirectional), 3)


def tagger(kind: type[nn.RNNBase], **options: object) -> Tagger:
    torch.manual_seed(3)
    return Tagger(kind, **options).eval()


def file_of(model: nn.Module) -> bytes:
    file = io.BytesIO()
    torch.save({"epoch": 7, "model_state_dict": model.state_dict()}, file)
    return file.getvalue()


def drop(visitor, content: bytes, name: str, at: int = 0) -> None:
    field = visitor.page.locator("[data-testid=stFileUploader] input[type=file]").nth(at)
    with visitor.answered():
        field.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})
    wait(visitor)


def chooses(visitor, label: str) -> None:
    with visitor.answered():
        visitor.page.locator(f"[data-testid=stButtonGroup] button:has-text('{label}')").first.click()


def ids(visitor, text: str) -> None:
    chooses(visitor, "token ids")
    field = visitor.page.get_by_label("Token ids")
    with visitor.answered():
        field.fill(text)
        field.press("Enter")
    wait(visitor)


@torch.no_grad()
def truth(model: Tagger, sequence: list[int]) -> torch.Tensor:
    """The states that torch's own module returns, (T, D·H)."""
    return model.encoder["rnn"](model.embed(torch.tensor(sequence).unsqueeze(1)))[0][:, 0]


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_a_dropped_file_is_shown_with_the_numbers_of_its_own_module(arrive, kind):
    model, sequence = tagger(kind), [1, 5, 10, 0, 3, 3]
    visitor = opened(arrive, "/your-model")
    expect(visitor.claim).to_contain_text("Open your own")
    drop(visitor, file_of(model), "tagger.pt")
    expect(visitor.claim).to_contain_text(kind.__name__)
    expect(visitor.claim).to_contain_text("tagger.pt")
    expect(visitor.page.locator(".claim li").first).to_have_text(
        re.compile(rf"^matches torch\.nn\.{kind.__name__} (exactly|to \d×10⁻.)$")
    )
    ids(visitor, " ".join(map(str, sequence)))
    own = truth(model, sequence)
    steps = range(len(sequence))
    holds(walk(visitor, steps, UNITS), own)
    with visitor.answered():
        visitor.page.locator(".st-key-see-it-on").get_by_role("link", name="Step through", exact=True).click()
    wait(visitor)
    assert "/step-through" in visitor.page.url
    holds(walk(visitor, steps, UNITS), own)


def holds(looks: list, own: torch.Tensor) -> None:
    """Every painted number of the hidden state is the module's own."""
    for look in looks:
        states = [number for number in look.numbers if number.signal == "h"]
        assert states
        for number in states:
            assert number.value == pytest.approx(float(own[number.step, number.index]), abs=2e-5), number
            assert agrees(number), number


def test_an_upload_is_unreachable_from_another_session(arrive):
    mine = opened(arrive, "/your-model")
    drop(mine, file_of(tagger(nn.GRU)), "secret.pt")
    link = mine.page.url.removeprefix(mine.url)
    assert "given" in link
    for address in (link, link.replace("your-model", "states")):
        other = opened(arrive, address)
        expect(other.warnings.first).to_contain_text("Bring it again")
        assert "secret" not in other.page.content()
        assert "GRU" not in other.claim.inner_text() or "your own" in other.claim.inner_text()


def test_a_pickle_that_would_run_code_is_refused_with_the_way_out(arrive):
    visitor = opened(arrive, "/your-model")
    drop(visitor, b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94\x8c\x06system\x94\x93\x94.", "model.pt")
    expect(visitor.warnings.first).to_contain_text("torch.save(model.state_dict()")
    expect(visitor.claim).to_contain_text("Open your own")
