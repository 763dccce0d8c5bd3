"""Two processes of the app behind nginx, as deploy/nginx.conf has it, one of which is killed under twenty visitors.

Each visitor is a browser's tab with cookies of its own that has chosen a sentence. After the kill: how long until a
visitor of the lost process is connected again, whether the page shows the same address, the same sentence and the same
states, and whether the next choice is answered. Needs nginx, openssl and a Chromium on the path, and no rights.

Run: python -m tools.try_replicas [visitors]
"""

from __future__ import annotations

import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Error, Page, sync_playwright

from tests.browser.server import ROOT, Server

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
NAME = "localhost"
WITHIN, PATIENCE = 5.0, 15.0  # seconds
ESTABLISHED = "01"  # in /proc/net
SENTENCES = ("what time is it ?", "book a table for two", "will it rain in Paris tomorrow ?", "play some jazz")
# Connected again, the script has run to its end, and the stage stands.
WHOLE = """() => {
    const app = document.querySelector('[data-testid=stApp]')?.dataset;
    return app?.testConnectionState === 'CONNECTED' && app.testScriptState === 'notRunning'
        && !!document.querySelector('.rnnviz-stage[data-step]');
}"""
# The tab itself keeps the times, in seconds since 1970: asking twenty tabs in turn takes longer than a reconnection.
WATCH = f"""() => {{
    window.trial = {{}};
    setInterval(() => {{
        const state = document.querySelector('[data-testid=stApp]')?.dataset.testConnectionState;
        if (state !== 'CONNECTED') window.trial.lost ??= Date.now() / 1000;
        else if (window.trial.lost && !window.trial.back && ({WHOLE})()) window.trial.back = Date.now() / 1000;
    }}, 20);
}}"""
WORDS = "() => [...document.querySelectorAll('.strip-column')].map((column) => column.textContent)"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def configuration(folder: Path, servers: list[Server], port: int) -> Path:
    """deploy/nginx.conf with this machine's ports and a certificate made for the trial, inside what nginx needs."""
    certificate, key = folder / "rnnviz.pem", folder / "rnnviz.key"
    made = ["-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={NAME}"]
    subprocess.run(
        ["openssl", "req", "-x509", *made, "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    text = CONFIGURATION.read_text()
    for before, after in (
        ("127.0.0.1:8501", f"127.0.0.1:{servers[0].port}"),
        ("127.0.0.1:8502", f"127.0.0.1:{servers[1].port}"),
        ("    listen [::]:80;\n", ""),
        ("    listen [::]:443 ssl;\n", ""),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("rnnviz.example.org", NAME),
        ("/etc/ssl/certs/rnnviz.pem", str(certificate)),
        ("/etc/ssl/private/rnnviz.key", str(key)),
    ):
        if before not in text:
            raise ValueError(f"{CONFIGURATION.name} has no {before!r} any more")
        text = text.replace(before, after)
    whole = folder / "nginx.conf"
    paths = "".join(
        f"    {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    log = "    log_format processes '$status $upstream_addr $request_uri';\n"
    whole.write_text(
        f"pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{ }}\n"
        "http {\n    include /etc/nginx/mime.types;\n"
        f"{paths}{log}    access_log {folder}/access.log processes;\n{text}}}\n"
    )
    return whole


@contextmanager
def proxy(folder: Path, servers: list[Server]):
    """nginx in front of the servers; gives its address."""
    port = free_port()
    whole = configuration(folder, servers, port)
    command = [
        shutil.which("nginx") or "/usr/sbin/nginx",
        "-e",
        f"{folder}/error.log",
        "-c",
        str(whole),
        "-p",
        f"{folder}/",
    ]
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    address = f"https://{NAME}:{port}/rnnviz"
    try:
        end = time.monotonic() + 10
        while time.monotonic() < end and process.poll() is None:
            with suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", context=trusting()) as answer:
                print(*(f"{name}: {value}" for name, value in answer.headers.items()), sep="\n")
                break
            time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait()


def trusting() -> ssl.SSLContext:
    """Of the certificate that was made for the trial."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def connections(server: Server) -> int:
    """How many WebSockets go to a server now."""
    rows = [row.split() for name in ("tcp", "tcp6") for row in Path("/proc/net", name).read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{server.port:04X}") and row[3] == ESTABLISHED for row in rows)


def main(count: int = 20) -> int:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = []
        for name in "ab":
            (folder / name).mkdir()
            servers.append(stack.enter_context(Server(folder / name)))
        address = stack.enter_context(proxy(folder, servers))
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        pages: list[Page] = []
        for k in range(count):
            page = browser.new_context(ignore_https_errors=True).new_page()
            page.goto(f"{address}/step-through?text={quote(SENTENCES[k % len(SENTENCES)])}&step=2")
            page.wait_for_function(WHOLE, timeout=120_000)
            pages.append(page)
        before = [(page.url, page.evaluate(WORDS)) for page in pages]
        print(f"{count} visitors; WebSockets to either process: {[connections(server) for server in servers]}")
        for page in pages:
            page.evaluate(WATCH)
        servers[0].process.send_signal(signal.SIGKILL)
        killed = time.time()
        time.sleep(PATIENCE)
        trials = [page.evaluate("() => window.trial") for page in pages]
        lost = [trial for trial in trials if "lost" in trial]
        seconds = sorted(trial["back"] - killed for trial in lost if "back" in trial)
        same = sum((page.url, page.evaluate(WORDS)) == was for page, was in zip(pages, before, strict=True))
        answered = 0
        for page in pages:
            field = page.locator(".st-key-text input")
            field.fill("hello there")
            field.press("Enter")
            with suppress(Error):
                page.wait_for_function(f"() => ({WORDS})().join(' ').includes('there')", timeout=30_000)
                answered += "hello" in page.url
        print(f"lost their process: {len(lost)}, back: {len(seconds)}", end="")
        if seconds:
            print(f", after {statistics.median(seconds):.2f} s (median), {seconds[-1]:.2f} s (last)", end="")
        print(f"; same address, words and states: {same} of {count}; next sentence answered: {answered} of {count}")
        browser.close()
        return int(len(seconds) < len(lost) or any(each > WITHIN for each in seconds) or min(same, answered) < count)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
