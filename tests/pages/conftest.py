"""What every test of a page shares."""

import pytest

from rnnviz import batching_times


@pytest.fixture(autouse=True)
def times_are_taken_once(monkeypatch):
    """How long something takes is measured on a page, and no test hangs on it."""
    monkeypatch.setattr(batching_times, "LEAST", 1)
    monkeypatch.setattr(batching_times, "ENOUGH", 0.0)
