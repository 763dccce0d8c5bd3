"""Several sequences of one network in a batch: which they are, and what padded and packed runs make of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnviz.batching import Padded, batch_sizes, change, gradients, pad, read_at_ends, run_packed
from rnnviz.compute import computed
from rnnviz.network import Network
from rnnviz.refusals import Refused
from rnnviz.subjects import Example, Noise, Subject, Text
from rnnviz.subjects.loaded import Channels, Loaded, Reading
from rnnviz.tasks.base import UNASKED
from rnnviz.tasks.worded import WordedTask

LONGEST, SHORTEST = 12, 2  # tokens of a sentence that is drawn
LEAST, MOST = 2, 8  # sequences of a batch
APART = 1e-6  # a share of the state's size that is rounding


class Row(NamedTuple):
    """One sequence. ``right``: the class that is right at its last step, or at each one, where a rule or the task's own
    wording tells; None where nobody knows. ``own``: whether it is that of the subject itself."""

    reading: Reading
    right: Tensor | None
    own: bool

    @property
    def steps(self) -> int:
        return self.reading.steps


class Runs(NamedTuple):
    """The rows' top states (T, B, D·H), NaN past a row's end where it was run alone, 0 there where it was packed; and
    class probabilities (B, O), of a network that answers at every step those at each row's own last one."""

    rows: tuple[Row, ...]
    batch: Padded
    alone: np.ndarray
    padded: np.ndarray
    packed: np.ndarray
    answers: np.ndarray
    padded_answers: np.ndarray
    packed_answers: np.ndarray

    @property
    def sizes(self) -> tuple[int, ...]:
        return batch_sizes(self.batch.lengths)

    @property
    def rounding(self) -> float:
        """The largest difference of a state of the packed run and of the single ones."""
        return float(np.nanmax(np.abs(self.packed - self.alone)))

    @property
    def misread(self) -> list[int]:
        """The rows whose answer is another one when the padding is read."""
        return [int(b) for b in np.flatnonzero(self.answers.argmax(1) != self.padded_answers.argmax(1))]

    @property
    def drift(self) -> np.ndarray:
        """How far the state of a padded row is at each step from the one it has alone: at its own steps from the same
        step, past its end from its last one. Divided by the size of that state, (T, B); rounding is 0."""
        ends = np.array(self.batch.lengths) - 1
        steps = np.minimum(np.arange(len(self.alone))[:, None], ends)
        wanted = self.alone[steps, np.arange(len(ends))]
        size = np.linalg.norm(wanted, axis=-1)
        away = np.linalg.norm(self.padded - wanted, axis=-1)
        with np.errstate(all="ignore"):
            return np.where(away <= APART * size, 0.0, away / size)

    @property
    def own_drift(self) -> float:
        """The largest of it at the rows' own steps: that of a backward direction, which begins in the padding."""
        return float(self.drift[self.batch.own.numpy()].max())


class Teaching(NamedTuple):
    """‖difference‖ / ‖gradient‖ of the gradient of which padding is a part, by group of parameters and of all."""

    whole: float
    parts: dict[str, float]
    known: bool  # whether all right answers are known; else the network's own stand for those that are not


def rows_of(subject: Subject, count: int, seed: int, lines: Sequence[str] = ()) -> tuple[Row, ...]:
    """The subject's own sequence, and ``count - 1`` others: of ``lines`` those that the network can read; without any,
    drawn by ``seed`` so that their lengths differ.

    Of a task that words its sentences by hand: development sentences, which no network was trained on, in the language
    of the subject's own. Of a task with a rule: examples, cut at a drawn step where all are equally long. Of a network
    without a task: noise.
    """
    loaded = subject.load()
    readings = [subject.read()]
    if lines:
        for line in lines:
            with suppress(Refused):
                readings.append(Text(line).read(loaded))
    else:
        readings += drawn(subject, loaded, count - 1, seed)
    return tuple(Row(reading, _right(loaded, reading), k == 0) for k, reading in enumerate(readings))


