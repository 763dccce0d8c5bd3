"""What a picture that is taken along says of where it comes from: the networks, what they read, what was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rnnviz.app import state
from rnnviz.app.i18n import _
from rnnviz.app.opening import is_brought

if TYPE_CHECKING:
    from rnnviz.app.knobs import Knobs
    from rnnviz.subjects import Subject

LONGEST = 60  # letters of one setting; of a network's name all are needed


def settings_of(about: Mapping[str, Subject], knobs: Knobs) -> str:
    """In one line and in the words of an address, so that who reads it can set the same: of ``about``, what the board
    draws by name, all that is said of each alike."""
    each = [_told(subject) for subject in about.values()]
    if state.row().own_subject:  # such a page draws what its network reads
        each = [{"model": told["model"], "input": _("white noise, drawn from the network's seed")} for told in each]
    alike = {name: text for name, text in each[0].items() if all(one.get(name) == text for one in each)} if each else {}
    models = {} if "model" in alike or not each else {"model": ", ".join(about)}
    held = dict.fromkeys(word for subject in about.values() for word in getattr(subject, "hold", ()))
    chosen = {name: text for name, text in knobs.query().items() if name != "hold"}  # what cannot be held is left out
    told = models | alike | chosen | ({"hold": " ".join(held)} if held else {})
    short = {
        name: text if len(text) <= LONGEST or name == "model" else text[: LONGEST - 1] + "…"
        for name, text in told.items()
    }
    return " · ".join(f"{name}: {text}" for name, text in short.items())


def _told(subject: Subject) -> dict[str, str]:
    """A subject as in an address; what was brought, whose digest says nothing, by its cell and its length."""
    told = subject.query()
    if is_brought(subject):
        told["model"] = f"{subject.cell} {subject.network().input_size} → {subject.units}"
    if "vectors" in told:
        told["vectors"] = " ".join(subject.tokens).strip() or str(subject.read().steps)
    return told
