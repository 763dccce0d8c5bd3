"""A visitor's own sentences: pasted or in a file, one in a line, with a label behind a tab where there is one."""

from __future__ import annotations

import streamlit as st

from rnnviz.app import state, visits
from rnnviz.app.i18n import _
from rnnviz.app.page import explained, readable
from rnnviz.refusals import Refused
from rnnviz.searching.corpus import Line
from rnnviz.subjects import given
from rnnviz.subjects.limits import MAX_CORPUS, MAX_LINES

_FIELD, _FILE = "own_corpus:shown", "own_corpus_file:shown"  # session_state: what is pasted, and what is dropped
NAMED = 5  # lines left out that are named
# What the library says of a line, for a visitor.
_WHY = {
    "empty": lambda: _("empty"),
    "not UTF-8": lambda: _("not UTF-8"),
    "words that the vocabulary does not have": lambda: _("words that the vocabulary does not have"),
}


def bring() -> None:
    """Where sentences are pasted or dropped."""
    told = _("One sentence a line, {most} at most; after a tab its label, if it has one.").format(most=f"{MAX_LINES:,}")
    st.text_area(told, key=_FIELD, height=160, max_chars=MAX_CORPUS)
    st.button(_("Search these"), key="button-corpus", type="primary", icon=":material/search:", on_click=_take_text)
    st.file_uploader(_("Or a text file (UTF-8)"), key=_FILE, on_change=_take_file, max_upload_size=2)
    if state.knobs().corpus:
        st.button(
            _("Back to the task's own sentences"),
            key="button-no-corpus",
            type="tertiary",
            on_click=state.choose,
            kwargs={"corpus": None, "marked": None},
        )


def chosen() -> str:
    """The digest of the sentences that are searched; "" where they are drawn from the task."""
    digest = state.knobs().corpus or ""
    return "" if digest and _gone(digest) else digest


def say_what_is_gone() -> None:
    """Where a link names sentences that are not here."""
    refusal = _gone(state.knobs().corpus or "")
    if refusal is not None:
        st.warning(explained(refusal), icon=":material/info:")


def _gone(digest: str) -> Refused | None:
    try:
        if digest:
            given.refuse_corpora_of_others(digest)
    except Refused as refusal:
        return refusal
    return None


def _take_text() -> None:
    text = str(st.session_state.get(_FIELD) or "")[: MAX_CORPUS + 1]
    _keep(text.encode(errors="replace"))


def _take_file() -> None:
    file = st.session_state.get(_FILE)
    if file is not None:
        _keep(file.getvalue())


def _keep(content: bytes) -> None:
    try:
        if len(content) > 4 * MAX_CORPUS:
            raise Refused("This text has more than {most} characters. Shorten it.", most=f"{MAX_CORPUS:,}")
        lines = lines_of(content)
        if not any(line.text for line in lines):
            raise Refused("There is nothing to read yet. Type at least one word or character.")
        digest = given.keep_corpus(lines, visits.own())
    except Refused as refusal:
        state.refuse(refusal)
        return
    state.choose(corpus=digest, marked=None)


def lines_of(content: bytes) -> tuple[Line, ...]:
    """The lines of a text file, each with its label if it has one behind a tab; beyond ``MAX_LINES`` they are left out
    by one that says so."""
    rows = content.removeprefix(b"\xef\xbb\xbf").splitlines()
    lines = [_line(f"#{number}", row) for number, row in enumerate(rows[:MAX_LINES], 1)]
    left = [Line(f"#{number}", None, wrong="beyond the limit") for number in range(MAX_LINES + 1, len(rows) + 1)]
    return tuple(lines + left)


def _line(place: str, row: bytes) -> Line:
    try:
        text, _tab, label = row.decode().partition("\t")
    except UnicodeDecodeError:
        return Line(place, None, wrong="not UTF-8")
    return Line(place, text.strip(), (readable(label)[:60],) if label.strip() else ())


def left_out(skipped: object) -> str:
    """Which lines were not read, in one sentence; "" where all were."""
    if not len(skipped):
        return ""
    counts = _(", ").join(
        _("{count} {why}").format(count=count, why=_WHY.get(why, lambda why=why: why)())
        for why, count in skipped.counts.most_common()
    )
    places = _(", ").join(place for place, _why in skipped.named[:NAMED])
    more = " …" if len(skipped) > NAMED else ""
    return _("{count} lines were left out: {counts} ({places}).").format(
        count=len(skipped), counts=counts, places=places + more
    )
