"""Which run of training a page shows, and after how many updates: the one that its subject comes from, or on a page of
encoder-decoders the one that its knob ``run`` names."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from rnnviz.app import state, subject_picker
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.refusals import Refused
from rnnviz.subjects import Model, Subject, Trained
from rnnviz.subjects.address_words import from_word, to_word
from rnnviz.subjects.restructuring import moved

KIND = "trained~"


def word_of(model: Model) -> str:
    """A run as its knob has it."""
    return to_word(model).removeprefix(KIND)


def of_knob() -> Trained | None:
    """What the page's knob names, None where it has none or it is empty. Raises Refused for what cannot be shown."""
    word = getattr(state.knobs(), "run", None)
    if word is None:
        return None
    model = from_word(KIND + word)
    if not isinstance(model.load().network, EncoderDecoder):
        raise Refused("This network reads a sequence and writes none. Open it on another page.")
    return model


def shown() -> Trained | None:
    """None where the page shows none."""
    if "run" in state.row().knobs.declared():
        with suppress(Refused):
            return of_knob()
        return None
    if not state.row().opens or not subject_picker.names_what_is_shown():
        return None
    model = state.subject().model
    return model if isinstance(model, Trained) else None


def view_after(model: Trained, update: int) -> state.View:
    """What the page would show of the run after so many updates."""
    view = state.view()
    if "run" in view.knobs.declared():
        return view._replace(knobs=view.knobs.with_(run=word_of(replace(model, update=update))))
    return view._replace(subject=moved_subject(view.subject, model, update))


def moved_subject(subject: Subject, model: Trained, update: int) -> Subject:
    return replace(subject, model=moved(subject.model, model, update))


def turn(update: int) -> None:
    """Show the run as it was after so many updates; nothing happens where there is none."""
    model = shown()
    if model is not None and "run" in state.row().knobs.declared():
        with suppress(Refused):  # no stage of ours asks for what is no snapshot
            state.choose(run=word_of(replace(model, update=update)))
    elif isinstance(state.subject().model, Trained):
        state.choose(update=update)
