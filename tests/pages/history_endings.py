"""How many endings the networks of the lineage name, counted again: string by string, with nothing of the page's."""

from functools import cache

import torch

from rnnviz.studies.lstm_history import LENGTHS, STRINGS, subject_of
from rnnviz.tasks.reber import strings_of


@cache
def ends(name: str) -> list[int]:
    """Of the strings of either length, how many endings a network names: one string after another, step by step."""
    counts = []
    for length in LENGTHS:
        strings = strings_of(length, STRINGS, torch.Generator().manual_seed(7)).T
        network, right = subject_of(name).network(), 0
        for string in strings:
            with torch.no_grad():
                right += int(network(string[: length - 2, None] + 1)[-1, 0].argmax()) == int(string[1])
        counts.append(right)
    return counts
