"""How the app reaches a browser: below any path, from any replica, compressed once, and where a part of it fails."""

from __future__ import annotations

import gzip
import re
import urllib.request

import pytest
from playwright.sync_api import expect

from rnnviz.app.stage import assets
from tests.browser.proxy import Proxy

pytestmark = pytest.mark.browser


def test_pages_stand_behind_a_proxy_that_strips_its_prefix(arrive, app):
    with Proxy([app.url], "/teaching/lab") as proxy:
        visitor = arrive("/", server=proxy)
        visitor.choose_page("States and gates")
        expect(visitor.page).to_have_url(re.compile(rf"^{re.escape(proxy.url)}/states([?]|$)"))
        assert visitor.page.locator(".stage-chart .main-svg").count() > 1
        deep = arrive("/dynamics?model=switches-gru", server=proxy)
        assert deep.page.locator(".stage-chart .main-svg").count() > 1
        assert any("plotly.min.js" in path for path in proxy.asked)
        for one in (visitor, deep):
            one.page.goto("about:blank")


def test_replicas_that_answer_in_turn_leave_no_page_blank(arrive, app, fresh_app):
    with Proxy([app.url, fresh_app.url], "") as proxy:
        visitor = arrive("/states", server=proxy)
        visitor.press("Home")
        visitor.at_step(0)
        visitor.choose_page("Side by side")
        visitor.page.goto("about:blank")
    # A file is kept by the replica that made it; whether it is there is asked of the other one.
    visitor.problems[:] = [one for one in visitor.problems if not re.search("/media/|Download Button", one)]


def fetch(url: str, **headers: str) -> tuple[bytes, str | None]:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        return answer.read(), answer.headers["content-encoding"]


@pytest.mark.parametrize("name", ["stage.js", "plotly.min.js"])
def test_a_file_goes_over_the_wire_as_it_was_compressed_once_or_plain_to_who_refuses_it(app, name):
    plain, url = assets.files()[name].read_bytes(), f"{app.url}/{assets.address(name)}"
    body, encoding = fetch(url, **{"accept-encoding": "gzip, deflate, br"})
    assert encoding == "gzip"
    # These bytes and no others: whoever compresses anew, as Streamlit does at level 9, makes different ones.
    assert body == assets.content(name, compressed=True)[0]
    assert gzip.decompress(body) == plain
    for header in ("identity", "gzip;q=0", "br, gzip; q=0.0, *;q=1"):
        assert fetch(url, **{"accept-encoding": header}) == (plain, None), header
