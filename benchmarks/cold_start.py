"""From the start of the server's process to the first painted chart, in a browser that asks as soon as it may; then,
from the same server, to the largest contentful paint of the next visitor.

Every measurement has a new server process and empty browser caches; the pages take turns, so noise hits all alike.

Run: python -m benchmarks.cold_start
"""

from __future__ import annotations

import statistics
import time
from typing import NamedTuple

from playwright.sync_api import Browser

from benchmarks.browser import chromium, server, visit
from benchmarks.report import table, verdict

ROUNDS = 5
TARGET = 1.5
WARM_TARGET = 1.0
# Milliseconds from asking for the page to its largest text or picture so far.
LARGEST = """() => new Promise((told) => new PerformanceObserver((list) => told(list.getEntries().at(-1).startTime))
    .observe({ type: 'largest-contentful-paint', buffered: true }))"""


class Start(NamedTuple):
    script: str
    path: str
    painted: str  # a CSS selector of what is there once the first chart has been drawn


BARE = "bare page: streamlit, torch, one chart"
STARTS = {
    BARE: Start("benchmarks/bare_page.py", "/", ".js-plotly-plot .scatterlayer .trace path"),
    "Start here (the first page)": Start("app.py", "/", ".rnnviz-stage[data-step] .loop-chain rect"),
    "States and gates": Start("app.py", "/states", ".stage-body[data-painted=true]"),
}


class Seconds(NamedTuple):
    answer: float  # until the server answers
    painted: float  # until the first chart is painted
    warm: float  # of the next visitor, until the largest contentful paint


def measure(browser: Browser, start: Start) -> Seconds:
    with visit(browser) as page:
        started = time.time()  # the clock that the page's own is compared with
        with server(start.script) as running:
            running.wait()
            answered = time.time()
            page.goto(running.url + start.path, wait_until="commit")
            painted = page.evaluate("selector => stopwatch.first(selector)", start.painted) / 1000
            with visit(browser) as following:
                following.goto(running.url + start.path, wait_until="commit")
                following.evaluate("selector => stopwatch.first(selector)", start.painted)
                warm = following.evaluate(LARGEST) / 1000
    return Seconds(answered - started, painted - started, warm)


def main() -> None:
    measured: dict[str, list[Seconds]] = {name: [] for name in STARTS}
    with chromium() as browser:
        for start in STARTS.values():
            measure(browser, start)  # the first reads files from the disk that all later ones find in memory
        for _ in range(ROUNDS):
            for name, start in STARTS.items():
                measured[name].append(measure(browser, start))

    def median(name: str, part: str) -> float:
        return statistics.median(getattr(seconds, part) for seconds in measured[name])

    print(f"process start to first painted chart, median of {ROUNDS} cold starts\n")
    bare, bare_warm = median(BARE, "painted"), median(BARE, "warm")
    rows = [
        (
            name,
            f"{median(name, 'answer'):.2f}",
            f"{median(name, 'painted'):.2f}",
            f"{median(name, 'painted') / bare:.2f}",
            f"{median(name, 'warm'):.2f}",
            f"{median(name, 'warm') / bare_warm:.2f}",
        )
        for name in STARTS
    ]
    print(table(("", "server answers, s", "chart painted, s", "ratio", "warm, largest paint, s", "ratio"), rows))
    for name in STARTS:
        if name != BARE:
            ratio = median(name, "painted") / bare
            print(verdict(f"{name}: at most {TARGET} times the bare page", f"{ratio:.2f}", ratio <= TARGET))
            ratio = median(name, "warm") / bare_warm
            print(verdict(f"{name}, warm: at most {WARM_TARGET} times", f"{ratio:.2f}", ratio <= WARM_TARGET))


if __name__ == "__main__":
    main()
