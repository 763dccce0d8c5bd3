"""Addresses of earlier versions, which said each part of a network in a name of its own: read, never written."""

from __future__ import annotations

from collections.abc import Mapping

from rnnviz.refusals import Refused, refuse_unknown
from rnnviz.subjects.models import Model
from rnnviz.subjects.restructuring import with_structure
from rnnviz.subjects.sequences import whole

_WEIGHTS = ("trained", "fresh")
_WHOLE = ("seed", "layers", "distance")
# In this order: a part of what was chosen before it may be gone with it.
NAMES = ("task", "cell", "weights", "size", "directions", *_WHOLE)


def model_of(query: Mapping[str, str], default: Model) -> tuple[Model, list[Refused]]:
    """``default`` with the parts that the address names. A part that cannot be used is left out and reported."""
    model, refused = default, []
    if "task" in query:  # then a link named its layers, unless it was one
        query = {"layers": "1"} | dict(query)
    for name in NAMES:
        if name not in query:
            continue
        value: object = whole(query[name]) if name in _WHOLE else query[name]
        try:
            if name == "weights":
                refuse_unknown(name, value, _WEIGHTS)
                name, value = "trained", value == "trained"
            changed = with_structure(model, **{name: value})
        except Refused as refusal:
            refused.append(refusal)
        else:
            if name != "seed" or type(changed) is type(model):  # nothing hung on the seed of a trained network
                model = changed
    return model, refused
