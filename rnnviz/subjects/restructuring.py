"""Another network of the same family: one that differs in a part."""

from __future__ import annotations

from dataclasses import replace

from rnnviz.refusals import Refused
from rnnviz.subjects import catalogue, shipped_runs
from rnnviz.subjects.catalogue import Structure
from rnnviz.subjects.models import Model, Shipped, Trained, Untrained
from rnnviz.subjects.options import OPTIONS


def with_structure(model: Model, **changes: object) -> Model:
    """Another model of the same family: shipped where there is one of that structure, else untrained.

    ``changes``: ``update`` of a run of training; of what has a structure fields of Untrained, ``units`` (a size as a
    number), ``trained`` (whether to look for a shipped one; as the model is, unless given) and names of OPTIONS. Beside
    a network of a shipped run stands one of another shipped run, after as many updates, where there is one. Raises
    Refused for what no network can be, and for a network that was given or trained here, which has no family.
    """
    if isinstance(model, Trained) and set(changes) - {"trained"} == {"update"}:
        return replace(model, update=changes["update"])
    if not model.structured:
        raise Refused("This network was brought as it is; nothing in it can be chosen anew.")
    trained = changes.pop("trained", isinstance(model, (Shipped, Trained)))
    options = {name: changes.pop(name) for name in list(changes) if name in OPTIONS}
    if "units" in changes:
        changes["size"] = str(changes.pop("units"))
    base = model if isinstance(model, Untrained) else _untrained(model.structure)
    if changes.get("task", base.task) != base.task:
        changes = {"distance": 0, "series": ""} | changes
    wanted = replace(base, **changes)
    wanted = wanted.with_options(**options) if options else wanted
    fixed = {*changes, *({"start"} if "recurrent" in options else ())}
    name = catalogue.find(wanted.structure, fixed) if trained else None
    if not name:
        return wanted
    return while_it_learnt(Shipped(name), model.update) if isinstance(model, Trained) else Shipped(name)


def while_it_learnt(model: Shipped, update: int) -> Shipped | Trained:
    """A shipped network after so many updates, or at the last snapshot before; as it is, if its run is not shipped."""
    if model.name not in shipped_runs.names():
        return model
    return Trained(model.name, shipped_runs.updates(model.name)[0]).at(update)


def moved(other: Model, shown: Trained, update: int) -> Model:
    """What stands beside a network of a run, or is it, when the slider goes to ``update``: networks of other runs go
    along, what else was put beside it stays: another snapshot of the same run too."""
    goes_along = isinstance(other, Trained) and (other == shown or other.run != shown.run)
    return other.at(update) if goes_along else other


def _untrained(structure: Structure) -> Untrained:
    start = () if structure.start == "default" else (("recurrent", structure.start),)
    values = {name: value for name, value in structure._asdict().items() if name != "start"}
    return Untrained(**values, options=start)
