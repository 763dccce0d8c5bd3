"""``rnnviz.train``: a run of training, from a subject or a network and a recipe."""

from __future__ import annotations

import copy
from dataclasses import replace

from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.network import Network
from rnnviz.refusals import Refused, refuse_unknown
from rnnviz.subjects.sizes import task as task_of
from rnnviz.subjects.subject import Subject
from rnnviz.tasks import TASKS, TRANSLATIONS, Task, TranslationTask
from rnnviz.training import Recipe, Snapshot, Training


def train(
    model: Subject | Network | EncoderDecoder,
    recipe: Recipe | None = None,
    *,
    task: str | Task | None = None,
    start: Snapshot | None = None,
    per_decade: int = 8,
) -> Training:
    """A run of training, to be iterated: ``for progress in rnnviz.train(subject, recipe): ...``, one update each time.

    ``model``: a Network, which is trained in place, or a subject, of whose network a copy is: ``.network`` of what is
    returned; or an EncoderDecoder, in place, too, for a task in TRANSLATIONS, by the recipe's ``teacher_forcing``.
    ``task``: a task or its name in TASKS; of a subject its own one unless given. A recipe without a seed takes that of
    the subject. ``start``, ``per_decade`` and what is returned: see ``rnnviz.training.Training``.

    Raises Refused for a network without a task, and for a task that does not fit it.

    >>> import rnnviz
    >>> fresh = rnnviz.subject("untrained", cell="GRU", size="8", task="recall")
    >>> run = rnnviz.train(fresh, rnnviz.Recipe(updates=3))
    >>> [progress.update for progress in run]
    [1, 2, 3]
    >>> [snapshot.update for snapshot in run.snapshots]
    [0, 1, 2, 3]

    It goes on from any of them, by another recipe if you like:

    >>> longer = rnnviz.train(fresh, rnnviz.Recipe(updates=4), start=run.snapshots[2])
    >>> [progress.update for progress in longer]
    [3, 4]
    """
    network, seed = model, None
    if isinstance(model, Subject):
        loaded = model.load()
        network, seed, task = copy.deepcopy(loaded.network), loaded.provenance.seed, task or loaded.task
        network.requires_grad_(True)
    if isinstance(task, str):
        refuse_unknown("task", task, TASKS | TRANSLATIONS)
        task = task_of(task)
    if task is None:
        raise Refused("There is nothing to learn: give a task. The tasks are {tasks}.", tasks=", ".join(TASKS))
    _refuse_misfit(network, task)
    recipe = recipe or Recipe()
    recipe = replace(recipe, seed=seed) if recipe.seed is None else recipe
    return Training(network, task, recipe, start=start, per_decade=per_decade)


def _refuse_misfit(network: Network | EncoderDecoder, task: Task) -> None:
    """Raise Refused where the network reads or answers otherwise than the task asks."""
    if isinstance(network, EncoderDecoder) != isinstance(task, TranslationTask):
        raise Refused(
            "An encoder-decoder learns to write a sequence, as the tasks {tasks} ask, and no other network does.",
            tasks=", ".join(TRANSLATIONS),
        )
    tokens = task.inputs == "tokens"
    wanted = {"vocabulary_size" if tokens else "input_size": task.input_size}
    wanted |= {"output_size": task.output_size}
    wanted |= {"longest": task.longest} if isinstance(task, TranslationTask) else {"readout": task.readout}
    structure = network.structure
    if any(structure[name] != value for name, value in wanted.items()) or (
        not tokens and network.embedding is not None
    ):
        parts = ", ".join(f"{name}={value!r}" for name, value in wanted.items())
        raise Refused(
            "This network does not fit the task {task}, which takes one with {parts}.", task=task.name, parts=parts
        )
