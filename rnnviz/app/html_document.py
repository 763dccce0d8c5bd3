"""The HTML document that the browser gets first, before any message: Streamlit's, with this app's own head."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rnnviz.app.stage.assets import STYLES, address, files

_HEAD = """<title>rnnviz</title>
    <meta name="description" content="See inside recurrent neural networks: RNN, LSTM and GRU, step by step.">
    {links}
  </head>"""
# The document itself is never kept: it names the files of this version. Nor may it come compressed or not at all.
_NOT_FOR_DOCUMENTS = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")


class OwnHead:
    """Give each HTML document this app's style sheets, so that the first thing painted stands where it stays."""

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self.inner(scope, receive, send)
            return
        asked = [pair for pair in scope["headers"] if pair[0] not in _NOT_FOR_DOCUMENTS]
        start: Message | None = None
        body = b""

        async def send_with_head(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_document(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    await _send_document(send, start, body)

        await self.inner(scope | {"headers": asked}, receive, send_with_head)


def _is_document(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "").startswith("text/html")


async def _send_document(send: Send, start: Message, body: bytes) -> None:
    links = [f'<link rel="stylesheet" href="{address(name)}">' for name in STYLES]
    # The stage's modules come while Streamlit's own script starts, instead of one after another behind it.
    modules = (name for name in files() if name.endswith(".js") and name != "plotly.min.js")
    links += [f'<link rel="modulepreload" href="{address(name)}">' for name in modules]
    head = _HEAD.format(links="".join(links))
    text = re.sub(r"<title>.*?</title>", "", body.decode(), count=1).replace("</head>", head, 1)
    headers = MutableHeaders(raw=[pair for pair in start["headers"] if pair[0] not in (b"etag", b"last-modified")])
    if body:  # a HEAD request has none, and then its length stays what it was
        headers["content-length"] = str(len(text.encode()))
    await send({**start, "headers": headers.raw})
    await send({"type": "http.response.body", "body": text.encode() if body else b""})
