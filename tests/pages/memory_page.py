"""What the tests of Memory decay share."""

import torch
from streamlit.testing.v1 import AppTest

import rnnviz
from rnnviz.subjects import Subject
from tests.pages.visit import board, follow, land, shown

PAGE = "memory_decay.py"
TITLES = {
    "effect": "At step {step} the first word is ",
    "reveal": "How much of the state at step {step} is the exact part of the first word",
    "ledger": "How much of the state at step {step} was written at the first word and never erased",
    "connectivity": "How much of the answer's gradient goes to the first word",
}
MEASURES = tuple(TITLES)


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
