"""What a visitor chose, kept in the session. The last good choice stays, whatever comes in."""

from __future__ import annotations

from dataclasses import fields

import streamlit as st

from rnnviz.experiment import Choices, Experiment, Refused, task
from rnnviz.ui.language import language

_CHOSEN = "chosen"  # session_state: a control was used, and this run is because of it
_AT = "desk"  # session_state: whose page this is
_SHARED = "cell"
EMPTY = " "  # what an empty field asks for: nothing to read, and not an example


class Desk:
    """``name``: where in the session the last good choice is. A control of field "text" has the key prefix + "text"."""

    def __init__(self, name: str, noun: type[Choices], prefix: str) -> None:
        self.name, self.noun, self.prefix = name, noun, prefix

    def key(self, field: str) -> str:
        """The session's and the widget's key of one choice."""
        return field if field == _SHARED else self.prefix + field

    @property
    def choice(self) -> Choices:
        """The visitor's last good choice."""
        return st.session_state[self.name]

    @property
    def refusals(self) -> list[Refused]:
        """Why the newest choice, or part of the address, was not taken."""
        return st.session_state[f"{self.name}_refused"]

    def begin(self) -> None:
        """On a visitor's first page of this kind: the choices of the address, where it has any.

        A Chinese reader starts with a Chinese sentence.
        """
        if self.name in st.session_state:
            self._follow_shared()
            return
        asked = {field.name for field in fields(self.noun)} & set(st.query_params)
        if _SHARED in st.session_state and not asked:
            self._keep(self.noun(**{_SHARED: st.session_state[_SHARED]}), [])
        else:
            self._keep(*self._of_address())
            if "text" in st.query_params and self.choice.text != st.query_params["text"]:
                st.session_state[self.key("text")] = st.query_params["text"]  # refused: it is there to be mended
        if language() == "zh" and "text" not in st.query_params:
            self._keep(self.choice.with_(text=first_example(self.choice.task)), self.refusals)

    def _follow_shared(self) -> None:
        wanted = st.session_state.get(_SHARED, getattr(self.choice, _SHARED))
        if wanted != getattr(self.choice, _SHARED):
            self._take()

    def restore(self) -> None:
        """Make the address's choices the visitor's, as when the browser goes back to an earlier one."""
        self._keep(*self._of_address())
        for field in fields(self.noun):
            st.session_state[self.key(field.name)] = getattr(self.choice, field.name)
        if "text" in st.query_params:  # even one that was refused, so that it can be mended
            st.session_state[self.key("text")] = st.query_params["text"]

    def _of_address(self) -> tuple[Choices, list[Refused]]:
        query = st.query_params.to_dict()
        return self.noun.from_query(query | {"text": query["text"] or EMPTY} if "text" in query else query)

    def _keep(self, choice: Choices, refused: list[Refused]) -> None:
        st.session_state[self.name], st.session_state[f"{self.name}_refused"] = choice, refused
        self._texts[choice.task] = choice.text

    @property
    def _texts(self) -> dict[str, str]:
        """What was last read for each task, so that a change of task loses no sentence."""
        return st.session_state.setdefault(f"{self.name}_texts", {})

    def choose(self, **changes: object) -> None:
        """Set choices from code, as the links under a page do; names that are none of the noun's are a page's own.

        A task comes with the text that was last read for it.
        """
        use()
        self.lay(**changes)

    def lay(self, **changes: object) -> None:
        """As ``choose``, for what no visitor chose."""
        if "task" in changes:
            name = changes["task"]
            changes = {"text": self._texts.get(name) or first_example(name)} | changes
        names = {field.name for field in fields(self.noun)}
        for name, value in changes.items():
            key = self.key(name) if name in names else name
            if name not in names or key in st.session_state:  # a control that is not drawn yet starts from the choice
                st.session_state[key] = value
        self._take(**{name: value for name, value in changes.items() if name in names})

    def accept(self) -> None:
        """Make the controls' values the choice, if they are one; else keep the last good one and say why."""
        use()
        self._take()

    def _take(self, **changes: object) -> None:
        values = {field.name: self.shown(field.name) for field in fields(self.noun)} | changes
        values["text"] = values["text"] or EMPTY
        try:
            choice, refused = self.noun(**values), []
        except Refused as refusal:
            choice, refused = self.choice, [refusal]
        self._keep(choice, refused)

    def shown(self, field: str) -> object:
        """What the control of a choice holds; the choice itself where the control was not drawn yet."""
        return st.session_state.get(self.key(field), getattr(self.choice, field))

    def adopt(self) -> bool:
        """Take over what the controls brought with them, and say whether that was another choice: a browser that finds
        its server started anew sends what it holds, and a click made meanwhile wins over the address."""
        values = {field.name: self.shown(field.name) for field in fields(self.noun)}
        try:
            choice = self.noun(**values | {"text": values["text"] or EMPTY})
        except Refused:
            return False
        if choice == self.choice:
            return False
        self._keep(choice, [])
        return True


DESKS = {"experiment": Desk("experiment", Experiment, "")}


def sit() -> Desk:
    """Go to the desk of the page that is about to be shown."""
    st.session_state[_AT] = "experiment"
    here().begin()
    return here()


def here() -> Desk:
    """The desk of this page."""
    return DESKS[st.session_state[_AT]]


def query() -> dict[str, str]:
    """Every choice of this page that is not the default, for its address.

    The text is always there: without it a reader of another language would be given an example in theirs.
    """
    chosen = here().choice.query() | {"text": here().choice.text}
    return chosen | {"lang": language()} if st.session_state.get("language_chosen") else chosen


def use() -> None:
    """Say that a control was used: what follows is the visitor's choice, and not the address's."""
    st.session_state[_CHOSEN] = True


def was_used() -> bool:
    """Whether a control was just used; asks once."""
    return st.session_state.pop(_CHOSEN, False)


def first_example(name: str) -> str:
    """The first text of a task that is in the visitor's own script, if there is one."""
    examples = task(name).examples
    return next((text for text in examples if text.isascii() == (language() != "zh")), examples[0])
