"""One visitor must not starve the rest: the gradients of 200 tokens in large networks, alone, six at once, and retyped.

Measured is the server: seconds from asking to the last message, processor time, and memory. The six ask for sentences
of their own at the same moment. Who retypes sends eight sentences, a second apart, and waits for none but the last.

Run: python -m benchmarks.long_sentence
"""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import AsyncExitStack
from typing import NamedTuple

from benchmarks.browser import server
from benchmarks.classroom import WORDS
from benchmarks.report import table, verdict
from benchmarks.visitor import Meter, Visitor

TOKENS, TOGETHER, RETYPED, PAUSE = 200, 6, 8, 1.0
PAGE, OWN = "vanishing-gradients", ("They read", "my sentence")
LONGEST, MORE, MOST = 3.0, 300.0, 1000.0  # seconds of processor; MB above the base; MB in all


class Load(NamedTuple):
    seconds: float  # until the last visitor has the page
    used: float  # seconds of processor, all visitors together
    base: float  # MB
    most: float  # MB
    errors: tuple[str, ...]


def sentence(number: int) -> str:
    return " ".join(random.Random(number).choices(WORDS.split(), k=TOKENS))


async def idle(meter: Meter, still: int = 3) -> None:
    """Until the server has done what it does ahead of visitors, which is not theirs to pay: so many seconds at rest."""
    rested, before = 0, meter.seconds()
    while rested < still:
        await asyncio.sleep(1)
        rested, before = (rested + 1 if meter.seconds() - before < 0.1 else 0), meter.seconds()


async def enter(stack: AsyncExitStack, address: str) -> Visitor:
    """A visitor on the page whose networks are large and read the visitor's own sentence, which is still short."""
    visitor = await stack.enter_async_context(Visitor.arrive(address, PAGE, size="large"))
    await visitor.open()
    await visitor.turn(*OWN)
    return visitor


async def together(address: str, meter: Meter, count: int) -> Load:
    """So many visitors type at the same moment."""
    async with AsyncExitStack() as stack:
        visitors = [await enter(stack, address) for _ in range(count)]
        base, before, start = meter.forget_peak().memory(), meter.seconds(), time.perf_counter()
        seen = await asyncio.gather(*(v.turn("Sentence", sentence(100 * count + k)) for k, v in enumerate(visitors)))
        taken, used, most = time.perf_counter() - start, meter.seconds() - before, meter.memory(peak=True)
    return Load(taken, used, base, most, tuple(error for shown in seen for error in shown.errors))


async def retyped(address: str, meter: Meter) -> Load:
    """One visitor thinks better of it, again and again."""
    async with AsyncExitStack() as stack:
        visitor = await enter(stack, address)
        base, before, start = meter.forget_peak().memory(), meter.seconds(), time.perf_counter()
        for number in range(RETYPED - 1):
            visitor.set("Sentence", sentence(number))
            await visitor.ask()
            await asyncio.sleep(PAUSE)
        shown = await visitor.turn("Sentence", sentence(RETYPED))
        await asyncio.sleep(PAUSE)
        taken, used, most = time.perf_counter() - start, meter.seconds() - before, meter.memory(peak=True)
    return Load(taken, used, base, most, shown.errors)


async def measure() -> dict[str, Load]:
    with server("app.py") as running:
        running.wait()
        meter = Meter(running.process.pid)
        await idle(meter)
        return {
            "alone": await together(running.url, meter, 1),
            f"{TOGETHER} at once": await together(running.url, meter, TOGETHER),
            f"retyped {RETYPED} times": await retyped(running.url, meter),
        }


def main() -> None:
    loads = asyncio.run(measure())
    head = ("", "seconds", "of processor", "MB before", "MB at most")
    rows = [(n, f"{x.seconds:.1f}", f"{x.used:.1f}", f"{x.base:.0f}", f"{x.most:.0f}") for n, x in loads.items()]
    print(f"{TOKENS} tokens in the large networks, page {PAGE}\n")
    print(table(head, rows))
    alone, crowd, again = loads.values()
    print(verdict(f"alone: {LONGEST:g} s of processor", f"{alone.used:.1f}", alone.used <= LONGEST))
    print(
        verdict(f"alone: {MORE:g} MB above the base", f"{alone.most - alone.base:.0f}", alone.most - alone.base <= MORE)
    )
    print(verdict(f"{TOGETHER} at once: {MOST:g} MB in all", f"{crowd.most:.0f}", crowd.most <= MOST))
    print(verdict(f"retyped: less work than for {TOGETHER}", f"{again.used:.1f}", again.used < crowd.used))
    print("\n".join(error for load in loads.values() for error in load.errors))


if __name__ == "__main__":
    main()
