"""The real app in a real browser: one server and one Chromium for all tests of a process."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, sync_playwright

from tests.browser.server import UNPREPARED, Server
from tests.browser.visitor import FORGET, PATIENCE, Visitor

# The first one is Chromium without the parts that only a window needs: the tests take a quarter less time in it.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LET_GO = "() => { document.activeElement.blur(); document.querySelector('[data-testid=stMain]').scrollTo(0, 0); }"
FLAGS = ("--disable-gpu", "--disable-background-networking", "--process-per-site", "--js-flags=--no-opt --no-maglev")
NO_BROWSER = (
    "These tests need a Chromium: install one with your system's packages (Debian, Ubuntu: apt-get install chromium) "
    "or with Playwright's (.venv/bin/playwright install chromium)."
)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


def launch(playwright: Playwright, *arguments: str) -> Browser:
    """The system's Chromium, else Playwright's own. Without one the tests fail: skipped they would prove nothing."""
    # Most of a visit is the start of Streamlit's and Plotly's scripts: they end before optimizing them pays.
    # Tabs of one profile share a process, and with it what another has compiled: a new tab takes a third less.
    arguments = [*FLAGS, *arguments]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None and not Path(playwright.chromium.executable_path).exists():
        pytest.fail(NO_BROWSER, pytrace=False)
    try:
        return playwright.chromium.launch(executable_path=found, args=arguments)
    except Error as error:
        pytest.fail(f"{found or 'Chromium'} was found but does not start. {NO_BROWSER}\n{error}", pytrace=False)


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = launch(playwright)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("app")) as server:
        yield server


@pytest.fixture
def fresh_app(tmp_path: Path) -> Iterator[Server]:
    """A server that has answered nobody yet and has prepared the first page alone, for what its first visitor sees."""
    with Server(tmp_path, (sys.executable, "-c", UNPREPARED)) as server:
        yield server


class Profile(NamedTuple):
    context: BrowserContext
    idle: list[Page]  # tabs that visitors have left


@pytest.fixture(scope="session")
def profile(browser: Browser) -> Callable[..., Profile]:
    """``profile(locale="en-US")``: the browser's profile with these settings, one for all visitors that share them.

    Each visitor is a session of their own on the server. Sharing the profile shares its cache, and sharing a tab the
    scripts that it has compiled: in a new tab half of a visit goes to Streamlit's and Plotly's scripts.
    """
    profiles: dict[str, Profile] = {}

    def profile(**settings: object) -> Profile:
        key = repr(sorted(settings.items()))
        if key not in profiles:
            profiles[key] = Profile(browser.new_context(**settings), [])
        return profiles[key]

    return profile


@pytest.fixture
def untroubled_app(app: Server) -> Iterator[None]:
    """Whatever a test does, no exception is raised on the server."""
    seen = app.log_length()
    yield
    assert "Traceback" not in app.log_since(seen), app.log_since(seen)


@pytest.fixture
def arrive(profile: Callable[..., Profile], app: Server, untroubled_app: None) -> Iterator[Callable[..., Visitor]]:
    """``arrive("/states?cell=GRU", color_scheme="dark")``: a visitor in a session of their own, on that page.

    Nothing may go wrong behind their back: no error in the console, no request to another host, no exception on the
    server. Whoever expects otherwise says so in the test, and who changes what a browser does takes an ``own_tab``,
    which no later visitor gets.
    """
    visitors: list[tuple[Visitor, list[Page] | None]] = []

    def arrive(
        address: str = "/step-through",
        *,
        server: Server = app,
        ready: bool = True,
        own_tab: bool = False,
        **options: object,
    ) -> Visitor:
        window = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light", "locale": "en-US"} | options
        viewport, scheme = window.pop("viewport"), window.pop("color_scheme")
        context, idle = profile(**window)
        visitor = Visitor(idle.pop() if idle and not own_tab else context.new_page(), server.url)
        visitors.append((visitor, None if own_tab else idle))
        visitor.page.set_viewport_size(viewport)
        visitor.page.emulate_media(color_scheme=scheme, reduced_motion="no-preference")
        visitor.go(address, ready=ready)
        return visitor

    yield arrive
    for visitor, idle in visitors:
        visitor.leave(idle)


@pytest.fixture(scope="session")
def staying() -> dict[str, tuple[Visitor, int, int]]:
    """By the page they stay on, the visitors of all tests that move nothing but the cursor; where it was at first."""
    return {}


def put_back(visitor: Visitor, step: int, unit: int) -> None:
    """The stage stands as on a page that has just opened: it rests, at its first pace, and nothing has the focus."""
    visitor.page.mouse.up()
    visitor.page.mouse.move(0, 0)
    if visitor.page.locator(".rnnviz-stage.playing").count():
        visitor.press(" ")
    while visitor.texts(".stage-pace") != ["1×"]:
        visitor.page.locator(".stage-pace").click()
    if visitor.unit != unit:
        field = visitor.page.locator(".unit-chooser input").first
        field.fill(str(unit))
        field.press("Enter")
    visitor.press("Home")
    for _ in range(step):
        visitor.press("ArrowRight")
    visitor.at_step(step)
    visitor.at_unit(unit)
    visitor.page.evaluate(LET_GO)


@pytest.fixture
def at_rest(
    staying: dict[str, tuple[Visitor, int, int]], profile: Callable[..., Profile], app: Server, untroubled_app: None
) -> Iterator[Callable[[str], Visitor]]:
    """``at_rest("/states")``: a visitor on that page, where other tests may have moved the cursor: it is back.

    For tests that move the step and the unit, play and change the pace, and nothing else. All others ``arrive``.
    """
    addresses: set[str] = set()

    def at_rest(address: str = "/step-through") -> Visitor:
        addresses.add(address)
        if address in staying:
            visitor, step, unit = staying[address]
            put_back(visitor, step, unit)
        else:
            visitor = Visitor(profile(locale="en-US").context.new_page(), app.url)
            visitor.page.set_viewport_size({"width": 1440, "height": 900})
            visitor.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
            visitor.go(address)
            staying[address] = visitor, visitor.step, visitor.unit
        return visitor

    yield at_rest
    for address in addresses:
        visitor, *_opening = staying[address]
        if visitor.problems or visitor.exceptions:
            del staying[address]
            visitor.leave()  # fails and says why


@pytest.fixture
def visitor(arrive: Callable[..., Visitor]) -> Visitor:
    """A visitor who steps through a sentence."""
    return arrive()


@pytest.fixture(scope="session")
def offline(browser: Browser) -> Iterator[Page]:
    """A tab without a network, one for all files: a new one would compile Plotly's script again."""
    context = browser.new_context(locale="en-US", offline=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


@pytest.fixture
def reader(offline: Page) -> Iterator[Page]:
    """Somebody who has a file and no network; the end fails if it asked for anything else or complained."""
    page, problems = offline, []
    listeners = {
        "request": lambda asked: asked.url.startswith(("data:", "blob:")) or problems.append(asked.url),
        "console": lambda said: said.type == "error" and problems.append(said.text),
        "pageerror": lambda error: problems.append(str(error)),
    }
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    for event, listener in listeners.items():
        page.on(event, listener)
    yield page
    opened = page.url
    if opened != "about:blank":
        page.evaluate(FORGET)
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    page.goto("about:blank")
    assert len(problems) == (opened != "about:blank"), problems  # the document itself
    assert all(problem.startswith("file:") for problem in problems)
