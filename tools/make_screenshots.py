"""The README's pictures, taken from the real app. Run it as ``make screenshots``."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SHOTS = {  # by file: an address, and what stands on the page when it is whole
    "start-here.png": ("/?scene=2", ".mixture-column.now:last-child"),
    "step-through.png": ("/step-through?text=明天台北会下雨吗", ".strip-column.now"),
}


def main() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
    server = subprocess.Popen([sys.executable, "-m", "streamlit", "run", "app.py", *options], cwd=ROOT)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            for name, (address, whole) in SHOTS.items():
                page = browser.new_page(viewport={"width": 1440, "height": 900}, device_scale_factor=1.5)
                page.goto(f"http://127.0.0.1:{port}{address}")
                page.wait_for_selector(whole)
                page.wait_for_timeout(1500)  # the wires have come to rest
                page.screenshot(path=ROOT / "assets" / name)
                print(f"assets/{name}")
            browser.close()
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=1)
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"the app did not start within {seconds:.0f} s")


if __name__ == "__main__":
    main()
