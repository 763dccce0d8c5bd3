"""Panels of the page that finds what a unit does: the sentences that excite it as strips of words in its colours, its
words, and how it tells its label from the rest."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import numpy as np

from rnnviz.app import naming, page
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import unit_claims as claims
from rnnviz.app.panels import unit_search
from rnnviz.app.panels.network_views import accent, missing
from rnnviz.app.stage.board import Board
from rnnviz.searching import Place
from rnnviz.studies import unit_jobs
from rnnviz.studies.unit_jobs import Job, Seen
from rnnviz.subjects import Subject
from rnnviz.subjects.address_words import to_word
from rnnviz.subjects.limits import MAX_CHARACTERS, MAX_TOKENS

STRIPS, WORDS = 12, 8  # sentences, and words, of a unit that are shown
LEAST, MANY = 5, 100  # how often a word stands in many sentences that is shown
LONGEST = 56  # words of a strip; of a longer sentence those around the place that is meant
BINS = 24


def finder(subject: Subject, found: Seen, unit: int, board: Board, **place: object) -> dict:
    """Of every unit what excites it most, its words and its job: the slider over units needs no server."""
    if not len(found.index):
        return missing(_("None of these lines could be read. Give one sentence a line."), **place)
    index, values = found.index, Values()
    units, shown = [], {}
    whole = np.array([index.values(k) for k in range(index.units)])
    limit = max(1.0, float(np.abs(whole).max(initial=0.0)))
    told = {by: (steps, np.array(names)) for by in ("label", "word") for steps, names in [index.places(by)]}
    for k in range(index.units):
        job = found.jobs[k]
        low = unit_search.lowest(job)
        tops = index.top(k, STRIPS, lowest=low)
        shown |= {top.sentence: sentence(subject, top) for top in tops}
        words = index.words_of(k, WORDS, least=LEAST if len(index) >= MANY else 1, lowest=low)
        units.append(
            {
                "told": claims.line(subject, found, k),
                "low": low,
                "areas": areas(job),
                "top": [strip(subject, values, index.activation(top.sentence, k), top) for top in tops],
                "words": [[word.word, word.count, word.mean, word.smallest, word.largest] for word in words],
                "all": [float(whole[k].mean()), float(whole[k].min()), float(whole[k].max())],
                "shape": _shape(subject, job, whole[k], told, limit),
            }
        )
    own, titles = unit_search.own_states(subject, unit_search.layer()), board_titles(found)
    return {
        "kind": "unit_finder",
        "unit": unit,
        "units": units,
        "network": unit_search.of_network(subject),
        "sentences": shown,
        "of_sentences": unit_search.of_sentences(subject),
        "values": board.array("values", values.all()),
        "own": {
            "tokens": unit_jobs.own_words(subject),
            "array": board.array("own", own),
            "mark": unit_search.mark(subject),
        },
        "scale": "state",
        "range": [-limit, limit],
        "strings": strings(subject) | titles,
        "accent": accent(subject),
        "title": titles["lowest" if units[unit]["low"] else "highest"].format(unit=unit),
        "caption": sentences(
            _("Blue is high, orange low; framed is the peak. Drag over words to find places like them."),
            claims.scripts(subject),
        ),
        "alternative": told_of(subject, found, unit),
        **place,
    }


def board_titles(found: Seen) -> dict[str, str]:
    """With a place for the unit, which the slider changes."""
    count = f"{len(found.index):,}"
    return {
        "highest": _("Of {count} sentences, those in which unit {unit} is highest").format(unit="{unit}", count=count),
        "lowest": _("Of {count} sentences, those in which unit {unit} is lowest").format(unit="{unit}", count=count),
    }


def told_of(subject: Subject, found: Seen, unit: int) -> str:
    """The picture in words."""
    tops = found.index.top(unit, 1, lowest=unit_search.lowest(found.jobs[unit]))
    shown = _("Unit {unit}: {value} at “{word}”, its peak.").format(
        unit=unit, value=f"{tops[0].value:.3f}".replace("-", "−"), word=page.readable(tops[0].words[0])
    )
    line = claims.line(subject, found, unit)
    return sentences(shown, line)


def areas(job: Job | None) -> list[float | None]:
    """Where the job was chosen, on the other half, and on another draw."""
    if job is None:
        return []
    return [None if np.isnan(value) else value for value in (job.chosen, job.other, job.fresh)]


class Values:
    """Activations one after the other, as they are put in."""

    def __init__(self) -> None:
        self.parts: list[np.ndarray] = []
        self.size = 0

    def put(self, values: np.ndarray) -> int:
        """Where they begin."""
        self.parts.append(values)
        self.size += len(values)
        return self.size - len(values)

    def all(self) -> np.ndarray:
        return np.concatenate(self.parts) if self.parts else np.zeros(1)


def strip(subject: Subject, values: Values, activation: np.ndarray, place: Place) -> dict:
    """A sentence, or of a long one the part around a place; ``label``: what the labels say there."""
    first = max(0, min(place.start - LONGEST // 2, len(activation) - LONGEST))
    stop = min(len(activation), first + LONGEST)
    labels = dict.fromkeys(unit_search.label_of(subject, label) for label in place.labels if label)
    return {
        "sentence": place.sentence,
        "first": first,
        "stop": stop,
        "at": [place.start, place.stop],
        "value": place.value,
        "values": values.put(activation[first:stop]),
        "label": _(", ").join(labels),
    }


def sentence(subject: Subject, place: Place) -> dict:
    return {"tokens": place.tokens, "query": query(subject, place.tokens)}


def query(subject: Subject, tokens: Sequence[str]) -> str:
    """What a link to another page has of a sentence; "" where that cannot read it."""
    text = unit_search.text_of(subject, tuple(tokens))
    readable = subject.load().reads.vocabulary is not None and len(text) <= MAX_CHARACTERS and len(tokens) <= MAX_TOKENS
    return urlencode({"model": to_word(subject.model), "text": text}) if readable else ""


def _shape(
    subject: Subject, job: Job | None, values: np.ndarray, told: dict[str, tuple[np.ndarray, np.ndarray]], limit: float
) -> dict | None:
    """How the unit's values lie at its label and at all else: shares of each, from -limit to limit. ``told``:
    by "label" and "word" the steps that have one, and which."""
    if job is None:
        return None
    steps, names = told[job.by]
    own, has = values[steps], names == job.name
    edges = np.linspace(-limit, limit, BINS + 1)
    counts = [np.histogram(own[mine], edges)[0] / max(1, mine.sum()) for mine in (has, ~has)]
    name = claims.name_of(subject, job)
    return {
        "name": name,
        "with": counts[0].tolist(),
        "without": counts[1].tolist(),
        "counts": [int(has.sum()), int((~has).sum())],
        "of": "sentences" if claims.whole(subject, job) else "places",
    }


def strings(subject: Subject) -> dict[str, object]:
    output = naming.letter(subject.cell, subject.network().layers[0][0].output)
    return {
        "unit": _("Unit"),
        "own": _("your sentence"),
        "words": _("Its words: mean {letter}, line: lowest to highest").format(letter=output),
        "all": _("all words"),
        "shape": _("{letter} of unit {unit}: {name} above, the rest below").format(
            letter=output, unit="{unit}", name="{name}"
        ),
        "rest": _("the rest"),
        "sentences": _("{name}: {count} sentences"),
        "places": _("{name}: {count} places"),
        "share": {"sentences": _("share of sentences"), "places": _("share of places")},
        "times": _("× {count}"),
        "mark": _("Drag over words: find places like them"),
        "states": _("States"),
        "step": _("Step through"),
    }
