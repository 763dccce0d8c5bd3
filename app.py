"""What `streamlit run app.py` starts. The pages are in pages/, the shared frame around them in pages/frame.py."""

import gc
import threading
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import parse_qsl

import streamlit as st
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import net_util

from pages import PAGES
from rnnviz.app.html_document import OwnHead
from rnnviz.app.own_model import at_start
from rnnviz.app.stage import assets

ROOT = assets.root().rpartition("/")[0]  # of the server's own paths
# What a link could name when Step through was the first page.
FORMER_NAMES = {
    *("model", "text", "example", "noise", "length", "vectors", "step", "unit"),
    *("task", "cell", "weights", "size", "directions", "seed", "layers", "distance", "layer", "direction"),
}

COLLECTED_EVERY = 20_000  # objects more than were freed; Python's own 700 come several times in one run of a page

# To tell whether a page is its own Streamlit would ask a server of Amazon's for this machine's address. The app asks
# nobody anything.
net_util.get_external_ip = lambda: None
# What a visitor brings stays in memory: Starlette would write uploads of more than a megabyte into a temporary file.
MultiPartParser.spool_max_size = 2**30


async def serve_asset(request: Request) -> Response:
    """The stage's modules and Plotly's script, named by version, so that each browser fetches them once."""
    compressed = assets.accepts_gzip(*request.headers.getlist("accept-encoding"))
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


class PlainWhereGzipIsRefused:
    """Take ``Accept-Encoding`` away from a request that does not want gzip.

    Streamlit compresses for every request in which it finds the word, "gzip;q=0" included, which forbids it.
    """

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not assets.accepts_gzip(*Headers(scope=scope).getlist("accept-encoding")):
            scope = scope | {"headers": [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]}
        await self.inner(scope, receive, send)


class OldLinks:
    """Send links of earlier versions on: what is Step through was the first page, and its links began at the root."""

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self.inner
        if scope["type"] == "http" and scope["path"] == ROOT + "/":
            query = scope["query_string"].decode("latin-1")
            if at_start.QUERY and not query:
                answer = RedirectResponse("./your-model")
            elif FORMER_NAMES & dict(parse_qsl(query, keep_blank_values=True)).keys():
                answer = RedirectResponse(f"./step-through?{query}")
        await answer(scope, receive, send)


async def open_first_page(request: Request) -> Response:
    """The first page is at the root; the address with its own name, made as those of the others are, leads there."""
    query = request.url.query
    return RedirectResponse(f"./?{query}" if query else "./")


def warm_up() -> None:
    """Import what every page needs while the browser is still opening, then keep it out of garbage collection.

    A collection of all that later visitors make still holds up everybody for a tenth of a second: it is made seldom.
    """
    from rnnviz.app import warm_up

    later_pages = partial(warm_up.later_pages, {page.address: page.opens for page in PAGES})
    for prepare in (warm_up.first_page, assets.compress, later_pages):
        prepare()
        gc.collect()
        gc.freeze()
    gc.set_threshold(COLLECTED_EVERY)


@asynccontextmanager
async def lifespan(app: st.App):
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    yield


routes = [
    Route(assets.root() + "/{version}/{name:path}", serve_asset),
    Route(f"{ROOT}/{PAGES[0].address}", open_first_page),
]
middleware = [Middleware(PlainWhereGzipIsRefused), Middleware(OldLinks), Middleware(OwnHead)]
app = st.App("pages/frame.py", lifespan=lifespan, routes=routes, middleware=middleware)
