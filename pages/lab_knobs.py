"""What can be chosen on pages of the training lab: see ``pages.knobs``."""

from __future__ import annotations

from dataclasses import dataclass

from rnnviz.app.knobs import Knobs, number, option, switch
from rnnviz.app.knobs import to_translate as __


@dataclass(frozen=True)
class Write(Knobs):
    temperature: float = number(
        0.5,
        __("Temperature"),
        0.0,
        2.0,
        0.1,
        __("Scores are divided by it before the softmax. Below 1 the likely grows likelier; at 0 it is all there is."),
    )
    top_k: int = option(
        0,
        __("Drawn from"),
        {0: __("all"), 10: __("top 10"), 5: __("top 5"), 2: __("top 2")},
        __("Top-k: all but the k likeliest characters are left out."),
    )
    greedy: bool = switch(False, __("Greedy"), __("Always the likeliest character; nothing is drawn."))
    count: int = number(200, __("Characters to write"), 20, 400, 20)
    draw: int = number(1, __("Seed"), 0, 9_999, 1)
