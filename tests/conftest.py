"""What every test shares: one thread, examples that are the same on each run, and an explicit source of randomness."""

import pytest
import torch
from hypothesis import settings

torch.set_num_threads(1)
settings.register_profile("same-every-time", derandomize=True, deadline=None, max_examples=100, database=None)
settings.load_profile("same-every-time")


@pytest.fixture
def rng() -> torch.Generator:
    return torch.Generator().manual_seed(20260)
