"""How far back: what a network can recall after how many steps, by cell and by how its gates start."""

import streamlit as st

from rnnviz.app import controls, page, state, sweep_runs, task_pictures
from rnnviz.app.i18n import _
from rnnviz.app.panels import delays, published_experiments, runs_table, solved_by_start
from rnnviz.studies import how_far_back as study

knobs = state.knobs()
task_pictures.draw(study.learnt(knobs.trained_at))
claim = page.place_of_claim()
with controls.line(labelled=False):
    controls.knob("trained_at", labelled=False)
    delays.train()
    with st.popover(_("Kinds and settings"), icon=":material/tune:", width="content"):
        for name in ("kinds", "run_seed", "run_rate", "run_clipping"):
            controls.knob(name)
shares = sweep_runs.measured(knobs.trained_at)
with claim:
    page.claim(delays.title(shares), delays.sentence(), measured=delays.measured())
live = solved_by_start.show_pictures(shares)
runs_table.networks(shares, live)
published_experiments.choose()
results = st.container()

usual = {name: value for name, value in state.row().knobs.defaults().items() if name != "names"}
unclipped = {"train": True, "kinds": ("rnn", "orthogonal"), "run_rate": 0.03, "run_clipping": "none"}
page.below(
    read=[
        _("Training was at the dotted line alone. A network that is right at every delay keeps the letter."),
        _("Right there and wrong two steps later: it learnt when to answer. At 0% it takes each letter for another."),
        delays.openness(),
        _(
            "The LSTM and GRU of Memory decay and Train learn 50 steps: their gates start open for up to the delay "
            "(chrono start). Here one kind alone starts so."
        ),
        _("What is shown holds for this start, this budget and these seeds; it is no law about a kind of cell."),
    ],
    suggestions=[
        (_("Trained at 50 steps: which of them keep the letter then?"), usual | {"trained_at": 50}),
        (_("Orthogonal RNN: does it keep the letter, or time its answer?"), usual | {"kinds": ("rnn", "orthogonal")}),
        (
            _("Chrono start: gates that start open for the delay"),
            usual | {"trained_at": 50, "kinds": ("lstm-1", "chrono", "gru")},
        ),
        (_("The forget bias alone, as curves"), usual | {"kinds": ("lstm-0", "lstm-1", "lstm-5")}),
        (_("RNNs at ten times their learning rate, not clipped"), usual | unclipped),
    ],
    code=runs_table.code(knobs.trained_at, shares),
)

if knobs.experiment:  # last, for it takes longest
    with results:
        published_experiments.published(sweep_runs.experiment(knobs.experiment, knobs.repeats))
