"""A class in front of one server: 40 visitors open one link within 4 seconds, then each turns a knob every 4 seconds.

Every page has a server process of its own that has done what it prepares at its start, and that nobody has asked
anything yet: the first visitor waits until the page's board is computed, and so does who comes meanwhile. The visitors
speak Streamlit's messages from this process, without a browser: what is measured is the server, from asking to the last
message, and to the first view of a page that shows what takes long below, when it is there. A turn asks for something
that nobody has asked before, as far as the page has so many choices. "alone" is the server's processor time for a turn
when nobody else is there; it is less disturbed by other work on the machine than the seconds are.

Run: python -m benchmarks.classroom [page ...]
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from benchmarks.browser import server
from benchmarks.report import p95, table, verdict
from benchmarks.visitor import Meter, Shown, Visitor
from tests.browser.server import Server

CLASS, ARRIVING, EVERY, TURNS = 40, 4.0, 4.0, 4
ALONE = 12
QUIET, IDLE = 1.5, 0.05  # a server is warm that used so little processor in so many seconds
OPENED, TURNED = 0.5, 0.3  # seconds
WORDS = "please book me a table flight taxi room in to from Taipei Paris tomorrow tonight for two what is the weather"


class Knob(NamedTuple):
    label: str
    value: Callable[[random.Random], object] | None = None  # None: one of the options that it offers
    alone: float | None = None  # ms of the server that one turn may take


def sentence(draw: random.Random) -> str:
    return " ".join(draw.choices(WORDS.split(), k=9))


def bits(draw: random.Random) -> str:
    return " ".join(draw.choices("01", k=12))


def seed(draw: random.Random) -> int:
    return draw.randrange(10_000)


READS = Knob("Sentence", sentence)
KNOBS = {
    "step-through": READS,
    "states": READS,
    "side-by-side": READS._replace(alone=30),
    "vanishing-gradients": Knob("Seed", seed, alone=60),
    "gradient-map": Knob("Seed", seed),
    "memory-decay": Knob("Letter"),
    "two-directions": READS,
    "deep-network": Knob("Sequence", bits),
    "how-the-lstm-came-to-be": Knob("Station"),
    "echo-state-network": Knob("Seed", seed),
    "dynamics": Knob("Stream"),
}


class Lesson(NamedTuple):
    """One page: seconds until it was shown, to each visitor and for each turn; what the server used."""

    arrived: list[float]  # in the order in which they came
    turned: list[float]
    first: list[float]  # of each turn, until its first view was shown
    alone: float  # ms of processor time
    bytes: float  # of one turn
    memory: tuple[float, float]  # MB: before the class, at most
    errors: set[str]


def turn(visitor: Visitor, knob: Knob, draw: random.Random) -> Awaitable[Shown]:
    return visitor.turn(knob.label, knob.value(draw) if knob.value else draw.choice(visitor.options[knob.label]))


async def attend(running: Server, page: str, number: int, everybody: asyncio.Barrier) -> tuple[Shown, list[Shown]]:
    """One of the class: arrives at its moment, and turns the knob at regular ones."""
    draw, knob = random.Random(number), KNOBS[page]
    await asyncio.sleep(ARRIVING * number / CLASS)
    async with Visitor.arrive(running.url, page) as visitor:
        opened = await visitor.open()
        loop, turned = asyncio.get_running_loop(), []
        await everybody.wait()  # nobody turns a knob before all have arrived
        first = loop.time() + EVERY * number / CLASS
        for number_of in range(TURNS):
            await asyncio.sleep(max(0.0, first + EVERY * number_of - loop.time()))
            turned.append(await turn(visitor, knob, draw))
    return opened, turned


async def alone(running: Server, page: str, meter: Meter) -> tuple[float, float, set[str]]:
    """Processor time in ms and bytes of a turn while nobody else is there."""
    draw, knob = random.Random(CLASS), KNOBS[page]
    async with Visitor.arrive(running.url, page) as visitor:
        await visitor.open()
        await turn(visitor, knob, draw)
        await asyncio.sleep(1.0)
        before, seen = meter.seconds(), []
        for _ in range(ALONE):
            seen.append(await turn(visitor, knob, draw))
        used = (meter.seconds() - before) / ALONE * 1e3
    return used, statistics.median(shown.received for shown in seen), {e for shown in seen for e in shown.errors}


async def warm(meter: Meter) -> None:
    """Wait until the server has done what it does ahead of visitors."""
    before = -IDLE
    while (now := meter.seconds()) - before >= IDLE:
        before = now
        await asyncio.sleep(QUIET)


async def teach(page: str) -> Lesson:
    with server("app.py") as running:
        running.wait()
        meter = Meter(running.process.pid)
        await warm(meter)
        base = meter.forget_peak().memory()
        everybody = asyncio.Barrier(CLASS)
        attended = await asyncio.gather(*(attend(running, page, number, everybody) for number in range(CLASS)))
        most = meter.memory(peak=True)
        used, received, errors = await alone(running, page, meter)
    shown = [one for opened, turned in attended for one in (opened, *turned)]
    return Lesson(
        [opened.seconds for opened, _ in attended],
        [one.seconds for _, turned in attended for one in turned],
        [one.first for _, turned in attended for one in turned],
        used,
        received,
        (base, most),
        errors | {error for one in shown for error in one.errors},
    )


def main() -> None:
    pages = sys.argv[1:] or list(KNOBS)
    print(f"{CLASS} visitors, one link within {ARRIVING:g} s, then a turn each every {EVERY:g} s; seconds\n")
    rows, said = [], []
    for page in pages:
        lesson = asyncio.run(teach(page))
        rows.append(
            (
                page,
                *(f"{figure:.2f}" for figure in (lesson.arrived[0], *spread(lesson.arrived), lesson.arrived[-1])),
                *(f"{figure:.2f}" for figure in spread(lesson.turned)),
                f"{spread(lesson.first)[1]:.2f}",
                f"{lesson.alone:.0f}",
                f"{lesson.bytes / 1e3:,.0f}",
                *(f"{part:.0f}" for part in lesson.memory),
            )
        )
        print(*rows[-1], *sorted(lesson.errors), file=sys.stderr)
        for claim, seconds, most in (
            ("who waits longest has the page", max(lesson.arrived), OPENED),
            ("95 of 100 turns show their first view", p95(lesson.first), TURNED),
            ("95 of 100 turns are shown whole", p95(lesson.turned), TURNED),
        ):
            said.append(verdict(f"{page}: {claim} within {most:g} s", f"{seconds:.2f}", seconds <= most))
        if KNOBS[page].alone is not None:
            most = KNOBS[page].alone
            said.append(
                verdict(f"{page}: a turn takes {most:g} ms of server", f"{lesson.alone:.0f}", lesson.alone <= most)
            )
    spreads = ("first opens", "p50", "p95", "longest", "last opens", "turn p50", "p95", "longest", "first view p95")
    head = ("", *spreads, "alone ms", "kB a turn", "MB before", "at most")
    print(table(head, rows))
    print("\n".join(said))


def spread(seconds: list[float]) -> tuple[float, float, float]:
    return statistics.median(seconds), p95(seconds), max(seconds)


if __name__ == "__main__":
    main()
