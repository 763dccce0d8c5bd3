"""What the page that finds what a unit does says in words."""

from __future__ import annotations

import html
import math

from rnnviz.app import own_corpus, page, state
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import bold
from rnnviz.app.panels import unit_search
from rnnviz.studies.unit_jobs import CLEAR, LEAST, Job, Seen, language
from rnnviz.subjects import Subject
from rnnviz.tasks.worded import WordedTask


def area(value: float) -> str:
    """An area under a curve; never 1 for what is not."""
    return "> 0.999" if 0.9995 <= value < 1 else f"{value:.3f}"


def name_of(subject: Subject, job: Job) -> str:
    """What a unit tells, as it is shown."""
    if job.by == "word":
        return page.readable(job.name)
    return unit_search.label_of(subject, job.name)


def title(subject: Subject, found: Seen, unit: int) -> str:
    job = found.jobs[unit]
    if job is None:
        return _("Where unit {unit} is highest, in {count} sentences").format(unit=unit, count=f"{len(found.index):,}")
    if job.clear and job.by == "word":
        told = _("Unit {unit} fires on the word “{name}”") if job.high else _("Unit {unit} falls at the word “{name}”")
    elif job.clear:
        told = _("Unit {unit} fires on “{name}”") if job.high else _("Unit {unit} falls at “{name}”")
    elif not any(each is not None and each.clear for each in found.jobs):
        told = _("No unit has a clear job here: unit {unit} comes nearest to “{name}”")
    else:
        told = _("Unit {unit} has no clear job: it comes nearest to “{name}”")
    return told.format(unit=unit, name=bold(name_of(subject, job)))


def line(subject: Subject, found: Seen, unit: int) -> str:
    """The same of any unit, as plain text, beside the slider."""
    job = found.jobs[unit]
    if job is None:
        return ""
    told = _("“{name}”: AUC {area}") if job.clear else _("nearest to “{name}”: AUC {area}")
    return told.format(name=name_of(subject, job), area=area(job.strength))


def whole(subject: Subject, job: Job) -> bool:
    """Whether what a unit tells is of a sentence, not of each of its steps."""
    return job.by == "label" and subject.load().answers is not None and subject.load().answers.at == "last"


def told(subject: Subject, found: Seen, unit: int) -> str:
    """How sure that is."""
    job = found.jobs[unit]
    if job is None:
        few = _("Too few sentences to measure what it tells: bring more under “The sentences”.")
        return sentences(few, own_corpus.left_out(found.index.skipped))
    kind = "word" if job.by == "word" else "sentence" if whole(subject, job) else "step"
    higher, lower = {
        "sentence": (
            _("Pick a “{name}” sentence and any other: in {share} of pairs unit {unit} ends higher in the first."),
            _("Pick a “{name}” sentence and any other: in {share} of pairs unit {unit} ends lower in the first."),
        ),
        "step": (
            _("Pick a “{name}” and any other place: in {share} of pairs unit {unit} is higher at the first."),
            _("Pick a “{name}” and any other place: in {share} of pairs unit {unit} is lower at the first."),
        ),
        "word": (
            _("Pick “{name}” and any other word: in {share} of pairs unit {unit} is higher at the first."),
            _("Pick “{name}” and any other word: in {share} of pairs unit {unit} is lower at the first."),
        ),
    }[kind]
    name = html.escape(name_of(subject, job))
    said = (higher if job.high else lower).format(name=name, unit=unit, share=share(job.strength))
    return sentences(said, own_corpus.left_out(found.index.skipped))


def share(value: float) -> str:
    """With one decimal, for what lies near all."""
    return "> 99.9%" if 0.9995 <= value < 1 else f"{100 * value:.{int(value < 1)}f}%"


def areas(subject: Subject, found: Seen, job: Job) -> str:
    """The three numbers: where the job was chosen, on the other half, on another draw."""
    side = (lambda value: value) if job.high else (lambda value: 1 - value)
    half = len(found.index) // 2
    texts = [
        _("AUC {area} on the {count} sentences it was chosen on").format(
            count=f"{len(found.index) - half:,}", area=area(side(job.chosen))
        ),
        _("AUC {area} on {count} others").format(count=f"{half:,}", area=area(side(job.other))),
    ]
    if found.fresh is not None and not math.isnan(job.fresh):
        worded = isinstance(subject.load().task, WordedTask)
        again = _("AUC {area} on {count} in new wordings") if worded else _("AUC {area} on {count} newly drawn")
        texts.append(again.format(count=f"{len(found.fresh):,}", area=area(side(job.fresh))))
    return _("Unit {unit}: {areas}.").format(unit=job.unit, areas=html.escape(_(", ").join(texts)))


def measured(subject: Subject, found: Seen, unit: int) -> str:
    what = _(
        "AUC is the area under the ROC curve: the chance that the unit is higher at a place that has the label than at "
        "one that has not, ties counted half. 0.5 says nothing, 1 tells them apart without a mistake. Of a unit that "
        "is lower there, it is the chance that it is lower."
    )
    where = _(
        "Of {units} units and all labels and words that stand at {least} places or more in each half, the best pair "
        "was chosen on every other sentence. The shares shown are of sentences that nothing was chosen on; a job is "
        "called clear from an AUC of {clear} on."
    ).format(units=found.index.units, least=LEAST, clear=CLEAR)
    if subject.load().answers is not None and subject.load().answers.at == "last":
        where = sentences(where, _("A label of a whole sentence is read where the reading of it ends."))
    job = found.jobs[unit]
    return sentences(what, where, "" if job is None else areas(subject, found, job))


def scripts(subject: Subject) -> str:
    """That one word stands in the sentences in two scripts; "" where it does not."""
    if isinstance(subject.load().task, WordedTask) and language(subject) == "zh" and not own_corpus.chosen():
        return _("Chinese sentences of this task are in simplified or traditional characters.")
    return ""


def others(subject: Subject, found: Seen, unit: int, most: int = 2) -> list[tuple[str, dict[str, object]]]:
    """Units of the same network with other clear jobs, as links."""
    now, links = found.jobs[unit], []
    names = {(now.by, now.name)} if now else set()
    clear = [job for job in found.jobs if job is not None and job.clear]
    for job in sorted(clear, key=lambda job: (job.by != "label", not job.high, -job.promises)):
        if (job.by, job.name) in names or len(links) == most:
            continue
        names.add((job.by, job.name))
        text = _("Unit {unit}: {name}, AUC {area}")
        text = text.format(unit=job.unit, name=name_of(subject, job), area=area(job.strength))
        links.append((text, {"looked": f"{unit_search.of_network(subject)}.{job.unit}", "marked": None}))
    return links


def networks() -> list[tuple[str, dict[str, object]]]:
    """Other networks in which a unit has a job that can be named."""
    anew = {"looked": None, "marked": None, "corpus": None, "layer": 1, "direction": "forward"}
    offered = {
        "intents-gru-small": _("The GRU that reads the same sentences"),
        "recall-lstm-seed0": _("An LSTM that keeps one letter for 50 steps"),
        "slots-gru-two-1-seed0": _("A GRU that labels every word of a journey"),
    }
    now = state.subject().query()["model"]
    return [(text, anew | {"model": word}) for word, text in offered.items() if word != now]
