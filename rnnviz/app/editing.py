"""The words that are read, changed one by one where they stand on the stage."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import torch

from rnnviz.app import state
from rnnviz.app.i18n import _
from rnnviz.subjects import Subject
from rnnviz.subjects.limits import MAX_CHARACTERS
from rnnviz.subjects.loaded import Tokens
from rnnviz.subjects.own_vocabulary import OwnVocabulary
from rnnviz.tasks import Vocabulary, tokenize
from rnnviz.tasks.tokens import join

FEW = 12  # tokens of a vocabulary that are all offered at once, such as bits and letters
NEAR = 6  # words that are offered before anything is typed


def offered(tokens: tuple[str, ...]) -> dict | None:
    """What lets the words of a stage be changed; None where its ``tokens`` are not what the visitor chose to be read.

    ``near``: for each token, the places in ``vocabulary`` of the words whose embeddings have the largest cosine with
    its own; of a small vocabulary, of all.
    """
    if "sequence" not in state.row().picker:
        return None
    subject = state.subject()
    reads = subject.load().reads
    words = reads.vocabulary if isinstance(reads, Tokens) else None
    if words is None or subject.read().tokens != tokens:
        return None
    return {
        "vocabulary": words.tokens[1:],
        "few": len(words) <= FEW,
        "near": _near(subject),
        "strings": {
            "change": _("Change {word}"),
            "instead": _("Another word instead of {word}"),
            "replace": _("Replace"),
            "delete": _("Delete"),
            "left": _("Move left"),
            "right": _("Move right"),
            "shuffle": _("Shuffle all words"),
        },
    }


def _near(subject: Subject) -> list[list[int]]:
    ids, table = subject.input()[:, 0], subject.network().embedding.weight.detach()
    count = len(table) - 1
    if count < FEW:
        return [[other - 1 for other in range(1, count + 1) if other != each] for each in ids.tolist()]
    directions = torch.nn.functional.normalize(table, dim=1)
    nearness = directions[ids] @ directions.T
    words = subject.load().reads.vocabulary.tokens
    latin = torch.tensor([word.isascii() for word in words])
    nearness[latin[None] != latin[ids][:, None]] = -torch.inf  # a word is changed within its script
    nearness[:, 0] = -torch.inf  # no word that could be written
    nearness[torch.arange(len(ids)), ids] = -torch.inf
    return (nearness.topk(min(NEAR, count - 1)).indices - 1).tolist()


def take(asked: object) -> None:
    """Read the sentence that a change on the stage asks for. What no stage of ours can have sent is left alone."""
    tokens = state.subject().read().tokens
    match asked:
        case {"kind": str(kind), "step": int(step), "word": str(word), "text": str(text)} if (
            0 <= step < len(tokens) and tokens[step] == word and len(text) <= MAX_CHARACTERS
        ):
            changed = change(tokens, kind, step, text)
        case _:
            return
    if changed != list(tokens):
        state.choose(text=_joined(changed), **_kept(tokens, changed))


def change(tokens: tuple[str, ...], kind: str, step: int, text: str = "") -> list[str]:
    """The tokens after a change of one of them: "swap" for those of ``text``, "delete", "left" or "right", where it
    trades places with its neighbour; or after a "shuffle" of all. Anything else changes nothing."""
    changed = list(tokens)
    beside = {"left": step - 1, "right": step + 1}.get(kind, step)
    if kind == "swap":
        changed[step : step + 1] = _split(text)
    elif kind == "delete":
        del changed[step]
    elif 0 <= beside < len(changed):
        changed[step], changed[beside] = changed[beside], changed[step]
    if kind == "shuffle":
        generator = random.Random(_joined(tokens))  # the same sentence always gives the same one
        while changed == list(tokens) and len(set(tokens)) > 1:
            generator.shuffle(changed)
    return changed


def _kept(tokens: tuple[str, ...], changed: list[str]) -> Mapping[str, object]:
    """What was read before the first of several changes, on pages that show both runs; () once all is as it was."""
    if "before" not in state.row().knobs.defaults():
        return {}
    before = state.knobs().before or (_joined(tokens),)
    return {"before": () if _split(before[0]) == changed else before}


def _characters() -> Vocabulary | OwnVocabulary | None:
    """The vocabulary of the network that is shown, where each character is a token."""
    reads = state.subject().load().reads if state.is_shown() else None
    words = reads.vocabulary if isinstance(reads, Tokens) else None
    return words if words is not None and words.by_character else None


def _split(text: str) -> list[str]:
    words = _characters()
    return tokenize(text) if words is None else words.split(text)


def _joined(tokens: Sequence[str]) -> str:
    words = _characters()
    return join(tokens) if words is None else words.join(tokens)
