"""What the tests of the gradient pages share."""

import re
from functools import cache

import pytest
from streamlit.testing.v1 import AppTest

import rnnviz
from pages.knobs import GradientMap, VanishingGradients
from rnnviz.subjects import Subject
from tests.pages.visit import arrive, follow

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


every_page = pytest.mark.parametrize("page", KNOBS)
