"""A small reverse proxy, as before an app on a shared host: it takes its prefix off and deals requests out in turn."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from itertools import cycle
from urllib.parse import urlsplit


class Proxy:
    """Passes what is asked below ``prefix`` on to the ``servers`` in turn, without the prefix.

    It runs while it is entered; ``url`` ends in the prefix. Each connection carries one request, so that "in turn"
    means request by request; a WebSocket is such a request, and stays with its server. ``asked``: the paths so far.
    """

    def __init__(self, servers: Sequence[str], prefix: str) -> None:
        self.prefix, self.asked = prefix, []
        self._servers = cycle(urlsplit(server).netloc.rpartition(":") for server in servers)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Proxy:
        self._thread.start()
        starting = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._pass_on, "127.0.0.1", 0), self._loop)
        self._listening = starting.result(10)
        self.url = f"http://localhost:{self._listening.sockets[0].getsockname()[1]}{self.prefix}"
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _close(self) -> None:
        self._listening.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        streams = [writer]
        try:
            request, *headers = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
            method, path, protocol = request.split(" ")
            self.asked.append(path)
            if not path.startswith(self.prefix + "/"):
                writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                return
            host, _colon, port = next(self._servers)
            inner, outer = await asyncio.open_connection(host, int(port))
            streams.append(outer)
            if not any(header.lower().startswith("upgrade:") for header in headers):
                headers = [header for header in headers if not header.lower().startswith("connection:")]
                headers.append("connection: close")
            lines = [f"{method} {path.removeprefix(self.prefix)} {protocol}", *headers, "", ""]
            outer.write("\r\n".join(lines).encode("latin-1"))
            await asyncio.gather(_copy(reader, outer), _copy(inner, writer))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            for stream in streams:
                stream.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while part := await source.read(1 << 16):
        target.write(part)
        await target.drain()
    target.close()
