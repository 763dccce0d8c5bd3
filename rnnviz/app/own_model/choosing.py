"""The controls of a visitor's own network: the file, which part of it, and what it reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import streamlit as st
from torch import Tensor

from rnnviz.app import state, subject_picker, visits
from rnnviz.app.i18n import _
from rnnviz.app.opening import is_brought
from rnnviz.app.own_model import at_start
from rnnviz.app.own_model.at_start import LENGTH
from rnnviz.app.own_model.brought import ACTIVATIONS, Brought, opened, sequence_of
from rnnviz.app.widgets import bound
from rnnviz.checkpoints import MODELS
from rnnviz.files.inventory import Recurrence
from rnnviz.files.sequences import read_sequence, read_vocabulary
from rnnviz.network import Network
from rnnviz.refusals import Refused
from rnnviz.subjects import Given, Noise, Subject, Text, Vectors, given
from rnnviz.subjects.address_words import to_word
from rnnviz.subjects.limits import MAX_FILE_MB
from rnnviz.subjects.own_vocabulary import OwnVocabulary

_BROUGHT = "brought_model"  # session_state: the file, the network chosen of it, and how many files came before
_WANTED = "wanted_input"  # session_state: the kind of input that was chosen, before there is one
EXAMPLE = MODELS / "intents-gru-small.safetensors"
NOTHING = ""  # in place of a name: no embedding, or no head


def shown(subject: Subject) -> Brought | None:
    """The file that the page's network comes from; None where it did not come in one to this session."""
    brought, model, _number = _now()
    return brought if brought is not None and subject.model == model else None


def _now() -> tuple[Brought | None, Given | None, int]:
    """The file, the network that is chosen of it, and how many files came before."""
    if _BROUGHT not in st.session_state:
        return at_start.FILE, at_start.MODEL, 0
    word, model, number = st.session_state[_BROUGHT]
    with suppress(Refused):  # others have brought so much since that it was let go of
        return given.file_of(word), model, number
    return None, None, number


def bring() -> None:
    """Where a file is dropped."""
    st.file_uploader(
        _("Your model's file: safetensors, PyTorch state dict, .npz, ONNX or Keras"),
        label_visibility="collapsed",
        key=_key("file"),
        on_change=_take_file,
        max_upload_size=MAX_FILE_MB,
    )


def offer_example() -> None:
    """A shipped network's file, for who has none of their own: it goes the way of one that is dropped."""
    label = _("No file? Open an example file")
    st.button(label, key="button-example-file", icon=":material/draft:", on_click=_take_example)


def _take_example() -> None:
    with _said():
        _keep(opened(EXAMPLE.read_bytes(), EXAMPLE.name), _now()[2] + 1)


def _key(what: str) -> str:
    """A widget's key: a new one for each file, so that nothing of the one before is left in it. What it ends with says
    that it cannot be set (``forged_input``)."""
    return f"own_{what}:{(_now())[2] if what != 'file' else ''}:shown"


def _take_file() -> None:
    file = st.session_state[_key("file")]
    if file is None:
        return
    with _said():
        _, _, number = _now()
        _keep(opened(file.getvalue(), file.name), number + 1)


@contextmanager
def _said() -> Iterator[None]:
    """What is refused within is said on the page, and changes nothing."""
    try:
        yield
    except Refused as refusal:
        state.refuse(refusal)


def _keep(brought: Brought, number: int) -> None:
    """Show the network that follows from a file; it reads what was read before, if it can."""
    model = brought.model(visits.own())
    sequence = Noise(LENGTH)
    with suppress(Refused):
        now = state.subject()
        if is_brought(now):
            Subject(model, now.sequence).read()
            sequence = now.sequence
    st.session_state[_BROUGHT] = given.keep_file(brought, visits.own()), model, number
    state.choose(model=to_word(model), sequence=sequence)


def choose_parts(brought: Brought) -> None:
    """What is looked at where a file holds several modules, and what its weights cannot tell."""
    modules = brought.inventory.modules
    if len(modules) > 1:
        _choose(_("Module"), "at", brought.at, {name: told(module) for name, module in modules.items()})
    for what, fitting in (("embedding", brought.module.embeddings), ("head", brought.module.heads)):
        if fitting.doubt:
            label = _("Embedding") if what == "embedding" else _("Readout")
            names = {NOTHING: _("none")} | {name: name for name in fitting.values}
            _choose(label, what, getattr(brought, what) or NOTHING, names)
    heads = brought.module.heads
    if (heads.sure or brought.head) and heads.values[heads.sure or brought.head].at is None:
        names = {"last": _("at the last step"), "every": _("at every step")}
        _choose(_("It answers"), "readout", brought.readout or "last", names)
    if brought.module.structure["cell"] == "RNN" and not brought.module.operators:
        names = {name: name for name in ACTIVATIONS}
        _choose(_("Activation f"), "nonlinearity", brought.nonlinearity or "tanh", names)


