"""The controls of the page on batches, what follows from them, and what is said of it."""

from __future__ import annotations

import html

import streamlit as st

from rnnviz.app import controls, naming, page, state
from rnnviz.app.i18n import _, sentences
from rnnviz.app.page import Chip, bold, explained, percent
from rnnviz.app.panels.network_views import label_names
from rnnviz.app.widgets import bound
from rnnviz.refusals import Refused
from rnnviz.studies import a_batch as study
from rnnviz.studies.a_batch import Runs, Teaching
from rnnviz.subjects import Subject, Text
from rnnviz.subjects.loaded import Channels
from rnnviz.tasks.tokens import join

LONGEST_TITLE = 40  # characters of a sentence in the title


def choose(subject: Subject) -> None:
    """Draw the controls. A line that the network cannot read is left out with a sentence."""
    knobs = state.knobs()
    with controls.more_settings(_("The batch")):
        controls.knob("in_order")
        if not read_lines(subject):
            controls.knob("sequences")
            controls.knob("drawn")
        if not isinstance(subject.load().reads, Channels):
            _choose_lines(subject)
    for text in knobs.lines:
        try:
            Text(text).read(subject.load())
        except Refused as refusal:
            left_out = Refused("{network} is left out.", network=text[:60])
            st.warning(sentences(explained(left_out), explained(refusal)), icon=":material/info:")


def _choose_lines(subject: Subject) -> None:
    learnt, chosen = subject.load().task, state.knobs().lines
    declared = state.row().knobs.declared()["lines"]
    st.multiselect(
        _(declared.label),
        [*chosen, *(text for text in (learnt.examples if learnt else ()) if text not in chosen)],
        max_selections=declared.most_chosen,
        accept_new_options=True,
        placeholder=_("Choose sentences, or type your own"),
        help=_("Beside the one above. Without any, they are drawn from the task."),
        **bound("lines", list(chosen), "default"),
    )


def read_lines(subject: Subject) -> bool:
    """Whether sentences of the visitor's own stand in the batch, in the place of drawn ones."""
    return len(study.rows_of(subject, 1, 0, state.knobs().lines)) > 1


def _choice() -> tuple[Subject, int, int, tuple[str, ...], bool]:
    knobs = state.knobs()
    return state.subject(), knobs.sequences, knobs.drawn, knobs.lines, knobs.in_order


def runs() -> Runs:
    return study.runs_of(*_choice())


def teaching() -> Teaching:
    return study.teaching_of(*_choice())


def claim(subject: Subject, found: Runs) -> tuple[str, str, list[Chip], str]:
    """What ``page.claim`` takes."""
    return title(subject, found), told(found), chips(subject, found), measured(subject)


def title(subject: Subject, found: Runs) -> str:
    if found.batch.share == 0:
        return _("All sequences are equally long: nothing is padded")
    if found.misread:
        own = [b for b in found.misread if found.rows[b].own]
        b = (own or found.misread)[0]
        labels = label_names(subject)
        alone, padded = (bold(labels[shares[b].argmax()]) for shares in (found.answers, found.padded_answers))
        return _("Row {number}: padding turns the answer “{alone}” into “{padded}”").format(
            number=b + 1, padded=padded, alone=alone
        )
    if subject.load().answers.at == "every":
        if not found.own_drift:
            return _("Read forward and answered at every step, padding changes the loss and no answer")
        return _(
            "Read backward, padding comes first: a sequence's own states move by up to {share} of their norm"
        ).format(share=percent(found.own_drift))
    b = int(found.drift.max(0).argmax())
    return _("Read through its padding, the state of {sentence} ends {share} of its norm away").format(
        sentence=name_of(found, b), share=percent(float(found.drift[-1, b]))
    )


def name_of(found: Runs, b: int) -> str:
    """A row as safe HTML: its words, or its number and length."""
    reading = found.rows[b].reading
    if not reading.tokens:
        return _("sequence {number}").format(number=b + 1)
    text = page.readable(join(reading.tokens))
    text = text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1] + "…"
    return f"<bdi>{html.escape(text)}</bdi>"


def told(found: Runs) -> str:
    """How much is padding, and what to do."""
    size = _("Short rows are filled up: {share} of this batch is padding.")
    return sentences(
        size.format(share=percent(found.batch.share)),
        _("Packed: it is left out. Press Play."),
    )


def chips(subject: Subject, found: Runs) -> list[Chip]:
    changed = _("{cell}, after padding: {count} of {rows} answers change").format(
        cell=naming.cell(subject.cell), count=len(found.misread), rows=len(found.rows)
    )
    moved = int((found.answers.argmax(1) != found.packed_answers.argmax(1)).sum())
    packed = _("Packed: {count} change").format(count=moved) if moved else _("Packed: none changes")
    return [Chip(subject.cell, changed), Chip("", packed)]


def measured(subject: Subject) -> str:
    fills = _("Padding is zeros, as pad_sequence fills up.")
    if not isinstance(subject.load().reads, Channels):
        fills = _(
            "Padding is the id 0, as pad_sequence fills up; in this vocabulary it is the unknown word. A row of an "
            "embedding kept for padding alone would be read just so."
        )
    end = _(
        "“After padding”: all rows run to the end of the longest, and a network that answers at the last step is read "
        "there. “Alone”: each row by itself. Packed runs are torch's: at each step only the rows that have not ended."
    )
    return sentences(fills, end)
