"""``rnnviz.generate``: what a network writes, character by character or word by word."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from rnnviz.generating import Drawing, Written, write
from rnnviz.network import Network
from rnnviz.refusals import Refused
from rnnviz.subjects.loaded import Loaded, Tokens
from rnnviz.subjects.subject import Subject
from rnnviz.tasks import UNKNOWN
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
    """
    drawing = Drawing(temperature, top_k, greedy, seed)
    if isinstance(model, Network):
        if not isinstance(prompt, Tensor):
            raise Refused("A network alone has no vocabulary. Give it token ids, or make a subject of it.")
        _refuse_others(model.structure["vocabulary_size"] == model.structure["output_size"])
        written = write(model, prompt.flatten().tolist(), length, drawing)
        tokens = tuple(map(str, written.ids.tolist()))
        labels = tuple(map(str, range(model.structure["output_size"])))
        return Generated(" ".join(tokens), tokens, *written[1:], labels)
    loaded = model.load()
    if isinstance(prompt, Tensor):
        ids = prompt.flatten()
    else:
        ids = (model if prompt is None else model.with_(text=prompt)).input().flatten()
    return _told(loaded, write(loaded.network, ids.tolist(), length, drawing, *outputs_of(loaded)))


def outputs_of(loaded: Loaded) -> tuple[list[int], list[int]]:
    """The token id that each output stands for, and the outputs that cannot be drawn: what stands for all else.

    Raises Refused where the answers are not what comes next.
    """
    learnt, answers = loaded.task, loaded.answers
    if learnt is None:
        count = None if answers is None else len(answers.labels)
        table = loaded.network.embedding
        _refuse_others(table is not None and count == table.num_embeddings)
        vocabulary = loaded.reads.vocabulary
        unknown = None if vocabulary is None else vocabulary.unknown
        return list(range(count)), [] if unknown is None else [unknown]
    _refuse_others(learnt.writes)
    never = [place for place, label in enumerate(learnt.labels) if label == UNKNOWN]
    return learnt.vocabulary.encode(learnt.labels), never


def _refuse_others(writes: bool) -> None:
    if not writes:
        raise Refused("This network does not answer with the token that comes next, so it cannot write.")


def _told(loaded: Loaded, written: Written) -> Generated:
    vocabulary = loaded.reads.vocabulary if isinstance(loaded.reads, Tokens) else None
    ids = written.ids.tolist()
    tokens = tuple(str(token) if vocabulary is None else vocabulary.tokens[token] for token in ids)
    text = " ".join(tokens) if vocabulary is None else vocabulary.join(tokens)
    return Generated(text, tokens, *written[1:], loaded.answers.labels)


def writes(loaded: Loaded) -> Refused | None:
    """Why a network cannot write; None if it can."""
    try:
        outputs_of(loaded)
        write(loaded.network, [0], 0)
    except Refused as refusal:
        return refusal
    return None
