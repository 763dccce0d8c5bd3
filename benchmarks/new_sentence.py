"""What a new sentence costs on Side by side, from Enter until all of its charts are painted, part by part.

The server computes three networks, which nobody has asked about this sentence; the browser builds a new stage. Beside
it stands what a step along the slider costs on the same page.

Run: python -m benchmarks.new_sentence
"""

from __future__ import annotations

import itertools
import statistics
from typing import NamedTuple

from playwright.sync_api import Browser, Page

from benchmarks.browser import chromium, server, visit
from benchmarks.report import table, verdict
from benchmarks.slide import sentence, settle

ROUNDS, WARM_UP = 15, 3
TOKENS = 12
PAGE = "/side-by-side"


class Change(NamedTuple):
    """Milliseconds that each part took."""

    asking: float  # from Enter until the browser has sent it
    transfer: float  # until the server's first word is there, as the run of the page begins
    server: float  # until the board is there
    building: float  # until the first chart is painted
    painting: float  # until all are

    @property
    def total(self) -> float:
        return sum(self)


def change(page: Page, text: str) -> tuple[Change, int]:
    """Type ``text`` and press Enter: the parts, and the bytes of the board's message."""
    page.locator(".st-key-text input").fill(text)
    page.evaluate("stopwatch.renew()")
    page.keyboard.press("Enter")
    at = page.evaluate("stopwatch.result()")
    names = ("asked", "answered", "arrived", "first", "painted")
    since = [0.0, *(at[name] for name in names)]
    return Change(*(after - before for before, after in itertools.pairwise(since))), at["size"]


def slide(page: Page) -> float:
    """The median milliseconds of a step by key."""
    latency = []
    page.locator(".stage-slider").focus()
    for t in range(TOKENS - 2, -1, -1):
        page.evaluate("t => stopwatch.start(t)", t)
        page.keyboard.press("ArrowLeft")
        latency.append(page.evaluate("stopwatch.result()"))
        page.wait_for_timeout(60)
    return statistics.median(latency)


def measure(browser: Browser, address: str) -> tuple[list[Change], int, float]:
    changes = []
    with visit(browser) as page:
        page.goto(address + PAGE)
        settle(page)
        for k in range(WARM_UP + ROUNDS):
            parts, size = change(page, sentence(TOKENS, k + 1))
            changes.append(parts)
            settle(page)
        frame = slide(page)
    return changes[WARM_UP:], size, frame


def main() -> None:
    with server("app.py") as running, chromium() as browser:
        running.wait()
        changes, size, frame = measure(browser, running.url)
    print(f"a new sentence of {TOKENS} tokens on Side by side, {ROUNDS} times; the board's message is {size:,} bytes\n")
    parts = {name: [getattr(each, name) for each in changes] for name in (*Change._fields, "total")}
    rows = [(name, f"{statistics.median(ms):.1f}", f"{min(ms):.1f}") for name, ms in parts.items()]
    print(table(("", "median ms", "least ms"), [*rows, ("a step by key", f"{frame:.1f}", "")]))
    least = 2 * frame + statistics.median(parts["server"])
    ratio = statistics.median(parts["total"]) / least
    print(verdict("at most two frames of a slide and the server's own time", f"{ratio:.2f} times", ratio <= 1))


if __name__ == "__main__":
    main()
