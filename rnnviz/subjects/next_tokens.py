"""Whether a network says which token comes next, and which token each of its answers is."""

from __future__ import annotations

from rnnviz.refusals import Refused
from rnnviz.subjects.loaded import Loaded
from rnnviz.tasks import UNKNOWN


def outputs_of(loaded: Loaded) -> tuple[list[int], list[int]]:
    """The token id that each output stands for, and the outputs that cannot be drawn: what stands for all else.

    Raises Refused where the answers are not what comes next.
    """
    learnt, answers = loaded.task, loaded.answers
    if learnt is None:
        count = None if answers is None else len(answers.labels)
        table = loaded.network.embedding
        refuse_others(table is not None and count == table.num_embeddings)
        vocabulary = loaded.reads.vocabulary
        unknown = None if vocabulary is None else vocabulary.unknown
        return list(range(count)), [] if unknown is None else [unknown]
    refuse_others(learnt.writes)
    never = [place for place, label in enumerate(learnt.labels) if label == UNKNOWN]
    return learnt.vocabulary.encode(learnt.labels), never


def refuse_others(writes: bool) -> None:
    if not writes:
        raise Refused("This network does not answer with the token that comes next, so it cannot write.")
