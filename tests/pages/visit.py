"""A visitor without a browser: arrives by a link, and reads what a page holds and what the stage was sent."""

import html
import json
import re
import struct
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from streamlit.components.v2 import manifest_scanner
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

from rnnviz.subjects import Subject

FRAME = Path(__file__).resolve().parents[2] / "pages" / "frame.py"
FIRST_PAGES = ("step_through.py", "states.py", "side_by_side.py")

# Every AppTest looks through all installed packages for components of theirs, which takes longer than most pages do.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


def in_turn(pages: Sequence[str], rows: Iterable[tuple]) -> list[tuple]:
    """Each row on one of the pages, the next one on the next page: for what the pages have from one place."""
    return [(pages[k % len(pages)], *row) for k, row in enumerate(rows)]


def arrive(at_page: str = FIRST_PAGES[0], **query: str) -> AppTest:
    """A new visitor, who may come with a link to Step through, and goes on to this page."""
    at = land(FIRST_PAGES[0], **query)
    if at_page != FIRST_PAGES[0]:
        at.switch_page(at_page).run()
    return whole(at)


@cache
def _menu() -> dict:
    return AppTest.from_file(str(FRAME), default_timeout=90).run()._registered_pages


def land(at_page: str, **query: str) -> AppTest:
    """A new visitor whose very first page is this one, by a link, and who has opened its code. (AppTest learns of a
    page's own address only from a run, so another visitor's menu tells it where that is.)"""
    at = AppTest.from_file(str(FRAME), default_timeout=90)
    at._registered_pages = _menu()
    at.session_state["show-code"] = True
    for name, value in query.items():
        at.query_params[name] = value
    return whole(at.switch_page(at_page).run())


def follow(at: AppTest, **query: str) -> AppTest:
    """The same visitor goes to another address of the same page."""
    at.query_params.clear()
    for name, value in query.items():
        at.query_params[name] = value
    return whole(at.run())


def shown(at: AppTest) -> Subject:
    """The subject that the page shows."""
    return at.session_state["subjects"][at.session_state["page"].address]


def whole(at: AppTest) -> AppTest:
    assert not at.exception, [error.value for error in at.exception]
    assert at.get("bidi_component")  # what takes long, and the snapshots of a run, have stages of their own below
    return at


def board(at: AppTest, place: int = 0) -> tuple[dict, dict[str, np.ndarray]]:
    """What a stage was sent, the first unless told otherwise: its header, as strict JSON, and its arrays."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"the header holds {constant}, which is not JSON")

    raw = at.get("bidi_component")[place].proto.bytes
    (size,) = struct.unpack_from("<I", raw)
    header = json.loads(raw[4 : 4 + size].decode(), parse_constant=refuse)
    body = np.frombuffer(raw[4 + size + -(4 + size) % 4 :], "<f4")
    arrays = {n: body[a["offset"] : a["offset"] + a["size"]] for n, a in header["arrays"].items()}
    assert sum(map(len, arrays.values())) == len(body)
    return header, arrays


def tell(at: AppTest, event: str, value: object) -> AppTest:
    """What a view on the first stage sends (``stage.ask`` in the browser), everything else being as it is."""
    stage = at.get("bidi_component")[0].proto.id
    told = json.dumps([{"event": event, "value": value}])
    message = WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{stage}__events", json_trigger_value=told)
    return whole(at._run(WidgetStates(widgets=[*at._tree.get_widget_states().widgets, message])))


def panels(header: dict, kind: str) -> list[dict]:
    return [panel for row in header["rows"] for panel in row if panel["kind"] == kind]


def claim(at: AppTest) -> str:
    return _of_the_claim(at, "<h1>(.*)</h1>")[0]


def sentence(at: AppTest) -> str:
    """What stands under the claim."""
    return _of_the_claim(at, "<p>(.*)</p>")[0]


def chips(at: AppTest) -> str:
    """The numbers that the claim rests on, each with its network's name."""
    return "; ".join(html.unescape(text) for text in _of_the_claim(at, "<li[^>]*>(.*?)</li>"))


def _of_the_claim(at: AppTest, pattern: str) -> list[str]:
    body = next(one.proto.body for one in at.get("html") if '<div class="claim">' in one.proto.body)
    return re.findall(pattern, re.sub("</?dfn.*?>", "", body))  # terms of art are marked in it
