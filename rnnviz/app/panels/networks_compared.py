"""Which networks the page on memory compares, by its controls, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable

from rnnviz.app import comparison, controls, state
from rnnviz.app.comparison import Subjects, called, together
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import network_views
from rnnviz.app.results import FIRST, Layer
from rnnviz.app.subject_picker import WORDED
from rnnviz.refusals import Refused
from rnnviz.studies.delayed_recall import (
    SEEDS,
    SEQUENCES,
    beside,
    card_of,
    reads_letters,
    solved,
    start,
    was_trained,
)
from rnnviz.subjects import Subject, Trained


def choose(subject: Subject) -> dict[str, Subject]:
    """Draw the controls of the page and return what they ask for, by name."""
    learnt = subject.load().task
    with controls.more_settings() as settings:
        if learnt is not None:
            reads = {"recall": _("a letter, then digits"), "intents": _("my sentence")}
            reads[learnt.name] = reads.get(learnt.name, _("its own task"))
            controls.subject_choice(_("They read"), "task", learnt.name, reads)
        if reads_letters(subject):
            _choose_recall(subject)
        controls.knob("measure")
    chosen = comparison.pick(_has_the_layer, settings=settings)
    controls.choose_layer()
    return chosen or compared(subject)


def _choose_recall(subject: Subject) -> None:
    if was_trained(subject):
        seeds = {seed: str(seed) for seed in SEEDS}
        controls.subject_choice(_("Trained with seed"), "seed", subject.load().provenance.seed, seeds)
    text, letters = " ".join(subject.tokens), SEQUENCES
    letters = letters | {text: letters.get(text, _("my own"))}
    controls.subject_choice(_("Letter"), "text:letter", text, letters)


def _has_the_layer(chosen: Subject, other: Subject) -> None:
    network = other.network()
    if state.layer() >= network.num_layers or state.direction() not in network.directions:
        raise Refused("It has no layer like the one that is shown.")
    if other.is_example_of_a_rule() != chosen.is_example_of_a_rule():
        raise Refused("It learnt another task, whose sequences are drawn in another way.")


def compared(subject: Subject) -> dict[str, Subject]:
    """What a subject is shown beside of its own accord: the kinds that learnt to recall, or its family."""
    return beside(subject) if was_trained(subject) else comparison.family(subject)


def are_the_kinds(subjects: Subjects) -> bool:
    """Whether these are kinds that learnt to recall, from one seed."""
    return any(was_trained(subject) and subjects == beside(subject) for subject in subjects.values())


def conditions(subjects: Subjects, of: Layer = FIRST) -> str:
    """What makes the comparison fair, and which part of a larger network is looked at."""
    first = next(iter(subjects.values()))
    told = ""
    networks = [subject.network() for subject in subjects.values()]
    if are_the_kinds(subjects) and isinstance(first.model, Trained):
        told = _("All are seen after {count} of the {most} updates of their training.").format(
            count=first.model.update, most=first.model.updates[-1]
        )
    elif are_the_kinds(subjects):
        counts = network_views.listed({called(kind): str(solved(kind)[0]) for kind in subjects})
        told = _(
            "Each kind was trained {seeds} times, {count} updates each, and learnt the task so often: {counts}."
        ).format(count=first.load().provenance.card.updates, seeds=len(SEEDS), counts=counts)
        if open_for := gates_began(subjects):
            began = _("{cells} started with gates set to remember up to {span} steps.")
            cells = together([called(kind) for kind in open_for])
            told = sentences(told, began.format(cells=cells, span=max(open_for.values())))
    elif len(subjects) > 1:
        told = network_views.fairness(subjects)
    number = _("Where there are several layers, number {number} is shown.").format(number=of[0] + 1)
    backward = _("This direction reads from right to left: it begins with the last step and ends at step 1.")
    below = _("Where the layer below has read everything both ways, all steps count at every step.")
    return sentences(
        told,
        number if any(network.num_layers > 1 for network in networks) else "",
        backward if of[1] == "backward" else "",
        below if of[0] > 0 and any(network.bidirectional for network in networks) else "",
    )


def gates_began(kinds: Iterable[str]) -> dict[str, int]:
    """For up to how many steps the gates of kinds that learnt to recall began open, where that was chosen."""
    return {kind: span for kind in kinds if (span := start(kind).get("memory_span"))}


def words(subjects: Subjects) -> tuple[str, ...]:
    """What stands under the time axis: the tokens, else the number of each step."""
    reading = next(iter(subjects.values())).read()
    return reading.tokens or tuple(str(reading.number(k)) for k in range(reading.steps))


def first_read(subjects: Subjects, of: Layer = FIRST) -> str:
    """What the chosen direction reads first, as a title calls it: a letter, a word, a symbol or an input."""
    subject = next(iter(subjects.values()))
    learnt = subject.load().task
    names = (_("the first symbol"), _("the last symbol"))
    if subject.network().embedding is None:
        names = (_("the first input"), _("the last input"))
    elif reads_letters(subject) and subject.is_example_of_a_rule():
        names = (_("the first letter"), _("the last digit"))
    elif learnt is not None and learnt.name in WORDED:
        names = (_("the first word"), _("the last word"))
    return names[ends(of)[1]]


def ends(of: Layer) -> tuple[int, int]:
    """The step at which a direction ends, and the word that it reads first, as places in the sequence."""
    return (-1, 0) if of[1] == "forward" else (0, -1)


def terms(kinds: Iterable[str]) -> str:
    """On what terms these kinds were trained: what they share, and in what they differ beside the cell."""
    told = []
    for kind in kinds:
        card, begun = card_of(kind), start(kind)
        begins = _("torch's own start")
        if "recurrent" in begun:
            begins = _("orthogonal start")
        if "memory_span" in begun:
            begins = _("gates start with memories of up to {span} steps").format(span=begun["memory_span"])
        facts = _("{units} units, {weights} weights, step size {rate}, {start}")
        told.append(
            _("{cell}: {answer}").format(
                cell=called(kind),
                answer=facts.format(
                    units=card.network["hidden_size"],
                    weights=f"{card.parameters:,}",
                    rate=card.learning_rate,
                    start=begins,
                ),
            )
        )
    return _("Same task, updates and batches, but not the same terms. {facts}.").format(facts=_("; ").join(told))
