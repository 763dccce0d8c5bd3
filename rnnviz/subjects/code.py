"""A subject as the Python that makes it."""

from __future__ import annotations

from dataclasses import fields

from rnnviz.subjects import shipped_runs
from rnnviz.subjects.address_words import to_word
from rnnviz.subjects.given import log_of, run_of
from rnnviz.subjects.limits import MAX_LENGTH
from rnnviz.subjects.models import Given, Model, Shipped, Trained, Untrained
from rnnviz.subjects.sequences import Long, Sequence, Text, Vectors, fields_of
from rnnviz.training import Recipe


def code_of(model: Model, sequence: Sequence) -> str:
    """A call of ``rnnviz.subject``; what was given is called ``network``, ``x`` and ``vocabulary`` in it, a
    training ``run``, a watched loop ``log``."""
    arguments = [repr(to_word(model))] if isinstance(model, Shipped) else ["model=network"]
    if isinstance(model, Untrained):
        arguments = _structure(model)
    if isinstance(model, Trained) and shipped_runs.has(model.run):
        arguments = [repr(to_word(model))]
    elif isinstance(model, Trained):
        arguments = ["run", f"update={model.update}"]
        if log_of(model.run) is not None:
            arguments = ["log", *["task=task"] * (run_of(model.run).task is not None), f"update={model.update}"]
    named = fields_of(sequence)
    if isinstance(sequence, Vectors):
        arguments.append("x=x")
        del named["vectors"]
    elif isinstance(sequence, Text) and isinstance(model, Given):
        arguments.append("vocabulary=vocabulary")
    if isinstance(sequence, Long) and sequence.at_once < sequence.steps <= MAX_LENGTH:
        named["at_once"] = sequence.at_once
    arguments += [f"{name}={value!r}" for name, value in named.items()]
    return f"rnnviz.subject({', '.join(arguments)})"


def code_of_network(model: Untrained) -> str:
    """The same of a network alone, which then reads what is usual for it."""
    return f"rnnviz.subject({', '.join(_structure(model))})"


def code_of_recipe(recipe: Recipe) -> str:
    """What is not as usual in it."""
    usual = Recipe()
    told = {entry.name: getattr(recipe, entry.name) for entry in fields(Recipe)}
    changed = (f"{name}={value!r}" for name, value in told.items() if value != getattr(usual, name))
    return f"rnnviz.Recipe({', '.join(changed)})"


def _structure(model: Untrained) -> list[str]:
    """The arguments of ``subject`` that draw a network."""
    values = {entry.name: getattr(model, entry.name) for entry in fields(model) if entry.name != "options"}
    changed = {name: value for name, value in values.items() if value != getattr(Untrained, name)}
    return ['"untrained"', *(f"{name}={value!r}" for name, value in (changed | dict(model.options)).items())]
