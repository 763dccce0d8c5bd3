"""Loop and tree: the same states in as many rounds as steps, or in far fewer."""

import streamlit as st

from rnnviz.app import controls, page, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import loop_and_tree, scan_times
from rnnviz.app.stage.board import show

knobs, claim = state.knobs(), page.place_of_claim()
with controls.line(labelled=False):
    controls.knob("way", labelled=False)
    controls.knob("leaves", labelled=False)
    controls.knob("recurrence", labelled=False)
with claim:
    page.claim(loop_and_tree.title(), loop_and_tree.sentence(), loop_and_tree.chips(), loop_and_tree.measured())

show(loop_and_tree.build)
below = st.container()
page.below(
    read=[
        _("Each step is a pair: it makes a h + b of the state h. Both numbers come from the word alone."),
        _("Two pairs in a row are one pair: a₂ (a₁ h + b₁) + b₂ = a₂ a₁ h + (a₂ b₁ + b₂)."),
        _("Filled: the pair begins at the first step, so its b is the state."),
    ],
    suggestions=[
        (_("One step after another"), {"way": "loop"}),
        (_("Twice as far in every round"), {"way": "doubling"}),
        (_("Pieces side by side, then one after another"), {"way": "chunks"}),
        (_("How long 100,000 steps take"), {"longest": 100_000}),
    ],
    code=f"""from rnnviz.cells import scanning
from rnnviz.studies import loop_and_tree

kept, written = loop_and_tree.leaves(loop_and_tree.subject_of({knobs.recurrence!r}), {knobs.leaves})
scanning.{knobs.way}(kept, written, 0 * kept[0])  # all states h_1 ... h_{knobs.leaves}
loop_and_tree.rounds({knobs.way!r}, kept, written)  # what is known after each round
""",
    cell=loop_and_tree.subject().cell,
)

with below:  # last, for it takes longest
    controls.knob("longest")
    taken = scan_times.times()
    show(lambda: scan_times.build(taken), part="times")
