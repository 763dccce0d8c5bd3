"""What a visitor looks at and chose, in the session and in the address: the one place that reads and writes either.

Of each page the last good subject and knobs are kept. A page opened without an address of its own shows what the
visitor chose elsewhere, or what the server was started with, if it can; else its own, with the visitor's cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from rnnviz.app import address, lecture, own_runs
from rnnviz.app import opening as of_pages
from rnnviz.app.i18n import language
from rnnviz.app.knobs import Knobs
from rnnviz.app.opening import first_example, is_about, is_brought, lack, left_open, opening, with_cell, without_gone
from rnnviz.app.own_model import at_start
from rnnviz.refusals import Refused
from rnnviz.subjects import Model, Subject, old_links
from rnnviz.subjects.restructuring import with_structure
from rnnviz.subjects.sequences import FIELDS

if TYPE_CHECKING:
    from rnnviz.app.page_row import Page

_PAGE = "page"  # session_state: the row of the page that is shown
_SUBJECTS = "subjects"  # the last good subject of each page, by its address
_LAST_CHOSEN = ""  # among them: the subject that the visitor chose last, on any page
_TRAINED = "wants_trained"  # False once the visitor asked for untrained networks
_TEXTS = "texts"  # what was last read for each task, so that a change of task loses no sentence
_KNOBS = "knobs"  # the values of all knobs, by owner and name
_BEFORE = ("Holding", "before")  # of these: what was read before words of it were changed, gone with the next other one
_REFUSED = "refused"
_ASKED_TEXT = "asked_text"  # what was typed, even where it was refused, so that it can be mended
_USED = "chosen"  # a control was used, and this run is because of it
_LESSON = "lesson"  # the step of a lesson that the page is opened at, in its address and here
_OF_A_SUBJECT = ("model", *FIELDS)
EMPTY = " "  # what an empty field asks for: nothing to read, and not an example


class View(NamedTuple):
    """All that a page shows, hashable: from equal views follow equal boards."""

    page: str
    subject: Subject
    knobs: Knobs
    language: str


def is_shown() -> bool:
    """Whether a page was shown before, in this session."""
    return st.session_state.get(_PAGE) is not None


def view() -> View:
    return View(row().address, subject(), knobs(), language())


def row() -> Page:
    """The page that is shown."""
    return st.session_state[_PAGE]


def subject() -> Subject:
    """The last good subject of this page, as the page shows it."""
    return of_pages.seen(row(), st.session_state[_SUBJECTS][row().address])


def knobs(chosen_alone: bool = False) -> Knobs:
    """The last good knobs of this page, and beside a run what was trained with it, unless what is ``chosen_alone``."""
    kind, held = row().knobs, st.session_state[_KNOBS]
    names = {name: (kind.owner(name), name) for name in kind.defaults()}
    found = kind(**{name: held[key] for name, key in names.items() if key in held})
    return found if chosen_alone else own_runs.put_beside(found, subject().model)


def lesson() -> str:
    """Which step of which lesson the page is opened at, as the address says it; "" outside of a lesson."""
    return st.session_state.get(_LESSON, "")


def layer() -> int:
    """Which layer a page about one of them shows, from 0: the chosen one, or the top one where there are fewer."""
    return min(knobs().layer, subject().network().num_layers) - 1


def direction() -> str:
    """And in which of its directions: the chosen one, or the only one."""
    directions = subject().network().directions
    return knobs().direction if knobs().direction in directions else directions[0]


def shown_text() -> str:
    """What the field of the sentence holds: the one that is read, or the one that was refused."""
    return getattr(subject().sequence, "text", "") if (asked := st.session_state.get(_ASKED_TEXT)) is None else asked


def refusals() -> list[Refused]:
    """Why the newest choice, or part of the address, was not taken."""
    return st.session_state[_REFUSED]


def refuse(refusal: Refused) -> None:
    """Say on the page why something that a control was given is not taken."""
    use()
    st.session_state[_REFUSED] = [refusal]


def begin(page: Page, used: bool) -> None:
    """Make ``page`` the one that is shown. ``used``: a control was just used, so the address is behind."""
    arrived = not is_shown() or row().address != page.address
    st.session_state[_PAGE] = page
    for name, empty in ((_SUBJECTS, {}), (_KNOBS, {}), (_TEXTS, {}), (_REFUSED, [])):
        st.session_state.setdefault(name, empty)
    st.session_state[_SUBJECTS], gone = without_gone(st.session_state[_SUBJECTS])
    moved = not used and address.moved(page.address)
    address.keep_asked(arrived or moved)
    if arrived or moved:
        st.session_state[_LESSON] = st.query_params.get(_LESSON, "")
    if arrived and not {_LESSON, *_OF_A_SUBJECT, *old_links.NAMES, *page.knobs.defaults()} & set(st.query_params):
        _arrive(page)
    elif arrived or moved:
        _take_address(page)
    elif page.address not in st.session_state[_SUBJECTS]:
        _keep(opening(page), [])
    st.session_state[_REFUSED] = [*refusals(), *(why for why in gone if str(why) not in map(str, refusals()))]


def _arrive(page: Page) -> None:
    """Show what the visitor chose elsewhere, if this page can; else what it showed last, or opens with."""
    if not page.opens:
        _keep(opening(page), [])
        return
    chosen = st.session_state[_SUBJECTS].get(_LAST_CHOSEN) or at_start.subject()
    mine = st.session_state[_SUBJECTS].get(page.address) or opening(page)
    missing = None if chosen is None else lack(page, chosen)
    if chosen is not None and missing is None and is_about(page, chosen):
        mine = chosen
    elif chosen is not None:
        mine = with_cell(page, mine, chosen.cell, st.session_state.get(_TRAINED, True))
    is_told = missing is not None and is_brought(chosen) and not page.own_subject
    _keep(mine, [missing] if is_told else [])


def _take_address(page: Page) -> None:
    """Make the address's choices the visitor's. What it does not name is as the page opens."""
    query = st.query_params.to_dict()
    if page.own_subject and "model" not in query:  # what earlier versions wrote there was about other pages
        query = {name: value for name, value in query.items() if name not in {"text", *old_links.NAMES}}
    if "text" in query:
        query["text"] = query["text"] or EMPTY
    usual = left_open(page, query)
    wanted, refused = Subject.from_query(query, usual)
    learnt = wanted.load().task
    if "text" not in query and wanted.model != usual.model and learnt is not None and learnt.examples:
        wanted = wanted.with_(text=first_example(learnt.name)) if wanted.typed is not None else wanted
    if (missing := lack(page, wanted)) is not None:
        usual = with_cell(page, usual, wanted.cell, st.session_state.get(_TRAINED, True))
        wanted, refused = usual, [*refused, missing]
    found, wrong = page.knobs.from_query(query)
    _keep_knobs(found)
    _keep(wanted, [*refused, *wrong])
    if {"model", "text", *old_links.NAMES} & set(query):
        _choose_for_all_pages(wanted)
        _learn_weights(wanted.model)
    st.session_state[_ASKED_TEXT] = st.query_params.get("text")


def _learn_weights(model: Model) -> None:
    """A link to untrained weights of what is shipped trained asks for untrained ones; other cells come in no other."""
    if model.structured and with_structure(model, trained=True).shipped:
        st.session_state[_TRAINED] = model.shipped


def _keep(wanted: Subject, refused: list[Refused]) -> None:
    st.session_state[_SUBJECTS][row().address] = wanted
    st.session_state[_REFUSED] = refused
    learnt = wanted.load().task
    if learnt is not None and wanted.typed is not None:
        st.session_state[_TEXTS][learnt.name] = wanted.sequence.text


def _keep_knobs(values: Knobs) -> None:
    for name in values.defaults():
        st.session_state[_KNOBS][values.owner(name), name] = getattr(values, name)


def use() -> None:
    """Say that a control was used: what follows is the visitor's choice, and not the address's."""
    st.session_state[_USED] = True


def was_used() -> bool:
    """Whether a control was just used; asks once."""
    return st.session_state.pop(_USED, False)


def choose(**changes: object) -> None:
    """Set choices, from a control or from a link under the page: knobs of this page by name, and of the subject
    whatever ``Subject.with_`` takes. What cannot be is refused with a sentence, and nothing changes."""
    use()
    own = {name: value for name, value in changes.items() if name in row().knobs.defaults()}
    rest = {name: value for name, value in changes.items() if name not in own}
    followed = row().knobs.followed if set(_OF_A_SUBJECT) & set(rest) else {}
    try:
        found = knobs(chosen_alone=True).with_(**(followed | own))
        wanted = (_changed(rest) if rest else subject()).at_once()
        if (missing := lack(row(), wanted)) is not None:
            raise missing
    except Refused as refusal:
        st.session_state[_REFUSED] = [refusal]
        st.session_state[_ASKED_TEXT] = rest.get("text")
        return
    _keep_knobs(found)
    if "before" not in own and {"sequence", "task", *_OF_A_SUBJECT} & set(rest):
        st.session_state[_KNOBS].pop(_BEFORE, None)
    _keep(wanted, [])
    st.session_state[_ASKED_TEXT] = None
    if rest:
        _choose_for_all_pages(wanted)


def _choose_for_all_pages(wanted: Subject) -> None:
    if not row().own_subject:
        st.session_state[_SUBJECTS][_LAST_CHOSEN] = wanted


def _changed(changes: dict[str, object]) -> Subject:
    """This page's subject with changes. A task comes with the text that was last read for it, and where nothing can be
    chosen anew in a network that was given, with the page's own network."""
    base, changes = subject(), dict(changes)
    if "trained" in changes:
        st.session_state[_TRAINED] = changes["trained"]
    if "text" in changes:
        changes["text"] = changes["text"] or EMPTY
    if "task" in changes:
        name = changes["task"]
        changes = {"text": st.session_state[_TEXTS].get(name) or first_example(name)} | changes
        base = base if base.model.structured else opening(row())
    if not {"sequence", *_OF_A_SUBJECT} >= set(changes):
        changes = {"trained": st.session_state.get(_TRAINED, True)} | changes
    return base.with_(**changes)


def query() -> dict[str, str]:
    """Every choice of this page as text for its address."""
    chosen = (subject().query() if row().opens else {}) | knobs(chosen_alone=True).query()
    return chosen | ({_LESSON: lesson()} if lesson() else {}) | lecture.on_all_pages()
