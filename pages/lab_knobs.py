"""What can be chosen on pages of the training lab: see ``pages.knobs``."""

from __future__ import annotations

from dataclasses import dataclass

from pages.knobs import OneLayer
from rnnviz.app.knobs import Knobs, number, option, several, switch, typed
from rnnviz.app.knobs import to_translate as __


@dataclass(frozen=True)
class HowFarBack(Knobs):
    trained_at: int = option(
        20, __("Trained to keep the letter for"), {20: __("trained at 20 steps"), 50: __("trained at 50 steps")}
    )
    kinds: tuple[str, ...] = several(
        ("lstm-0", "lstm-1", "lstm-5", "gru"),
        __("Shown"),
        {
            "rnn": "RNN",
            "orthogonal": __("orthogonal RNN"),
            "lstm-0": __("LSTM (bias 0)"),
            "lstm-1": __("LSTM (bias 1)"),
            "lstm-5": __("LSTM (bias 5)"),
            "chrono": __("LSTM (chrono start)"),
            "gru": __("GRU (usual start)"),
        },
        most=7,
    )
    train: bool = switch(
        False,
        __("Train one more of each now"),
        __("From the seed and with the settings beside this: each is a ring in the picture, and opens below it."),
    )
    run_seed: int = number(
        5, __("Seed"), 0, 9_999, 1, __("Of the network that is trained now; seeds 0 to 4 are shipped.")
    )
    run_rate: float = option(
        0.0,
        __("Learning rate"),
        {0.0: __("as shipped"), 0.001: "0.001", 0.003: "0.003", 0.01: "0.01", 0.03: "0.03", 0.1: "0.1"},
    )
    run_clipping: str = option("norm", __("Gradient clipping"), {"norm": __("norm 1"), "none": __("off")})
    experiment: str = option(
        "",
        __("Published experiment"),
        {
            "": __("none"),
            "recall-20": __("forget bias, 20 steps"),
            "recall-50": __("forget bias, 50 steps"),
            "adding": __("adding problem"),
            "order-20": __("temporal order, 20 steps"),
            "order-50": __("temporal order, 50 steps"),
            "clipping": __("gradient clipping"),
            "reber": __("continual Reber grammar"),
            "echo": __("echo of the future"),
            "xor": __("XOR of two neighbours"),
        },
    )
    repeats: int = option(1, __("Seeds of each"), {1: "1", 2: "2", 3: "3", 5: "5"})


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


@dataclass(frozen=True)
class FindAUnit(OneLayer):
    """``looked``: the unit, after a mark of the network that it was chosen in; ``marked``: a range of steps of a
    sentence, after a mark of the sentences; ``corpus``: the digest of sentences that were brought."""

    looked: str | None = typed(__("Unit"), 20)
    marked: str | None = typed(__("Marked words"), 40)
    corpus: str | None = typed(__("Your own sentences"), 20)
    count: int = option(1_000, __("Sentences"), {300: "300", 1_000: "1,000", 3_000: "3,000"})
    draw: int = number(0, __("Drawn by seed"), 0, 9_999, 1)
    end: str = option(
        "job",
        __("Sentences in which it is"),
        {"job": __("as in its job"), "high": __("highest"), "low": __("lowest")},
    )
    threshold: float = option(0.3, __("A unit is on above"), {t: f"{t:g}" for t in (0.1, 0.2, 0.3, 0.5, 0.7, 0.9)})


@dataclass(frozen=True)
class Translate(Knobs):
    date: str | None = typed(__("A date, in English or Chinese"), most=80)
    sees: str = option(
        "attention",
        __("The decoder sees"),
        {
            "attention": __("all, by attention"),
            "vector": __("one vector"),
            "longer": __("one vector, trained longer"),
        },
        __("All three networks were trained on the same dates, from the same seed, the first two as often."),
    )
    forced: bool = switch(
        True,
        __("Trained with teacher forcing"),
        __(
            "What the decoder read while it was trained: the right symbol of before (on), or the one that it had "
            "written itself (off). Here it always reads its own."
        ),
    )
