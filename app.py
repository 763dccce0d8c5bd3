"""The door: `streamlit run app.py`. The pages are in pages/, the shared frame around them in pages/frame.py."""

import gc
import threading
from contextlib import asynccontextmanager

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rnnviz.ui import assets


async def serve_asset(request: Request) -> Response:
    """The stage's modules and Plotly's script, named by version, so that each browser fetches them once."""
    # On the machine itself compressing costs more than it saves.
    local = request.client is not None and request.client.host in ("127.0.0.1", "::1")
    local = local and "x-forwarded-for" not in request.headers
    compressed = not local and "gzip" in request.headers.get("accept-encoding", "")
    try:
        body, media_type = assets.content(request.path_params["name"], compressed)
    except KeyError:
        return Response("not found", 404, media_type="text/plain")
    # An address of another version, as while servers are being replaced, must not stick to these files for ever.
    fits = request.path_params["version"] == assets.version()
    kept = "public, max-age=31536000, immutable" if fits else "no-store"
    headers = {"cache-control": kept, "vary": "accept-encoding"}
    if compressed:
        headers["content-encoding"] = "gzip"
    return Response(body, media_type=media_type, headers=headers)


def warm_up() -> None:
    """Import what every page needs while the browser is still opening, then keep it out of garbage collection.

    Streamlit collects garbage after every run; with torch loaded that is a tenth of a second each time.
    """
    from rnnviz.ui import warm

    for prepare in (warm.first_page, warm.later_pages):
        prepare()
        gc.collect()
        gc.freeze()


@asynccontextmanager
async def lifespan(app: st.App):
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    yield


app = st.App("pages/frame.py", lifespan=lifespan, routes=[Route(assets.root() + "/{version}/{name:path}", serve_asset)])
