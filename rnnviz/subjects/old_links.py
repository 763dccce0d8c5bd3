"""Addresses of earlier versions, which said each part of a network in a name of its own: read, never written."""

from __future__ import annotations

from collections.abc import Mapping

from rnnviz.subjects.models import Model, with_structure
from rnnviz.subjects.sequences import whole

_WHOLE = ("seed", "layers", "distance")
_NAMES = ("cell", "size", "task", "directions", *_WHOLE)


def model_of(query: Mapping[str, str], default: Model) -> Model:
    """``default`` with the parts that the address names. Raises Refused for a part that cannot be used."""
    changes: dict[str, object] = {name: query[name] for name in _NAMES if name in query}
    changes |= {name: whole(query[name]) for name in _WHOLE if name in query}
    if "weights" in query:
        changes["trained"] = query["weights"] != "fresh"
    return with_structure(default, **changes) if changes else default
