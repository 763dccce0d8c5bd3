"""What a visitor brings is there for them alone, and gone from the server's memory once their session has ended."""

import socket
import sys
from time import monotonic, sleep
from types import SimpleNamespace

import pytest
import torch
from playwright.sync_api import expect
from torch import nn

import rnnviz
from tests.browser.painted import wait
from tests.browser.server import Server
from tests.browser.test_your_model import drop, file_of, tagger

pytestmark = pytest.mark.browser

# The app's own server, which ends a session as soon as its tab is closed and says what is kept after it let go of it.
APP = """
import sys
from rnnviz.app import visits, warm_up
from rnnviz.compute import STORE
from rnnviz.subjects import given
visits.EVERY = 0.1
warm_up.later_pages = lambda opens: None  # pages that nobody opens here
release = given.release
def told(owner):
    words = [word for kept in (given._NETWORKS, given._VECTORS, given._FILES) for _owner, word in kept._sizes]
    release(owner)
    left = [word for kept in (given._NETWORKS, given._VECTORS, given._FILES) for word in kept._values]
    computed = [key for key in map(repr, list(STORE._results)) if any(word in key for word in words)]
    print("released", len(words), "left", len(left), "computed", len(computed), flush=True)
given.release = told
from streamlit.web.cli import main
sys.argv = ["streamlit", "run", "app.py", "--server.headless=true", "--server.disconnectedSessionTTL=1"]
main()
"""


def test_an_upload_is_refused_to_others_and_let_go_of_when_its_session_ends(arrive, tmp_path):
    with Server(tmp_path, (sys.executable, "-c", APP)) as server:
        mine = arrive("/your-model", server=server, own_tab=True)
        drop(mine, file_of(tagger(nn.GRU)), "secret.pt")
        link = mine.page.url.removeprefix(mine.url)
        other = arrive(link, server=server, ready=False)
        wait(other)
        expect(other.warnings.first).to_contain_text("Bring it again")
        assert "secret" not in other.page.content()
        assert "released" not in server.log_since(0)
        mine.page.goto("about:blank")
        end = monotonic() + 60
        while "computed" not in (log := server.log_since(0)) and monotonic() < end:  # a line comes in pieces
            sleep(0.05)
        assert "released 2 left 0 computed 0" in log
        other.page.goto("about:blank")


def test_what_rnnviz_open_shows_is_served_to_this_machine_alone(arrive):
    with rnnviz.open(nn.GRU(3, 4), torch.randn(6, 1, 3), browser=False, block=False) as server:
        url = server.url.removesuffix("/your-model")
        visitor = arrive("/your-model", server=SimpleNamespace(url=url), own_tab=True)
        expect(visitor.claim).to_contain_text("Your GRU, unit by unit")
        port = int(url.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port), 5).close()
        with pytest.raises(OSError, match="refused"):  # a server for the network would answer at every address
            socket.create_connection(("127.0.0.2", port), 5)
        visitor.page.goto("about:blank")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), 5)
