"""What the tests of Memory decay share."""

import torch
from streamlit.testing.v1 import AppTest

import rnnviz
from rnnviz.subjects import Subject
from tests.app.sent import numbers
from tests.pages.visit import board, follow, land, panels, shown

PAGE = "memory_decay.py"
TITLES = {  # after which comes what is read first
    "reveal": "Which share of the last state is exactly due to ",
    "ledger": "Which share of the last state was written at ",
    "connectivity": "How much would a small change of ",
}
MEASURES = ("effect", *TITLES)


def kept(at: AppTest) -> dict[str, float]:
    """What of the last state is due to what was read first, by network: where each line of the first chart ends."""
    data = panels(header(at), "chart")[0]["figure"]["data"]
    return {trace["meta"]["network"]: float(numbers(trace["y"])[-1]) for trace in data}


def written(share: float) -> str:
    """As a chip writes a share."""
    return "< 1%" if 0 < share < 0.005 else "> 99%" if 0.995 < share < 1 else f"{share:.0%}"


def link(subject: Subject, measure: str = "effect") -> dict[str, str]:
    return subject.query() | {"measure": measure}


def look(subject: Subject, measure: str = "effect", **more: str) -> AppTest:
    """A new visitor, who comes with a link to a subject; it is what they see."""
    at = land(PAGE, **link(subject, measure), **more)
    assert not at.warning
    assert shown(at) == subject
    return at


def header(at: AppTest) -> dict:
    return board(at)[0]


def start(at: AppTest, subject: Subject, measure: str = "effect") -> AppTest:
    return follow(at, **link(subject, measure))


# Other subjects


def brought(kind: type[torch.nn.Module], *sizes: int, steps: int, **more: object) -> Subject:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        return rnnviz.subject(kind(*sizes, **more), torch.randn(steps, sizes[0]))
