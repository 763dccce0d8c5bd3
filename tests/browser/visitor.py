"""What a visitor does and sees, in their words: tests say what happens, this file knows where it is on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

STAGE = ".rnnviz-stage"
# Milliseconds until what was waited for counts as missing: a slow or busy machine is no fault of the page.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE / 4)
# On a deep link Streamlit's own script first asks below the page's address for its server, and is told 404.
STREAMLITS_OWN_404 = re.compile(r"^(/[\w-]+)+/_stcore/(health|host-config)$")
# The sum of all numbers of a canvas: another picture has another.
PIXELS = """one => one.getContext('2d').getImageData(0, 0, one.width, one.height).data
    .reduce((sum, value, place) => (sum + value * (place % 9973)) % 1e9, 0)"""
FORGET = "() => { localStorage.clear(); sessionStorage.clear(); }"
# What has arrived is handled, and what that changes is drawn.
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
READY = """() => {
    const stage = document.querySelector('.rnnviz-stage[data-step]');
    const bodies = [...document.querySelectorAll('.stage-chart .stage-body')];
    return stage && bodies.every((body) => body.dataset.painted === 'true');
}"""


class Visitor:
    """One page, which is one session of the app, in a tab that a visitor before may have left."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.context, self.url = page, page.context, url
        self.problems: list[str] = []  # what the browser complained about
        self.frames: list[object] = []  # what went over the websocket, both ways
        self.run = ""  # of the script: "asked" for by the page, "begun", "ended"
        self.page.set_default_timeout(PATIENCE)
        self._listeners = {
            "request": self._on_request,
            "console": self._on_console,
            "pageerror": lambda error: self.problems.append(f"uncaught: {error}"),
            "websocket": self._on_websocket,
        }
        for event, listener in self._listeners.items():
            self.page.on(event, listener)

    def _on_request(self, request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.problems.append(f"request to another host: {request.url}")

    def _on_console(self, message) -> None:
        address = urlsplit(message.location.get("url", ""))
        if message.type == "error" and not STREAMLITS_OWN_404.match(address.path):
            self.problems.append(f"console: {message.text} ({message.location.get('url')})")

    def _on_websocket(self, socket) -> None:
        if urlsplit(socket.url).netloc != urlsplit(self.url).netloc:
            self.problems.append(f"websocket to another host: {socket.url}")
        socket.on("framesent", self._on_sent)
        socket.on("framereceived", self._on_received)

    def _on_sent(self, frame: bytes | str) -> None:
        self.frames.append(frame)
        if BackMsg.FromString(frame).WhichOneof("type") == "rerun_script":
            self.run = "asked"

    def _on_received(self, frame: bytes | str) -> None:
        """A run answers what was asked before it began; one that ended early begins anew."""
        self.frames.append(frame)
        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type")
        if kind == "new_session" and self.run == "asked":
            self.run = "begun"
        elif kind == "script_finished" and self.run == "begun":
            early = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
            self.run = "asked" if early else "ended"

    # Going places

    def go(self, address: str, *, ready: bool = True) -> None:
        self.page.goto(self.url + address)
        if ready:
            self.ready()

    @property
    def menu(self) -> list[str]:
        return self.page.locator("[data-testid=stSidebarNavLink] [data-testid=stMarkdownContainer]").all_inner_texts()

    def choose_page(self, title: str) -> None:
        with self.answered():
            self.page.get_by_test_id("stSidebarNavLink").filter(has_text=title).click()

    def go_back(self) -> None:
        with self.answered():
            self.page.go_back()

    @contextmanager
    def answered(self) -> Iterator[None]:
        """What is done within asks the server for something; at the end the page shows the answer.

        The page's own state alone does not tell: right after a click it is still that of the run before.
        """
        self.run, end = "", monotonic() + PATIENCE / 1000
        yield
        while self.run != "ended":
            assert monotonic() < end, f"no answer: the run of the script is {self.run or 'not asked for'}"
            self.page.wait_for_timeout(10)
        self.page.evaluate(FRAMES)
        self.ready()

    def ready(self) -> None:
        """Wait until the stage stands, every chart on it is painted and the server has nothing more to say."""
        for _again in range(2):  # a stage below the first may have come meanwhile
            self.page.wait_for_function(READY, timeout=PATIENCE)
            self.settled()

    def settled(self) -> None:
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=PATIENCE)

    def leave(self, idle: list[Page] | None = None) -> None:
        """Give the tab back to the ``idle`` ones, or close it; nothing of this visitor stays in the browser."""
        boxes = self.exceptions
        here = self.page.url.startswith(self.url)
        if here:
            self.page.evaluate(FORGET)
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)
        if idle is not None and here:
            self.page.goto("about:blank")
            # It keeps 50 entries and then drops the oldest: a test that counts them needs room for its own.
            devtools = self.context.new_cdp_session(self.page)
            devtools.send("Page.resetNavigationHistory")
            devtools.detach()
            idle.append(self.page)
        else:
            self.page.close()
        self.context.clear_cookies()
        assert not boxes, f"the page showed an exception: {boxes}"
        assert not self.problems, self.problems

    @property
    def exceptions(self) -> list[str]:
        return self.page.get_by_test_id("stException").all_inner_texts()

    # The controls

    def type_sentence(self, text: str) -> None:
        field = self.sentence
        field.fill(text)
        with self.answered():
            field.press("Enter")

    def choose(self, control: str, option: str) -> None:
        """Press one option of the shared control with that key ("cell", "size", "task", "language")."""
        with self.answered():
            self.page.locator(f".st-key-{control} button").filter(has_text=re.compile(f"^{option}$")).click()

    def press_button(self, words: str) -> None:
        """The first button of the page itself, not of the sidebar, that has these words in it."""
        with self.answered():
            self.page.get_by_test_id("stMain").locator("button").filter(has_text=words).first.click()

    def open_the_code(self) -> None:
        """It is sent once it is asked for."""
        with self.answered():
            self.page.locator(".st-key-show-code summary").click()

    def open_more_settings(self) -> None:
        self.page.get_by_test_id("stPopoverButton").click()

    def at_task(self, title: str) -> None:
        expect(self.page.locator(".st-key-task button[data-selected=true]")).to_have_text(title)
        self.ready()

    @property
    def sentence(self) -> Locator:
        return self.page.locator(".st-key-text input")

    def chosen(self, control: str) -> str:
        return self.page.locator(f".st-key-{control} button[data-selected=true]").inner_text()

    # The stage

    @property
    def stage(self) -> Locator:
        """The one with the cursor; what takes long may have another below it."""
        return self.page.locator(STAGE).first

    @property
    def slider(self) -> Locator:
        """The first player's: a stage below the one with the cursor may have a player of its own."""
        return self.page.locator(".stage-play + .stage-slider").first

    @property
    def step(self) -> int:
        return int(self.stage.get_attribute("data-step"))

    @property
    def unit(self) -> int:
        return int(self.stage.get_attribute("data-unit"))

    @property
    def last_step(self) -> int:
        return int(self.slider.get_attribute("max"))

    def press(self, key: str) -> None:
        """A key while the stage has the visitor's attention."""
        self.slider.press(key)

    def at_step(self, step: int) -> None:
        expect(self.stage).to_have_attribute("data-step", str(step))

    def at_unit(self, unit: int) -> None:
        expect(self.stage).to_have_attribute("data-unit", str(unit))

    @property
    def tokens(self) -> list[str]:
        return self.page.locator(".strip-column:not(.start) .stage-token").all_inner_texts()

    @property
    def claim(self) -> Locator:
        return self.page.locator(".claim h1")

    @property
    def chips(self) -> list[str]:
        """The numbers that the claim rests on, each with its network's name."""
        return self.page.locator(".claim li").all_inner_texts()

    @property
    def warnings(self) -> Locator:
        return self.page.get_by_test_id("stAlert")

    def texts(self, selector: str) -> list[str]:
        return self.page.locator(selector).all_text_contents()

    def cursors(self) -> list[str]:
        """Where the cursor stands on each chart."""
        return self.page.locator(".stage-cursor").evaluate_all("all => all.map((one) => one.style.transform)")

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
