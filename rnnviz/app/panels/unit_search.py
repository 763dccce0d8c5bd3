"""The controls of the page that finds what a unit does, the work that is waited for, and what follows from both."""

from __future__ import annotations

import hashlib
from collections.abc import Generator

import numpy as np
import streamlit as st

from rnnviz.app import controls, own_corpus, page, state
from rnnviz.app.heavy_work import FIRST_LINE, Bar, wait_for
from rnnviz.app.i18n import _
from rnnviz.app.results import Layer
from rnnviz.compute import computed
from rnnviz.searching import Pattern, Place, pattern_of
from rnnviz.studies import unit_jobs
from rnnviz.studies.unit_jobs import Job, Seen
from rnnviz.subjects import Subject

OWN = "own"  # the sentence that the page is about, in the place of a number
COMPARED = 50  # places that look alike, of which labels are counted


def choose(subject: Subject) -> None:
    """Draw the controls."""
    with controls.more_settings(_("The sentences")):
        controls.knob("count")
        controls.knob("draw")
        st.markdown(_("Your own sentences"))
        own_corpus.bring()
    own_corpus.say_what_is_gone()
    controls.choose_layer()


def layer() -> Layer:
    return state.layer(), state.direction()


def seen(subject: Subject) -> Seen:
    """All sentences, read; waited for in line, with a bar."""
    knobs, of, lines = state.knobs(), layer(), own_corpus.chosen()
    alone = unit_jobs.language(subject) if subject.load().task or lines else subject
    key = ("unit jobs", subject.model, of, knobs.count, knobs.draw, lines, alone)
    bar = Bar()

    def start() -> Generator[float, None, Seen]:
        return unit_jobs.read(subject, of, knobs.count, knobs.draw, lines)

    found = wait_for(key, start, bar, _("Reading the sentences"), line=FIRST_LINE)
    bar.end()
    return found


def mark(*parts: object) -> str:
    """Four letters by which a choice is known to have been made of the same thing."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:4]


def of_network(subject: Subject) -> str:
    return mark(subject.model, layer())


def of_sentences(subject: Subject) -> str:
    knobs = state.knobs()
    return mark(subject.model, knobs.count, knobs.draw, knobs.corpus, unit_jobs.language(subject))


def unit(subject: Subject, found: Seen) -> int:
    """The unit that was chosen, of this network; else the one whose job is clearest."""
    whose, _dot, number = (state.knobs().looked or "").rpartition(".")
    if not (number.isascii() and number.isdigit()) or whose not in ("", of_network(subject)):
        return found.clearest
    return min(int(number), found.index.units - 1)


def lowest(job: Job | None) -> bool:
    """Whether sentences are shown in which the unit is lowest."""
    end = state.knobs().end
    return end == "low" or (end == "job" and job is not None and not job.high)


def label_of(subject: Subject, name: str) -> str:
    """A label as it is shown; a visitor's own as it was written."""
    learnt = subject.load().task
    own = own_corpus.chosen() or learnt is None or name not in learnt.labels
    return page.readable(name) if own else _(learnt.label_text(name))


def text_of(subject: Subject, tokens: tuple[str, ...]) -> str:
    """Tokens as a text that a link can carry."""
    vocabulary = subject.load().reads.vocabulary
    return " ".join(tokens) if vocabulary is None else vocabulary.join(tokens)


@computed
def own_states(subject: Subject, of: Layer) -> np.ndarray:
    return unit_jobs.own_states(subject, of)


def pattern(subject: Subject, found: Seen, shown: int) -> tuple[Pattern, tuple[str, ...]]:
    """The units that are on at the marked words, and all words of that sentence; without a mark those of the sentence
    that excites the unit most. A pattern of no units where none is on."""
    asked = _asked(subject, found)
    if asked is None:
        tops = found.index.top(shown, 1, lowest=lowest(found.jobs[shown]))
        asked = (tops[0].sentence, max(0, tops[0].start - 1), tops[0].stop) if tops else (OWN, 0, 1)
    sentence, start, stop = asked
    threshold, own = state.knobs().threshold, sentence == OWN
    words = tuple(unit_jobs.own_words(subject)) if own else found.index.tokens(sentence)
    try:
        if own:
            return pattern_of(own_states(subject, layer()), start, stop, threshold), words
        return found.index.pattern(sentence, start, stop, threshold), words
    except ValueError:
        return Pattern(None if own else sentence, start, stop, (), threshold), words


def _asked(subject: Subject, found: Seen) -> tuple[str | int, int, int] | None:
    """What was marked, if it was in these sentences and can be."""
    parts = (state.knobs().marked or "").split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) < 8 for part in parts[2:]):
        return None
    whose, place, start, stop = parts[0], parts[1], int(parts[2]), int(parts[3])
    if place == OWN and whose == mark(subject) and 0 <= start < stop <= subject.read().steps:
        return OWN, start, stop
    if whose != of_sentences(subject) or not (place.isascii() and place.isdigit() and len(place) < 8):
        return None
    number = int(place)
    if number < len(found.index) and 0 <= start < stop <= len(found.index.tokens(number)):
        return number, start, stop
    return None


def alike(found: Seen, pattern: Pattern) -> list[Place]:
    return found.index.like(pattern, COMPARED) if pattern.units else []
