"""Memory decay: how much of each past word is still in the state, in an RNN, an LSTM and a GRU."""

import streamlit as st

from rnnviz.cells import TRIO
from rnnviz.recall import KINDS, SEEDS, Recall, solved
from rnnviz.tasks.delayed_recall import DELAY, LETTERS
from rnnviz.ui import controls, furniture, memories, panels
from rnnviz.ui.language import _
from rnnviz.ui.stage import Board, stage

chosen = controls.experiment()
claim = st.container()
measures = {
    "reveal": (_("who wrote it"), _("Exact: each colour is how the state differs because that word was read.")),
    "ledger": (_("when was it written"), _("Exact, but about when a value was last rewritten, not whose word it is.")),
    "connectivity": (
        _("gradient"),
        _("How a small push of a word would move the answer. Not memory, and it can mislead."),
    ),
}
with st.container(horizontal=True):
    texts = {"recall": _("a letter, then digits")} if chosen.cell in TRIO else {}  # untrained, it could not recall
    reads = controls.page_choice(_("They read"), "reads", texts | {"text": _("my sentence")})
    measure = controls.page_choice(_("Measure"), "measure", {name: words for name, (words, _why) in measures.items()})
    if reads == "recall":
        seed = controls.page_choice(_("Trained with seed"), "recall_seed", {seed: str(seed) for seed in SEEDS})
        letter = controls.page_choice(_("Letter"), "letter", {letter: letter for letter in LETTERS})

if reads == "recall":
    sources = {kind: Recall(kind, seed, letter) for kind in KINDS}
    tokens, known = sources[chosen.cell].tokens, (True,) * (DELAY + 1)
    counts = _("; ").join("{} {}/{}".format(kind, *solved(kind)) for kind in KINDS)
    sentence = _(
        "One task, {count} updates; learnt in so many seeds: {counts}. LSTM and GRU start with long memories."
    ).format(count=sources[chosen.cell].card.updates, counts=counts)
else:
    sources = controls.alike()
    tokens, known = chosen.tokens, chosen.known
    sentence = panels.fairness(chosen)
ends = panels.listed({name: memories.first_word_share(source) for name, source in sources.items()})
title = _("{count} words later, this much of the state is there because of the first: {shares}")
with claim:
    furniture.claim(title.format(count=len(tokens) - 1, shares=ends), f"{sentence} {measures[measure][1]}")

shown = sources[chosen.cell]
board = Board(tokens, known, units=memories.revealed(shown).base.values.shape[-1])
if measure == "connectivity":
    board.row(memories.connectivities(sources, span=12))
else:
    board.row(*memories.shares(sources, board, measure))
ribbon = memories.ribbon(chosen.cell, shown, board)
board.row(*([ribbon] if ribbon else []), memories.half_life_rows(sources, span=4 if ribbon else 12))
probes = [memories.probes(sources, span=6)] if reads == "recall" else []
board.row(memories.divergences(sources, span=6 if probes else 12), *probes)
board.row(memories.honesty())
stage("memory-decay", board)
construction = repr(shown) if reads == "recall" else f"rnnviz.{furniture.construction(chosen)}"

furniture.below(
    read=[
        _("Each word has its own colour, from violet (first) to red (last); grey is from the start and the biases."),
        _("A colour that stays a thick band is kept; one that thins out is forgotten."),
        _("What is shown holds for this start, this budget and these seeds; it is no law about a kind of cell."),
    ],
    suggestions=[
        (_("Read my sentence instead"), {"reads": "text"}),
        (_("Another training run: seed 2"), {"reads": "recall", "recall_seed": 2}),
        (_("When was it written? Ask the ledger of the gates"), {"reads": "recall", "measure": "ledger"}),
        (_("What the gradient says of the same network"), {"reads": "recall", "measure": "connectivity"}),
    ],
    code=f"""import rnnviz
from rnnviz.recall import Recall

source = {construction}
found = rnnviz.memory.reveal(source.network(), source.input())
found.shares.values[-1, 0, 0]     # {memories.revealed(shown).shares.values[-1, 0, 0]:.4f}
""",
)
