"""What a unit is good for, over many sentences: the label, or the word, that it alone tells best from all others.

A unit's job is chosen on every other sentence of a draw; how well the unit does it is measured on the sentences in
between, and on another draw: of a task worded by hand, on wordings that were never trained on.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import NamedTuple

import numpy as np
import torch

from rnnviz.recording import record
from rnnviz.searching import Index, Telling, tells
from rnnviz.searching.building import reading
from rnnviz.searching.corpus import Line
from rnnviz.subjects import Subject, given
from rnnviz.subjects.limits import MAX_CORPUS_TOKENS, MOST_CORPUS_STEPS
from rnnviz.subjects.models import load
from rnnviz.tasks.base import UNASKED, Task
from rnnviz.tasks.worded import WordedTask
from rnnviz.trace import Direction

CLEAR = 0.9  # of the area under the curve, on sentences that nothing was chosen on
LEAST = 10  # places of a label, or of a word, in each half
AT_ONCE = 100  # sequences of one length
CHOOSING, MEASURING = slice(0, None, 2), slice(1, None, 2)

Sentences = list[tuple[list[str], list[str]]]


class Job(NamedTuple):
    """``by``: "label" or "word"; ``name``: which. Areas under the ROC curve, ``chosen`` on one half, measured on the
    ``other`` and on a ``fresh`` draw, NaN where there is none. ``count``: how many places have it, of ``of``."""

    unit: int
    by: str
    name: str
    chosen: float
    other: float
    fresh: float
    count: int
    of: int

    @property
    def measured(self) -> float:
        """On sentences that nothing was chosen on, the last that there are."""
        return self.other if np.isnan(self.fresh) else self.fresh

    @property
    def high(self) -> bool:
        """Whether the unit is high there, and not low."""
        return self.chosen >= 0.5

    @property
    def strength(self) -> float:
        """The measured area, seen from the side on which the unit was chosen."""
        return self.measured if self.high else 1 - self.measured

    @property
    def clear(self) -> bool:
        return self.strength >= CLEAR

    @property
    def promises(self) -> float:
        """The area where it was chosen, seen from its side."""
        return max(self.chosen, 1 - self.chosen)


class Half(NamedTuple):
    chosen: Telling
    other: Telling
    fresh: Telling | None


class Seen(NamedTuple):
    """``index``: of the sentences that are shown, ``fresh``: of the others, None without. ``by``: what the units tell,
    of labels and of words. ``jobs``: of each unit."""

    index: Index
    fresh: Index | None
    by: dict[str, Half]
    jobs: tuple[Job | None, ...]

    @property
    def clearest(self) -> int:
        """The unit whose job was clearest where it was chosen: of clear ones one with a label before one with a word,
        and one that is high there before one that is low. What was measured elsewhere has no say in it."""

        def rank(unit: int) -> tuple[bool, bool, bool, float]:
            job = self.jobs[unit]
            clear = job is not None and job.promises >= CLEAR
            return (clear, job.by == "label", clear and job.high, job.promises) if job else (False, False, False, 0.0)

        return max(range(len(self.jobs)), key=rank)


def sentences(subject: Subject, count: int, draw: int = 0, held_out: bool = False) -> Sentences:
    """``count`` sequences of the network's own task, or as many as there are, and as ``MOST_CORPUS_STEPS`` allows: the
    tokens of each, and its label or one for each token, "" where none is asked for.

    ``draw``: the seed. ``held_out``: others than those; of a task worded by hand, of wordings that were never trained
    on. Such a task has its sentences in the language of the subject's own. Without a task, or with one that reads no
    tokens, none.
    """
    learnt = load(subject.model).task
    if learnt is None or learnt.inputs != "tokens":
        return []
    if isinstance(learnt, WordedTask):
        return _worded(learnt, language(subject), count, draw, held_out)
    drawn: Sentences = []
    generator = torch.Generator().manual_seed(2 * draw + held_out)
    room = MOST_CORPUS_STEPS
    while len(drawn) < count:
        x, y = learnt.batch(min(AT_ONCE, count - len(drawn)), generator)
        room -= x.numel()
        if room < 0 and drawn:
            break
        drawn += _told(learnt, x, y)
    return drawn


def language(subject: Subject) -> str:
    """That of the subject's own sentence, of the two in which tasks are worded."""
    return "en" if subject.text.isascii() else "zh"


