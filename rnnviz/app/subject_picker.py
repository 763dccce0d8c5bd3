"""The line at the top of a page: which network, what it reads, and the page's own tools."""

from __future__ import annotations

from collections import Counter
from contextvars import ContextVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnviz.app import naming, own_runs, seeing_it_learn, state
from rnnviz.app.heard import heard
from rnnviz.app.i18n import _, language
from rnnviz.app.page_row import Page
from rnnviz.app.widgets import bound
from rnnviz.cells import CELLS, TRIO
from rnnviz.compute import computed, once
from rnnviz.studies.cell_comparison import is_plain
from rnnviz.subjects import Model, Shipped, Subject, Trained, needs
from rnnviz.subjects.address_words import from_word, to_word
from rnnviz.subjects.catalogue import cards, sizes
from rnnviz.subjects.limits import MAX_SEED, MAX_STEPS
from rnnviz.subjects.restructuring import with_structure
from rnnviz.subjects.sequences import usual
from rnnviz.tasks import Sounds, Task

WORDED = ("intents", "slots")  # tasks whose sequences are sentences
LONGEST_LABEL, LONGEST_TITLE = 80, 48  # characters of an example, and of a network that was brought

_LINE: ContextVar[DeltaGenerator] = ContextVar("line")  # of the run that draws the page


def pick(parts: tuple[str, ...]) -> None:
    """Draw the line for the page that is shown; ``parts``: those that the page does not ask for itself."""
    shown = [part for part in ("network", "sequence") if part in parts and (part == "network" or names_what_is_shown())]
    line = st.container(horizontal=True, vertical_alignment="bottom", key="line")
    _LINE.set(line)
    for part in shown:
        with line:
            {"network": _pick_network, "sequence": pick_sequence}[part]()
    if "network" in shown and names_what_is_shown():
        with line:
            seeing_it_learn.button(state.subject().model, state.choose)


def tools() -> DeltaGenerator:
    """Where a page puts a tool of its own: behind the network and what it reads."""
    return _LINE.get()


def names_what_is_shown() -> bool:
    """Whether the page shows what the line names: by their knobs some compare networks of their own instead."""
    knobs = state.knobs()
    followed = all(getattr(knobs, name) == value for name, value in knobs.followed.items())
    return followed or not is_plain(state.subject())


def _pick_network() -> None:
    now = to_word(state.subject().model)
    names = _choices(state.row().address, now, own_runs.seen_on(state.row(), state.subject().model), language())
    if state.row().knobs.defaults().get("beside") == () and state.subject().cell in TRIO:
        cell, *told = _told(state.subject().model)  # the page compares it with its family, or asks for its series
        names = names | {now: " · ".join([cell, *told[1:]] if state.row().address == "forecast" else told)}
    if not names_what_is_shown():
        now, names = "", {"": naming.on_noise(getattr(state.knobs(), "forget_bias", None))} | names
    st.selectbox(
        _("Network"),
        list(names),
        format_func=lambda word: names.get(word, str(word)),
        placeholder=_("Choose networks"),
        icon=":material/hub:",
        **bound("model", now, "index", list(names).index(now)),
        label_visibility="collapsed",
    )


@computed
def _choices(address: str, now: str, own: tuple[str, ...], spoken: str) -> dict[str, str]:
    """{word: name} of all that the page of this ``address``, which is the one that is shown, offers beside the model
    ``now`` and what the visitor trained, in the language that is spoken: to name them anew would take a visitor's every
    turn milliseconds."""
    words = [*own, *offered(state.row()), *seeing_it_learn.runs(offered(state.row()), from_word(now))]
    others = [word for word in untrained(from_word(now)) if word not in words]
    names, times = {}, Counter()
    for word in dict.fromkeys([*([] if now in words else [now]), *words, *others]):
        times[name := named(from_word(word))] += 1
        names[word] = name if times[name] == 1 else f"{name} · {times[name]}"  # trained twice by one recipe
    return names


def offered(page: Page) -> list[str]:
    """The shipped networks that a page can show, those of the task that it opens with first."""
    opens = Subject.from_query(page.opens)[0].load().task
    fitting = [name for name, lacks in lacking().items() if not lacks & set(page.needs)]
    return sorted(fitting, key=lambda name: opens is None or cards()[name].task != opens.name)


@once
def lacking() -> dict[str, frozenset[str]]:
    """For every shipped network, which needs it does not meet. All are loaded for it, once per process."""
    lacks = {}
    for name in cards():
        loaded = Shipped(name).load()
        reading = usual(loaded).read(loaded)
        lacks[name] = frozenset(lack for lack, need in needs.NEEDS.items() if need(loaded, reading) is not None)
    return lacks


def untrained(model: Model) -> list[str]:
    """Every cell as the model is built, before training."""
    if not model.structured:
        return []  # it is what it is
    return [to_word(with_structure(model, cell=cell, trained=False)) for cell in CELLS]


def named(model: Model) -> str:
    """A network in a few words: cell, what it learnt, how it is built."""
    return " · ".join(_told(model))


def _told(model: Model) -> list[str]:
    """The words of its name without what those share beside which it is offered: a size, of untrained ones a task."""
    if model.structured and not model.shipped:
        cell, _learnt_task, *built, _untrained_with_seed = words_for(model, size=False)
        numbered = _("untrained #{seed}") if model.structure.seed else _("untrained")
        return [cell, numbered.format(seed=model.structure.seed), *built]
    shared = model.structured and model.shipped and len(sizes()[model.structure.task]) == 1
    return words_for(model, size=not shared)


