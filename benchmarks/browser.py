"""A fresh Streamlit server and a headless Chromium in front of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.server import STREAMLIT, Server

WIDTH, HEIGHT = 1440, 900
_STOPWATCH = Path(__file__).with_name("stopwatch.js").read_text("utf-8")
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# Without a display or a GPU, and silent: nothing but the page under test may use the network or the processor.
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A system Chromium where there is one, else the one that Playwright has installed."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(browser: Browser) -> Iterator[Page]:
    """A page that knows the stopwatch, for a visitor who has never been here: nothing is in the browser's cache."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    context.add_init_script(_STOPWATCH)
    try:
        yield context.new_page()
    finally:
        context.close()


@contextmanager
def server(script: str) -> Iterator[Server]:
    """``streamlit run script`` in a process of its own that has just been started: it may not answer yet."""
    with tempfile.TemporaryDirectory() as folder:
        running = Server(Path(folder), [script if word == "app.py" else word for word in STREAMLIT])
        running.start()
        try:
            yield running
        finally:
            running.stop()


class WireTap:
    """Counts the bytes of websocket messages of a page, both ways."""

    def __init__(self, page: Page) -> None:
        self.received = self.sent = 0
        session = page.context.new_cdp_session(page)
        session.on("Network.webSocketFrameReceived", self._count_received)
        session.on("Network.webSocketFrameSent", self._count_sent)
        session.send("Network.enable")

    def _count_received(self, event: dict) -> None:
        self.received += _size(event)

    def _count_sent(self, event: dict) -> None:
        self.sent += _size(event)


def _size(event: dict) -> int:
    frame = event["response"]
    data = frame["payloadData"]
    # Binary messages (opcode 2) arrive as base64.
    return len(data) * 3 // 4 - data[-2:].count("=") if frame["opcode"] == 2 else len(data.encode())
