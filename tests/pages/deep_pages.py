"""What the tests of Two directions and Deep network share."""

import pytest
from streamlit.testing.v1 import AppTest

from rnnviz.subjects import Subject
from tests.pages.visit import whole

BITS = "0 0 1 1 1 0 1 0"  # that Deep network opens with
MIRROR, DEEP = PAGES = ("two_directions.py", "deep_network.py")
every_page = pytest.mark.parametrize("page", PAGES)


def choice(at: AppTest) -> Subject:
    return at.session_state["subjects"][at.session_state["page"].address]


def task_of(at: AppTest) -> str:
    return choice(at).load().task.name


def type_in(at: AppTest, text: str) -> AppTest:
    at.text_input(key="text").set_value(text)
    return whole(at.run())


def press(at: AppTest, control: str, option: object) -> AppTest:
    at.segmented_control(key=control).set_value(option)
    return whole(at.run())
