"""A visitor's own sentences: pasted or in a file, one a line, with a label behind a tab where there is one; or in the
columns of a table."""

from __future__ import annotations

import csv
import io
from itertools import islice

import streamlit as st

from rnnviz.app import state, visits
from rnnviz.app.i18n import _
from rnnviz.app.page import explained, readable
from rnnviz.refusals import Refused
from rnnviz.searching.corpus import Line, table
from rnnviz.subjects import given
from rnnviz.subjects.limits import MAX_CORPUS, MAX_LINES

_FIELD, _FILE = "own_corpus:shown", "own_corpus_file:shown"  # session_state: what is pasted, and what is dropped
_TEXTS, _LABELS = "own_corpus_texts:shown", "own_corpus_labels:shown"  # of a table, which columns
LABELS = ("label", "labels", "class", "intent", "category", "标签", "類別", "类别")
NAMED = 5  # lines left out that are named
# What the library says of a line, for a visitor.
_WHY = {
    "empty": lambda: _("empty"),
    "not UTF-8": lambda: _("not UTF-8"),
    "words that the vocabulary does not have": lambda: _("words that the vocabulary does not have"),
    "no such column in this row": lambda: _("no such column in this row"),
}


def bring() -> None:
    """Where sentences are pasted or dropped."""
    told = _("One sentence a line, {most} at most; after a tab its label, if it has one.").format(most=f"{MAX_LINES:,}")
    st.text_area(told, key=_FIELD, height=160, max_chars=MAX_CORPUS)
    st.button(_("Search these"), key="button-corpus", type="primary", icon=":material/search:", on_click=_take_text)
    told = _("Or a text file, or a table with a row of names (CSV), in UTF-8")
    file = st.file_uploader(told, key=_FILE, on_change=_take_file, max_upload_size=2)
    text, label = (None, None) if file is None else _columns(file)
    if text is not None:
        names, labels = _names(file), [None, *_names(file)]
        with st.container(horizontal=True):
            asked = {"on_change": _take_file, "format_func": lambda name: readable(name or _("none"))}
            st.selectbox(_("Column of the sentences"), names, names.index(text), key=_TEXTS, **asked)
            st.selectbox(_("Column of the labels"), labels, labels.index(label), key=_LABELS, **asked)
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
        _keep(file.getvalue(), _columns(file))


def _names(file: object) -> list[str]:
    """The columns of a table, no name twice; [] of any other file."""
    if not file.name.lower().endswith(".csv"):
        return []
    return [name for name in dict.fromkeys(_table(file).fieldnames or []) if name and name.strip()]


def _table(file: object) -> csv.DictReader:
    return csv.DictReader(io.StringIO(file.getvalue().decode("utf-8-sig", "replace").replace("\0", ""), newline=""))


def _columns(file: object) -> tuple[str | None, str | None]:
    """Those of the sentences and of their labels: what was chosen, else the one with the longest fields and one whose
    name says so."""
    try:
        names, rows = _names(file), list(islice(_table(file), 100))
    except csv.Error:  # read as a text file
        return None, None
    if not names:
        return None, None
    text, label = (st.session_state.get(key) for key in (_TEXTS, _LABELS))
    if text not in names:
        text = max(names, key=lambda name: sum(len(row.get(name) or "") for row in rows))
    if _LABELS not in st.session_state or label not in (None, *names):
        label = next((name for name in names if name.lower() in LABELS and name != text), None)
    return text, label


def _keep(content: bytes, columns: tuple[str | None, str | None] = (None, None)) -> None:
    try:
        if len(content) > 4 * MAX_CORPUS:
            raise Refused("This text has more than {most} characters. Shorten it.", most=f"{MAX_CORPUS:,}")
        lines = lines_of(content) if columns[0] is None else rows_of(content, *columns)
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


def rows_of(content: bytes, text: str, label: str | None) -> tuple[Line, ...]:
    """The rows of a table with a row of names, likewise."""
    file = io.StringIO(content.decode("utf-8-sig", "replace"), newline="")
    lines = [
        line._replace(labels=tuple(readable(each)[:60] for each in line.labels if each.strip()))
        for line in table(file, "#", text, label)
    ]
    left = [Line(line.place, None, wrong="beyond the limit") for line in lines[MAX_LINES:]]
    return tuple(lines[:MAX_LINES] + left)


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
