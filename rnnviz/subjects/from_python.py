"""``rnnviz.subject``: a subject from what one has in Python: a network or a run of training, and what it reads."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Ordered

from torch import Tensor, nn

from rnnviz.accepting import accept, one_per_step
from rnnviz.subjects.address_words import from_word
from rnnviz.subjects.drawing import Drawing
from rnnviz.subjects.given import keep_network, keep_run, keep_vectors, run_of
from rnnviz.subjects.limits import MAX_LENGTH
from rnnviz.subjects.models import Given, Model, Trained, Untrained, load
from rnnviz.subjects.own_models import itself, keep_log
from rnnviz.subjects.own_vocabulary import OwnVocabulary
from rnnviz.subjects.restructuring import with_structure
from rnnviz.subjects.sequences import Example, Noise, Sequence, Text, Vectors, usual
from rnnviz.subjects.sizes import task
from rnnviz.subjects.subject import Subject
from rnnviz.training import Training
from rnnviz.watching import Log


def subject(
    model: str | nn.Module | Model | Training | Log = "intents-lstm-small",
    x: Tensor | None = None,
    *,
    at: str | None = None,
    text: str | None = None,
    example: int | None = None,
    noise: int | None = None,
    drawing: str | None = None,
    length: int = 100,
    window: int = 0,
    at_once: int = MAX_LENGTH,
    tokens: Ordered[str] = (),
    vocabulary: Ordered[str] | Mapping[str, int] | None = None,
    **structure: object,
) -> Subject:
    """A model and what it reads, in one value that all analyses and pages take.

    ``model``: the name of a shipped network; "untrained", with ``structure``: fields of ``Untrained`` (``cell``,
    ``size``, ``task``, ``seed``, ``layers``, ``directions``...) and of how its weights start; the word of an address;
    a run of ``rnnviz.train``, as it is after ``update`` updates, the last at which it kept a snapshot unless given;
    a log of ``rnnviz.watch`` likewise, with ``task=`` what it learns, a row of TASKS by name or one made of it;
    a Network or a torch.nn.RNN, LSTM or GRU, of which a copy is kept; or a bigger model, of which the module called
    ``at``, or the only one, is shown on what comes into it when the model runs on ``x``, with the embedding and the
    head that stand around it (``rnnviz.surroundings``). What it reads is one of: ``x``, one sequence as
    ``rnnviz.record`` takes it; ``text``; ``example``, the seed of a sequence of the network's own task; ``noise``, the
    seed of white noise, or of random tokens, of ``length`` steps; ``drawing``, a digit in pen strokes
    (``rnnviz.subjects.drawing``). Without any, an example of its task, or noise.
    ``window``: of more than ``at_once`` steps 200 are looked at, among them this one, from 0. ``tokens``: the text
    under each step of ``x``. ``vocabulary``: the words of a network of one's own by their ids, or the id of each word,
    so that it can read a ``text``.

    Raises Refused, a ValueError, with what is wrong and what is allowed; the errors of ``record``.

    >>> import rnnviz
    >>> subject = rnnviz.subject("intents-lstm-small", text="what time is it ?")
    >>> subject.trace().tokens
    ('what', 'time', 'is', 'it', '?')
    >>> subject.with_(text="hello").query()
    {'model': 'intents-lstm-small', 'text': 'hello'}
    """
    words = None if vocabulary is None else OwnVocabulary.of(vocabulary)
    if isinstance(model, nn.Module):
        model, x, title, notes = itself(model, x, at)
        kept: Model = Given(keep_network(model, title, words, notes=notes))
    elif isinstance(model, Training):
        run = keep_run(model)
        kept = Trained(run, structure.pop("update", model.snapshots[-1].update))
        kept = with_structure(kept, **structure) if structure else kept
    elif isinstance(model, Log):
        learnt = structure.pop("task", None)
        learnt = task(learnt) if isinstance(learnt, str) else learnt
        run, read = keep_log(model, x, at, learnt)
        x = read if x is not None else None  # of its task it reads an example
        updates = tuple(run_of(run).snapshots)
        kept = Trained(run, structure.pop("update", updates[-1]))
    else:
        kept = _model(model, structure)
    given = [value for value in (x, text, example, noise, drawing) if value is not None]
    if len(given) > 1:
        raise ValueError("a subject reads one sequence; give one of x, text, example, noise and drawing")
    if x is not None:
        read = accept(model if isinstance(model, nn.Module) else load(kept).network, x)[1]
        if read.shape[1] != 1:
            raise ValueError(f"x has {read.shape[1]} sequences; a subject reads one: give x[:, :1]")
        sequence: Sequence = Vectors(keep_vectors(read, one_per_step(tokens, len(read))), window=window)
    elif text is not None:
        sequence = Text(text)
    elif example is not None:
        sequence = Example(example)
    elif drawing is not None:
        sequence = Drawing(drawing)
    else:
        sequence = usual(load(kept))
        if noise is not None or isinstance(sequence, Noise):
            sequence = Noise(length, noise or 0, window=window)
    found = Subject(kept, sequence).at_once(at_once)
    found.read()  # refuses what the network cannot read
    return found


def _model(model: str | Model, structure: Mapping[str, object]) -> Model:
    if not isinstance(model, str):
        return model
    base = Untrained() if model == "untrained" else from_word(model)
    return with_structure(base, **structure) if structure else base
