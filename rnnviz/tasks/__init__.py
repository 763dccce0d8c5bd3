"""Sequences with a right answer: what a network can learn here. A new task is one more row of TASKS."""

from rnnviz.tasks.adding import Adding
from rnnviz.tasks.base import UNASKED, Batch, Task
from rnnviz.tasks.characters import Characters
from rnnviz.tasks.dates import Dates
from rnnviz.tasks.delayed_recall import DelayedRecall
from rnnviz.tasks.echo_future import EchoFuture
from rnnviz.tasks.flip_flop import FlipFlop
from rnnviz.tasks.forecast import Forecast, OwnSeries
from rnnviz.tasks.intents import Intents
from rnnviz.tasks.neighbour_xor import NeighbourXor
from rnnviz.tasks.pairs import Pairs
from rnnviz.tasks.parity import Parity
from rnnviz.tasks.reals import RealTask, VectorTask
from rnnviz.tasks.reber import ContinualReber, Reber
from rnnviz.tasks.selective_copy import SelectiveCopy
from rnnviz.tasks.slots import Slots
from rnnviz.tasks.sounds import Sounds
from rnnviz.tasks.strokes import Strokes
from rnnviz.tasks.temporal_order import TemporalOrder
from rnnviz.tasks.timer import Timer
from rnnviz.tasks.tokens import UNKNOWN, Vocabulary, tokenize
from rnnviz.tasks.translation import TranslationTask
from rnnviz.tasks.xor_stream import XorStream

TASKS: dict[str, type[Task]] = {
    "intents": Intents,
    "recall": DelayedRecall,
    "echo_future": EchoFuture,
    "neighbour_xor": NeighbourXor,
    "slots": Slots,
    "xor_stream": XorStream,
    "reber": Reber,
    "continual_reber": ContinualReber,
    "temporal_order": TemporalOrder,
    "adding": Adding,
    "flip_flop": FlipFlop,
    "timer": Timer,
    "forecast": Forecast,
    "parity": Parity,
    "pairs": Pairs,
    "selective_copy": SelectiveCopy,
    "characters": Characters,
    "strokes": Strokes,
    "sounds": Sounds,
}
# Tasks whose answer is a sequence of its own: what an EncoderDecoder can learn.
TRANSLATIONS: dict[str, type[TranslationTask]] = {"dates": Dates}

__all__ = [
    "TASKS",
    "TRANSLATIONS",
    "UNASKED",
    "UNKNOWN",
    "Adding",
    "Batch",
    "Characters",
    "ContinualReber",
    "Dates",
    "DelayedRecall",
    "EchoFuture",
    "FlipFlop",
    "Forecast",
    "Intents",
    "NeighbourXor",
    "OwnSeries",
    "Pairs",
    "Parity",
    "RealTask",
    "Reber",
    "SelectiveCopy",
    "Slots",
    "Sounds",
    "Strokes",
    "Task",
    "TemporalOrder",
    "Timer",
    "TranslationTask",
    "VectorTask",
    "Vocabulary",
    "XorStream",
    "tokenize",
]