def drawn(subject: Subject, loaded: Loaded, count: int, seed: int) -> list[Reading]:
    """``count`` readings of the network's own kind."""
    draw, learnt = random.Random(seed), loaded.task
    if isinstance(learnt, WordedTask):
        spoken = "en" if subject.text.isascii() else "zh"
        by_length: dict[int, list[str]] = {}
        for tokens, sentence in learnt.parts[1].items():
            if sentence.language == spoken and SHORTEST <= len(tokens) <= LONGEST:
                by_length.setdefault(len(tokens), []).append(sentence.text)
        lengths = draw.sample(sorted(by_length), count)
        return [Text(draw.choice(sorted(by_length[length]))).read(loaded) for length in lengths]
    if learnt is None:
        most = max(SHORTEST + 1, subject.read().steps)
        return [Noise(draw.randint(SHORTEST, most), seed=draw.randrange(10_000)).read(loaded) for _ in range(count)]
    examples = [Example(draw.randrange(10_000)).read(loaded) for _ in range(count)]
    if len({reading.steps for reading in [subject.read(), *examples]}) > 1:
        return examples
    return [_cut(loaded, reading, draw.randint(max(1, reading.steps // 3), reading.steps)) for reading in examples]


def _cut(loaded: Loaded, reading: Reading, steps: int) -> Reading:
    x = reading.input[:steps]
    return reading._replace(
        input=x, tokens=reading.tokens[:steps], known=reading.known[:steps], solution=loaded.task.solution(x)
    )


def _right(loaded: Loaded, reading: Reading) -> Tensor | None:
    if reading.solution is not None and not reading.solution.is_floating_point():
        return reading.solution[..., 0]
    if isinstance(loaded.task, WordedTask) and loaded.answers.at == "last":
        sentence = loaded.task.sentence(reading.tokens)
        return None if sentence is None else torch.tensor(loaded.task.labels.index(sentence.label))
    return None


def sorted_rows(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The longest first, as torch's packing has them."""
    return tuple(sorted(rows, key=lambda row: -row.steps))


@torch.no_grad()
def run(network: Network, rows: Sequence[Row]) -> Runs:
    """Each row alone, all padded, and all packed."""
    batch = pad([row.reading.input[:, 0] for row in rows])
    singles = [_states(network, row.reading.input) for row in rows]
    alone = torch.full((len(batch.x), len(rows), singles[0].shape[-1]), torch.nan, dtype=singles[0].dtype)
    for b, states in enumerate(singles):
        alone[: len(states), b] = states[:, 0]
    padded, packed = _states(network, batch.x), run_packed(network, batch)
    ends = batch.lengths
    whole = (len(batch.x),) * len(rows)  # a padded batch is read at its own last step
    if network.read_at == "every":
        whole = ends
    own = [read_at_ends(network, states, [len(states)]) for states in singles]
    answers = torch.cat([one[-1] if network.read_at == "every" else one for one in own])
    return Runs(
        tuple(rows),
        batch,
        alone.numpy(),
        padded.numpy(),
        packed.numpy(),
        answers.softmax(-1).numpy(),
        _at_end(network, padded, whole, ends).softmax(-1).numpy(),
        _at_end(network, packed, ends, ends).softmax(-1).numpy(),
    )


def _states(network: Network, x: Tensor) -> Tensor:
    *_, (_, states) = network.run(network.embed(x))
    return states


def _at_end(network: Network, states: Tensor, read: Sequence[int], ends: Sequence[int]) -> Tensor:
    """Scores (B, O); of a network that answers at every step those at each row's own last one."""
    scores = read_at_ends(network, states, read)
    if network.read_at == "every":
        return scores[torch.tensor(ends) - 1, torch.arange(len(ends))]
    return scores


def teach(network: Network, runs: Runs) -> Teaching:
    """What padding that is read and counted in the loss does to the gradient of this batch."""
    y, known = _wanted(network, runs)
    masked, counted = (gradients(network, runs.batch, y, masked=masked) for masked in (True, False))
    groups: dict[str, list[str]] = {}
    for name in masked:
        groups.setdefault(_group(name), []).append(name)
    parts = {
        group: change({name: masked[name] for name in names}, {name: counted[name] for name in names})
        for group, names in groups.items()
    }
    return Teaching(change(masked, counted), parts, known)


def _group(name: str) -> str:
    """ "embedding", "layer 1", ..., "readout"."""
    first, *rest = name.split(".")
    return f"layer {int(rest[0]) + 1}" if first == "layers" else "readout" if first == "front" else first


@torch.no_grad()
def _wanted(network: Network, runs: Runs) -> tuple[Tensor, bool]:
    """(B,) or (T, B) classes, UNASKED past a row's end; the network's own answer where nobody knows the right one."""
    own = read_at_ends(network, torch.from_numpy(runs.packed), runs.batch.lengths).argmax(-1)
    if network.read_at == "every":
        own = torch.where(runs.batch.own, own, UNASKED)
    for b, row in enumerate(runs.rows):
        if row.right is not None:
            if own.ndim == 1:
                own[b] = row.right
            else:
                own[: row.steps, b] = row.right
    return own, all(row.right is not None for row in runs.rows)


@computed
def runs_of(subject: Subject, count: int, seed: int, lines: tuple[str, ...], in_order: bool) -> Runs:
    rows = rows_of(subject, count, seed, lines)
    return run(subject.network(), sorted_rows(rows) if in_order else rows)


@computed
def teaching_of(subject: Subject, count: int, seed: int, lines: tuple[str, ...], in_order: bool) -> Teaching:
    return teach(subject.network(), runs_of(subject, count, seed, lines, in_order))


def reads_channels(subject: Subject) -> bool:
    return isinstance(subject.load().reads, Channels)
