"""How far back networks recall a letter: the curves over the delay, and what is said of it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import streamlit as st

from rnnviz import figures
from rnnviz.app import state
from rnnviz.app.comparison import together
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels.state_charts import chart
from rnnviz.app.sweep_runs import Live, called
from rnnviz.figures import style
from rnnviz.studies import how_far_back as study
from rnnviz.tasks.delayed_recall import LETTERS

Shares = Mapping[str, np.ndarray]
# A colour is a cell, so a dash and a shape tell networks of one cell apart.
LOOKS = {
    "rnn": ("solid", "circle"),
    "orthogonal": ("dash", "diamond"),
    "lstm-0": ("dot", "triangle-down"),
    "lstm-1": ("dash", "triangle-up"),
    "lstm-5": ("solid", "square"),
    "chrono": ("dashdot", "cross"),
    "gru": ("longdash", "circle"),
}

LATER, WRONG = study.AROUND[2], 0.5  # steps after the delay of the training, and a share of right answers
GUESS, NEAR = 1 / len(LETTERS), 0.04  # two standard deviations of a guess at 512 questions


def train() -> None:
    """The button that trains one more of each kind shown, or takes away what was trained."""
    trains, declared = state.knobs().train, state.row().knobs.declared()["train"]
    label, icon = (_("Stop and clear"), "close") if trains else (_(declared.label), "play_arrow")
    arguments = {
        "on_click": state.choose,
        "kwargs": {"train": not trains},
        "help": None if trains else _(declared.hint),
    }
    kind = "secondary" if trains else "primary"
    st.button(label, key="button-train", type=kind, icon=f":material/{icon}:", **arguments)


def over_delays(shares: Shares, live: Mapping[str, Live], span: int = 12) -> dict:
    """Right answers by the delay that is asked; a dot per seed, and a ring for what was trained now."""
    knobs = state.knobs()
    runs = [
        figures.Runs(
            called(kind),
            shares[kind],
            style.CELLS[study.KINDS[kind].cell],
            LOOKS[kind][0],
            np.array([live[kind].shares]) if kind in live else None,
            {"signal": "right by delay", "network": kind},
            LOOKS[kind][1],
            _("guessing") if abs(np.median(shares[kind][:, -1]) - GUESS) < NEAR else "",
        )
        for kind in knobs.kinds
    ]
    figure = figures.seeds.draft(
        study.asked(knobs.trained_at),
        runs,
        ticks=study.ASKED,
        chance=GUESS,
        chance_title="" if any(each.told for each in runs) else _("guessing"),  # said once
        boundary=knobs.trained_at,
        boundary_title=_("trained here"),
        setting_title=_("steps between the letter and the question"),
        value_title=_("right answers"),
        height=360,
    )
    rings = _("A ring is the network that was trained just now.") if live else ""
    caption = _("Line: the median of {count} trainings (pale dots). {sequences} new sequences at every delay.")
    sequences = study.sequences(knobs.trained_at)[0].x.shape[1]
    return chart(
        figure,
        time=False,
        span=span,
        title=_("Trained at {delay} steps, asked at {least} to {most}").format(
            delay=knobs.trained_at, least=study.ASKED[0], most=study.ASKED[-1]
        ),
        caption=sentences(caption.format(sequences=sequences, count=len(study.SEEDS)), rings),
    )


def at_delay(values: np.ndarray, delay: int) -> np.ndarray:
    """Of shares (seed, ``study.asked``) those at the delay of the training, (seed,)."""
    return values[:, study.asked(delay).index(delay)]


def solved(values: np.ndarray, delay: int) -> int:
    """In how many seeds a kind recalls the letter at the delay that it was trained at."""
    return int((at_delay(values, delay) >= study.SOLVED).sum())


def title(shares: Shares) -> str:
    """What the forget bias decides, where several are shown; else who times the answer, or who keeps the letter."""
    delay, kinds, count = state.knobs().trained_at, state.knobs().kinds, len(study.SEEDS)
    kept = {kind: solved(shares[kind], delay) for kind in kinds}
    biases = {kind: study.KINDS[kind].bias for kind in kinds if study.KINDS[kind].bias is not None}
    if len(biases) > 1:
        lasting = all((shares[kind][:, -1] >= study.SOLVED).all() for kind in biases if kept[kind] == count)
        return _of_biases({f"{bias:g}": kept[kind] for kind, bias in biases.items()}, lasting)
    if late := timed(shares):
        told = _("Right after {delay} steps, wrong after {later}: {networks} (median)")
        return told.format(delay=delay, later=delay + LATER, networks=together(late))
    able = [kind for kind in kinds if kept[kind] > count / 2]
    if len(kinds) == 1:
        told = _("{network}: {kept} of {count} trainings keep the letter for {delay} steps")
    elif len(able) == 1:
        told = _("Only the {network} keeps the letter for {delay} steps in most trainings")
    elif able:
        told = _("{able} of {kinds} kinds shown keep the letter for {delay} steps in most trainings")
    else:
        told = _("None of these kinds keeps the letter for {delay} steps in most trainings")
    network = called((able or kinds)[0])
    return told.format(network=network, kept=kept[kinds[0]], count=count, delay=delay, able=len(able), kinds=len(kinds))


def _of_biases(kept: Mapping[str, int], lasting: bool) -> str:
    """``kept``: in how many trainings the letter is kept, by the forget bias as text; ``lasting``: whether those that
    always keep it also keep it for the longest delay of all."""
    delay, count = state.knobs().trained_at, len(study.SEEDS)
    always = [bias for bias, times in kept.items() if times == count]
    never = [bias for bias, times in kept.items() if not times]
    if always and never and len(always) + len(never) == len(kept) and max(map(float, never)) < min(map(float, always)):
        told = _("Start the forget gate wide open, and the LSTM recalls {delay} steps back")
        if lasting:
            told = _("Start the gate wide open: trained at {delay} steps, the LSTM recalls {later}")
        return told.format(delay=delay, later=study.ASKED[-1])
    told = _("{kept} of {count} at forget bias {bias}")
    counts = _(", ").join(told.format(kept=times, count=count, bias=bias) for bias, times in kept.items())
    return _("The letter is kept for {delay} steps by {counts}").format(delay=delay, counts=counts)


def timed(shares: Shares) -> list[str]:
    """What is shown that is right at the delay of the training and wrong two steps later, by the median."""
    delay, kinds = state.knobs().trained_at, state.knobs().kinds
    later = study.asked(delay).index(delay + LATER)
    medians = {kind: np.median(shares[kind], 0) for kind in kinds if solved(shares[kind], delay) > len(study.SEEDS) / 2}
    return [called(kind) for kind, values in medians.items() if values[later] < WRONG]


def told_later(shares: Shares) -> int:
    """The delay, other than that of the training, that tells most: the longest, or where an answer was only timed."""
    several = sum(study.KINDS[kind].bias is not None for kind in state.knobs().kinds) > 1
    return study.ASKED[-1] if several or not timed(shares) else state.knobs().trained_at + LATER


def sentence() -> str:
    """What is drawn, and what to do."""
    return _("A dot is one training; filled: solved, {share} right or more. Click one to open its network.").format(
        share=f"{study.SOLVED:.0%}"
    )


def openness() -> str:
    """What a forget bias does before training, from the sigmoid alone."""
    told = _(
        "Forget gates of bias {low} start {little} open: the memory halves in {soon} steps. "
        "Of {high}: {much}, in {late} steps."
    )
    low, high = (begins(study.KINDS[kind].bias) for kind in ("lstm-1", "lstm-5"))
    soon, late = (f"{math.log(0.5) / math.log(share):.0f}" for share in (low, high))
    return told.format(low="1", high="5", little=f"{low:.1%}", much=f"{high:.1%}", soon=soon, late=late)


def begins(bias: float) -> float:
    """How far open a gate of that bias starts, when nothing else moves it."""
    return 1 / (1 + math.exp(-bias))


def measured() -> str:
    return _(
        "Each network has {units} units and was trained for {updates} updates of {batch} sequences: Adam, gradients "
        "clipped at norm 1, with the learning rate {gated} (RNNs: {plain}). Solved means that at least {share} of the "
        "answers are right at the delay of the training. All this was computed when the page opened, from the weights."
    ).format(
        units=study.UNITS,
        updates=f"{study.UPDATES:,}",
        batch=study.BATCH,
        gated=study.KINDS["gru"].learning_rate,
        plain=study.KINDS["rnn"].learning_rate,
        share=f"{study.SOLVED:.0%}",
    )
