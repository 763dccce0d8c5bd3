"""What a page or a panel needs of a subject: each function says why it cannot be shown, or None."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch

from rnnviz import forecasting
from rnnviz.generating import refuse_others
from rnnviz.head_layers import named
from rnnviz.refusals import Refused
from rnnviz.subjects import catalogue
from rnnviz.subjects.cell_needs import a_keep_gate, a_reservoir, a_table
from rnnviz.subjects.limits import MAX_TOKENS, MOST_SEARCHED, MOST_TERMS
from rnnviz.subjects.loaded import Loaded, Reading
from rnnviz.subjects.next_tokens import outputs_of

Need = Callable[[Loaded, Reading], Refused | None]


def a_readout(loaded: Loaded, reading: Reading) -> Refused | None:
    if loaded.answers is None:
        return Refused("This network has no readout, so there is no answer to follow.")
    return None


def classes(loaded: Loaded, reading: Reading) -> Refused | None:
    if loaded.answers is None:
        return a_readout(loaded, reading)
    if loaded.answers.kind != "classes":
        return Refused("This network answers with numbers, not with one of several labels.")
    return None


def an_answer_at_every_step(loaded: Loaded, reading: Reading) -> Refused | None:
    if (refused := classes(loaded, reading)) is not None:
        return refused
    if loaded.answers.at != "every":
        return Refused("This network answers once, at the end; this needs an answer at every step.")
    return None


def an_answer_so_far(loaded: Loaded, reading: Reading) -> Refused | None:
    """At each step an answer: its own, or what it would be if the sequence ended there."""
    if (refused := classes(loaded, reading)) is not None:
        return refused
    if loaded.answers.at == "last" and "backward" in loaded.network.directions:
        return Refused("This network answers once, when it has read everything from its end, and not at every step.")
    return None


def a_loss_at_every_step(loaded: Loaded, reading: Reading) -> Refused | None:
    """Of its own answer, or of what it would answer if the sequence ended there."""
    if loaded.answers is not None and loaded.answers.at == "last" and len(loaded.network.directions) > 1:
        return Refused("This network answers once, when it has read both ways; this needs a loss at every step.")
    return None


def a_linear_head(loaded: Loaded, reading: Reading) -> Refused | None:
    if loaded.network.front is not None:
        return Refused(
            "This head is not linear ({layers} before the readout), so its scores are no sum of what each direction "
            "adds.",
            layers=named(loaded.network.front),
        )
    return None


def one_layer(loaded: Loaded, reading: Reading) -> Refused | None:
    if loaded.network.num_layers > 1:
        return Refused(
            "This network has {count} layers; this is about networks of one.", count=loaded.network.num_layers
        )
    return None


def one_direction(loaded: Loaded, reading: Reading) -> Refused | None:
    if len(loaded.network.directions) > 1:
        return Refused("This network reads both ways; this is about networks that read one way.")
    return None


def forward_only(loaded: Loaded, reading: Reading) -> Refused | None:
    if loaded.network.directions != ("forward",):
        return Refused("This network does not read from left to right alone, as this needs.")
    return None


def two_directions(loaded: Loaded, reading: Reading) -> Refused | None:
    """A network that reads both ways, or has a sibling that does."""
    card = loaded.provenance.card
    if card is None:
        has_sibling = not loaded.provenance.trained  # whatever is drawn from a seed can be drawn both ways
    else:
        both = catalogue.structure_of(card)._replace(directions="two", layers=1)
        has_sibling = catalogue.find(both, ("layers",)) is not None
    if len(loaded.network.directions) < 2 and not has_sibling:
        return Refused("This network reads one way; this needs one that reads both ways.")
    return None


def several_steps(loaded: Loaded, reading: Reading) -> Refused | None:
    if reading.steps < 2:
        return Refused("This sequence has one step; this needs at least two.")
    return None


def few_steps(loaded: Loaded, reading: Reading) -> Refused | None:
    if reading.steps > MAX_TOKENS:
        return Refused(
            "This sequence has {count} steps; this takes the state apart for up to {most}.",
            count=reading.steps,
            most=MAX_TOKENS,
        )
    return None


def few_terms(loaded: Loaded, reading: Reading) -> Refused | None:
    count = reading.steps * sum(value.numel() for value in loaded.network.layers[-1][0].parameters())
    if count > MOST_TERMS:
        return Refused(
            "Each step has a term for every weight: {count} numbers here, and up to {most} are shown. "
            "Choose a smaller network or a shorter sequence.",
            count=f"{count:,}",
            most=f"{MOST_TERMS:,}",
        )
    return None


def tokens(loaded: Loaded, reading: Reading) -> Refused | None:
    if loaded.network.embedding is None:
        return Refused("This network reads vectors, not words.")
    return None


def vectors(loaded: Loaded, reading: Reading) -> Refused | None:
    if loaded.network.embedding is not None:
        return Refused("This network reads words; without input, which is zeros, only one that reads vectors can be.")
    return None


def what_comes_next(loaded: Loaded, reading: Reading) -> Refused | None:
    """An answer at every step that is the token which comes next."""
    try:
        refuse_others(loaded.network)
        outputs_of(loaded)
    except Refused as refusal:
        return refusal
    return None


def a_small_state(loaded: Loaded, reading: Reading) -> Refused | None:
    cell = loaded.network.layers[0][0]
    size = sum(cell.width(name) for name in cell.state)
    if size > MOST_SEARCHED:
        said = "The state of this network has {count} numbers; fixed points are searched for among up to {most}."
        return Refused(said, count=size, most=MOST_SEARCHED)
    return None


def moves_alone(loaded: Loaded, reading: Reading) -> Refused | None:
    """A state that zeros as input move from somewhere, so that its fixed points are points."""
    cell, draw = loaded.network.layers[0][0], torch.Generator().manual_seed(0)
    zeros = cell.initial_state(1)
    state = {name: torch.randn(value.shape, generator=draw, dtype=value.dtype) for name, value in zeros.items()}
    with torch.no_grad():
        step = cell(next(cell.parameters()).new_zeros(1, cell.input_size), state)
    if all(torch.equal(step[name], value) for name, value in state.items()):
        return Refused(
            "Without input the {cell} keeps any state as it is: each is a fixed point, and none is to be found.",
            cell=loaded.network.cell,
        )
    return None


def a_station(loaded: Loaded, reading: Reading) -> Refused | None:
    card = loaded.provenance.card
    if card is None or card.task != "continual_reber":
        return Refused(
            "This page tells of twelve shipped networks that read one stream of symbols. Choose one of them."
        )
    return None


def a_file(loaded: Loaded, reading: Reading) -> Refused | None:
    """One that came in a file, of the project's or of the visitor's own."""
    if loaded.provenance.card is None and loaded.provenance.seed is not None:
        return Refused("This page is about networks in files. Drop a file on it.")
    return None


def brought(loaded: Loaded, reading: Reading) -> Refused | None:
    if (loaded.provenance.card, loaded.provenance.seed) != (None, None):
        return Refused("This network is one of this project's.")
    return None


def a_forecaster(loaded: Loaded, reading: Reading) -> Refused | None:
    other_task = loaded.task is not None and loaded.task.name != "forecast"
    if other_task or forecasting.why_no_forecaster(loaded.network) is not None:
        return Refused(
            "This network does not forecast: that takes one that reads numbers from left to right and tells the next "
            "ones at every step."
        )
    return None


def a_task(loaded: Loaded, reading: Reading) -> Refused | None:
    if loaded.task is None:
        return Refused("What this network was trained on is not known, so its own sequences cannot be drawn.")
    return None


def other_cells(loaded: Loaded, reading: Reading) -> Refused | None:
    """Others to stand beside it: of what was brought none are known; a run has those that were trained with it."""
    if brought(loaded, reading) is None:
        return Refused("This network was brought as it is, so there are no other cells of it to compare.")
    return None


_ALL = (
    a_readout, classes, an_answer_at_every_step, an_answer_so_far, a_loss_at_every_step, a_linear_head, one_layer,
    one_direction, forward_only, two_directions, several_steps, few_steps, few_terms, tokens, vectors, a_reservoir,
    a_small_state, moves_alone, what_comes_next, a_station, a_file, brought, a_forecaster, a_task, other_cells, a_table,
    a_keep_gate,
)  # fmt: skip
NEEDS: dict[str, Need] = {need.__name__: need for need in _ALL}


def first_lack(needs: Iterable[Need], loaded: Loaded, reading: Reading) -> Refused | None:
    """The first of ``needs`` that is not met; None if all are."""
    return next((refused for need in needs if (refused := need(loaded, reading)) is not None), None)
