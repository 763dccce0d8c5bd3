"""What stands around the stage on every page: the claim, how to read it, what to try, the code."""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

from rnnviz.app import forged_input, glossary, naming, saved_page, script, state
from rnnviz.app.i18n import _, closed_up, sentences
from rnnviz.app.results import FIRST, Layer
from rnnviz.figures import style
from rnnviz.refusals import Refused

_UNSEEN = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


class Chip(NamedTuple):
    """A number of a claim, in words, and the cell whose colour it has."""

    cell: str
    text: str


def begin() -> None:
    """Before anything of a page is drawn."""
    saved_page.begin()


def place_of_claim() -> DeltaGenerator:
    """Where a claim goes that is known only once the knobs below it are drawn: its room is kept (assets/page.css)."""
    return st.container(key="claim")


def claim(title: str, sentence: str, chips: Sequence[Chip] = (), measured: str = "") -> None:
    """A page's title, which says what is seen in words; the numbers it rests on, each beside its network's colour; and
    one sentence under them, what to look at and what to do. ``measured``: on what the numbers were measured, and how,
    which opens on request. All but the numbers are HTML; a visitor's text in them must have been escaped."""
    saved_page.show_above(claim_html(title, sentence, chips, measured))
    shown = _("The page still shows your last valid choice.")
    if forged_input.was_recovered():
        failed = _("This choice could not be shown.")
        st.warning(sentences(failed, shown), icon=":material/info:")
    for refusal in state.refusals():
        st.warning(sentences(explained(refusal), shown), icon=":material/info:")


def claim_html(title: str, sentence: str, chips: Sequence[Chip] = (), measured: str = "") -> str:
    """What ``claim`` shows."""
    terms: set[str] = set()
    title, sentence, measured = (glossary.marked(text, terms) for text in (closed_up(title), sentence, measured))
    numbers = "".join(f'<li style="--cell: {style.CELLS[chip.cell]}">{html.escape(chip.text)}</li>' for chip in chips)
    numbers = numbers and f"<ul>{numbers}</ul>"
    how = _("How this was measured")
    fold = measured and f"<details><summary>{how}</summary><p>{measured}</p></details>"
    told = f'<div class="told"><p>{sentence}</p>{fold}</div>'
    return f'<div class="claim"><h1>{title}</h1>{numbers}{told}{glossary.meanings(terms)}</div>'


def below(
    *,
    read: Sequence[str],
    suggestions: Sequence[tuple[str, Mapping[str, object]]],
    code: str,
    plain: str = "",
    follow: Callable[..., None] = state.choose,
    cell: str = "",
) -> None:
    """What follows the stage: how to read it, links that set real controls, and the code that gives the same; as
    ``plain`` the code without this library's own functions. ``follow``: what a link does with its changes; ``cell``:
    whose names the code has, where not the subject's."""
    left, right = st.columns([1, 1], gap="large")
    with left:
        _heading(_("How to read this"))
        terms: set[str] = set()
        lines = [f"* {glossary.marked(html.escape(line, quote=False), terms, below=True)}" for line in read]
        st.markdown("\n".join(lines), unsafe_allow_html=True)
        if terms:
            st.html(glossary.meanings(terms, below=True))
    with right:
        if suggestions:
            _heading(_("Try this"))
        with st.container(gap=None):
            for k, (text, changes) in enumerate(suggestions):
                st.button(
                    text,
                    key=f"button-try-{k}",
                    type="tertiary",
                    icon=":material/arrow_forward:",
                    on_click=follow,
                    kwargs=dict(changes),
                )
    subject = state.subject()
    names = _("Textbook and PyTorch: {pairs}.").format(pairs=naming.pairs(cell or subject.cell))
    comment = "" if naming.is_pytorch() else f"# {names}\n"
    code, plain = comment + script.complete(code, subject), script.complete(plain, subject)
    # Sent once it is asked for: to colour code a browser loads a script of 1.5 MB and runs it for half a second.
    shown = st.expander(_("Show the code"), key="show-code", on_change="rerun", type="compact")
    if shown.open:
        tabs = shown.tabs(["rnnviz", _("plain PyTorch")]) if plain else [shown]
        for tab, lines in zip(tabs, (code, plain), strict=False):
            tab.code(lines, language="python", wrap_lines=True)
    saved_page.keep_below(read, code)


def end(address: str, shown: StreamlitPage, entries: Sequence[StreamlitPage]) -> None:
    """Offer the page and its code as files, and lead on to the page after it in the menu, or to the first."""
    saved_page.buttons(shown.title, address)
    following = entries[(entries.index(shown) + 1) % len(entries)]
    st.page_link(following, label=_("Next: {title}").format(title=following.title), icon=":material/arrow_forward:")


def _heading(text: str) -> None:
    st.markdown(f"## {text}")


def place(of: Layer) -> str:
    """A layer and direction as the arguments of ``Trace.layer``; none for the first one."""
    return "" if of == FIRST else ", ".join(map(repr, of))


def explained(refusal: Refused) -> str:
    """Why something was refused, as Markdown in the visitor's language; a field by the name that is seen on the page,
    and by that in an address."""
    values = {place: _verbatim(str(value)) for place, value in refusal.values.items()}
    if str(refusal.values.get("field", "")).isidentifier():  # nothing in such a name is Markdown
        values["field"] = _("“{name}” ({field})").format(name=_seen(refusal.values["field"]), field=values["field"])
    return _(refusal.message).format(**values)


def _seen(field: str) -> str:
    """By what a reader knows a field."""
    knob = state.row().knobs.declared().get(field) if state.is_shown() else None
    if knob is not None:
        return _(knob.label)
    return _(field) if _(field) != field else field.replace("_", " ").capitalize()


def percent(share: float) -> str:
    """A share for a sentence; never "100%" for what is not certain."""
    return "> 99%" if 0.995 < share < 1 else f"{math.floor(100 * share + 0.5)}%"  # a half up, as the stage's own


def painted(share: float) -> str:
    """A share as ``percent`` of assets/stage/dom.js writes it."""
    if not math.isfinite(share):
        return "–"
    return "< 1%" if 0 < share < 0.005 else percent(share)


def readable(text: str) -> str:
    """A visitor's text without what would turn or hide what stands around it: controls, and changes of direction."""
    return "".join(c for c in text if unicodedata.bidirectional(c) not in _UNSEEN and c >= " ").strip()


def bold(text: str) -> str:
    return f"<b>{html.escape(text)}</b>"


def _verbatim(text: str) -> str:
    """Text as a code span of Markdown: the one place where nothing in it becomes a link, an image or a heading."""
    text = readable(" ".join(text.split()))
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}"
