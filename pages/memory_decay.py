"""Memory decay: how much of each past word is still in the state, in an RNN, an LSTM and a GRU."""

import streamlit as st

from rnnviz.app import controls, state
from rnnviz.cells import TRIO
from rnnviz.studies.delayed_recall import SEEDS, SEQUENCES, model_of, reads_letters, was_trained
from rnnviz.ui import effects, forgetting, furniture, memories
from rnnviz.ui.language import _, sentences
from rnnviz.ui.stage import Board, show

subject, measure = state.subject(), state.knobs().measure
learnt, letters = subject.load().task, reads_letters(subject)
claim = st.container()
with st.container(horizontal=True):
    if learnt is not None:
        reads = {"recall": _("a letter, then digits"), "intents": _("my sentence")}
        controls.subject_choice(_("They read"), "task", learnt.name, reads)
    controls.knob("measure")
    if was_trained(subject):
        seeds = {seed: str(seed) for seed in SEEDS}
        controls.subject_choice(_("Trained with seed"), "seed", subject.load().provenance.seed, seeds)
    if letters:
        text = " ".join(subject.tokens)
        controls.subject_choice(_("Letter"), "text:letter", text, SEQUENCES | {text: SEQUENCES.get(text, _("my own"))})

compared = effects.compared(subject)
shown = next(name for name, other in compared.items() if other == subject)
effects.prepare(compared)
with claim:
    told = sentences(effects.conditions(compared), memories.meaning(subject, measure))
    furniture.claim(effects.headline(compared), told)


def build() -> Board:
    board = Board(effects.words(compared), subject.known, units=memories.revealed(subject).base.values.shape[-1])
    if measure == "connectivity":
        board.row(memories.connectivities(compared, span=12))
    elif measure == "effect":
        board.row(*effects.stacked(compared, board))
    else:
        board.row(*memories.shares(compared, board, measure))
    probes = [memories.probes(compared, span=6)] if letters and subject.is_example_of_a_rule() else []
    board.row(effects.over_time(compared, span=6 if probes else 12), *probes)
    ribbon = memories.ribbon(shown, subject, board)
    board.row(*([ribbon] if ribbon else []), forgetting.half_life_rows(compared, span=4 if ribbon else 12))
    board.row(forgetting.divergences(compared, span=12))
    board.row(forgetting.honesty())
    return board


show(build)

kind = shown if was_trained(subject) else subject.cell if subject.cell in TRIO else "LSTM"
recall = {"model": model_of(kind), "trained": True, "text": text if letters else next(iter(SEQUENCES))}
sentence = {"task": "intents"} if learnt is not None else {"model": "intents-lstm-small"}
sequence = "" if subject.is_example_of_a_rule() else ", subject.input()"
furniture.below(
    read=[
        memories.colours(measure),
        *([effects.summing(subject)] if measure == "effect" else []),
        *([effects.terms()] if was_trained(subject) else []),
        _("What is shown holds for this start, this budget and these seeds; it is no law about a kind of cell."),
    ],
    suggestions=[
        (_("Read my sentence instead"), sentence),
        (_("Another training run: seed 2"), recall | {"model": model_of(kind, 2)}),
        (_("The exact parts, oldest word first"), recall | {"measure": "reveal"}),
        (_("When was it written? Ask the ledger of the gates"), recall | {"measure": "ledger"}),
        (_("What the gradient says of the same network"), recall | {"measure": "connectivity"}),
    ],
    code=f"""import rnnviz

subject = {subject.code()}
effects = rnnviz.memory.total_effect(subject.network(), *subject.draws(){sequence})
effects.effect.values[-1, 0]     # {effects.effect(subject).effect.values[-1, 0]:.4f}
""",
)
