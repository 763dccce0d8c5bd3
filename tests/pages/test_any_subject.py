"""Every page opens on any network, or says in one sentence what that network lacks; the line at the top offers them."""

import pytest
import torch
from streamlit.testing.v1 import AppTest

import rnnviz
from pages import PAGES
from rnnviz.app.subject_picker import named, offered
from rnnviz.compute import once
from rnnviz.network import Network
from rnnviz.subjects import Shipped, Subject
from rnnviz.subjects.catalogue import cards
from tests.pages.visit import arrive, board, claim, land, whole
from tests.test_surroundings import IDS, Reader

DRAW = torch.Generator().manual_seed(0)


def given(*, steps: int = 6, inputs: int = 3, **structure: object) -> dict[str, str]:
    """A network that comes from Python, with vectors of its own to read, as the query of a link."""
    generator = torch.Generator().manual_seed(1)
    network = Network("GRU", inputs, 5, generator=generator, **structure)
    return rnnviz.subject(network, torch.randn(steps, 1, inputs, generator=generator)).query()


def ids(steps: int, answers: int = 3) -> dict[str, str]:
    """A network of token ids without a vocabulary."""
    network = Network("LSTM", 4, 5, vocabulary_size=7, output_size=answers, generator=torch.Generator().manual_seed(2))
    return rnnviz.subject(network, torch.arange(steps).reshape(-1, 1) % 7).query()


@once
def trained() -> dict[str, str]:
    """A network as it was in the midst of its training."""
    run = rnnviz.train(rnnviz.subject("untrained", cell="GRU", size="6", task="xor_stream"), rnnviz.Recipe(3, 4))
    return rnnviz.subject(run, update=2).query() if list(run) else {}


@once
def watched() -> dict[str, str]:
    """A network as it was in the midst of somebody's own loop, of which no task is known."""
    model = Reader()
    with rnnviz.watch(model, snapshots=True, every=1) as log:
        for _ in range(2):
            model(IDS).sum().backward()
            log.step()
    return rnnviz.subject(log, IDS, update=1).query()


KINDS: dict[str, object] = {
    "tokens": lambda: {"model": "intents-gru-small", "text": "play some music"},
    "token ids": lambda: ids(5),
    "token ids, one number": lambda: ids(5, answers=1),
    "torch.nn.GRU": lambda: rnnviz.subject(torch.nn.GRU(4, 8), torch.randn(20, 1, 4, generator=DRAW)).query(),
    "vectors": lambda: {"model": "untrained~cell.GRU~size.6~task.", "noise": "3", "length": "12"},
    "a long sequence": lambda: {
        "model": "untrained~cell.GRU~size.6~task.",
        "noise": "3",
        "length": "900",
        "window": "450",
    },
    "regression": lambda: {"model": "switches-lstm", "example": "3"},
    "answers of its own": lambda: given(output_size=2, readout="every"),
    "backward only": lambda: given(backward=True),
    "two directions": lambda: {"model": "slots-gru-two-1-seed0", "text": "from Taipei to Paris"},
    "four layers": lambda: {"model": "neighbour-xor-rnn-two-4-seed0", "text": "0 1 1 0 1"},
    "a normalising head": lambda: rnnviz.subject(Reader(between=torch.nn.LayerNorm(8)), IDS).query(),
    "deep, no readout": lambda: given(num_layers=3, bidirectional=True),
    "one step": lambda: {"model": "intents-lstm-small", "text": "hello"},
    "one step of vectors": lambda: given(steps=1),
    "a run of training": lambda: trained(),
    "a watched loop": lambda: watched(),
    "a drawing": lambda: {"model": "strokes-gru", "drawing": "C6H6M6R6W6a6f6k6p6mCjJgPdWbcYiVpSv"},
    "recall": lambda: {"model": "recall-rnn-orthogonal-seed1"},
    # The cells whose states or weights are unlike those of the three; each cell is on most pages in tests of their own.
    **{cell: lambda cell=cell: {"model": f"untrained~cell.{cell}~size.4"} for cell in ("Jordan", "ESN", "minGRU")},
}


# Pages on which any network can be picked meet every fourth kind, so that a quarter of these pages meet each; a page
# that offers no networks answers most of them with the same sentence, which some of the kinds show.
OFFERING = [page for page in PAGES if "network" in page.picker]
OPENED = [(page, kind) for k, page in enumerate(OFFERING) for kind in list(KINDS)[k % 4 :: 4]]
OPENED += [(page, kind) for k, page in enumerate(PAGES) if page not in OFFERING for kind in list(KINDS)[k % 7 :: 7]]


@pytest.mark.parametrize(("page", "kind"), [pytest.param(*each, id=f"{each[0].address}-{each[1]}") for each in OPENED])
def test_every_page_opens_on_any_subject_or_says_what_it_lacks(page, kind):
    at = land(page.file, **KINDS[kind]())
    assert claim(at)
    for warning in at.warning:
        assert len(warning.value) < 400
        assert "Traceback" not in warning.value


def pick(at: AppTest, word: str) -> AppTest:
    return whole(at.selectbox(key="model").set_value(word).run())


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.opens and "network" in page.picker], ids=lambda page: page.address
)
def test_what_the_line_at_the_top_offers_can_be_shown(page):
    at = arrive(page.file)
    words = offered(page)
    assert words
    for word in (words[len(words) // 2], words[-1]):
        at = pick(at, word)
        assert not at.warning
        assert at.query_params["model"] in (word, [word])


def test_a_picked_network_is_shown_on_other_pages_that_can_show_it():
    at = pick(arrive(), "intents-rnn-medium")
    assert "RNN" in claim(at)
    at.switch_page("states.py")
    assert board(whole(at.run()))[0]["units"] == 102


def test_networks_have_names_that_tell_them_apart():
    names = [named(Shipped(word)) for word in cards()]
    assert len(set(names)) == len(names)


def test_a_network_that_was_brought_is_offered_beside_the_projects_own():
    query = KINDS["torch.nn.GRU"]()
    at = land("step_through.py", **query)
    assert at.selectbox(key="model").value == query["model"]
    assert Subject.from_query(query)[0].cell == "GRU"
    assert not at.text_input
    at = pick(at, "intents-gru-small")
    assert at.text_input(key="text").value
