"""The controls that choose a subject part by part, and one per knob of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnviz.app import cell_options, naming, shown_run, state, subject_picker
from rnnviz.app.i18n import LANGUAGES, _
from rnnviz.app.knobs import Knob
from rnnviz.app.widgets import bound
from rnnviz.cells import CELLS, CLASSIC, TRIO
from rnnviz.subjects.limits import MAX_LAYERS, MAX_SEED
from rnnviz.subjects.models import FAR
from rnnviz.subjects.options import takes
from rnnviz.subjects.sizes import SIZES
from rnnviz.tasks import EchoFuture

MOST_SLID = 50  # whole numbers of a knob, one by one; of more, one is typed

_DRAGGED = "dragged_settings"  # session_state


def sidebar(asks: Sequence[str], tasks: Sequence[str] = ()) -> None:
    """The controls of the subject that a page asks for, by their names in CONTROLS; ``tasks``: those to choose from."""
    with st.sidebar:
        if not state.subject().model.structured:
            asks = ()
        elif tasks:
            choose_task(tasks)
        for name in asks:
            CONTROLS[name]()
        choose_names()
        choose_language()


def _choose(
    label: str, name: str, value: object, options: Sequence[object], names: Mapping[object, str] | None = None, **more
) -> None:
    names = names or {}
    st.segmented_control(
        label,
        list(dict.fromkeys([*options, value])),  # a network of another page or a link may have what none offers
        required=True,
        format_func=lambda option: names.get(option, str(option)),
        width="stretch",
        **bound(name, value, "default"),
        **more,
    )


def choose_task(tasks: Sequence[str]) -> None:
    names = {"slots": _("travel"), "echo_future": _("echo"), "neighbour_xor": _("XOR"), "": _("none")}
    structure = state.subject().model.structure
    hint = _(
        "Travel: which words say from where, to where, when. Echo: the letter that comes some steps later. "
        "XOR: whether the bits before and after differ."
    )
    _choose(_("Task"), "task", structure.task, tasks, names, help=hint)
    if structure.task == FAR:
        _choose(_("Steps ahead"), "distance", structure.distance, range(1, EchoFuture.farthest + 1))


def choose_cell() -> None:
    cell, newer = state.subject().cell, [cell for cell in CELLS if cell not in CLASSIC]
    now, place = (cell, newer.index(cell)) if cell in newer else (None, None)
    start = bound("cell", None if now else cell, "default")
    st.segmented_control(_("Cell"), CLASSIC, format_func=naming.cell, width="stretch", **start)
    others = {"label_visibility": "collapsed", "format_func": naming.cell, **bound("cell:newer", now, "index", place)}
    st.selectbox(_("Newer cells"), newer, placeholder=_("Newer cells"), **others)


def choose_layers() -> None:
    _choose(_("Layers"), "layers", state.subject().model.structure.layers, range(1, MAX_LAYERS + 1))


def choose_directions() -> None:
    names = {"one": _("one way"), "two": _("both ways")}
    _choose(_("Directions"), "directions", state.subject().model.structure.directions, list(names), names)


def choose_size() -> None:
    names = {"small": _("small"), "medium": _("medium"), "large": _("large")}
    hint = _("In one size all cells have the same number of weights, and so different numbers of units.")
    _choose(_("Size"), "size", state.subject().model.structure.size, list(SIZES), names, help=hint)
    st.caption(_("{units} hidden units").format(units=state.subject().units))


def choose_weights() -> None:
    """Trained or not. What is drawn anew comes in any size and from any seed, for which it then asks."""
    model = state.subject().model
    hint = _("Untrained weights are drawn from the seed: what a network does before it has learnt anything.")
    names = {True: _("trained"), False: _("untrained")}
    shipped = model.cell in TRIO
    trained = model.shipped
    _choose(_("Weights"), "trained", trained, list(names), names, help=hint, disabled=not shipped)
    if not shipped:
        st.caption(_("Untrained: trained networks are shipped for {cells}.").format(cells=_(", ").join(TRIO)))
    if not trained:
        if "size" not in state.row().asks:
            choose_size()
        choose_seed()
        if model.structured:
            cell_options.choose()


def choose_seed() -> None:
    st.number_input(_("Seed"), 0, MAX_SEED, step=1, **bound("seed", state.subject().model.seed))


def choose_names() -> None:
    declared = state.row().knobs.declared()["names"]
    names = {value: _(text) for value, text in declared.options.items()}
    _choose(_(declared.label), "names", state.knobs().names, list(names), names, help=_(declared.hint))


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


CONTROLS: dict[str, Callable[[], None]] = {
    "cell": choose_cell,
    "size": choose_size,
    "layers": choose_layers,
    "directions": choose_directions,
    "weights": choose_weights,
}


def subject_choice(label: str, name: str, value: object, names: Mapping[object, str], **more) -> None:
    """A choice of the subject that stands on the page itself; a value that is not among ``names`` is offered too."""
    names = names if value in names else {value: str(value), **names}
    arguments = bound(name, value, "default") | more
    st.segmented_control(label, list(names), required=True, format_func=names.get, **arguments)


def choose_layer() -> None:
    """Which layer and direction a page about one of them shows, where the network has several."""
    network = state.subject().network()
    directions = {"forward": _("h→ reads from left to right"), "backward": _("h← reads from right to left")}
    with st.container(horizontal=True):
        if (count := network.num_layers) > 1:
            arguments = bound("layer", state.layer() + 1, "default")
            st.segmented_control(_("Layer"), list(range(1, count + 1)), required=True, **arguments)
        if len(network.directions) > 1:
            arguments = bound("direction", state.direction(), "default")
            names = list(network.directions)
            st.segmented_control(_("Direction"), names, required=True, format_func=directions.get, **arguments)


def subject_number(label: str, name: str, value: float, least: float, most: float, step: float) -> None:
    """A number of the subject that stands on the page itself; the ends give way to what a link asked for."""
    st.slider(label, min(least, value), max(most, value), step=step, **bound(name, value))


def knob(name: str, most: float | None = None, usual: str = "", labelled: bool = True) -> None:
    """The widget of one of the page's knobs. ``most``: options beyond it are not offered, unless one is chosen;
    ``usual``: the text that a field holds before another one is typed; ``labelled``: whether a choice's name is seen;
    screen readers say it in any case."""
    declared: Knob = state.row().knobs.declared()[name]
    value = getattr(state.knobs(), name)
    label, hint = _(declared.label), declared.hint and _(declared.hint)
    if declared.most_characters is not None:
        st.text_input(label, help=hint, icon=":material/edit:", **bound(name, usual if value is None else value))
    elif declared.most_chosen is not None:
        arguments = bound(name, list(value), "default")
        names = {option: _(text) if text != option else naming.cell(text) for option, text in declared.options.items()}
        st.pills(label, list(names), selection_mode="multi", format_func=names.get, **arguments)
    elif declared.options is not None:
        offered = (option for option in declared.options if most is None or option <= most or option == value)
        names = {option: _(declared.options[option]) for option in offered}
        arguments = bound(name, value, "default")
        seen = "visible" if labelled else "collapsed"
        arguments |= {"required": True, "format_func": names.get, "help": hint, "label_visibility": seen}
        st.segmented_control(label, list(names), **arguments)
    elif isinstance(value, bool):
        st.toggle(label, help=hint, **bound(name, value))
    elif isinstance(value, int) and declared.step == 1 and declared.most - declared.least > MOST_SLID:
        st.number_input(label, declared.least, declared.most, step=1, help=hint, **bound(name, value))
    else:
        st.slider(label, declared.least, declared.most, step=declared.step, help=hint, **bound(name, value))


def turn(asked: object) -> None:
    """Set a number or a text of the page's knobs, the subject's radius, the window of its sequence or the update of its
    run, for a control on the stage; or read what was drawn on a pad. What no stage of ours can send is left alone."""
    match asked:
        case {"name": "drawing", "value": str(drawn)}:
            state.choose(drawing=drawn)
        case {"name": str(name), "value": str(text)}:
            knob = state.row().knobs.declared().get(name)
            if knob is not None and knob.most_characters is not None:
                state.choose(**{name: text})
        case {"name": str(name), "value": int(value) | float(value)}:
            if name == "window" and isinstance(value, int):
                state.choose(window=value)
            if name == "update" and isinstance(value, int) and not isinstance(value, bool):
                shown_run.turn(value)
            knob = state.row().knobs.declared().get(name)
            of_subject = name == "spectral_radius" and takes(state.subject().cell, name)
            if of_subject or (knob is not None and isinstance(knob.least, float)):
                state.choose(**{name: value if isinstance(value, bool) else round(float(value), 6)})


def prepare_for(asked: object) -> None:
    """Remember of which settings the visitor is about to drag the stage's slider."""
    st.session_state[_DRAGGED] = asked if isinstance(asked, str) else None


def is_about_to_drag(settings: str) -> bool:
    """Whether the stage has said that a hand is on its slider, while the page had these settings."""
    return st.session_state.get(_DRAGGED) == settings


def more_settings(label: str = "") -> DeltaGenerator:
    """Where controls go that are turned seldom, so that the picture stands on the first screen: among the tools."""
    return subject_picker.tools().popover(label or _("More settings"), icon=":material/tune:", width="content")


def folded(*names: str) -> None:
    """Knobs that are turned seldom, behind a button in the line of the others."""
    with st.popover(_("More settings"), icon=":material/tune:", width="content"):
        for name in names:
            knob(name)


def line(labelled: bool = True, beside: bool = False, align: str = "bottom") -> AbstractContextManager:
    """The line of a page's knobs. Without names they are lower, and so is what stands for them, as with the names
    ``beside`` them (assets/page.css)."""
    key = "line-beside" if beside else None if labelled else "line-unlabelled"
    return st.container(horizontal=True, vertical_alignment=align, key=key)


def _take_language() -> None:
    state.use()
    st.session_state["language_chosen"] = True
