"""What a step along the slider costs: the stage against a page that is run again and draws three charts of the same.

Both are driven in one Chromium, from the press of a key to the painted frame in which everything shows the new step.
The stage's pages show more than the plain page's three charts.

Run: python -m benchmarks.slide
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

from benchmarks.browser import WireTap, chromium, server, visit
from benchmarks.report import p95, table, verdict

STEPS, WARM_UP, MOVES = 30, 3, 60
TARGET = 10
FRAME = 1000 / 60  # ms
THUMB = 7  # pixels from the end of a slider to the middle of its thumb there
_WORDS = "what is the weather in taipei tomorrow and could you please play some quiet music for me ?"


def sentence(tokens: int, first: int = 0) -> str:
    """So many words, from the ``first`` of a long sentence on, which begins again after its end."""
    return " ".join(itertools.islice(itertools.cycle(_WORDS.split()), first, first + tokens))


SHORT = {"text": sentence(60), "size": "medium"}
LONG = {"text": sentence(200), "size": "large", "cell": "RNN"}


class Slide(NamedTuple):
    latency: list[float]  # ms per step
    received: float  # bytes per step
    sent: float
    kept: tuple[int, int]  # charts whose elements are still the same, of how many
    asked: int  # different steps under the hand while dragging
    drawn: int  # of which were drawn before it let go

    @property
    def median(self) -> float:
        return statistics.median(self.latency)


def measure(browser: Browser, address: str, path: str, query: dict[str, str], rest: float) -> Slide:
    """Slide to the left from the last step by keys, ``rest`` ms between them, then drag the slider with the mouse."""
    with visit(browser) as page:
        wire = WireTap(page)
        page.goto(f"{address}{path}?{urlencode(query)}")
        settle(page)
        t = page.evaluate("stopwatch.step()")
        page.locator("input[type=range]").first.focus()
        latency = []
        for k in range(WARM_UP + STEPS):
            if k == WARM_UP:
                page.evaluate("stopwatch.mark()")
                received, sent = wire.received, wire.sent
            t -= 1
            page.evaluate("t => stopwatch.start(t)", t)
            page.keyboard.press("ArrowLeft")
            latency.append(page.evaluate("stopwatch.result()"))
            page.wait_for_timeout(rest)
        received, sent = (wire.received - received) / STEPS, (wire.sent - sent) / STEPS
        kept = tuple(page.evaluate("stopwatch.kept()"))
        asked, drawn = drag(page)
    return Slide(latency[WARM_UP:], received, sent, kept, asked, drawn)


def drag(page: Page) -> tuple[int, int]:
    """Pull the slider from the last step to the first: the different steps it passed, and those that were drawn."""
    page.keyboard.press("End")
    page.wait_for_timeout(1000)
    track = page.locator("[data-testid=stSlider] [role=group], .stage-slider").first.bounding_box()
    x, y = track["x"] + track["width"] - THUMB, track["y"] + track["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("stopwatch.drag()")
    for k in range(1, MOVES + 1):
        page.mouse.move(x - (track["width"] - 2 * THUMB) * k / MOVES, y)
        page.wait_for_timeout(2 * FRAME)
    counted = page.evaluate("stopwatch.dragged()")
    page.mouse.up()
    return counted["asked"], counted["drawn"]


def settle(page: Page) -> None:
    """Until every chart is painted and the server has nothing more to say."""
    page.wait_for_function(
        """() => stopwatch.step() !== null && document.querySelector("[data-testid=stStatusWidget]") === null
              && document.querySelector(".stage-chart .stage-body:not([data-painted])") === null""",
        timeout=60_000,
    )
    page.wait_for_timeout(1000)


def main() -> None:
    pages = {
        "plain page, three charts": ("plain", "/", SHORT),
        "States and gates": ("stage", "/states", SHORT),
        "Step through": ("stage", "/step-through", SHORT),
        "Side by side": ("stage", "/side-by-side", SHORT),
        "States and gates, T 200, H 263": ("stage", "/states", LONG),
        "Step through, T 200, H 263": ("stage", "/step-through", LONG),
    }
    measured = {}
    with server("benchmarks/plain_rerun.py") as plain, server("app.py") as stage, chromium() as browser:
        servers = {"plain": plain, "stage": stage}
        for running in servers.values():
            running.wait()
        for name, (kind, path, query) in pages.items():
            # After a run of the script its last messages are still to come; they belong to this step's bytes.
            measured[name] = measure(browser, servers[kind].url, path, query, rest=300 if kind == "plain" else 60)

    slow = measured["plain page, three charts"]
    print(f"one step by key, {STEPS} steps each, T 60 and H 48 where nothing else is said\n")
    head = ("", "median ms", "p95 ms", "ratio", "bytes in", "bytes out", "charts kept", "drawn in a drag")
    rows = [
        (
            name,
            f"{slide.median:.1f}",
            f"{p95(slide.latency):.1f}",
            f"1/{slow.median / slide.median:.1f}" if slide is not slow else "1",
            f"{slide.received:,.0f}",
            f"{slide.sent:,.0f}",
            f"{slide.kept[0]} of {slide.kept[1]}",
            f"{slide.drawn} of {slide.asked or MOVES}",
        )
        for name, slide in measured.items()
    ]
    print(table(head, rows))
    stages = [slide for name, slide in measured.items() if pages[name][0] == "stage"]
    for name, slide in measured.items():
        if slide in stages and pages[name][2] is SHORT:
            gain = slow.median / slide.median
            claim = f"{name}: a step is at least {TARGET} times faster than the page run again"
            print(verdict(claim, f"{gain:.1f}x", gain >= TARGET))
    most = max(slide.received + slide.sent for slide in stages)
    print(verdict("no byte to or from the server per step", f"{most:,.0f} at most", most == 0))
    print(verdict("every step drawn while dragging", *_all((slide.drawn, slide.asked) for slide in stages)))
    print(verdict("no chart is made again", *_all(slide.kept for slide in stages)))
    long = [slide for name, slide in measured.items() if pages[name][2] is LONG]
    worst = max(p95(slide.latency) for slide in long)
    print(verdict("200 tokens and 263 units: 95 of 100 steps within two frames", f"{worst:.1f} ms", worst <= 2 * FRAME))


def _all(counts: Iterable[tuple[int, int]]) -> tuple[str, bool]:
    counts = list(counts)
    return f"{sum(c[0] for c in counts)} of {sum(c[1] for c in counts)}", all(a == b for a, b in counts)


if __name__ == "__main__":
    main()
