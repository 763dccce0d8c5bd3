"""What the tests of the travel sentences share."""

import pytest

from rnnviz.tasks import tokenize
from rnnviz.tasks.slots.chinese import CHINESE
from rnnviz.tasks.slots.english import ENGLISH
from rnnviz.tasks.tokens import normalize

GRAMMARS = pytest.mark.parametrize("grammar", [ENGLISH, CHINESE], ids=lambda grammar: grammar.language)


def reading(text: str) -> tuple[str, ...]:
    return tuple(map(normalize, tokenize(text)))
