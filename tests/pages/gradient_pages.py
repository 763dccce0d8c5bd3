"""What the tests of the gradient pages share."""

import re
from collections.abc import Iterable
from functools import cache

import pytest
from streamlit.testing.v1 import AppTest

import rnnviz
from pages.knobs import GradientMap, VanishingGradients
from rnnviz.app.gradient_runs import reaching
from rnnviz.app.panels import gradient_map
from rnnviz.app.panels.gradient_claims import chips as gradient_chips
from rnnviz.subjects import Subject
from tests.pages.visit import arrive, board, chips, follow, panels

KNOBS = {"vanishing_gradients.py": VanishingGradients, "gradient_map.py": GradientMap}


@cache
def visit(page: str) -> AppTest:
    """One visitor on each page, for all who only follow links."""
    return arrive(page)


def choose(page: str, language: str = "en", **changes: object) -> AppTest:
    """Open a page by a link with these choices, all others as at first, but on a short sequence."""
    at = visit(page)
    if at.session_state["language"] != language:
        at.segmented_control(key="language").set_value(language).run()
    query = {"steps": 30, "text": "what time is it ?"} | changes
    return follow(at, **{name: str(value) for name, value in query.items()})


def shown_subject(at: AppTest) -> Subject:
    """What the code under the page says that was run."""
    return eval(re.search(r"^subject = (.*)$", at.code[0].value, re.MULTILINE)[1], {"rnnviz": rnnviz})


def told(at: AppTest) -> str:
    """What a page says of each network: in the numbers of its claim, or in the titles of its maps."""
    maps = [panel["title"] for panel in panels(board(at)[0], "chart") if "accent" in panel]
    return chips(at) or "; ".join(maps)


def to_tell(page: str, subjects: Iterable[Subject]) -> str:
    """What it should."""
    if page == "gradient_map.py":
        return "; ".join(gradient_map.title(subject.cell, subject) for subject in subjects)
    cells = {subject.cell: subject for subject in subjects}
    return "; ".join(
        chip.text for chip in gradient_chips(cells, {name: reaching(each) for name, each in cells.items()})
    )


every_page = pytest.mark.parametrize("page", KNOBS)
