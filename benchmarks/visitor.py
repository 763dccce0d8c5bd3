"""A visitor without a browser: speaks Streamlit's own messages over a WebSocket, and turns the widgets of a page."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import asynccontextmanager
from typing import NamedTuple, Self
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

# Which field of a widget's state holds its value, by the kind of element.
FIELDS = {
    "slider": "double_array_value",
    "number_input": "double_value",
    "text_input": "string_value",
    "checkbox": "bool_value",
    "button_group": "string_array_value",
}


class Shown(NamedTuple):
    """One run of a page's script, as the visitor saw it."""

    seconds: float  # from asking to the last message
    first: float  # to the first of several stages, where what takes long has one of its own; else to the last message
    received: int  # bytes
    errors: tuple[str, ...]


class Visitor:
    """A session of its own on one page. Use ``Visitor.arrive``."""

    def __init__(self, connection: ClientConnection, page: str, query: dict[str, str]) -> None:
        self.connection, self.page, self.query = connection, page, urlencode(query)
        self.script, self.known = "", set()  # the page's hash; messages that need not be sent again
        self.fields: dict[str, tuple[str, str]] = {}  # by label: a widget's id, and where its value is put
        self.options: dict[str, list[str]] = {}  # of widgets that offer some
        self.values: dict[str, WidgetState] = {}

    @classmethod
    @asynccontextmanager
    async def arrive(cls, address: str, page: str, **query: str):
        """Connect; nothing is asked for yet. The address must be this machine's own."""
        if urlsplit(address).hostname not in ("127.0.0.1", "localhost"):
            raise ValueError(f"only a server on this machine is measured, not {address}")
        url = address.replace("http", "ws", 1) + "/_stcore/stream"
        async with connect(
            url, subprotocols=["streamlit"], max_size=None, compression=None, proxy=None, ping_interval=None
        ) as connection:
            yield cls(connection, page, query)

    async def open(self) -> Shown:
        """The page as the link shows it."""
        return await self.run()

    async def turn(self, label: str, value: object) -> Shown:
        """Set the widget of this label and wait for what comes of it."""
        self.set(label, value)
        return await self.run()

    def set(self, label: str, value: object) -> None:
        """Choose without asking yet; KeyError with the labels that there are if the page has none of this one."""
        if label not in self.fields:
            raise KeyError(f"{self.page} has no widget {label!r}; it has {', '.join(map(repr, self.fields))}")
        widget, field = self.fields[label]
        state = WidgetState(id=widget)
        if field.endswith("array_value"):
            getattr(state, field).data.append(value)
        else:
            setattr(state, field, value)
        self.values[widget] = state

    async def ask(self) -> None:
        """Send what was chosen, without waiting for what comes of it."""
        message = BackMsg()
        client = message.rerun_script
        client.query_string, client.page_script_hash = self.query, self.script
        client.page_name = "" if self.script else self.page
        client.widget_states.widgets.extend(self.values.values())
        client.cached_message_hashes.extend(self.known)
        client.context_info.locale, client.context_info.timezone = "en-US", "UTC"
        await self.connection.send(message.SerializeToString())

    async def run(self, patience: float = 300) -> Shown:
        start = time.perf_counter()
        await self.ask()
        return await asyncio.wait_for(self.listen(start), patience)

    async def listen(self, start: float) -> Shown:
        """Receive until the script has finished, and was not merely started anew."""
        received, errors, stages = 0, [], []
        while True:
            raw = await self.connection.recv()
            received += len(raw)
            message = ForwardMsg.FromString(raw)
            kind = message.WhichOneof("type")
            if message.metadata.cacheable:
                self.known.add(message.hash)
            if kind == "navigation":
                self.script = message.navigation.page_script_hash
            elif kind == "delta":
                errors += self._read(message)
                if message.delta.new_element.WhichOneof("type") == "bidi_component":
                    stages.append(time.perf_counter() - start)
            elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                seconds = time.perf_counter() - start
                return Shown(seconds, stages[0] if len(stages) > 1 else seconds, received, tuple(errors))

    def _read(self, message: ForwardMsg) -> list[str]:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            return [f"{element.exception.type}: {element.exception.message}"]
        if kind in FIELDS:
            widget = getattr(element, kind)
            self.fields[widget.label] = (widget.id, FIELDS[kind])
            if kind == "button_group":
                self.options[widget.label] = [option.content for option in widget.options]
        return []


class Meter:
    """What a process has used, from /proc: Linux alone tells it."""

    def __init__(self, process: int) -> None:
        self.process = process

    def memory(self, peak: bool = False) -> float:
        """MB resident, now or at most so far."""
        wanted = "VmHWM:" if peak else "VmRSS:"
        with open(f"/proc/{self.process}/status") as status:
            return next(int(line.split()[1]) / 1e3 for line in status if line.startswith(wanted))

    def seconds(self) -> float:
        """Processor time of all threads, user and system."""
        with open(f"/proc/{self.process}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def forget_peak(self) -> Self:
        """Count the most from here on."""
        with open(f"/proc/{self.process}/clear_refs", "w") as refs:
            refs.write("5")
        return self
