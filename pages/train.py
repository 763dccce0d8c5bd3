"""Train: networks that learn before the visitor's eyes, and where they can be looked at then."""

from pages import PAGES
from rnnviz.app import page, state, training_jobs, visits
from rnnviz.app.i18n import _
from rnnviz.app.panels import training_claims, training_live, training_settings

TOGETHER_ON = "side_by_side.py"
OPEN_ON = ("step_through.py", "states.py", "vanishing_gradients.py", "memory_decay.py", "write.py", "translate.py")

owner = visits.own()
training_jobs.prepare()
training_settings.follow_link()
claim = page.place_of_claim()
goes = training_settings.draw(training_jobs.latest(owner))
training_live.show(owner, claim, goes)
rows = {row.file: row for row in PAGES}
training_claims.links(training_live.courses(owner), [rows[file] for file in OPEN_ON], rows[TOGETHER_ON])
page.below(
    read=[
        _("The networks make an update each by turns; without dropout all learn from the same batches."),
        _("From the same settings and seed comes the same network again, on one machine to the last number."),
        training_claims.start(state.knobs()),
        _("Guessing is to give the one answer that is right most often, always."),
        _("What is shown holds for these settings and this seed; it is no law about a kind of cell."),
    ],
    suggestions=[
        (_("Forget gates that begin half open"), {"keeps": "0", "cells": ("LSTM", "GRU")}),
        (_("A gradient that goes back ten steps"), {"through": 10, "updates": 200}),
        (_("Learn to write"), {"learns": "characters", "cells": ("LSTM",), "units": 64, "updates": 500}),
        (_("Dates in words to figures: with attention and without"), {"learns": "dates"}),
        (_("The same without teacher forcing"), {"learns": "dates", "teacher_forcing": 0.0}),
        (_("Is the number of ones odd?"), {"learns": "parity", "updates": 200}),
        (_("SGD in place of Adam"), {"optimizer": "sgd", "updates": 200}),
        (_("A learning rate of 10⁹"), {"learns": "adding", "optimizer": "sgd", "clipping": "none", "rate": 1e9}),
    ],
    follow=training_settings.follow,
    code=training_settings.code(state.knobs()),
)
