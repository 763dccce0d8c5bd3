"""Subjects: what is looked at. A model and a sequence, where both come from, and what a server may be asked for."""

from rnnviz.refusals import Refused
from rnnviz.subjects.drawing import Drawing
from rnnviz.subjects.from_python import subject
from rnnviz.subjects.learning import train
from rnnviz.subjects.loaded import Answers, Channels, Loaded, Provenance, Reading, Tokens
from rnnviz.subjects.models import Given, Model, Shipped, Trained, Untrained
from rnnviz.subjects.sequences import Example, Noise, Sequence, Text, Vectors
from rnnviz.subjects.subject import Subject
from rnnviz.subjects.writing import Generated, generate

__all__ = [
    "Answers",
    "Channels",
    "Drawing",
    "Example",
    "Generated",
    "Given",
    "Loaded",
    "Model",
    "Noise",
    "Provenance",
    "Reading",
    "Refused",
    "Sequence",
    "Shipped",
    "Subject",
    "Text",
    "Tokens",
    "Trained",
    "Untrained",
    "Vectors",
    "generate",
    "subject",
    "train",
]
