"""The real app in a real browser: one server and one Chromium for all tests, a context of its own for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from tests.browser.server import Server
from tests.browser.visitor import Visitor

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = (
    "These tests need a Chromium: install one with your system's packages (Debian, Ubuntu: apt-get install chromium) "
    "or with Playwright's (.venv/bin/playwright install chromium)."
)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium, else Playwright's own. Without one the tests fail: skipped they would prove nothing."""
    arguments = ["--disable-gpu", "--disable-background-networking"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None and not Path(playwright.chromium.executable_path).exists():
        pytest.fail(NO_BROWSER, pytrace=False)
    try:
        launched = playwright.chromium.launch(executable_path=found, args=arguments)
    except Error as error:
        pytest.fail(f"{found or 'Chromium'} was found but does not start. {NO_BROWSER}\n{error}", pytrace=False)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("app")) as server:
        yield server


@pytest.fixture
def fresh_app(tmp_path: Path) -> Iterator[Server]:
    """A server that has answered nobody yet, for what only its very first visitor sees."""
    with Server(tmp_path) as server:
        yield server


@pytest.fixture
def arrive(browser: Browser, app: Server) -> Iterator[Callable[..., Visitor]]:
    """``arrive("/states?cell=GRU", color_scheme="dark")``: a visitor with a browser of their own, on that page.

    Nothing may go wrong behind their back: no error in the console, no request to another host, no exception on the
    server. Whoever expects otherwise says so in the test.
    """
    visitors: list[Visitor] = []
    seen = app.log_length()

    def arrive(address: str = "/", *, server: Server = app, ready: bool = True, **options: object) -> Visitor:
        settings = {"viewport": {"width": 1440, "height": 900}, "locale": "en-US"} | options
        visitor = Visitor(browser.new_context(**settings), server.url)
        visitors.append(visitor)
        visitor.go(address, ready=ready)
        return visitor

    yield arrive
    for visitor in visitors:
        visitor.leave()
    assert "Traceback" not in app.log_since(seen), app.log_since(seen)


@pytest.fixture
def visitor(arrive: Callable[..., Visitor]) -> Visitor:
    """A visitor on the first page."""
    return arrive()
