"""A fresh Streamlit server and a headless Chromium in front of it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
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


class Server:
    """A Streamlit process that has just been started; ``address`` may not answer yet."""

    def __init__(self, script: str, log: IO[bytes]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.script, self.log, self.address = script, log, f"http://127.0.0.1:{port}"
        options = {"port": port, "address": "127.0.0.1", "headless": "true"}
        command = [sys.executable, "-m", "streamlit", "run", script]
        command += [word for name, value in options.items() for word in (f"--server.{name}", str(value))]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, env=environment)

    def wait(self, seconds: float = 60) -> None:
        """Until it answers, asking every 10 ms. RuntimeError with what it printed if it does not."""
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline and self.process.poll() is None:
            # Refused, reset, or too busy starting to answer in time: ask again.
            with suppress(OSError), urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=1) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.01)
        self.log.seek(0)
        printed = self.log.read().decode(errors="replace")[-2000:]
        raise RuntimeError(f"{self.script} does not answer at {self.address}; it printed:\n{printed}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def server(script: str) -> Iterator[Server]:
    """``streamlit run script`` in a process of its own, on a free port."""
    with tempfile.TemporaryFile() as log:
        running = Server(script, log)
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
