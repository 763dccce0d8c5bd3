"""Characters: which one comes next? A language model over single characters, as in Karpathy's char-rnn (2015)."""

from __future__ import annotations

import hashlib
import math
from functools import cached_property

import torch
from torch import Tensor

from rnnviz.compute import once
from rnnviz.refusals import Refused
from rnnviz.tasks.alphabet import SHOWN, Alphabet, plain
from rnnviz.tasks.base import UNASKED, Batch, Task
from rnnviz.tasks.buckets import UNKNOWN_SHARE
from rnnviz.tasks.sources import of_standard_library

STEPS = 100  # characters that are read at once
MOST_HELD_OUT = 160  # sequences
SHORTEST, LONGEST, MOST_KINDS = 200, 1_000_000, 2_000  # characters of a text, and different ones that are told apart
SHARE_HELD_OUT = 0.1  # of a text that is given, its end
ASCII = "\n\t" + "".join(map(chr, range(32, 127)))


class Characters(Task):
    """At every step: the character that comes next.

    Without a ``text``, source files of the running Python's standard library, some of them held out whole: printable
    ASCII and the line's end are told apart, all else is unknown, and four spaces at the beginning of a line are one
    character. So the text is that of a Python version, the tokens
    are not. A ``text`` brings its own characters, up to ``MOST_KINDS`` of them, and its last tenth is held out.
    An unknown character is read but never asked for. The states begin as zeros at every sequence of ``steps``.

    Raises Refused for a text of which nothing can be learnt: too short, too long, or of one character alone.
    """

    name = "characters"
    title = "Which character comes next?"
    writes = True
    readout = "every"
    labels = ()  # of each text its own
    examples = (
        "def __init__(self, name):\n    self.name = name\n",
        'if value is None:\n    raise ValueError("value must not be None")\n',
        "for key, value in self.items():\n    print(key, value)\n",
        "import os\nimport sys\n",
    )

    def __init__(self, text: str | None = None) -> None:
        self.text = None if text is None else plain(text)
        if self.text is not None:
            refuse_unlearnable(self.text)
            self.examples = (self.text[:STEPS].strip(),)
        self.labels = self.vocabulary.tokens

    @property
    def digest(self) -> str:
        """What a text of its own comes to; "" for the default one."""
        return "" if self.text is None else hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @property
    def source(self) -> str:
        """The Python whose standard library the default text is."""
        return f"Python {of_standard_library().python}" if self.text is None else ""

    @cached_property
    def vocabulary(self) -> Alphabet:
        own = self.text is not None
        return Alphabet.of_characters(self.text if own else ASCII, MOST_KINDS, indents=not own)

    @cached_property
    def parts(self) -> tuple[Tensor, Tensor]:
        """Token ids of the training text and of the held-out one, each (length,)."""
        if self.text is None:
            return _standard_library(self.vocabulary)
        cut = len(self.text) - max(2, round(SHARE_HELD_OUT * len(self.text)))
        training, held_out = (self.vocabulary.ids(part) for part in (self.text[:cut], self.text[cut:]))
        return torch.from_numpy(training), torch.from_numpy(held_out)

    def solution(self, x: Tensor) -> Tensor:
        """The character after each one; UNASKED after the last, and where it is unknown."""
        after = torch.cat([x[1:], torch.zeros_like(x[:1])])
        return after.where(after != 0, UNASKED)

    def batch(self, size: int, generator: torch.Generator) -> Batch:
        """A batch (``steps``, size) from anywhere in the training text. A few characters are made unknown, so that a
        network has met what it may have to read."""
        text, _held_out = self.parts
        steps = min(STEPS, len(text) - 1)
        first = torch.randint(len(text) - steps, (size,), generator=generator)
        places = first + torch.arange(steps + 1)[:, None]
        batch = _batch(text[places])
        unknown = torch.rand(batch.x.shape, generator=generator) < UNKNOWN_SHARE / 5
        return batch._replace(x=batch.x.masked_fill(unknown, 0))

    def held_out(self) -> list[Batch]:
        """Sequences from all over the held-out text, as many as there are up to ``MOST_HELD_OUT``, none twice."""
        _training, text = self.parts
        steps = min(STEPS, len(text) - 1)
        places = torch.arange(0, len(text) - steps, steps)
        if len(places) > MOST_HELD_OUT:
            places = places[torch.linspace(0, len(places) - 1, MOST_HELD_OUT).long()]
        return [_batch(text[places + torch.arange(steps + 1)[:, None]])]

    def baseline(self) -> float:
        """The mean cross-entropy in nats of the held-out answers for who knows how frequent each character is in the
        training text, and nothing of what came before; each counted once more than it was met."""
        counts = torch.bincount(self.parts[0], minlength=len(self.vocabulary)).double() + 1
        counts[0] = 0
        asked = torch.cat([y[y != UNASKED] for _x, y in self.held_out()])
        return -(counts / counts.sum())[asked].log().mean().item()


@once
def _standard_library(alphabet: Alphabet) -> tuple[Tensor, Tensor]:
    training, held_out = of_standard_library()[1:]
    return torch.from_numpy(alphabet.ids(plain(training))), torch.from_numpy(alphabet.ids(plain(held_out)))


def _batch(ids: Tensor) -> Batch:
    """Token ids (steps + 1, B) as what is read, and what comes after each."""
    after = ids[1:]
    return Batch(ids[:-1].contiguous(), after.where(after != 0, UNASKED))


def bits(nats: float) -> float:
    """A loss in bits: per character, how many yes-or-no questions it takes."""
    return nats / math.log(2)


def refuse_unlearnable(text: str) -> None:
    """Raise Refused for a text of which nothing can be learnt."""
    if not SHORTEST <= len(text) <= LONGEST:
        raise Refused(
            "This text has {count} characters; to learn from it takes {least} to {most}.",
            count=f"{len(text):,}",
            least=SHORTEST,
            most=f"{LONGEST:,}",
        )
    kinds = set(text)
    if len(kinds) == 1:
        only = kinds.pop()
        raise Refused(
            "This text is one character alone, {character}, so there is nothing to learn. Give another text.",
            character=SHOWN.get(only, only),
        )
