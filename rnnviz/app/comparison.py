"""Which networks a page compares: those that the visitor puts beside the subject, or else its family."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator

from rnnviz.app import controls, naming, own_runs, state
from rnnviz.app.i18n import _, language, sentences
from rnnviz.app.opening import lack
from rnnviz.app.page import explained
from rnnviz.app.subject_picker import WORDED, offered, untrained, words_for
from rnnviz.app.widgets import bound
from rnnviz.cells import CELLS
from rnnviz.compute import computed
from rnnviz.refusals import Refused
from rnnviz.studies import cell_comparison
from rnnviz.subjects import Model, Subject, Trained, Untrained
from rnnviz.subjects.address_words import from_word, to_word
from rnnviz.subjects.catalogue import cards
from rnnviz.subjects.limits import MAX_CHANNELS, MOST_UNITS
from rnnviz.subjects.restructuring import moved

Subjects = Mapping[str, Subject]  # by the name under which each is shown
Fits = Callable[[Subject, Subject], None]  # raises Refused for a subject that cannot stand beside the first one

family = computed(cell_comparison.family)


def pick(
    fits: Fits = lambda chosen, other: None,
    across: tuple[str, ...] = WORDED,
    settings: DeltaGenerator | None = None,
) -> dict[str, Subject]:
    """Let the visitor put networks beside the subject that read the same; it and they by names that say in what they
    differ, {} while there is none.

    ``fits``: what else a page asks of them. ``across``: tasks that are offered beside one another. ``settings``: the
    page's own, where it has some. What an address names and cannot stand beside the subject is left out with a
    sentence.
    """
    chosen, declared = state.subject(), state.row().knobs.declared()["beside"]
    own = to_word(chosen.model)
    beside = {}
    for word in state.knobs().beside:
        try:
            beside |= {} if word == own else {word: _on_the_same(chosen, word, fits)}
        except Refused as refusal:
            left_out = Refused("{network} is left out.", network=word[:60])
            st.warning(sentences(explained(left_out), explained(refusal)), icon=":material/info:")
    names = _names(tuple(dict.fromkeys([own, *beside, *_offers(chosen, across)])), language())
    if len(names) > 1:
        with settings or controls.more_settings():
            st.multiselect(
                _(declared.label),
                [word for word in names if word != own],
                format_func=lambda word: names.get(word, str(word)),
                max_selections=declared.most_chosen,
                placeholder=_("Choose networks"),
                **bound("beside", list(beside), "default"),
            )
    compared = {own: chosen} | beside if beside else {}
    names = apart(subject.model for subject in compared.values())
    return dict(zip(names, compared.values(), strict=True))


def main(compared: Subjects) -> str:
    """The name of the subject of the page among those that are compared, or of the one that has its cell."""
    subject = state.subject()
    return next((name for name, other in compared.items() if other == subject), subject.cell)


def called(name: str) -> str:
    """What a network is called in the visitor's language."""
    names = {
        "orthogonal RNN": _("orthogonal RNN"),
        "LSTM, forget bias 1": _("LSTM, forget bias 1"),
        "LSTM, forget bias 3": _("LSTM, forget bias 3"),
    }
    return names.get(name, name)


def together(names: Sequence[str]) -> str:
    """Names in a sentence: "A, B and C"; "" of none."""
    *others, last = names or [""]
    if not others:
        return last
    before = reduce(lambda told, name: _("{names}, {name}").format(names=told, name=name), others)
    return _("{names} and {last}").format(names=before, last=last)


def apart(models: Iterable[Model]) -> list[str]:
    """A name for each: its cell, and what is not the same of all. No two are alike."""
    words = [words_for(model) for model in models]
    shared = set.intersection(*map(set, words)) if words else set()
    names, times = [], Counter()
    for cell, *more in words:
        own = tuple(word for word in more if word not in shared)
        times[cell, own] += 1
        own += () if times[cell, own] == 1 else (str(times[cell, own]),)
        names.append(_("{cell} ({words})").format(cell=naming.cell(cell), words=_(", ").join(own)) if own else cell)
    return names


def _on_the_same(chosen: Subject, word: str, fits: Fits) -> Subject:
    """The network of a word on what the chosen subject reads; of another run of training after as many updates. Raises
    Refused where it does not read that."""
    other = chosen.with_(model=word, sequence=chosen.sequence)
    if isinstance(chosen.model, Trained):
        other = replace(other, model=moved(other.model, chosen.model, chosen.model.update))
    page = state.row()  # what stands beside another needs no cells beside its own
    missing = lack(page._replace(needs=[need for need in page.needs if need != "other_cells"]), other)
    if missing is not None:
        raise missing
    if not _reads_the_same(chosen, other):
        raise Refused("It does not read the same as the network above.")
    fits(chosen, other)
    return other


def _reads_the_same(chosen: Subject, other: Subject) -> bool:
    """Whether both read the same words, of which the other knows some, or the same numbers."""
    mine, its = chosen.read(), other.read()
    if mine.tokens or its.tokens:
        return mine.tokens == its.tokens and (any(its.known) or not any(mine.known))
    return mine.input.shape == its.input.shape and torch.equal(mine.input.float(), its.input.float())


def _offers(chosen: Subject, across: tuple[str, ...]) -> list[str]:
    """Networks of the same task or, where it is one of ``across``, of these; what the visitor trained on it; and
    untrained ones."""
    loaded = chosen.load()
    if loaded.task is not None:
        tasks = {loaded.task.name, *(across if loaded.task.name in across else ())}
        shipped = [word for word in offered(state.row()) if cards()[word].task in tasks]
        own = [to_word(model) for model in own_runs.all_of_them() if model.task.name == loaded.task.name]
        return [*shipped, *own, *untrained(chosen.model)]
    if chosen.model.structured:
        return untrained(chosen.model)
    network = loaded.network
    if network.embedding is not None or network.input_size > MAX_CHANNELS or chosen.units > MOST_UNITS:
        return []
    like = {"task": "", "size": str(chosen.units), "channels": network.input_size}
    return [to_word(Untrained(cell, **like)) for cell in CELLS]


@computed
def _names(words: tuple[str, ...], spoken: str) -> dict[str, str]:
    """What each is called in the language that is spoken; to find that out anew at every turn would take long."""
    return dict(zip(words, apart(map(from_word, words)), strict=True))
