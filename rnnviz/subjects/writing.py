"""``rnnviz.generate``: what a network writes, character by character or word by word."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from torch import Tensor

from rnnviz.generating import Drawing, Written, write
from rnnviz.network import Network
from rnnviz.refusals import Refused
from rnnviz.subjects.loaded import Loaded, Tokens
from rnnviz.subjects.next_tokens import outputs_of, refuse_others
from rnnviz.subjects.subject import Subject
from rnnviz.trace import Signal


class Generated(NamedTuple):
    """What was written. ``text``: the beginning and what was drawn; ``tokens``: the same token by token, of a network
    without a vocabulary by their ids. The others are those of ``rnnviz.generating.Written``; ``labels``: what each
    output stands for."""

    text: str
    tokens: tuple[str, ...]
    begins: int
    before: Signal
    after: Signal
    drawn: Signal
    bits: Signal
    labels: tuple[str, ...]

    @property
    def likeliest(self) -> np.ndarray:
        """The largest share that the network gave before each token that was drawn, (length,)."""
        return self.before.values[self.begins - 1 : -1].max(1)

    @property
    def missed(self) -> np.ndarray:
        """Of each token that was drawn whether another was likelier, (length,)."""
        return self.bits.values[self.begins :] > -np.log2(self.likeliest) + 1e-9


def generate(
    model: Subject | Network,
    prompt: str | Tensor | None = None,
    length: int = 100,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    greedy: bool = False,
    seed: int = 0,
) -> Generated:
    """Let a network go on with ``prompt`` for ``length`` tokens, each drawn from what the network says comes next.

    ``model``: a subject whose task asks for the next token, or a Network with as many outputs as token ids. ``prompt``:
    a text, or token ids (T,) or (T, 1); what the subject reads unless given. For ``temperature``, ``top_k``, ``greedy``
    and ``seed`` see ``rnnviz.generating.Drawing``: the same seed writes the same.

    Raises Refused for a network that does not say what comes next, and for what cannot be read or drawn.

    >>> import rnnviz
    >>> written = rnnviz.generate(rnnviz.subject("characters-gru"), "def ", 5, greedy=True)
    >>> written.tokens[:4]  # what it goes on with
    ('d', 'e', 'f', '␣')
    """
    drawing = Drawing(temperature, top_k, greedy, seed)
    if isinstance(model, Network):
        if not isinstance(prompt, Tensor):
            raise Refused("A network alone has no vocabulary. Give it token ids, or make a subject of it.")
        refuse_others(model.structure["vocabulary_size"] == model.structure["output_size"])
        written = write(model, prompt.flatten().tolist(), length, drawing)
        tokens = tuple(map(str, written.ids.tolist()))
        labels = tuple(map(str, range(model.structure["output_size"])))
        return Generated(" ".join(tokens), tokens, *written[1:], labels)
    loaded = model.load()
    if isinstance(prompt, Tensor):
        ids, given = prompt.flatten(), ()
    else:
        own = model if prompt is None else model.with_(text=prompt)
        ids, given = own.input().flatten(), own.read().tokens
    return _told(loaded, write(loaded.network, ids.tolist(), length, drawing, *outputs_of(loaded)), given)


def _told(loaded: Loaded, written: Written, given: tuple[str, ...]) -> Generated:
    """``given``: what was read at first in its own words, of which the vocabulary may not have all."""
    vocabulary = loaded.reads.vocabulary if isinstance(loaded.reads, Tokens) else None
    ids = written.ids.tolist()
    tokens = tuple(str(token) if vocabulary is None else vocabulary.tokens[token] for token in ids)
    tokens = (*given, *tokens[len(given) :])
    text = " ".join(tokens) if vocabulary is None else vocabulary.join(tokens)
    return Generated(text, tokens, *written[1:], loaded.answers.labels)
