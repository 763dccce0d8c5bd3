"""Which networks stand side by side on the page on memory, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping

from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import network_views
from rnnviz.app.results import FIRST, Layer
from rnnviz.cells import TRIO
from rnnviz.refusals import Refused
from rnnviz.studies.delayed_recall import KINDS, beside, card_of, solved, start, was_trained
from rnnviz.subjects import Subject

Subjects = Mapping[str, Subject]  # by the name under which each is shown


def called(name: str) -> str:
    """What a network is called in the visitor's language."""
    names = {
        "RNN, orthogonal": _("RNN, orthogonal"),
        "LSTM, forget bias 1": _("LSTM, forget bias 1"),
        "LSTM, forget bias 3": _("LSTM, forget bias 3"),
    }
    return names.get(name, name)


def compared(subject: Subject) -> dict[str, Subject]:
    """What a subject is shown beside: the four kinds that learnt to recall; else the cells of TRIO and its own, all
    trained or none and as deep; itself alone where no network of another cell is known."""
    if was_trained(subject):
        return beside(subject)
    try:
        others = subject.vary(cell=[*TRIO, *({subject.cell} - set(TRIO))]) | {subject.cell: subject}
    except Refused:
        return {subject.cell: subject}
    return {cell: other for cell, other in others.items() if _built(other) == _built(subject)}


def _built(subject: Subject) -> tuple[bool, int, tuple[str, ...]]:
    """In what networks that are compared must agree."""
    return subject.trained, subject.network().num_layers, subject.network().directions


def conditions(subjects: Subjects, of: Layer = FIRST) -> str:
    """What makes the comparison fair, and which part of a larger network is looked at."""
    first = next(iter(subjects.values()))
    network, told = first.network(), ""
    if was_trained(first):
        counts = _("; ").join("{} {}/{}".format(called(kind), *solved(kind)) for kind in subjects)
        told = _("One task, {count} updates; learnt in so many seeds: {counts}.").format(
            count=first.load().provenance.card.updates, counts=counts
        )
    elif len(subjects) > 1:
        told = network_views.fairness(subjects)
    layers = network.num_layers
    number = _("Of its {count} layers this is number {number}.").format(count=layers, number=of[0] + 1)
    backward = _("This direction reads from right to left: its first word is the last one, and it ends at step 1.")
    below = _("The layer below has read everything both ways, so that all words count at every step.")
    vectors = _("It reads vectors: a word here is what it reads in one step.")
    return sentences(
        told,
        number if layers > 1 else "",
        backward if of[1] == "backward" else "",
        below if network.bidirectional and of[0] > 0 else "",
        vectors if network.embedding is None else "",
    )


def words(subjects: Subjects) -> tuple[str, ...]:
    """What stands under the time axis: the tokens, else the number of each step."""
    reading = next(iter(subjects.values())).read()
    return reading.tokens or tuple(str(k + 1) for k in range(reading.steps))


def ends(of: Layer) -> tuple[int, int]:
    """The step at which a direction ends, and the word that it reads first, as places in the sequence."""
    return (-1, 0) if of[1] == "forward" else (0, -1)


def terms() -> str:
    """On what terms the four kinds were trained: what they share, and in what they differ beside the cell."""
    told = []
    for kind in KINDS:
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
