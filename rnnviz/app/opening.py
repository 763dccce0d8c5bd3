"""What a page opens with, what it can show, and what it shows of its own accord."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from rnnviz.app.i18n import language
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.refusals import Refused
from rnnviz.subjects import Subject, Text, needs
from rnnviz.subjects.limits import MAX_TOKENS
from rnnviz.subjects.sizes import task

if TYPE_CHECKING:
    from rnnviz.app.page_row import Page


def is_about(page: Page, wanted: Subject) -> bool:
    """Whether a page shows this of its own accord: one with tasks to choose from leaves other tasks to links, and so
    does one that compares with what it has nothing to compare with."""
    if is_brought(wanted):
        return True
    learnt = wanted.load().task
    if lack(page._replace(needs=page.prefers), wanted) is not None:
        return False
    return not page.tasks or learnt is None or learnt.name in page.tasks


def is_brought(subject: Subject) -> bool:
    """Whether the network is the visitor's own: brought or trained to be seen, on any page that can show it."""
    return not subject.model.structured


def opening(page: Page) -> Subject:
    """What a page opens with; a Chinese reader starts with a Chinese sentence."""
    usual, _refused = Subject.from_query(page.opens)
    learnt = usual.load().task
    if page.opens_zh and language() == "zh":
        return usual.with_(text=page.opens_zh)
    if usual.typed is not None and usual.typed == learnt.examples[0]:
        return usual.with_(text=first_example(learnt.name))
    return usual


def first_example(name: str) -> str:
    """The first text of a task that is in the visitor's own script, if there is one."""
    examples = task(name).examples
    return next((text for text in examples if text.isascii() == (language() != "zh")), examples[0])


def seen(page: Page, subject: Subject) -> Subject:
    """What a page shows of a subject: of a long sequence as many steps at once as it can, and else a window."""
    return subject.at_once(MAX_TOKENS) if "few_steps" in page.needs else subject


def lack(page: Page, wanted: Subject) -> Refused | None:
    """What a subject lacks that the page needs, in a sentence; None if nothing."""
    try:
        if isinstance(wanted.network(), EncoderDecoder):
            return Refused("This network reads one sequence and writes another. It can be seen on Translate alone.")
        own = seen(page, wanted)
        return needs.first_lack((needs.NEEDS[name] for name in page.needs), own.load(), own.read())
    except Refused as refusal:
        return refusal


def without_gone(subjects: Mapping[str, Subject]) -> tuple[dict[str, Subject], list[Refused]]:
    """Those that are still there; why others, which were brought, are not, once each."""
    there, gone = {}, {}
    for place, kept in subjects.items():
        try:
            there[place] = replace(kept, model=replace(kept.model), sequence=replace(kept.sequence))  # each looks
        except Refused as refusal:
            gone[str(refusal)] = refusal
    return there, list(gone.values())


def left_open(page: Page, query: Mapping[str, str]) -> Subject:
    """What an address leaves open: as the page opens; for a text in an address that names no network, the one that
    reads sentences, unless the page's own knows some of its words and no fewer."""
    usual = opening(page)
    with suppress(Refused):
        if "text" in query and not {"model", "task"} & set(query) and lack(page, Subject()) is None:
            text = Text(query["text"])
            known, known_in_sentences = (sum(Subject(model, text).known) for model in (usual.model, Subject().model))
            return usual if known >= max(known_in_sentences, 1) else Subject()
    return usual


def with_cell(page: Page, mine: Subject, cell: str, trained: bool) -> Subject:
    """``mine`` with a cell that was chosen elsewhere, where this page can show it as well trained. ``trained``: whether
    the visitor wants trained weights."""
    if cell != mine.cell:
        with suppress(Refused):  # a network that was given keeps its cell
            other = mine.with_(cell=cell, trained=trained)
            if lack(page, other) is None and ("cell" in page.asks or other.trained == mine.trained):
                return other
    return mine
