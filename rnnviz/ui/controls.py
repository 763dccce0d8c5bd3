"""The sidebar: what all pages of a kind share. And the controls that belong to a single page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from rnnviz.cells import CELLS, TRIO
from rnnviz.experiment import MAX_SEED, SIZES, WEIGHTS, Experiment, task
from rnnviz.ui import desk
from rnnviz.ui.language import LANGUAGES, _, language

_SHOWN = ":shown"  # what the key of a page's own control has at its end


def experiment() -> Experiment:
    """The visitor's last good choice for a page about one sentence and one layer."""
    return desk.DESKS["experiment"].choice


def alike() -> dict[str, Experiment]:
    """The visitor's choice with each cell of TRIO, and with the chosen one. All are untrained where that one is."""
    chosen = experiment()
    cells = [*TRIO, *({chosen.cell} - set(TRIO))]
    return {cell: chosen.with_(cell=cell) for cell in cells}


def undrawn(cell: str) -> str | None:
    """Why the pages cannot show a cell, in a sentence; None if they can."""
    odd = CELLS[cell].not_a_vector()
    words = _("The pages show vectors of real numbers, and {quantity} of the {cell} is none. Choose another cell.")
    return None if odd is None else words.format(quantity=f"{odd}_t", cell=cell)


def sidebar(asks: Sequence[str]) -> None:
    """The controls that a page asks for, by their names in CONTROLS."""
    with st.sidebar:
        for name in asks:
            CONTROLS[name]()
        choose_language()


def _control(field: str, default: str = "default") -> dict[str, object]:
    """Arguments of a widget that shows and sets one choice of this page's desk; ``default``: what it calls the value
    to start from."""
    here = desk.here()
    shared = {"key": here.key(field), "on_change": here.accept, "persist_state": "session"}
    return shared | _start(here.key(field), default, getattr(here.choice, field))


def _start(key: str, default: str, value: object) -> dict[str, object]:
    """What a widget starts from. Not set in the session: then what a browser brings from an earlier server, before
    this one drew the widget for the first time, is not lost."""
    return {} if key in st.session_state else {default: value}


def _choose(label: str, field: str, options: Sequence[object], names: Mapping[object, str], **more: object) -> None:
    st.segmented_control(
        label,
        list(options),
        required=True,
        format_func=lambda option: names.get(option, str(option)),
        width="stretch",
        **_control(field),
        **more,
    )


def write_sentence() -> None:
    here = desk.here()
    reads_words = here.choice.task in ("intents", "slots")
    st.text_input(
        _("Sentence") if reads_words else _("Sequence"),
        help=_("English or Chinese. One token per word, per Chinese character and per punctuation mark.")
        if reads_words
        else _("Separate what it reads by spaces: {tokens}.").format(
            tokens=" ".join(task(here.choice.task).vocabulary.tokens[1:]).upper()
        ),
        **_control("text", "value"),
    )
    examples = [text for text in task(here.choice.task).examples if text != st.session_state[here.key("text")]]
    examples.sort(key=lambda text: text.isascii() == (language() == "zh"))  # the visitor's own language first
    st.pills(
        _("Examples"),
        examples[:4],
        key="example",
        on_change=_take_example,
        label_visibility="collapsed",
    )


def choose_cell() -> None:
    _choose(_("Cell"), "cell", list(CELLS), {})


def choose_size() -> None:
    _choose(
        _("Size"),
        "size",
        list(SIZES),
        {"small": _("small"), "medium": _("medium"), "large": _("large")},
        help=_("In one size all cells have the same number of weights, and so different numbers of units."),
    )
    st.caption(_("{units} hidden units").format(units=desk.here().choice.units))


def choose_weights() -> None:
    """Trained or not. What is drawn anew comes in any size and from any seed, for which it then asks."""
    here = desk.here()
    _choose(
        _("Weights"),
        "weights",
        WEIGHTS,
        {"trained": _("trained"), "fresh": _("untrained")},
        help=_("Untrained weights are drawn from the seed: what a network does before it has learnt anything."),
        disabled=here.choice.cell not in TRIO,
    )
    if here.choice.cell not in TRIO:
        st.caption(_("Untrained: trained networks are shipped for {cells}.").format(cells=_(", ").join(TRIO)))
    if here.choice.weights == "fresh":
        st.number_input(_("Seed"), 0, MAX_SEED, step=1, **_control("seed", "value"))


def choose_language() -> None:
    st.segmented_control(
        _("Language"),
        list(LANGUAGES),
        key="language",
        required=True,
        format_func=LANGUAGES.get,
        on_change=_take_language,
        width="stretch",
        persist_state="session",
    )


CONTROLS = {
    "text": write_sentence,
    "cell": choose_cell,
    "size": choose_size,
    "weights": choose_weights,
}


def page_choice(label: str, key: str, names: Mapping[object, str]) -> object:
    """A choice that belongs to one page, or to some; the first of ``names`` until the visitor chooses."""
    if st.session_state.get(key) not in names:
        st.session_state[key] = next(iter(names))
    st.segmented_control(label, list(names), required=True, format_func=names.get, **shown(key, "default"))
    return st.session_state[key]


def shown(key: str, default: str = "value") -> dict[str, object]:
    """Arguments of a widget that shows and sets ``session_state[key]``; ``default``: what it calls the value to start
    from.

    The value is kept apart from the widget, which Streamlit forgets, or resets, on the way from page to page.
    """
    widget = key + _SHOWN
    if widget not in st.session_state:
        _new().add(key)
    elif key in _new():  # drawn before, in a run that was cut short
        _take_over(key)
    else:
        st.session_state[widget] = st.session_state[key]
    start = _start(widget, default, st.session_state[key])
    return {"key": widget, "on_change": _keep, "args": (key, widget), **start}


def adopt() -> bool:
    """Take over what this page's own controls brought with them, as ``desk.Desk.adopt``. Whether there was any."""
    taken = [_take_over(key) for key in list(_new())]
    return any(taken)


def _new() -> set[str]:
    """The page's own controls that this session draws for the first time."""
    return st.session_state.setdefault("new_controls", set())


def _take_over(key: str) -> bool:
    _new().discard(key)
    before, brought = st.session_state[key], st.session_state.get(key + _SHOWN)
    if brought is not None:
        st.session_state[key] = brought
    return st.session_state[key] != before


def _keep(key: str, widget: str) -> None:
    desk.use()
    if st.session_state[widget] is not None:
        st.session_state[key] = st.session_state[widget]


def _take_language() -> None:
    desk.use()
    st.session_state["language_chosen"] = True


def _take_example() -> None:
    if st.session_state["example"] is not None:
        text, st.session_state["example"] = st.session_state["example"], None
        desk.here().choose(text=text)
