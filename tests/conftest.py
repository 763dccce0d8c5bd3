"""What every test shares: one thread, examples that are the same on each run, and an explicit source of randomness."""

import gc
import sys
from collections.abc import Iterator

import pytest
import torch
from hypothesis import settings

from rnnviz.subjects import given

torch.set_num_threads(1)
settings.register_profile("same-every-time", derandomize=True, deadline=None, max_examples=100, database=None)
settings.load_profile("same-every-time")

# What one test brings must still be there when another asks for it, whatever order they run in.
given.MOST = 100_000

MAIN = sys.modules["__main__"]


def pytest_collection_finish() -> None:
    """Streamlit collects garbage after each run of a page: then let it pass over all tests and modules, which stay."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def the_program_stays_the_test_run() -> Iterator[None]:
    """AppTest leaves the page it ran as ``__main__``, and a process that is spawned later would run that page again."""
    yield
    sys.modules["__main__"] = MAIN


@pytest.fixture
def rng() -> torch.Generator:
    return torch.Generator().manual_seed(20260)
