"""A visitor's own network: what was found in the file, how sure it is that it is that, and where to see it."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from rnnviz import matching
from rnnviz.app import naming, page, state
from rnnviz.app.i18n import _
from rnnviz.app.opening import is_brought, lack
from rnnviz.app.own_model import choosing
from rnnviz.app.page import Chip, explained, readable
from rnnviz.app.page_row import Page
from rnnviz.app.panels import answer_claims, network_views, state_charts
from rnnviz.app.results import Layer, answers_along
from rnnviz.app.written import significant
from rnnviz.compute import computed
from rnnviz.dynamics import LastingChange
from rnnviz.head_layers import named
from rnnviz.refusals import Refused
from rnnviz.subjects import Given, Subject
from rnnviz.subjects.given import network_of
from rnnviz.subjects.limits import MAX_FILE_MB

FORMATS = ".safetensors, .pt, .npz, .onnx, .h5, .keras"
MOST_OF_A_NAME = 32  # characters of a file's name in the title


def claim(subject: Subject) -> None:
    """The title says what is open; its chips, what it is and that it is that."""
    if not is_brought(subject):
        title = _("Open your own RNN, LSTM or GRU and see inside")
        sentence = _(
            "Drop a file: its layers and states appear below, with links to the pages that show it. "
            "Until then you see an example."
        )
        page.claim(title, sentence)
        return
    name = readable(subject.model.title)
    name = name.replace(" ", "\u00a0")
    name = name if len(name) <= MOST_OF_A_NAME else "…" + name[1 - MOST_OF_A_NAME :]
    title = _("Your {cell}, unit by unit: {name}") if name else _("Your {cell}, unit by unit")
    sentence = _("Each row is a unit, each column a time step. Choose what it reads, then see it on any page below.")
    page.claim(
        title.format(cell=naming.cell(subject.cell), name=f"<bdi>{html.escape(name)}</bdi>"), sentence, chips(subject)
    )


def entrance() -> None:
    """Where a file is dropped, what is read and where it stays; beside it the line of Python that does the same."""
    with st.container(key="own-file"):
        left, right = st.columns([3, 2])
        with left:
            choosing.bring()
            formats = html.escape(_("{formats}, up to {size} MB").format(formats=FORMATS, size=MAX_FILE_MB))
            stays = html.escape(
                _("Kept in the server's memory only; nobody else sees it; deleted when your session ends.")
            )
            st.html(f'<p class="drop-hint">{formats}<br>{stays}</p>')
        with right:
            told = _("your PyTorch model, an input x")
            st.code(f"import rnnviz\n# {told}\nrnnviz.open(model, x)", language="python")


def chips(subject: Subject) -> list[Chip]:
    match = matched(subject)
    sure = _("no module of torch.nn to compare with")
    if match is not None:
        apart = significant(match.apart, 1)
        told = _("matches {module} to {apart}") if match.apart else _("matches {module} exactly")
        sure = told.format(module=match.module, apart=apart)
    count = _("{count} weights").format(count=f"{network_views.weights(subject):,}")
    notes = network_of(subject.model.digest).notes if isinstance(subject.model, Given) else ()
    said = [str(note._replace(message=_(note.message))) for note in notes]
    return [Chip(subject.cell, text) for text in (sure, *said, count)]


@computed
def matched(subject: Subject) -> matching.Match | None:
    """How far the equations that the pages show are from torch's own module, on what it reads."""
    return matching.match(subject.network(), subject.input())


def drawing(subject: Subject) -> None:
    """The network as a row of boxes, from its input to its answer."""
    network = subject.network()
    embedding, readout = network.embedding, network.readout
    boxes = []
    if embedding is not None:
        rows, width = embedding.weight.shape
        boxes += [
            (
                _("{count} tokens").format(count=len(subject.tokens)),
                _("vocabulary of {count}").format(count=f"{rows:,}"),
            )
            if all(subject.tokens)
            else (_("token ids"), _("{count} tokens").format(count=f"{rows:,}")),
            (_("Embedding"), f"{rows:,} × {width:,}"),
        ]
    else:
        boxes.append((_("vectors"), _("{count} numbers").format(count=f"{network.input_size:,}")))
    told = [_("{count} layers").format(count=network.num_layers)] if network.num_layers > 1 else []
    told += [_("both ways")] if network.bidirectional else []
    told += [_("{units} units").format(units=f"{network.hidden_size:,}")]
    boxes.append((network.cell, " · ".join(told)))
    if readout is not None:
        if network.front is not None:
            boxes.append((named(network.front), _("between states and readout")))
        at = _("at every step") if network.read_at == "every" else _("at the last step")
        boxes.append((_("Readout"), f"{readout.in_features:,} × {readout.out_features:,} · {at}"))
    else:
        boxes.append((_("no readout"), _("its states are what it gives")))
    if answers_along(subject):
        boxes.append((_("Answer"), " ".join(answer_claims.leading(subject))))
    drawn = "".join(
        f"<li{' class=recurrent' if name == network.cell else ''}><b>{html.escape(name)}</b>"
        f"<span>{html.escape(size)}</span></li>"
        for name, size in boxes
    )
    color, label = network_views.accent(subject), html.escape(_("The network"))
    if not is_brought(subject):
        with st.container(horizontal=True, vertical_alignment="center", key="own-example"):
            told = _("The example: a small {cell}, trained to say what a sentence asks for")
            st.markdown(told.format(cell=naming.cell(subject.cell)), width="content")
            choosing.offer_example()
    st.html(f'<ol class="own-network" tabindex="0" style="--cell: {color}" aria-label="{label}">{drawn}</ol>')


def states(subject: Subject, of: Layer, kept: LastingChange | None) -> dict:
    """The states as a picture whose title says which they are, and which unit keeps what it took at which step, where
    one is seen to."""
    picture = state_charts.heatmaps(subject, of)[0]
    told = _("Hidden state {letter} of the {cell}, unit by unit")
    if kept is not None:
        told = _("Hidden state {letter} of the {cell}: unit {unit} turns negative at {word} and stays so")
        if kept.value > 0:
            told = _("Hidden state {letter} of the {cell}: unit {unit} turns positive at {word} and stays so")
    word = "" if kept is None or not subject.tokens else subject.tokens[kept.step]
    word = (
        _("“{text}”").format(text=word)
        if word
        else _("step {step}").format(step=subject.read().number(kept.step if kept else 0))
    )
    names = {"letter": naming.letter(subject.cell, "h"), "cell": subject.cell, "unit": kept and kept.unit, "word": word}
    caption = _("A row is a unit, a column a time step. Blue is positive, orange negative.")
    return picture | {"title": told.format(**names), "caption": caption, "span": 12}


def links(pages: Sequence[Page], subject: Subject) -> None:
    """Where to see it."""
    with st.container(horizontal=True, key="see-it-on"):
        st.markdown(_("See it on:"), width="content")
        for row, missing in _lacks(pages, subject):
            if missing is None:
                st.page_link(row.file, label=_(row.title), icon=row.icon, width="content")


def elsewhere(pages: Sequence[Page], subject: Subject) -> None:
    """Which pages cannot show it, and why."""
    told = [f"* **{_(row.title)}**: {explained(missing)}" for row, missing in _lacks(pages, subject) if missing]
    if told:
        with st.expander(_("Pages that cannot show it, and why")):
            st.markdown("\n".join(told))


def _lacks(pages: Sequence[Page], subject: Subject) -> list[tuple[Page, Refused | None]]:
    """The pages about a network that a visitor chooses, each with what this one lacks for it."""
    return [(row, lack(row, subject)) for row in pages if row.opens and row is not state.row()]