def _choose(label: str, part: str, value: str, names: dict[str, str]) -> None:
    key = _key(part)
    place = list(names).index(value)
    st.selectbox(label, list(names), place, format_func=names.get, key=key, on_change=_take_part, args=(part, key))


def _take_part(part: str, key: str) -> None:
    brought, _model, number = _now()
    value = st.session_state[key] or None
    if part == "at":  # what was chosen of another module is not this one's
        brought = replace(brought, at=value or "", embedding=None, head=None, readout=None, nonlinearity=None)
    else:
        brought = replace(brought, **{part: value})
    with _said():
        _keep(brought, number)


def told(module: Recurrence) -> str:
    """A module of a file in a few words."""
    own = module.structure
    parts = [module.name, own["cell"]]
    if own.get("num_layers", 1) > 1:
        parts.append(_("{count} layers").format(count=own["num_layers"]))
    if own.get("bidirectional"):
        parts.append(_("both ways"))
    parts.append(f"{own['input_size']:,} → {own['hidden_size']:,}")
    return " · ".join(filter(None, parts))


# What it reads


def choose_input() -> None:
    """What the network reads: at random, or the visitor's own."""
    subject = state.subject()
    if not is_brought(subject):
        subject_picker.pick_sequence()
        return
    network, brought = subject.network(), shown(subject)
    kinds = _kinds(network, brought is not None)
    now = st.session_state.get(_WANTED) or _kind_of(subject)
    now = now if now in kinds else next(iter(kinds))
    st.segmented_control(
        _("It reads"),
        list(kinds),
        default=now,
        format_func=kinds.get,
        required=True,
        key=_key("input"),
        on_change=_take_kind,
    )
    if now == "random" and isinstance(subject.sequence, Noise):
        subject_picker.pick_sequence()
    elif now == "text" and subject.load().reads.vocabulary is None:
        label = _("Its vocabulary: a token on each line, or JSON")
        st.file_uploader(label, key=_key("vocabulary"), on_change=_take_vocabulary, max_upload_size=MAX_FILE_MB)
    elif now == "text":
        st.text_input(_("Text"), icon=":material/edit:", **bound("text", state.shown_text()))
    elif now == "ids":
        whole = subject.sequence.read(subject.load()).input  # and not the window of it that is shown
        ids = whole[:, 0].tolist() if whole.ndim == 2 else []
        label = _("Token ids, from 0 to {most}").format(most=f"{network.embedding.num_embeddings - 1:,}")
        st.text_input(label, " ".join(map(str, ids)), key=_key("ids"), on_change=_take_ids)
    elif now == "file":
        label = _("A table: CSV or .npy, a row for each step")
        st.file_uploader(label, key=_key("table"), on_change=_take_table, max_upload_size=MAX_FILE_MB)


def _kinds(network: Network, has_file: bool) -> dict[str, str]:
    if network.embedding is None:
        return {"random": _("random"), "file": _("a table of numbers")}
    words = {"text": _("text")} if has_file else {}
    return {"random": _("random"), "ids": _("token ids"), **words}


def _kind_of(subject: Subject) -> str:
    match subject.sequence:
        case Text():
            return "text"
        case Vectors():
            return "ids" if subject.network().embedding is not None else "file"
    return "random"


def _take_kind() -> None:
    st.session_state[_WANTED] = st.session_state[_key("input")]
    if st.session_state[_WANTED] == "random":
        state.choose(sequence=Noise(LENGTH))


def _take_ids() -> None:
    text = st.session_state[_key("ids")]
    with _said():
        _read(read_sequence(text.encode(), name=_("What you typed")))


def _take_table() -> None:
    file = st.session_state[_key("table")]
    if file is not None:
        with _said():
            _read(read_sequence(file.getvalue(), name=file.name, limit=MAX_FILE_MB * 2**20), file.name)


def _read(values: Tensor, file: str = "") -> None:
    state.choose(sequence=sequence_of(values, state.subject().load(), visits.own(), file))


def _take_vocabulary() -> None:
    file = st.session_state[_key("vocabulary")]
    brought, _model, number = _now()
    if file is None or brought is None:
        return
    with _said():
        words = read_vocabulary(file.getvalue(), name=file.name, limit=MAX_FILE_MB * 2**20)
        _keep(replace(brought, vocabulary=OwnVocabulary.of(words), vocabulary_file=file.name), number)