def _worded(learnt: WordedTask, spoken: str, count: int, draw: int, held_out: bool) -> Sentences:
    training, development, test = learnt.parts
    part = [each for each in (development | test if held_out else training).values() if each.language == spoken]
    chosen = random.Random(draw).sample(part, min(count, len(part)))
    labels = [list(each.roles) if learnt.readout == "every" else [each.label] for each in chosen]
    return [(learnt.vocabulary.split(each.text), told) for each, told in zip(chosen, labels, strict=True)]


def _told(learnt: Task, x: torch.Tensor, y: torch.Tensor) -> Sentences:
    words, answered = learnt.vocabulary.tokens, learnt.answers == "classes" and not y.is_floating_point()
    rows = []
    for ids, right in zip(x.T.tolist(), y.movedim(-1, 0).tolist(), strict=True):
        told = [right] if isinstance(right, int) else right
        labels = ["" if each == UNASKED else learnt.labels[each] for each in told] if answered else []
        rows.append(([words[each] for each in ids], labels))
    return rows


def read(
    subject: Subject, of: tuple[int, Direction] = (0, "forward"), count: int = 1000, draw: int = 0, lines: str = ""
) -> Generator[float, None, Seen]:
    """Read the sentences and find every unit's job; yields the share that is done. ``lines``: the digest of sentences
    that were brought (``rnnviz.subjects.given.keep_corpus``), in the place of drawn ones."""
    if lines:
        drawn, others = list(given.corpus_of(lines)), []
    else:
        drawn = sentences(subject, count, draw) or [(own_words(subject), [])]
        others = sentences(subject, count, draw, held_out=True)
    loaded, whole = load(subject.model), len(drawn) + len(others)

    def indexed(part: list, before: int) -> Generator[float, None, Index]:
        rows = (_line(number, each) for number, each in enumerate(part, 1))
        work = reading(loaded, rows, of=of, longest=MAX_CORPUS_TOKENS if lines else MOST_CORPUS_STEPS)
        while True:
            try:
                yield 0.8 * (before + next(work)) / whole
            except StopIteration as end:
                return end.value

    index = yield from indexed(drawn, 0)
    fresh = (yield from indexed(others, len(drawn))) if others else None
    by = {}
    for share, kind in ((0.8, "label"), (0.9, "word")):
        yield share
        chosen = tells(index, kind, CHOOSING)
        yield share + 0.03
        other = tells(index, kind, MEASURING, chosen.names)
        yield share + 0.06
        by[kind] = Half(chosen, other, fresh and tells(fresh, kind, names=chosen.names))
    return Seen(index, fresh, by, tuple(_job(by, unit) for unit in range(index.units)))


def _line(number: int, each: object) -> Line:
    if isinstance(each, Line):
        return each
    tokens, labels = each
    return Line(f"#{number}", tokens, tuple(labels))


def _job(by: dict[str, Half], unit: int) -> Job | None:
    """The label that a unit tells best, unless that is not clear where it is chosen and a word is."""
    jobs = [job for kind, half in by.items() if (job := best(half, kind, unit)) is not None]
    return next((job for job in jobs if job.promises >= CLEAR), jobs[0] if jobs else None)


def best(half: Half, by: str, unit: int) -> Job | None:
    """The label or word that was told best where it was chosen; None where nothing stands there often enough."""
    often = (half.chosen.counts >= LEAST) & (half.other.counts >= LEAST) & np.isfinite(half.chosen.areas[unit])
    if not often.any():
        return None
    k = int(np.where(often, np.abs(half.chosen.areas[unit] - 0.5), -1).argmax())
    return job_of(half, by, unit, half.chosen.names[k])


def job_of(half: Half, by: str, unit: int, name: str) -> Job:
    """How well a unit tells one label or word."""
    k = half.chosen.names.index(name)
    fresh = np.nan
    if half.fresh is not None and half.fresh.counts[k] >= LEAST:
        fresh = float(half.fresh.areas[unit, k])
    areas = float(half.chosen.areas[unit, k]), float(half.other.areas[unit, k]), fresh
    counts = half.chosen.counts + half.other.counts
    return Job(unit, by, name, *areas, int(counts[k]), int(counts.sum()))


def own_words(subject: Subject) -> list[str]:
    """The subject's own sequence in words; without any, its token ids as numbers."""
    reading_ = subject.read()
    return list(reading_.tokens) or [str(each) for each in reading_.input[:, 0].tolist()]


def own_states(subject: Subject, of: tuple[int, Direction]) -> np.ndarray:
    """What the units do in the subject's own sequence, (time, units)."""
    with torch.no_grad():
        layer = record(subject.network(), subject.input()).layer(*of)
    return layer[layer.output].values[:, 0]
