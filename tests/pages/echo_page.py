"""What the tests of the page on reservoirs share."""

import re
from functools import cache

from streamlit.testing.v1 import AppTest

from tests.pages.visit import arrive, board, follow, panels
from tests.reservoirs import reservoir

PAGE = "echo_state_network.py"


@cache
def visit() -> AppTest:
    """One visitor for all who only follow links."""
    return arrive(PAGE)


def choose(*, delay: int = 5, language: str = "en", **changes: object) -> AppTest:
    """Follow a link to a reservoir; nothing may go wrong."""
    visit().session_state["language"] = language
    return follow(visit(), **reservoir(**changes).query(), delay=str(delay))


def chips(at: AppTest) -> list[str]:
    """What becomes of the two starts, with the input and without."""
    body = next(one.proto.body for one in at.get("html") if "<h1>" in one.proto.body)
    return re.findall("<li.*?>(.*?)</li>", body)


def charts(at: AppTest) -> list[dict]:
    """The panels of the page in order: distance, runs, eigenvalues, picture, curves, sweep, reading."""
    first, second = (panels(board(at, place)[0], "chart") for place in (0, 1))
    *first, reading = first
    return [*first, *second, reading]
