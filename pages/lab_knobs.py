"""What can be chosen on pages of the training lab: see ``pages.knobs``."""

from __future__ import annotations

from dataclasses import dataclass

from pages.knobs import KNOWN_FIRST, TRIO, OneLayer
from rnnviz.app.knobs import Knobs, number, option, several, switch, typed
from rnnviz.app.knobs import to_translate as __

LEARNT = (  # the tasks that a network can be trained for on the page Train
    *("recall", "temporal_order", "adding", "parity", "selective_copy", "xor_stream", "reber", "continual_reber"),
    *("neighbour_xor", "echo_future", "flip_flop", "intents", "slots", "characters", "dates"),
)


@dataclass(frozen=True)
class Train(Knobs):
    learns: str = option("recall", __("Task"), dict.fromkeys(LEARNT, ""))
    cells: tuple[str, ...] = several(TRIO, __("Cells"), [cell for cell in KNOWN_FIRST if cell != "ESN"], most=3)
    translators: tuple[str, ...] = several(
        ("GRU-attention", "GRU-vector"),
        __("Networks"),
        {
            "GRU-attention": __("GRU (attention)"),
            "GRU-vector": __("GRU (one vector)"),
            "LSTM-attention": __("LSTM (attention)"),
            "LSTM-vector": __("LSTM (one vector)"),
            "RNN-attention": __("RNN (attention)"),
            "RNN-vector": __("RNN (one vector)"),
        },
        most=3,
    )
    updates: int = option(
        500, __("Updates"), {count: f"{count:,}" for count in (50, 100, 200, 500, 1_000, 2_000, 5_000)}
    )
    units: int = option(32, __("Hidden units"), {count: str(count) for count in (8, 16, 32, 64)})
    batch: int = option(32, __("Sequences per update (batch)"), {count: str(count) for count in (1, 8, 32, 128)})
    optimizer: str = option(
        "adam", __("Optimizer"), {"adam": "Adam", "rmsprop": "RMSprop", "momentum": __("SGD, momentum"), "sgd": "SGD"}
    )
    rate: float = option(
        0.01,
        __("Learning rate"),
        {0.001: "0.001", 0.003: "0.003", 0.01: "0.01", 0.03: "0.03", 0.1: "0.1", 1.0: "1", 1e9: "10⁹"},
    )
    schedule: str = option(
        "linear",
        __("Learning rate, over the updates"),
        {
            "constant": __("constant"),
            "linear": __("falls in a line"),
            "cosine": __("half a cosine"),
            "step": __("in two steps"),
        },
    )
    clipping: str = option(
        "norm",
        __("Clip the gradient"),
        {"norm": __("by its norm"), "value": __("each number"), "none": __("off")},
        __("By its norm: all gradients together are shortened. Each number: it is cut to ± the limit."),
    )
    clip_at: float = option(1.0, __("at"), {0.01: "0.01", 0.1: "0.1", 1.0: "1", 10.0: "10"})
    through: int = option(
        0,
        __("The gradient goes back through"),
        {0: __("all steps"), 5: "5", 10: "10", 20: "20"},
        __("Truncated backpropagation: at every so many steps, counted from the end, the gradient is cut."),
    )
    dropout: float = option(
        0.0,
        __("Dropout before the readout"),
        {0.0: __("off"), 0.2: "0.2", 0.5: "0.5"},
        __("The share of states that is set to zero, drawn anew at each update."),
    )
    teacher_forcing: float = number(
        1.0,
        __("Teacher forcing"),
        0.0,
        1.0,
        0.1,
        __("How often the decoder reads in training what it should have written before: always at 1, never at 0."),
    )
    keeps: str = option(
        "task",
        __("Bias of the gates that keep, at the start"),
        {
            "task": __("by task"),
            "default": __("default"),
            **{str(bias): str(bias) for bias in (0, 1, 3, 5)},
            "chrono": __("chrono"),
        },
        __(
            "Chrono: drawn so that units begin with memories of all lengths up to that of the sequences. By task: "
            "chrono, but for dates default."
        ),
    )
    begins: str = option(
        "default",
        __("Recurrent start"),
        {"default": __("default"), "orthogonal": __("orthogonal"), "identity": __("identity matrix")},
    )
    draw: int = number(0, __("Seed"), 0, 9_999, 1)
    since: int = number(0, __("Go on from update"), 0, 5_000, 1)  # 0: from the last snapshot


@dataclass(frozen=True)
class HowFarBack(Knobs):
    trained_at: int = option(
        20, __("Trained to keep the letter for"), {20: __("trained at 20 steps"), 50: __("trained at 50 steps")}
    )
    kinds: tuple[str, ...] = several(
        ("lstm-0", "lstm-1", "lstm-5", "chrono", "gru", "rnn"),
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
    """``run``: one that the visitor trained, after how many updates; it takes the place of the shipped ones."""

    date: str | None = typed(__("A date, in English or Chinese"), most=80)
    run: str | None = typed(__("Network"), most=40)
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
