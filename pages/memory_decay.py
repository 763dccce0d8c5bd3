"""Memory decay: how much of each past word is still in the state, in an RNN, an LSTM and a GRU."""

import streamlit as st

from rnnviz.cells import TRIO
from rnnviz.recall import KINDS, SEEDS, Recall, solved
from rnnviz.tasks.delayed_recall import DELAY, LETTERS
from rnnviz.ui import controls, effects, forgetting, furniture, memories, panels
from rnnviz.ui.language import _, sentences
from rnnviz.ui.stage import Board, stage

chosen = controls.experiment()
claim = st.container()
measures = {
    "effect": _("what hangs on each word"),
    "reveal": _("exact parts"),
    "ledger": _("when was it written"),
    "connectivity": _("gradient"),
}
with st.container(horizontal=True):
    texts = {"recall": _("a letter, then digits")} if chosen.cell in TRIO else {}  # untrained, it could not recall
    reads = controls.page_choice(_("They read"), "reads", texts | {"text": _("my sentence")})
    measure = controls.page_choice(_("Measure"), "measure", measures)
    if reads == "recall":
        seed = controls.page_choice(_("Trained with seed"), "recall_seed", {seed: str(seed) for seed in SEEDS})
        letter = controls.page_choice(_("Letter"), "letter", {letter: letter for letter in LETTERS})

if reads == "recall":
    sources = {kind: Recall(kind, seed, letter) for kind in KINDS}
    tokens, known = sources[chosen.cell].tokens, (True,) * (DELAY + 1)
    counts = _("; ").join("{} {}/{}".format(effects.called(kind), *solved(kind)) for kind in KINDS)
    sentence = _("One task, {count} updates; learnt in so many seeds: {counts}.").format(
        count=sources[chosen.cell].card.updates, counts=counts
    )
else:
    sources = controls.alike()
    tokens, known = chosen.tokens, chosen.known
    sentence = panels.fairness(sources)
shown = sources[chosen.cell]
effects.prepare(sources)
with claim:
    furniture.claim(effects.headline(sources, len(tokens)), sentences(sentence, memories.meaning(shown, measure)))

board = Board(tokens, known, units=memories.revealed(shown).base.values.shape[-1])
if measure == "connectivity":
    board.row(memories.connectivities(sources, span=12))
else:
    board.row(*(effects.stacked(sources, board) if measure == "effect" else memories.shares(sources, board, measure)))
probes = [memories.probes(sources, span=6)] if reads == "recall" else []
board.row(effects.over_time(sources, span=6 if probes else 12), *probes)
ribbon = memories.ribbon(chosen.cell, shown, board)
board.row(*([ribbon] if ribbon else []), forgetting.half_life_rows(sources, span=4 if ribbon else 12))
board.row(forgetting.divergences(sources, span=12))
board.row(forgetting.honesty())
stage("memory-decay", board)

made = repr(shown) if reads == "recall" else f"rnnviz.{furniture.construction(chosen)}"
sequence = "" if reads == "recall" else ", source.input()"
furniture.below(
    read=[
        memories.colours(measure),
        *([effects.summing(shown)] if measure == "effect" else []),
        *([effects.terms(KINDS)] if reads == "recall" else []),
        _("What is shown holds for this start, this budget and these seeds; it is no law about a kind of cell."),
    ],
    suggestions=[
        (_("Read my sentence instead"), {"reads": "text"}),
        (_("Another training run: seed 2"), {"reads": "recall", "recall_seed": 2}),
        (_("The exact parts, oldest word first"), {"reads": "recall", "measure": "reveal"}),
        (_("When was it written? Ask the ledger of the gates"), {"reads": "recall", "measure": "ledger"}),
        (_("What the gradient says of the same network"), {"reads": "recall", "measure": "connectivity"}),
    ],
    code=f"""import rnnviz
from rnnviz.recall import Recall

source = {made}
found = rnnviz.memory.total_effect(source.network(), *source.draws(){sequence})
found.effect.values[-1, 0]     # {effects.effect(shown).effect.values[-1, 0]:.4f}
""",
)
