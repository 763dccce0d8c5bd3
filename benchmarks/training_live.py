"""Training through the app: from a press of Train to the first point, from Stop to what was learnt, and whether others
notice ten visitors who train at once.

Run: python -m benchmarks.training_live

The visitors speak Streamlit's messages without a browser, and ask twice a second how far it is, as the page in a
browser does. Meanwhile one more visitor types another sentence on Step through every second.
"""

from __future__ import annotations

import asyncio
import random
import re
import statistics
import time
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.browser import server
from benchmarks.classroom import sentence
from benchmarks.report import p95, table, verdict
from benchmarks.visitor import Meter, Visitor

TRAINEES, SENTENCES, TIMES = 10, 60, 5
EVERY = 0.5  # seconds between two looks
FIRST, STOPPED, ANSWERED = 1.0, 0.5, 1.0  # seconds
PATIENCE = 600.0
QUIET = 12.0  # seconds in which a server has done what it does ahead of visitors, the spare worker too


class Trainee(Visitor):
    """A visitor of the page Train."""

    title = fragment = ""

    def _read(self, message: ForwardMsg) -> list[str]:
        element = message.delta.new_element
        if element.WhichOneof("type") == "html" and (told := re.search("<h1>(.*?)</h1>", element.html.body)):
            self.title = re.sub("<[^>]*>", "", told[1])
        if element.WhichOneof("type") == "button":
            self.fields[element.button.label] = (element.button.id, "trigger_value")
        return super()._read(message)

    async def listen(self, start: float) -> object:
        receive = self.connection.recv

        async def recv() -> bytes:
            raw = await receive()
            message = ForwardMsg.FromString(raw)
            if message.WhichOneof("type") == "auto_rerun":
                self.fragment = message.auto_rerun.fragment_id
            return raw

        self.connection.recv = recv
        try:
            return await super().listen(start)
        finally:
            self.connection.recv = receive

    async def press(self, label: str) -> None:
        self.values["pressed"] = WidgetState(id=self.fields[label][0], trigger_value=True)
        try:
            await self.run()
        finally:
            del self.values["pressed"]

    async def look(self) -> Self:
        """What the page asks by itself."""
        message = BackMsg()
        client = message.rerun_script
        client.query_string, client.page_script_hash = self.query, self.script
        client.fragment_id, client.is_auto_rerun = self.fragment, True
        client.widget_states.widgets.extend(self.values.values())
        client.cached_message_hashes.extend(self.known)
        await self.connection.send(message.SerializeToString())
        await asyncio.wait_for(self.listen(time.perf_counter()), PATIENCE)
        return self

    async def until(self, pattern: str, every: float = EVERY) -> None:
        while not re.search(pattern, self.title):
            await asyncio.sleep(every)
            await self.look()


async def alone(url: str) -> tuple[list[float], list[float]]:
    """Seconds from Train to the first point, and from Stop to what was learnt, of one visitor."""
    first, stopped = [], []
    async with Trainee.arrive(url, "train") as trainee:
        await trainee.open()
        for _ in range(TIMES):
            await asyncio.sleep(QUIET)
            start = time.perf_counter()
            await trainee.press("Train")
            await trainee.until(r"update \d+ of")
            first.append(time.perf_counter() - start)
            await trainee.until(r"update \d\d+ of")
            start = time.perf_counter()
            await trainee.press("Stop")
            await trainee.until("^(?!Training)")
            stopped.append(time.perf_counter() - start)
    return first, stopped


async def together(url: str) -> tuple[list[float], list[str]]:
    """Seconds that each new sentence of another visitor took while all trained, and what came of each run."""
    over = asyncio.Event()

    async def train(number: int) -> str:
        async with Trainee.arrive(url, "train", updates="100", draw=str(number + 1)) as trainee:
            await trainee.open()  # the first ones begin by themselves
            if "Train" in trainee.fields:
                await trainee.press("Train")
            await trainee.until("^(?!Training|Your run)")
            return trainee.title

    async def read() -> list[float]:
        draw, taken = random.Random(0), []
        async with Visitor.arrive(url, "step-through") as visitor:
            await visitor.open()
            await asyncio.sleep(3.0)
            while len(taken) < SENTENCES and not over.is_set():
                taken.append((await visitor.turn("Sentence", sentence(draw))).seconds)
                await asyncio.sleep(1.0)
        return taken

    reading = asyncio.create_task(read())
    titles = await asyncio.gather(*(train(number) for number in range(TRAINEES)))
    over.set()
    return await reading, titles


async def measure() -> None:
    with server("app.py") as running:
        running.wait()
        first, stopped = await alone(running.url)
        taken, titles = await together(running.url)
        memory = Meter(running.process.pid).memory(peak=True)
    kinds = {"Train to first point": first, "Stop to what was learnt": stopped, "a new sentence meanwhile": taken}
    rows = [
        (name, *(f"{value:.2f}" for value in (min(seconds), statistics.median(seconds), max(seconds))))
        for name, seconds in kinds.items()
    ]
    print(table(("seconds", "least", "median", "most"), rows))
    print(f"{len(taken)} sentences; the server took {memory:.0f} MB at most\n")
    print(verdict(f"first point within {FIRST:g} s", f"{p95(first):.2f}", p95(first) <= FIRST))
    print(verdict(f"stopped within {STOPPED:g} s", f"{p95(stopped):.2f}", p95(stopped) <= STOPPED))
    answered = f"{TRAINEES} train: 95 of 100 sentences answered within {ANSWERED:g} s"
    print(verdict(answered, f"{p95(taken):.2f}", p95(taken) <= ANSWERED))
    kept = [title for title in titles if "100 updates" in title]
    print(verdict("nobody's run is lost", f"{len(kept)} of {len(titles)}", len(kept) == len(titles)))


if __name__ == "__main__":
    asyncio.run(measure())
