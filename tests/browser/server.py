"""The app as a visitor's machine runs it: a process of its own, on a free port, with a home that is empty."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


STREAMLIT = (sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true")
# A program that starts the same app, but prepares nothing for pages that its few visitors never open: that is most of
# what a server computes in its first minute.
UNPREPARED = """
import sys
from rnnviz.app import warm_up
warm_up.later_pages = lambda opens: None
from streamlit.web.cli import main
sys.argv = ["streamlit", "run", "app.py", "--server.headless=true"]
main()
"""


class Server:
    """Runs from ``start()`` to ``stop()``, or while it is entered, then it answers. ``url`` has no slash at its end.

    ``command``: what is run at ``cwd``; it reads the port from Streamlit's own environment variable. ``folder``: where
    its log and its home go.
    """

    def __init__(self, folder: Path, command: Sequence[str] = STREAMLIT, cwd: Path = ROOT) -> None:
        self.command, self.cwd = command, cwd
        self.log, self.home = folder / "server.log", folder / "home"
        self.home.mkdir(exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"

    def __enter__(self) -> Server:
        self.start()
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Starts the process; it may take a second until ``url`` answers."""
        settings = {"STREAMLIT_SERVER_PORT": str(self.port), "STREAMLIT_BROWSER_SERVER_ADDRESS": "localhost"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.cwd,
                env=os.environ | settings | {"HOME": str(self.home), "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait(self, seconds: float = 60) -> None:
        """Until it answers, asking every 10 ms. RuntimeError with what it printed if it does not."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            # Refused, reset, or too busy starting to answer in time: ask again.
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.01)
        raise RuntimeError(f"the app did not start:\n{self.log.read_text('utf-8', 'replace')}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def log_length(self) -> int:
        return self.log.stat().st_size

    def log_since(self, length: int) -> str:
        return self.log.read_bytes()[length:].decode("utf-8", "replace")