def words_for(model: Model, size: bool = True) -> list[str]:
    """The words of its name, the cell first."""
    if isinstance(model, Trained):
        learnt = _title(model)
        if model.task is not None:
            learnt = _learnt(model.task.name, getattr(model.task, "distance", 0), getattr(model.task, "series", ""))
        after = [*([_("while it learns")] if model.shipped else []), _("after {count} updates")]
        return [naming.cell(model.cell), learnt, *(told.format(count=f"{model.update:,}") for told in after)]
    if not model.structured:
        return [naming.cell(model.cell), _title(model)]
    parts = model.structure
    sizes = {"small": _("small"), "medium": _("medium"), "large": _("large")}
    starts = {"orthogonal": _("orthogonal start"), "identity": _("start at the identity")}
    told = [naming.cell(parts.cell), _learnt(parts.task, parts.distance, parts.series)]
    if parts.directions == "two":
        told.append(_("both ways"))
    if parts.layers > 1:
        told.append(_("{count} layers").format(count=parts.layers))
    if parts.start in starts:
        told.append(starts[parts.start])
    if size:
        told.append(sizes.get(parts.size, _("{units} units").format(units=parts.size)))
    if not model.shipped:
        told.append(_("untrained, seed {seed}").format(seed=parts.seed))
    elif parts.seed:
        told.append(_("training {number}").format(number=parts.seed + 1))
    return told


def _title(model: Model) -> str:
    """What a network was brought as, which may be a file's name of any length."""
    return model.title[:LONGEST_TITLE] or _("your own")


def _learnt(name: str, distance: int, series: str) -> str:
    tasks = {
        "intents": _("intents"),
        "slots": _("travel"),
        "echo_future": _("echo, {count} ahead").format(count=distance),
        "neighbour_xor": _("XOR"),
        "recall": _("first letter"),
        "flip_flop": _("three switches"),
        "reber": _("grammar, one string"),
        "continual_reber": _("grammar"),
        "temporal_order": _("order of two marks"),
        "adding": _("adding two numbers"),
        "timer": _("timer"),
        "xor_stream": _("XOR of a stream"),
        "parity": _("parity"),
        "pairs": _("pairs"),
        "strokes": _("drawn digits"),
        "sounds": _("spoken digits"),
        "forecast": naming.series(series),
        "selective_copy": _("selective copying"),
        "characters": _("characters"),
        "dates": _("dates"),
        "": _("no task"),
    }
    return tasks.get(name, name)


def pick_sequence() -> None:
    sequence, learnt = state.subject().sequence, state.subject().load().task
    match sequence.kind:
        case "text":
            _write(learnt)
        case "example":
            st.number_input(_("Example, by its number"), 0, MAX_SEED, step=1, **bound("example", sequence.seed))
            if isinstance(learnt, Sounds):
                st.audio(heard(state.subject()), "audio/wav", width=220)
        case "noise":
            reads_tokens = state.subject().network().embedding is not None
            label = _("Random tokens, seed") if reads_tokens else _("Noise, by its seed")
            st.number_input(label, 0, MAX_SEED, step=1, **bound("noise", sequence.seed))
            st.number_input(_("Steps"), 1, MAX_STEPS, step=1, **bound("length", sequence.length))
        case "drawing":
            st.button(_("An example instead"), on_click=state.choose, kwargs={"example": 0}, icon=":material/undo:")
        case _:
            st.caption(_("It reads the sequence that came with it."))


def _write(learnt: Task | None) -> None:
    """The text and examples of it; what it may be made of stands with them. Of a network that was brought the text."""
    if learnt is None:
        arguments = bound("text", state.shown_text())
        st.text_input(_("Text"), icon=":material/edit:", label_visibility="collapsed", **arguments)
        return
    worded = learnt.name in WORDED
    texts = [text for text in learnt.examples if text != state.shown_text()]
    texts.sort(key=lambda text: text.isascii() == (language() == "zh"))  # the visitor's own language first
    hint = _("English or Chinese. One token per word, per Chinese character and per punctuation mark.")
    shown = state.shown_text()
    if learnt.vocabulary.by_character:
        hint = _("One token per character; ↵ is the end of a line.")
        shown = shown.replace("\n", "↵")  # a field of one line would drop it
    elif not worded:
        tokens = " ".join(learnt.vocabulary.tokens[1:]).upper()
        hint = _("Separate what it reads by spaces: {tokens}.").format(tokens=tokens)
    st.text_input(
        _("Sentence") if worded else _("Sequence"),
        icon=":material/edit:",
        label_visibility="collapsed",
        **bound("text", shown),
    )
    with st.popover(_("Examples"), icon=":material/list:", width="content"):
        st.caption(hint)
        st.pills(
            _("Examples"),
            texts[:4],
            key="example_text",
            format_func=lambda text: text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL // 4]}…",
            on_change=_take_example,
            label_visibility="collapsed",
        )


def _take_example() -> None:
    if st.session_state["example_text"] is not None:
        text, st.session_state["example_text"] = st.session_state["example_text"], None
        state.choose(text=text)
