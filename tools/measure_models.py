"""Measure the shipped networks anew and bring their cards up to date; the weights stay as they are.

Run it as ``python -m tools.measure_models`` when a part to measure on was added or a card has a new field.
``tools.make_models`` measures in the same way when it trains.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import torch

from rnnviz import checkpoints
from rnnviz.subjects.sizes import task
from rnnviz.training import measure


def renew(path: Path) -> checkpoints.Card:
    """Write the card at ``path`` with what its network does now."""
    card = checkpoints.read_card(path)
    network = checkpoints.load(path)
    card = dataclasses.replace(card, **measure(network, task(card.task, **card.options)))
    path.write_text(json.dumps(dataclasses.asdict(card), indent=2, ensure_ascii=False) + "\n", "utf-8")
    return card


def main() -> None:
    torch.set_num_threads(1)  # as when they were made: the order of sums must not hang on the machine
    for path in sorted(checkpoints.MODELS.glob("*.json")):
        card = renew(path)
        tested = "" if card.test_accuracy is None else f"   test {card.test_accuracy:.1%}"
        print(f"{card.name:<36} {card.held_out_is} {card.held_out_accuracy:.1%}{tested}")


if __name__ == "__main__":
    main()
