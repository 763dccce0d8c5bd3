"""What all pages share: cell, size, sentence, weights, language. The last good choice is kept whatever comes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields

import streamlit as st

from rnnviz.cells import CELLS, TRIO
from rnnviz.experiment import MAX_SEED, SIZES, WEIGHTS, Experiment, Refused, task
from rnnviz.ui import address
from rnnviz.ui.language import LANGUAGES, _, language

_KEPT = "experiment"  # session_state: the last experiment that could be run
_REFUSED = "refused"  # session_state: why the newest choice could not
_CHOSEN = "chosen"  # session_state: a control was used, and this run is because of it


def begin() -> None:
    """On a visitor's first run, take the choices from the address; a Chinese reader starts with a Chinese sentence."""
    if _KEPT in st.session_state:
        return
    st.session_state["language_chosen"] = "lang" in st.query_params
    restore()
    st.session_state["language"] = language()
    if language() == "zh" and "text" not in st.query_params:
        choose(text=next(text for text in task(experiment().task).examples if not text.isascii()))


def restore() -> None:
    """Make the address's choices the visitor's: on arrival, and when the browser goes back to an earlier one."""
    kept, refused = address.read()
    st.session_state[_KEPT], st.session_state[_REFUSED] = kept, refused
    for field in fields(Experiment):
        st.session_state[field.name] = getattr(kept, field.name)
    if "text" in st.query_params:  # even one that was refused, so that it can be mended
        st.session_state["text"] = st.query_params["text"]


def follow(page: str) -> None:
    """Where the browser went back or forward on its own, go with it; a control that was just used goes first."""
    if not st.session_state.pop(_CHOSEN, False) and address.moved(page):
        restore()


def experiment() -> Experiment:
    """The visitor's last good choice."""
    return st.session_state[_KEPT]


def alike(cells: Iterable[str] = ()) -> dict[str, Experiment]:
    """The visitor's choice with each of ``cells``; unless given, those of TRIO and the chosen one.

    All are untrained where one of them cannot be trained, or the comparison would not be one of cells.
    """
    chosen = experiment()
    cells = list(cells) or [*TRIO, *({chosen.cell} - set(TRIO))]
    weights = chosen.weights if set(cells) <= set(TRIO) else "fresh"
    return {cell: chosen.with_(cell=cell, weights=weights) for cell in cells}


def refusals() -> list[Refused]:
    """Why the newest choice, or part of the address, was not taken."""
    return st.session_state[_REFUSED]


def sidebar() -> None:
    """The shared controls. Leaves the last good experiment behind for ``experiment()``."""
    with st.sidebar:
        write_sentence()
        choose_cell()
        choose_size()
        choose_weights()
        choose_language()


def write_sentence() -> None:
    st.text_input(
        _("Sentence"),
        key="text",
        on_change=_accept,
        help=_("English or Chinese. One token per word, per Chinese character and per punctuation mark."),
        persist_state="session",
    )
    examples = [text for text in task(experiment().task).examples if text != st.session_state["text"]]
    examples.sort(key=lambda text: text.isascii() == (language() == "zh"))  # the visitor's own language first
    st.pills(
        _("Examples"),
        examples[:4],
        key="example",
        on_change=_take_example,
        label_visibility="collapsed",
    )


def choose_cell() -> None:
    st.segmented_control(
        _("Cell"), list(CELLS), key="cell", required=True, on_change=_accept, width="stretch", persist_state="session"
    )


def choose_size() -> None:
    names = {"small": _("small"), "medium": _("medium"), "large": _("large")}
    st.segmented_control(
        _("Size"),
        list(SIZES),
        key="size",
        required=True,
        format_func=lambda size: names.get(size, size),
        on_change=_accept,
        width="stretch",
        help=_("In one size all cells have the same number of weights, and so different numbers of units."),
        persist_state="session",
    )
    chosen = experiment()
    st.caption(_("{units} hidden units").format(units=chosen.units))


def choose_weights() -> None:
    names = {"trained": _("trained"), "fresh": _("untrained")}
    st.segmented_control(
        _("Weights"),
        WEIGHTS,
        key="weights",
        required=True,
        format_func=lambda weights: names.get(weights, weights),
        on_change=_accept,
        width="stretch",
        help=_("Untrained weights are drawn from the seed: what a network does before it has learnt anything."),
        persist_state="session",
        disabled=experiment().cell not in TRIO,
    )
    if experiment().cell not in TRIO:
        st.caption(_("Untrained: trained networks are shipped for {cells}.").format(cells=_(", ").join(TRIO)))
    if experiment().weights == "fresh":
        st.number_input(_("Seed"), 0, MAX_SEED, step=1, key="seed", on_change=_accept, persist_state="session")


def choose_language() -> None:
    st.segmented_control(
        _("Language"),
        list(LANGUAGES),
        key="language",
        required=True,
        format_func=LANGUAGES.get,
        on_change=lambda: st.session_state.update(language_chosen=True),
        width="stretch",
        persist_state="session",
    )


def choose(**changes: object) -> None:
    """Set shared controls from code, as the links under a page do. Only inside a callback."""
    st.session_state.update(changes)
    _accept()


def page_choice(label: str, key: str, names: Mapping[object, str]) -> object:
    """A choice that belongs to one page, or to some; the first of ``names`` until the visitor chooses."""
    if st.session_state.get(key) not in names:
        st.session_state[key] = next(iter(names))
    st.segmented_control(label, list(names), required=True, format_func=names.get, **shown(key))
    return st.session_state[key]


def shown(key: str) -> dict[str, object]:
    """Arguments of a widget that shows and sets ``session_state[key]``.

    The value is kept apart from the widget, which Streamlit forgets, or resets, on the way from page to page.
    """
    widget = f"{key}:shown"
    st.session_state[widget] = st.session_state[key]
    return {"key": widget, "on_change": _keep, "args": (key, widget)}


def _keep(key: str, widget: str) -> None:
    if st.session_state[widget] is not None:
        st.session_state[key] = st.session_state[widget]


def _take_example() -> None:
    if st.session_state["example"] is not None:
        text, st.session_state["example"] = st.session_state["example"], None
        choose(text=text)


def _accept() -> None:
    """Make the controls' values the experiment, if they are one; else keep the last good one and say why."""
    st.session_state[_CHOSEN] = True
    values = {f.name: st.session_state[f.name] for f in fields(Experiment) if f.name in st.session_state}
    try:
        st.session_state[_KEPT], st.session_state[_REFUSED] = Experiment(**values), []
    except Refused as refusal:
        st.session_state[_REFUSED] = [refusal]
