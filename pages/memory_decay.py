"""Memory decay: how much of each past word is still in the state, in an RNN, an LSTM and a GRU."""

import streamlit as st

from rnnviz.app import controls, state
from rnnviz.studies.delayed_recall import SEEDS, SEQUENCES, nearest, reads_letters, was_trained
from rnnviz.ui import claims, comparison, effects, forgetting, furniture, memories
from rnnviz.ui.cache import FIRST
from rnnviz.ui.language import _, sentences
from rnnviz.ui.stage import Board, show

subject, measure, of = state.subject(), state.knobs().measure, (state.layer(), state.direction())
learnt, by_rule = subject.load().task, subject.is_example_of_a_rule()
claim = st.container()
with st.container(horizontal=True):
    if learnt is not None:
        reads = {"recall": _("a letter, then digits"), "intents": _("my sentence")}
        reads[learnt.name] = reads.get(learnt.name, _("its own task"))
        controls.subject_choice(_("They read"), "task", learnt.name, reads)
    controls.knob("measure")
    if was_trained(subject):
        seeds = {seed: str(seed) for seed in SEEDS}
        controls.subject_choice(_("Trained with seed"), "seed", subject.load().provenance.seed, seeds)
    if reads_letters(subject):
        text = " ".join(subject.tokens)
        controls.subject_choice(_("Letter"), "text:letter", text, SEQUENCES | {text: SEQUENCES.get(text, _("my own"))})
controls.choose_layer()

compared = comparison.compared(subject)
shown = next(name for name, other in compared.items() if other == subject)
effects.prepare(compared, of)
with claim:
    told = sentences(comparison.conditions(compared, of), memories.meaning(subject, measure))
    furniture.claim(effects.headline(compared, of), told)


def build() -> Board:
    board = Board(comparison.words(compared), subject.known, units=memories.revealed(subject, of).base.values.shape[-1])
    if measure == "connectivity":
        board.row(memories.connectivities(compared, span=12))
    elif measure == "effect":
        board.row(*effects.stacked(compared, board, of))
    else:
        board.row(*memories.shares(compared, board, measure, of))
    probes = [memories.probes(compared, span=6, of=of)] if by_rule and reads_letters(subject) else []
    board.row(effects.over_time(compared, span=6 if probes else 12, of=of), *probes)
    ribbon = memories.ribbon(shown, subject, board, of)
    board.row(*([ribbon] if ribbon else []), forgetting.half_life_rows(compared, span=4 if ribbon else 12, of=of))
    board.row(forgetting.divergences(compared, span=12, of=of))
    board.row(forgetting.honesty())
    return board


show(build)

recall, (last, first) = nearest(subject), comparison.ends(of)
again = {"model": recall.model, "sequence": recall.sequence, "trained": True}
given = "" if by_rule else ", subject.input()"
given += "" if of == FIRST and subject.network().num_layers == 1 else f", layer={of[0]}, direction={of[1]!r}"
furniture.below(
    read=[
        memories.colours(measure),
        *([effects.summing(subject)] if measure == "effect" else []),
        *([comparison.terms()] if was_trained(subject) else []),
        _("What is shown holds for this start, this budget and these seeds; it is no law about a kind of cell."),
    ],
    suggestions=[
        (_("Read my sentence instead"), claims.INTENTS),
        (_("Another training run: seed 2"), again | {"model": nearest(subject, 2).model}),
        (_("The exact parts, oldest word first"), again | {"measure": "reveal"}),
        (_("When was it written? Ask the ledger of the gates"), again | {"measure": "ledger"}),
        (_("What the gradient says of the same network"), again | {"measure": "connectivity"}),
    ],
    code=f"""import rnnviz

subject = {subject.code()}
effects = rnnviz.memory.total_effect(subject.network(), *subject.draws(){given})
effects.effect.values[{last}, {first}]     # {effects.effect(subject, of).effect.values[last, first]:.4f}
""",
)
