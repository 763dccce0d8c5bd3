"""The lines of Python that give the numbers of the page that finds what a unit does."""

from __future__ import annotations

import math

from rnnviz.app import own_corpus, state
from rnnviz.app.panels import unit_search
from rnnviz.studies.unit_jobs import Seen
from rnnviz.subjects import Subject

BROUGHT = [  # a line a sentence, its label behind a tab
    'lines = open("sentences.txt", encoding="utf-8").read().splitlines()',
    'sentences = [(text, label) for text, _, label in (line.partition("\\t") for line in lines)]',
]


def code(subject: Subject, found: Seen, unit: int) -> str:
    knobs, of, job = state.knobs(), unit_search.layer(), found.jobs[unit]
    place = "" if of == (0, "forward") else f", layer={of[0]}, direction={of[1]!r}"
    drawn = f"unit_jobs.sentences(subject, {knobs.count}, {knobs.draw})"
    own = bool(own_corpus.chosen())
    corpus = "sentences" if own else drawn if subject.load().task else "[unit_jobs.own_words(subject)]"
    low = unit_search.lowest(job)
    lines = ["import rnnviz", "from rnnviz.searching import search, tells", "from rnnviz.studies import unit_jobs", ""]
    lines += [f"subject = {subject.code()}", *BROUGHT * own, f"index = search(subject, {corpus}{place})"]
    tops = found.index.top(unit, 1, lowest=low)
    if tops:
        lines.append(f"index.top({unit}, 1{', lowest=True' * low})[0].value   # {tops[0].value:.4f}")
    if job is None:
        return "\n".join(lines) + "\n"
    asked = f"{job.by!r}, names=[{job.name!r}]"
    if math.isnan(job.fresh):
        lines.append(f"tells(index, {job.by!r}, unit_jobs.MEASURING).area({unit}, {job.name!r})   # {job.other:.4f}")
    else:
        fresh = f"unit_jobs.sentences(subject, {knobs.count}, {knobs.draw}, held_out=True)"
        lines.append(f"others = search(subject, {fresh}{place})")
        lines.append(f"tells(others, {asked}).area({unit}, {job.name!r})   # {job.fresh:.4f}")
    return "\n".join(lines) + "\n"
