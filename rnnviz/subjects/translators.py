"""The shipped encoder-decoders, and what they make of a text."""

from __future__ import annotations

from typing import NamedTuple

from rnnviz import checkpoints
from rnnviz.checkpoints import Card, read_card
from rnnviz.compute import computed, once
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.subjects.models import Model
from rnnviz.subjects.models import load as load_model
from rnnviz.subjects.sizes import task as task_of
from rnnviz.tasks import Dates
from rnnviz.tasks.dates import Day, day_of
from rnnviz.translating import Translation, translate

# What the decoder sees of what was read -> the name of the network that learnt to do with that.
NAMES = {
    "attention": "dates-gru-attention",
    "vector": "dates-gru-vector",
    "longer": "dates-gru-vector-longer",  # one vector, too, trained for twice as many updates
}
OWN = "-own"  # behind the name of one that was trained without teacher forcing


class Translated(NamedTuple):
    """``cell``: of both sides; ``written``: the answer as a text; ``day``: what the text says by the rule, which may be
    a day that no calendar has, None where it is not in one of the forms."""

    cell: str
    text: str
    tokens: tuple[str, ...]
    known: tuple[bool, ...]
    translation: Translation
    written: str
    day: Day | None

    @property
    def is_right(self) -> bool | None:
        """Whether what was written is what the text says; None where no rule says what it says."""
        return None if self.day is None else self.written == self.day.text


def task() -> Dates:
    return task_of("dates")


@once
def load(sees: str = "attention", forced: bool = True) -> EncoderDecoder:
    """A shipped encoder-decoder, by a name in NAMES, trained with teacher forcing or without; one for all who ask, so
    that it must not be changed."""
    return checkpoints.load_encoder_decoder(checkpoints.TRANSLATORS / _file(sees, forced))


@once
def card(sees: str = "attention", forced: bool = True) -> Card:
    return read_card(checkpoints.TRANSLATORS / _file(sees, forced))


def _file(sees: str, forced: bool) -> str:
    return NAMES[sees] + ("" if forced else OWN)


@computed
def translated(text: str, sees: str = "attention", forced: bool = True) -> Translated:
    """What the network with ``sees`` in NAMES makes of a text, and what is right. ValueError for a text without a
    character."""
    model = load(sees, forced)
    return _translated(model, text, end=model.output_size - 1)


@computed
def translated_by(model: Model, text: str) -> Translated:
    """The same of a model that is an encoder-decoder, which is asked for as many symbols as there can be: what is
    written after the end is of no account, but all snapshots of a run have as many steps."""
    return _translated(load_model(model).network, text, end=None)


def _translated(model: EncoderDecoder, text: str, end: int | None) -> Translated:
    learnt = task()
    tokens = tuple(learnt.split(text))
    run = translate(model, learnt.encode(text), tokens=tokens, end=end)
    return Translated(
        model.cell,
        text,
        tokens,
        tuple(map(learnt.vocabulary.knows, tokens)),
        run,
        learnt.written(run.written.at(batch=0).values),
        day_of("".join(tokens)),
    )
