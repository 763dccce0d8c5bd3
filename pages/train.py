"""Train: networks that learn before the visitor's eyes, and where they can be looked at then."""

from pages import PAGES
from rnnviz.app import page, state, training_jobs, visits
from rnnviz.app.i18n import _
from rnnviz.app.panels import training_claims, training_live, training_settings

OPEN_ON = ("step_through.py", "states.py", "vanishing_gradients.py", "memory_decay.py")

owner = visits.own()
training_jobs.prepare()
claim = page.place_of_claim()
training_settings.draw(training_jobs.latest(owner))
training_live.show(owner, claim)
places = [(row.file, _(row.title), row.icon) for row in PAGES if row.file in OPEN_ON]
training_claims.links(training_live.courses(owner), places)
words = [model for model, _recipe in training_settings.asked(state.knobs())]
page.below(
    read=[
        _("Each network learns from the same batches, an update of each by turns."),
        _("From the same settings and seed comes the same network, on any day, to the last number."),
        _("What is shown holds for these settings and this seed; it is no law about a kind of cell."),
    ],
    suggestions=[],
    code=f"""import rnnviz
from rnnviz.subjects.address_words import from_word

recipe = {training_settings.asked(state.knobs())[0][1]!r}
for word in {words!r}:
    run = rnnviz.train(rnnviz.subjects.Subject(from_word(word)), recipe)
    for progress in run:
        pass
    print(word, run.snapshots[-1].accuracy)
""",
)
